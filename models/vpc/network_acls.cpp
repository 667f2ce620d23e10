// Network ACLs: which subnets have which, and in which order their rules stand.
// AWS: VPC User Guide, "Network ACLs" (the default one allows all, one of your own denies all until
// rules are added; rules are tried by number, 1 to 32766); EC2 API reference, the operations on
// them.
#include <fmt/format.h>

#include <algorithm>

#include "models/vpc/filters.hpp"

namespace opsim::vpc {

namespace {

constexpr std::int64_t kLast = 32'767;  // "*": what no other rule matched
constexpr std::int64_t kMostNumber = 32'766;

void add_last(NetworkAcl& acl) {
  for (const bool egress : {true, false}) {
    AclEntry entry;
    entry.number = kLast;
    entry.egress = egress;
    entry.cidr = "0.0.0.0/0";
    acl.entries.push_back(entry);
  }
}

void sort_entries(NetworkAcl& acl) {
  std::ranges::stable_sort(acl.entries, [](const AclEntry& a, const AclEntry& b) {
    return a.egress != b.egress ? a.egress : a.number < b.number;
  });
}

/// Of a VPC that has none yet: "acl-d" with the end of the VPC's id, which allows all.
NetworkAcl& default_acl(Vpc& vpc, const Place& place, const std::string& of_vpc) {
  const std::string id = "acl-d" + (of_vpc.size() > 5 ? of_vpc.substr(5) : of_vpc);
  const auto [at, fresh] = vpc.acls.try_emplace(id);
  NetworkAcl& acl = at->second;
  if (!fresh) return acl;
  acl.id = id;
  acl.vpc = of_vpc;
  acl.is_default = true;
  acl.place = place;
  for (const bool egress : {true, false}) {
    AclEntry entry;
    entry.number = 100;
    entry.egress = egress;
    entry.action = "allow";
    entry.cidr = "0.0.0.0/0";
    acl.entries.push_back(entry);
  }
  add_last(acl);
  sort_entries(acl);
  return acl;
}

/// Every subnet has one ACL: its VPC's default where it was given no other.
void know_subnets(Vpc& vpc, const Place& place) {
  const auto answer = vpc.cloud.inspect(place, "ec2", "DescribeSubnets", Json::object());
  if (!answer) return;
  for (const Json& subnet : answer->at("Subnets")) {
    const std::string id = subnet.at("SubnetId").get<std::string>();
    const auto has_one = [&](const auto& entry) {
      return entry.second.subnet == id && entry.second.place == place;
    };
    if (std::ranges::any_of(vpc.acl_uses, has_one)) continue;
    const NetworkAcl& acl = default_acl(vpc, place, input::text(subnet, "VpcId"));
    vpc.acl_uses["aclassoc-d" + (id.size() > 8 ? id.substr(8) : id)] = {acl.id, id, place};
  }
}

NetworkAcl* find_acl(Vpc& vpc, const Place& place, const std::string& id) {
  know_subnets(vpc, place);
  const auto found = vpc.acls.find(id);
  return found == vpc.acls.end() || found->second.place != place ? nullptr : &found->second;
}

ApiError no_acl(const std::string& id) {
  return {"InvalidNetworkAclID.NotFound", fmt::format("The networkAcl ID '{}' does not exist", id)};
}

AclEntry* find_entry(NetworkAcl& acl, std::int64_t number, bool egress) {
  const auto found = std::ranges::find_if(acl.entries, [&](const AclEntry& entry) {
    return entry.number == number && entry.egress == egress;
  });
  return found == acl.entries.end() ? nullptr : &*found;
}

Json entry_json(const AclEntry& entry) {
  Json view{{"RuleNumber", entry.number},
            {"Egress", entry.egress},
            {"Protocol", entry.protocol},
            {"RuleAction", entry.action},
            {"CidrBlock", entry.cidr}};
  if (entry.from >= 0) view["PortRange"] = {{"From", entry.from}, {"To", entry.to}};
  return view;
}

Json acl_json(const Vpc& vpc, const NetworkAcl& acl) {
  Json entries = Json::array();
  for (const AclEntry& entry : acl.entries) entries.push_back(entry_json(entry));
  Json associations = Json::array();
  for (const auto& [id, use] : vpc.acl_uses)
    if (use.acl == acl.id)
      associations.push_back(
          {{"NetworkAclAssociationId", id}, {"NetworkAclId", acl.id}, {"SubnetId", use.subnet}});
  return {{"NetworkAclId", acl.id},        {"VpcId", acl.vpc},
          {"IsDefault", acl.is_default},   {"OwnerId", acl.place.account},
          {"Entries", std::move(entries)}, {"Associations", std::move(associations)},
          {"Tags", tags_json(vpc, acl.id)}};
}

}  // namespace

NetworkAcl& make_acl(Vpc& vpc, const Place& place, const std::string& of_vpc, const Json& tags) {
  NetworkAcl acl;
  acl.id = vpc.cloud.next_id("acl-");
  acl.vpc = of_vpc;
  acl.place = place;
  add_last(acl);
  if (!tags.is_null())
    enter(vpc, place, "AWS::EC2::NetworkAcl", acl.id, tags, {{"Id", acl.id}, {"VpcId", of_vpc}});
  return vpc.acls[acl.id] = std::move(acl);
}

std::optional<ApiError> put_entry(NetworkAcl& acl, const Json& input, bool replaces) {
  AclEntry entry;
  entry.number = input::integer(input, "RuleNumber").value_or(0);
  entry.egress = input::boolean(input, "Egress").value_or(false);
  entry.protocol = input::text(input, "Protocol");
  entry.action = input::text(input, "RuleAction");
  entry.cidr = input::text(input, "CidrBlock");
  const Json& ports = input::member(input, "PortRange");
  entry.from = input::integer(ports, "From").value_or(-1);
  entry.to = input::integer(ports, "To").value_or(-1);
  if (entry.number < 1 || entry.number > kMostNumber)
    return ApiError{"InvalidParameterValue",
                    fmt::format("Value ({}) for parameter ruleNumber is invalid. Must be between 1 "
                                "and 32766",
                                entry.number)};
  AclEntry* standing = find_entry(acl, entry.number, entry.egress);
  if (replaces && standing == nullptr)
    return ApiError{
        "InvalidNetworkAclEntry.NotFound",
        fmt::format("The network acl entry identified by {} does not exist.", entry.number)};
  if (!replaces && standing != nullptr)
    return ApiError{
        "NetworkAclEntryAlreadyExists",
        fmt::format("The network acl entry identified by {} already exists.", entry.number)};
  if (standing != nullptr) {
    *standing = std::move(entry);
  } else {
    acl.entries.push_back(std::move(entry));
  }
  sort_entries(acl);
  return std::nullopt;
}

std::string use_acl(Vpc& vpc, const Place& place, const std::string& acl,
                    const std::string& subnet) {
  std::erase_if(vpc.acl_uses, [&](const auto& entry) {
    return entry.second.subnet == subnet && entry.second.place == place;
  });
  std::string id = vpc.cloud.next_id("aclassoc-");
  vpc.acl_uses[id] = {acl, subnet, place};
  return id;
}

Answer create_acl(Vpc& vpc, const Request& request) {
  const std::string of_vpc = input::text(request.input, "VpcId");
  if (of_vpc.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter vpcId"};
  const Json& tags = input::member(request.input, "TagSpecifications");
  const NetworkAcl& acl =
      make_acl(vpc, request.place(), of_vpc, tags.is_array() ? tags : Json(Json::array()));
  return Json{{"NetworkAcl", acl_json(vpc, acl)}};
}

Answer create_acl_entry(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "NetworkAclId");
  NetworkAcl* acl = find_acl(vpc, request.place(), id);
  if (acl == nullptr) return no_acl(id);
  if (auto wrong = put_entry(*acl, request.input, false)) return *std::move(wrong);
  return Json::object();
}

Answer replace_acl_entry(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "NetworkAclId");
  NetworkAcl* acl = find_acl(vpc, request.place(), id);
  if (acl == nullptr) return no_acl(id);
  if (auto wrong = put_entry(*acl, request.input, true)) return *std::move(wrong);
  return Json::object();
}

Answer delete_acl_entry(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "NetworkAclId");
  NetworkAcl* acl = find_acl(vpc, request.place(), id);
  if (acl == nullptr) return no_acl(id);
  const std::int64_t number = input::integer(request.input, "RuleNumber").value_or(0);
  const bool egress = input::boolean(request.input, "Egress").value_or(false);
  if (number == kLast || find_entry(*acl, number, egress) == nullptr)
    return ApiError{"InvalidNetworkAclEntry.NotFound",
                    fmt::format("The network acl entry identified by {} does not exist.", number)};
  std::erase_if(acl->entries, [&](const AclEntry& entry) {
    return entry.number == number && entry.egress == egress;
  });
  return Json::object();
}

Answer delete_acl(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "NetworkAclId");
  const NetworkAcl* acl = find_acl(vpc, request.place(), id);
  if (acl == nullptr) return no_acl(id);
  const auto uses = [&](const auto& entry) { return entry.second.acl == id; };
  if (std::ranges::any_of(vpc.acl_uses, uses))
    return ApiError{"DependencyViolation",
                    fmt::format("The networkAcl '{}' has dependencies and cannot be deleted.", id)};
  if (acl->is_default)
    return ApiError{"InvalidParameterValue",
                    fmt::format("cannot delete default network ACL {}", id)};
  vpc.cloud.resources().remove(id);
  vpc.acls.erase(id);
  return Json::object();
}

Answer replace_acl_association(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "NetworkAclId");
  if (find_acl(vpc, request.place(), id) == nullptr) return no_acl(id);
  const std::string before = input::text(request.input, "AssociationId");
  const auto found = vpc.acl_uses.find(before);
  if (found == vpc.acl_uses.end())
    return ApiError{"InvalidAssociationID.NotFound",
                    fmt::format("The association ID '{}' does not exist", before)};
  const std::string subnet = found->second.subnet;
  return Json{{"NewAssociationId", use_acl(vpc, request.place(), id, subnet)}};
}

Answer describe_acls(Vpc& vpc, const Request& request) {
  know_subnets(vpc, request.place());
  const std::vector<std::string> ids = input::texts(request.input, "NetworkAclIds");
  for (const std::string& id : ids)
    if (find_acl(vpc, request.place(), id) == nullptr) return no_acl(id);
  Json list = Json::array();
  for (const auto& [id, acl] : vpc.acls) {
    if (acl.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto values =
        [&, &acl = acl](std::string_view name) -> std::optional<std::vector<std::string>> {
      if (name == "network-acl-id") return std::vector{acl.id};
      if (name == "vpc-id") return std::vector{acl.vpc};
      if (name == "default") return std::vector<std::string>{acl.is_default ? "true" : "false"};
      std::vector<std::string> found;
      for (const auto& [association, use] : vpc.acl_uses) {
        if (use.acl != acl.id) continue;
        if (name == "association.association-id") found.push_back(association);
        if (name == "association.subnet-id") found.push_back(use.subnet);
      }
      if (name.starts_with("association.")) return found;
      return std::nullopt;
    };
    const auto wanted = passes(vpc, request.input, id, values);
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(acl_json(vpc, acl));
  }
  return Json{{"NetworkAcls", std::move(list)}};
}

}  // namespace opsim::vpc

// Roles, users and groups, and the policies they hold.
// AWS: IAM API Reference; quotas (reference_iam-quotas): 10 managed policies each, 50 tags.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/iam/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

constexpr std::size_t kMostManaged = 10;

/// "Role": begins the names of members.
std::string title_of(IdentityKind kind) {
  std::string name{kind_name(kind)};
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

ApiError no_such(IdentityKind kind, std::string_view name) {
  return {"NoSuchEntity",
          fmt::format("The {} with name {} cannot be found.", kind_name(kind), name), 404};
}

std::string given_name(IdentityKind kind, const Request& request) {
  return input::text(request.input, title_of(kind) + "Name");
}

ApiResult<Identity*> named(Iam& iam, IdentityKind kind, const Request& request) {
  const std::string name = given_name(kind, request);
  Identity* found = find_identity(iam, kind, request.place().account, name);
  if (found == nullptr) return no_such(kind, name);
  return found;
}

Json tags_json(const Identity& identity) {
  Json list = Json::array();
  for (const auto& [key, value] : identity.tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

Json identity_json(const Identity& identity, IdentityKind kind) {
  const std::string title = title_of(kind);
  Json json{{title + "Name", identity.name},
            {title + "Id", identity.id},
            {"Arn", identity.arn},
            {"Path", identity.path},
            {"CreateDate", iso8601(std::chrono::floor<std::chrono::seconds>(identity.created))}};
  if (!identity.boundary.empty())
    json["PermissionsBoundary"] = {{"PermissionsBoundaryType", "Policy"},
                                   {"PermissionsBoundaryArn", identity.boundary}};
  if (!identity.tags.empty()) json["Tags"] = tags_json(identity);
  if (kind != IdentityKind::role) return json;
  const auto& role = static_cast<const Role&>(identity);
  json["Description"] = role.description;
  json["MaxSessionDuration"] = role.max_session_seconds;
  json["AssumeRolePolicyDocument"] = role.trust;
  return json;
}

bool is_identity_name(std::string_view name, std::size_t longest) {
  const auto taken = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view{"+=,.@_-"}.find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= longest && std::ranges::all_of(name, taken);
}

std::vector<std::string> attached_arns(const Iam& iam, const Holder& holder) {
  std::vector<std::string> arns = holder.identity->managed;
  const auto more = iam.attached_managed.find(
      {holder.identity->account,
       fmt::format("{}/{}", kind_name(holder.kind), holder.identity->name)});
  if (more != iam.attached_managed.end())
    arns.insert(arns.end(), more->second.begin(), more->second.end());
  return arns;
}

std::vector<const Policy*> inline_of(const Iam& iam, const Holder& holder) {
  std::vector<const Policy*> all = known_policies(iam, holder);
  std::erase_if(all, [](const Policy* policy) { return !policy->arn.empty(); });
  return all;
}

}  // namespace

template <IdentityKind K>
ApiResult<Json> create_identity(Iam& iam, const Request& request) {
  const std::string name = given_name(K, request);
  if (!is_identity_name(name, K == IdentityKind::group ? 128 : 64))
    return ApiError{"ValidationError",
                    fmt::format("The specified value for {}Name is invalid. It must contain only "
                                "alphanumeric characters and/or the following: +=,.@_-",
                                kind_name(K))};
  if (find_identity(iam, K, request.place().account, name) != nullptr)
    return ApiError{"EntityAlreadyExists",
                    fmt::format("{} with name {} already exists.", title_of(K), name), 409};
  const Identity& made = K == IdentityKind::role
                             ? make_role(iam, request.place(), name, request.input)
                             : make_identity(iam, K, request.place(), name, request.input);
  return Json{{title_of(K), identity_json(made, K)}};
}

template <IdentityKind K>
ApiResult<Json> get_identity(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  Json answer{{title_of(K), identity_json(**found, K)}};
  if (K == IdentityKind::group) {
    answer["Users"] = Json::array();
    for (const auto& [key, user] : iam.users)
      if (key.first == (*found)->account && std::ranges::count(user.groups, (*found)->name) > 0)
        answer["Users"].push_back(identity_json(user, IdentityKind::user));
    answer["IsTruncated"] = false;
  }
  return answer;
}

template <IdentityKind K>
ApiResult<Json> list_identities(Iam& iam, const Request& request) {
  const std::string prefix = input::text(request.input, "PathPrefix");
  Json list = Json::array();
  const auto add = [&](const auto& all) {
    for (const auto& [key, one] : all)
      if (key.first == request.place().account && one.path.starts_with(prefix))
        list.push_back(identity_json(one, K));
  };
  if constexpr (K == IdentityKind::role) add(iam.roles);
  if constexpr (K == IdentityKind::user) add(iam.users);
  if constexpr (K == IdentityKind::group) add(iam.user_groups);
  return Json{{title_of(K) + "s", std::move(list)}, {"IsTruncated", false}};
}

template <IdentityKind K>
ApiResult<Json> delete_identity(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  if (by_cloudformation(request)) take_off_everything(iam, **found, K);
  const Holder holder{*found, K};
  const auto conflict = [](std::string message) {
    return ApiError{"DeleteConflict", std::move(message), 409};
  };
  if (!attached_arns(iam, holder).empty())
    return conflict("Cannot delete entity, must detach all policies first.");
  if (!inline_of(iam, holder).empty())
    return conflict("Cannot delete entity, must delete policies first.");
  const Name key{(*found)->account, (*found)->name};
  if (K == IdentityKind::role) {
    for (const auto& [name, profile] : iam.profiles)
      if (name.first == key.first && std::ranges::count(profile.roles, key.second) > 0)
        return conflict("Cannot delete entity, must remove roles from instance profile first.");
    iam.roles.erase(key);
  } else if (K == IdentityKind::user) {
    if (!iam.users[key].groups.empty())
      return conflict("Cannot delete entity, must remove users from group first.");
    iam.users.erase(key);
  } else {
    iam.user_groups.erase(key);
  }
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> attach_policy(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  const std::string arn = input::text(request.input, "PolicyArn");
  if (!Arn::parse(arn))
    return ApiError{"ValidationError", fmt::format("ARN {} is not valid.", arn)};
  const bool own = arn.find(fmt::format(":iam::{}:policy/", (*found)->account)) != arn.npos;
  if (own && !iam.managed.contains(arn))
    return ApiError{"NoSuchEntity",
                    fmt::format("Policy {} does not exist or is not attachable.", arn), 404};
  auto& managed = (*found)->managed;
  if (std::ranges::count(managed, arn) > 0) return Json::object();
  if (managed.size() >= kMostManaged)
    return ApiError{"LimitExceeded",
                    fmt::format("Cannot exceed quota for PoliciesPer{}: 10", title_of(K)), 409};
  managed.push_back(arn);
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> detach_policy(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  const std::string arn = input::text(request.input, "PolicyArn");
  const auto more = iam.attached_managed.find(
      {(*found)->account, fmt::format("{}/{}", kind_name(K), (*found)->name)});
  const auto gone = std::erase((*found)->managed, arn) +
                    (more == iam.attached_managed.end() ? 0 : std::erase(more->second, arn));
  if (gone == 0) return ApiError{"NoSuchEntity", fmt::format("Policy {} was not found.", arn), 404};
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> list_attached_policies(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  Json list = Json::array();
  for (const std::string& arn : attached_arns(iam, {*found, K}))
    list.push_back({{"PolicyArn", arn}, {"PolicyName", arn.substr(arn.rfind('/') + 1)}});
  return Json{{"AttachedPolicies", std::move(list)}, {"IsTruncated", false}};
}

template <IdentityKind K>
ApiResult<Json> put_inline_policy(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  const std::string name = input::text(request.input, "PolicyName");
  const Json& document = input::member(request.input, "PolicyDocument");
  if (document.is_null()) return ApiError{"ValidationError", "PolicyDocument is required"};
  if (std::string complaint = complaint_of_policy(document); !complaint.empty())
    return ApiError{"MalformedPolicyDocument", std::move(complaint)};
  auto& policies = (*found)->inline_policies;
  std::erase_if(policies, [&](const Policy& old) { return old.name == name; });
  policies.push_back(read_policy(name, document));
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> delete_inline_policy(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  const std::string name = input::text(request.input, "PolicyName");
  const auto same = [&](const Policy& policy) { return policy.name == name; };
  const auto more =
      iam.attached.find({(*found)->account, fmt::format("{}/{}", kind_name(K), (*found)->name)});
  const auto gone = std::erase_if((*found)->inline_policies, same) +
                    (more == iam.attached.end() ? 0 : std::erase_if(more->second, same));
  if (gone == 0)
    return ApiError{"NoSuchEntity",
                    fmt::format("The {} policy with name {} cannot be found.", kind_name(K), name),
                    404};
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> get_inline_policy(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  const std::string name = input::text(request.input, "PolicyName");
  for (const Policy* policy : inline_of(iam, {*found, K}))
    if (policy->name == name)
      return Json{{title_of(K) + "Name", (*found)->name},
                  {"PolicyName", name},
                  {"PolicyDocument", policy->document}};
  return ApiError{"NoSuchEntity",
                  fmt::format("The {} policy with name {} cannot be found.", kind_name(K), name),
                  404};
}

template <IdentityKind K>
ApiResult<Json> list_inline_policies(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  Json names = Json::array();
  for (const Policy* policy : inline_of(iam, {*found, K})) names.push_back(policy->name);
  return Json{{"PolicyNames", std::move(names)}, {"IsTruncated", false}};
}

template <IdentityKind K>
ApiResult<Json> put_boundary(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  const std::string arn = input::text(request.input, "PermissionsBoundary");
  if (!Arn::parse(arn))
    return ApiError{"ValidationError", fmt::format("ARN {} is not valid.", arn)};
  (*found)->boundary = arn;
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> delete_boundary(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  (*found)->boundary.clear();
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> tag_identity(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  for (auto& [key, value] : input::tags(input::member(request.input, "Tags")))
    (*found)->tags[key] = value;
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> untag_identity(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  for (const std::string& key : input::texts(request.input, "TagKeys")) (*found)->tags.erase(key);
  return Json::object();
}

template <IdentityKind K>
ApiResult<Json> list_tags(Iam& iam, const Request& request) {
  const auto found = named(iam, K, request);
  if (!found) return found.error();
  return Json{{"Tags", tags_json(**found)}, {"IsTruncated", false}};
}

ApiResult<Json> update_assume_role_policy(Iam& iam, const Request& request) {
  const auto found = named(iam, IdentityKind::role, request);
  if (!found) return found.error();
  static_cast<Role&>(**found).trust = input::member(request.input, "PolicyDocument");
  return Json::object();
}

ApiResult<Json> add_user_to_group(Iam& iam, const Request& request) {
  const auto user = named(iam, IdentityKind::user, request);
  if (!user) return user.error();
  const auto group = named(iam, IdentityKind::group, request);
  if (!group) return group.error();
  auto& groups = static_cast<User&>(**user).groups;
  if (std::ranges::count(groups, (*group)->name) == 0) groups.push_back((*group)->name);
  return Json::object();
}

ApiResult<Json> remove_user_from_group(Iam& iam, const Request& request) {
  const auto user = named(iam, IdentityKind::user, request);
  if (!user) return user.error();
  std::erase(static_cast<User&>(**user).groups, given_name(IdentityKind::group, request));
  return Json::object();
}

ApiResult<Json> list_groups_for_user(Iam& iam, const Request& request) {
  const auto user = named(iam, IdentityKind::user, request);
  if (!user) return user.error();
  Json list = Json::array();
  for (const Holder& holder : holders_of(iam, **user, IdentityKind::user))
    if (holder.kind == IdentityKind::group)
      list.push_back(identity_json(*holder.identity, holder.kind));
  return Json{{"Groups", std::move(list)}, {"IsTruncated", false}};
}

// Which exist for whom.
template ApiResult<Json> attach_policy<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> attach_policy<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> attach_policy<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> create_identity<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> create_identity<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> create_identity<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> delete_boundary<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> delete_boundary<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> delete_identity<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> delete_identity<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> delete_identity<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> delete_inline_policy<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> delete_inline_policy<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> delete_inline_policy<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> detach_policy<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> detach_policy<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> detach_policy<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> get_identity<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> get_identity<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> get_identity<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> get_inline_policy<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> get_inline_policy<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> get_inline_policy<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> list_attached_policies<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> list_attached_policies<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> list_attached_policies<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> list_identities<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> list_identities<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> list_identities<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> list_inline_policies<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> list_inline_policies<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> list_inline_policies<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> list_tags<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> list_tags<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> put_boundary<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> put_boundary<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> put_inline_policy<IdentityKind::group>(Iam&, const Request&);
template ApiResult<Json> put_inline_policy<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> put_inline_policy<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> tag_identity<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> tag_identity<IdentityKind::user>(Iam&, const Request&);
template ApiResult<Json> untag_identity<IdentityKind::role>(Iam&, const Request&);
template ApiResult<Json> untag_identity<IdentityKind::user>(Iam&, const Request&);

}  // namespace opsim::iam

// Conformance packs of an organization: in every account, also in those that join later.
// AWS: Config Developer Guide, "Managing Conformance Packs Across all Accounts in Your
// Organization": "If a new account joins an organization, the rule or conformance pack is deployed
// to that account. When an account leaves an organization, the rule or conformance pack is
// removed"; deployment "will only be retried for 7 hours after an account is added to your
// organization if a recorder is not available". API Reference, PutOrganizationConformancePack.
// SIMPLIFIED: the management account itself gets no pack.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/packs.hpp"
#include "opsim/kernel/estimate.hpp"

namespace opsim::config {

namespace {

constexpr std::string_view kSetup = "config-multiaccountsetup.amazonaws.com";
constexpr Duration kRetriedFor = std::chrono::hours{7};
constexpr Duration kRetried = std::chrono::minutes{30};  // estimate: how often within that

/// "Only a management account and a delegated administrator can call this API."
bool may_manage(Config& config, const std::string& account) {
  if (account == config.cloud.home().account) return true;
  const ApiResult<Json> answer =
      config.cloud.inspect(config.cloud.home(), "organizations", "ListDelegatedAdministrators",
                           {{"ServicePrincipal", kSetup}});
  if (!answer) return false;
  const Json& all = input::member(*answer, "DelegatedAdministrators");
  return all.is_array() && std::ranges::any_of(all, [&](const Json& one) {
           return input::text(one, "Id") == account;
         });
}

std::optional<ApiError> refused(Config& config, const Place& place) {
  if (may_manage(config, place.account)) return std::nullopt;
  return ApiError{"OrganizationAccessDeniedException",
                  "This operation can only be called by the management account or a delegated "
                  "administrator of the organization."};
}

std::vector<std::string> members_of(Config& config, const OrganizationPack& pack) {
  std::vector<std::string> members;
  const ApiResult<Json> listed =
      config.cloud.inspect(config.cloud.home(), "organizations", "ListAccounts", Json::object());
  if (!listed) return members;
  const std::vector<std::string> excluded = input::texts(pack.given, "ExcludedAccounts");
  for (const Json& account : input::member(*listed, "Accounts")) {
    std::string id = input::text(account, "Id");
    if (input::text(account, "Status") == "ACTIVE" && id != config.cloud.home().account &&
        std::ranges::find(excluded, id) == excluded.end())
      members.push_back(std::move(id));
  }
  return members;
}

std::string member_name(const OrganizationPack& pack) {
  return fmt::format("OrgConformsPack-{}", pack.id);
}

/// Puts the pack into one account; again later while that account records nothing yet.
void deploy(Config& config, const Place& home, const std::string& name, const std::string& account,
            SimTime until) {
  const auto found = config.organization_packs.find({home, name});
  if (found == config.organization_packs.end()) return;
  OrganizationPack& pack = found->second;
  Simulation& sim = config.cloud.sim();
  const Place place{account, home.region};
  if (!config.recorders.contains(place)) {
    pack.members[account] = "CREATE_FAILED";
    if (sim.now() + kRetried <= until)
      sim.after(kRetried, [&config, home, name, account, until] {
        deploy(config, home, name, account, until);
      });
    return;
  }
  Json given = pack.given;
  given["ConformancePackName"] = member_name(pack);
  const ApiResult<Pack*> made = put_pack(config, place, given, name);
  pack.members[account] = made ? "CREATE_SUCCESSFUL" : "CREATE_FAILED";
  if (made) (*made)->source = pack.source;
}

/// Some time later: AWS promises none.
void deploy_soon(Config& config, const OrganizationPack& pack, const std::string& account) {
  static const Distribution kReaches = estimate("lognormal(p50 3min, p99 20min)");
  Simulation& sim = config.cloud.sim();
  const bool stood = sim.now() == sim.start();
  const Duration wait =
      stood ? Duration{} : kReaches.sample_duration(sim.random("config.joins." + account));
  const SimTime until = sim.now() + kRetriedFor;
  sim.after(wait, [&config, home = pack.place, name = pack.name, account, until] {
    deploy(config, home, name, account, until);
  });
}

/// Accounts that are new get it, those that are gone lose it.
void follow(Config& config, OrganizationPack& pack) {
  const std::vector<std::string> members = members_of(config, pack);
  for (const std::string& account : members)
    if (pack.members.try_emplace(account, "CREATE_IN_PROGRESS").second)
      deploy_soon(config, pack, account);
  std::erase_if(pack.members, [&](const auto& member) {
    if (std::ranges::find(members, member.first) != members.end()) return false;
    const auto gone =
        config.packs.find({Place{member.first, pack.place.region}, member_name(pack)});
    if (gone != config.packs.end()) take_away(config, gone->second);
    return true;
  });
}

ApiResult<OrganizationPack*> put_everywhere(Config& config, const Place& place, const Json& given) {
  constexpr std::size_t kMost = 50;
  // Before time begins nobody has said yet who administers what: asked in the first instant.
  const bool stood = config.cloud.sim().now() == config.cloud.sim().start();
  if (auto no = refused(config, place); no && !stood) return *std::move(no);
  const std::string name = input::text(given, "OrganizationConformancePackName");
  if (name.empty() || name.size() > 128)
    return ApiError{"InvalidParameterValueException", "A pack's name has 1 to 128 characters"};
  if (const ApiResult<PackTemplate> read = read_pack(given, place); !read) return read.error();
  if (!config.organization_packs.contains({place, name}) &&
      config.organization_packs.size() >= kMost)
    return ApiError{"MaxNumberOfOrganizationConformancePacksExceededException",
                    "You have reached the limit of the number of organization conformance packs."};
  OrganizationPack& pack = config.organization_packs[{place, name}];
  if (pack.id.empty()) {
    pack.name = name;
    pack.place = place;
    pack.id = config.cloud.next_id(name + "-");
    pack.arn = arn(place, "config", "organization-conformance-pack/" + pack.id);
  }
  pack.given = given;
  pack.members.clear();
  config.cloud.sim().after(Duration{}, [&config, place, name] {
    const auto found = config.organization_packs.find({place, name});
    if (found == config.organization_packs.end()) return;
    if (const auto no = refused(config, place)) {
      config.cloud.journal().write({.kind = EntryKind::note,
                                    .level = Level::story,
                                    .subject = name,
                                    .text = fmt::format("{}: {}", no->code, no->message),
                                    .source = found->second.source});
      return;
    }
    follow(config, found->second);
  });
  return &pack;
}

ApiError no_such_organization_pack() {
  return {"NoSuchOrganizationConformancePackException",
          "AWS Config organization conformance pack that you passed in the filter does not exist."};
}

ApiResult<OrganizationPack*> asked_pack(Config& config, const Request& request) {
  if (auto no = refused(config, request.place())) return *std::move(no);
  const auto found = config.organization_packs.find(
      {request.place(), input::text(request.input, "OrganizationConformancePackName")});
  if (found == config.organization_packs.end()) return no_such_organization_pack();
  return &found->second;
}

std::string state_of(const OrganizationPack& pack) {
  bool waits = pack.members.empty();
  for (const auto& [account, state] : pack.members) {
    if (state == "CREATE_FAILED") return state;
    waits = waits || state == "CREATE_IN_PROGRESS";
  }
  return waits ? "CREATE_IN_PROGRESS" : "CREATE_SUCCESSFUL";
}

}  // namespace

void follow_organization(Config& config, const CallRecord& call) {
  if (call.service != "organizations" || call.read_only || !call.answer) return;
  for (auto& [key, pack] : config.organization_packs)
    if (!refused(config, pack.place)) follow(config, pack);
}

ApiResult<Json> put_organization_pack(Config& config, const Request& request) {
  const ApiResult<OrganizationPack*> made = put_everywhere(config, request.place(), request.input);
  if (!made) return made.error();
  return Json{{"OrganizationConformancePackArn", (*made)->arn}};
}

ApiResult<Json> delete_organization_pack(Config& config, const Request& request) {
  const ApiResult<OrganizationPack*> found = asked_pack(config, request);
  if (!found) return found.error();
  OrganizationPack& pack = **found;
  for (const auto& [account, state] : pack.members)
    if (const auto member =
            config.packs.find({Place{account, pack.place.region}, member_name(pack)});
        member != config.packs.end())
      take_away(config, member->second);
  config.organization_packs.erase({pack.place, std::string{pack.name}});
  return Json::object();
}

ApiResult<Json> describe_organization_packs(Config& config, const Request& request) {
  if (auto no = refused(config, request.place())) return *std::move(no);
  Json list = Json::array();
  for (const auto& [key, pack] : config.organization_packs)
    if (key.first == request.place())
      list.push_back({{"OrganizationConformancePackName", pack.name},
                      {"OrganizationConformancePackArn", pack.arn},
                      {"ExcludedAccounts", input::texts(pack.given, "ExcludedAccounts")}});
  return Json{{"OrganizationConformancePacks", list}};
}

ApiResult<Json> describe_organization_pack_statuses(Config& config, const Request& request) {
  if (auto no = refused(config, request.place())) return *std::move(no);
  Json list = Json::array();
  for (const auto& [key, pack] : config.organization_packs)
    if (key.first == request.place())
      list.push_back({{"OrganizationConformancePackName", pack.name}, {"Status", state_of(pack)}});
  return Json{{"OrganizationConformancePackStatuses", list}};
}

ApiResult<Json> get_organization_pack_detail(Config& config, const Request& request) {
  const ApiResult<OrganizationPack*> found = asked_pack(config, request);
  if (!found) return found.error();
  Json list = Json::array();
  for (const auto& [account, state] : (*found)->members)
    list.push_back(
        {{"AccountId", account}, {"ConformancePackName", member_name(**found)}, {"Status", state}});
  return Json{{"OrganizationConformancePackDetailedStatuses", list}};
}

ApiResult<Created> create_organization_pack(Config& config, const ResourceRequest& request) {
  const ApiResult<OrganizationPack*> made =
      put_everywhere(config, request.place, request.properties);
  if (!made) return made.error();
  (*made)->source = request.source;
  return Created{.physical_id = (*made)->name, .arn = (*made)->arn};
}

}  // namespace opsim::config

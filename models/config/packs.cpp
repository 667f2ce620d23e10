// Conformance packs of one account and Region.
// AWS: Config Developer Guide, "Conformance Packs"; API Reference, PutConformancePack: its state is
// CREATE_IN_PROGRESS "until the conformance pack is created"; "You cannot update a conformance pack
// while it is in this state". Service limits: 50 packs of an account.
#include "models/config/packs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/fault_target.hpp"
#include "opsim/kernel/estimate.hpp"

namespace opsim::config {

namespace {

constexpr std::string_view kService = "config-conforms.amazonaws.com";

ApiError no_such_pack() {
  return {"NoSuchConformancePackException",
          "You specified one or more conformance packs that do not exist."};
}

/// "encrypted-conformance-pack-00000001": the rules of a pack carry its suffix.
std::string in_pack(const Pack& pack, const std::string& rule) {
  return fmt::format("{}-{}", rule, pack.id);
}

void make_rules(Config& config, Pack& pack) {
  const ApiResult<PackTemplate> read = read_pack(pack.given, pack.place);
  if (!read) return;
  std::vector<std::string> stale = std::move(pack.rules);
  pack.rules.clear();
  for (const Json& written : read->rules) {
    Json rule = written;
    const std::string name = in_pack(pack, input::text(written, "ConfigRuleName"));
    rule["ConfigRuleName"] = name;
    const ApiResult<Rule*> made = put_rule(config, pack.place, rule);
    if (!made) continue;
    (*made)->made_by = kService;
    (*made)->remediation.reset();
    pack.rules.push_back(name);
    std::erase(stale, name);
  }
  for (const Json& written : read->remediations)
    if (Rule* rule = config.find(pack.place, in_pack(pack, input::text(written, "ConfigRuleName"))))
      rule->remediation = read_remediation(written);
  for (const std::string& name : stale) config.rules.erase({pack.place, name});
}

void finish(Config& config, const Place& place, const std::string& name) {
  const auto found = config.packs.find({place, name});
  if (found == config.packs.end() || !found->second.state.ends_with("IN_PROGRESS")) return;
  Pack& pack = found->second;
  if (!config.recorders.contains(place)) {
    pack.state = "CREATE_FAILED";
    pack.reason = "There are no configuration recorders available. Create one and try again.";
    return;
  }
  const bool again = !pack.rules.empty();  // a pack that is put again, as it is or not
  make_rules(config, pack);
  pack.state = "CREATE_COMPLETE";
  pack.reason.clear();
  pack.updated = config.cloud.sim().now();
  if (pack.updated == config.cloud.sim().start()) return;
  config.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = again ? Level::everything : Level::story,
       .subject = name,
       .text = fmt::format("stands in account {}: {} rule{}", place.account, pack.rules.size(),
                           pack.rules.size() == 1 ? "" : "s"),
       .source = pack.source,
       .detail = {{"act", "deployed"}, {"account", place.account}}});
}

ApiResult<std::vector<Pack*>> chosen_packs(Config& config, const Request& request) {
  std::vector<Pack*> all;
  std::vector<std::string> names = input::texts(request.input, "ConformancePackNames");
  if (const std::string one = input::text(request.input, "ConformancePackName"); !one.empty())
    names.push_back(one);
  for (auto& [key, pack] : config.packs) {
    const bool named = names.empty() || std::ranges::find(names, pack.name) != names.end();
    if (key.first == request.place() && named) all.push_back(&pack);
  }
  if (all.size() < names.size()) return no_such_pack();
  return all;
}

constexpr Shape kPackWord{.kind = Kind::text, .min = 1};
constexpr Field kTakeAwayFields[] = {
    {.name = "hitting", .shape = &kManyShape, .doc = "In how many of the accounts."},
    {.name = "on", .shape = &kPackWord, .need = Need::required, .doc = "An aggregator."},
};

}  // namespace

extern constexpr Shape kTakeAwayShape{
    .kind = Kind::mapping,
    .doc = "Somebody with rights in an account deletes the conformance packs that stand there.",
    .fields = kTakeAwayFields};

ApiResult<Pack*> put_pack(Config& config, const Place& place, const Json& given,
                          const std::string& organization_pack) {
  constexpr std::ptrdiff_t kMostPacks = 50;
  const std::string name = input::text(given, "ConformancePackName");
  if (name.empty() || name.size() > 256)
    return ApiError{"InvalidParameterValueException", "A pack's name has 1 to 256 characters"};
  if (const ApiResult<PackTemplate> read = read_pack(given, place); !read) return read.error();
  const auto known = config.packs.find({place, name});
  const auto count = std::ranges::count_if(
      config.packs, [&](const auto& one) { return one.first.first == place; });
  if (known == config.packs.end() && count >= kMostPacks)
    return ApiError{"MaxNumberOfConformancePacksExceededException",
                    "You have reached the limit of the number of conformance packs you can create "
                    "in an account."};
  if (known != config.packs.end() && known->second.state.ends_with("IN_PROGRESS"))
    return ApiError{"ResourceInUseException",
                    fmt::format("The conformance pack {} is being created or deleted.", name)};
  Pack& pack = config.packs[{place, name}];
  if (pack.id.empty()) {
    pack.name = name;
    pack.place = place;
    pack.id = config.cloud.next_id("conformance-pack-");
    pack.arn = arn(place, "config", fmt::format("conformance-pack/{}/{}", name, pack.id));
    pack.organization_pack = organization_pack;
  }
  pack.given = given;
  pack.state = "CREATE_IN_PROGRESS";
  Simulation& sim = config.cloud.sim();
  // Estimate: packs are stacks of a few rules, which take a minute or two.
  static const Distribution kTakes = estimate("lognormal(p50 70s, p99 4min)");
  const bool stood = sim.now() == sim.start();
  const Duration takes =
      stood ? Duration{} : kTakes.sample_duration(sim.random("config.pack." + place.account));
  sim.after(takes, [&config, place, name] { finish(config, place, name); });
  return &pack;
}

void take_away(Config& config, Pack& pack) {
  for (const std::string& rule : pack.rules) config.rules.erase({pack.place, rule});
  config.packs.erase({pack.place, std::string{pack.name}});
}

ApiResult<Json> put_pack_call(Config& config, const Request& request) {
  const auto known =
      config.packs.find({request.place(), input::text(request.input, "ConformancePackName")});
  if (known != config.packs.end() && !known->second.organization_pack.empty())
    return ApiError{"InsufficientPermissionsException",
                    "The conformance pack belongs to the organization and is not modifiable by a "
                    "member account."};
  const ApiResult<Pack*> made = put_pack(config, request.place(), request.input, "");
  if (!made) return made.error();
  return Json{{"ConformancePackArn", (*made)->arn}};
}

/// "ensuring that the underlying AWS Config rules and remediation actions are not modifiable by
/// your organization's member accounts". UNDOCUMENTED: the code.
ApiResult<Json> delete_pack(Config& config, const Request& request) {
  const auto known =
      config.packs.find({request.place(), input::text(request.input, "ConformancePackName")});
  if (known == config.packs.end()) return no_such_pack();
  if (!known->second.organization_pack.empty())
    return ApiError{"InsufficientPermissionsException",
                    "The conformance pack belongs to the organization and is not modifiable by a "
                    "member account."};
  if (known->second.state.ends_with("IN_PROGRESS"))
    return ApiError{"ResourceInUseException", "The conformance pack is being created or deleted."};
  take_away(config, known->second);
  return Json::object();
}

ApiResult<Json> describe_packs(Config& config, const Request& request) {
  const ApiResult<std::vector<Pack*>> all = chosen_packs(config, request);
  if (!all) return all.error();
  Json list = Json::array();
  for (const Pack* pack : *all) {
    Json one{{"ConformancePackName", pack->name},
             {"ConformancePackArn", pack->arn},
             {"ConformancePackId", pack->id}};
    if (const Json& parameters = input::member(pack->given, "ConformancePackInputParameters");
        parameters.is_array())
      one["ConformancePackInputParameters"] = parameters;
    if (!pack->organization_pack.empty())
      one["CreatedBy"] = "config-multiaccountsetup.amazonaws.com";
    list.push_back(std::move(one));
  }
  return Json{{"ConformancePackDetails", list}};
}

ApiResult<Json> describe_pack_status(Config& config, const Request& request) {
  const ApiResult<std::vector<Pack*>> all = chosen_packs(config, request);
  if (!all) return all.error();
  Json list = Json::array();
  for (const Pack* pack : *all) {
    Json one{{"ConformancePackName", pack->name},
             {"ConformancePackId", pack->id},
             {"ConformancePackArn", pack->arn},
             {"ConformancePackState", pack->state}};
    if (!pack->reason.empty()) one["ConformancePackStatusReason"] = pack->reason;
    list.push_back(std::move(one));
  }
  return Json{{"ConformancePackStatusDetails", list}};
}

ApiResult<Json> describe_pack_compliance(Config& config, const Request& request) {
  const ApiResult<std::vector<Pack*>> all = chosen_packs(config, request);
  if (!all) return all.error();
  Json list = Json::array();
  for (const Pack* pack : *all)
    for (const std::string& name : pack->rules)
      if (const Rule* rule = config.find(pack->place, name))
        list.push_back({{"ConfigRuleName", name}, {"ComplianceType", compliance_of(*rule)}});
  return Json{{"ConformancePackName", input::text(request.input, "ConformancePackName")},
              {"ConformancePackRuleComplianceList", list}};
}

ApiResult<Created> create_pack(Config& config, const ResourceRequest& request) {
  config.recorders.try_emplace(
      request.place, Recorder{.given = {{"name", "default"}}, .recording = true, .implied = true});
  const ApiResult<Pack*> made = put_pack(config, request.place, request.properties, "");
  if (!made) return made.error();
  (*made)->source = request.source;
  return Created{.physical_id = (*made)->name, .arn = (*made)->arn};
}

void begin_take_away(Model& model, const FaultRequest& request) {
  Config& config = static_cast<Config&>(model);
  std::vector<Pack*> all;
  for (auto& [key, pack] : config.packs) all.push_back(&pack);
  Stream& luck = config.cloud.sim().random(request.luck + ".packs");
  const auto by = [](const Pack* pack) { return std::pair{pack->place, pack->name}; };
  for (const Pack* pack : choose_hit(request, std::move(all), luck, by)) {
    Caller caller{pack->place,
                  fmt::format("arn:{}:sts::{}:assumed-role/AccountAdmin/console",
                              partition_of(pack->place.region), pack->place.account),
                  ""};
    config.cloud.call_later(std::move(caller), "config", "DeleteConformancePack",
                            {{"ConformancePackName", pack->name}});
  }
}

}  // namespace opsim::config

// When rules look: after a change was recorded, and as often as MaximumExecutionFrequency says.
// AWS: Config Developer Guide, "Evaluation mode and trigger types": "After you add a rule to your
// account, AWS Config compares your resources to the conditions of the rule"; "The evaluation runs
// after AWS Config sends a configuration item change notification"; "Periodic: ... at a frequency
// that you choose (for example, every 24 hours)".
// SIMPLIFIED: a rule looks at what is there when it looks, not at what was recorded.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/config.hpp"
#include "models/config/managed_rules.hpp"
#include "models/config/recorded_types.hpp"

namespace opsim::config {

namespace {

struct Frequency {
  std::string_view name;
  std::chrono::hours every;
};
using std::chrono::hours;
// API Reference, ConfigRule: "By default, rules with a periodic trigger are evaluated every 24
// hours."
constexpr Frequency kFrequencies[] = {{"One_Hour", hours{1}},
                                      {"Six_Hours", hours{6}},
                                      {"Three_Hours", hours{3}},
                                      {"Twelve_Hours", hours{12}},
                                      {"TwentyFour_Hours", hours{24}}};

std::chrono::hours frequency_of(const Rule& rule) {
  const std::string name = input::text(rule.given, "MaximumExecutionFrequency");
  const auto found = std::ranges::find(kFrequencies, name, &Frequency::name);
  return found == std::end(kFrequencies) ? hours{24} : found->every;
}

/// InputParameters: a text of JSON in the API, a mapping in most templates.
Json parameters_of(const Rule& rule) {
  const Json& given = input::member(rule.given, "InputParameters");
  if (given.is_object()) return given;
  Json read = Json::parse(input::text(given), nullptr, false);
  return read.is_object() ? read : Json::object();
}

/// Scope: types, one resource, or a tag.
bool is_in_scope(Cloud& cloud, const Rule& rule, const std::string& id) {
  const Json& scope = input::member(rule.given, "Scope");
  if (!scope.is_object()) return true;
  const auto types = input::texts(scope, "ComplianceResourceTypes");
  if (!types.empty() && std::ranges::find(types, rule.managed->type) == types.end()) return false;
  const std::string only = input::text(scope, "ComplianceResourceId");
  if (!only.empty() && only != id) return false;
  const std::string tag = input::text(scope, "TagKey");
  if (tag.empty()) return true;
  const Resource* resource = cloud.resources().find(id);
  if (resource == nullptr || !resource->tags.contains(tag)) return false;
  const std::string value = input::text(scope, "TagValue");
  return value.empty() || resource->tags.at(tag) == value;
}

void evaluate(Config& config, Rule& rule, const std::string& id) {
  if (!is_in_scope(config.cloud, rule, id)) return;
  const Json parameters = parameters_of(rule);
  const Look look{config.cloud, rule.place, id, parameters};
  Judgement judged = rule.managed->judge(look);
  find(config, rule, id,
       {.type = std::string{rule.managed->type},
        .compliance = std::move(judged.compliance),
        .annotation = std::move(judged.annotation),
        .found = {},
        .since = {}});
}

/// The rule, where it still is as it was when a timer was set.
Rule* same(Config& config, const Place& place, const std::string& name, std::uint64_t version) {
  Rule* rule = config.find(place, name);
  return rule != nullptr && rule->version == version ? rule : nullptr;
}

void evaluate_again(Config& config, const Place& place, const std::string& name,
                    std::uint64_t version) {
  Rule* rule = same(config, place, name, version);
  if (rule == nullptr) return;
  evaluate_all(config, *rule);
  config.cloud.sim().after(frequency_of(*rule), [&config, place, name, version] {
    evaluate_again(config, place, name, version);
  });
}

}  // namespace

void begin_evaluations(Config& config, Rule& rule) {
  const std::uint64_t version = ++rule.version;
  if (rule.managed == nullptr) return;
  Simulation& sim = config.cloud.sim();
  Stream& luck = sim.random(fmt::format("config.rule.{}.{}", rule.place.account, rule.name));
  // What stands before time begins was compared long ago, and its timer is somewhere on its way.
  const bool stood = sim.now() == sim.start();
  const Duration first = stood ? Duration{} : config.evaluates_in.sample_duration(luck);
  const auto look = [&config, place = rule.place, name = rule.name, version] {
    if (Rule* again = same(config, place, name, version)) evaluate_all(config, *again);
  };
  sim.after(first, look);
  if (rule.managed->trigger == Trigger::change) return;
  const Duration every = frequency_of(rule);
  const double part = stood ? luck.uniform() : 1;
  const auto next = std::chrono::duration_cast<Duration>(every * part);
  sim.after(next, [&config, place = rule.place, name = rule.name, version] {
    evaluate_again(config, place, name, version);
  });
}

void evaluate_change(Config& config, const Place& place, const ResourceKey& resource) {
  for (auto& [key, rule] : config.rules) {
    if (key.first != place || rule.managed == nullptr) continue;
    if (rule.managed->type != resource.type || rule.managed->trigger == Trigger::periodic) continue;
    Simulation& sim = config.cloud.sim();
    const Duration delay = config.evaluates_in.sample_duration(
        sim.random(fmt::format("config.rule.{}.{}", place.account, rule.name)));
    sim.after(delay, [&config, place, name = rule.name, version = rule.version, id = resource.id] {
      if (Rule* again = same(config, place, name, version)) evaluate(config, *again, id);
    });
  }
}

void evaluate_all(Config& config, Rule& rule) {
  if (rule.managed == nullptr || !config.recorders[rule.place].recording) return;
  const std::vector<std::string> there = resources_of(config.cloud, rule.place, rule.managed->type);
  std::erase_if(rule.findings, [&](const auto& known) {
    return std::ranges::find(there, known.first) == there.end() &&
           known.second.type == rule.managed->type;
  });
  for (const std::string& id : there) evaluate(config, rule, id);
}

}  // namespace opsim::config

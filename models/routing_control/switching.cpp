// Switching: whether the safety rules let it pass, and who hears of it.
// AWS: ARC Developer Guide, "Safety rules in routing control": an assertion rule holds after the
// change, "or the routing control state isn't changed"; a gating rule lets its target controls be
// changed only while its gating controls fit. UpdateRoutingControlStates: one transaction.
// UNDOCUMENTED: the wording of ConflictException.
#include <fmt/format.h>

#include <algorithm>

#include "models/routing_control/routing_control.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::routing_control {

namespace {

ApiError conflict(const SafetyRule& rule, std::string_view why) {
  return {"ConflictException",
          fmt::format("The request conflicts with the safety rule {} ({}): {}", rule.name, rule.arn,
                      why),
          409};
}

bool names(const std::vector<std::string>& list, const std::string& arn) {
  return std::ranges::find(list, arn) != list.end();
}

bool touches(const SafetyRule& rule, const std::vector<Change>& changes) {
  return std::ranges::any_of(
      changes, [&](const Change& change) { return names(rule.targets, change.control->arn); });
}

/// How many of the rule's controls are on, after the changes or as they are now.
std::size_t count_on(RoutingControls& arc, const SafetyRule& rule,
                     const std::vector<Change>& changes) {
  return static_cast<std::size_t>(std::ranges::count_if(rule.judged, [&](const std::string& arn) {
    for (const Change& change : changes)
      if (change.control->arn == arn) return change.on;
    const RoutingControl* control = find(arc.controls, arn);
    return control != nullptr && control->on;
  }));
}

std::optional<ApiError> forbidden(RoutingControls& arc, const SafetyRule& rule,
                                  const std::vector<Change>& changes) {
  if (!touches(rule, changes)) return std::nullopt;
  if (rule.changed && arc.now() < *rule.changed + rule.wait)
    return conflict(rule, "its wait period after the last change is not over");
  const bool asserts = rule.kind == RuleKind::assertion;
  // A gate is judged as it stands: a request cannot open it and pass in one.
  const std::size_t on = count_on(arc, rule, asserts ? changes : std::vector<Change>{});
  if (holds(rule.config, on, rule.judged.size())) return std::nullopt;
  return conflict(
      rule, asserts ? fmt::format("{} of its {} controls would be on", on, rule.judged.size())
                    : fmt::format("{} of its {} gating controls are on", on, rule.judged.size()));
}

void tell(RoutingControls& arc, const RoutingControl& control) {
  arc.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = control.name,
       .text = fmt::format("routing control {}", control.on ? "on" : "off"),
       .source = std::string{arc.cloud.resources().source_of(control.arn)},
       .detail = {{"act", "routing control"}, {"status", control.on ? "On" : "Off"}}});
}

/// "A routing control health check is healthy while the routing control is ON." SIMPLIFIED: at
/// once.
void tell_health_checks(RoutingControls& arc, const RoutingControl& control) {
  const auto parsed = Arn::parse(control.arn);
  const Place place{parsed ? parsed->account : "", "us-east-1"};
  const auto listed = arc.cloud.inspect(place, "route53", "ListHealthChecks", Json::object());
  if (!listed) return;
  for (const Json& check : input::member(*listed, "HealthChecks"))
    if (input::text(input::member(check, "HealthCheckConfig"), "RoutingControlArn") == control.arn)
      arc.cloud.change_quantity(input::text(check, "Id"), "routing control",
                                {opsim::Change::How::to, control.on ? 1.0 : 0.0});
}

}  // namespace

bool holds(const RuleConfig& config, std::size_t on, std::size_t all) {
  std::size_t wanted = config.threshold;
  if (config.type == "AND") wanted = all;
  if (config.type == "OR") wanted = 1;
  return (on >= wanted) != config.inverted;
}

ApiResult<void> set_states(RoutingControls& arc, const std::vector<Change>& changes,
                           const std::vector<std::string>& overridden) {
  for (const std::string& arn : overridden)
    if (find(arc.rules, arn) == nullptr) return not_found("Safety rule", arn);
  for (const auto& [arn, rule] : arc.rules)
    if (!names(overridden, arn))
      if (auto error = forbidden(arc, rule, changes)) return *error;
  for (const Change& change : changes) {
    if (change.control->on == change.on) continue;
    change.control->on = change.on;
    for (auto& [arn, rule] : arc.rules)
      if (names(rule.targets, change.control->arn)) rule.changed = arc.now();
    tell(arc, *change.control);
    tell_health_checks(arc, *change.control);
  }
  return {};
}

}  // namespace opsim::routing_control

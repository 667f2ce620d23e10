// AWS: FIS User Guide, "Actions" (action-sequence), "Targets", "Quotas" (fis-quotas); API
// Reference, CreateExperimentTemplate and its member types.
#include "models/fis/template_check.hpp"

#include <algorithm>
#include <ranges>
#include <set>

#include "models/fis/actions.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::fis {

namespace {

// Quotas of fis-quotas.
constexpr std::size_t kMostActions = 20;
constexpr std::size_t kMostStopConditions = 5;
constexpr std::size_t kMostArns = 5;
constexpr Duration kLongestAction = std::chrono::hours{12};

template <class Map>
std::string one_of(const Map& known, std::string_view wrong) {
  return did_you_mean(wrong, std::views::keys(known));
}

void check_target(const std::string& name, const TargetSpec& target, Problems& problems) {
  if (!target.arns.empty() && !target.tags.empty())
    problems.add("You cannot specify both resource ARNs and resource tags for target {}.", name);
  if (!target.arns.empty() && !target.filters.empty())
    problems.add("You cannot specify both resource ARNs and filters for target {}.", name);
  if (target.arns.empty() && target.tags.empty() && target.filters.empty() &&
      target.parameters.empty())
    problems.add("Target {} must have resource ARNs, resource tags, filters or parameters", name);
  if (target.arns.size() > kMostArns)
    problems.add("Target {} has {} resource ARNs; at most {}", name, target.arns.size(), kMostArns);
  for (const std::string& arn : target.arns)
    if (!Arn::parse(arn)) problems.add("Target {}: {} is not an ARN", name, opsim::quoted(arn));
  if (target.row == nullptr) return;
  for (const auto& [key, value] : target.parameters) {
    const auto known = [&](const ParameterRow& row) { return row.name == key; };
    if (std::ranges::none_of(target.row->parameters, known))
      problems.add("Unexpected parameter {} found in target {}", opsim::quoted(key),
                   opsim::quoted(name));
  }
  for (const ParameterRow& row : target.row->parameters)
    if (row.required && !target.parameters.contains(std::string{row.name}))
      problems.add("Parameter {} of target {} is required", opsim::quoted(std::string{row.name}),
                   opsim::quoted(name));
}

void check_aim(const TemplateSpec& spec, const std::string& name, const ActionSpec& action,
               Problems& problems) {
  const std::string wanted{action.row->target};
  for (const auto& [key, target] : action.targets) {
    if (key != wanted) {
      problems.add("Unexpected target {} found in action {}.", opsim::quoted(key),
                   opsim::quoted(name));
      continue;
    }
    const auto found = spec.targets.find(target);
    if (found == spec.targets.end())
      problems.add("Target {} of action {} is not defined{}", opsim::quoted(target),
                   opsim::quoted(name), one_of(spec.targets, target));
    else if (found->second.row != nullptr && found->second.row->type != action.row->type)
      problems.add("Target {} of action {} is of type {}; must be {}", opsim::quoted(target),
                   opsim::quoted(name), found->second.row->type, action.row->type);
  }
  if (!wanted.empty() && !action.targets.contains(wanted))
    problems.add("Required target {} not found in action {}.", opsim::quoted(wanted),
                 opsim::quoted(name));
}

/// EBS actions begin at one second, all others at one minute (fis-actions-reference).
Duration shortest(const ActionRow& row) {
  return row.id.starts_with("aws:ebs:") ? Duration{std::chrono::seconds{1}}
                                        : Duration{std::chrono::minutes{1}};
}

void check_duration(const std::string& name, ActionSpec& action, std::string_view parameter,
                    Problems& problems) {
  const std::string text = action.parameter(parameter);
  if (text.empty()) return;
  const auto duration = parse_iso_duration(text);
  if (!duration || *duration < shortest(*action.row) || *duration > kLongestAction)
    problems.add("{} {} of action {} is not valid; must be {} to PT12H", parameter,
                 opsim::quoted(text), opsim::quoted(name),
                 shortest(*action.row) < std::chrono::minutes{1} ? "PT1S" : "PT1M");
  else if (parameter == "duration")
    action.duration = duration;
}

void check_parameters(const std::string& name, ActionSpec& action, Problems& problems) {
  const ActionRow& row = *action.row;
  std::vector<std::string_view> known;
  for (const ParameterRow& parameter : row.parameters) {
    known.push_back(parameter.name);
    if (parameter.required && !action.parameters.contains(std::string{parameter.name}))
      problems.add("Required parameter {} not found in action {}.",
                   opsim::quoted(std::string{parameter.name}), opsim::quoted(name));
    const bool lasting = parameter.name == "duration" || parameter.name == "maxDuration" ||
                         parameter.name == "startInstancesAfterDuration" ||
                         parameter.name == "durationBeforeInterruption";
    if (lasting) check_duration(name, action, parameter.name, problems);
  }
  for (const auto& [key, value] : action.parameters)
    if (std::ranges::find(known, key) == known.end())
      problems.add("Unexpected parameter {} found in action {}.{}", opsim::quoted(key),
                   opsim::quoted(name), did_you_mean(key, known));
  if (action.parameters.contains("percentage")) {
    const std::string text = action.parameter("percentage");
    const auto number = parse_selection("PERCENT(" + text + ")");
    if (!number)
      problems.add("percentage {} of action {} is not valid; must be 1 to 100", opsim::quoted(text),
                   opsim::quoted(name));
  }
}

void check_order(const TemplateSpec& spec, Problems& problems) {
  for (const auto& [name, action] : spec.actions)
    for (const std::string& before : action.after)
      if (!spec.actions.contains(before))
        problems.add("startAfter of action {} names {}, which is not defined{}",
                     opsim::quoted(name), opsim::quoted(before), one_of(spec.actions, before));
  const std::vector<std::string> cycle = start_after_cycle(spec.actions);
  if (!cycle.empty())
    problems.add("startAfter of action {} is a cycle: {}", opsim::quoted(cycle.front()),
                 fmt::join(cycle, " -> "));
}

bool waits_for(const TemplateSpec& spec, const std::string& late, const std::string& early) {
  std::set<std::string> seen;
  std::vector<std::string> waiting{late};
  while (!waiting.empty()) {
    const auto found = spec.actions.find(waiting.back());
    waiting.pop_back();
    if (found == spec.actions.end()) continue;
    for (const std::string& before : found->second.after) {
      if (before == early) return true;
      if (seen.insert(before).second) waiting.push_back(before);
    }
  }
  return false;
}

/// UNDOCUMENTED: two of the same at the same time on the same would undo each other.
void check_overlaps(const TemplateSpec& spec, Problems& problems) {
  for (const auto& [name, action] : spec.actions)
    for (const auto& [other, twin] : spec.actions) {
      if (name >= other || action.row == nullptr || action.row != twin.row) continue;
      if (!action.duration || action.targets.empty() || action.targets != twin.targets) continue;
      Texts mine = action.parameters;
      Texts its = twin.parameters;
      mine.erase("duration");
      its.erase("duration");
      if (mine == its && !waits_for(spec, name, other) && !waits_for(spec, other, name))
        problems.add("Actions {} and {} overlap: both are {} on the same target",
                     opsim::quoted(name), opsim::quoted(other), action.row->id);
    }
}

}  // namespace

void check_template(TemplateSpec& spec, Problems& problems) {
  if (spec.role.empty()) problems.add("RoleArn must be specified");
  if (spec.stop_alarms.size() > kMostStopConditions)
    problems.add("StopConditions has {} alarms; at most {}", spec.stop_alarms.size(),
                 kMostStopConditions);
  if (spec.actions.empty()) problems.add("Actions must not be empty");
  if (spec.actions.size() > kMostActions)
    return problems.add("Actions has {} actions; at most {}", spec.actions.size(), kMostActions);
  for (const auto& [name, target] : spec.targets) check_target(name, target, problems);
  for (auto& [name, action] : spec.actions) {
    if (action.row == nullptr) continue;
    check_aim(spec, name, action, problems);
    check_parameters(name, action, problems);
  }
  check_order(spec, problems);
  check_overlaps(spec, problems);
}

}  // namespace opsim::fis

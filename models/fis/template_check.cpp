// AWS: FIS User Guide, "Actions" (action-sequence), "Targets", "Quotas" (fis-quotas); API
// Reference, CreateExperimentTemplate and its member types.
#include "models/fis/template_check.hpp"

#include <algorithm>
#include <charconv>
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
constexpr std::size_t kLongestDescription = 512;

template <class Map>
std::string one_of(const Map& known, std::string_view wrong) {
  return did_you_mean(wrong, std::views::keys(known));
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

/// API Reference and CloudFormation's schema: "Maximum length of 512"; the wording is that of AWS's
/// request validation.
void check_description(const std::string& text, Problems& problems) {
  if (text.empty())
    problems.add(
        "1 validation error detected: Value null at 'description' failed to satisfy constraint: "
        "Member must not be null");
  std::size_t characters = 0;
  for (const char c : text) characters += (c & 0xC0) != 0x80 ? 1 : 0;
  if (characters > kLongestDescription)
    problems.add(
        "1 validation error detected: Value '{}' at 'description' failed to satisfy constraint: "
        "Member must have length less than or equal to {}",
        text, kLongestDescription);
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

/// "PT1M-PT12H", "0.1-100", "ingress|egress".
bool is_within(std::string_view text, std::string_view range) {
  const auto dash = range.find('-');
  if (range.find('|') != range.npos || dash == range.npos) {
    for (const auto word : std::views::split(range, '|'))
      if (std::string_view{word.begin(), word.end()} == text) return true;
    return false;
  }
  const std::string_view least = range.substr(0, dash);
  const std::string_view most = range.substr(dash + 1);
  if (least.starts_with('P')) {
    const auto duration = parse_iso_duration(text);
    return duration && *duration >= *parse_iso_duration(least) &&
           *duration <= *parse_iso_duration(most);
  }
  const auto number = parse_number(text);
  return number && *number >= *parse_number(least) && *number <= *parse_number(most);
}

std::string range_text(std::string_view range) {
  const auto dash = range.find('-');
  if (range.find('|') == range.npos && dash != range.npos)
    return fmt::format("{} to {}", range.substr(0, dash), range.substr(dash + 1));
  std::string text = "one of ";
  for (const char c : range) text += c == '|' ? std::string{", "} : std::string{c};
  return text;
}

void check_range(const std::string& name, const ActionSpec& action, const ParameterRow& parameter,
                 Problems& problems) {
  const auto given = action.parameters.find(std::string{parameter.name});
  if (given == action.parameters.end() || parameter.range.empty()) return;
  std::string_view range = parameter.range;
  const bool many = range.ends_with('+');
  if (many) range.remove_suffix(1);
  bool fits = !given->second.empty();
  for (const auto part : std::views::split(given->second, many ? ',' : '\0')) {
    std::string_view word{part.begin(), part.end()};
    while (word.starts_with(' ')) word.remove_prefix(1);
    if (word.ends_with('%')) word.remove_suffix(1);
    fits = fits && is_within(word, range);
  }
  if (!fits)
    problems.add("{} {} of action {} is not valid; must be {}", parameter.name,
                 opsim::quoted(given->second), opsim::quoted(name), range_text(range));
}

void check_parameters(const std::string& name, ActionSpec& action, Problems& problems) {
  const ActionRow& row = *action.row;
  std::vector<std::string_view> known;
  for (const ParameterRow& parameter : row.parameters) {
    known.push_back(parameter.name);
    if (parameter.required && !action.parameters.contains(std::string{parameter.name}))
      problems.add("Required parameter {} not found in action {}.",
                   opsim::quoted(std::string{parameter.name}), opsim::quoted(name));
    check_range(name, action, parameter, problems);
    if (parameter.name == "duration")
      action.duration = parse_iso_duration(action.parameter("duration"));
  }
  for (const auto& [key, value] : action.parameters)
    if (std::ranges::find(known, key) == known.end())
      problems.add("Unexpected parameter {} found in action {}.{}", opsim::quoted(key),
                   opsim::quoted(name), did_you_mean(key, known));
  // "alarmArns: you can specify up to five alarms."
  if (row.id == "aws:cloudwatch:assert-alarm-state" &&
      std::ranges::count(action.parameter("alarmArns"), ',') > 4)
    problems.add("alarmArns of action {} names more than five alarms", opsim::quoted(name));
  // "If the scope is prefix-list, this is the identifier of the customer managed prefix list."
  if (action.parameter("scope") == "prefix-list" &&
      action.parameter("prefixListIdentifier").empty())
    problems.add("Required parameter \"prefixListIdentifier\" not found in action {}.",
                 opsim::quoted(name));
}

/// How an action wants its targets found (fis-actions-reference).
void check_way(const TemplateSpec& spec, const std::string& name, const ActionSpec& action,
               Problems& problems) {
  for (const auto& [key, target_name] : action.targets) {
    const auto found = spec.targets.find(target_name);
    if (found == spec.targets.end()) continue;
    const TargetSpec& target = found->second;
    const std::string_view id = action.row->id;
    // "This action only supports targeting by tags."
    if (id == "aws:s3:bucket-pause-replication" && target.tags.empty())
      problems.add("Action {} ({}) supports targets by resource tags only", opsim::quoted(name),
                   id);
    // "This action doesn't support defining targets using resource tags, filters, or parameters."
    const bool by_arn_only = id == "aws:ec2:api-insufficient-instance-capacity-error" ||
                             id == "aws:eks:inject-kubernetes-custom-resource";
    if (by_arn_only && target.arns.empty())
      problems.add("Action {} ({}) supports targets by resource ARNs only", opsim::quoted(name),
                   id);
  }
}

void check_order(const TemplateSpec& spec, Problems& problems) {
  for (const auto& [name, action] : spec.actions)
    for (const std::string& before : action.after)
      if (problems.at = "/actions/" + name + "/startAfter"; !spec.actions.contains(before))
        problems.add("startAfter of action {} names {}, which is not defined{}",
                     opsim::quoted(name), opsim::quoted(before), one_of(spec.actions, before));
  const std::vector<std::string> cycle = start_after_cycle(spec.actions);
  if (!cycle.empty()) problems.at = "/actions/" + cycle.front() + "/startAfter";
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
      problems.at = "/actions/" + name;
      if (mine == its && !waits_for(spec, name, other) && !waits_for(spec, other, name))
        problems.add("Actions {} and {} overlap: both are {} on the same target",
                     opsim::quoted(name), opsim::quoted(other), action.row->id);
    }
}

}  // namespace

void check_template(TemplateSpec& spec, Problems& problems) {
  problems.at = "/description";
  check_description(spec.description, problems);
  problems.at.clear();
  if (spec.role.empty()) problems.add("RoleArn must be specified");
  if (spec.stop_alarms.size() > kMostStopConditions)
    problems.add("StopConditions has {} alarms; at most {}", spec.stop_alarms.size(),
                 kMostStopConditions);
  if (spec.actions.empty()) problems.add("Actions must not be empty");
  if (spec.actions.size() > kMostActions)
    return problems.add("Actions has {} actions; at most {}", spec.actions.size(), kMostActions);
  for (const auto& [name, target] : spec.targets) {
    problems.at = "/targets/" + name;
    check_target(name, target, problems);
  }
  for (auto& [name, action] : spec.actions) {
    problems.at = "/actions/" + name;
    if (action.row == nullptr) continue;
    check_aim(spec, name, action, problems);
    check_way(spec, name, action, problems);
    check_parameters(name, action, problems);
  }
  check_order(spec, problems);
  check_overlaps(spec, problems);
}

}  // namespace opsim::fis

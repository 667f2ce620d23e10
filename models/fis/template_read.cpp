// Experiment templates as written: members to a spec, every complaint at once.
// UNDOCUMENTED: the wording of most refusals. Known from reports: "Unexpected target ... found in
// action ...", "You cannot specify both resource ARNs and resource tags for target ...".
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "models/fis/actions.hpp"
#include "models/fis/experiment_template.hpp"
#include "models/fis/template_check.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::fis {

namespace {

Texts read_texts(const Json& object) {
  Texts found;
  if (object.is_object())
    for (const auto& [key, value] : object.items()) found[key] = input::text(value);
  return found;
}

void read_target_type(const std::string& name, const Json& members, TargetSpec& target,
                      Problems& problems) {
  const std::string type = input::text(members, "ResourceType");
  target.row = find_target(type);
  if (target.row != nullptr) return;
  std::vector<std::string_view> known;
  for (const TargetRow& row : target_rows()) known.push_back(row.type);
  problems.add("Resource type {} of target {} is not supported{}", opsim::quoted(type),
               opsim::quoted(name), did_you_mean(type, known));
  problems.about("resourceType");
}

TargetSpec read_target(const std::string& name, const Json& members, Problems& problems) {
  TargetSpec target;
  read_target_type(name, members, target, problems);
  target.arns = input::texts(members, "ResourceArns");
  target.tags = read_texts(input::member(members, "ResourceTags"));
  target.parameters = read_texts(input::member(members, "Parameters"));
  const Json& filters = input::member(members, "Filters");
  if (filters.is_array())
    for (const Json& filter : filters)
      target.filters.push_back({input::text(filter, "Path"), input::texts(filter, "Values")});
  target.selection_text = input::text(members, "SelectionMode");
  if (const auto selection = parse_selection(target.selection_text)) {
    target.selection = *selection;
  } else {
    problems.add(
        "Selection mode {} of target {} is not valid; must be ALL, COUNT(n) or PERCENT(n) with n "
        "from 1",
        opsim::quoted(target.selection_text), opsim::quoted(name));
    problems.about("selectionMode");
  }
  return target;
}

ActionSpec read_action(const std::string& name, const Json& members, Problems& problems) {
  ActionSpec action;
  const std::string id = input::text(members, "ActionId");
  action.row = find_action(id);
  if (action.row == nullptr) {
    std::vector<std::string_view> known;
    for (const ActionRow& row : action_rows()) known.push_back(row.id);
    problems.not_found = true;
    problems.add("Action with ID {} not found (action {}){}", id, opsim::quoted(name),
                 did_you_mean(id, known));
    problems.about("actionId");
  }
  action.description = input::text(members, "Description");
  action.parameters = read_texts(input::member(members, "Parameters"));
  action.targets = read_texts(input::member(members, "Targets"));
  action.after = input::texts(members, "StartAfter");
  return action;
}

void read_stop_conditions(const Json& conditions, TemplateSpec& spec, Problems& problems) {
  // CreateExperimentTemplate: stopConditions is required; {"source": "none"} says there is none.
  if (!conditions.is_array() || conditions.empty())
    return problems.add("Stop conditions must not be empty; \"none\" is a source, too");
  for (const Json& condition : conditions) {
    const std::string source = input::text(condition, "Source");
    const std::string value = input::text(condition, "Value");
    if (source == "none") continue;
    if (source != "aws:cloudwatch:alarm") {
      problems.add("Stop condition source {} is not valid; one of aws:cloudwatch:alarm, none",
                   opsim::quoted(source));
    } else if (const auto alarm = Arn::parse(value);
               !alarm || !alarm->resource.starts_with("alarm:")) {
      problems.add("Stop condition value {} is not the ARN of an alarm", opsim::quoted(value));
    } else {
      spec.stop_alarms.push_back(value);
    }
  }
}

void read_options(const Json& options, TemplateSpec& spec, Problems& problems) {
  const auto choose = [&](std::string_view name, std::string_view usual, std::string_view other) {
    const std::string given = input::text(options, name);
    if (!given.empty() && given != usual && given != other)
      problems.add("{} is {}; one of {}, {}", name, opsim::quoted(given), usual, other);
    return given == other;
  };
  spec.multi_account = choose("AccountTargeting", "single-account", "multi-account");
  spec.skips_empty = choose("EmptyTargetResolutionMode", "fail", "skip");
}

/// CloudFormation and the API name the bucket differently; both need one.
void read_report(const Json& report, Problems& problems) {
  if (!report.is_object() || report.empty()) return;
  const Json& outputs = input::member(report, "Outputs");
  std::string bucket = input::text(input::member(outputs, "S3Configuration"), "BucketName");
  if (bucket.empty())
    bucket = input::text(input::member(outputs, "ExperimentReportS3Configuration"), "BucketName");
  if (bucket.empty())
    problems.add("Experiment report configuration must name an S3 bucket in its outputs");
  for (const char* member : {"PreExperimentDuration", "PostExperimentDuration"})
    if (const std::string text = input::text(report, member);
        !text.empty() && !parse_iso_duration(text))
      problems.add("{} {} is not a duration of ISO 8601", member, opsim::quoted(text));
}

}  // namespace

std::optional<Selection> parse_selection(std::string_view text) {
  if (text == "ALL") return Selection{};
  Selection selection;
  if (text.starts_with("COUNT("))
    selection.how = Selection::How::count;
  else if (text.starts_with("PERCENT("))
    selection.how = Selection::How::percent;
  else
    return std::nullopt;
  if (!text.ends_with(')')) return std::nullopt;
  text.remove_prefix(text.find('(') + 1);
  text.remove_suffix(1);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, selection.number);
  const bool whole = error == std::errc{} && stop == end && selection.number >= 1;
  const bool at_most = selection.how == Selection::How::count || selection.number <= 100;
  return whole && at_most ? std::optional{selection} : std::nullopt;
}

std::size_t chosen(const Selection& selection, std::size_t found) {
  const auto number = static_cast<std::size_t>(selection.number);
  switch (selection.how) {
    case Selection::How::all: return found;
    case Selection::How::count: return std::min(found, number);
    case Selection::How::percent: return found * number / 100;
  }
  return found;
}

std::string ActionSpec::parameter(std::string_view name) const {
  if (const auto given = parameters.find(std::string{name}); given != parameters.end())
    return given->second;
  for (const ParameterRow& known : row->parameters)
    if (known.name == name) return std::string{known.otherwise};
  return {};
}

TemplateSpec read_template(const Json& members, Problems& problems) {
  TemplateSpec spec;
  spec.description = input::text(members, "Description");
  spec.role = input::text(members, "RoleArn");
  const Json& targets = input::member(members, "Targets");
  if (targets.is_object())
    for (const auto& [name, target] : targets.items()) {
      problems.at = "/targets/" + name;
      spec.targets[name] = read_target(name, target, problems);
    }
  const Json& actions = input::member(members, "Actions");
  if (actions.is_object())
    for (const auto& [name, action] : actions.items()) {
      problems.at = "/actions/" + name;
      spec.actions[name] = read_action(name, action, problems);
    }
  problems.at = "/stopConditions";
  read_stop_conditions(input::member(members, "StopConditions"), spec, problems);
  problems.at = "/experimentOptions";
  read_options(input::member(members, "ExperimentOptions"), spec, problems);
  spec.tags = input::tags(input::member(members, "Tags"));
  spec.log_configuration = input::member(members, "LogConfiguration");
  spec.report_configuration = input::member(members, "ExperimentReportConfiguration");
  problems.at = "/experimentReportConfiguration";
  read_report(spec.report_configuration, problems);
  check_template(spec, problems);
  return spec;
}

ApiResult<TemplateSpec> read_template(const Json& members) {
  Problems problems;
  TemplateSpec spec = read_template(members, problems);
  if (problems.empty()) return spec;
  return problems.error();
}

}  // namespace opsim::fis

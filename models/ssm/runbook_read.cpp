// Reading an Automation document (schema 0.3).
// AWS: Systems Manager User Guide, "Runbook schema and features", "Properties shared by all
// actions" (defaults: maxAttempts 1, onFailure Abort, isEnd false, isCritical true but false where
// onFailure is Continue; nextStep absent: the next step of the document).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/ssm/action.hpp"
#include "models/ssm/document_reader.hpp"
#include "models/ssm/runbook_check.hpp"
#include "models/ssm/step_names.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kRunbookStepKeys[] = {
    "action", "description", "inputs",   "isCritical", "isEnd",   "maxAttempts",
    "name",   "nextStep",    "onCancel", "onFailure",  "outputs", "timeoutSeconds",
};
constexpr std::string_view kOutputTypes[] = {"Boolean", "Integer",    "MapList",
                                             "String",  "StringList", "StringMap"};
/// automation-actions, onCancel: the cancel workflow cannot go to these.
constexpr std::string_view kNotOnCancel[] = {
    "aws:approve", "aws:copyImage", "aws:createImage",  "aws:createStack", "aws:createTags",
    "aws:loop",    "aws:pause",     "aws:runInstances", "aws:sleep",
};

class StepReader {
 public:
  StepReader(const Names& names, Diagnostics& diagnostics)
      : names_{names}, diagnostics_{diagnostics} {}

  /// The steps of a list, each followed by those of its loop.
  void read_list(const Node& steps, std::optional<std::uint32_t> loop, std::vector<StepSpec>& all);
  StepSpec read(const Node& node, std::size_t number);

 private:
  void complain(const Node& at, const std::string& what) {
    diagnostics_.add(at.complaint(fmt::format("{}: {}", subject_, what)));
  }
  void read_action(const Node& node, StepSpec& step);
  void read_inputs(const Node& inputs, StepSpec& step);
  void read_api(const Node& inputs, StepSpec& step);
  void read_loop(const Node& inputs, StepSpec& step);
  void read_flow(const Node& node, StepSpec& step);
  void read_outputs(const Node& outputs, StepSpec& step);
  std::optional<StepOutput> read_output(const Node& node);
  Jump read_jump(const Node& node, std::string_view key);
  bool read_flag(const Node& node, std::string_view key, bool otherwise);
  Fillable read_number(const Node& node, std::string_view key);

  const Names& names_;
  Diagnostics& diagnostics_;
  std::string subject_;
};

bool StepReader::read_flag(const Node& node, std::string_view key, bool otherwise) {
  const std::optional<Node> value = node.find(key);
  if (!value || is_intrinsic(*value)) return otherwise;
  if (const auto flag = value->as_boolean()) return *flag;
  const std::string text = value->as_text().value_or("");
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  complain(*value, fmt::format("{} is {}; expected true or false", key, value->describe()));
  return otherwise;
}

Fillable StepReader::read_number(const Node& node, std::string_view key) {
  const std::optional<Node> value = node.find(key);
  if (!value || is_intrinsic(*value)) return {};
  Fillable made = Fillable::compile(value->to_json(), names_);
  if (!made.is_literal()) return made;
  const std::string text = value->as_text().value_or("");
  const bool digits = !text.empty() && text.size() < 10 &&
                      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text != "0") return made;
  complain(*value, fmt::format("{} is {}; expected a whole number from 1", key, value->describe()));
  return {};
}

Jump StepReader::read_jump(const Node& node, std::string_view key) {
  const std::optional<Node> value = node.find(key);
  if (!value || is_intrinsic(*value)) return {};
  const std::string text = value->as_text().value_or("");
  if (text == "Abort") return {Jump::To::abort, 0, true};
  if (text == "Continue" && key == "onFailure") return {Jump::To::proceed, 0, true};
  if (text.starts_with("step:")) {
    std::string_view name{text};
    name.remove_prefix(5);
    while (name.starts_with(' ')) name.remove_prefix(1);
    const auto step = find_step(name, *value, key, names_, subject_, diagnostics_);
    return step ? Jump{Jump::To::step, *step, true} : Jump{};
  }
  complain(*value, fmt::format("{} is {}; expected Abort, {}step:<name of a step>", key,
                               value->describe(), key == "onFailure" ? "Continue, " : ""));
  return {};
}

std::optional<StepOutput> StepReader::read_output(const Node& node) {
  if (!node.is_mapping()) {
    complain(node,
             fmt::format("an output is {}; expected Name, Selector and Type", node.describe()));
    return std::nullopt;
  }
  StepOutput output;
  for (const std::string_view key : {"Name", "Selector"}) {
    if (node.contains(key)) continue;
    complain(node, fmt::format("an output has no {}{}", key, instead_of(key, node)));
    return std::nullopt;
  }
  output.name = node.find("Name")->as_text().value_or("");
  const Node path = *node.find("Selector");
  std::string error;
  auto selector = Selector::parse(path.as_text().value_or(""), error);
  if (!selector) {
    complain(path, fmt::format("Selector {}: {}", path.describe(), error));
    return std::nullopt;
  }
  output.selector = std::move(*selector);
  if (const auto type = node.find("Type")) {
    const std::string text = type->as_text().value_or("");
    const auto known = parameter_type(text);
    if (!known)
      complain(*type, fmt::format("output Type {}; {}{}", type->describe(),
                                  one_of_text(kOutputTypes), did_you_mean(text, kOutputTypes)));
    output.type = known.value_or(ParameterType::string);
  }
  return output;
}

void StepReader::read_outputs(const Node& outputs, StepSpec& step) {
  if (!outputs.is_list()) {
    complain(outputs, fmt::format("outputs is {}; expected a list", outputs.describe()));
    return;
  }
  for (const Node& item : outputs.items())
    if (auto output = read_output(item)) step.outputs.push_back(std::move(*output));
}

/// "Service", "Api" and the two properties are the action's; the rest is the API's own input.
void StepReader::read_api(const Node& inputs, StepSpec& step) {
  ApiCallSpec api;
  Json rest = Json::object();
  for (const auto& [key, value, at] : inputs.entries()) {
    if (key == "Service") {
      api.service = Fillable::compile(value.to_json(), names_);
    } else if (key == "Api") {
      api.operation = Fillable::compile(value.to_json(), names_);
    } else if (key == "DesiredValues" && step.action_name != "aws:executeAwsApi") {
      api.desired = Fillable::compile(value.to_json(), names_);
    } else if (key == "PropertySelector" && step.action_name != "aws:executeAwsApi") {
      std::string error;
      api.property = Selector::parse(value.as_text().value_or(""), error);
      if (!api.property)
        complain(value, fmt::format("PropertySelector {}: {}", value.describe(), error));
    } else {
      rest[std::string{key}] = value.to_json();
    }
  }
  api.input = Fillable::compile(rest, names_);
  step.api = std::move(api);
}

void StepReader::read_inputs(const Node& inputs, StepSpec& step) {
  if (!inputs.is_mapping() && !inputs.is_null()) {
    complain(inputs, fmt::format("inputs is {}; expected a mapping", inputs.describe()));
    return;
  }
  Json written = inputs.is_null() ? Json::object() : inputs.to_json();
  if (step.action_name == "aws:loop") written.erase("Steps");
  step.inputs = Fillable::compile(written, names_);
  if (step.action == nullptr) return;
  if (step.action_name == "aws:loop") read_loop(inputs, step);
  check_inputs(inputs, *step.action, subject_, diagnostics_);
  if (step.action_name == "aws:branch")
    step.branch = read_branch(inputs, names_, subject_, diagnostics_);
  if (step.action->open_inputs) read_api(inputs, step);
}

/// AWS: "aws:loop": Iterators or LoopCondition, not both.
void StepReader::read_loop(const Node& inputs, StepSpec& step) {
  LoopSpec loop;
  if (const auto condition = inputs.find("LoopCondition"))
    loop.condition = read_condition(*condition, names_, subject_, diagnostics_);
  if (inputs.contains("Iterators") == loop.condition.has_value())
    complain(inputs, "a loop has either Iterators or a LoopCondition");
  if (const auto steps = inputs.find("Steps"); steps && (!steps->is_list() || steps->size() == 0))
    complain(*steps, "Steps must be a list of at least one step");
  step.looped = std::move(loop);
}

void StepReader::read_flow(const Node& node, StepSpec& step) {
  step.on_failure = read_jump(node, "onFailure");
  step.on_cancel = read_jump(node, "onCancel");
  if (const auto at = node.find("onCancel")) step.on_cancel_at = at->position();
  step.is_end = read_flag(node, "isEnd", false);
  step.is_critical = read_flag(node, "isCritical", step.on_failure.to != Jump::To::proceed);
  step.max_attempts = read_number(node, "maxAttempts");
  step.timeout_seconds = read_number(node, "timeoutSeconds");
  if (const auto next = node.find("nextStep")) {
    step.next = read_step_name(*next, "nextStep", names_, subject_, diagnostics_);
    if (step.is_end) complain(*next, "isEnd and nextStep exclude each other");
  }
}

void StepReader::read_action(const Node& node, StepSpec& step) {
  const std::optional<Node> action = node.find("action");
  if (!action) {
    complain(node, "no action");
    return;
  }
  step.action_name = action->as_text().value_or("");
  step.action = find_action(step.action_name);
  if (step.action != nullptr || is_intrinsic(*action)) return;
  std::vector<std::string_view> known;
  for (const Action& row : actions()) known.push_back(row.name);
  complain(*action, fmt::format("{} is no action of Automation{}", action->describe(),
                                did_you_mean(step.action_name, known)));
}

StepSpec StepReader::read(const Node& node, std::size_t number) {
  StepSpec step;
  step.name = names_.steps[number];
  step.source = node.source();
  subject_ = fmt::format("step {}", step.name);
  refuse_unknown_keys(node, kRunbookStepKeys, subject_, diagnostics_);
  read_action(node, step);
  read_flow(node, step);
  read_inputs(node.find("inputs").value_or(Node{}), step);
  if (const auto outputs = node.find("outputs"); outputs && !outputs->is_null())
    read_outputs(*outputs, step);
  return step;
}

/// The steps of a loop as written, where the step is one.
std::optional<Node> steps_of_loop(const Node& step) {
  if (!step.is_mapping()) return std::nullopt;
  const std::optional<Node> action = step.find("action");
  if (!action || action->as_text().value_or("") != "aws:loop") return std::nullopt;
  const std::optional<Node> inputs = step.find("inputs");
  if (!inputs || !inputs->is_mapping()) return std::nullopt;
  std::optional<Node> steps = inputs->find("Steps");
  return steps && steps->is_list() ? steps : std::nullopt;
}

void StepReader::read_list(const Node& steps, std::optional<std::uint32_t> loop,
                           std::vector<StepSpec>& all) {
  std::optional<std::uint32_t> before;
  for (const Node& node : steps.items()) {
    const auto number = static_cast<std::uint32_t>(all.size());
    if (before) all[*before].follows = number;
    before = number;
    if (!node.is_mapping()) {
      diagnostics_.add(node.complaint(fmt::format(
          "a step is {}; expected a mapping with name, action and inputs", node.describe())));
      all.emplace_back().name = names_.steps[number];
      all.back().loop = loop;
      continue;
    }
    all.push_back(read(node, number));
    all.back().loop = loop;
    const std::optional<Node> inner = steps_of_loop(node);
    if (!inner || !all[number].looped) continue;
    all[number].looped->first = number + 1;
    read_list(*inner, number, all);
    all[number].looped->end = static_cast<std::uint32_t>(all.size());
  }
}

/// Of our own; AWS bounds the size of a document (64 KB) instead.
constexpr std::size_t kMostSteps = 2000;
constexpr int kDeepestLoop = 5;  // of our own: AWS names no limit

/// Every step's name, also of those that have none, so that numbers stay right. False: too many.
bool collect_names(const Node& steps, int depth, std::vector<std::string>& names,
                   Diagnostics& diagnostics) {
  for (const Node& step : steps.items()) {
    if (names.size() == kMostSteps) {
      diagnostics.add(step.complaint(fmt::format("more than {} steps", kMostSteps)));
      return false;
    }
    const std::optional<Node> name = step.find("name");
    const std::string text = name ? name->as_text().value_or("") : "";
    if (text.empty() && !(name && is_intrinsic(*name)))
      diagnostics.add(step.complaint(fmt::format("step {}: no name", names.size() + 1)));
    if (!text.empty()) check_step_name(*name, text, diagnostics);
    if (!text.empty() && std::ranges::find(names, text) != names.end())
      diagnostics.add(name->complaint(
          fmt::format("step {}: a step of that name stands before; names are unique", text)));
    names.push_back(text.empty() ? fmt::format("({})", names.size() + 1) : text);
    const std::optional<Node> inner = steps_of_loop(step);
    if (!inner) continue;
    if (depth == kDeepestLoop) {
      diagnostics.add(step.complaint(
          fmt::format("step {}: loops within loops, more than {} deep", text, kDeepestLoop)));
      return false;
    }
    if (!collect_names(*inner, depth + 1, names, diagnostics)) return false;
  }
  return true;
}

/// automation-actions lists what a cancel workflow does not lead to. UNDOCUMENTED: whether
/// CreateDocument refuses it; public runbooks of AWS have it.
void note_cancel_targets(const DocumentSpec& spec, const Node& content, Diagnostics& diagnostics) {
  for (const StepSpec& step : spec.steps) {
    if (step.on_cancel.written && step.looped)
      diagnostics.note(content.file(), step.on_cancel_at,
                       fmt::format("step {}: AWS does not support onCancel of aws:loop; the steps "
                                   "in it may have one",
                                   step.name));
    if (step.on_cancel.to != Jump::To::step) continue;
    const std::string& target = spec.steps[step.on_cancel.step].action_name;
    if (std::ranges::find(kNotOnCancel, target) == std::end(kNotOnCancel)) continue;
    diagnostics.note(content.file(), step.on_cancel_at,
                     fmt::format("step {}: onCancel leads to {}, which AWS does not support",
                                 step.name, target));
  }
}

}  // namespace

void read_runbook(const Node& content, DocumentSpec& spec, Diagnostics& diagnostics,
                  Findings* findings) {
  const std::optional<Node> steps = content.find("mainSteps");
  if (!steps || !steps->is_list() || steps->size() == 0) {
    const Node at = steps.value_or(content);
    diagnostics.add(at.complaint(
        !steps             ? "mainSteps must be a list of steps"
        : steps->is_list() ? "mainSteps is empty; a runbook needs a step"
                           : fmt::format("mainSteps is {}; it must be a list of steps: each begins "
                                         "with \"- name:\"",
                                         steps->describe())));
    return;
  }
  if (!collect_names(*steps, 1, spec.names.steps, diagnostics)) return;
  if (const auto role = content.find("assumeRole"))
    spec.assume_role = Fillable::compile(role->to_json(), spec.names);
  StepReader reader{spec.names, diagnostics};
  reader.read_list(*steps, std::nullopt, spec.steps);
  note_cancel_targets(spec, content, diagnostics);
  check_runbook(content, spec, diagnostics, findings);
}

}  // namespace opsim::ssm

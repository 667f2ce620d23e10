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

  StepSpec read(const Node& node, std::size_t number);

 private:
  void complain(const Node& at, const std::string& what) {
    diagnostics_.add(at.complaint(fmt::format("{}: {}", subject_, what)));
  }
  void read_action(const Node& node, StepSpec& step);
  void read_inputs(const Node& inputs, StepSpec& step);
  void read_api(const Node& inputs, StepSpec& step);
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
  if (text == "Abort") return {};
  if (text == "Continue" && key == "onFailure") return {Jump::To::proceed, 0};
  if (text.starts_with("step:")) {
    std::string_view name{text};
    name.remove_prefix(5);
    while (name.starts_with(' ')) name.remove_prefix(1);
    const auto step = find_step(name, *value, key, names_, subject_, diagnostics_);
    return step ? Jump{Jump::To::step, *step} : Jump{};
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
    complain(node, fmt::format("an output has no {}", key));
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
  step.inputs = Fillable::compile(inputs.is_null() ? Json::object() : inputs.to_json(), names_);
  if (step.action == nullptr) return;
  check_inputs(inputs, *step.action, subject_, diagnostics_);
  if (step.action_name == "aws:branch")
    step.branch = read_branch(inputs, names_, subject_, diagnostics_);
  if (step.action->open_inputs) read_api(inputs, step);
}

void StepReader::read_flow(const Node& node, StepSpec& step) {
  step.on_failure = read_jump(node, "onFailure");
  step.on_cancel = read_jump(node, "onCancel");
  step.is_end = read_flag(node, "isEnd", false);
  step.is_critical = read_flag(node, "isCritical", step.on_failure.to != Jump::To::proceed);
  step.max_attempts = read_number(node, "maxAttempts");
  step.timeout_seconds = read_number(node, "timeoutSeconds");
  if (const auto next = node.find("nextStep"))
    step.next = read_step_name(*next, "nextStep", names_, subject_, diagnostics_);
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

/// Every step's name, also of those that have none, so that numbers stay right.
std::vector<std::string> step_names(const Node& steps, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const Node& step : steps.items()) {
    const std::optional<Node> name = step.find("name");
    const std::string text = name ? name->as_text().value_or("") : "";
    if (text.empty() && !(name && is_intrinsic(*name)))
      diagnostics.add(step.complaint(fmt::format("step {}: no name", names.size() + 1)));
    if (!text.empty() && std::ranges::find(names, text) != names.end())
      diagnostics.add(name->complaint(
          fmt::format("step {}: a step of that name stands before; names are unique", text)));
    names.push_back(text.empty() ? fmt::format("({})", names.size() + 1) : text);
  }
  return names;
}

void refuse_cancel_targets(const Node& steps, const DocumentSpec& spec, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < spec.steps.size(); ++i) {
    const StepSpec& step = spec.steps[i];
    if (step.on_cancel.to != Jump::To::step) continue;
    const std::string& target = spec.steps[step.on_cancel.step].action_name;
    if (std::ranges::find(kNotOnCancel, target) == std::end(kNotOnCancel)) continue;
    diagnostics.add(steps.at(i)
                        .find("onCancel")
                        ->complaint(fmt::format(
                            "step {}: onCancel leads to a step with {}, which AWS does not allow",
                            step.name, target)));
  }
}

}  // namespace

void read_runbook(const Node& content, DocumentSpec& spec, Diagnostics& diagnostics,
                  Findings* findings) {
  const std::optional<Node> steps = content.find("mainSteps");
  if (!steps || !steps->is_list() || steps->size() == 0) {
    const Node at = steps.value_or(content);
    diagnostics.add(at.complaint(steps && steps->is_list()
                                     ? "mainSteps is empty; a runbook needs a step"
                                     : "mainSteps must be a list of steps"));
    return;
  }
  spec.names.steps = step_names(*steps, diagnostics);
  if (const auto role = content.find("assumeRole"))
    spec.assume_role = Fillable::compile(role->to_json(), spec.names);
  StepReader reader{spec.names, diagnostics};
  for (std::size_t i = 0; i < steps->size(); ++i) {
    const Node step = steps->at(i);
    if (step.is_mapping()) {
      spec.steps.push_back(reader.read(step, i));
    } else {
      diagnostics.add(
          step.complaint(fmt::format("a step is {}; expected a mapping with name, "
                                     "action and inputs",
                                     step.describe())));
      spec.steps.emplace_back().name = spec.names.steps[i];
    }
  }
  refuse_cancel_targets(*steps, spec, diagnostics);
  check_runbook(content, spec, diagnostics, findings);
}

}  // namespace opsim::ssm

#include "models/ssm/runbook_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kGlobals[] = {
    "ACCOUNT_ID", "AWS_PARTITION",   "DATE",
    "DATE_TIME",  "ORGANIZATION_ID", "ORGANIZATIONAL_UNIT_PATH",
    "REGION"};
/// Pseudo parameters of maintenance windows and of executions with targets.
constexpr std::string_view kPseudo[] = {"RESOURCE_ID", "TARGETS", "TARGET_ID",
                                        "WINDOW_EXECUTION_ID", "WINDOW_ID"};
constexpr std::string_view kOthersPrefixes[] = {
    "loop.", "ssm-secure:", "window:", "resource:", "secretsmanager:"};

/// Texts that are programs of another language, where {{ }} has other meanings.
bool is_program(std::string_view key) {
  return key == "Script" || key == "TemplateBody" || key == "description";
}

std::vector<std::string_view> outputs_of(const StepSpec& step) {
  std::vector<std::string_view> names;
  for (const StepOutput& output : step.outputs) names.push_back(output.name);
  if (step.action != nullptr)
    names.insert(names.end(), step.action->outputs.begin(), step.action->outputs.end());
  return names;
}

class PlaceholderCheck {
 public:
  PlaceholderCheck(const DocumentSpec& spec, Diagnostics& diagnostics)
      : spec_{spec}, diagnostics_{diagnostics} {}

  void look_at(const Node& node);

 private:
  void look_at_text(const Node& node);
  void note_index(const Node& node);
  [[nodiscard]] std::string trouble(const Reference& reference) const;
  [[nodiscard]] std::string trouble_with_output(const Reference& reference) const;
  [[nodiscard]] std::string trouble_with_name(const Reference& reference) const;

  const DocumentSpec& spec_;
  Diagnostics& diagnostics_;
};

std::string PlaceholderCheck::trouble_with_output(const Reference& reference) const {
  if (reference.index >= spec_.steps.size()) return "";
  const StepSpec& step = spec_.steps[reference.index];
  const std::vector<std::string_view> known = outputs_of(step);
  // "Payload.x" reaches into an output; "OutputPayload" and "*" are of every step.
  const std::string_view first =
      std::string_view{reference.name}.substr(0, reference.name.find_first_of(".["));
  const bool there = first == "OutputPayload" || first == "*" || first == "Output" ||
                     first == "Status" || std::ranges::find(known, first) != known.end();
  if (there || step.action == nullptr || !step.action->not_simulated.empty()) return "";
  return fmt::format("step {} has no output {}{}", step.name, opsim::quoted(first),
                     did_you_mean(first, known));
}

std::string PlaceholderCheck::trouble_with_name(const Reference& reference) const {
  const std::string_view inside = reference.inside();
  if (inside.starts_with("variable:"))
    return fmt::format("{} is no variable of the document{}", opsim::quoted(reference.name),
                       did_you_mean(reference.name, spec_.names.variables));
  if (std::ranges::find(kPseudo, inside) != std::end(kPseudo)) return "";
  for (const std::string_view prefix : kOthersPrefixes)
    if (inside.starts_with(prefix)) return "";
  const auto dot = inside.find('.');
  if (dot != std::string_view::npos && !spec_.steps.empty())
    return fmt::format("{} names no step and no parameter{}", opsim::quoted(inside),
                       did_you_mean(inside.substr(0, dot), spec_.names.steps));
  return fmt::format("{} is no parameter of the document{}", opsim::quoted(inside),
                     did_you_mean(inside, spec_.names.parameters));
}

std::string PlaceholderCheck::trouble(const Reference& reference) const {
  switch (reference.of) {
    case Reference::Of::parameter:
    case Reference::Of::variable:
    case Reference::Of::ssm_parameter: return "";
    case Reference::Of::output: return trouble_with_output(reference);
    case Reference::Of::unknown: return trouble_with_name(reference);
    case Reference::Of::automation:
      if (reference.name == "EXECUTION_ID") return "";
      return fmt::format("automation:{} is not known; automation:EXECUTION_ID is", reference.name);
    case Reference::Of::global: break;
  }
  if (std::ranges::find(kGlobals, reference.name) != std::end(kGlobals)) return "";
  return fmt::format("global:{} is not known; {}{}", reference.name, one_of_text(kGlobals),
                     did_you_mean(reference.name, kGlobals));
}

void PlaceholderCheck::look_at_text(const Node& node) {
  for_each_reference(node.spelling(), spec_.names, [&](const Reference& reference) {
    if (const std::string what = trouble(reference); !what.empty())
      diagnostics_.add(node.complaint(fmt::format("{}: {}", reference.written, what)));
  });
  note_index(node);
}

/// "{{ launch.InstanceIds[0] }}" is no placeholder: it would stand in the call as it is written.
void PlaceholderCheck::note_index(const Node& node) {
  const std::string_view text = node.spelling();
  for (auto open = text.find("{{"); open != std::string_view::npos;
       open = text.find("{{", open + 2)) {
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) return;
    const std::string written{text.substr(open, close + 2 - open)};
    const auto bracket = written.find('[');
    if (bracket == std::string::npos) continue;
    for_each_reference(written.substr(0, bracket) + "}}", spec_.names, [&](const Reference& named) {
      if (named.of == Reference::Of::output || named.of == Reference::Of::parameter)
        diagnostics_.note(node.file(), node.position(),
                          fmt::format("{}: a placeholder takes no index and stays as written; an "
                                      "output with a Selector such as $.Ids[0] has one",
                                      written));
    });
  }
}

void PlaceholderCheck::look_at(const Node& node) {
  if (is_intrinsic(node)) return;
  if (node.is_text()) return look_at_text(node);
  for (const Node& item : node.items()) look_at(item);
  for (const auto& [key, value, at] : node.entries())
    if (!is_program(key)) look_at(value);
}

/// The steps that can come after a step.
std::vector<std::uint32_t> successors(const DocumentSpec& spec, std::uint32_t number) {
  const StepSpec& step = spec.steps[number];
  std::vector<std::uint32_t> after;
  if (step.on_failure.to == Jump::To::step) after.push_back(step.on_failure.step);
  if (step.on_cancel.to == Jump::To::step) after.push_back(step.on_cancel.step);
  if (step.looped && step.looped->first < step.looped->end) after.push_back(step.looped->first);
  bool falls_through = !step.is_end;
  if (step.branch) {
    for (const Choice& choice : step.branch->choices) after.push_back(choice.next);
    if (step.branch->otherwise) after.push_back(*step.branch->otherwise);
    falls_through = falls_through && !step.branch->otherwise;
  }
  if (!falls_through) return after;
  if (step.next) {
    after.push_back(*step.next);
  } else if (step.follows) {
    after.push_back(*step.follows);
  }
  return after;
}

/// The step as it stands in the document.
Node node_of_step(const Node& main_steps, const DocumentSpec& spec, std::size_t number) {
  std::vector<std::size_t> path;  // of positions in their lists, the innermost first
  std::optional<std::uint32_t> at = static_cast<std::uint32_t>(number);
  while (at) {
    const auto owner = spec.steps[*at].loop;
    std::size_t position = 0;
    for (std::uint32_t i = owner ? *owner + 1 : 0; i < *at; ++i)
      if (spec.steps[i].loop == owner) ++position;
    path.push_back(position);
    at = owner;
  }
  Node node = main_steps.at(path.back());
  for (auto position = path.rbegin() + 1; position != path.rend(); ++position)
    node = node.find("inputs")->find("Steps")->at(*position);
  return node;
}

/// A step of a loop can be reached from within that loop only.
void refuse_ways_into_loops(const Node& content, const DocumentSpec& spec,
                            Diagnostics& diagnostics) {
  const auto encloses = [&](std::optional<std::uint32_t> loop, std::uint32_t step) {
    for (auto at = std::optional{step}; at; at = spec.steps[*at].loop)
      if (at == loop || spec.steps[*at].loop == loop) return true;
    return false;
  };
  for (std::uint32_t i = 0; i < spec.steps.size(); ++i)
    for (const std::uint32_t next : successors(spec, i)) {
      const auto loop = spec.steps[next].loop;
      if (!loop || loop == i || encloses(loop, i)) continue;
      diagnostics.add(node_of_step(*content.find("mainSteps"), spec, i)
                          .complaint(fmt::format(
                              "step {}: leads to {}, which is inside the loop {}",
                              spec.steps[i].name, spec.steps[next].name, spec.steps[*loop].name)));
    }
}

/// The one step that comes after a step that succeeds; nothing where a branch chooses or it ends.
std::optional<std::uint32_t> only_successor(const StepSpec& step) {
  if (step.is_end || step.branch) return std::nullopt;
  return step.next ? step.next : step.follows;
}

/// automation-branchdocs: a runbook that leads back to itself without end is refused, with its
/// circle. UNDOCUMENTED: whether a circle that a branch may leave is one; such a runbook is taken,
/// and ends after 10,000 steps.
void refuse_circles(const Node& content, const DocumentSpec& spec, Diagnostics& diagnostics) {
  std::vector<std::uint32_t> walked_by(spec.steps.size(), 0);
  for (std::uint32_t first = 0; first < spec.steps.size(); ++first) {
    std::optional<std::uint32_t> at = first;
    for (; at && walked_by[*at] == 0; at = only_successor(spec.steps[*at]))
      walked_by[*at] = first + 1;
    if (!at || walked_by[*at] != first + 1) continue;
    std::string circle = spec.steps[*at].name;
    for (auto next = only_successor(spec.steps[*at]);; next = only_successor(spec.steps[*next])) {
      circle += fmt::format(" -> {}", spec.steps[*next].name);
      if (*next == *at) break;
    }
    diagnostics.add(
        node_of_step(*content.find("mainSteps"), spec, *at)
            .complaint(fmt::format("step {}: an infinite loop: {}", spec.steps[*at].name, circle)));
  }
}

void note_unreachable(const Node& content, const DocumentSpec& spec, Diagnostics& diagnostics) {
  std::vector<bool> reached(spec.steps.size(), false);
  std::vector<std::uint32_t> open{0};
  while (!open.empty()) {
    const std::uint32_t number = open.back();
    open.pop_back();
    if (reached[number]) continue;
    reached[number] = true;
    for (const std::uint32_t next : successors(spec, number)) open.push_back(next);
  }
  const std::optional<Node> steps = content.find("mainSteps");
  for (std::size_t i = 0; i < reached.size(); ++i)
    if (!reached[i])
      diagnostics.note(content.file(), node_of_step(*steps, spec, i).position(),
                       fmt::format("step {}: no step leads here", spec.steps[i].name));
}

void list_not_simulated(const DocumentSpec& spec, Findings& findings) {
  for (const StepSpec& step : spec.steps) {
    if (step.action != nullptr && !step.action->not_simulated.empty())
      findings.not_simulated.push_back(fmt::format("action {} (step {}, {}): {}", step.action_name,
                                                   step.name, step.source,
                                                   step.action->not_simulated));
    if (step.action == nullptr && step.action_name.starts_with("aws:"))
      findings.not_simulated.push_back(
          fmt::format("action {} (step {}, {})", step.action_name, step.name, step.source));
    if (step.action != nullptr && !step.action->calls.empty()) {
      const auto colon = step.action->calls.find(':');
      findings.calls.emplace_back(step.action->calls.substr(0, colon),
                                  step.action->calls.substr(colon + 1));
    }
    if (step.api && step.api->service.is_literal() && step.api->operation.is_literal() &&
        !step.api->service.is_null() && !step.api->operation.is_null())
      findings.calls.emplace_back(text_of(step.api->service.literal()),
                                  text_of(step.api->operation.literal()));
  }
}

void check_outputs(const Node& content, const DocumentSpec& spec, Diagnostics& diagnostics) {
  const std::optional<Node> outputs = content.find("outputs");
  if (!outputs || outputs->is_null() || is_intrinsic(*outputs)) return;
  if (!outputs->is_list()) {
    diagnostics.add(outputs->complaint(fmt::format(
        "outputs is {}; expected a list such as [\"describe.State\"]", outputs->describe())));
    return;
  }
  for (const Node& item : outputs->items()) {
    const std::string text = item.as_text().value_or("");
    bool names_step = false;
    for (const std::string& step : spec.names.steps)
      names_step = names_step || text == step || text.starts_with(step + ".");
    if (!names_step && text.find("{{") == std::string::npos)
      diagnostics.add(item.complaint(fmt::format(
          "outputs: {} names no step{}", item.describe(),
          did_you_mean(std::string_view{text}.substr(0, text.find('.')), spec.names.steps))));
  }
}

}  // namespace

std::string instead_of(std::string_view key, const Node& mapping) {
  std::vector<std::string_view> keys;
  for (const auto& [name, value, at] : mapping.entries()) keys.push_back(name);
  const std::string_view near = nearest(key, keys);
  return near.empty() ? "" : fmt::format("; is {} meant?", opsim::quoted(near));
}

void check_placeholders(const Node& node, const DocumentSpec& spec, Diagnostics& diagnostics) {
  PlaceholderCheck{spec, diagnostics}.look_at(node);
}

void check_inputs(const Node& inputs, const Action& action, const std::string& subject,
                  Diagnostics& diagnostics) {
  if (action.inputs == nullptr) return;
  CheckOptions options;
  options.subject = subject;
  options.intrinsics = Intrinsics::accepted;
  options.placeholders = Placeholders::accepted;
  options.scalars = Scalars::loose;
  // Where the inputs are those of an API, it knows more of them than the action's page lists.
  if (!action.open_inputs && action.calls.empty()) {
    if (inputs.is_mapping()) check(inputs, *action.inputs, diagnostics, options);
    return;
  }
  for (const Field& field : action.inputs->fields) {
    if (inputs.contains(field.name) || field.need == Need::optional) continue;
    diagnostics.add(inputs.complaint(fmt::format("{}: inputs have no {}{}", subject, field.name,
                                                 instead_of(field.name, inputs))));
  }
}

void check_runbook(const Node& content, const DocumentSpec& spec, Diagnostics& diagnostics,
                   Findings* findings) {
  for (const std::string_view key : {"assumeRole", "mainSteps"})
    if (const auto part = content.find(key)) check_placeholders(*part, spec, diagnostics);
  check_outputs(content, spec, diagnostics);
  refuse_ways_into_loops(content, spec, diagnostics);
  refuse_circles(content, spec, diagnostics);
  note_unreachable(content, spec, diagnostics);
  if (findings == nullptr) return;
  list_not_simulated(spec, *findings);
  for (std::size_t i = 0; i < spec.steps.size(); ++i)
    check_written_values(node_of_step(*content.find("mainSteps"), spec, i), spec.steps[i],
                         diagnostics);
}

}  // namespace opsim::ssm

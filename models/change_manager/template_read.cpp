// Reading a change template: JSON or YAML of schema 0.3, whose steps are approvals.
#include <fmt/format.h>

#include <algorithm>

#include "models/change_manager/change_template.hpp"
#include "models/change_manager/check.hpp"
#include "opsim/document/read.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::change_manager {

namespace {

constexpr Shape kAny{};
constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kCount{.kind = Kind::integer, .min = 0, .max = 100};
constexpr Shape kSeconds{.kind = Kind::integer, .min = 1, .max = 2'592'000};

constexpr Field kApproverFields[] = {
    {.name = "approver", .shape = &kText, .need = Need::required},
    {.name = "minRequiredApprovals", .shape = &kCount},
    {.name = "type", .shape = &kText, .need = Need::required},
};
constexpr Shape kApprover{.kind = Kind::mapping, .fields = kApproverFields};
constexpr Shape kApprovers{.kind = Kind::list, .of = &kApprover, .min = 1, .max = kMostApprovers};
constexpr Field kEnhancedFields[] = {
    {.name = "Approvers", .shape = &kApprovers, .need = Need::required},
    {.name = "MinRequiredApprovals", .shape = &kCount},
    {.name = "NotificationArn", .shape = &kText},
};
constexpr Shape kEnhanced{.kind = Kind::mapping, .fields = kEnhancedFields};
constexpr Field kInputFields[] = {
    {.name = "EnhancedApprovals", .shape = &kEnhanced, .need = Need::required},
    {.name = "Message", .shape = &kText},
    {.name = "MinRequiredApprovals", .shape = &kCount},
};
constexpr Shape kInputs{.kind = Kind::mapping, .fields = kInputFields};
constexpr std::string_view kActions[] = {"aws:approve"};
constexpr Shape kAction{.kind = Kind::text, .allowed = kActions};
constexpr Field kStepFields[] = {
    {.name = "action", .shape = &kAction, .need = Need::required},
    {.name = "description", .shape = &kText},
    {.name = "inputs", .shape = &kInputs, .need = Need::required},
    {.name = "isEnd", .shape = &kBoolean},
    {.name = "name", .shape = &kText, .need = Need::required},
    {.name = "nextStep", .shape = &kText},
    {.name = "onFailure", .shape = &kText},
    {.name = "timeoutSeconds", .shape = &kSeconds},
};
constexpr Shape kStep{.kind = Kind::mapping, .fields = kStepFields};
constexpr Shape kSteps{.kind = Kind::list, .of = &kStep, .max = kMostLevels};

constexpr Field kRunbookFields[] = {
    {.name = "name", .shape = &kText, .need = Need::required},
    {.name = "version", .shape = &kText},
};
constexpr Shape kRunbook{.kind = Kind::mapping, .fields = kRunbookFields};
constexpr Shape kRunbooks{.kind = Kind::list, .of = &kRunbook};
constexpr std::string_view kVersions[] = {"0.3"};
constexpr Shape kVersion{.kind = Kind::text, .allowed = kVersions};
constexpr Shape kParameters{.kind = Kind::table, .of = &kAny};

constexpr Field kTemplateFields[] = {
    // The example of change-templates-tools says autoApprove, the API reference AutoApprovable.
    {.name = "autoApprovable", .shape = &kBoolean},
    {.name = "autoApprove", .shape = &kBoolean},
    {.name = "cloudWatchMonitors", .shape = &kAny, .simulated = Simulated::no},
    {.name = "description", .shape = &kText},
    {.name = "emergencyChange", .shape = &kBoolean},
    {.name = "executableRunBooks", .shape = &kRunbooks},
    {.name = "mainSteps", .shape = &kSteps},
    {.name = "parameters", .shape = &kParameters},
    {.name = "schemaVersion", .shape = &kVersion, .need = Need::required},
    {.name = "templateInformation", .shape = &kText},
};
constexpr Shape kTemplate{.kind = Kind::mapping, .fields = kTemplateFields};

constexpr std::string_view kTypes[] = {"IamGroup", "IamRole", "IamUser", "SSOGroup", "SSOUser"};

std::string text_at(const Node& node, std::string_view key) {
  const std::optional<Node> found = node.find(key);
  return found ? found->as_text().value_or("") : "";
}

bool yes_at(const Node& node, std::string_view key) { return text_at(node, key) == "true"; }

bool is_placeholder(std::string_view text) { return text.find("{{") != std::string_view::npos; }

/// A placeholder counts as if nothing stood there.
int count_at(const Node& node, std::string_view key, int otherwise) {
  const std::string text = text_at(node, key);
  return text.empty() || is_placeholder(text) ? otherwise : std::atoi(text.c_str());
}

void set_timeout(ApprovalLevel& level) {
  const int seconds = std::atoi(level.timeout_seconds.c_str());
  if (seconds > 0) level.timeout = std::chrono::seconds{seconds};
}

struct Reader {
  Diagnostics& diagnostics;

  void read_line(const Node& text, ApprovalLevel& level) const {
    ApproverLine line{text_at(text, "approver"), text_at(text, "type"),
                      count_at(text, "minRequiredApprovals", level.required > 0 ? 0 : 1)};
    const bool known = std::ranges::find(kTypes, line.type) != std::end(kTypes);
    if (const auto type = text.find("type");
        type && type->is_text() && !known && !is_placeholder(line.type))
      diagnostics.add(
          type->complaint(fmt::format("type of an approver is {}; {}{}", type->describe(),
                                      one_of_text(kTypes), did_you_mean(line.type, kTypes))));
    const bool one = line.type == "IamUser" || line.type == "SSOUser";
    if (one && line.required > 1)
      diagnostics.add(text.complaint(fmt::format("minRequiredApprovals is {}, and {} is one user",
                                                 line.required, line.approver)));
    level.approvers.push_back(std::move(line));
  }

  /// "You specify at least that many approvers for the level." Who knows how many a group has.
  void check_numbers(const Node& step, const ApprovalLevel& level) const {
    const bool users = std::ranges::all_of(level.approvers, [](const ApproverLine& line) {
      return line.type == "IamUser" || line.type == "SSOUser";
    });
    if (users && static_cast<std::size_t>(level.required) > level.approvers.size())
      diagnostics.add(
          step.complaint(fmt::format("{}: MinRequiredApprovals is {}, of {} approvers", level.name,
                                     level.required, level.approvers.size())));
  }

  [[nodiscard]] ApprovalLevel level(const Node& step) const {
    ApprovalLevel level;
    level.name = text_at(step, "name");
    level.timeout_seconds = text_at(step, "timeoutSeconds");
    set_timeout(level);
    const Node inputs = step.find("inputs").value_or(Node{});
    level.message = text_at(inputs, "Message");
    const Node enhanced = inputs.find("EnhancedApprovals").value_or(Node{});
    level.topic = text_at(enhanced, "NotificationArn");
    // "An additional input, MinRequiredApprovals": found in either place.
    level.required =
        count_at(inputs, "MinRequiredApprovals", count_at(enhanced, "MinRequiredApprovals", 0));
    if (const auto approvers = enhanced.find("Approvers"))
      for (const Node& line : approvers->items()) read_line(line, level);
    check_numbers(step, level);
    return level;
  }
};

void replace_all(std::string& text,
                 const std::vector<std::pair<std::string, std::string>>& values) {
  std::size_t at = 0;
  while ((at = text.find("{{", at)) != std::string::npos) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) return;
    std::string_view inside = std::string_view{text}.substr(at + 2, end - at - 2);
    while (inside.starts_with(' ')) inside.remove_prefix(1);
    while (inside.ends_with(' ')) inside.remove_suffix(1);
    const auto value =
        std::ranges::find(values, inside, &std::pair<std::string, std::string>::first);
    if (value == values.end()) {
      at = end;
      continue;
    }
    text.replace(at, end + 2 - at, value->second);
    at += value->second.size();
  }
}

}  // namespace

ChangeTemplate read_template(const Node& text, Diagnostics& diagnostics) {
  ChangeTemplate made;
  const std::size_t before = diagnostics.count();
  check(text, kTemplate, diagnostics,
        {.subject = "a change template",
         .intrinsics = Intrinsics::accepted,
         .placeholders = Placeholders::accepted,
         .scalars = Scalars::loose});
  if (diagnostics.count() != before) return made;
  made.description = text_at(text, "description");
  made.emergency = yes_at(text, "emergencyChange");
  made.auto_approvable = yes_at(text, "autoApprovable") || yes_at(text, "autoApprove");
  if (const auto parameters = text.find("parameters"))
    for (const auto& [name, value, at] : parameters->entries()) {
      const auto given = value.find("default");
      made.parameters.push_back(
          {std::string{name}, given ? std::optional{given->as_text().value_or("")} : std::nullopt});
    }
  if (const auto runbooks = text.find("executableRunBooks"))
    for (const Node& one : runbooks->items())
      made.runbooks.push_back({text_at(one, "name"), text_at(one, "version")});
  const Reader reader{diagnostics};
  if (const auto steps = text.find("mainSteps"))
    for (const Node& step : steps->items()) made.levels.push_back(reader.level(step));
  if (made.levels.empty() && !made.auto_approvable)
    diagnostics.add(text.complaint(
        "mainSteps has no aws:approve; a change needs at least one level of approval, unless the "
        "template is autoApprovable"));
  return made;
}

ChangeTemplate read_template(const std::string& name, const std::string& content,
                             Diagnostics& diagnostics) {
  try {
    return read_template(read_text(name, content).root, diagnostics);
  } catch (const BadInput& bad) {
    diagnostics.append(bad.diagnostics());
    return {};
  }
}

bool recognises(const Node& document) {
  constexpr std::string_view kOwn[] = {"autoApprovable", "emergencyChange", "executableRunBooks",
                                       "templateInformation"};
  return std::ranges::any_of(kOwn, [&](std::string_view key) { return document.contains(key); });
}

void check_template(const Node& document, Diagnostics& diagnostics) {
  (void)read_template(document, diagnostics);
}

ChangeTemplate filled(ChangeTemplate written,
                      const std::vector<std::pair<std::string, std::string>>& values) {
  for (ApprovalLevel& level : written.levels) {
    replace_all(level.message, values);
    replace_all(level.topic, values);
    replace_all(level.timeout_seconds, values);
    set_timeout(level);
    for (ApproverLine& line : level.approvers) {
      replace_all(line.approver, values);
      replace_all(line.type, values);
    }
  }
  return written;
}

}  // namespace opsim::change_manager

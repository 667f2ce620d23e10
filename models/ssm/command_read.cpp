// Reading a Command document: schema 1.2 (runtimeConfig) and 2.0, 2.2 (mainSteps).
// AWS: Systems Manager User Guide, "SSM document schema features and examples", "Command document
// plugin reference", "Conditional statements (preconditions)".
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/document_reader.hpp"
#include "models/ssm/runbook_check.hpp"
#include "models/ssm/step_names.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kPlugins[] = {
    "aws:applications",   "aws:cloudWatch",        "aws:configureDocker", "aws:configurePackage",
    "aws:domainJoin",     "aws:downloadContent",   "aws:psModule",        "aws:refreshAssociation",
    "aws:runCommand",     "aws:runDockerAction",   "aws:runDocument",     "aws:runPowerShellScript",
    "aws:runShellScript", "aws:softwareInventory", "aws:updateAgent",     "aws:updateSsmAgent",
};
constexpr std::string_view kPlatforms[] = {"Linux", "MacOS", "Windows"};
constexpr std::string_view kStepKeys[] = {
    "action",      "description",  "inputs",   "isCritical",     "isEnd",
    "maxAttempts", "name",         "nextStep", "onCancel",       "onFailure",
    "outputs",     "precondition", "settings", "timeoutSeconds",
};

class PluginReader {
 public:
  PluginReader(DocumentSpec& spec, Diagnostics& diagnostics)
      : spec_{spec}, diagnostics_{diagnostics} {}
  void read_step(const Node& node, std::size_t number);
  void read_runtime_config(const Node& config);

 private:
  void refuse_unknown_plugin(const Node& at, std::string_view name);
  void read_precondition(const Node& node, PluginSpec& plugin);
  void refuse_unknown_platform(const Node& pair, const PluginSpec& plugin);
  [[nodiscard]] Fillable timeout_in(const Node& inputs) const;

  DocumentSpec& spec_;
  Diagnostics& diagnostics_;
};

void PluginReader::refuse_unknown_plugin(const Node& at, std::string_view name) {
  if (std::ranges::find(kPlugins, name) != std::end(kPlugins) || is_intrinsic(at)) return;
  diagnostics_.add(at.complaint(fmt::format("{} is no plugin of Command documents{}",
                                            opsim::quoted(name), did_you_mean(name, kPlugins))));
}

Fillable PluginReader::timeout_in(const Node& inputs) const {
  const std::optional<Node> timeout = inputs.find("timeoutSeconds");
  return timeout ? Fillable::compile(timeout->to_json(), spec_.names) : Fillable{};
}

/// AWS: "precondition": platformType is Linux, MacOS or Windows, in just this spelling.
void PluginReader::refuse_unknown_platform(const Node& pair, const PluginSpec& plugin) {
  const auto text_at = [&](std::size_t i) { return pair.at(i).as_text().value_or(""); };
  const std::size_t other = text_at(0) == "platformType" ? 1 : 0;
  if (text_at(1 - other) != "platformType") return;
  const std::string platform = text_at(other);
  if (platform.find("{{") != std::string::npos || is_intrinsic(pair.at(other)) ||
      std::ranges::find(kPlatforms, platform) != std::end(kPlatforms))
    return;
  diagnostics_.add(pair.at(other).complaint(
      fmt::format("step {}: platformType is never {}; {}{}", plugin.name, opsim::quoted(platform),
                  one_of_text(kPlatforms), did_you_mean(platform, kPlatforms))));
}

void PluginReader::read_precondition(const Node& node, PluginSpec& plugin) {
  for (const auto& [key, value, at] : node.entries()) {
    if (key != "StringEquals" || !value.is_list() || value.size() != 2) {
      diagnostics_.add(node.file(), at,
                       fmt::format("step {}: a precondition is StringEquals: [a, b]", plugin.name));
      continue;
    }
    refuse_unknown_platform(value, plugin);
    plugin.preconditions.push_back({Fillable::compile(value.at(0).to_json(), spec_.names),
                                    Fillable::compile(value.at(1).to_json(), spec_.names)});
  }
}

void PluginReader::read_step(const Node& node, std::size_t number) {
  PluginSpec plugin;
  plugin.source = node.source();
  plugin.name = node.find("name").value_or(Node{}).as_text().value_or("");
  if (plugin.name.empty()) {
    diagnostics_.add(node.complaint(fmt::format("step {}: no name", number + 1)));
    plugin.name = fmt::format("({})", number + 1);
  }
  check_step_name(node, node.find("name").value_or(Node{}).as_text().value_or(""), diagnostics_);
  refuse_unknown_keys(node, kStepKeys, fmt::format("step {}", plugin.name), diagnostics_);
  const auto same_name = [&](const PluginSpec& other) { return other.name == plugin.name; };
  if (std::ranges::any_of(spec_.plugins, same_name))
    diagnostics_.add(
        node.complaint(fmt::format("step {}: a step of that name stands before", plugin.name)));
  if (const auto action = node.find("action")) {
    plugin.action = action->as_text().value_or("");
    refuse_unknown_plugin(*action, plugin.action);
  } else {
    diagnostics_.add(node.complaint(fmt::format("step {}: no action", plugin.name)));
  }
  if (const auto precondition = node.find("precondition")) read_precondition(*precondition, plugin);
  const Node inputs = node.find("inputs").value_or(Node{});
  plugin.timeout_seconds = timeout_in(inputs);
  const std::string on_failure = inputs.find("onFailure")
                                     .value_or(node.find("onFailure").value_or(Node{}))
                                     .as_text()
                                     .value_or("");
  plugin.exits_on_failure = on_failure == "exit";
  spec_.plugins.push_back(std::move(plugin));
}

/// 1.2: one entry per plugin, with `properties` that are one set of inputs or a list of them.
void PluginReader::read_runtime_config(const Node& config) {
  for (const auto& [key, value, at] : config.entries()) {
    PluginSpec plugin;
    plugin.name = key;
    plugin.action = key;
    plugin.source = fmt::format("{}:{}", value.file(), at.line);
    if (std::ranges::find(kPlugins, key) == std::end(kPlugins))
      diagnostics_.add(value.file(), at,
                       fmt::format("{} is no plugin of Command documents{}", opsim::quoted(key),
                                   did_you_mean(key, kPlugins)));
    const Node properties = value.find("properties").value_or(Node{});
    const Node first =
        properties.is_list() && properties.size() > 0 ? properties.at(0) : properties;
    plugin.timeout_seconds = timeout_in(first);
    spec_.plugins.push_back(std::move(plugin));
  }
}

std::string_view platform_of(std::string_view action) {
  if (action == "aws:runShellScript") return "linux macos";
  if (action == "aws:runPowerShellScript") return "windows linux macos";
  if (action == "aws:psModule" || action == "aws:domainJoin" || action == "aws:applications")
    return "windows";
  return "linux macos windows";
}

}  // namespace

bool runs_on(const DocumentSpec& document, std::string_view platform) {
  return std::ranges::any_of(document.plugins, [&](const PluginSpec& plugin) {
    return platform_of(plugin.action).find(platform) != std::string_view::npos;
  });
}

void read_command_document(const Node& content, DocumentSpec& spec, Diagnostics& diagnostics,
                           Findings* findings) {
  (void)findings;
  PluginReader reader{spec, diagnostics};
  if (spec.schema_version.starts_with("1")) {
    const std::optional<Node> config = content.find("runtimeConfig");
    if (config && config->is_mapping() && config->size() > 0) {
      reader.read_runtime_config(*config);
      check_placeholders(*config, spec, diagnostics);
    } else {
      diagnostics.add(content.complaint("runtimeConfig must name at least one plugin"));
    }
    return;
  }
  if (const auto config = content.find("runtimeConfig"); config && !config->is_null())
    diagnostics.add(
        config->complaint("runtimeConfig belongs to schemaVersion 1.2; here mainSteps"));
  const std::optional<Node> steps = content.find("mainSteps");
  if (!steps || !steps->is_list() || steps->size() == 0) {
    diagnostics.add(
        steps.value_or(content).complaint("mainSteps must be a list of at least one step"));
    return;
  }
  for (std::size_t i = 0; i < steps->size(); ++i) reader.read_step(steps->at(i), i);
  // SIMPLIFIED: what a script says of {{ }} is its own; only names that are nearly parameters are
  // told, by the declared ones.
  for (const Node& step : steps->items())
    if (const auto inputs = step.find("inputs")) check_placeholders(*inputs, spec, diagnostics);
}

}  // namespace opsim::ssm

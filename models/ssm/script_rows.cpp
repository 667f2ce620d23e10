// `physics:` of a scenario, and why something did not happen.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/members.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/operations.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

/// The steps or plugins of a document, by name.
std::vector<std::string> parts_of(const DocumentSpec& spec) {
  std::vector<std::string> names = spec.names.steps;
  for (const PluginSpec& plugin : spec.plugins) names.push_back(plugin.name);
  return names;
}

const StoredDocument* document_named(Ssm& ssm, const PhysicsRequest& request) {
  const Resource* resource = request.resource;
  if (resource != nullptr) return ssm.find_document(resource->place, resource->physical_id);
  return ssm.find_document(ssm.cloud.home(), request.name);
}

std::string last_of(const Execution& execution) {
  std::string text =
      fmt::format("{} of {}: {}", execution.id,
                  iso8601(std::chrono::floor<std::chrono::seconds>(execution.requested)),
                  to_string(execution.status));
  if (!execution.failure.empty()) text += fmt::format(": {}", execution.failure);
  return text;
}

const Execution* latest(Ssm& ssm, std::string_view document) {
  const Execution* found = nullptr;
  for (const auto& [id, execution] : ssm.executions)
    if (execution->document_name == document &&
        (found == nullptr || execution->number > found->number))
      found = execution.get();
  return found;
}

}  // namespace

void apply_script_physics(Model& model, const PhysicsRequest& request) {
  Ssm& ssm = static_cast<Ssm&>(model);
  const StoredDocument* document = document_named(ssm, request);
  Diagnostics diagnostics;
  if (document != nullptr && !request.part.empty()) {
    const std::vector<std::string> parts = parts_of(*document->versions.back().spec);
    if (std::ranges::find(parts, request.part) == parts.end())
      diagnostics.add(request.values.complaint(fmt::format(
          "physics of {}/{}: {} has no step {}{}", request.name, request.part, request.name,
          opsim::quoted(request.part), did_you_mean(request.part, parts))));
  }
  const std::string name = document == nullptr ? std::string{request.name} : document->name;
  const std::string key = request.part.empty() ? name : fmt::format("{}/{}", name, request.part);
  ScriptPhysics physics = read_script_physics(key, request.values, ssm.sim(), diagnostics);
  diagnostics.throw_if_any();
  ssm.scripts.insert_or_assign(key, std::move(physics));
}

std::vector<std::string> explain(Model& model, std::string_view subject) {
  Ssm& ssm = static_cast<Ssm&>(model);
  const auto slash = subject.find('/');
  const std::string_view name = subject.substr(0, slash);
  const Resource* resource = ssm.cloud.resources().find(name);
  const Place place = resource == nullptr ? ssm.cloud.home() : resource->place;
  const StoredDocument* document = ssm.find_document(
      place, resource == nullptr ? name : std::string_view{resource->physical_id});
  if (document == nullptr) return {};
  const Execution* last = latest(ssm, document->name);
  if (last == nullptr) return {fmt::format("nothing started {}", name)};
  if (slash == std::string_view::npos) return {fmt::format("the last start, {}", last_of(*last))};
  const std::string_view part = subject.substr(slash + 1);
  const auto& steps = last->document->names.steps;
  const auto at = std::ranges::find(steps, part);
  if (at == steps.end() || last->steps.empty()) return {};
  const StepRecord& record = last->steps[static_cast<std::size_t>(at - steps.begin())];
  if (record.status != Status::pending)
    return {fmt::format("step {} ended {}{}{}", part, to_string(record.status),
                        record.failure.empty() ? "" : ": ", record.failure)};
  return {fmt::format("no step led to {}", part), fmt::format("the execution, {}", last_of(*last))};
}

}  // namespace opsim::ssm

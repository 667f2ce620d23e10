#include <fmt/format.h>

#include <algorithm>

#include "models/fis/actions.hpp"
#include "models/fis/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

// fis-quotas: "Active experiments: 5".
constexpr std::ptrdiff_t kMostActive = 5;

ApiResult<Experiment*> named_experiment(Fis& fis, const Request& request, const char* member) {
  const std::string id = input::text(request.input, member);
  if (Experiment* found = fis.find_experiment(request.place(), id)) return found;
  return not_found("Experiment", id);
}

/// "Engaging: there may still be experiments that have not been stopped yet."
std::string_view lever_status(const Fis& fis, const Place& place) {
  if (!fis.levers.contains(place)) return "disengaged";
  const bool some_go_on = std::ranges::any_of(fis.experiments, [&](const auto& one) {
    return one.second->place == place && one.second->stopping && !one.second->is_over();
  });
  return some_go_on ? "engaging" : "engaged";
}

Json lever_json(const Fis& fis, const Place& place) {
  const auto lever = fis.levers.find(place);
  return {{"id", "default"},
          {"arn", arn(place, "fis", "safety-lever/default")},
          {"state",
           {{"status", lever_status(fis, place)},
            {"reason", lever == fis.levers.end() ? "" : lever->second}}}};
}

}  // namespace

ApiResult<Json> start_experiment_call(Fis& fis, const Request& request) {
  const std::string id = input::text(request.input, "experimentTemplateId");
  const ExperimentTemplate* from = fis.find_template(request.place(), id);
  if (from == nullptr) return not_found("Experiment template", id);
  const std::string token = input::text(request.input, "clientToken");
  if (const auto known = fis.tokens.find({request.place(), token});
      !token.empty() && known != fis.tokens.end())
    return Json{{"experiment", experiment_json(*fis.experiments.at(known->second))}};
  const auto active = std::ranges::count_if(fis.experiments, [&](const auto& one) {
    return one.second->place == request.place() && !one.second->is_over();
  });
  if (active >= kMostActive)
    return ApiError{"ServiceQuotaExceededException",
                    fmt::format("At most {} experiments may be active", kMostActive), 402};
  if (from->spec.multi_account && from->accounts.empty())
    return ApiError{"ValidationException",
                    "Multi-account experiments need a target account configuration"};
  const Json& options = input::member(request.input, "experimentOptions");
  const Experiment& made =
      start_experiment(fis, *from,
                       {.skips_all = input::text(options, "actionsMode") == "skip-all",
                        .tags = input::tags(input::member(request.input, "tags"))});
  if (!token.empty()) fis.tokens[{request.place(), token}] = made.id;
  return Json{{"experiment", experiment_json(made)}};
}

ApiResult<Json> stop_experiment_call(Fis& fis, const Request& request) {
  const auto found = named_experiment(fis, request, "id");
  if (!found) return found.error();
  if ((*found)->is_over())
    return ApiError{"ValidationException",
                    fmt::format("Experiment {} is {}", (*found)->id, (*found)->status)};
  stop_experiment(fis, **found, "Experiment stopped by user.");
  return Json{{"experiment", experiment_json(**found)}};
}

ApiResult<Json> get_experiment(Fis& fis, const Request& request) {
  const auto found = named_experiment(fis, request, "id");
  if (!found) return found.error();
  return Json{{"experiment", experiment_json(**found)}};
}

ApiResult<Json> list_experiments(Fis& fis, const Request& request) {
  const std::string of = input::text(request.input, "experimentTemplateId");
  Json found = Json::array();
  for (const auto& [id, one] : fis.experiments)
    if (one->place == request.place() && (of.empty() || one->template_id == of))
      found.push_back(experiment_summary(*one));
  return Json{{"experiments", std::move(found)}};
}

ApiResult<Json> list_resolved_targets(Fis& fis, const Request& request) {
  const auto found = named_experiment(fis, request, "experimentId");
  if (!found) return found.error();
  const std::string only = input::text(request.input, "targetName");
  Json targets = Json::array();
  for (const auto& [name, resolved] : (*found)->targets) {
    if (!only.empty() && only != name) continue;
    for (const Resolved& one : resolved)
      targets.push_back({{"targetName", name},
                         {"resourceType", (*found)->spec.targets.at(name).row->type},
                         {"targetInformation", {{"arn", one.arn}}}});
  }
  return Json{{"resolvedTargets", std::move(targets)}};
}

ApiResult<Json> get_safety_lever(Fis& fis, const Request& request) {
  return Json{{"safetyLever", lever_json(fis, request.place())}};
}

/// "Engaged: running experiments are stopped, new ones are cancelled" (safety-lever).
ApiResult<Json> update_safety_lever(Fis& fis, const Request& request) {
  const Json& state = input::member(request.input, "state");
  const std::string status = input::text(state, "status");
  if (status != "engaged" && status != "disengaged")
    return ApiError{"ValidationException", "state.status must be engaged or disengaged"};
  // "The safety lever cannot be changed while in this state."
  if (lever_status(fis, request.place()) == "engaging")
    return ApiError{"ConflictException", "The safety lever is being engaged", 409};
  if (status == "disengaged") {
    fis.levers.erase(request.place());
  } else {
    fis.levers[request.place()] = input::text(state, "reason");
    for (const auto& [id, one] : fis.experiments)
      if (one->place == request.place())
        stop_experiment(fis, *one, "Experiment stopped: the safety lever is engaged.");
  }
  return Json{{"safetyLever", lever_json(fis, request.place())}};
}

}  // namespace opsim::fis

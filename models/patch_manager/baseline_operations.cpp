// Baselines and patch groups. AWS: Systems Manager API Reference, the operation of the same name;
// CloudFormation, AWS::SSM::PatchBaseline.
#include <fmt/format.h>

#include <algorithm>

#include "models/patch_manager/patch_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::patch_manager {

namespace {

ApiError no_baseline(std::string_view id) {
  return {"DoesNotExistException", fmt::format("Maintenance window or patch baseline {} does not "
                                               "exist.",
                                               id)};
}

Baseline* asked_baseline(PatchManager& manager, const Request& request) {
  const auto found =
      manager.baselines.find({request.place(), input::text(request.input, "BaselineId")});
  return found == manager.baselines.end() ? nullptr : &found->second;
}

Baseline& keep(PatchManager& manager, const Place& place, Baseline baseline) {
  baseline.id = manager.cloud.next_id("pb-");
  baseline.created = manager.cloud.sim().now();
  const std::string id = baseline.id;
  return manager.baselines[{place, id}] = std::move(baseline);
}

std::string group_key(std::string_view group, std::string_view system) {
  return fmt::format("{}/{}", group, system);
}

// "A patch group can be registered with only one patch baseline for each operating system."
ApiResult<void> put_in_group(PatchManager& manager, const Place& place, const std::string& group,
                             const Baseline& baseline) {
  const auto [found, fresh] =
      manager.groups.try_emplace({place, group_key(group, baseline.operating_system)}, baseline.id);
  if (!fresh && found->second != baseline.id)
    return ApiError{"AlreadyExistsException",
                    fmt::format("Patch Group baseline already has a baseline registered for "
                                "OperatingSystem {}.",
                                baseline.operating_system)};
  return {};
}

Json identity(const Baseline& baseline, bool is_default) {
  return {{"BaselineId", baseline.id},
          {"BaselineName", baseline.name},
          {"OperatingSystem", baseline.operating_system},
          {"BaselineDescription", baseline.description},
          {"DefaultBaseline", is_default}};
}

std::string asked_system(const Request& request) {
  const std::string system = input::text(request.input, "OperatingSystem");
  return system.empty() ? "WINDOWS" : system;  // API: "The default value is WINDOWS."
}

}  // namespace

ApiResult<Json> create_patch_baseline(PatchManager& manager, const Request& request) {
  Baseline empty;
  empty.operating_system = "WINDOWS";
  ApiResult<Baseline> read =
      read_baseline(std::move(empty), request.input, manager.cloud.sim().now());
  if (!read) return read.error();
  return Json{{"BaselineId", keep(manager, request.place(), *std::move(read)).id}};
}

ApiResult<Json> delete_patch_baseline(PatchManager& manager, const Request& request) {
  const std::string id = input::text(request.input, "BaselineId");
  for (const auto& [key, baseline] : manager.groups)
    if (key.first == request.place() && baseline == id)
      return ApiError{"ResourceInUseException",
                      "Patch Baseline can not be deleted when it is registered to a Patch Group."};
  manager.baselines.erase({request.place(), id});
  return Json{{"BaselineId", id}};
}

ApiResult<Json> deregister_patch_group(PatchManager& manager, const Request& request) {
  const Baseline* baseline = asked_baseline(manager, request);
  const std::string group = input::text(request.input, "PatchGroup");
  if (baseline == nullptr) return no_baseline(input::text(request.input, "BaselineId"));
  manager.groups.erase({request.place(), group_key(group, baseline->operating_system)});
  return Json{{"BaselineId", baseline->id}, {"PatchGroup", group}};
}

ApiResult<Json> describe_patch_baselines(PatchManager& manager, const Request& request) {
  Json all = Json::array();
  for (const char* system : {"AMAZON_LINUX_2", "WINDOWS"})
    all.push_back(identity(predefined(system),
                           !manager.defaults.contains({request.place(), std::string{system}})));
  for (const auto& [key, baseline] : manager.baselines) {
    if (key.first != request.place()) continue;
    const auto own = manager.defaults.find({request.place(), baseline.operating_system});
    all.push_back(identity(baseline, own != manager.defaults.end() && own->second == baseline.id));
  }
  return Json{{"BaselineIdentities", std::move(all)}};
}

ApiResult<Json> describe_patch_groups(PatchManager& manager, const Request& request) {
  Json all = Json::array();
  for (const auto& [key, id] : manager.groups) {
    const auto baseline = manager.baselines.find({request.place(), id});
    if (key.first != request.place() || baseline == manager.baselines.end()) continue;
    all.push_back({{"PatchGroup", key.second.substr(0, key.second.rfind('/'))},
                   {"BaselineIdentity", identity(baseline->second, false)}});
  }
  return Json{{"Mappings", std::move(all)}};
}

ApiResult<Json> get_default_patch_baseline(PatchManager& manager, const Request& request) {
  const std::string system = asked_system(request);
  const auto own = manager.defaults.find({request.place(), system});
  return Json{{"BaselineId", own != manager.defaults.end() ? own->second : predefined(system).id},
              {"OperatingSystem", system}};
}

ApiResult<Json> get_patch_baseline(PatchManager& manager, const Request& request) {
  const Baseline* baseline = asked_baseline(manager, request);
  const std::string id = input::text(request.input, "BaselineId");
  if (baseline != nullptr) {
    Json json = to_json(*baseline);
    Json groups = Json::array();
    for (const auto& [key, other] : manager.groups)
      if (key.first == request.place() && other == id)
        groups.push_back(key.second.substr(0, key.second.rfind('/')));
    json["PatchGroups"] = std::move(groups);
    return json;
  }
  for (const char* system : {"AMAZON_LINUX_2", "WINDOWS"})
    if (const Baseline own = predefined(system); own.id == id) return to_json(own);
  return no_baseline(id);
}

ApiResult<Json> get_patch_baseline_for_group(PatchManager& manager, const Request& request) {
  const std::string group = input::text(request.input, "PatchGroup");
  const std::string system = asked_system(request);
  const auto found = manager.groups.find({request.place(), group_key(group, system)});
  Json answer{{"PatchGroup", group}, {"OperatingSystem", system}};
  answer["BaselineId"] = found != manager.groups.end() ? found->second : predefined(system).id;
  return answer;
}

ApiResult<Json> register_default_patch_baseline(PatchManager& manager, const Request& request) {
  const std::string id = input::text(request.input, "BaselineId");
  if (const Baseline* baseline = asked_baseline(manager, request)) {
    manager.defaults[{request.place(), baseline->operating_system}] = id;
    return Json{{"BaselineId", id}};
  }
  for (const char* system : {"AMAZON_LINUX_2", "WINDOWS"})
    if (predefined(system).id == id) {
      manager.defaults.erase({request.place(), system});
      return Json{{"BaselineId", id}};
    }
  return no_baseline(id);
}

ApiResult<Json> register_patch_group(PatchManager& manager, const Request& request) {
  const Baseline* baseline = asked_baseline(manager, request);
  const std::string group = input::text(request.input, "PatchGroup");
  if (baseline == nullptr) return no_baseline(input::text(request.input, "BaselineId"));
  if (auto done = put_in_group(manager, request.place(), group, *baseline); !done)
    return done.error();
  return Json{{"BaselineId", baseline->id}, {"PatchGroup", group}};
}

ApiResult<Json> update_patch_baseline(PatchManager& manager, const Request& request) {
  Baseline* baseline = asked_baseline(manager, request);
  if (baseline == nullptr) return no_baseline(input::text(request.input, "BaselineId"));
  ApiResult<Baseline> read = read_baseline(*baseline, request.input, manager.cloud.sim().now());
  if (!read) return read.error();
  *baseline = *std::move(read);
  return to_json(*baseline);
}

ApiResult<Created> create_baseline_resource(PatchManager& manager, const ResourceRequest& request) {
  Baseline empty;
  empty.operating_system = "WINDOWS";  // CloudFormation: the default
  ApiResult<Baseline> read =
      read_baseline(std::move(empty), request.properties, manager.cloud.sim().now());
  if (!read) return read.error();
  const Baseline& baseline = keep(manager, request.place, *std::move(read));
  for (const std::string& group : input::texts(request.properties, "PatchGroups"))
    if (auto done = put_in_group(manager, request.place, group, baseline); !done)
      return done.error();
  if (input::boolean(request.properties, "DefaultBaseline").value_or(false))
    manager.defaults[{request.place, baseline.operating_system}] = baseline.id;
  return Created{baseline.id,
                 arn(request.place, "ssm", "patchbaseline/" + baseline.id),
                 {{"Id", baseline.id}}};
}

}  // namespace opsim::patch_manager

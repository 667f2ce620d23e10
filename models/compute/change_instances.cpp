// What callers may do to instances.
// AWS: EC2 API reference, RunInstances, StartInstances, StopInstances, RebootInstances,
// TerminateInstances, ModifyInstanceAttribute, and "Error codes for the Amazon EC2 API".
// UNDOCUMENTED: the exact wording of IncorrectInstanceState for reboots.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/compute/ec2_operations.hpp"

namespace opsim::compute {

namespace {

constexpr std::int64_t kMostLaunched = 1000;  // in one call; a limit of opsim

bool well_formed(std::string_view id) {
  if (!id.starts_with("i-") || id.size() < 10 || id.size() > 19) return false;
  return std::ranges::all_of(
      id.substr(2), [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

ApiError not_found(const std::vector<std::string>& ids) {
  if (ids.size() == 1)
    return {"InvalidInstanceID.NotFound",
            fmt::format("The instance ID '{}' does not exist", ids.front())};
  return {"InvalidInstanceID.NotFound",
          fmt::format("The instance IDs '{}' do not exist", fmt::join(ids, ", "))};
}

ApiError wrong_state(const Instance& instance, std::string_view done) {
  return {"IncorrectInstanceState",
          fmt::format("The instance '{}' is not in a state from which it can be {}.", instance.id,
                      done)};
}

ApiError protected_from(const Instance& instance, std::string_view done,
                        std::string_view attribute) {
  return {"OperationNotPermitted",
          fmt::format("The instance '{}' may not be {}. Modify its '{}' instance attribute and try "
                      "again.",
                      instance.id, done, attribute)};
}

/// The named instances, at least one, unless this is a dry run.
ApiResult<std::vector<Instance*>> wanted_instances(Fleet& fleet, const Request& request) {
  auto named = named_instances(fleet, request);
  if (!named) return named;
  if (named->empty())
    return ApiError{"MissingParameter", "The request must contain the parameter InstanceId"};
  if (auto error = dry_run(request)) return *std::move(error);
  return named;
}

struct StateChange {
  std::string id;
  InstanceState before;
  InstanceState after;
};
Json changes_json(const std::vector<StateChange>& changes, std::string_view list) {
  Json items = Json::array();
  for (const StateChange& change : changes)
    items.push_back({{"InstanceId", change.id},
                     {"CurrentState", state_json(change.after)},
                     {"PreviousState", state_json(change.before)}});
  return Json{{list, std::move(items)}};
}

template <class Act>
Json change_each(const std::vector<Instance*>& instances, std::string_view list, Act act) {
  std::vector<StateChange> changes;
  for (Instance* instance : instances) {
    const InstanceState before = instance->state;
    act(*instance);
    changes.push_back({instance->id, before, instance->state});
  }
  return changes_json(changes, list);
}

/// RunInstances on top of the launch template that it names.
ApiResult<LaunchSpec> spec_of(Fleet& fleet, const Request& request) {
  const Json& reference = member(request.input, "LaunchTemplate");
  if (!reference.is_object()) return read_launch_spec(request.input, Json{});
  const auto version = find_template(fleet, request.place(), reference);
  if (!version) return version.error();
  LaunchSpec spec = read_launch_spec(overlaid(*version->data, request.input), *version->metadata);
  spec.launch_template = fmt::format("{}:{}", version->of->id, version->number);
  return spec;
}

/// SIMPLIFIED: all of a call's instances are launched, or none.
std::optional<ApiError> no_capacity(Fleet& fleet, const Request& request, const LaunchSpec& spec) {
  std::string zone = spec.zone;
  if (!spec.subnet.empty()) zone = subnet_of(fleet, request.place(), spec.subnet).zone;
  if (zone.empty()) zone = zones_of(request.place().region).front();
  const CapacityWanted wanted{
      request.place(), zone, spec.instance_type, {}, request.caller.principal};
  const ReservedPlace place{request.place(), zone, spec.instance_type, spec.spot};
  if (reservation_for(fleet, place, spec.reservation) != nullptr) return std::nullopt;
  // UNDOCUMENTED: the wording.
  if (spec.reservation.prefers == ReservationWish::Prefers::only)
    return ApiError{"ReservationCapacityExceeded",
                    "The requested reservation does not have sufficient compatible and available "
                    "capacity for this request."};
  if (!lacks_capacity(fleet, wanted)) return std::nullopt;
  return ApiError{"InsufficientInstanceCapacity", capacity_message(wanted), 500};
}

}  // namespace

std::optional<ApiError> dry_run(const Request& request) {
  if (!boolean_of(request.input, "DryRun").value_or(false)) return std::nullopt;
  return ApiError{"DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412};
}

ApiResult<std::vector<Instance*>> named_instances(Fleet& fleet, const Request& request) {
  std::vector<std::string> ids = texts_of(request.input, "InstanceIds");
  if (ids.empty()) ids = texts_of(request.input, "InstanceId");
  std::vector<Instance*> instances;
  std::vector<std::string> missing;
  for (const std::string& id : ids) {
    if (!well_formed(id))
      return ApiError{"InvalidInstanceID.Malformed", fmt::format("Invalid id: \"{}\"", id)};
    Instance* instance = fleet.find(request.place(), id);
    if (instance == nullptr || !is_visible(fleet, *instance)) {
      missing.push_back(id);
    } else {
      instances.push_back(instance);
    }
  }
  if (!missing.empty()) return not_found(missing);
  return instances;
}

ApiResult<Json> run_instances(Fleet& fleet, const Request& request) {
  const auto least = integer_of(request.input, "MinCount");
  const auto most = integer_of(request.input, "MaxCount");
  if (!least || !most)
    return ApiError{"MissingParameter", "The request must contain the parameter MinCount"};
  if (*least < 1 || *most < *least)
    return ApiError{"InvalidParameterValue",
                    fmt::format("Value ({}) for parameter maxCount is invalid.", *most)};
  if (*most > kMostLaunched)
    return ApiError{"InstanceLimitExceeded",
                    fmt::format("opsim launches up to {} instances a call.", kMostLaunched)};
  ApiResult<LaunchSpec> spec = spec_of(fleet, request);
  if (!spec) return spec.error();
  if (spec->image_id.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter ImageId"};
  if (auto error = dry_run(request)) return *std::move(error);

  if (auto refused = no_capacity(fleet, request, *spec)) return *std::move(refused);
  LaunchOrder order;
  order.place = request.place();
  order.spec = std::make_shared<const LaunchSpec>(std::move(*spec));
  order.reservation = fleet.cloud.next_id("r-");
  Json launched = Json::array();
  for (std::int64_t i = 0; i < *most; ++i)
    launched.push_back(instance_json(fleet, launch(fleet, order)));
  return Json{{"ReservationId", order.reservation},
              {"OwnerId", request.place().account},
              {"Groups", Json::array()},
              {"Instances", std::move(launched)}};
}

ApiResult<Json> start_instances(Fleet& fleet, const Request& request) {
  const auto instances = wanted_instances(fleet, request);
  if (!instances) return instances.error();
  for (const Instance* instance : *instances)
    if (instance->state == InstanceState::stopping || is_leaving(instance->state))
      return wrong_state(*instance, "started");
  for (const Instance* instance : *instances) {
    const CapacityWanted wanted{instance->place,
                                instance->zone,
                                instance->spec->instance_type,
                                {},
                                request.caller.principal};
    const ReservedPlace place{instance->place, instance->zone, instance->spec->instance_type,
                              instance->spot};
    if (instance->state == InstanceState::stopped &&
        reservation_for(fleet, place, instance->spec->reservation) == nullptr &&
        lacks_capacity(fleet, wanted))
      return ApiError{"InsufficientInstanceCapacity", capacity_message(wanted), 500};
  }
  return change_each(*instances, "StartingInstances", [&](Instance& instance) {
    if (instance.state == InstanceState::stopped) start(fleet, instance);
  });
}

ApiResult<Json> stop_instances(Fleet& fleet, const Request& request) {
  const auto instances = wanted_instances(fleet, request);
  if (!instances) return instances.error();
  for (const Instance* instance : *instances)
    if (instance->state == InstanceState::pending || is_leaving(instance->state))
      return wrong_state(*instance, "stopped");
  for (const Instance* instance : *instances)
    if (instance->spec->keeps_running)
      return protected_from(*instance, "stopped", "disableApiStop");
  const bool hibernate = boolean_of(request.input, "Hibernate").value_or(false);
  for (const Instance* instance : *instances)
    if (hibernate && !instance->spec->hibernates)
      return ApiError{"UnsupportedHibernationConfiguration",
                      "The instance " + instance->id + " does not have hibernation enabled."};
  return change_each(*instances, "StoppingInstances", [&](Instance& instance) {
    if (instance.state == InstanceState::running) stop(fleet, instance, user_initiated(fleet));
  });
}

/// EC2 User Guide, "Change instance termination protection": of several instances in several zones,
/// those in the zone of a protected one stay, those of other zones are terminated, and the request
/// fails. A group, EC2 itself and the system inside heed no protection.
ApiResult<Json> terminate_instances(Fleet& fleet, const Request& request) {
  const auto instances = wanted_instances(fleet, request);
  if (!instances) return instances.error();
  const Instance* kept = nullptr;
  std::vector<std::string_view> zones;
  for (const Instance* instance : *instances) {
    if (!instance->spec->keeps_existing) continue;
    zones.push_back(instance->zone);
    if (kept == nullptr) kept = instance;
  }
  if (kept != nullptr) {
    for (Instance* instance : *instances)
      if (std::ranges::count(zones, instance->zone) == 0)
        terminate(fleet, *instance, user_initiated(fleet));
    return protected_from(*kept, "terminated", "disableApiTermination");
  }
  return change_each(*instances, "TerminatingInstances", [&](Instance& instance) {
    terminate(fleet, instance, user_initiated(fleet));
  });
}

ApiResult<Json> reboot_instances(Fleet& fleet, const Request& request) {
  const auto instances = wanted_instances(fleet, request);
  if (!instances) return instances.error();
  for (const Instance* instance : *instances)
    if (instance->state != InstanceState::running) return wrong_state(*instance, "rebooted");
  for (Instance* instance : *instances) reboot(fleet, *instance);
  return Json::object();
}

namespace {

std::optional<bool> wanted_flag(const Json& input, const std::string& given,
                                std::string_view named) {
  const Json& flag = member(input, given);
  if (flag.is_object()) return boolean_of(flag, "Value");
  if (text_of(input, "Attribute") != named) return std::nullopt;
  return text_of(input, "Value") == "true";
}

}  // namespace

/// SIMPLIFIED: protection, and the instance type of a stopped instance; other attributes are
/// accepted unchanged.
ApiResult<Json> modify_instance_attribute(Fleet& fleet, const Request& request) {
  const auto instances = wanted_instances(fleet, request);
  if (!instances) return instances.error();
  Instance& instance = *instances->front();
  // "Replaces the security groups of the instance": also of one that runs.
  if (const std::vector<std::string> groups = texts_of(request.input, "Groups"); !groups.empty()) {
    LaunchSpec changed = *instance.spec;
    changed.security_groups = groups;
    instance.spec = std::make_shared<const LaunchSpec>(std::move(changed));
    return Json::object();
  }
  const Json& type = member(request.input, "InstanceType");
  std::string wanted = type.is_object() ? text_of(type, "Value") : text_of(type);
  if (text_of(request.input, "Attribute") == "instanceType")
    wanted = text_of(request.input, "Value");
  const auto existing =
      wanted_flag(request.input, "DisableApiTermination", "disableApiTermination");
  const auto running = wanted_flag(request.input, "DisableApiStop", "disableApiStop");
  if (existing || running) {
    LaunchSpec spec = *instance.spec;
    spec.keeps_existing = existing.value_or(spec.keeps_existing);
    spec.keeps_running = running.value_or(spec.keeps_running);
    instance.spec = std::make_shared<const LaunchSpec>(std::move(spec));
  }
  if (wanted.empty()) return Json::object();
  if (instance.state != InstanceState::stopped)
    return ApiError{"IncorrectInstanceState",
                    fmt::format("The instance '{}' is not in the 'stopped' state.", instance.id)};
  LaunchSpec spec = *instance.spec;
  spec.instance_type = wanted;
  instance.spec = std::make_shared<const LaunchSpec>(std::move(spec));
  return Json::object();
}

}  // namespace opsim::compute

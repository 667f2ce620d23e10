// AWS: EC2 API Reference, DescribeInstances; Systems Manager User Guide, "SSM Agent".
#include "models/ssm/instances.hpp"

#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

InstanceLook look(const Json& instance, bool all_are_managed) {
  InstanceLook made;
  made.managed = all_are_managed || instance.contains("IamInstanceProfile");
  made.id = opsim::input::text(instance, "InstanceId");
  made.state = opsim::input::text(object_member(instance, "State"), "Name");
  const std::string platform = opsim::input::text(instance, "Platform");
  made.platform = platform == "windows" || platform == "Windows" ? "windows" : "linux";
  made.zone = opsim::input::text(object_member(instance, "Placement"), "AvailabilityZone");
  made.address = opsim::input::text(instance, "PrivateIpAddress");
  made.tags = list_member(instance, "Tags");
  return made;
}

std::vector<InstanceLook> describe(Ssm& ssm, const Place& place, const Json& input) {
  std::vector<InstanceLook> found;
  const std::string host_role = ssm.setting(place, kDefaultHostRole);
  const bool all = !host_role.empty() && host_role != "$None";
  const ApiResult<Json> answer = ssm.cloud.inspect(place, "ec2", "DescribeInstances", input);
  if (!answer) return found;
  for (const Json& reservation : list_member(*answer, "Reservations"))
    for (const Json& instance : list_member(reservation, "Instances"))
      found.push_back(look(instance, all));
  return found;
}

bool agent_runs(Ssm& ssm, std::string_view id) {
  const auto agent = ssm.cloud.read_quantity(id, "process amazon-ssm-agent");
  return !agent || *agent > 0;
}

/// Looked up until it is: a role that was given is hardly ever taken away.
bool is_managed(Ssm& ssm, const Place& place, std::string_view id) {
  if (ssm.managed.find(id) != nullptr) return true;
  const Json input{{"InstanceIds", Json::array({id})}};
  const std::vector<InstanceLook> found = describe(ssm, place, input);
  const bool managed = !found.empty() && found.front().managed;
  if (managed) ssm.managed[id] = true;
  return managed;
}

}  // namespace

std::optional<InstanceLook> look_at_instance(Ssm& ssm, const Place& place, std::string_view id) {
  const Json input{{"InstanceIds", Json::array({id})}};
  std::vector<InstanceLook> found = describe(ssm, place, input);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<InstanceLook> look_at_instances(Ssm& ssm, const Place& place, const Json& filters) {
  Json input = Json::object();
  if (!filters.empty()) input["Filters"] = filters;
  return describe(ssm, place, input);
}

bool agent_is_online(Ssm& ssm, const InstanceLook& instance) {
  return instance.managed && instance.state == "running" && agent_runs(ssm, instance.id);
}

bool agent_answers(Ssm& ssm, const Place& place, std::string_view id) {
  if (const auto running = ssm.cloud.read_quantity(id, "running"))
    return *running > 0 && agent_runs(ssm, id) && is_managed(ssm, place, id);
  const std::optional<InstanceLook> instance = look_at_instance(ssm, place, id);
  return instance && agent_is_online(ssm, *instance);
}

std::string platform_of(Ssm& ssm, const Place& place, const std::string& id) {
  if (const std::string* known = ssm.platforms.find(id)) return *known;
  const auto instance = look_at_instance(ssm, place, id);
  return ssm.platforms[id] = instance ? instance->platform : "linux";
}

}  // namespace opsim::ssm

// Operations that tell what is replicated and what was launched. AWS: Elastic Disaster Recovery API
// Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/elastic_disaster_recovery/elastic_disaster_recovery.hpp"

namespace opsim::drs {

namespace {

bool asked_for(const Json& filters, std::string_view key, const std::string& value) {
  const std::vector<std::string> wanted = input::texts(filters, key);
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

/// ISO 8601: "PT2.1S".
std::string duration_text(Duration duration) {
  return fmt::format("PT{:.1f}S", std::chrono::duration<double>(duration).count());
}

Json replication_of(Drs& drs, SourceServer& server) {
  const SimTime last = replicated_until(drs, server);
  Json told{{"dataReplicationState", server.stalled ? "STALLED" : "CONTINUOUS"},
            {"lagDuration", duration_text(drs.now() - last)},
            {"replicatedDisks", Json::array()}};
  if (server.stalled) told["dataReplicationError"] = {{"error", "AGENT_NOT_SEEN"}};
  return told;
}

Json server_json(Drs& drs, SourceServer& server) {
  Json one{{"arn", server.arn},
           {"sourceServerID", server.id},
           {"dataReplicationInfo", replication_of(drs, server)},
           {"lastLaunchResult", server.last_launch},
           {"lifeCycle", Json::object()},
           {"sourceProperties",
            {{"identificationHints",
              {{"awsInstanceID", server.instance}, {"hostname", server.hostname}}},
             {"recommendedInstanceType", server.instance_type}}},
           {"tags", Json::object()}};
  if (!server.last_job.empty())
    one["lifeCycle"]["lastLaunch"] = {{"initiated", {{"jobID", server.last_job}}}};
  if (!server.recovery_instance.empty()) one["recoveryInstanceId"] = server.recovery_instance;
  return one;
}

Json instance_json(Drs& drs, const RecoveryInstance& instance) {
  const Json question{{"InstanceIds", Json::array({instance.id})}};
  std::string state;
  if (const auto told = drs.cloud.inspect(instance.place, "ec2", "DescribeInstances", question))
    for (const Json& reservation : input::member(*told, "Reservations"))
      for (const Json& one : input::member(reservation, "Instances"))
        state = input::text(input::member(one, "State"), "Name");
  std::ranges::transform(state, state.begin(), [](char c) {
    return c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return {{"arn", instance.arn},
          {"recoveryInstanceID", instance.id},
          {"ec2InstanceID", instance.id},
          {"ec2InstanceState", state},
          {"isDrill", instance.drill},
          {"jobID", instance.job},
          {"sourceServerID", instance.server},
          {"pointInTimeSnapshotDateTime", iso8601(instance.data_as_of)},
          {"failback", {{"state", "FAILBACK_NOT_STARTED"}}},
          {"tags", Json::object()}};
}

}  // namespace

std::optional<ApiError> uninitialized(const Drs& drs, const Place& place) {
  for (const auto& [id, server] : drs.servers)
    if (server.place == place) return std::nullopt;
  return ApiError{"UninitializedAccountException", "Account not initialized"};
}

ApiResult<Json> describe_source_servers(Drs& drs, const Request& request) {
  if (const auto no = uninitialized(drs, request.place())) return *no;
  const Json& filters = input::member(request.input, "filters");
  Json items = Json::array();
  for (auto& [id, server] : drs.servers)
    if (server.place == request.place() && asked_for(filters, "sourceServerIDs", id) &&
        (input::text(filters, "hardwareId").empty()))
      items.push_back(server_json(drs, server));
  return Json{{"items", std::move(items)}};
}

ApiResult<Json> describe_recovery_instances(Drs& drs, const Request& request) {
  if (const auto no = uninitialized(drs, request.place())) return *no;
  const Json& filters = input::member(request.input, "filters");
  Json items = Json::array();
  for (const auto& [id, instance] : drs.instances)
    if (instance.place == request.place() && asked_for(filters, "recoveryInstanceIDs", id) &&
        asked_for(filters, "sourceServerIDs", instance.server))
      items.push_back(instance_json(drs, instance));
  return Json{{"items", std::move(items)}};
}

ApiResult<Json> describe_recovery_snapshots(Drs& drs, const Request& request) {
  if (const auto no = uninitialized(drs, request.place())) return *no;
  const std::string id = input::text(request.input, "sourceServerID");
  const auto found = drs.servers.find(id);
  if (found == drs.servers.end() || found->second.place != request.place())
    return ApiError{"ValidationException", fmt::format("Source server {} does not exist", id)};
  std::vector<Snapshot> snapshots = snapshots_of(drs, found->second);
  if (input::text(request.input, "order") == "DESC") std::ranges::reverse(snapshots);
  Json items = Json::array();
  for (const Snapshot& one : snapshots)
    items.push_back({{"snapshotID", one.id},
                     {"sourceServerID", id},
                     {"expectedTimestamp", moment(one.taken)},
                     {"timestamp", moment(one.taken)},
                     {"ebsSnapshots", Json::array()}});
  return Json{{"items", std::move(items)}};
}

ApiResult<Json> get_launch_configuration(Drs& drs, const Request& request) {
  const std::string id = input::text(request.input, "sourceServerID");
  const auto found = drs.servers.find(id);
  if (found == drs.servers.end() || found->second.place != request.place())
    return ApiError{"ResourceNotFoundException", fmt::format("Source server {} not found", id)};
  return found->second.launch_configuration;
}

ApiResult<Json> update_launch_configuration(Drs& drs, const Request& request) {
  const std::string id = input::text(request.input, "sourceServerID");
  const auto found = drs.servers.find(id);
  if (found == drs.servers.end() || found->second.place != request.place())
    return ApiError{"ResourceNotFoundException", fmt::format("Source server {} not found", id)};
  const std::string disposition = input::text(request.input, "launchDisposition");
  if (!disposition.empty() && disposition != "STARTED" && disposition != "STOPPED")
    return ApiError{"ValidationException", "launchDisposition must be STARTED or STOPPED"};
  for (const auto& [key, value] : request.input.items())
    if (found->second.launch_configuration.contains(key))
      found->second.launch_configuration[key] = value;
  return found->second.launch_configuration;
}

}  // namespace opsim::drs

// Operations that launch and end recovery instances, and the jobs that do it. AWS: Elastic Disaster
// Recovery API Reference, StartRecovery, TerminateRecoveryInstances, DescribeJobs,
// DescribeJobLogItems.
#include <fmt/format.h>

#include <algorithm>

#include "models/elastic_disaster_recovery/elastic_disaster_recovery.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::drs {

namespace {

Json job_json(const Job& job) {
  Json servers = Json::array();
  for (const Participant& one : job.servers) {
    Json told{{"sourceServerID", one.server}, {"launchStatus", one.status}};
    if (!one.instance.empty()) told["recoveryInstanceID"] = one.instance;
    servers.push_back(std::move(told));
  }
  Json one{{"arn", job.arn},
           {"jobID", job.id},
           {"type", job.type},
           {"initiatedBy", job.initiated_by},
           {"status", job.status},
           {"creationDateTime", moment(job.created)},
           {"participatingServers", std::move(servers)},
           {"tags", Json::object()}};
  if (job.ended) one["endDateTime"] = moment(*job.ended);
  return one;
}

Job& add_job(Drs& drs, const Place& place, std::string type, std::string initiated_by) {
  Job job;
  job.id = drs.cloud.next_id("drsjob-");
  job.arn = arn(place, "drs", "job/" + job.id);
  job.place = place;
  job.type = std::move(type);
  job.initiated_by = std::move(initiated_by);
  job.created = drs.now();
  const std::string id = job.id;
  return drs.jobs.emplace(id, std::move(job)).first->second;
}

/// A server takes part in one job at a time.
bool is_busy(const Drs& drs, const std::string& server) {
  return std::ranges::any_of(drs.jobs, [&](const auto& entry) {
    return entry.second.status != "COMPLETED" &&
           std::ranges::find(entry.second.servers, server, &Participant::server) !=
               entry.second.servers.end();
  });
}

ApiResult<Participant> read_participant(Drs& drs, const Place& place, const Json& input) {
  const std::string id = input::text(input, "sourceServerID");
  const auto found = drs.servers.find(id);
  if (found == drs.servers.end() || found->second.place != place)
    return ApiError{"ValidationException", fmt::format("Source server {} does not exist", id)};
  if (is_busy(drs, id))
    return ApiError{"ConflictException",
                    fmt::format("Source server {} is already participating in a job", id)};
  Participant part;
  part.server = id;
  part.snapshot = input::text(input, "recoverySnapshotID");
  if (!part.snapshot.empty()) {
    const std::vector<Snapshot> kept = snapshots_of(drs, found->second);
    if (std::ranges::find(kept, part.snapshot, &Snapshot::id) == kept.end())
      return ApiError{"ValidationException",
                      fmt::format("Recovery snapshot {} does not exist", part.snapshot)};
  }
  ApiResult<Participant> answer{boost::system::in_place_value, std::move(part)};
  return answer;
}

Process<> run_termination(Drs& drs, std::string job_id, std::vector<std::string> ids) {
  Job& job = drs.jobs.at(job_id);
  job.status = "STARTED";
  Caller caller{job.place, "drs.amazonaws.com", ""};
  Json input{{"InstanceIds", ids}};
  co_await drs.cloud.call(std::move(caller), "ec2", "TerminateInstances", std::move(input));
  for (const std::string& id : ids) drs.instances.erase(id);
  Job& done = drs.jobs.at(job_id);
  for (Participant& one : done.servers) {
    one.status = "TERMINATED";
    if (const auto server = drs.servers.find(one.server); server != drs.servers.end())
      server->second.recovery_instance.clear();
  }
  done.status = "COMPLETED";
  done.ended = drs.now();
}

}  // namespace

// "sourceServers: Minimum number of 1 item. Maximum number of 200 items."
ApiResult<Json> start_recovery(Drs& drs, const Request& request) {
  if (const auto no = uninitialized(drs, request.place())) return *no;
  const Json& wanted = input::member(request.input, "sourceServers");
  if (!wanted.is_array() || wanted.empty() || wanted.size() > 200)
    return ApiError{"ValidationException", "sourceServers must have between 1 and 200 items"};
  std::vector<Participant> parts;
  for (const Json& one : wanted) {
    ApiResult<Participant> part = read_participant(drs, request.place(), one);
    if (!part) return part.error();
    parts.push_back(*std::move(part));
  }
  const bool drill = input::boolean(request.input, "isDrill").value_or(false);
  Job& job = add_job(drs, request.place(), "LAUNCH", drill ? "START_DRILL" : "START_RECOVERY");
  job.servers = std::move(parts);
  drs.cloud.sim().spawn(run_launch(drs, job.id));
  return Json{{"job", job_json(job)}};
}

ApiResult<Json> terminate_recovery_instances(Drs& drs, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "recoveryInstanceIDs");
  if (ids.empty())
    return ApiError{"ValidationException", "recoveryInstanceIDs must have at least 1 item"};
  std::vector<Participant> parts;
  for (const std::string& id : ids) {
    const auto found = drs.instances.find(id);
    if (found == drs.instances.end() || found->second.place != request.place())
      return ApiError{"ResourceNotFoundException",
                      fmt::format("Recovery instance {} not found", id)};
    parts.push_back({.server = found->second.server, .snapshot = {}, .instance = id});
  }
  Job& job = add_job(drs, request.place(), "TERMINATE", "TERMINATE_RECOVERY_INSTANCES");
  job.servers = std::move(parts);
  drs.cloud.sim().spawn(run_termination(drs, job.id, ids));
  return Json{{"job", job_json(job)}};
}

ApiResult<Json> describe_jobs(Drs& drs, const Request& request) {
  const std::vector<std::string> wanted =
      input::texts(input::member(request.input, "filters"), "jobIDs");
  Json items = Json::array();
  for (const auto& [id, job] : drs.jobs)
    if (job.place == request.place() &&
        (wanted.empty() || std::ranges::find(wanted, id) != wanted.end()))
      items.push_back(job_json(job));
  return Json{{"items", std::move(items)}};
}

ApiResult<Json> describe_job_log_items(Drs& drs, const Request& request) {
  const std::string id = input::text(request.input, "jobID");
  const auto found = drs.jobs.find(id);
  if (found == drs.jobs.end() || found->second.place != request.place())
    return ApiError{"ResourceNotFoundException", fmt::format("Job {} not found", id)};
  Json items = Json::array();
  for (const LogItem& item : found->second.log) {
    Json data = Json::object();
    if (!item.server.empty()) data["sourceServerID"] = item.server;
    if (!item.instance.empty()) data["targetInstanceID"] = item.instance;
    if (!item.error.empty()) data["rawError"] = item.error;
    items.push_back({{"event", item.event}, {"eventData", data}, {"logDateTime", moment(item.at)}});
  }
  return Json{{"items", std::move(items)}};
}

}  // namespace opsim::drs

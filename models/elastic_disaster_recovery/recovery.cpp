// A launch: snapshot, conversion, instance; and what it tells.
// AWS: Elastic Disaster Recovery User Guide, "Launching recovery instances"; API Reference,
// JobLog (the events), StartRecovery: "Omit this field to launch from the latest data by taking an
// on-demand snapshot". User Guide, "Sample events for Elastic Disaster Recovery".
#include <fmt/format.h>

#include <algorithm>

#include "models/elastic_disaster_recovery/elastic_disaster_recovery.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::drs {

namespace {

constexpr Duration kAsks = std::chrono::seconds{5};       // estimate: how often it looks
constexpr Duration kPatience = std::chrono::minutes{30};  // estimate

Job* find_job(Drs& drs, const std::string& id) {
  const auto found = drs.jobs.find(id);
  return found == drs.jobs.end() ? nullptr : &found->second;
}

Participant* part_of(Drs& drs, const std::string& job_id, const std::string& server) {
  Job* job = find_job(drs, job_id);
  if (job == nullptr) return nullptr;
  const auto found = std::ranges::find(job->servers, server, &Participant::server);
  return found == job->servers.end() ? nullptr : &*found;
}

void log(Drs& drs, const std::string& job_id, std::string event, const std::string& server = {},
         const std::string& instance = {}, std::string error = {}) {
  if (Job* job = find_job(drs, job_id))
    job->log.push_back({std::move(event), server, instance, std::move(error), drs.now()});
}

CauseId write(Drs& drs, const SourceServer& server, std::string text, std::string_view state) {
  return drs.cloud.journal().write({.kind = EntryKind::resource,
                                    .level = Level::story,
                                    .subject = server.name,
                                    .text = std::move(text),
                                    .source = server.source,
                                    .detail = {{"state", state}, {"resource", server.id}}});
}

bool is_drill(const Job& job) { return job.initiated_by == "START_DRILL"; }

void tell_result(Drs& drs, const Job& job, SourceServer& server, bool works) {
  server.last_launch = works ? "SUCCEEDED" : "FAILED";
  const std::string state = works ? "RECOVERY_LAUNCH_SUCCEEDED" : "RECOVERY_LAUNCH_FAILED";
  drs.cloud.emit({.source = "aws.drs",
                  .detail_type = "DRS Source Server Launch Result",
                  .place = server.place,
                  .resources = {server.arn},
                  .detail = {{"state", state},
                             {"job-id", job.id},
                             {"is-drill", is_drill(job) ? "TRUE" : "FALSE"}},
                  .line = fmt::format("{} {}", server.name, state)});
}

/// SIMPLIFIED: of the type of the source, whatever right-sizing would say.
Json launch_input(Drs& drs, const SourceServer& server) {
  const Json tags =
      Json::array({{{"Key", "AWSElasticDisasterRecoverySourceServerID"}, {"Value", server.id}},
                   {{"Key", "Name"}, {"Value", server.name}}});
  const Json specification{{"ResourceType", "instance"}, {"Tags", tags}};
  return {{"ImageId", drs.cloud.next_id("ami-")},
          {"InstanceType", server.instance_type},
          {"MinCount", 1},
          {"MaxCount", 1},
          {"TagSpecifications", Json::array({specification})}};
}

std::string state_of(Drs& drs, const Place& place, const std::string& instance) {
  const Json question{{"InstanceIds", Json::array({instance})}};
  const ApiResult<Json> answer = drs.cloud.inspect(place, "ec2", "DescribeInstances", question);
  if (!answer) return {};
  const Json& reservations = input::member(*answer, "Reservations");
  if (!reservations.is_array() || reservations.empty()) return {};
  const Json& instances = input::member(reservations[0], "Instances");
  if (!instances.is_array() || instances.empty()) return {};
  return input::text(input::member(instances[0], "State"), "Name");
}

/// "" where it could not be launched.
Process<std::string> launch_instance(Drs& drs, std::string server_id) {
  const SourceServer& server = drs.servers.at(server_id);
  const Place place = server.place;
  Caller caller{place, "drs.amazonaws.com", ""};
  Json input = launch_input(drs, server);
  const ApiResult<Json> made =
      co_await drs.cloud.call(std::move(caller), "ec2", "RunInstances", std::move(input));
  if (!made) co_return std::string{};
  const Json& instances = input::member(*made, "Instances");
  if (!instances.is_array() || instances.empty()) co_return std::string{};
  const std::string id = input::text(instances[0], "InstanceId");
  const SimTime until = drs.now() + kPatience;
  while (state_of(drs, place, id) != "running" && drs.now() < until)
    co_await drs.cloud.sim().sleep(kAsks);
  if (input::text(drs.servers.at(server_id).launch_configuration, "launchDisposition") ==
      "STOPPED") {
    Caller again{place, "drs.amazonaws.com", ""};
    Json stop{{"InstanceIds", Json::array({id})}};
    co_await drs.cloud.call(std::move(again), "ec2", "StopInstances", std::move(stop));
  }
  co_return id;
}

void keep_instance(Drs& drs, const Job& job, SourceServer& server, const std::string& id,
                   SimTime as_of) {
  server.recovery_instance = id;
  drs.instances[id] = {.id = id,
                       .arn = arn(server.place, "drs", "recovery-instance/" + id),
                       .place = server.place,
                       .server = server.id,
                       .job = job.id,
                       .drill = is_drill(job),
                       .data_as_of = as_of,
                       .launched = drs.now()};
}

/// The time of the snapshot that is asked for; the latest data where none is.
SimTime as_of(Drs& drs, SourceServer& server, const std::string& snapshot) {
  for (const Snapshot& one : snapshots_of(drs, server))
    if (one.id == snapshot) return one.taken;
  return replicated_until(drs, server);
}

Process<> launch(Drs& drs, std::string job_id, std::string server_id) {
  Simulation& sim = drs.cloud.sim();
  SourceServer& server = drs.servers.at(server_id);
  Participant* part = part_of(drs, job_id, server_id);
  part->status = "IN_PROGRESS";
  server.last_launch = "PENDING";
  server.last_job = job_id;
  Stream& luck = sim.random(fmt::format("drs {} launch", server.name));
  const Duration snapshot_takes = server.pace.snapshot.sample_duration(luck);
  const Duration conversion_takes = server.pace.converts.sample_duration(luck);
  const bool works = luck.chance(server.pace.launches);

  const bool latest = part->snapshot.empty();
  const SimTime data = as_of(drs, server, part->snapshot);
  if (latest) {
    log(drs, job_id, "SNAPSHOT_START", server_id);
    co_await sim.sleep(snapshot_takes);
    log(drs, job_id, "SNAPSHOT_END", server_id);
  }
  log(drs, job_id, "CONVERSION_START", server_id);
  co_await sim.sleep(conversion_takes);
  log(drs, job_id, "CONVERSION_END", server_id);
  log(drs, job_id, "LAUNCH_START", server_id);
  std::string instance;
  if (works) instance = co_await launch_instance(drs, server_id);
  part = part_of(drs, job_id, server_id);
  const Job* job = find_job(drs, job_id);
  if (part == nullptr || job == nullptr) co_return;
  part->status = instance.empty() ? "FAILED" : "LAUNCHED";
  part->instance = instance;
  if (instance.empty()) {
    log(drs, job_id, "LAUNCH_FAILED", server_id, "", "the instance could not be launched");
  } else {
    keep_instance(drs, *job, server, instance, data);
  }
  const std::string told =
      instance.empty() ? std::string{"could not be launched"}
                       : fmt::format("launched as {} after {}, with its disks as they were at {}",
                                     instance, human(drs.now() - job->created), moment(data));
  const CauseScope because{sim, write(drs, server, told, part->status)};
  tell_result(drs, *job, server, !instance.empty());
}

}  // namespace

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

Process<> run_launch(Drs& drs, std::string job_id) {
  Simulation& sim = drs.cloud.sim();
  co_await sim.sleep(std::chrono::seconds{5});  // estimate: until a job is taken up
  Job& job = drs.jobs.at(job_id);
  job.status = "STARTED";
  log(drs, job_id, "JOB_START");
  Scope launches{sim};
  for (const Participant& one : job.servers) launches.spawn(launch(drs, job_id, one.server));
  co_await launches.join();
  Job& done = drs.jobs.at(job_id);
  done.status = "COMPLETED";
  done.ended = drs.now();
  log(drs, job_id, "JOB_END");
}

}  // namespace opsim::drs

// AWS: FIS User Guide, "Experiment logging" (monitoring-logging): id, log_type, event_timestamp,
// version, details; the log stream /aws/fis/EXPERIMENT; the key of the object in S3.
// SIMPLIFIED: records reach CloudWatch Logs at once ("in less than one minute"); S3 gets one object
// when the experiment ends ("several minutes").
#include "models/fis/experiment_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/fis/actions.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

std::string timestamp(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::seconds>(time));
}

const Json& destination(const Experiment& experiment, std::string_view name) {
  return input::member(experiment.spec.log_configuration, name);
}

/// "arn:aws:logs:us-east-1:123456789012:log-group:/fis:*": the group's name.
std::string log_group(const Experiment& experiment) {
  const std::string arn =
      input::text(destination(experiment, "CloudWatchLogsConfiguration"), "LogGroupArn");
  constexpr std::string_view kBefore = ":log-group:";
  const auto at = arn.find(kBefore);
  if (at == arn.npos) return "";
  const std::string name = arn.substr(at + kBefore.size());
  return name.substr(0, name.find(':'));
}

bool is_logged(const Experiment& experiment) {
  return experiment.spec.log_configuration.is_object() &&
         !experiment.spec.log_configuration.empty();
}

/// Both calls happen now and in this order, as the service that delivers logs.
void deliver_to_logs(Fis& fis, Experiment& experiment, const std::string& message) {
  const std::string group = log_group(experiment);
  if (group.empty()) return;
  const Caller caller{experiment.place, "delivery.logs.amazonaws.com", "", true};
  const std::string stream = "/aws/fis/" + experiment.id;
  if (experiment.records.size() == 1)
    fis.cloud.call_later(caller, "logs", "CreateLogStream",
                         {{"logGroupName", group}, {"logStreamName", stream}});
  const auto at =
      std::chrono::floor<std::chrono::milliseconds>(fis.sim().now().time_since_epoch()).count();
  Json events = Json::array();
  events.push_back({{"timestamp", at}, {"message", message}});
  fis.cloud.call_later(
      caller, "logs", "PutLogEvents",
      {{"logGroupName", group}, {"logStreamName", stream}, {"logEvents", std::move(events)}});
}

std::int64_t version_of(const Experiment& experiment) {
  return input::integer(experiment.spec.log_configuration, "LogSchemaVersion").value_or(2);
}

void log(Fis& fis, Experiment& experiment, std::string_view type, Json details) {
  if (!is_logged(experiment)) return;
  const Json record{{"id", experiment.id},
                    {"log_type", type},
                    {"event_timestamp", timestamp(fis.sim().now())},
                    {"version", std::to_string(version_of(experiment))},
                    {"details", std::move(details)}};
  experiment.records.push_back(record.dump());
  deliver_to_logs(fis, experiment, experiment.records.back());
}

Json action_details(const Experiment& experiment, const std::string& name) {
  const ActionSpec& spec = experiment.spec.actions.at(name);
  return {{"action_name", name}, {"action_id", spec.row->id}};
}

Json state_details(const ActionState& state) {
  return {{"status", state.status}, {"reason", state.reason}};
}

/// "Version 2 changes resolved_targets from a list of ARNs to a list of objects": a pod has its
/// names, everything else its ARN.
Json resolved_json(const Experiment& experiment, const std::string& target, const Resolved& one) {
  if (version_of(experiment) < 2) return one.arn;
  const TargetSpec& spec = experiment.spec.targets.at(target);
  if (spec.row->type != "aws:eks:pod") return {{"arn", one.arn}};
  const auto given = [&](const char* name) {
    const auto found = spec.parameters.find(name);
    return found == spec.parameters.end() ? std::string{} : found->second;
  };
  return {{"pod_name", input::text(one.described, "name")},
          {"namespace", given("namespace")},
          {"cluster_arn", given("clusterIdentifier")},
          {"target_container_name", given("targetContainerName")}};
}

/// "target-resolution-detail", since version 2: one for each account that was looked into.
void log_resolution_details(Fis& fis, Experiment& experiment, const Json& of,
                            const std::vector<Resolved>& targets, const std::string& error) {
  if (version_of(experiment) < 2) return;
  std::map<std::string, std::size_t> counts;
  for (const auto& [account, configuration] : experiment.accounts) counts[account] = 0;
  if (counts.empty() || !experiment.spec.multi_account) counts = {{experiment.place.account, 0}};
  for (const Resolved& one : targets) ++counts[one.place.account];
  for (const auto& [account, count] : counts) {
    Json detail = of;
    detail.update({{"account_id", account},
                   {"resolved_targets_count", count},
                   {"status", error.empty() ? "completed" : "failed"}});
    if (!error.empty()) detail["error_information"] = error;
    log(fis, experiment, "target-resolution-detail", std::move(detail));
  }
}

/// "If total_pages is greater than 1, the number of resolved targets exceeded the size limit for
/// one record." The limit is an estimate: an event of CloudWatch Logs holds 256 KB.
constexpr std::size_t kTargetsOfPage = 1'000;

void log_resolution_end(Fis& fis, Experiment& experiment, const std::string& name, const Json& of,
                        const std::vector<Resolved>& targets, const std::string& error) {
  const std::size_t pages = targets.empty() ? 1 : (targets.size() - 1) / kTargetsOfPage + 1;
  for (std::size_t page = 0; page < pages; ++page) {
    Json end = of;
    end.update({{"page", page + 1}, {"total_pages", pages}, {"resolved_targets", Json::array()}});
    const std::size_t last = std::min(targets.size(), (page + 1) * kTargetsOfPage);
    for (std::size_t i = page * kTargetsOfPage; i < last; ++i)
      end["resolved_targets"].push_back(resolved_json(experiment, name, targets[i]));
    if (!error.empty()) end["error_information"] = error;
    log(fis, experiment, "target-resolution-end", std::move(end));
  }
}

void log_target(Fis& fis, Experiment& experiment, const std::string& name,
                const std::vector<Resolved>& targets, SimTime began, const std::string& error) {
  log(fis, experiment, "target-resolution-start",
      {{"target_resolution_start_time", timestamp(began)}, {"target_name", name}});
  Json of{{"target_resolution_end_time", timestamp(fis.sim().now())}, {"target_name", name}};
  if (version_of(experiment) >= 2) of["target_type"] = experiment.spec.targets.at(name).row->type;
  log_resolution_details(fis, experiment, of, targets, error);
  log_resolution_end(fis, experiment, name, of, targets, error);
}

/// ".../AWSLogs/ACCOUNT/fis/REGION/EXPERIMENT/YYYY/MM/DD/
/// ACCOUNT_awsfislogs_REGION_EXPERIMENT_YYYYMMDDHHMMZ_HASH.log"
std::string object_key(const Experiment& experiment, const std::string& prefix, SimTime now) {
  const std::string moment = timestamp(now);  // "2026-03-02T09:00:00Z"
  const std::string day =
      moment.substr(0, 4) + "/" + moment.substr(5, 2) + "/" + moment.substr(8, 2);
  const std::string minute = moment.substr(0, 4) + moment.substr(5, 2) + moment.substr(8, 2) +
                             moment.substr(11, 2) + moment.substr(14, 2);
  const Place& place = experiment.place;
  return fmt::format("{}{}AWSLogs/{}/fis/{}/{}/{}/{}_awsfislogs_{}_{}_{}Z_{:08x}.log", prefix,
                     prefix.empty() || prefix.ends_with('/') ? "" : "/", place.account,
                     place.region, experiment.id, day, place.account, place.region, experiment.id,
                     minute, static_cast<std::uint32_t>(name_key(experiment.id)));
}

void deliver_to_bucket(Fis& fis, const Experiment& experiment) {
  const Json& bucket = destination(experiment, "S3Configuration");
  const std::string name = input::text(bucket, "BucketName");
  if (name.empty()) return;
  std::string body;
  for (const std::string& record : experiment.records) body += record + "\n";
  const std::string key = object_key(experiment, input::text(bucket, "Prefix"), fis.sim().now());
  fis.cloud.call_later({experiment.place, "delivery.logs.amazonaws.com", "", true}, "s3",
                       "PutObject", {{"Bucket", name}, {"Key", key}, {"Body", body}});
}

}  // namespace

bool is_new_log_destination(Fis& fis, const Experiment& experiment) {
  const std::string bucket = input::text(destination(experiment, "S3Configuration"), "BucketName");
  bool is_new = false;
  for (const std::string& name : {"logs " + log_group(experiment), "s3 " + bucket})
    if (!name.ends_with(' '))
      is_new |=
          fis.log_destinations.insert(fmt::format("{} {}", experiment.place.account, name)).second;
  return is_new;
}

void log_experiment_start(Fis& fis, Experiment& experiment) {
  log(fis, experiment, "experiment-start",
      {{"experiment_template_id", experiment.template_id},
       {"experiment_start_time", timestamp(fis.sim().now())}});
}

void log_targets(Fis& fis, Experiment& experiment, SimTime began) {
  for (const auto& [name, spec] : experiment.spec.targets) {
    if (const auto found = experiment.targets.find(name); found != experiment.targets.end()) {
      log_target(fis, experiment, name, found->second, began, "");
    } else if (experiment.failure.location == name) {
      return log_target(fis, experiment, name, {}, began, experiment.failure.reason);
    }
  }
}

void log_action_start(Fis& fis, Experiment& experiment, const std::string& action) {
  const ActionSpec& spec = experiment.spec.actions.at(action);
  Json details = action_details(experiment, action);
  details.update(
      {{"action_start_time", timestamp(fis.sim().now())}, {"action_targets", spec.targets}});
  // "If the experiment template specifies parameters for the action, the record includes them."
  if (!spec.parameters.empty()) details["parameters"] = spec.parameters;
  log(fis, experiment, "action-start", std::move(details));
}

// "action-error: returned when an action fails, for each account where it fails", since version 2.
void log_action_end(Fis& fis, Experiment& experiment, const std::string& action) {
  const ActionState& state = experiment.actions.at(action);
  if (state.status == "failed" && version_of(experiment) >= 2) {
    Json error = action_details(experiment, action);
    error.update(
        {{"account_id", experiment.place.account}, {"action_state", state_details(state)}});
    log(fis, experiment, "action-error", std::move(error));
  }
  Json details = action_details(experiment, action);
  details.update(
      {{"action_end_time", timestamp(fis.sim().now())}, {"action_state", state_details(state)}});
  log(fis, experiment, "action-end", std::move(details));
}

void log_experiment_end(Fis& fis, Experiment& experiment) {
  log(fis, experiment, "experiment-end",
      {{"experiment_end_time", timestamp(fis.sim().now())},
       {"experiment_state", {{"status", experiment.status}, {"reason", experiment.reason}}}});
  if (is_logged(experiment)) deliver_to_bucket(fis, experiment);
}

}  // namespace opsim::fis

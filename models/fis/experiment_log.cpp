// AWS: FIS User Guide, "Experiment logging" (monitoring-logging): id, log_type, event_timestamp,
// version, details. UNDOCUMENTED: the names of the log stream and of the object in S3.
// SIMPLIFIED: records reach CloudWatch Logs at once; S3 gets one object, when the experiment ends.
#include "models/fis/experiment_log.hpp"

#include <fmt/format.h>

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
  if (experiment.records.size() == 1)
    fis.cloud.call_later(caller, "logs", "CreateLogStream",
                         {{"logGroupName", group}, {"logStreamName", experiment.id}});
  const auto at =
      std::chrono::floor<std::chrono::milliseconds>(fis.sim().now().time_since_epoch()).count();
  Json events = Json::array();
  events.push_back({{"timestamp", at}, {"message", message}});
  fis.cloud.call_later(caller, "logs", "PutLogEvents",
                       {{"logGroupName", group},
                        {"logStreamName", experiment.id},
                        {"logEvents", std::move(events)}});
}

void log(Fis& fis, Experiment& experiment, std::string_view type, Json details) {
  if (!is_logged(experiment)) return;
  details["account_id"] = experiment.place.account;
  const auto version =
      input::integer(experiment.spec.log_configuration, "LogSchemaVersion").value_or(2);
  const Json record{{"id", experiment.id},
                    {"log_type", type},
                    {"event_timestamp", timestamp(fis.sim().now())},
                    {"version", std::to_string(version)},
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

void deliver_to_bucket(Fis& fis, const Experiment& experiment) {
  const Json& bucket = destination(experiment, "S3Configuration");
  const std::string name = input::text(bucket, "BucketName");
  if (name.empty()) return;
  std::string body;
  for (const std::string& record : experiment.records) body += record + "\n";
  const std::string prefix = input::text(bucket, "Prefix");
  const std::string key = fmt::format(
      "{}{}AWSLogs/{}/fis/{}/{}.json", prefix, prefix.empty() || prefix.ends_with('/') ? "" : "/",
      experiment.place.account, experiment.place.region, experiment.id);
  fis.cloud.call_later({experiment.place, "delivery.logs.amazonaws.com", "", true}, "s3",
                       "PutObject", {{"Bucket", name}, {"Key", key}, {"Body", body}});
}

}  // namespace

void log_experiment_start(Fis& fis, Experiment& experiment) {
  log(fis, experiment, "experiment-start",
      {{"experiment_template_id", experiment.template_id},
       {"experiment_start_time", timestamp(fis.sim().now())}});
}

void log_targets(Fis& fis, Experiment& experiment, SimTime began) {
  for (const auto& [name, targets] : experiment.targets) {
    const Json of{{"target_name", name},
                  {"target_type", experiment.spec.targets.at(name).row->type}};
    Json start = of;
    start["target_resolution_start_time"] = timestamp(began);
    log(fis, experiment, "target-resolution-start", std::move(start));
    Json detail = of;
    detail.update({{"page", 1}, {"total_pages", 1}, {"resolved_targets", Json::array()}});
    for (const Resolved& one : targets)
      detail["resolved_targets"].push_back({{"arn", one.arn}, {"account_id", one.place.account}});
    log(fis, experiment, "target-resolution-detail", std::move(detail));
    Json end = of;
    end.update({{"target_resolution_end_time", timestamp(fis.sim().now())},
                {"total_resolved_targets_count", targets.size()},
                {"status", "completed"}});
    log(fis, experiment, "target-resolution-end", std::move(end));
  }
}

void log_action_start(Fis& fis, Experiment& experiment, const std::string& action) {
  const ActionSpec& spec = experiment.spec.actions.at(action);
  Json details = action_details(experiment, action);
  details.update({{"action_start_time", timestamp(fis.sim().now())},
                  {"action_targets", spec.targets},
                  {"parameters", spec.parameters}});
  log(fis, experiment, "action-start", std::move(details));
}

void log_action_end(Fis& fis, Experiment& experiment, const std::string& action) {
  const ActionState& state = experiment.actions.at(action);
  if (state.status == "failed") {
    Json error = action_details(experiment, action);
    error.update({{"action_state", state_details(state)}, {"error_information", state.reason}});
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

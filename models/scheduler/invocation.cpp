// One invocation of a schedule's target.
// AWS: EventBridge Scheduler User Guide, managing-targets-universal, managing-targets-templated,
// managing-schedule-context-attributes, configuring-schedule-dlq.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/scheduler/scheduler.hpp"
#include "opsim/cloud/delivery_permission.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::scheduler {

namespace {

constexpr std::string_view kUniversal = "aws-sdk:";

/// UNDOCUMENTED: base and cap of the back-off, as for rules: doubled from 1 s to 15 min, with
/// jitter.
Duration draw_pause(Stream& luck, int attempt) {
  const double cap = std::min(std::pow(2.0, attempt), 900.0);
  return Duration{std::llround(cap * (0.5 + 0.5 * luck.uniform()) * 1e9)};
}

bool is_throttled(const ApiError& error) {
  return error.code.find("Throttl") != error.code.npos ||
         error.code.find("TooManyRequests") != error.code.npos;
}

bool is_worth_a_retry(const ApiError& error) {
  return error.http_status >= 500 || is_throttled(error);
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

struct Invocation {
  std::shared_ptr<const Schedule> schedule;
  SimTime due;
  std::string id;
  int attempt = 0;
};

/// API_Target, Input: "If you do not specify anything for this field, EventBridge Scheduler
/// delivers a default notification to the target." UNDOCUMENTED: its shape; as seen, that of an
/// event.
std::string default_notification(const Invocation& invocation) {
  const Schedule& schedule = *invocation.schedule;
  return Json{{"version", "0"},
              {"id", invocation.id},
              {"detail-type", "Scheduled Event"},
              {"source", "aws.scheduler"},
              {"account", schedule.place.account},
              {"time", iso8601(invocation.due)},
              {"region", schedule.place.region},
              {"resources", Json::array({schedule.arn})},
              {"detail", "{}"}}
      .dump();
}

std::string input_of(const Invocation& invocation) {
  const Schedule& schedule = *invocation.schedule;
  std::string text = schedule.target.input;
  replace_all(text, "<aws.scheduler.schedule-arn>", schedule.arn);
  replace_all(text, "<aws.scheduler.scheduled-time>", iso8601(invocation.due));
  replace_all(text, "<aws.scheduler.execution-id>", invocation.id);
  replace_all(text, "<aws.scheduler.attempt-number>", std::to_string(invocation.attempt + 1));
  return text;
}

/// The names of the AWS SDKs where boto3 has others.
std::string boto_name(std::string_view service) {
  if (service == "eventbridge") return "events";
  if (service == "sfn") return "stepfunctions";
  if (service == "cloudwatchlogs") return "logs";
  if (service == "ssmincidents") return "ssm-incidents";
  return std::string{service};
}

Caller caller_of(const Schedule& schedule) {
  return {schedule.place, schedule.target.role_arn, "scheduler.amazonaws.com"};
}

/// arn:aws:scheduler:::aws-sdk:sqs:sendMessage, with the operation's input as Input.
Process<ApiResult<Json>> call_operation(Cloud& cloud, const Schedule& schedule, const Arn& arn,
                                        std::string text) {
  const std::string rest = arn.resource.substr(kUniversal.size());
  const auto colon = rest.find(':');
  std::string service = boto_name(rest.substr(0, colon));
  std::string operation = colon == rest.npos ? "" : rest.substr(colon + 1);
  Json input = text.empty() ? Json::object() : Json::parse(text, nullptr, false);
  if (input.is_discarded()) co_return ApiError{"SerializationException", "The input is no JSON."};
  Caller caller = caller_of(schedule);
  co_return co_await cloud.call(std::move(caller), std::move(service), std::move(operation),
                                std::move(input));
}

/// A bus takes the input as the detail of an event.
Process<ApiResult<Json>> put_event(Cloud& cloud, const Schedule& schedule, std::string text) {
  const Json& says = input::member(schedule.target.spec, "EventBridgeParameters");
  Json entries = Json::array({{{"Source", input::text(says, "Source")},
                               {"DetailType", input::text(says, "DetailType")},
                               {"Detail", std::move(text)},
                               {"EventBusName", schedule.target.arn}}});
  Json input{{"Entries", std::move(entries)}};
  Caller caller = caller_of(schedule);
  ApiResult<Json> answer =
      co_await cloud.call(std::move(caller), "events", "PutEvents", std::move(input));
  if (answer && answer->value("FailedEntryCount", 0) > 0) {
    const Json& entry = answer->at("Entries").at(0);
    co_return ApiError{entry.value("ErrorCode", ""), entry.value("ErrorMessage", "")};
  }
  co_return answer;
}

Process<ApiResult<Json>> attempt(Cloud& cloud, const Invocation& invocation) {
  const Schedule& schedule = *invocation.schedule;
  const Arn arn = *Arn::parse(schedule.target.arn);
  std::string text = input_of(invocation);
  if (arn.service == "scheduler" && arn.resource.starts_with(kUniversal))
    co_return co_await call_operation(cloud, schedule, arn, std::move(text));
  if (text.empty()) text = default_notification(invocation);
  if (arn.service == "events") co_return co_await put_event(cloud, schedule, std::move(text));
  Delivery delivery{.caller = caller_of(schedule),
                    .target = arn,
                    .text = std::move(text),
                    .parameters = schedule.target.spec,
                    .from = schedule.arn};
  if (auto refused = refused_delivery(cloud, delivery)) co_return *std::move(refused);
  co_return co_await cloud.deliver(std::move(delivery));
}

Json text_attribute(std::string_view value) {
  return {{"DataType", "String"}, {"StringValue", value}};
}

void write_failure(Cloud& cloud, const Schedule& schedule, const ApiError& error) {
  const std::string& queue = schedule.target.dead_letter_arn;
  cloud.journal().write(
      {.kind = EntryKind::rule,
       .level = Level::goals,
       .subject = schedule.name,
       .text = fmt::format("could not invoke {}: {}: {}; {}",
                           cloud.resources().name_of(schedule.target.arn), error.code,
                           error.message, queue.empty() ? "dropped" : "to " + queue),
       .source = std::string{cloud.resources().source_of(schedule.arn)},
       .detail = {{"failed", error.code}, {"target", schedule.target.arn}}});
}

/// Nothing here plays the target: AWS would have called it.
void tell_unplayed(Cloud& cloud, const Schedule& schedule) {
  cloud.journal().write({.kind = EntryKind::note,
                         .level = Level::story,
                         .subject = schedule.name,
                         .text = fmt::format("{} is not played here: nothing comes of it",
                                             cloud.resources().name_of(schedule.target.arn)),
                         .source = std::string{cloud.resources().source_of(schedule.arn)}});
}

Process<> give_up(Scheduler& scheduler, const Invocation& invocation, ApiError error,
                  std::string exhausted) {
  Cloud& cloud = scheduler.cloud;
  const Schedule& schedule = *invocation.schedule;
  write_failure(cloud, schedule, error);
  count(scheduler, schedule, "InvocationDroppedCount");
  const std::optional<Arn> queue = Arn::parse(schedule.target.dead_letter_arn);
  if (!queue) co_return;
  Json attributes{{"ERROR_CODE", text_attribute(error.code)},
                  {"ERROR_MESSAGE", text_attribute(error.message)},
                  {"EXECUTION_ID", text_attribute(invocation.id)},
                  {"IS_PAYLOAD_TRUNCATED", text_attribute("false")},
                  {"RETRY_ATTEMPTS", text_attribute(std::to_string(invocation.attempt))},
                  {"SCHEDULED_TIME", text_attribute(iso8601(invocation.due))},
                  {"SCHEDULE_ARN", text_attribute(schedule.arn)},
                  {"TARGET_ARN", text_attribute(schedule.target.arn)}};
  if (!exhausted.empty()) attributes["EXHAUSTED_RETRY_CONDITION"] = text_attribute(exhausted);
  Delivery delivery{.caller = caller_of(schedule),
                    .target = *queue,
                    .text = schedule.target.input,
                    .parameters = {{"MessageAttributes", std::move(attributes)}},
                    .from = schedule.arn};
  const ApiResult<Json> answer = co_await cloud.deliver(std::move(delivery));
  count(scheduler, schedule,
        answer ? "InvocationsSentToDeadLetterCount" : "InvocationsFailedToBeSentToDeadLetterCount");
}

}  // namespace

Process<> invoke(Scheduler& scheduler, std::shared_ptr<const Schedule> schedule, SimTime due) {
  Cloud& cloud = scheduler.cloud;
  const CauseId id = cloud.journal().write(
      {.kind = EntryKind::rule,
       .level = Level::story,
       .subject = schedule->name,
       .text = fmt::format("fired, to {}", cloud.resources().name_of(schedule->target.arn)),
       .source = std::string{cloud.resources().source_of(schedule->arn)}});
  const CauseScope because{cloud.sim(), id};
  Invocation invocation{std::move(schedule), due, cloud.next_uuid("scheduler execution")};
  const Target& target = invocation.schedule->target;
  for (;; ++invocation.attempt) {
    count(scheduler, *invocation.schedule, "InvocationAttemptCount");
    const ApiResult<Json> answer = co_await attempt(cloud, invocation);
    if (answer) co_return;
    if (answer.error().code == "NotSimulated") {
      tell_unplayed(cloud, *invocation.schedule);
      co_return;
    }
    count(scheduler, *invocation.schedule, "TargetErrorCount");
    if (is_throttled(answer.error()))
      count(scheduler, *invocation.schedule, "TargetErrorThrottledCount");
    const Duration pause = draw_pause(scheduler.luck, invocation.attempt);
    std::string exhausted;
    if (invocation.attempt >= target.maximum_retry_attempts) exhausted = "MaximumRetryAttempts";
    if (cloud.sim().now() + pause > due + target.maximum_event_age)
      exhausted = "MaximumEventAgeInSeconds";
    const bool final = !is_worth_a_retry(answer.error());
    if (final) exhausted.clear();
    if (final || !exhausted.empty()) {
      ApiError error = answer.error();
      co_await give_up(scheduler, invocation, std::move(error), std::move(exhausted));
      co_return;
    }
    co_await cloud.sim().sleep(pause);
  }
}

}  // namespace opsim::scheduler

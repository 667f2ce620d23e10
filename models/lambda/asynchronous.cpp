// The queue of asynchronous invocations: retries, destinations, dead letters.
// AWS: Lambda Developer Guide, "Invoking a function asynchronously" (invocation-async: two retries,
// one minute and two minutes later; throttles for up to six hours, from 1 second to 5 minutes
// apart), "Capturing records of asynchronous invocations" (invocation-async-retain-records).
#include <fmt/format.h>

#include <algorithm>

#include "models/lambda/lambda.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::lambda {

namespace {

struct Ended {
  Function function;
  Outcome outcome;
  std::string payload;
  int invoked = 0;
  std::string_view condition;  // "Success", "RetriesExhausted", "EventAgeExceeded"
};

Json record_of(const Ended& ended, SimTime now) {
  Json context{{"statusCode", 200}, {"executedVersion", "$LATEST"}};
  if (ended.outcome.failed) context["functionError"] = "Unhandled";
  Json request = Json::parse(ended.payload, nullptr, false);
  if (request.is_discarded()) request = ended.payload;
  return {{"version", "1.0"},
          {"timestamp", iso8601(std::chrono::floor<std::chrono::milliseconds>(now))},
          {"requestContext",
           {{"requestId", ended.outcome.request_id},
            {"functionArn", fmt::format("{}:$LATEST", ended.function.arn)},
            {"condition", ended.condition},
            {"approximateInvokeCount", ended.invoked}}},
          {"requestPayload", std::move(request)},
          {"responseContext", std::move(context)},
          {"responsePayload", ended.outcome.payload}};
}

Process<> send(Lambda& lambda, const Ended& ended, std::string target, bool letter) {
  Cloud& cloud = lambda.cloud;
  const std::optional<Arn> arn = Arn::parse(target);
  if (!arn) co_return;
  Json record = record_of(ended, cloud.sim().now());
  if (arn->service == "events") {  // a bus
    const bool failed = ended.outcome.failed;
    Event event{.source = "lambda",
                .detail_type = fmt::format("Lambda Function Invocation Result - {}",
                                           failed ? "Failure" : "Success"),
                .place = arn->place(),
                .resources = {target, ended.function.arn},
                .detail = std::move(record)};
    event.bus = arn->resource.substr(arn->resource.find('/') + 1);
    cloud.emit(std::move(event));
    co_return;
  }
  Delivery delivery{{ended.function.place, "lambda.amazonaws.com", ""},
                    *arn,
                    letter ? ended.payload : record.dump(),
                    {},
                    ended.function.arn};
  const auto text = [](std::string value) {
    return Json{{"DataType", "String"}, {"StringValue", std::move(value)}};
  };
  if (letter)  // Lambda Developer Guide, dead-letter queues: RequestID, ErrorCode, ErrorMessage
    delivery.parameters = {
        {"MessageAttributes",
         {{"RequestID", text(ended.outcome.request_id)},
          {"ErrorCode", {{"DataType", "Number"}, {"StringValue", "200"}}},
          {"ErrorMessage", text(input::text(ended.outcome.payload, "errorMessage"))}}}};
  co_await cloud.deliver(std::move(delivery));
}

Process<> hand_on(Lambda& lambda, Ended ended) {
  const bool failed = ended.outcome.failed;
  const std::string destination =
      failed ? ended.function.async.on_failure : ended.function.async.on_success;
  Process<> first = send(lambda, ended, destination, false);
  co_await std::move(first);
  if (!failed) co_return;
  Process<> second = send(lambda, ended, ended.function.spec.dead_letter_arn, true);
  co_await std::move(second);
}

}  // namespace

Process<> run_queued(Lambda& lambda, Place place, std::string name, std::string payload) {
  Simulation& sim = lambda.cloud.sim();
  const SimTime queued = sim.now();
  Duration backoff = std::chrono::seconds{1};
  Ended ended{{}, {true, Json{}, ""}, payload, 0, ""};
  while (ended.condition.empty()) {
    Function* function = lambda.find(place, name);
    if (function == nullptr) co_return;
    ended.function = *function;
    Duration pause{};
    if (admit(lambda, *function)) {
      pause = backoff;
      backoff = std::min<Duration>(backoff * 2, std::chrono::minutes{5});
    } else {
      Process<Outcome> running = run(lambda, place, name, payload);
      ended.outcome = co_await running;
      ++ended.invoked;
      if (!ended.outcome.failed)
        ended.condition = "Success";
      else if (ended.invoked > ended.function.async.most_retries)
        ended.condition = "RetriesExhausted";
      pause = std::chrono::minutes{ended.invoked};  // one minute, then two
    }
    if (!ended.condition.empty()) break;
    if (sim.now() + pause - queued > ended.function.async.most_age)
      ended.condition = "EventAgeExceeded";
    else
      co_await sim.sleep(pause);
  }
  Process<> last = hand_on(lambda, std::move(ended));
  co_await std::move(last);
}

}  // namespace opsim::lambda

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
  Callee callee{};
  std::string arn{};  // of the function
  AsyncSpec async{};
  std::string dead_letter_arn{};
  std::string payload{};
  Outcome outcome{.failed = true};
  int invoked = 0;
  /// "Success", "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"
  std::string_view condition{};
};

Json record_of(const Ended& ended, SimTime now) {
  const std::string& version = ended.outcome.version;
  Json context{{"statusCode", 200},
               {"executedVersion", version.empty() ? std::string{kLatest} : version}};
  if (ended.outcome.failed) context["functionError"] = "Unhandled";
  Json request = Json::parse(ended.payload, nullptr, false);
  if (request.is_discarded()) request = ended.payload;
  const std::string& qualifier = ended.callee.qualifier;
  return {
      {"version", "1.0"},
      {"timestamp", iso8601(std::chrono::floor<std::chrono::milliseconds>(now))},
      {"requestContext",
       {{"requestId", ended.outcome.request_id},
        {"functionArn", fmt::format("{}:{}", ended.arn, qualifier.empty() ? kLatest : qualifier)},
        {"condition", ended.condition},
        {"approximateInvokeCount", ended.invoked}}},
      {"requestPayload", std::move(request)},
      {"responseContext", std::move(context)},
      {"responsePayload", ended.outcome.payload}};
}

void put_on_bus(Cloud& cloud, const Ended& ended, const Arn& bus, Json record) {
  Event event{.source = "lambda",
              .detail_type = fmt::format("Lambda Function Invocation Result - {}",
                                         ended.outcome.failed ? "Failure" : "Success"),
              .place = bus.place(),
              .resources = {bus.text(), ended.arn},
              .detail = std::move(record)};
  event.bus = bus.resource.substr(bus.resource.find('/') + 1);
  cloud.emit(std::move(event));
}

/// The destination's record, or the letter itself.
Process<> send(Lambda& lambda, const Ended& ended, std::string target, bool letter) {
  Cloud& cloud = lambda.cloud;
  const std::optional<Arn> arn = Arn::parse(target);
  if (!arn) co_return;
  Json record = record_of(ended, cloud.sim().now());
  if (arn->service == "events") {
    put_on_bus(cloud, ended, *arn, std::move(record));
    co_return;
  }
  Delivery delivery{{ended.callee.place, "lambda.amazonaws.com", ""},
                    *arn,
                    letter ? ended.payload : record.dump(),
                    {},
                    ended.arn};
  const auto text = [](std::string value) {
    return Json{{"DataType", "String"}, {"StringValue", std::move(value)}};
  };
  if (letter)  // Lambda Developer Guide, dead-letter queues: RequestID, ErrorCode, ErrorMessage
    delivery.parameters = {
        {"MessageAttributes",
         {{"RequestID", text(ended.outcome.request_id)},
          {"ErrorCode", {{"DataType", "Number"}, {"StringValue", "200"}}},
          {"ErrorMessage", text(input::text(ended.outcome.payload, "errorMessage"))}}}};
  const ApiResult<Json> answer = co_await cloud.deliver(std::move(delivery));
  Function* function = lambda.find(ended.callee.place, ended.callee.name);
  if (!answer && function != nullptr)
    measure(lambda, *function, ended.callee.qualifier, "",
            letter ? Metric::dead_letter_errors : Metric::destination_failures, 1);
}

Process<> hand_on(Lambda& lambda, Ended ended) {
  const bool failed = ended.outcome.failed;
  const std::string destination = failed ? ended.async.on_failure : ended.async.on_success;
  Process<> first = send(lambda, ended, destination, false);
  co_await std::move(first);
  if (!failed) co_return;
  Process<> second = send(lambda, ended, ended.dead_letter_arn, true);
  co_await std::move(second);
}

double milliseconds_since(const Simulation& sim, SimTime then) {
  return std::chrono::duration<double, std::milli>(sim.now() - then).count();
}

}  // namespace

Process<> run_queued(Lambda& lambda, Callee callee, std::string payload) {
  Simulation& sim = lambda.cloud.sim();
  const SimTime queued = sim.now();
  Duration backoff = std::chrono::seconds{1};
  Ended ended{.callee = callee, .payload = payload};
  if (Function* function = lambda.find(callee.place, callee.name))
    measure(lambda, *function, callee.qualifier, "", Metric::async_received, 1);
  while (ended.condition.empty()) {
    Function* function = lambda.find(callee.place, callee.name);
    if (function == nullptr) co_return;
    ended.arn = function->arn;
    ended.async = async_of(*function, callee.qualifier);
    ended.dead_letter_arn = function->latest.spec.dead_letter_arn;
    // "begins immediately to send any queued events to the … destination, without any retries"
    // (invocation-async-error-handling).
    if (function->reserved == 0) {
      ended.condition = "ZeroReservedConcurrency";
      ended.outcome.failed = true;
      break;
    }
    Duration pause{};
    const ApiResult<Admitted> admitted = admit(lambda, *function, callee.qualifier);
    if (!admitted) {
      pause = backoff;
      backoff = std::min<Duration>(backoff * 2, std::chrono::minutes{5});
    } else {
      measure(lambda, *function, callee.qualifier, "", Metric::async_age,
              milliseconds_since(sim, queued));
      Process<Outcome> running = run(lambda, callee, *admitted, payload);
      ended.outcome = co_await running;
      ++ended.invoked;
      if (!ended.outcome.failed)
        ended.condition = "Success";
      else if (ended.invoked > ended.async.most_retries)
        ended.condition = "RetriesExhausted";
      pause = std::chrono::minutes{ended.invoked};  // one minute, then two
    }
    if (!ended.condition.empty()) break;
    if (sim.now() + pause - queued > ended.async.most_age)
      ended.condition = "EventAgeExceeded";
    else
      co_await sim.sleep(pause);
  }
  Function* function = lambda.find(callee.place, callee.name);
  if (ended.outcome.failed && function != nullptr && ended.async.on_failure.empty() &&
      ended.dead_letter_arn.empty())
    measure(lambda, *function, callee.qualifier, "", Metric::async_dropped, 1);
  Process<> last = hand_on(lambda, std::move(ended));
  co_await std::move(last);
}

}  // namespace opsim::lambda

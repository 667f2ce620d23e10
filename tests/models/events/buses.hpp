#pragma once
/// A world of buses and queues, with a target that may fail.
#include <doctest/doctest.h>

#include "models/events/events.hpp"
#include "models/events/service.hpp"
#include "models/sqs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

/// A target that fails its first calls.
struct Flaky : Model {
  int failures_left = 0;
  int status = 500;
  int calls = 0;
  std::string code = "ServiceException";
};
inline Process<ApiResult<Json>> take_flaky(Flaky& flaky, Delivery) {
  ++flaky.calls;
  if (flaky.failures_left-- > 0) co_return ApiError{flaky.code, "down", flaky.status};
  co_return Json::object();
}
inline constexpr DeliveryTarget kFlakyTargets[] = {
    {"lambda", "function:", deliver<Flaky, take_flaky>}};
inline constexpr Service kFlaky{
    .name = "lambda",
    .title = "functions",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Flaky>(); },
    .targets = kFlakyTargets,
};
inline const Service* const kBusServices[] = {&kEvents, &kFlaky, &kSqs};

struct Buses : SmallWorld {
  Buses() : SmallWorld{kBusServices} {}
  std::string queue(const std::string& name) {
    make("AWS::SQS::Queue", name, {{"QueueName", name}});
    const std::string arn = "arn:aws:sqs:us-east-1:123456789012:" + name;
    let_everybody_in(arn);
    return arn;
  }
  static std::string bus_arn(const std::string& name, const std::string& account = "123456789012",
                             const std::string& region = "us-east-1") {
    return "arn:aws:events:" + region + ":" + account + ":event-bus/" + name;
  }
  /// Targets that are buses get a role, as PutTargets asks.
  void rule(const std::string& name, const std::string& bus, Json targets) {
    for (Json& target : targets)
      if (target.at("Arn").get<std::string>().find(":events:") != std::string::npos)
        target["RoleArn"] = "arn:aws:iam::123456789012:role/send-on";
    must("events", "PutRule",
         {{"Name", name}, {"EventBusName", bus}, {"EventPattern", R"({"source":["shop"]})"}});
    must("events", "PutTargets",
         {{"Rule", name}, {"EventBusName", bus}, {"Targets", std::move(targets)}});
  }
  void rule_to(const std::string& name, const std::string& bus, const std::string& arn) {
    rule(name, bus, Json::array({{{"Id", "1"}, {"Arn", arn}}}));
  }
  Json put(const std::string& bus = "default") {
    return must("events", "PutEvents",
                {{"Entries", Json::array({{{"Source", "shop"},
                                           {"DetailType", "Order"},
                                           {"Detail", R"({"id":7})"},
                                           {"EventBusName", bus}}})}});
  }
  std::vector<Json> messages(const std::string& name) {
    const Json answer =
        must("sqs", "ReceiveMessage",
             {{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/" + name},
              {"MaxNumberOfMessages", 10},
              {"MessageAttributeNames", Json::array({"All"})}});
    return answer.value("Messages", std::vector<Json>{});
  }
  Json dead_letter(const std::string& name) {
    const auto got = messages(name);
    REQUIRE(got.size() == 1);
    Json attributes = Json::object();
    for (const auto& [key, value] : got[0].at("MessageAttributes").items())
      attributes[key] = value.at("StringValue");
    return attributes;
  }
  Flaky& flaky() { return static_cast<Flaky&>(*cloud.model("lambda")); }
};

inline const std::string kFunction = "arn:aws:lambda:us-east-1:123456789012:function:f";

}  // namespace opsim::tests

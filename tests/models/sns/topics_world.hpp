#pragma once
/// One topic, queues, and functions whose host can be down.
#include <string>
#include <vector>

#include "models/sns/service.hpp"
#include "models/sns/sns.hpp"
#include "models/sqs/service.hpp"
#include "tests/models/outside.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

/// A function whose host is down for its first calls.
struct Functions : Model {
  int failures_left = 0;
  std::vector<Json> invoked;
};
inline Process<ApiResult<Json>> invoke_function(Functions& functions, Delivery delivery) {
  if (functions.failures_left-- > 0)
    co_return ApiError{"ServiceException", "the host is down", 500};
  functions.invoked.push_back(Json::parse(delivery.text));
  co_return Json::object();
}
inline constexpr DeliveryTarget kFunctionTargets[] = {
    {"lambda", "function:", deliver<Functions, invoke_function>}};
inline constexpr Service kFunctions{
    .name = "lambda",
    .title = "functions",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Functions>(); },
    .targets = kFunctionTargets,
};
inline const Service* const kTopicServices[] = {&kFunctions, &kOutside, &kSns, &kSqs};

struct Topics : SmallWorld {
  Topics() : Topics(Json{{"TopicName", "ops"}}) {}
  explicit Topics(const Json& properties) : SmallWorld{kTopicServices} {
    topic = make("AWS::SNS::Topic", "Ops", properties);
  }
  std::string queue(const std::string& name) {
    Json properties{{"QueueName", name}};
    if (name.ends_with(".fifo")) properties["FifoQueue"] = true;
    make("AWS::SQS::Queue", name, properties);
    const std::string arn = "arn:aws:sqs:us-east-1:123456789012:" + name;
    let_everybody_in(arn);
    return arn;
  }
  std::string subscribe(const std::string& protocol, const std::string& endpoint,
                        Json attributes = Json::object()) {
    return must("sns", "Subscribe",
                {{"TopicArn", topic},
                 {"Protocol", protocol},
                 {"Endpoint", endpoint},
                 {"Attributes", std::move(attributes)}})
        .at("SubscriptionArn")
        .get<std::string>();
  }
  /// As a template has it: confirmed before it all began.
  std::string stands(const std::string& protocol, const std::string& endpoint,
                     Json properties = Json::object()) {
    properties["TopicArn"] = topic;
    properties["Protocol"] = protocol;
    properties["Endpoint"] = endpoint;
    return make("AWS::SNS::Subscription", "To " + endpoint, properties);
  }
  Json publish(Json more) {
    more["TopicArn"] = topic;
    return must("sns", "Publish", std::move(more));
  }
  std::vector<Json> messages(const std::string& queue) {
    const Json answer = must("sqs", "ReceiveMessage",
                             {{"QueueUrl", queue},
                              {"MaxNumberOfMessages", 10},
                              {"AttributeNames", Json::array({"All"})},
                              {"MessageAttributeNames", Json::array({"All"})}});
    std::vector<Json> all;
    if (answer.contains("Messages"))
      for (const Json& message : answer.at("Messages")) all.push_back(message);
    return all;
  }
  /// The error's code and message, or "".
  std::string refused(const std::string& operation, Json input) {
    const ApiResult<Json> answer = call("sns", operation, std::move(input));
    return answer ? "" : answer.error().message;
  }
  /// Sum of a metric of the topic so far.
  double total(const std::string& metric, const std::string& name = "ops") {
    Metrics& metrics = cloud.metrics();
    const SeriesId series =
        metrics.intern({cloud.home(), "AWS/SNS", metric, {{"TopicName", name}}});
    return metrics.summary(series, {sim.start(), sim.now() + 1s, sim.now() + 1s}).sum;
  }
  Functions& functions() { return static_cast<Functions&>(*cloud.model("lambda")); }
  std::string topic;
};

}  // namespace opsim::tests

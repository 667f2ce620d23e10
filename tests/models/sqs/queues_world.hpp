#pragma once
/// Queues by their URLs, and what is in them.
#include <string>
#include <vector>

#include "models/sqs/service.hpp"
#include "models/sqs/sqs.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kQueueServices[] = {&kSqs};

struct Queues : SmallWorld {
  Queues() : SmallWorld{kQueueServices} {}
  std::string make_queue(const std::string& name, Json attributes = Json::object()) {
    return must("sqs", "CreateQueue", {{"QueueName", name}, {"Attributes", std::move(attributes)}})
        .at("QueueUrl")
        .get<std::string>();
  }
  Json send(const std::string& url, std::string body, Json more = Json::object()) {
    more["QueueUrl"] = url;
    more["MessageBody"] = std::move(body);
    return must("sqs", "SendMessage", more);
  }
  Json receive(const std::string& url, Json more = Json::object()) {
    more["QueueUrl"] = url;
    const Json answer = must("sqs", "ReceiveMessage", more);
    return answer.contains("Messages") ? answer.at("Messages") : Json::array();
  }
  std::string attribute(const std::string& url, const std::string& name) {
    return must("sqs", "GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {name}}})
        .at("Attributes")
        .at(name)
        .get<std::string>();
  }
  std::string refused(const std::string& operation, Json input) {
    const ApiResult<Json> answer = call("sqs", operation, std::move(input));
    return answer ? "" : answer.error().message;
  }
  /// The statistic of the last two minutes.
  double metric(const std::string& name, const std::string& queue, const char* statistic) {
    Metrics& metrics = cloud.metrics();
    const SeriesId series = metrics.intern({cloud.home(), "AWS/SQS", name, {{"QueueName", queue}}});
    const SimTime now = sim.now();
    return metrics.statistic(series, *Statistic::parse(statistic), {now - 2min, now, now})
        .value_or(-1);
  }
  double total(const std::string& name, const std::string& queue) {
    Metrics& metrics = cloud.metrics();
    const SeriesId series = metrics.intern({cloud.home(), "AWS/SQS", name, {{"QueueName", queue}}});
    return metrics.summary(series, {sim.start(), sim.now() + 1s, sim.now() + 1s}).sum;
  }
};

inline std::vector<std::string> bodies_of(const Json& messages) {
  std::vector<std::string> all;
  for (const Json& message : messages) all.push_back(message.at("Body").get<std::string>());
  return all;
}
using Bodies = std::vector<std::string>;

}  // namespace opsim::tests

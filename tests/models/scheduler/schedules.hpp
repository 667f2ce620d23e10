#pragma once
/// A world of schedules and pipes, with two queues.
#include <doctest/doctest.h>

#include "models/events/service.hpp"
#include "models/iam/service.hpp"
#include "models/kinesis/service.hpp"
#include "models/pipes/pipes.hpp"
#include "models/pipes/service.hpp"
#include "models/scheduler/service.hpp"
#include "models/sqs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kSchedulerServices[] = {&kEvents, &kScheduler, &kPipes,
                                                    &kSqs,    &kKinesis,   &kIam};

struct Schedules : SmallWorld {
  Schedules() : SmallWorld{kSchedulerServices} {
    make("AWS::SQS::Queue", "Q", {{"QueueName", "q"}});
    make("AWS::SQS::Queue", "Out", {{"QueueName", "out"}});
  }
  static Json spec(const std::string& expression, Json more = Json::object()) {
    Json input{{"Name", "s"},
               {"ScheduleExpression", expression},
               {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
               {"Target",
                {{"Arn", "arn:aws:sqs:us-east-1:123456789012:q"},
                 {"RoleArn", "arn:aws:iam::123456789012:role/r"},
                 {"Input", "hello <aws.scheduler.scheduled-time>"}}}};
    input.update(more);
    return input;
  }
  std::vector<std::string> bodies(const std::string& queue) {
    const Json answer =
        must("sqs", "ReceiveMessage",
             {{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/" + queue},
              {"MaxNumberOfMessages", 10}});
    std::vector<std::string> found;
    for (const Json& message : answer.value("Messages", Json::array()))
      found.push_back(message.at("Body").get<std::string>());
    return found;
  }
};

using Bodies = std::vector<std::string>;

}  // namespace opsim::tests

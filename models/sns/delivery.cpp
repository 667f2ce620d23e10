// What alarms and rules say to a topic, and the topics that stacks make.
// AWS: CloudFormation, AWS::SNS::Topic, AWS::SNS::Subscription, AWS::SNS::TopicPolicy.
// SIMPLIFIED: topic policies are kept and allow everything.
#include <fmt/format.h>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

// `Subject` may come with the delivery: CloudWatch gives its notifications one.
Process<ApiResult<Json>> take_delivery(Sns& sns, Delivery delivery) {
  const Topic* topic = sns.topic(delivery.target.text());
  if (topic == nullptr) co_return no_such_topic();
  Json message{{"Message", delivery.text}};
  for (const char* name : {"Subject", "MessageAttributes"})
    if (const Json& given = input::member(delivery.parameters, name); !given.is_null())
      message[name] = given;
  ApiResult<Publication> read = read_publication(sns, *topic, message);
  if (!read) co_return read.error();
  Json answer{{"MessageId", read->id}};
  publish(sns, *topic, *std::move(read));
  co_return answer;
}

ApiResult<Created> create_topic_resource(Sns& sns, const ResourceRequest& request) {
  const Json& properties = request.properties;
  std::string name = input::text(properties, "TopicName");
  if (name.empty()) {  // AWS appends random letters; here the stack's name makes it unique
    name = fmt::format("{}-{}", request.stack, request.logical_id).substr(0, 250);
    if (input::boolean(properties, "FifoTopic").value_or(false)) name += ".fifo";
  }
  if (sns.topic(arn(request.place, "sns", name)) != nullptr)
    return ApiError{"AlreadyExists", fmt::format("the topic {} already exists", name)};
  Json attributes = Json::object();
  for (const char* kept : {"DisplayName", "KmsMasterKeyId", "FifoTopic"})
    if (const Json& value = input::member(properties, kept); !value.is_null())
      attributes[kept] = input::text(value);
  const ApiResult<Topic*> added = add_topic(sns, request.place, name, attributes);
  if (!added) return added.error();
  Topic& topic = **added;
  if (const Json& inlined = input::member(properties, "Subscription"); inlined.is_array())
    for (const Json& subscription : inlined) {
      const auto made = add_subscription(sns, topic, subscription);
      if (!made) return made.error();
    }
  return Created{topic.arn, topic.arn, {{"TopicArn", topic.arn}, {"TopicName", name}}};
}

ApiResult<Created> create_subscription(Sns& sns, const ResourceRequest& request) {
  Topic* topic = sns.topic(input::text(request.properties, "TopicArn"));
  if (topic == nullptr) return no_such_topic();
  const auto made = add_subscription(sns, *topic, request.properties);
  if (!made) return made.error();
  return Created{(*made)->arn, (*made)->arn, {{"Arn", (*made)->arn}}};
}

ApiResult<Created> create_topic_policy(Sns&, const ResourceRequest& request) {
  const std::string id = fmt::format("{}-{}", request.stack, request.logical_id);
  return Created{id, "", {{"Id", id}}};
}

}  // namespace opsim::sns

// What alarms and rules say to a topic, and the topics that stacks make.
// AWS: CloudFormation, AWS::SNS::Topic, AWS::SNS::Subscription.
// SIMPLIFIED: what stands in a template when it all begins had confirmed, unless physics says
// otherwise (endpoints.cpp); what a stack makes later is asked.
#include <fmt/format.h>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

/// Properties that are attributes of the API by the same name.
constexpr std::string_view kAttributes[] = {"ArchivePolicy",
                                            "ContentBasedDeduplication",
                                            "DataProtectionPolicy",
                                            "DeliveryPolicy",
                                            "DisplayName",
                                            "FifoThroughputScope",
                                            "FifoTopic",
                                            "KmsMasterKeyId",
                                            "SignatureVersion",
                                            "TracingConfig"};

/// What a publisher may say beside the text.
constexpr const char* kPassedOn[] = {"MessageAttributes", "MessageDeduplicationId",
                                     "MessageGroupId", "Subject"};

ApiResult<const Subscription*> add_by_stack(Sns& sns, Topic& topic, const Json& settings) {
  const bool from_the_start = sns.cloud.sim().now() == sns.cloud.sim().start();
  return add_subscription(sns, topic, settings, {topic.place.account, from_the_start});
}

}  // namespace

// `Subject` may come with the delivery: CloudWatch gives its notifications one.
Process<ApiResult<Json>> take_delivery(Sns& sns, Delivery delivery) {
  Topic* topic = sns.topic(delivery.target.text());
  if (topic == nullptr) co_return no_such_topic();
  if (const std::string why = not_allowed(*topic, delivery.caller, "SNS:Publish", delivery.from);
      !why.empty())
    co_return ApiError{"AuthorizationError", why, 403};
  Json message{{"Message", delivery.text}};
  for (const char* name : kPassedOn)
    if (const Json& given = input::member(delivery.parameters, name); !given.is_null())
      message[name] = given;
  ApiResult<Publication> read = read_publication(sns, *topic, message);
  if (!read) co_return read.error();
  co_return publish(sns, *topic, *std::move(read));
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
  for (const std::string_view kept : kAttributes)
    if (const Json& value = input::member(properties, kept); !value.is_null())
      attributes[std::string{kept}] = attribute_text(value);
  const ApiResult<Topic*> added = add_topic(sns, request.place, name, attributes);
  if (!added) return added.error();
  Topic& topic = **added;
  if (const Json& inlined = input::member(properties, "Subscription"); inlined.is_array())
    for (const Json& subscription : inlined) {
      const auto made = add_by_stack(sns, topic, subscription);
      if (!made) return made.error();
    }
  return Created{topic.arn, topic.arn, {{"TopicArn", topic.arn}, {"TopicName", name}}};
}

ApiResult<Created> create_subscription(Sns& sns, const ResourceRequest& request) {
  Topic* topic = sns.topic(input::text(request.properties, "TopicArn"));
  if (topic == nullptr) return no_such_topic();
  const auto made = add_by_stack(sns, *topic, request.properties);
  if (!made) return made.error();
  return Created{(*made)->arn, (*made)->arn, {{"Arn", (*made)->arn}}};
}

}  // namespace opsim::sns

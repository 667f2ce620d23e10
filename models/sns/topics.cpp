// Topics and their attributes.
// AWS: SNS API Reference, CreateTopic, SetTopicAttributes; CloudFormation, AWS::SNS::Topic.
#include <fmt/format.h>

#include <algorithm>

#include "models/sns/archive.hpp"
#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

constexpr std::string_view kFifoSuffix = ".fifo";

/// Attributes that are kept and answered; what else they do here is said where they are read.
constexpr std::string_view kKept[] = {"ApplicationFailureFeedbackRoleArn",
                                      "ApplicationSuccessFeedbackRoleArn",
                                      "ApplicationSuccessFeedbackSampleRate",
                                      "DataProtectionPolicy",
                                      "DisplayName",
                                      "FirehoseFailureFeedbackRoleArn",
                                      "FirehoseSuccessFeedbackRoleArn",
                                      "FirehoseSuccessFeedbackSampleRate",
                                      "HTTPFailureFeedbackRoleArn",
                                      "HTTPSuccessFeedbackRoleArn",
                                      "HTTPSuccessFeedbackSampleRate",
                                      "KmsMasterKeyId",
                                      "LambdaFailureFeedbackRoleArn",
                                      "LambdaSuccessFeedbackRoleArn",
                                      "LambdaSuccessFeedbackSampleRate",
                                      "Policy",
                                      "SQSFailureFeedbackRoleArn",
                                      "SQSSuccessFeedbackRoleArn",
                                      "SQSSuccessFeedbackSampleRate",
                                      "SignatureVersion",
                                      "TracingConfig"};
static_assert(std::ranges::is_sorted(kKept));

bool well_formed_stem(std::string_view stem) {
  return !stem.empty() && std::ranges::all_of(stem, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// "For a FIFO (first-in-first-out) topic, the name must end with the .fifo suffix."
ApiResult<void> check_name(std::string_view name, bool fifo) {
  const bool suffix = name.ends_with(kFifoSuffix);
  const std::string_view stem =
      name.substr(0, suffix ? name.size() - kFifoSuffix.size() : name.size());
  const bool well_formed = well_formed_stem(stem) && name.size() <= 256;
  if (fifo && (!suffix || !well_formed))
    return invalid(
        "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase "
        "ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 "
        "characters long.");
  if (suffix != fifo || !well_formed) return invalid("Topic Name");
  return {};
}

ApiError only_for_fifo(std::string_view name) {
  return invalid_because("Attributes", fmt::format("Unknown attribute {}", name));
}

/// What a kept attribute may be. Measured in 2026: github.com/badmintoncryer/cdk-preflight,
/// pf-sns-topic-attribute-values.
ApiResult<void> check_kept(std::string_view name, std::string_view text) {
  if (name == "DisplayName" && text.size() > 100) return invalid_because("Attributes", name);
  if (name == "SignatureVersion" && text != "1" && text != "2")
    return invalid_because("Attributes", "SignatureVersion: Invalid value. Must be 1 or 2.");
  if (name == "TracingConfig" && text != "PassThrough" && text != "Active")
    return invalid_because("Attributes", fmt::format("Invalid tracing config value: {}", text));
  return {};
}

ApiResult<void> set_fifo_attribute(Topic& topic, const std::string& name, const std::string& text) {
  if (!topic.fifo) return only_for_fifo(name);
  if (name == "ContentBasedDeduplication") {
    if (text != "true" && text != "false")
      return invalid(fmt::format("{}: Invalid value [{}]. Must be true or false.", name, text));
    topic.fifo->content_based_deduplication = text == "true";
  } else {
    if (text != "Topic" && text != "MessageGroup")
      return invalid(
          fmt::format("{}: Invalid value [{}]. Must be Topic or MessageGroup.", name, text));
    topic.fifo->deduplicates_by_group = text == "MessageGroup";
  }
  topic.attributes[name] = text;
  return {};
}

/// CreateTopic again: with other attributes it is another topic's name.
bool same_attributes(const Topic& topic, const Json& attributes) {
  if (!attributes.is_object()) return true;
  for (const auto& [name, value] : attributes.items()) {
    const auto held = topic.attributes.find(name);
    if (held == topic.attributes.end() || held->second != attribute_text(value)) return false;
  }
  return true;
}

}  // namespace

Topic* Sns::topic(std::string_view arn) {
  const auto found = topics.find(arn);
  return found == topics.end() ? nullptr : &found->second;
}

ApiResult<Topic*> Sns::asked_topic(const Json& input) {
  const std::string arn = input::text(input, "TopicArn");
  if (!Arn::parse(arn))
    return invalid_because("TopicArn", fmt::format("An ARN must have at least 6 elements, not {}",
                                                   1 + std::ranges::count(arn, ':')));
  Topic* found = topic(arn);
  if (found == nullptr) return no_such_topic();
  return found;
}

// SNS speaks the query protocol: callers see the code without "Exception" (botocore, sns).
ApiError no_such_topic() { return {"NotFound", "Topic does not exist", 404}; }

ApiError invalid(std::string_view parameter) {
  return {"InvalidParameter", fmt::format("Invalid parameter: {}", parameter)};
}

ApiError invalid_because(std::string_view parameter, std::string_view reason) {
  return {"InvalidParameter", fmt::format("Invalid parameter: {} Reason: {}", parameter, reason)};
}

std::string attribute_text(const Json& value) {
  return value.is_structured() ? value.dump() : input::text(value);
}

ApiResult<void> set_topic_attribute(Topic& topic, const std::string& name, const Json& value) {
  std::string text = attribute_text(value);
  if (name == "ContentBasedDeduplication" || name == "FifoThroughputScope")
    return set_fifo_attribute(topic, name, text);
  if (name == "DeliveryPolicy") {
    ApiResult<DeliveryPolicy> policy = read_delivery_policy(value, PolicyOf::topic);
    if (!policy) return policy.error();
    topic.delivery_policy = *policy;
  } else if (name == "ArchivePolicy") {
    if (!topic.fifo) return only_for_fifo(name);
    if (ApiResult<void> done = set_archive_policy(topic, value); !done) return done;
    if (!topic.archive) text.clear();
  } else if (!std::ranges::binary_search(kKept, name)) {
    return invalid("AttributeName");
  } else if (!text.empty()) {
    if (ApiResult<void> checked = check_kept(name, text); !checked) return checked;
  }
  if (text.empty())
    topic.attributes.erase(name);
  else
    topic.attributes[name] = std::move(text);
  return {};
}

// "This action is idempotent, so if the requester already owns a topic with the specified name,
// that topic's ARN is returned without creating a new topic."
ApiResult<Topic*> add_topic(Sns& sns, const Place& place, const std::string& name,
                            const Json& attributes) {
  const bool fifo = input::boolean(attributes, "FifoTopic").value_or(false);
  if (const ApiResult<void> named = check_name(name, fifo); !named) return named.error();
  Topic made;
  made.place = place;
  made.name = name;
  made.arn = opsim::arn(place, "sns", name);
  if (Topic* existing = sns.topic(made.arn)) {
    if (same_attributes(*existing, attributes)) return existing;
    return invalid_because("Attributes", "Topic already exists with different attributes");
  }
  if (fifo) {
    made.fifo.emplace();
    made.attributes = {{"ContentBasedDeduplication", "false"}, {"FifoTopic", "true"}};
  }
  if (attributes.is_object())
    for (const auto& [key, value] : attributes.items()) {
      if (key == "FifoTopic") continue;
      if (ApiResult<void> done = set_topic_attribute(made, key, value); !done) return done.error();
    }
  begin_archive(made, sns.cloud.sim().now());
  const std::string arn = made.arn;
  return &(sns.topics[arn] = std::move(made));
}

}  // namespace opsim::sns

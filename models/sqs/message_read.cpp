// What a caller may send.
// AWS: SQS API Reference, SendMessage; SQS Developer Guide, "Amazon SQS message metadata", "Amazon
// SQS message quotas".
#include <fmt/format.h>

#include <algorithm>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

constexpr std::size_t kMostAttributes = 10;
constexpr std::size_t kLongestName = 256;   // of an attribute
constexpr std::size_t kLongestGroup = 128;  // MessageGroupId, MessageDeduplicationId

ApiError not_of_this_type(std::string_view name, const Json& input) {
  return invalid_value(
      fmt::format("Value {} for parameter {} is invalid. Reason: The request include parameter "
                  "that is not valid for this queue type.",
                  input::text(input::member(input, name)), name));
}

// "A message can include only XML, JSON, and unformatted text": #x9 | #xA | #xD | #x20 to #xD7FF
// ...
ApiResult<void> check_characters(std::string_view body) {
  const auto wrong = std::ranges::find_if(
      body, [](char c) { return c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r'; });
  if (wrong == body.end()) return {};
  return ApiError{
      "InvalidMessageContents",
      fmt::format("Invalid binary character '#x{:X}' was found in the message body, the "
                  "set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | "
                  "#xE000 to #xFFFD | #x10000 to #x10FFFF",
                  static_cast<int>(*wrong))};
}

// "The message attribute name can contain ... alphanumeric characters and the underscore, hyphen,
// and period"; "must not start with AWS-reserved prefixes".
bool well_formed_attribute_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name.starts_with('.') || name.ends_with('.') ||
      name.find("..") != name.npos || name.starts_with("AWS.") || name.starts_with("Amazon."))
    return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

ApiResult<void> check_attribute(const std::string& name, const Json& attribute) {
  if (!well_formed_attribute_name(name))
    return invalid_value(fmt::format("Message (user) attribute name '{}' is invalid.", name));
  const std::string type = input::text(attribute, "DataType");
  if (type.empty())
    return invalid_value(fmt::format(
        "The message attribute '{}' must contain non-empty message attribute type.", name));
  const std::string_view base = std::string_view{type}.substr(0, type.find('.'));
  if (base != "String" && base != "Number" && base != "Binary")
    return invalid_value(
        fmt::format("The message attribute '{}' has an invalid message attribute type, the set of "
                    "supported type prefixes is Binary, Number, and String.",
                    name));
  const std::string_view member = base == "Binary" ? "BinaryValue" : "StringValue";
  if (input::text(attribute, member).empty())
    return invalid_value(fmt::format(
        "Message (user) attribute '{}' must contain a non-empty value of type '{}'.", name, type));
  return {};
}

ApiResult<void> read_attributes(Message& message, const Json& input) {
  const Json& attributes = input::member(input, "MessageAttributes");
  if (!attributes.is_object()) return {};
  if (attributes.size() > kMostAttributes)
    return invalid_value(fmt::format(
        "Number of message attributes [{}] exceeds the allowed maximum [10].", attributes.size()));
  for (const auto& [name, attribute] : attributes.items())
    if (ApiResult<void> checked = check_attribute(name, attribute); !checked) return checked;
  message.attributes = attributes;
  return {};
}

ApiResult<void> read_id(std::string& id, const Json& input, std::string_view name) {
  id = input::text(input, name);
  const bool printable = std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
  if (id.size() <= kLongestGroup && printable) return {};
  return invalid_value(
      fmt::format("Value {} for parameter {} is invalid. Reason: {} can only include alphanumeric "
                  "and punctuation characters. 1 to 128 in length.",
                  id, name, name));
}

/// MessageGroupId and MessageDeduplicationId. A standard queue takes a group too (fair queues).
ApiResult<void> read_order(Message& message, const QueueSpec& spec, const Json& input) {
  if (auto read = read_id(message.group, input, "MessageGroupId"); !read) return read;
  if (auto read = read_id(message.deduplication_id, input, "MessageDeduplicationId"); !read)
    return read;
  if (!spec.fifo)
    return message.deduplication_id.empty() ? ApiResult<void>{}
                                            : not_of_this_type("MessageDeduplicationId", input);
  if (message.group.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter MessageGroupId."};
  if (!message.deduplication_id.empty()) return {};
  if (!spec.content_based_deduplication) return invalid_value(std::string{kNoDeduplication});
  message.deduplication_id = content_deduplication_id(message.body);
  return {};
}

}  // namespace

// "The size ... includes the message body and message attributes": their names, types and values.
std::size_t size_of(const Json& input) {
  std::size_t size = input::text(input, "MessageBody").size();
  if (const Json& attributes = input::member(input, "MessageAttributes"); attributes.is_object())
    for (const auto& [name, attribute] : attributes.items())
      size += name.size() + input::text(attribute, "DataType").size() +
              input::text(attribute, "StringValue").size() +
              input::text(attribute, "BinaryValue").size();
  return size;
}

ApiResult<Message> read_message(Sqs& sqs, const Queue& queue, const Json& input,
                                std::string sender) {
  Message message;
  message.body = input::text(input, "MessageBody");
  if (message.body.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter MessageBody."};
  if (size_of(input) > static_cast<std::size_t>(queue.spec().max_message_bytes))
    return invalid_value(
        fmt::format("One or more parameters are invalid. Reason: Message must be "
                    "shorter than {} bytes.",
                    queue.spec().max_message_bytes));
  if (auto checked = check_characters(message.body); !checked) return checked.error();
  if (auto read = read_attributes(message, input); !read) return read.error();
  if (auto ordered = read_order(message, queue.spec(), input); !ordered) return ordered.error();
  if (queue.spec().fifo && !input::member(input, "DelaySeconds").is_null())
    return not_of_this_type("DelaySeconds", input);
  message.id = sqs.cloud.next_uuid("sqs.message");
  message.sender = std::move(sender);
  return message;
}

}  // namespace opsim::sqs

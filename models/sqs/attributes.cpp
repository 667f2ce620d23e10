// Attributes of a queue: one table serves the API and the template.
// AWS: SQS API, CreateQueue and GetQueueAttributes; CloudFormation, AWS::SQS::Queue.
#include <fmt/format.h>

#include <algorithm>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

struct Attribute {
  std::string_view name;
  std::int64_t QueueSpec::*field;
  std::int64_t lowest;
  std::int64_t highest;
};

constexpr Attribute kNumbers[] = {
    {"DelaySeconds", &QueueSpec::delay_seconds, 0, 900},
    {"MaximumMessageSize", &QueueSpec::max_message_bytes, 1'024, 1'048'576},
    {"MessageRetentionPeriod", &QueueSpec::retention_seconds, 60, 1'209'600},
    {"ReceiveMessageWaitTimeSeconds", &QueueSpec::receive_wait_seconds, 0, 20},
    {"VisibilityTimeout", &QueueSpec::visibility_seconds, 0, 43'200},
};

/// Kept and answered; Policy is asked (queue_policy.cpp), the others do nothing here.
constexpr std::string_view kOthers[] = {"KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "Policy",
                                        "SqsManagedSseEnabled"};

/// Those that are read one by one.
constexpr std::string_view kOneByOne[] = {
    "ContentBasedDeduplication", "DeduplicationScope", "FifoQueue",
    "FifoThroughputLimit",       "RedriveAllowPolicy", "RedrivePolicy"};

std::string as_text(const Json& value) {
  return value.is_structured() ? value.dump() : input::text(value);
}

ApiResult<void> read_number(QueueSpec& spec, const Attribute& row, const Json& value) {
  const auto number = input::integer(value);
  if (!number || *number < row.lowest || *number > row.highest)
    return ApiError{
        "InvalidAttributeValue",
        fmt::format("Invalid value for the parameter {}. Reason: Must be from {} to {}.", row.name,
                    row.lowest, row.highest)};
  spec.*row.field = *number;
  return {};
}

/// The words of these and what follows: measured in 2026 (github.com/badmintoncryer/cdk-preflight,
/// rules/sqs/pf-sqs-...).
ApiError only_for_fifo(std::string_view name) {
  if (name == "ContentBasedDeduplication" || name == "FifoQueue")
    return {"InvalidAttributeName", fmt::format("Unknown Attribute {}.", name)};
  return {"InvalidAttributeValue",
          fmt::format("You can specify the {} only when FifoQueue is set to true.", name)};
}

ApiError not_supported(std::string_view name) {
  return {"InvalidAttributeValue",
          fmt::format("Invalid value for the parameter {}. Reason: not a supported value.", name)};
}

/// "perMessageGroupId is allowed only when the value for DeduplicationScope is messageGroup."
ApiResult<void> read_throughput(QueueSpec& spec, const Json& attributes) {
  const std::string limit = input::text(attributes, "FifoThroughputLimit");
  if (!limit.empty()) {
    if (!spec.fifo) return only_for_fifo("FifoThroughputLimit");
    if (limit != "perQueue" && limit != "perMessageGroupId")
      return not_supported("FifoThroughputLimit");
    spec.high_throughput = limit == "perMessageGroupId";
  }
  if (spec.high_throughput && !spec.deduplicates_by_group)
    return ApiError{"InvalidAttributeValue",
                    "Invalid value for the parameter FifoThroughputLimit. Reason: To set "
                    "FifoThroughputLimit to perMessageGroupId, the DeduplicationScope must be "
                    "messageGroup."};
  return {};
}

/// SQS API, CreateQueue: the attributes of FIFO queues.
ApiResult<void> read_fifo(QueueSpec& spec, const Json& attributes) {
  // Of a standard queue not even false is taken (github.com/aws/aws-cdk, pull 31922).
  if (const Json& fifo = input::member(attributes, "FifoQueue"); !fifo.is_null()) {
    if (!spec.fifo) return only_for_fifo("FifoQueue");
    if (!input::boolean(attributes, "FifoQueue").value_or(false))
      return ApiError{"InvalidAttributeValue",
                      "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is "
                      "not supported."};
  }
  if (!input::member(attributes, "ContentBasedDeduplication").is_null()) {
    spec.content_based_deduplication =
        input::boolean(attributes, "ContentBasedDeduplication").value_or(false);
    if (!spec.fifo) return only_for_fifo("ContentBasedDeduplication");
  }
  if (const Json& scope = input::member(attributes, "DeduplicationScope"); !scope.is_null()) {
    const std::string text = input::text(scope);
    if (!spec.fifo) return only_for_fifo("DeduplicationScope");
    if (text != "queue" && text != "messageGroup") return not_supported("DeduplicationScope");
    spec.deduplicates_by_group = text == "messageGroup";
  }
  return read_throughput(spec, attributes);
}

ApiError bad_name() {
  return invalid_value(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
}

ApiResult<QueueSpec> read_queue_name(std::string name) {
  const std::string_view stem =
      std::string_view{name}.substr(0, name.ends_with(".fifo") ? name.size() - 5 : name.size());
  const bool well_formed =
      !stem.empty() && name.size() <= 80 && std::ranges::all_of(stem, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  if (!well_formed) return bad_name();
  QueueSpec spec;
  spec.fifo = name.ends_with(".fifo");
  spec.name = std::move(name);
  return spec;
}

}  // namespace

ApiResult<QueueSpec> read_new_queue(std::string name, const Json& attributes) {
  ApiResult<QueueSpec> named = read_queue_name(std::move(name));
  if (!named) return named.error();
  // The suffix belongs to queues that say FifoQueue, and a queue of the other kind has no dot.
  const bool fifo = input::boolean(attributes, "FifoQueue").value_or(false);
  if (named->fifo && !fifo) return bad_name();
  if (fifo && !named->fifo)
    return invalid_value(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
        "underscores, must end with .fifo suffix and be 1 to 80 in length.");
  return read_queue(*std::move(named), attributes);
}

ApiResult<QueueSpec> read_queue(QueueSpec spec, const Json& attributes) {
  for (const Attribute& row : kNumbers) {
    const Json& value = input::member(attributes, row.name);
    if (value.is_null()) continue;
    if (auto read = read_number(spec, row, value); !read) return read.error();
  }
  if (auto read = read_fifo(spec, attributes); !read) return read.error();
  if (const Json& allow = input::member(attributes, "RedriveAllowPolicy"); !allow.is_null()) {
    ApiResult<RedriveAllow> read = read_redrive_allow(allow);
    if (!read) return read.error();
    spec.redrive_allow = *std::move(read);
    spec.others["RedriveAllowPolicy"] = as_text(allow);
  }
  const Json& redrive = input::member(attributes, "RedrivePolicy");
  if (redrive.is_string() && redrive.get<std::string>().empty()) {
    spec.redrive.reset();  // SetQueueAttributes: an empty text takes it away
  } else if (!redrive.is_null()) {
    ApiResult<Redrive> read = read_redrive(redrive);
    if (!read) return read.error();
    spec.redrive = *std::move(read);
  }
  for (const std::string_view name : kOthers)
    if (const Json& value = input::member(attributes, name); !value.is_null())
      spec.others[std::string{name}] = as_text(value);
  if (input::boolean(attributes, "SqsManagedSseEnabled").value_or(false) &&
      !input::text(attributes, "KmsMasterKeyId").empty())
    return ApiError{"InvalidAttributeValue",
                    "You can use one type of server-side encryption (SSE) at one time. You can "
                    "either enable KMS SSE or SQS SSE."};
  std::erase_if(spec.others, [](const auto& other) { return other.second.empty(); });
  return spec;
}

bool is_attribute(std::string_view name) {
  constexpr std::string_view kReadOnly[] = {"ApproximateNumberOfMessages",
                                            "ApproximateNumberOfMessagesDelayed",
                                            "ApproximateNumberOfMessagesNotVisible",
                                            "CreatedTimestamp",
                                            "LastModifiedTimestamp",
                                            "QueueArn"};
  Json one = Json::object();
  one[std::string{name}] = "";
  return std::ranges::find(kReadOnly, name) != std::end(kReadOnly) || !unknown_attribute(one);
}

std::optional<ApiError> unknown_attribute(const Json& attributes) {
  if (!attributes.is_object()) return std::nullopt;
  const auto is_one_of = [](const auto& names, const std::string& name) {
    return std::ranges::find(names, name) != std::end(names);
  };
  for (const auto& [name, value] : attributes.items())
    if (!is_one_of(kOthers, name) && !is_one_of(kOneByOne, name) &&
        std::ranges::find(kNumbers, std::string_view{name}, &Attribute::name) == std::end(kNumbers))
      return ApiError{"InvalidAttributeName", fmt::format("Unknown Attribute {}.", name)};
  return std::nullopt;
}

Json attributes_of(const Queue& queue) {
  const QueueSpec& spec = queue.spec();
  Json all = Json::object();
  for (const Attribute& row : kNumbers)
    all[std::string{row.name}] = std::to_string(spec.*row.field);
  all["SqsManagedSseEnabled"] = spec.others.contains("KmsMasterKeyId") ? "false" : "true";
  for (const auto& [name, value] : spec.others) all[name] = value;
  const auto seconds = [](SimTime time) {
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  };
  all["QueueArn"] = queue.arn();
  all["CreatedTimestamp"] = seconds(queue.created());
  all["LastModifiedTimestamp"] = seconds(queue.modified());
  all["ApproximateNumberOfMessages"] = std::to_string(queue.visible());
  all["ApproximateNumberOfMessagesNotVisible"] = std::to_string(queue.in_flight());
  all["ApproximateNumberOfMessagesDelayed"] = std::to_string(queue.delayed());
  if (spec.fifo) {
    all["FifoQueue"] = "true";
    all["ContentBasedDeduplication"] = spec.content_based_deduplication ? "true" : "false";
    all["DeduplicationScope"] = spec.deduplicates_by_group ? "messageGroup" : "queue";
    all["FifoThroughputLimit"] = spec.high_throughput ? "perMessageGroupId" : "perQueue";
  }
  if (spec.redrive)
    all["RedrivePolicy"] = Json{{"deadLetterTargetArn", spec.redrive->dead_letter_arn},
                                {"maxReceiveCount", spec.redrive->max_receive_count}}
                               .dump();
  return all;
}

}  // namespace opsim::sqs

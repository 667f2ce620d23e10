// Dead-letter queues: which queue gives to which, and what is given.
// AWS: SQS API Reference, CreateQueue (RedrivePolicy, RedriveAllowPolicy); SQS Developer Guide,
// "Using dead-letter queues in Amazon SQS". The reasons within the errors' words: measured in 2026
// (github.com/badmintoncryer/cdk-preflight, rules/sqs/pf-sqs-redrive-...).
#include <fmt/format.h>

#include <algorithm>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

constexpr std::size_t kMostSources = 10;  // sourceQueueArns: "up to 10"

ApiError bad_policy(std::string_view parameter, std::string_view value, std::string_view reason) {
  return invalid_value(
      fmt::format("Value {} for parameter {} is invalid. Reason: {}", value, parameter, reason));
}

std::string text_of_policy(const Json& value) {
  return value.is_structured() ? value.dump() : input::text(value);
}

Json document_of(const Json& value) {
  return value.is_string() ? Json::parse(value.get<std::string>(), nullptr, false) : value;
}

std::string text_of(const Redrive& redrive) {
  return Json{{"deadLetterTargetArn", redrive.dead_letter_arn},
              {"maxReceiveCount", redrive.max_receive_count}}
      .dump();
}

bool lets(const RedriveAllow& allow, const std::string& source_arn) {
  if (allow.permission == RedriveAllow::Permission::by_queue)
    return std::ranges::find(allow.source_arns, source_arn) != allow.source_arns.end();
  return allow.permission == RedriveAllow::Permission::allow_all;
}

}  // namespace

/// {"deadLetterTargetArn": ..., "maxReceiveCount": 3}, as a mapping or as its JSON text.
ApiResult<Redrive> read_redrive(const Json& value) {
  const Json policy = document_of(value);
  const auto refused = [&](std::string_view reason) {
    return bad_policy("RedrivePolicy", text_of_policy(value), reason);
  };
  if (!policy.is_object()) return refused("Redrive policy is not a valid JSON map.");
  Redrive redrive;
  redrive.dead_letter_arn = input::text(policy, "deadLetterTargetArn");
  if (redrive.dead_letter_arn.empty())
    return refused("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  if (input::member(policy, "maxReceiveCount").is_null())
    return refused("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  const auto most = input::integer(policy, "maxReceiveCount");
  if (!most || *most < 1 || *most > 1'000)
    return refused(
        fmt::format("Invalid value for maxReceiveCount: {}, valid values are from 1 to 1000 both "
                    "inclusive.",
                    input::text(policy, "maxReceiveCount")));
  redrive.max_receive_count = *most;
  const std::optional<Arn> target = Arn::parse(redrive.dead_letter_arn);
  if (!target) return refused("Invalid value for deadLetterTargetArn.");
  if (target->service != "sqs")
    return refused("Only SQS queues are valid resources for deadLetterTargetArn");
  return redrive;
}

/// {"redrivePermission": "allowAll" | "denyAll" | "byQueue", "sourceQueueArns": [...]}.
ApiResult<RedriveAllow> read_redrive_allow(const Json& value) {
  if (value.is_string() && value.get<std::string>().empty()) return RedriveAllow{};
  const Json policy = document_of(value);
  const auto refused = [&](std::string_view reason) {
    return bad_policy("RedriveAllowPolicy", text_of_policy(value),
                      fmt::format("Amazon SQS can't create the redrive allow policy{}", reason));
  };
  constexpr std::string_view kFormat = ", as it's in an unsupported format.";
  constexpr std::string_view kCount =
      ". When you specify the byQueue permission type, you must also specify between 1 and 10 "
      "source queue ARNs.";
  if (!policy.is_object()) return refused(kFormat);
  RedriveAllow allow;
  const std::string permission = input::text(policy, "redrivePermission");
  allow.source_arns = input::texts(policy, "sourceQueueArns");
  using Permission = RedriveAllow::Permission;
  if (permission == "denyAll")
    allow.permission = Permission::deny_all;
  else if (permission == "byQueue")
    allow.permission = Permission::by_queue;
  else if (permission != "allowAll")
    return refused(kFormat);
  const bool by_queue = allow.permission == Permission::by_queue;
  if (!by_queue && !allow.source_arns.empty())
    return refused(". You can specify source queue ARNs only when the permission type is byQueue.");
  if (by_queue && (allow.source_arns.empty() || allow.source_arns.size() > kMostSources))
    return refused(kCount);
  return allow;
}

// "The dead-letter queue of a FIFO queue must also be a FIFO queue. Similarly, the dead-letter
// queue of a standard queue must also be a standard queue." Same account and Region.
ApiResult<void> check_redrive(Sqs& sqs, const Place& place, const QueueSpec& spec) {
  if (!spec.redrive) return {};
  const auto refused = [&](std::string_view reason) {
    return bad_policy("RedrivePolicy", text_of(*spec.redrive), reason);
  };
  if (const auto target = Arn::parse(spec.redrive->dead_letter_arn);
      target && target->region != place.region)
    return refused("Dead-letter target must be in same region as the source.");
  const Queue* to = sqs.find_arn(spec.redrive->dead_letter_arn);
  if (to == nullptr) return refused("Dead letter target does not exist.");
  if (to->place() != place)
    return refused("Dead-letter queue must be in the same account and Region as the source.");
  if (to->spec().fifo != spec.fifo)
    return refused("Dead-letter queue must be same type of queue as the source.");
  if (!lets(to->spec().redrive_allow, arn(place, "sqs", spec.name)))
    return refused("Queue does not have permission to use the dead-letter queue.");
  return {};
}

// "For standard queues ... when a message is moved to a dead-letter queue, the enqueue timestamp is
// unchanged. For FIFO queues, the enqueue timestamp resets."
void move_exhausted(Sqs& sqs, const Queue& from, std::vector<Message> exhausted) {
  if (exhausted.empty()) return;
  Queue* to = sqs.find_arn(from.spec().redrive->dead_letter_arn);
  for (Message& message : exhausted) {
    if (to == nullptr) continue;  // UNDOCUMENTED: lost, from "messages are lost" of a deleted queue
    message.receive_count = 0;
    message.first_received.reset();
    message.from = from.arn();
    if (!to->spec().fifo) message.sent_before = message.sent;
    to->take_in(std::move(message));
  }
}

}  // namespace opsim::sqs

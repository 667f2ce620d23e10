// How the far side of a subscription behaves: web servers and mail gateways outside AWS.
// AWS: SNS Developer Guide, "Amazon SNS message delivery retries": which answers are retried; an
// HTTP/S endpoint that does not answer within 15 seconds has failed.
#include <fmt/format.h>

#include "models/sns/sns.hpp"
#include "opsim/document/node.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::sns {

namespace {

constexpr Duration kAnswerWithin = std::chrono::seconds{15};

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 100ms, p99 1s)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Shape kStatus{.kind = Kind::integer, .min = 300, .max = 599};
constexpr Shape kYesOrNo{.kind = Kind::boolean};
constexpr Field kEndpointFields[] = {
    {.name = "answers in", .shape = &kTakes, .doc = "More than 15 s is a failure."},
    {.name = "confirmed",
     .shape = &kYesOrNo,
     .doc = "Whether mail and HTTP/S endpoints had confirmed before it all began; yes."},
    {.name = "confirms in",
     .shape = &kTakes,
     .doc = "Not confirmed when it begins: after that long it is."},
    {.name = "fails with", .shape = &kStatus, .doc = "The HTTP status of a failure; 500."},
    {.name = "succeeds", .shape = &kShare, .doc = "How many deliveries succeed; all."},
};
constexpr Shape kEndpoint{.kind = Kind::mapping, .fields = kEndpointFields};

constexpr Shape kName{.kind = Kind::text, .example = "PagerHook"};
constexpr Shape kFor{.kind = Kind::duration, .example = "20min"};
constexpr Field kBreakFields[] = {
    {.name = "for", .shape = &kFor, .need = Need::required, .doc = "How long it is down."},
    {.name = "on", .shape = &kName, .need = Need::required, .doc = "A subscription, or a topic."},
    {.name = "with", .shape = &kStatus, .doc = "The HTTP status that it answers; 503."},
};
constexpr Shape kBreak{.kind = Kind::mapping, .fields = kBreakFields};

/// A subscription itself, or all of a topic that are of the protocols meant.
std::vector<Subscription*> behind(Sns& sns, std::string_view arn) {
  if (Subscription* one = sns.subscription(arn)) return {one};
  std::vector<Subscription*> all;
  if (const Topic* topic = sns.topic(arn))
    for (const std::string& subscription : topic->subscriptions)
      if (Subscription& one = sns.subscriptions.at(subscription); goes_to_a_person(one.protocol))
        all.push_back(&one);
  return all;
}

Process<> confirm_later(Sns& sns, std::string arn, Duration after) {
  co_await sns.cloud.sim().sleep(after);
  const Subscription* subscription = sns.subscription(arn);
  if (subscription == nullptr || !subscription->pending()) co_return;
  const std::optional<Arn> topic = Arn::parse(subscription->topic_arn);
  Caller caller{topic->place(), "sns.amazonaws.com", ""};
  Json input{{"TopicArn", subscription->topic_arn}, {"Token", subscription->token}};
  co_await sns.cloud.call(std::move(caller), "sns", "ConfirmSubscription", std::move(input));
}

/// It stands in a template and was never confirmed; nobody is asked again.
void leave_pending(Sns& sns, Subscription& subscription) {
  const std::optional<Arn> topic = Arn::parse(subscription.topic_arn);
  if (!topic || !needs_confirmation(subscription, topic->account)) return;
  subscription.token = sns.cloud.next_uuid("sns.token");
}

void apply_to(Sns& sns, Subscription& subscription, const Node& values) {
  Endpoint& behaves = subscription.behaves;
  if (const auto takes = values.find("answers in"))
    if (const auto read = Distribution::parse(takes->spelling())) behaves.answers_in = *read;
  if (const auto share = values.find("succeeds"))
    behaves.success_share = parse_percent(share->spelling()).value_or(100) / 100;
  if (const auto status = values.find("fails with"))
    behaves.failure_status = static_cast<int>(status->as_integer().value_or(500));
  if (const auto confirmed = values.find("confirmed");
      confirmed && !confirmed->as_boolean().value_or(true))
    leave_pending(sns, subscription);
  const auto confirms = values.find("confirms in");
  if (!confirms) return;
  const auto read = Distribution::parse(confirms->spelling());
  if (!read) return;
  leave_pending(sns, subscription);
  const Duration after = read->sample_duration(sns.cloud.sim().random("sns.confirmation"));
  sns.cloud.sim().spawn(confirm_later(sns, subscription.arn, after));
}

void apply_endpoint(Model& model, const PhysicsRequest& request) {
  auto& sns = static_cast<Sns&>(model);
  if (request.resource != nullptr) {
    for (Subscription* subscription : behind(sns, request.resource->arn))
      apply_to(sns, *subscription, request.values);
    return;
  }
  for (auto& [arn, subscription] : sns.subscriptions) apply_to(sns, subscription, request.values);
}

void break_endpoint(Model& model, const FaultRequest& request) {
  auto& sns = static_cast<Sns&>(model);
  const auto lasts = request.arguments.find("for");
  const Duration how_long =
      lasts ? parse_duration(lasts->spelling()).value_or(Duration{}) : Duration{};
  const auto status = request.arguments.find("with");
  for (const std::string& target : request.targets)
    for (Subscription* subscription : behind(sns, target)) {
      subscription->behaves.down_until = sns.cloud.sim().now() + how_long;
      subscription->behaves.down_status =
          static_cast<int>(status ? status->as_integer().value_or(503) : 503);
    }
}

constexpr Physics kPhysics[] = {
    {.of = "AWS::SNS::Subscription", .shape = &kEndpoint, .apply = apply_endpoint},
    {.of = "AWS::SNS::Topic", .shape = &kEndpoint, .apply = apply_endpoint}};
constexpr Fault kFaults[] = {{"break endpoint", &kBreak, break_endpoint}};

ApiError answered(int status) {
  return {std::to_string(status), fmt::format("The endpoint answered with HTTP status {}.", status),
          status};
}

}  // namespace

std::optional<ApiError> endpoint_error(Sns& sns, const Subscription& subscription) {
  const Subscription* live = sns.subscription(subscription.arn);  // it may have changed meanwhile
  if (live == nullptr) return std::nullopt;
  const Endpoint& behaves = live->behaves;
  Simulation& sim = sns.cloud.sim();
  if (sim.now() < behaves.down_until) return answered(behaves.down_status);
  if (behaves.answers_in &&
      behaves.answers_in->sample_duration(sim.random("sns.endpoint")) > kAnswerWithin)
    return ApiError{"Timeout", "The endpoint did not answer within 15 seconds.", 504};
  if (behaves.success_share < 1 && sim.random("sns.endpoint").uniform() >= behaves.success_share)
    return answered(behaves.failure_status);
  return std::nullopt;
}

std::span<const Physics> physics() { return kPhysics; }
std::span<const Fault> faults() { return kFaults; }

}  // namespace opsim::sns

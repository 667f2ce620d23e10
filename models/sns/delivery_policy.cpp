// Delivery policies: checking them, and the delays that they mean.
// AWS: SNS Developer Guide, "Amazon SNS message delivery retries", "Creating an HTTP/S delivery
// policy": its table of constraints.
// UNDOCUMENTED: the formulas of the backoff functions; the guide has a picture of four curves that
// share their ends. Here linear adds equal steps, arithmetic adds steps that grow by equal amounts,
// geometric adds steps that double, exponential multiplies by a constant.
#include "models/sns/delivery_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

// "3 times, without delay; 2 times, 1 second apart; 10 times, with exponential backoff, from 1
// second to 20 seconds; 100,000 times, 20 seconds apart": Firehose, Lambda, SQS.
constexpr RetryPolicy kManaged{.retries = 100'015,
                               .without_delay = 3,
                               .at_min_delay = 2,
                               .at_max_delay = 100'000,
                               .min_delay = 1,
                               .max_delay = 20,
                               .backoff = Backoff::exponential};
// "0 times; 2 times, 10 seconds apart; 10 times, from 10 to 600 seconds; 38 times, 600 apart":
// SMTP, SMS, mobile push.
constexpr RetryPolicy kCustomer{.retries = 50,
                                .without_delay = 0,
                                .at_min_delay = 2,
                                .at_max_delay = 38,
                                .min_delay = 10,
                                .max_delay = 600,
                                .backoff = Backoff::exponential};
constexpr RetryPolicy kHttp{};

constexpr std::int64_t kMostRetries = 100;            // numRetries: "0 to 100"
constexpr std::int64_t kLongestDelaySeconds = 3'600;  // maxDelayTarget, and the whole policy
constexpr std::string_view kBackoffNames[] = {"arithmetic", "exponential", "geometric", "linear"};

/// How far the k-th of n retries of the backoff phase is on its way, from 0 to 1.
double share_of_way(Backoff backoff, double k, double n) {
  if (n <= 1) return 0;
  const double last = n - 1;
  if (backoff == Backoff::arithmetic) return k * (k + 1) / (last * (last + 1));
  if (backoff == Backoff::geometric) return (std::exp2(k) - 1) / (std::exp2(last) - 1);
  return k / last;
}

Duration of_seconds(double seconds) { return Duration{std::llround(seconds * 1e3) * 1'000'000}; }

Duration backed_off(const RetryPolicy& policy, std::int64_t k, std::int64_t n) {
  const auto low = static_cast<double>(policy.min_delay);
  const auto high = static_cast<double>(policy.max_delay);
  const double share = share_of_way(policy.backoff, static_cast<double>(k), static_cast<double>(n));
  if (policy.backoff == Backoff::exponential) return of_seconds(low * std::pow(high / low, share));
  return of_seconds(low + (high - low) * share);
}

std::int64_t backing_off(const RetryPolicy& policy) {
  return policy.retries - policy.without_delay - policy.at_min_delay - policy.at_max_delay;
}

// ---- Reading ----

ApiError refused(std::string_view reason) {
  return {"InvalidParameter", fmt::format("Invalid parameter: DeliveryPolicy: {}", reason)};
}

struct NumberRule {
  std::string_view name;
  std::int64_t RetryPolicy::*field;
  bool required;
  std::int64_t lowest;
  std::int64_t highest = kMostRetries;
};
constexpr NumberRule kRetryNumbers[] = {
    {"minDelayTarget", &RetryPolicy::min_delay, true, 1, kLongestDelaySeconds},
    {"maxDelayTarget", &RetryPolicy::max_delay, true, 1, kLongestDelaySeconds},
    {"numRetries", &RetryPolicy::retries, true, 0, kMostRetries},
    {"numNoDelayRetries", &RetryPolicy::without_delay, false, 0},
    {"numMinDelayRetries", &RetryPolicy::at_min_delay, false, 0},
    {"numMaxDelayRetries", &RetryPolicy::at_max_delay, false, 0},
};

ApiResult<std::int64_t> read_number(const Json& object, std::string_view path,
                                    const NumberRule& rule, std::int64_t otherwise) {
  const Json& value = input::member(object, rule.name);
  if (value.is_null() && rule.required)
    return refused(fmt::format("{}.{} must be specified", path, rule.name));
  if (value.is_null()) return otherwise;
  const auto number = input::integer(value);
  if (!number) return refused(fmt::format("{}.{} must be an integer", path, rule.name));
  if (*number < rule.lowest)
    return refused(
        fmt::format("{}.{} must be greater than or equal to {}", path, rule.name, rule.lowest));
  if (*number > rule.highest)
    return refused(
        fmt::format("{}.{} must be less than or equal to {}", path, rule.name, rule.highest));
  return *number;
}

/// The first member that is none of these names.
std::optional<ApiError> unknown_member(const Json& object, std::string_view path,
                                       std::initializer_list<std::string_view> known) {
  if (!object.is_object())
    return refused(fmt::format("{} must be an object", path.empty() ? "the policy" : path));
  for (const auto& [name, value] : object.items())
    if (std::ranges::find(known, name) == known.end())
      return refused(
          fmt::format("Unexpected JSON member: {}{}{}", path, path.empty() ? "" : ".", name));
  return std::nullopt;
}

ApiResult<RetryPolicy> read_retry_policy(const Json& value, std::string_view path) {
  if (const auto wrong = unknown_member(
          value, path,
          {"backoffFunction", "maxDelayTarget", "minDelayTarget", "numMaxDelayRetries",
           "numMinDelayRetries", "numNoDelayRetries", "numRetries"}))
    return *wrong;
  RetryPolicy policy;
  for (const NumberRule& rule : kRetryNumbers) {
    const ApiResult<std::int64_t> read = read_number(value, path, rule, policy.*rule.field);
    if (!read) return read.error();
    policy.*rule.field = *read;
  }
  if (policy.min_delay > policy.max_delay)
    return refused(
        fmt::format("{}.maxDelayTarget must be greater than or equal to minDelayTarget", path));
  if (backing_off(policy) < 0)
    return refused(
        fmt::format("{}.numRetries must be greater than or equal to total of numMinDelayRetries, "
                    "numNoDelayRetries and numMaxDelayRetries",
                    path));
  if (const std::string name = input::text(value, "backoffFunction"); !name.empty()) {
    const auto found = std::ranges::find(kBackoffNames, name);
    if (found == std::end(kBackoffNames))
      return refused(fmt::format(
          "{}.backoffFunction: the value [{}] is not a valid backoff function", path, name));
    policy.backoff = static_cast<Backoff>(found - std::begin(kBackoffNames));
  }
  // "The total policy retry time for an HTTP/S endpoint cannot be greater than 3,600 seconds."
  if (total_delay(policy) > std::chrono::seconds{kLongestDelaySeconds})
    return refused(
        fmt::format("{}: the total policy retry time must be less than or equal to {} seconds",
                    path, kLongestDelaySeconds));
  return policy;
}

ApiResult<std::int64_t> read_throttle(const Json& value, std::string_view path) {
  if (const auto wrong = unknown_member(value, path, {"maxReceivesPerSecond"})) return *wrong;
  const NumberRule rule{"maxReceivesPerSecond", nullptr, true, 1,
                        std::numeric_limits<std::int64_t>::max()};
  return read_number(value, path, rule, 0);
}

/// The same two parts under a subscription's names, or under a topic's.
struct PartNames {
  std::string_view retry;
  std::string_view throttle;
};

ApiResult<DeliveryPolicy> read_parts(const Json& object, std::string_view prefix,
                                     const PartNames& names) {
  DeliveryPolicy policy;
  if (const Json& retry = input::member(object, names.retry); !retry.is_null()) {
    ApiResult<RetryPolicy> read =
        read_retry_policy(retry, fmt::format("{}{}", prefix, names.retry));
    if (!read) return read.error();
    policy.retry = *read;
  }
  if (const Json& throttle = input::member(object, names.throttle); !throttle.is_null()) {
    ApiResult<std::int64_t> read =
        read_throttle(throttle, fmt::format("{}{}", prefix, names.throttle));
    if (!read) return read.error();
    policy.receives_per_second = *read;
  }
  return policy;
}

ApiResult<DeliveryPolicy> read_topic_policy(const Json& document) {
  if (const auto wrong = unknown_member(document, "", {"http"})) return *wrong;
  const Json& http = input::member(document, "http");
  if (http.is_null()) return DeliveryPolicy{};
  if (const auto wrong = unknown_member(
          http, "http",
          {"defaultHealthyRetryPolicy", "defaultRequestPolicy", "defaultSicklyRetryPolicy",
           "defaultThrottlePolicy", "disableSubscriptionOverrides"}))
    return *wrong;
  ApiResult<DeliveryPolicy> policy =
      read_parts(http, "http.", {"defaultHealthyRetryPolicy", "defaultThrottlePolicy"});
  if (policy)
    policy->overrides_disabled =
        input::boolean(http, "disableSubscriptionOverrides").value_or(false);
  return policy;
}

ApiResult<DeliveryPolicy> read_subscription_policy(const Json& document) {
  if (const auto wrong = unknown_member(document, "",
                                        {"guaranteed", "healthyRetryPolicy", "requestPolicy",
                                         "sicklyRetryPolicy", "throttlePolicy"}))
    return *wrong;
  return read_parts(document, "", {"healthyRetryPolicy", "throttlePolicy"});
}

Json to_json(const RetryPolicy& policy) {
  Json json = Json::object();
  for (const NumberRule& rule : kRetryNumbers) json[std::string{rule.name}] = policy.*rule.field;
  json["backoffFunction"] = kBackoffNames[static_cast<std::size_t>(policy.backoff)];
  return json;
}

}  // namespace

const RetryPolicy& customer_managed() { return kCustomer; }

const RetryPolicy& retry_policy_of(std::string_view protocol) {
  if (protocol == "sqs" || protocol == "lambda" || protocol == "firehose") return kManaged;
  if (protocol == "http" || protocol == "https") return kHttp;
  return kCustomer;
}

std::optional<Duration> retry_delay(const RetryPolicy& policy, std::int64_t retry) {
  if (retry > policy.retries) return std::nullopt;
  if (retry <= policy.without_delay) return Duration::zero();
  retry -= policy.without_delay;
  if (retry <= policy.at_min_delay) return std::chrono::seconds{policy.min_delay};
  retry -= policy.at_min_delay;
  const std::int64_t middle = backing_off(policy);
  if (retry <= middle) return backed_off(policy, retry - 1, middle);
  return std::chrono::seconds{policy.max_delay};
}

Duration total_delay(const RetryPolicy& policy) {
  Duration total = std::chrono::seconds{policy.at_min_delay * policy.min_delay +
                                        policy.at_max_delay * policy.max_delay};
  const std::int64_t middle = backing_off(policy);
  for (std::int64_t k = 0; k < middle; ++k) total += backed_off(policy, k, middle);
  return total;
}

ApiResult<DeliveryPolicy> read_delivery_policy(const Json& value, PolicyOf of) {
  Json document = value;
  if (value.is_string()) {
    if (value.get<std::string>().empty()) return DeliveryPolicy{};
    document = Json::parse(value.get<std::string>(), nullptr, false);
    if (document.is_discarded()) return refused("failed to parse JSON.");
  }
  return of == PolicyOf::topic ? read_topic_policy(document) : read_subscription_policy(document);
}

DeliveryPolicy effective_policy(const DeliveryPolicy& topic, const DeliveryPolicy& subscription) {
  DeliveryPolicy effective = topic;
  if (!effective.retry) effective.retry = kHttp;
  if (topic.overrides_disabled) return effective;
  if (subscription.retry) effective.retry = subscription.retry;
  if (subscription.receives_per_second)
    effective.receives_per_second = subscription.receives_per_second;
  return effective;
}

std::string effective_text(const DeliveryPolicy& effective, PolicyOf of) {
  const bool topic = of == PolicyOf::topic;
  Json json = Json::object();
  json[topic ? "defaultHealthyRetryPolicy" : "healthyRetryPolicy"] =
      to_json(effective.retry.value_or(kHttp));
  json[topic ? "defaultRequestPolicy" : "requestPolicy"] = {
      {"headerContentType", "text/plain; charset=UTF-8"}};
  if (effective.receives_per_second)
    json[topic ? "defaultThrottlePolicy" : "throttlePolicy"] = {
        {"maxReceivesPerSecond", *effective.receives_per_second}};
  if (!topic) return json.dump();
  json["disableSubscriptionOverrides"] = effective.overrides_disabled;
  return Json{{"http", json}}.dump();
}

}  // namespace opsim::sns

#pragma once
/// How often SNS tries again, and how far apart.
/// AWS: SNS Developer Guide, "Amazon SNS message delivery retries".
#include <cstdint>
#include <optional>
#include <string_view>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::sns {

enum class Backoff : std::uint8_t { arithmetic, exponential, geometric, linear };

/// healthyRetryPolicy. Four phases in this order: without delay, at the least delay, backing off
/// from the least to the greatest, at the greatest. The third takes what the others leave of
/// `retries`. The values here are HTTP/S's defaults.
struct RetryPolicy {
  std::int64_t retries = 3;        // numRetries
  std::int64_t without_delay = 0;  // numNoDelayRetries
  std::int64_t at_min_delay = 0;   // numMinDelayRetries
  std::int64_t at_max_delay = 0;   // numMaxDelayRetries
  std::int64_t min_delay = 20;     // minDelayTarget, seconds
  std::int64_t max_delay = 20;     // maxDelayTarget, seconds
  Backoff backoff = Backoff::linear;
  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// What SNS itself has for endpoints of that protocol; only HTTP/S's may be replaced.
[[nodiscard]] const RetryPolicy& retry_policy_of(std::string_view protocol);
/// For what people and phones run: mail, text messages, push.
[[nodiscard]] const RetryPolicy& customer_managed();

/// How long to wait before this retry (from 1); nothing when SNS gives up.
[[nodiscard]] std::optional<Duration> retry_delay(const RetryPolicy& policy, std::int64_t retry);
/// All the waiting of a policy.
[[nodiscard]] Duration total_delay(const RetryPolicy& policy);

/// DeliveryPolicy of a subscription, or of a topic for all of its HTTP/S subscriptions.
struct DeliveryPolicy {
  std::optional<RetryPolicy> retry;
  std::optional<std::int64_t> receives_per_second;  // throttlePolicy
  bool overrides_disabled = false;                  // disableSubscriptionOverrides, of a topic only
};
enum class PolicyOf : std::uint8_t { subscription, topic };
/// A document or its text; an empty text takes the policy away.
[[nodiscard]] ApiResult<DeliveryPolicy> read_delivery_policy(const Json& value, PolicyOf of);
/// What holds for a subscription: its own, else its topic's, else the default.
[[nodiscard]] DeliveryPolicy effective_policy(const DeliveryPolicy& topic,
                                              const DeliveryPolicy& subscription);
/// EffectiveDeliveryPolicy, as text.
[[nodiscard]] std::string effective_text(const DeliveryPolicy& effective, PolicyOf of);

}  // namespace opsim::sns

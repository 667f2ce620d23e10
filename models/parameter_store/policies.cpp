// Parameter policies: a parameter expires, is about to, or has not changed for long.
// AWS: Systems Manager User Guide, "Assigning parameter policies in Parameter Store"; API
// Reference, PutParameter (IncompatiblePolicyException, InvalidPolicyAttributeException,
// InvalidPolicyTypeException, PoliciesLimitExceededException).
// SIMPLIFIED: AWS looks at policies in periodic scans; here they act at their moment.
#include <fmt/format.h>

#include <algorithm>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

using Kind = Policy::Kind;
constexpr std::string_view kKinds[] = {"Expiration", "ExpirationNotification",
                                       "NoChangeNotification"};
constexpr std::int64_t kLongestDays = 36'500;  // UNDOCUMENTED: a century

ApiError bad_attribute(std::string_view kind, std::string_view why) {
  return {"InvalidPolicyAttributeException",
          fmt::format("A policy attribute or its value is invalid: {} {}", kind, why)};
}

/// {"Before": "15", "Unit": "Days"}
std::optional<Duration> length_of(const Json& attributes, std::string_view member) {
  const auto number = input::integer(attributes, member);
  const std::string unit = input::text(attributes, "Unit");
  if (!number || *number < 1 || *number > kLongestDays) return std::nullopt;
  if (unit == "Days") return std::chrono::hours{24 * *number};
  if (unit == "Hours") return std::chrono::hours{*number};
  return std::nullopt;
}

ApiResult<Policy> read_policy(const Json& written, SimTime now) {
  const std::string kind = input::text(written, "Type");
  const auto known = std::ranges::find(kKinds, kind);
  if (known == std::end(kKinds))
    return ApiError{"InvalidPolicyTypeException",
                    "The policy type is not supported. Parameter Store supports the following "
                    "policy types: Expiration, ExpirationNotification, and NoChangeNotification."};
  Policy policy;
  policy.kind = static_cast<Kind>(known - std::begin(kKinds));
  policy.text = written.dump();
  const Json& attributes = input::member(written, "Attributes");
  if (policy.kind == Kind::expiration) {
    const auto when = input::time(attributes, "Timestamp");
    // UNDOCUMENTED: a time that is past is refused.
    if (!when || *when <= now) return bad_attribute(kind, "needs a Timestamp in the future");
    policy.expires = *when;
    return policy;
  }
  const std::string_view member = policy.kind == Kind::expiration_notification ? "Before" : "After";
  const auto length = length_of(attributes, member);
  if (!length)
    return bad_attribute(kind, fmt::format("needs {} and a Unit of Days or Hours", member));
  policy.length = *length;
  return policy;
}

std::optional<SimTime> expiry(const Version& version) {
  const auto found =
      std::ranges::find(version.policies, Kind::expiration, [](const Policy& p) { return p.kind; });
  if (found == version.policies.end()) return std::nullopt;
  return found->expires;
}

SimTime due_at(const Version& version, const Policy& policy) {
  switch (policy.kind) {
    case Kind::expiration: return policy.expires;
    case Kind::expiration_notification: return *expiry(version) - policy.length;
    case Kind::no_change_notification: break;
  }
  return version.modified + policy.length;
}

struct Watch {
  ParameterStore& store;
  ParameterStore::Key key;
  std::uint64_t stamp;
  std::size_t policy;

  void operator()() const {
    const auto found = store.parameters.find(key);
    if (found == store.parameters.end() || found->second.stamp != stamp) return;
    Policy& due = found->second.current().policies[policy];
    due.finished = true;
    const bool expires = due.kind == Kind::expiration;
    tell_policy(store, key.first, found->second, due);
    if (expires) remove_parameter(store, key);
  }
};

}  // namespace

std::string_view to_string(Policy::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

/// "[{}]" removes all policies. UNDOCUMENTED: an ExpirationNotification without an Expiration is
/// refused as incompatible.
ApiResult<std::vector<Policy>> read_policies(const std::string& text, SimTime now) {
  const Json list = Json::parse(text, nullptr, false);
  if (!list.is_array())
    return ApiError{"InvalidPolicyAttributeException",
                    "A policy attribute or its value is invalid: Policies must be a JSON array."};
  std::vector<Policy> policies;
  if (list.size() > kMostPolicies)
    return ApiError{"PoliciesLimitExceededException",
                    "You specified more than the maximum number of allowed policies for the "
                    "parameter. The maximum is 10."};
  for (const Json& written : list) {
    if (written.is_object() && written.empty()) continue;
    ApiResult<Policy> policy = read_policy(written, now);
    if (!policy) return policy.error();
    policies.push_back(*std::move(policy));
  }
  const auto held = [&](Kind kind) {
    return std::ranges::count(policies, kind, [](const Policy& policy) { return policy.kind; });
  };
  if (held(Kind::expiration) > 1 ||
      (held(Kind::expiration) == 0 && held(Kind::expiration_notification) > 0))
    return ApiError{"IncompatiblePolicyException",
                    "There is a conflict in the policies specified for this parameter. You can't, "
                    "for example, specify two Expiration policies for a parameter. Review your "
                    "policies, and try again."};
  return policies;
}

void watch_policies(ParameterStore& store, const ParameterStore::Key& key) {
  Parameter& parameter = store.parameters.at(key);
  parameter.stamp = ++store.stamps;
  const Version& current = parameter.current();
  for (std::size_t i = 0; i < current.policies.size(); ++i) {
    if (current.policies[i].finished) continue;
    const SimTime due = std::max(due_at(current, current.policies[i]), store.sim().now());
    store.sim().at(due, Watch{store, key, parameter.stamp, i});
  }
}

}  // namespace opsim::parameter_store

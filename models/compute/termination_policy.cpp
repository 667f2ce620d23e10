#include "models/compute/termination_policy.hpp"

#include <algorithm>
#include <array>

namespace opsim::compute {

namespace {

struct PolicyName {
  std::string_view name;
  TerminationPolicy policy;
};
constexpr std::array<PolicyName, 7> kPolicies{{
    {"AllocationStrategy", TerminationPolicy::allocation_strategy},
    {"ClosestToNextInstanceHour", TerminationPolicy::closest_to_next_instance_hour},
    {"Default", TerminationPolicy::standard},
    {"NewestInstance", TerminationPolicy::newest_instance},
    {"OldestInstance", TerminationPolicy::oldest_instance},
    {"OldestLaunchConfiguration", TerminationPolicy::oldest_launch_configuration},
    {"OldestLaunchTemplate", TerminationPolicy::oldest_launch_template},
}};

using Chosen = std::vector<std::size_t>;

/// Keeps those for which `key` is smallest.
template <class Key>
void keep_smallest(std::span<const Candidate> all, Chosen& chosen, Key key) {
  const auto of = [&](std::size_t i) { return key(all[i]); };
  const auto smallest = of(*std::ranges::min_element(chosen, {}, of));
  std::erase_if(chosen, [&](std::size_t i) { return of(i) != smallest; });
}

Duration until_next_hour(const Candidate& candidate, SimTime now) {
  constexpr Duration hour = std::chrono::hours{1};
  return hour - (now - candidate.launched) % hour;
}

/// "Instances that use a launch configuration, then those of a different launch template, then the
/// oldest version of the current launch template."
void keep_oldest_origin(std::span<const Candidate> all, Chosen& chosen) {
  keep_smallest(all, chosen, [](const Candidate& one) { return one.origin; });
  keep_smallest(all, chosen, [](const Candidate& one) { return one.age_of_origin; });
}

/// Only among those of that origin; where there are none, the policy says nothing.
void keep_oldest_configuration(std::span<const Candidate> all, Chosen& chosen) {
  const auto configured = [&](std::size_t i) {
    return all[i].origin == Origin::launch_configuration;
  };
  if (std::ranges::any_of(chosen, configured)) keep_oldest_origin(all, chosen);
}
void keep_oldest_template(std::span<const Candidate> all, Chosen& chosen) {
  const auto templated = [&](std::size_t i) {
    return all[i].origin != Origin::launch_configuration;
  };
  if (std::ranges::none_of(chosen, templated)) return;
  std::erase_if(chosen, [&](std::size_t i) { return !templated(i); });
  keep_oldest_origin(all, chosen);
}

void keep_least_preferred(std::span<const Candidate> all, Chosen& chosen) {
  keep_smallest(all, chosen, [](const Candidate& one) { return -one.preference; });
}

void apply(TerminationPolicy policy, std::span<const Candidate> all, Chosen& chosen, SimTime now) {
  const auto next_hour = [now](const Candidate& one) { return until_next_hour(one, now); };
  switch (policy) {
    case TerminationPolicy::standard:
      keep_least_preferred(all, chosen);
      keep_oldest_origin(all, chosen);
      return keep_smallest(all, chosen, next_hour);
    case TerminationPolicy::allocation_strategy: return keep_least_preferred(all, chosen);
    case TerminationPolicy::closest_to_next_instance_hour:
      return keep_smallest(all, chosen, next_hour);
    case TerminationPolicy::newest_instance:
      return keep_smallest(all, chosen,
                           [](const Candidate& one) { return SimTime{} - one.launched; });
    case TerminationPolicy::oldest_instance:
      return keep_smallest(all, chosen, [](const Candidate& one) { return one.launched; });
    case TerminationPolicy::oldest_launch_configuration:
      return keep_oldest_configuration(all, chosen);
    case TerminationPolicy::oldest_launch_template: return keep_oldest_template(all, chosen);
  }
}

}  // namespace

std::optional<TerminationPolicy> parse_termination_policy(std::string_view name) {
  for (const PolicyName& known : kPolicies)
    if (known.name == name) return known.policy;
  return std::nullopt;
}

std::size_t choose_to_terminate(std::span<const Candidate> candidates,
                                std::span<const TerminationPolicy> policies, SimTime now) {
  Chosen chosen(candidates.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = i;
  // "It first identifies which Availability Zones have the most instances and at least one that is
  // not protected from scale in." Zones that are equally full are looked at together.
  keep_smallest(candidates, chosen, [](const Candidate& one) { return -one.in_zone; });
  for (const TerminationPolicy policy : policies) {
    if (chosen.size() == 1) break;
    apply(policy, candidates, chosen, now);
  }
  if (policies.empty()) apply(TerminationPolicy::standard, candidates, chosen, now);
  return chosen.front();
}

}  // namespace opsim::compute

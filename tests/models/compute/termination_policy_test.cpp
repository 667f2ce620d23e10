#include "models/compute/termination_policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>

#include "opsim/kernel/random.hpp"

namespace opsim::tests {

namespace {

using compute::Candidate;
using compute::choose_to_terminate;
using compute::Origin;
using compute::TerminationPolicy;
using enum TerminationPolicy;

const SimTime kChosenAt = SimTime{} + 100h;

Candidate launched(Duration ago, std::int64_t in_zone = 1) {
  Candidate candidate;
  candidate.in_zone = in_zone;
  candidate.launched = kChosenAt - ago;
  return candidate;
}

/// The order of each policy as one number: the smallest goes first.
std::int64_t rank(const Candidate& one, TerminationPolicy policy) {
  switch (policy) {
    case newest_instance: return -one.launched.time_since_epoch().count();
    case oldest_instance: return one.launched.time_since_epoch().count();
    case closest_to_next_instance_hour: return -((kChosenAt - one.launched) % Duration{1h}).count();
    case allocation_strategy: return -one.preference;
    default: return 0;
  }
}

/// The twin: sorts all by everything at once.
std::size_t sorted_choice(const std::vector<Candidate>& all,
                          const std::vector<TerminationPolicy>& policies) {
  const auto key = [&](std::size_t i) {
    const Candidate& one = all[i];
    std::vector<std::int64_t> parts{-one.in_zone};
    for (const TerminationPolicy policy : policies) {
      if (policy == standard) {
        parts.push_back(-one.preference);
        parts.push_back(static_cast<std::int64_t>(one.origin));
        parts.push_back(one.age_of_origin);
        parts.push_back(rank(one, closest_to_next_instance_hour));
      } else {
        parts.push_back(rank(one, policy));
      }
    }
    parts.push_back(static_cast<std::int64_t>(i));
    return parts;
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < all.size(); ++i)
    if (key(i) < key(best)) best = i;
  return best;
}

}  // namespace

TEST_SUITE("autoscaling: termination policies") {
  TEST_CASE("balance of zones takes precedence over every policy") {
    const std::vector<Candidate> all{launched(9h, 1), launched(1h, 2), launched(2h, 2)};
    const TerminationPolicy oldest[] = {oldest_instance};
    CHECK(choose_to_terminate(all, oldest, kChosenAt) == 2);
  }

  TEST_CASE("Default: launch configurations, then other templates, then the oldest version") {
    std::vector<Candidate> all(4, launched(1h));
    all[0].age_of_origin = 3;
    all[1].age_of_origin = 2;
    CHECK(choose_to_terminate(all, {}, kChosenAt) == 2);  // version 0
    all[2].age_of_origin = 4;
    all[3].age_of_origin = 5;
    CHECK(choose_to_terminate(all, {}, kChosenAt) == 1);
    all[3].origin = Origin::other_template;
    CHECK(choose_to_terminate(all, {}, kChosenAt) == 3);
    all[0].origin = Origin::launch_configuration;
    CHECK(choose_to_terminate(all, {}, kChosenAt) == 0);
  }

  TEST_CASE("Default: then the one closest to its next billing hour, the first among equals") {
    const std::vector<Candidate> all{launched(61min), launched(119min), launched(59min)};
    CHECK(choose_to_terminate(all, {}, kChosenAt) == 1);
  }

  TEST_CASE("Default: the allocation strategy comes first") {
    std::vector<Candidate> all{launched(1h), launched(2h)};
    all[0].origin = Origin::launch_configuration;
    all[1].preference = 1;
    CHECK(choose_to_terminate(all, {}, kChosenAt) == 1);
  }

  TEST_CASE("policies apply in their order") {
    std::vector<Candidate> all{launched(3h), launched(2h + 50min), launched(1h)};
    all[0].origin = all[1].origin = Origin::launch_configuration;
    const TerminationPolicy configured[] = {oldest_launch_configuration,
                                            closest_to_next_instance_hour};
    CHECK(choose_to_terminate(all, configured, kChosenAt) == 1);
    const TerminationPolicy newest[] = {newest_instance, standard};
    CHECK(choose_to_terminate(all, newest, kChosenAt) == 2);
    const TerminationPolicy templated[] = {oldest_launch_template};
    CHECK(choose_to_terminate(all, templated, kChosenAt) == 2);
  }

  TEST_CASE("names are AWS's") {
    CHECK(compute::parse_termination_policy("ClosestToNextInstanceHour") ==
          closest_to_next_instance_hour);
    CHECK_FALSE(compute::parse_termination_policy("oldest").has_value());
  }

  TEST_CASE("as a sort by everything at once, on random groups") {
    Stream luck{Seed{3}, "termination"};
    constexpr TerminationPolicy kSome[] = {standard, newest_instance, oldest_instance,
                                           closest_to_next_instance_hour, allocation_strategy};
    for (int round = 0; round < 3'000; ++round) {
      std::vector<Candidate> all(1 + luck.below(9));
      for (Candidate& one : all) {
        one.in_zone = 1 + static_cast<std::int64_t>(luck.below(3));
        one.launched = kChosenAt - Duration{30min} * static_cast<std::int64_t>(luck.below(8));
        one.origin = static_cast<Origin>(luck.below(3));
        one.age_of_origin = static_cast<std::int64_t>(luck.below(3));
        one.preference = static_cast<std::int64_t>(luck.below(3));
      }
      std::vector<TerminationPolicy> policies;
      for (std::size_t n = 1 + luck.below(3); n > 0; --n) policies.push_back(kSome[luck.below(5)]);
      CAPTURE(round);
      CHECK(choose_to_terminate(all, policies, kChosenAt) == sorted_choice(all, policies));
    }
  }
}

}  // namespace opsim::tests

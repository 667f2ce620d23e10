#pragma once
/// Which instance a group ends when it scales in: pure rules.
/// AWS: EC2 Auto Scaling User Guide, "Configure termination policies"
/// (ec2-auto-scaling-termination- policies).
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/kernel/time.hpp"

namespace opsim::compute {

enum class TerminationPolicy : std::uint8_t {
  standard,  // "Default"
  allocation_strategy,
  closest_to_next_instance_hour,
  newest_instance,
  oldest_instance,
  oldest_launch_configuration,
  oldest_launch_template,
};
[[nodiscard]] std::optional<TerminationPolicy> parse_termination_policy(std::string_view name);

/// What an instance was launched from, as seen from what its group launches from now: the oldest
/// first.
enum class Origin : std::uint8_t { launch_configuration, other_template, current_template };

/// One unprotected member in service or on its way there.
struct Candidate {
  std::string_view instance;
  std::string_view zone;
  std::int64_t in_zone = 0;  // how many active members its zone has, protected ones included
  SimTime launched{};
  Origin origin = Origin::current_template;
  std::int64_t age_of_origin =
      0;  // smaller is older: a template's version, when a configuration was made
  std::int64_t preference =
      0;  // its place in the order of the allocation strategy: larger goes first
};

/// The index of the one to end. `candidates` stand in the order of their launch and are not empty;
/// no policy stands for Default.
/// SIMPLIFIED: "at random" among the last few is the one that was launched first.
[[nodiscard]] std::size_t choose_to_terminate(std::span<const Candidate> candidates,
                                              std::span<const TerminationPolicy> policies,
                                              SimTime now);

}  // namespace opsim::compute

#pragma once
/// Agents: software that has to run on each instance (a security agent, a log shipper). An instance
/// without it serves as before, so no health check tells.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::agents {

struct Installed {
  bool runs = true;
  SimTime since{};  // that it runs, or does not
  Ticket stops;
};

struct Agent {
  std::string name;
  std::string line;                   // "scenario.yaml:12"
  std::string on;                     // the group, as written
  std::optional<Distribution> stops;  // after it was started, on each instance
  double at_launch = 1;               // share of new instances that have it

  std::map<std::string, Installed, std::less<>> places;  // by instance id
  std::set<std::string, std::less<>> early;              // installed before the instance served
  Duration longest{};                                    // that an instance was without it
  Duration without{};                                    // all gaps that have ended, together
  std::size_t seen = 0;                                  // instances, so far
  std::optional<SourceId> silent;                        // the metric of those that are without it
};

class Agents : public Model {
 public:
  explicit Agents(Cloud& in) : cloud{in} {}
  Cloud& cloud;
  std::map<std::string, Agent, std::less<>> all;
};

/// The console of its vendor counts those that are silent: metric Silent of namespace Agents. How
/// often is an estimate.
constexpr Duration kConsoleCounts = std::chrono::minutes{5};

/// Every member has it when the run begins.
void begin(Agents& agents, Agent& agent);
void instance_came(Agents& agents, std::string_view instance);
void instance_went(Agents& agents, std::string_view instance);
/// Somebody starts it, or something ends it. `why` is told.
void set_running(Agents& agents, Agent& agent, std::string_view instance, bool runs,
                 std::string_view why);
/// The longest gap, the open ones included.
[[nodiscard]] Duration longest_gap(const Agent& agent, SimTime now);
/// All gaps together, the open ones included.
[[nodiscard]] Duration all_gaps(const Agent& agent, SimTime now);
[[nodiscard]] std::size_t without(const Agent& agent);

}  // namespace opsim::agents

#pragma once
/// How long instances ran, and what that cost.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "opsim/cloud/cloud.hpp"

namespace opsim::costs {

class Costs : public Model {
 public:
  explicit Costs(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::string, SimTime> running_since;  // those that were started while time ran
  double spent = 0;                              // US dollars, of what runs no more
  std::set<std::string> unpriced;                // "mac2.metal in eu-west-3"
  std::int64_t more = 0;                         // instances that run, more than at the start
  std::int64_t most_more = 0;
};

/// What an instance did: "running", "stopping", "shutting-down", ...
void instance_changed(Costs& costs, const Place& place, const std::string& instance,
                      std::string_view state);
/// {Cost, Running, Peak, Unpriced} up to now.
ApiResult<Json> inspect_costs(Costs& costs, const Request& request);

}  // namespace opsim::costs

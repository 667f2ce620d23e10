#pragma once
/// Rules of Contributor Insights. What they count is reckoned when a report is asked for.
#include <map>
#include <string>

#include "opsim/cloud/place.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::cloudwatch {

struct InsightRule {
  std::string name;
  bool enabled = true;
  std::string definition;  // JSON text, as written
  SimTime since{};         // "a rule analyzes log events from when it was created"
};

struct InsightRules {
  std::map<Place, std::map<std::string, InsightRule>> rules;
};

}  // namespace opsim::cloudwatch

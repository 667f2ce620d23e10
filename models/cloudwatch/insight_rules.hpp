#pragma once
/// Rules of Contributor Insights: kept and switched, not evaluated.
#include <map>
#include <string>

#include "opsim/cloud/place.hpp"

namespace opsim::cloudwatch {

struct InsightRule {
  std::string name;
  bool enabled = true;
  std::string definition;  // JSON text, as written
};

struct InsightRules {
  std::map<Place, std::map<std::string, InsightRule>> rules;
};

}  // namespace opsim::cloudwatch

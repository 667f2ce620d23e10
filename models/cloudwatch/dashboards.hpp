#pragma once
/// Dashboards: saved definitions. Nobody draws them.
#include <map>
#include <string>

#include "opsim/cloud/place.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::cloudwatch {

struct Dashboard {
  std::string body;  // JSON text, as it was put
  SimTime modified{};
};

/// By account and name: dashboards belong to no Region.
using Dashboards = std::map<std::pair<std::string, std::string>, Dashboard>;

}  // namespace opsim::cloudwatch

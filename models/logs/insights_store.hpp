#pragma once
/// Queries of Logs Insights as the API keeps them.
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "models/logs/insights_run.hpp"
#include "opsim/cloud/place.hpp"

namespace opsim::logs {

struct StoredQuery {
  std::string id = {};
  std::string text = {};
  std::vector<std::string> groups = {};  // names
  SimTime started{};
  SimTime done{};
  bool stopped = false;
  QueryResult result = {};
  std::size_t scanned = 0;
  std::size_t scanned_bytes = 0;
};

struct QueryDefinition {
  std::string id;
  std::string name;
  std::string text;
  std::vector<std::string> groups;
  SimTime changed{};
};

/// Of one account and Region.
struct QueryStore {
  static constexpr std::size_t kKept = 200;
  static constexpr std::size_t kMostRunning = 30;  // cloudwatch_limits_cwl: concurrent queries

  std::map<std::string, StoredQuery> queries;
  std::deque<std::string> latest;  // their ids, oldest first
  std::map<std::string, QueryDefinition> definitions;
};

}  // namespace opsim::logs

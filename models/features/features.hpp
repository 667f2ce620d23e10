#pragma once
/// Features, and the ways in which users come to see them.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::features {

/// How visits are divided now: the users who may see it at all, and the share of their visits.
struct Division {
  double users = 0;   // share; 1 where every visit is divided anew
  double visits = 0;  // share of the visits of those users
};

/// A flag, a record or a version: one way to a feature.
struct Way {
  Json settings;  // as written
  Division (*look)(Cloud&, const Json& settings) = nullptr;
  std::size_t lag = 1;  // looks until every client has heard of a change
  std::deque<Division> recent = {};
  double users = 0;   // the largest share that could see it
  double visits = 0;  // that saw it, of one of those users
};

struct Feature {
  std::string name;
  std::string source;
  double visits_a_second = 0;  // of one user
  std::string turned_off_by;   // name of a runbook
  std::vector<Way> ways;
  double share = 0;  // of all visits, now
  std::optional<SimTime> asked_off;
  std::optional<SimTime> off;
};

class Features : public Model {
 public:
  explicit Features(Cloud& in) : cloud{in} {}
  Cloud& cloud;
  std::map<std::string, Feature, std::less<>> all;
  SimTime looked{};      // when it looked last
  SimTime busy_until{};  // something has been called: until then it looks often
  Ticket next;
};

// ---- ways.cpp ----

Division look_at_flag(Cloud& cloud, const Json& settings);
Division look_at_record(Cloud& cloud, const Json& settings);
Division look_at_version(Cloud& cloud, const Json& settings);

// ---- exposure.cpp ----

/// Looks now, and again in a while.
void watch(Features& features);
/// A call may have changed who sees what.
void something_changed(Features& features);
/// The share of the users who have seen it.
[[nodiscard]] double exposed(const Feature& feature);
/// Somebody starts the runbook that turns it off.
void runbook_started(Features& features, std::string_view name);

}  // namespace opsim::features

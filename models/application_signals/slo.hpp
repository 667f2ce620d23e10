#pragma once
/// Application Signals: service level objectives over all accounts and Regions.
/// AWS: Application Signals API Reference; CloudWatch User Guide, "Service level objectives
/// (SLOs)".
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/application_signals/budget.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_signals {

enum class Comparison : std::uint8_t { greater, greater_or_equal, less, less_or_equal };

/// What is measured each period. Either CloudWatch's answer to queries, or a service that a
/// workload knows by its name.
struct Indicator {
  bool by_request = false;
  std::string service;      // KeyAttributes.Name, or "" where queries say what is meant
  std::string metric_type;  // LATENCY or AVAILABILITY, of that service
  std::string statistic;    // of LATENCY: "p99"
  Json queries;             // period-based: whose answer is compared
  Json total_queries;       // request-based: how many there were
  Json monitored_queries;   //   ... and how many were good, or bad
  bool monitored_is_good = false;
  std::optional<double> threshold;
  Comparison good_when = Comparison::less;
};

struct Goal {
  bool calendar = false;
  SimTime calendar_start{};
  std::int64_t duration = 7;  // API, Goal: "If you omit this parameter, a rolling interval of 7
  bool months = false;        // days is used"
  double attainment = 99;     // the same: 99 %
  double warning = 50;        // the same: 50 %
};

struct Slo {
  std::string name;
  std::string arn;
  Place place;
  std::string description;
  SimTime created{};
  SimTime updated{};
  Duration period = std::chrono::minutes{1};
  Indicator indicator;
  Goal goal;
  Json sli;                                // as it was given
  std::vector<std::int64_t> burn_minutes;  // BurnRateConfigurations
  std::vector<Window> burn_windows;        // one for each of them
  Window interval{std::chrono::days{7}};
  SimTime interval_start{};    // of a calendar interval
  double requests_before = 0;  // of a workload, when the last period ended
  double failed_before = 0;
  std::deque<std::pair<SimTime, Tally>> counted;  // of it, by ends of periods
  Ticket counts;
  Ticket looks;
};

class ApplicationSignals : public Model {
 public:
  explicit ApplicationSignals(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  std::map<std::string, Slo, std::less<>> slos;  // by ARN
  /// By ARN or name.
  [[nodiscard]] Slo* find(const Place& near, std::string_view id);
};

// slo_spec.cpp: what a caller or a template says.
ApiResult<Slo> read_slo(const Place& place, const Json& input);

// measuring.cpp
void begin_measuring(ApplicationSignals& signals, Slo& slo);
Tally seen_in_interval(const Slo& slo);
Budget budget_of(const Slo& slo);

// operations.cpp
ApiResult<Json> batch_get_budget_report(ApplicationSignals& signals, const Request& request);
ApiResult<Json> create_slo(ApplicationSignals& signals, const Request& request);
ApiResult<Json> delete_slo(ApplicationSignals& signals, const Request& request);
ApiResult<Json> get_slo(ApplicationSignals& signals, const Request& request);
ApiResult<Json> list_slos(ApplicationSignals& signals, const Request& request);
ApiResult<Json> update_slo(ApplicationSignals& signals, const Request& request);
ApiResult<Created> create_slo_resource(ApplicationSignals& signals, const ResourceRequest& request);

}  // namespace opsim::application_signals

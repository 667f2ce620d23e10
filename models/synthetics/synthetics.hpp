#pragma once
/// CloudWatch Synthetics: canaries over all accounts and Regions.
/// AWS: CloudWatch User Guide, "Synthetic monitoring (canaries)"; Synthetics API Reference.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/schedule.hpp"

namespace opsim::synthetics {

/// One run, as GetCanaryRuns tells it.
struct Run {
  std::string id{};
  SimTime started{};
  SimTime completed{};
  bool passed = true;
  std::string reason{};  // why it failed
};

/// What a canary does, as its script says.
struct Script {
  std::vector<std::string>
      steps;         // names of its executeStep calls, in order; none: it opens a page
  std::string text;  // script and environment, in which a front end's domain is sought
};

struct Canary {
  std::string name;
  std::string id;
  Place place;
  std::string source;  // "stack.yaml:34", or ""
  std::string expression;
  std::optional<schedule::Expression> schedule;  // nothing: once
  Duration lasts{};                              // 0: until it is stopped
  Script script;
  Json written;  // as it was given, for GetCanary
  std::string state = "READY";
  SimTime created{};
  SimTime started{};
  std::uint64_t starts = 0;  // a run of an earlier start is not followed by another
  std::deque<Run> runs{};    // newest last
  std::uint64_t run_count = 0;
  std::uint64_t failed_count = 0;
  std::map<std::string, SimTime> told{};  // when the journal last told that a step failed
};

class Synthetics : public Model {
 public:
  explicit Synthetics(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Canary> canaries;  // by name

  [[nodiscard]] Canary* find(const Place& place, std::string_view name_or_arn);
};

[[nodiscard]] std::string arn_of(const Canary& canary);

// ---- canary_spec.cpp, script.cpp: what a caller, a template and a script say -----------------
ApiResult<Canary> read_canary(const Place& place, const Json& input);
[[nodiscard]] Script read_script(const Json& input);

// ---- runs.cpp ----------------------------------------------------------------------------------
void start(Synthetics& all, Canary& canary);
void stop(Synthetics& all, Canary& canary);
/// What the canaries of a front end went through, and with what success.
std::vector<std::string> explain_canaries(Synthetics& all, std::string_view front_end);

// ---- operations.cpp ----------------------------------------------------------------------------
ApiResult<Json> create_canary(Synthetics& all, const Request& request);
ApiResult<Json> delete_canary(Synthetics& all, const Request& request);
ApiResult<Json> describe_canaries(Synthetics& all, const Request& request);
ApiResult<Json> get_canary(Synthetics& all, const Request& request);
ApiResult<Json> get_canary_runs(Synthetics& all, const Request& request);
ApiResult<Json> start_canary(Synthetics& all, const Request& request);
ApiResult<Json> stop_canary(Synthetics& all, const Request& request);
ApiResult<Created> make_canary(Synthetics& all, const ResourceRequest& request);

}  // namespace opsim::synthetics

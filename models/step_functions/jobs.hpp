#pragma once
/// `.sync`: jobs of other services that a task waits for until they have ended.
/// AWS: connect-to-resource, "Run a Job (.sync)"; integrate-optimized.
#include <optional>
#include <string_view>

#include "opsim/json.hpp"

namespace opsim::step_functions {

struct JobEnd {
  bool succeeded = false;
  Json output;  // as the service describes the job
};

/// How to follow one kind of job. To add one: a row in jobs.cpp.
struct Job {
  std::string_view endpoint;      // "ecs"
  std::string_view operation;     // "runTask"
  std::string_view event_source;  // whose events tell that a job may have ended
  std::string_view describe;      // asked then
  Json (*describe_input)(const Json& started);
  std::optional<JobEnd> (*ended)(const Json& description);
  std::string_view cancel;  // called where the execution ends first ("best effort")
  Json (*cancel_input)(const Json& started);
};

/// Null where a job of this kind cannot be followed.
const Job* find_job(std::string_view endpoint, std::string_view operation);

}  // namespace opsim::step_functions

#pragma once
/// What stands: a function with its versions, aliases and settings.
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/lambda/environments.hpp"
#include "models/lambda/function_physics.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/cloud/metrics.hpp"

namespace opsim::lambda {

inline constexpr std::string_view kLatest = "$LATEST";

/// How asynchronous invocations are kept and retried (PutFunctionEventInvokeConfig).
struct AsyncSpec {
  int most_retries = 2;                       // MaximumRetryAttempts
  Duration most_age = std::chrono::hours{6};  // MaximumEventAgeInSeconds
  std::string on_failure{};                   // ARN, or ""
  std::string on_success{};
  SimTime modified{};
};

struct FunctionSpec {
  std::string name;
  std::string role;
  std::string runtime;
  std::string handler;
  std::string description;
  std::string dead_letter_arn;
  std::chrono::seconds timeout{3};  // Lambda API, CreateFunction: the default is 3 seconds
  std::int64_t memory_mb = 128;
  Json written;  // as given, without Code and Tags: what an update of the configuration builds on
};

/// Which code it is. `revision` is what its user calls it: S3ObjectVersion, S3Key, ImageUri.
struct Code {
  std::string revision;
  std::string sha256;
  std::string image_uri;  // "" for a Zip package
};

/// $LATEST, which changes, or a published version, which does not.
struct Version {
  std::string number;
  FunctionSpec spec;
  Code code;
  std::string revision_id;
  SimTime modified;
  SimTime ready;         // Pending, or its update InProgress, until then
  bool updated = false;  // what it waits for is an update
  Environments environments;
};

struct Alias {
  std::string name;
  std::string description;
  std::string version;
  /// RoutingConfig.AdditionalVersionWeights: of the second version, 0 to 1.
  std::optional<std::pair<std::string, double>> additional;
  std::string revision_id;
};

/// Provisioned concurrency of an alias or a version.
struct Provisioned {
  std::int64_t requested = 0;
  std::int64_t before = 0;  // allocated already when more was asked for
  SimTime modified;
  SimTime preparing_until;  // allocation begins
  SimTime ready;            // all of it is allocated, and not before can any be used
  EndTimes busy;
  [[nodiscard]] std::int64_t allocated(SimTime now) const;
  [[nodiscard]] std::int64_t available(SimTime now) const {
    return now < ready ? before : requested;
  }
};

enum class Metric : std::uint8_t {
  invocations,
  errors,
  throttles,
  duration,
  concurrent_executions,
  provisioned_invocations,
  provisioned_spillover,
  provisioned_executions,
  provisioned_utilization,
  async_received,
  async_age,
  async_dropped,
  dead_letter_errors,
  destination_failures,
  iterator_age,
};
inline constexpr std::size_t kMetrics = 15;
/// The series of each metric for one qualifier and version, once each is first measured.
using SeriesOfMetrics = std::array<std::vector<SeriesId>, kMetrics>;

struct Function {
  Place place;
  std::string arn;
  std::string name;
  SimTime created;
  Version latest;
  std::map<std::int64_t, Version> published;
  std::int64_t next_version = 1;
  std::map<std::string, Alias, std::less<>> aliases;
  std::map<std::string, AsyncSpec, std::less<>> async;  // by qualifier
  std::map<std::string, Provisioned, std::less<>> provisioned;
  std::map<std::string, Json, std::less<>> policy;  // statements by qualifier and id
  std::map<std::string, std::string> tags;
  std::optional<std::int64_t> reserved;  // ReservedConcurrentExecutions

  std::shared_ptr<const FunctionPhysics> physics;
  /// Of a version, by its number, by the revision of its code or by its description.
  std::map<std::string, std::shared_ptr<const FunctionPhysics>, std::less<>> physics_of_part;
  double added_errors = 0;  // share of invocations that fail besides, 0 to 1
  Duration added_delay{};   // before each invocation

  EndTimes running;      // all invocations
  EndTimes on_demand;    // those that use no provisioned concurrency
  TokenBucket scaling;   // new environments
  TokenBucket requests;  // invocations, where concurrency is reserved
  std::map<std::pair<std::string, std::string>, SeriesOfMetrics> series;
  std::string log_stream;  // the one that was made last
};

/// The version of this number, or null.
[[nodiscard]] Version* version_of(Function& function, std::string_view number);
/// The number of the version that `qualifier` means, by luck where an alias has weights; "" when
/// there is none.
[[nodiscard]] std::string route(const Function& function, std::string_view qualifier, Stream* luck);
[[nodiscard]] bool is_version_number(std::string_view qualifier);
/// "function:clean:live" of the ARN; the function's own ARN without a qualifier.
[[nodiscard]] std::string qualified_arn(const Function& function, std::string_view qualifier);
[[nodiscard]] const AsyncSpec& async_of(const Function& function, std::string_view qualifier);
[[nodiscard]] Code read_code(const Json& input);

}  // namespace opsim::lambda

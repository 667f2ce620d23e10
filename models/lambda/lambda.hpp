#pragma once
/// AWS Lambda over all accounts and Regions: functions by name, and what happens when they run.
/// No code runs: `physics:` of the function says how long it takes, whether it works, what it
/// changes and what it answers.
#include <map>
#include <optional>
#include <string>

#include "models/lambda/function.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::lambda {

/// Lambda quotas: 1,000 concurrent executions an account and Region, of which 100 stay unreserved.
inline constexpr std::int64_t kAccountConcurrency = 1'000;
inline constexpr std::int64_t kLeastUnreserved = 100;

/// One account in one Region.
struct Account {
  std::map<std::string, Function, std::less<>> functions;
  EndTimes unreserved;  // on-demand invocations of functions that reserve nothing
  TokenBucket requests;
  std::array<std::vector<SeriesId>, kMetrics> series;
  std::optional<SeriesId> unreserved_series;
};

struct Mapping;  // event_sources.hpp

class Lambda : public Model {
 public:
  explicit Lambda(Cloud& world);
  ~Lambda() override;

  Cloud& cloud;
  std::map<Place, Account> accounts;
  std::shared_ptr<const FunctionPhysics> usual;  // physics of the type as a whole
  std::map<std::string, std::unique_ptr<Mapping>, std::less<>> mappings;  // by UUID
  std::int64_t account_concurrency = kAccountConcurrency;
  std::map<std::pair<Place, std::string>, std::int64_t> layers;  // newest version by name

  /// A name, a partial ARN ("123456789012:function:clean") or an ARN, with or without a qualifier.
  [[nodiscard]] Function* find(const Place& near, std::string_view name);
};

/// What a caller named: "clean", "clean:live", an ARN; the qualifier apart from it.
struct Named {
  Place place;
  std::string name;
  std::string qualifier;  // "" for none
};
[[nodiscard]] Named read_name(const Place& near, std::string_view written);
/// The function and the qualifier that FunctionName and Qualifier of the input mean.
struct Asked {
  Function* function = nullptr;
  std::string qualifier;
};
ApiResult<Asked> asked_for(Lambda& lambda, const Place& near, const Json& input);

/// From CreateFunction's input or the properties of AWS::Lambda::Function: same names.
ApiResult<FunctionSpec> read_function(const Json& input);
/// Refused where a function of this name stands.
ApiResult<Function*> add_function(Lambda& lambda, const Place& place, FunctionSpec spec, Code code);
/// New code or configuration for $LATEST.
void change_latest(Lambda& lambda, Function& function, std::optional<FunctionSpec> spec,
                   std::optional<Code> code);
ApiResult<AsyncSpec> read_async(const Json& input);
ApiResult<void> reserve(Lambda& lambda, Function& function,
                        std::optional<std::int64_t> concurrency);
/// `at_once` where a template's resource stands already.
ApiResult<void> provision(Lambda& lambda, Function& function, const std::string& qualifier,
                          std::int64_t concurrency, bool at_once);
/// What is left to a function for environments on demand.
[[nodiscard]] std::int64_t on_demand_limit(Lambda& lambda, const Function& function);
ApiError no_such_function(const Place& place, std::string_view name);
ApiError no_such_version(const Function& function, std::string_view qualifier);

// ---- Versions and aliases ----
/// A snapshot of $LATEST; `always` even where nothing has changed since the last one.
Version& publish(Lambda& lambda, Function& function, std::string_view description, bool always);
ApiResult<Alias*> put_alias(Lambda& lambda, Function& function, Alias alias);
Json configuration(const Lambda& lambda, const Function& function, const Version& version,
                   std::string_view qualifier);
Json shown_alias(const Function& function, const Alias& alias);

// ---- Runs ----
/// What one run of a function came to.
struct Outcome {
  bool failed = false;
  Json payload{};  // the result, or {"errorMessage", "errorType"}
  std::string request_id{};
  std::string version{};
  std::string log{};  // its last lines
};
/// A run that may start: where, and in an environment of which kind.
struct Admitted {
  std::string version;
  bool cold = false;
  bool provisioned = false;
  std::size_t items = 0;       // records of a batch, of which some may fail
  bool reports_items = false;  // it then says which, else it fails as a whole
  bool wants_log = false;      // LogType Tail
};
/// Counted as throttled where it may not start now. Whoever is admitted runs at once.
ApiResult<Admitted> admit(Lambda& lambda, Function& function, const std::string& qualifier);
/// Enters a run that occupies its environment until `end`.
void occupy(Lambda& lambda, Function& function, const std::string& qualifier,
            const Admitted& admitted, SimTime end, bool survives);

/// Who runs: by name, because the function may go meanwhile.
struct Callee {
  Place place;
  std::string name;
  std::string qualifier;
};
/// One run, admitted already. The function may be gone when it ends.
Process<Outcome> run(Lambda& lambda, Callee callee, Admitted admitted, std::string payload);
/// Queued: run, tried again, and handed to its destination or dead-letter queue in the end.
Process<> run_queued(Lambda& lambda, Callee callee, std::string payload);

[[nodiscard]] std::shared_ptr<const FunctionPhysics> physics_of(const Lambda& lambda,
                                                                Function& function,
                                                                std::string_view version);

// ---- Metrics ----
/// In AWS/Lambda by FunctionName; with a qualifier by Resource too, and with the version that an
/// alias led to by ExecutedVersion; and over the whole account.
void measure(Lambda& lambda, Function& function, const std::string& qualifier,
             const std::string& version, Metric metric, double value);
/// ConcurrentExecutions and its like, after a run has begun.
void measure_concurrency(Lambda& lambda, Function& function, const std::string& qualifier,
                         const std::string& version);

}  // namespace opsim::lambda

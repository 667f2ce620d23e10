#pragma once
/// AWS Lambda over all accounts and Regions: functions by name, and what happens when they run.
/// No code runs: `physics:` of the function says how long it takes, whether it works, what it
/// changes and what it answers.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/lambda/function_physics.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::lambda {

/// How asynchronous invocations are kept and retried (PutFunctionEventInvokeConfig).
struct AsyncSpec {
  int most_retries = 2;                       // MaximumRetryAttempts
  Duration most_age = std::chrono::hours{6};  // MaximumEventAgeInSeconds
  std::string on_failure;                     // ARN, or ""
  std::string on_success;
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
  Json environment;  // null: none
};

struct Function {
  Place place;
  std::string arn;
  FunctionSpec spec;
  AsyncSpec async;
  std::optional<std::int64_t> reserved;  // ReservedConcurrentExecutions
  std::optional<FunctionPhysics> physics;
  std::vector<SimTime> busy_until;  // of the invocations that run
  SimTime created;
};

/// Lambda quotas: 1,000 concurrent executions an account and Region, of which 100 stay unreserved.
inline constexpr std::int64_t kAccountConcurrency = 1'000;
inline constexpr std::int64_t kLeastUnreserved = 100;

class Lambda : public Model {
 public:
  explicit Lambda(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<Place, std::map<std::string, Function, std::less<>>> functions;
  std::optional<FunctionPhysics> usual;  // physics of the type as a whole

  /// A name, a partial ARN ("123456789012:function:clean") or an ARN, with or without a qualifier.
  [[nodiscard]] Function* find(const Place& near, std::string_view name);
};

/// From CreateFunction's input or the properties of AWS::Lambda::Function: same names.
ApiResult<FunctionSpec> read_function(const Json& input);
/// Refused where a function of this name stands.
ApiResult<Function*> add_function(Lambda& lambda, const Place& place, FunctionSpec spec);
ApiResult<AsyncSpec> read_async(const Json& input);
ApiResult<void> reserve(Lambda& lambda, Function& function, std::int64_t concurrency);
ApiError no_such_function(const Place& place, std::string_view name);

/// What one run of a function came to.
struct Outcome {
  bool failed = false;
  Json payload;  // the result, or {"errorMessage", "errorType"}
  std::string request_id;
};
/// Why it may not start now (throttled), or nothing.
std::optional<ApiError> admit(Lambda& lambda, Function& function);
/// One run, admitted already. The function may be gone when it ends.
Process<Outcome> run(Lambda& lambda, Place place, std::string name, std::string payload);
/// Queued: run, tried again, and handed to its destination or dead-letter queue in the end.
Process<> run_queued(Lambda& lambda, Place place, std::string name, std::string payload);

// ---- Operations ----
ApiResult<Json> create_function(Lambda& lambda, const Request& request);
ApiResult<Json> delete_function(Lambda& lambda, const Request& request);
ApiResult<Json> get_function(Lambda& lambda, const Request& request);
ApiResult<Json> get_function_configuration(Lambda& lambda, const Request& request);
Process<ApiResult<Json>> invoke(Lambda& lambda, Request request);
ApiResult<Json> list_functions(Lambda& lambda, const Request& request);
ApiResult<Json> put_function_concurrency(Lambda& lambda, const Request& request);
ApiResult<Json> put_function_event_invoke_config(Lambda& lambda, const Request& request);

// ---- Resources, deliveries, physics ----
ApiResult<Created> create_function_resource(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_permission(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_event_invoke_config(Lambda& lambda, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(Lambda& lambda, Delivery delivery);
void apply_physics(Model& model, const PhysicsRequest& request);

}  // namespace opsim::lambda

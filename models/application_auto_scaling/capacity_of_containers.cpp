// Amazon ECS services and the provisioned concurrency of Lambda functions.
// AWS: Application Auto Scaling User Guide, "Amazon ECS and Application Auto Scaling", "AWS Lambda
// and Application Auto Scaling"; ECS Developer Guide, "Automatically scale your Amazon ECS
// service":
//   "Application Auto Scaling turns off scale-in processes while Amazon ECS deployments are in
//   progress. However, scale-out processes continue to occur, unless suspended, during a
//   deployment."
#include <fmt/format.h>

#include "models/application_auto_scaling/dimension.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

namespace {

/// "function:NAME:ALIAS"
struct Qualified {
  std::string function;
  std::string qualifier;
};
Qualified qualified_of(const std::string& resource) {
  const std::string rest = resource.substr(std::min(resource.size(), resource.find(':') + 1));
  const auto colon = rest.rfind(':');
  if (colon == std::string::npos) return {rest, ""};
  return {rest.substr(0, colon), rest.substr(colon + 1)};
}

}  // namespace

ApiResult<Capacity> read_service(Cloud& cloud, const Place& place, const std::string& resource) {
  const std::vector<std::string> parts = parts_of(resource);
  const ApiError missing{"ValidationException", "ECS service doesn't exist: " + resource};
  if (parts.size() != 3) return missing;
  const Json asked{{"cluster", parts[1]}, {"services", Json::array({parts[2]})}};
  const auto answer = cloud.inspect(place, "ecs", "DescribeServices", asked);
  if (!answer || input::member(*answer, "services").empty()) return missing;
  const Json& service = (*answer)["services"][0];
  if (input::text(service, "status") != "ACTIVE") return missing;
  Capacity capacity{.wanted = input::integer(service, "desiredCount").value_or(0),
                    .there = input::integer(service, "runningCount").value_or(0)};
  for (const Json& deployment : input::member(service, "deployments"))
    if (input::text(deployment, "status") == "PRIMARY")
      capacity.scales_in = input::text(deployment, "rolloutState") != "IN_PROGRESS";
  return capacity;
}

ApiResult<std::vector<CapacityCall>> change_service(Cloud&, const Place&,
                                                    const std::string& resource,
                                                    std::int64_t capacity) {
  const std::vector<std::string> parts = parts_of(resource);
  Json members{{"cluster", parts[1]}, {"service", parts[2]}, {"desiredCount", capacity}};
  return std::vector<CapacityCall>{{"ecs", "UpdateService", std::move(members)}};
}

ApiResult<Capacity> read_concurrency(Cloud& cloud, const Place& place,
                                     const std::string& resource) {
  const auto [function, qualifier] = qualified_of(resource);
  if (qualifier.empty() || qualifier == "$LATEST")
    return ApiError{"ValidationException",
                    "A function version or an alias is required: " + resource};
  const Json named{{"FunctionName", function}};
  if (!cloud.inspect(place, "lambda", "GetFunction", named))
    return ApiError{"ValidationException", "Lambda function doesn't exist: " + resource};
  const Json asked{{"FunctionName", function}, {"Qualifier", qualifier}};
  const auto answer = cloud.inspect(place, "lambda", "GetProvisionedConcurrencyConfig", asked);
  if (!answer) return Capacity{};  // none is configured yet
  const auto count = [&](const char* name) { return input::integer(*answer, name).value_or(0); };
  return Capacity{.wanted = count("RequestedProvisionedConcurrentExecutions"),
                  .there = count("AllocatedProvisionedConcurrentExecutions")};
}

// With a capacity of 0 the configuration goes.
ApiResult<std::vector<CapacityCall>> change_concurrency(Cloud&, const Place&,
                                                        const std::string& resource,
                                                        std::int64_t capacity) {
  const auto [function, qualifier] = qualified_of(resource);
  Json members{{"FunctionName", function}, {"Qualifier", qualifier}};
  if (capacity == 0)
    return std::vector<CapacityCall>{
        {"lambda", "DeleteProvisionedConcurrencyConfig", std::move(members)}};
  members["ProvisionedConcurrentExecutions"] = capacity;
  return std::vector<CapacityCall>{
      {"lambda", "PutProvisionedConcurrencyConfig", std::move(members)}};
}

}  // namespace opsim::application_auto_scaling

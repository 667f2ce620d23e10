// Whether Secrets Manager may call a rotation function. AWS: Secrets Manager User Guide, "Rotation
// function execution role permissions" and "Troubleshoot rotation": the function's resource policy
// must let secretsmanager.amazonaws.com invoke it.
#include "models/secrets_manager/secrets.hpp"
#include "opsim/cloud/resource_policy.hpp"

namespace opsim::secrets_manager {

std::optional<ApiError> cannot_invoke(Secrets& all, const Place& place,
                                      const std::string& function) {
  const Json asked{{"FunctionName", function}};
  // A function of elsewhere: nobody here knows its policy.
  if (!all.cloud.inspect(place, "lambda", "GetFunction", asked)) return std::nullopt;
  const auto found = all.cloud.inspect(place, "lambda", "GetPolicy", asked);
  const Json policy = found ? input::member(*found, "Policy") : Json{};
  const PolicyAnswer answer = ask_policy(policy, {.action = "lambda:InvokeFunction",
                                                  .resource = function,
                                                  .principal = "secretsmanager.amazonaws.com",
                                                  .account = place.account,
                                                  .source_arn = ""});
  if (answer == PolicyAnswer::allowed) return std::nullopt;
  return ApiError{"AccessDeniedException",
                  "Secrets Manager cannot invoke the specified Lambda function. Ensure that the "
                  "function policy grants access to the principal secretsmanager.amazonaws.com."};
}

}  // namespace opsim::secrets_manager

#pragma once
/// What a Task's Resource means. AWS: integrate-services, connect-supported-services,
/// supported-services-awssdk.
#include <optional>
#include <string>
#include <string_view>

#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::step_functions {

struct Integration {
  enum class Kind : std::uint8_t { function, activity, optimized, sdk } kind = Kind::function;
  enum class Pattern : std::uint8_t {
    request_response,
    run_a_job,
    wait_for_token
  } pattern = Pattern::request_response;
  std::string arn{};                           // of a function or an activity
  std::string service{};                       // as written: "sqs", "aws-sdk:ec2"
  std::string endpoint{};                      // as this cloud calls it: "states" for "sfn"
  std::string operation{};                     // "sendMessage"
  bool parsed_output = false;                  // .sync:2
  [[nodiscard]] std::string resource() const;  // "sendMessage.waitForTaskToken"
};

/// Nothing where Step Functions does not recognize the ARN.
std::optional<Integration> read_integration(std::string_view resource);

/// The arguments as the API takes them: what an optimized integration turns into text.
Json api_input(const Integration& integration, Json arguments);
/// The answer as a state machine sees it: members in PascalCase.
Json task_output(const Integration& integration, Json answer);
/// SdkHttpMetadata and SdkResponseMetadata, which a function's answer has in an optimized
/// integration.
Json with_http_metadata(Json output, std::size_t payload_bytes, SimTime now,
                        const std::string& request_id);
/// "Ssm.ParameterNotFoundException"
std::string error_name(const Integration& integration, std::string_view code);

}  // namespace opsim::step_functions

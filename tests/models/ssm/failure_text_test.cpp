// FailureMessage, with the messages that pages and public records show: Automation troubleshooting
// (runInstances), AWS CLI reference of imagebuilder list-image-build-versions (a command), Service
// Catalog, "Troubleshooting service actions".
#include "models/ssm/failure_text.hpp"

#include <doctest/doctest.h>

#include "models/ssm/document_spec.hpp"

namespace opsim::tests {

namespace {

std::string told(std::string_view action, ssm::Status status, const std::string& failure,
                 const Json& answer = Json::object()) {
  ssm::StepSpec step;
  step.action_name = action;
  return ssm::failure_message(step, status, failure, answer);
}

constexpr std::string_view kSee =
    " Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";

}  // namespace

TEST_SUITE("ssm: failure messages") {
  TEST_CASE("name the stage at which the action was") {
    using enum ssm::Status;
    const std::string refused =
        "An error occurred (InvalidAMIID.NotFound) when calling the RunInstances operation: The "
        "image id '[ami-1]' does not exist";
    struct Row {
      std::string_view action;
      ssm::Status status;
      std::string_view failure, message;
    };
    const Row rows[] = {
        {"aws:executeScript", failed, "KeyError - 'expected_control_id'",
         "Step fails when it is Poll action status for completion. KeyError - "
         "'expected_control_id'."},
        {"aws:executeAwsApi", failed, "Requires capabilities : [CAPABILITY_IAM].",
         "Step fails when it is Execute/Cancelling action. Requires capabilities : "
         "[CAPABILITY_IAM]."},
        {"aws:runInstances", failed, "i-1 is shutting-down",
         "Step fails when it is verifying launched instance(s) are ready to be used. i-1 is "
         "shutting-down."},
        {"aws:runInstances", timed_out, "Step timed out after 1 h",
         "Step timed out while step is verifying launched instance(s) are ready to be used."},
    };
    for (const auto& [action, status, failure, message] : rows) {
      CAPTURE(action);
      CHECK(told(action, status, std::string{failure}) == std::string{message} + std::string{kSee});
    }
    CHECK(told("aws:runInstances", failed, refused)
              .starts_with("Step fails when it is launching the instance(s). An error occurred"));
  }
  TEST_CASE("show what a command gave") {
    const Json answer{{"CommandId", "c-1"},
                      {"Output", "\n----------ERROR-------\nexit status 1"},
                      {"ResponseCode", 1},
                      {"Status", "Failed"}};
    const std::string message =
        told("aws:runCommand", ssm::Status::failed, "Failed on i-1: exit status 1", answer);
    CHECK(message.starts_with(
        "Step fails when it is verifying the command has completed. Command c-1 returns unexpected "
        "invocation result: \n{Status=[Failed], ResponseCode=[1], "
        "Output=[\n----------ERROR-------"));
    CHECK(message.ends_with("CommandId=[c-1]}." + std::string{kSee}));
  }
  TEST_CASE("leave what people decided as it is") {
    CHECK(told("aws:approve", ssm::Status::failed, "rejected by ana") == "rejected by ana");
    CHECK(told("aws:sleep", ssm::Status::cancelled, "stopped") == "stopped");
  }
}

}  // namespace opsim::tests

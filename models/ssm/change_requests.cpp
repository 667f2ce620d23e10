// Approvals of change requests, which Automation's own operations serve: SendAutomationSignal and
// DescribeAutomationExecutions reach what Change Manager holds.
#include "models/ssm/change_requests.hpp"

#include "models/ssm/members.hpp"

namespace opsim::ssm {

std::optional<Answer> answer_of_change_request(Ssm& ssm, const Request& request,
                                               std::string_view signal) {
  const Json question{
      {"AutomationExecutionId", input::text(request.input, "AutomationExecutionId")},
      {"Signal", signal},
      {"Principal", request.caller.principal}};
  ApiResult<Json> answer =
      ssm.cloud.inspect(request.place(), "ssm", "InspectChangeRequest", question);
  if (answer) return signal.empty() ? *answer : Json::object();
  // Also where the world has no Change Manager: then the operation is unknown.
  const std::string& code = answer.error().code;
  if (code == "AutomationExecutionNotFoundException" || code == "InvalidAction")
    return std::nullopt;
  return answer;
}

Json change_requests_of(Ssm& ssm, const Place& place) {
  const ApiResult<Json> answer =
      ssm.cloud.inspect(place, "ssm", "InspectChangeRequests", Json::object());
  return answer ? list_member(*answer, "ChangeRequests") : Json::array();
}

}  // namespace opsim::ssm

// What models/ssm asks: GetAutomationExecution, SendAutomationSignal and the like belong to its
// table, and the executions that are change requests to this model.
#include <fmt/format.h>

#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::change_manager {

/// {"AutomationExecutionId": ..., "Signal": "Approve" or "Stop", "Principal": ARN}: its view, or
/// why the signal is not taken.
ApiResult<Json> inspect_change_request(ChangeManager& model, const Request& request) {
  const std::string id = input::text(request.input, "AutomationExecutionId");
  const ChangeRequest* found = model.find(request.place(), id);
  if (found == nullptr)
    return ApiError{"AutomationExecutionNotFoundException",
                    fmt::format("Automation execution {} does not exist", id)};
  const std::string signal = input::text(request.input, "Signal");
  if (signal == "Stop" && has_ended(found->status))
    return ApiError{"InvalidAutomationStatusUpdateException",
                    fmt::format("the change request is {} already", to_string(found->status))};
  if (!signal.empty() && signal != "Stop")
    if (auto refused =
            refuse_signal(model, *found, signal, input::text(request.input, "Principal")))
      return *std::move(refused);
  return Json{{"AutomationExecution", view_of(*found)}};
}

ApiResult<Json> inspect_change_requests(ChangeManager& model, const Request& request) {
  Json list = Json::array();
  for (const auto& [id, one] : model.requests)
    if (one->place == request.place()) list.push_back(summary_of(*one));
  return Json{{"ChangeRequests", std::move(list)}};
}

ApiResult<Json> inspect_change_template(ChangeManager&, const Request& request) {
  Diagnostics diagnostics;
  const ChangeTemplate read = read_template(input::text(request.input, "Name"),
                                            input::text(request.input, "Content"), diagnostics);
  if (diagnostics.count() == 0) return Json{{"Levels", read.levels.size()}};
  std::string text = diagnostics.text();
  while (text.ends_with('\n')) text.pop_back();
  return ApiError{"InvalidDocumentContent", std::move(text)};
}

}  // namespace opsim::change_manager

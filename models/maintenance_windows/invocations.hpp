#pragma once
/// What a task runs on, and what it calls there.
#include <vector>

#include "models/maintenance_windows/maintenance_windows.hpp"

namespace opsim::maintenance_windows {

/// One for each target of a task that has any: those of a registered target stand together. A Run
/// Command task has one a registered target, which finds its instances itself.
std::vector<TaskInvocation> invocations_of(MaintenanceWindows& model, const Window& window,
                                           const std::string& execution, const TaskExecution& task);

struct Call {
  std::string service;
  std::string operation;
  Json input = Json::object();
};
/// `parameters` are an invocation's.
Call call_of(const WindowTask& task, const Json& parameters);

}  // namespace opsim::maintenance_windows

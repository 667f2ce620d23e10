#pragma once
#include "opsim/cloud/cloud.hpp"

namespace opsim {

/// A service standing in one world: its table, its state, its luck.
struct Cloud::Mounted {
  const Service* service;
  std::unique_ptr<Model> model;
  Stream latencies;

  /// Null when the table has no such row. `name` as boto3, the API or a runbook spells it.
  [[nodiscard]] const Operation* operation(std::string_view name) const;
};

/// "start_automation_execution", "startAutomationExecution" and "StartAutomationExecution" are one.
bool same_operation(std::string_view known, std::string_view written);

}  // namespace opsim

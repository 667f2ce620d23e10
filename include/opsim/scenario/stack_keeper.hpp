#pragma once
/// Who looks after stacks while a run goes on. A model that is one, too, is handed the scenario's
/// stacks as they stand, and the templates that its timeline names.
#include <memory>
#include <string>

#include "opsim/scenario/stack.hpp"
#include "opsim/scenario/template.hpp"

namespace opsim {

/// A template that calls may hand over as a text: read once, for all runs.
struct TemplateFile {
  std::string name;  // relative to the scenario: "templates/v2.yaml"
  std::string text;
  std::shared_ptr<const Template> read;
};

class StackKeeper {
 public:
  StackKeeper() = default;
  StackKeeper(const StackKeeper&) = delete;
  StackKeeper& operator=(const StackKeeper&) = delete;
  virtual ~StackKeeper() = default;
  /// Stacks that stand share their exports with those that come.
  [[nodiscard]] virtual Exports& exports() = 0;
  /// `stood` is one of the scenario's stacks, in the order of the scenario.
  virtual void adopt(StackResult stood) = 0;
  virtual void know(const TemplateFile& file) = 0;
};

}  // namespace opsim

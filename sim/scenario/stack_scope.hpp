#pragma once
/// What is known of a stack while it is being stood up: what its intrinsic functions may ask.
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/scenario/assembly.hpp"
#include "opsim/scenario/stack.hpp"
#include "sim/scenario/template_body.hpp"

namespace opsim {

struct StackScope {
  Cloud& cloud;
  const Template::Body& body;
  const StackSettings& settings;
  const Exports& exports;
  Diagnostics& diagnostics;
  NotSimulated& not_simulated;
  std::string stack_id;
  std::vector<Json> parameters = {};  // what Ref gives, by number
  std::vector<char> conditions = {};  // by number
  std::vector<Standing> resources = {};
  std::set<std::string, std::less<>> imports = {};  // exports that a value was taken from
  /// Characters that values may still grow by: templates that multiply end in a diagnosis.
  std::size_t budget = 64U << 20U;

  [[nodiscard]] const Place& place() const { return settings.place; }
  void complain(const Node& at, std::string message) {
    diagnostics.add(at.complaint(std::move(message)));
  }
};

/// Gives every parameter its value: as set, else its default, else one that suits its type and is
/// told in a note. False where one has none or a wrong one.
bool resolve_parameters(StackScope& scope);

/// Replaces {{resolve:ssm:...}} and its like; what cannot be found stays and is listed.
/// AWS: CloudFormation User Guide, "Using dynamic references to specify template values".
[[nodiscard]] std::string resolve_references(StackScope& scope, std::string text);

/// The value of a parameter of the Parameter Store, or nothing. `name` may end in ":version".
[[nodiscard]] std::optional<std::string> stored_parameter(StackScope& scope, std::string_view name);

}  // namespace opsim

#pragma once
#include <string>
#include <string_view>

#include "opsim/json.hpp"

namespace opsim::cloudformation {

/// What an update wants to do to a resource.
struct PolicyQuestion {
  std::string_view action;  // Update:Modify, Update:Replace, Update:Delete
  std::string_view logical_id;
  std::string_view type;
};

/// "" where the policy lets it pass, else why it does not. Null is no policy: everything passes.
[[nodiscard]] std::string stack_policy_denial(const Json& policy, const PolicyQuestion& question);

}  // namespace opsim::cloudformation

#pragma once
/// Custom termination policies: a function says which instances are ready to go.
/// AWS: EC2 Auto Scaling User Guide, "Create a custom termination policy with Lambda"
/// (lambda-custom-termination-policy).
#include <cstdint>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::compute {

class Groups;
struct Group;

/// Between a question to the function and what its answer allows.
struct CustomTermination {
  bool asking = false;
  bool answered = false;
  std::vector<std::string> ready;  // instances it let go
  Ticket again;
};

/// Whether instances may be ended now. Where a function decides and has not spoken, it is asked,
/// and the group is balanced anew with its answer.
[[nodiscard]] bool may_scale_in(Groups& groups, Group& group, std::int64_t surplus);
/// Whether the function, where there is one, has let the instance go.
[[nodiscard]] bool is_released(const Group& group, std::string_view instance);
/// Nobody it let go could be ended: it is asked again, a short time later.
void ask_again_later(Groups& groups, Group& group);
/// The surplus is gone: the next one is another question.
void forget_answer(Groups& groups, Group& group);

}  // namespace opsim::compute

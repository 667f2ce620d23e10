#include "models/fis/actions.hpp"

#include <algorithm>

namespace opsim::fis {

const ActionRow* find_action(std::string_view id) {
  const auto rows = action_rows();
  const auto found = std::ranges::lower_bound(rows, id, {}, &ActionRow::id);
  return found != rows.end() && found->id == id ? &*found : nullptr;
}

const TargetRow* find_target(std::string_view type) {
  const auto rows = target_rows();
  const auto found = std::ranges::lower_bound(rows, type, {}, &TargetRow::type);
  return found != rows.end() && found->type == type ? &*found : nullptr;
}

}  // namespace opsim::fis

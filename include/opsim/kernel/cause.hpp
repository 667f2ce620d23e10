#pragma once
#include <cstdint>

namespace opsim {

/// What made the running callback happen: the id of a journal entry, or `none`. The kernel only
/// carries it: whatever a callback schedules, spawns or notifies inherits it.
enum class CauseId : std::uint32_t { none = 0 };

}  // namespace opsim

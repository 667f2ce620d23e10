#pragma once
#include <source_location>

namespace opsim {

/// Prints the invariant that does not hold and where it stands, then aborts.
[[noreturn]] void ensure_failed(const char* invariant, const std::source_location& where) noexcept;

/// A bug in this program, not in its input: says so and aborts, in every build type.
inline void ensure(bool holds, const char* invariant,
                   const std::source_location& where = std::source_location::current()) noexcept {
  if (!holds) [[unlikely]] {
    ensure_failed(invariant, where);
  }
}

}  // namespace opsim

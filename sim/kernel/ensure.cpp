#include "opsim/kernel/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace opsim {

void ensure_failed(const char* invariant, const std::source_location& where) noexcept {
  std::fprintf(stderr, "opsim: a bug: this does not hold: %s (%s:%u, %s)\n", invariant,
               where.file_name(), static_cast<unsigned>(where.line()), where.function_name());
  std::abort();
}

}  // namespace opsim

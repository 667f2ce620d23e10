#pragma once
#include <cstddef>
#include <new>

namespace opsim::detail {

/// Memory for coroutine frames.
inline void* take_frame(std::size_t size) { return ::operator new(size); }
inline void give_back_frame(void* frame, std::size_t size) noexcept {
  ::operator delete(frame, size);
}

}  // namespace opsim::detail

#pragma once
#include <array>
#include <cstddef>
#include <new>

#include "opsim/kernel/detail/memory.hpp"

namespace opsim::detail {

/// Memory for coroutine frames, one pool a thread: whole cache lines, reused last in first out.
/// Which memory a frame gets never shows in a result.
class FramePool {
 public:
  static constexpr std::size_t kUnit = 64;
  static constexpr std::size_t kLargest = 2048;

  void* take(std::size_t units) {
    Free*& free = free_[units];
    if (free == nullptr) return slabs_.take(units * kUnit);
    Free* const piece = free;
    free = piece->next;
    return piece;
  }
  void give_back(void* memory, std::size_t units) noexcept {
    free_[units] = ::new (memory) Free{free_[units]};
  }

  /// Gives this thread a pool.
  static FramePool& lease();
  FramePool* next_idle = nullptr;

 private:
  struct Free {
    Free* next;
  };
  std::array<Free*, kLargest / kUnit + 1> free_{};
  Slabs slabs_;
};

extern constinit thread_local FramePool* this_threads_pool;

inline FramePool& frame_pool() {
  FramePool* const pool = this_threads_pool;
  return pool != nullptr ? *pool : FramePool::lease();
}

#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kPoolFrames = false;  // so that the sanitizer sees a frame used too late
#else
inline constexpr bool kPoolFrames = true;
#endif

inline void* take_frame(std::size_t size) {
  if (!kPoolFrames || size > FramePool::kLargest) return ::operator new(size);
  return frame_pool().take((size + FramePool::kUnit - 1) / FramePool::kUnit);
}
inline void give_back_frame(void* frame, std::size_t size) noexcept {
  if (!kPoolFrames || size > FramePool::kLargest) return ::operator delete(frame, size);
  frame_pool().give_back(frame, (size + FramePool::kUnit - 1) / FramePool::kUnit);
}

}  // namespace opsim::detail

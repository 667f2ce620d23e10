#include "opsim/kernel/detail/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <mutex>
#include <new>

#include "opsim/kernel/detail/frame_pool.hpp"

namespace opsim::detail {

namespace {
constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kSmallestSlab = 4096;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

constexpr std::align_val_t alignment_for(std::size_t bytes) {
  return std::align_val_t{bytes >= kHugePage ? kHugePage : kCacheLine};
}
}  // namespace

void* take_memory(std::size_t bytes) {
  void* const memory = ::operator new(bytes, alignment_for(bytes));
  if (bytes >= kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);  // if refused, nothing is lost
  return memory;
}

void give_back_memory(void* memory, std::size_t bytes) noexcept {
  ::operator delete(memory, alignment_for(bytes));
}

Slabs::~Slabs() {
  for (const Slab& slab : slabs_) give_back_memory(slab.memory, slab.bytes);
}

void Slabs::add_slab() {
  const std::size_t doublings = std::min<std::size_t>(slabs_.size(), 9);
  const std::size_t bytes = std::min(kSmallestSlab << doublings, kHugePage);
  slabs_.reserve(slabs_.size() + 1);
  slabs_.push_back({take_memory(bytes), bytes});
  next_ = static_cast<std::byte*>(slabs_.back().memory);
  end_ = next_ + bytes;
}

// ---- Coroutine frames ----

namespace {

/// The pools that no thread uses at the moment. They live as long as the program: a frame may be
/// given back by another thread than took it, and after that one has ended.
struct IdlePools {
  std::mutex mutex;
  FramePool* first = nullptr;
};

IdlePools& idle_pools() {
  static auto* const pools = new IdlePools;
  return *pools;
}

/// A thread borrows a pool for as long as it lives.
struct Lease {
  Lease() {
    IdlePools& idle = idle_pools();
    const std::lock_guard lock{idle.mutex};
    pool = idle.first;
    if (pool != nullptr) {
      idle.first = pool->next_idle;
    } else {
      pool = new FramePool;
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    this_threads_pool = nullptr;
    IdlePools& idle = idle_pools();
    const std::lock_guard lock{idle.mutex};
    pool->next_idle = idle.first;
    idle.first = pool;
  }
  FramePool* pool;
};

}  // namespace

constinit thread_local FramePool* this_threads_pool = nullptr;

FramePool& FramePool::lease() {
  static thread_local const Lease lease;
  this_threads_pool = lease.pool;
  return *lease.pool;
}

}  // namespace opsim::detail

#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace opsim::detail {

/// Memory for many small objects: aligned to cache lines and, from 2 MB on, in huge pages where the
/// system has them, since a million objects visited in no order miss the address cache otherwise.
void* take_memory(std::size_t bytes);
void give_back_memory(void* memory, std::size_t bytes) noexcept;

/// The same for a std::vector.
template <class T>
struct LargeAllocator {
  using value_type = T;
  LargeAllocator() = default;
  template <class U>
  explicit(false) LargeAllocator(const LargeAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) { return static_cast<T*>(take_memory(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept {
    give_back_memory(memory, count * sizeof(T));
  }
  friend bool operator==(LargeAllocator, LargeAllocator) { return true; }
};

/// Hands out pieces of slabs that grow from 4 KB to 2 MB; gives all back when it goes.
class Slabs {
 public:
  Slabs() = default;
  Slabs(const Slabs&) = delete;
  Slabs& operator=(const Slabs&) = delete;
  ~Slabs();

  /// `bytes` is a multiple of 64, up to 4 KB.
  void* take(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - next_) < bytes) add_slab();
    void* const piece = next_;
    next_ += bytes;
    return piece;
  }

 private:
  void add_slab();
  struct Slab {
    void* memory;
    std::size_t bytes;
  };
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::vector<Slab> slabs_;
};

}  // namespace opsim::detail

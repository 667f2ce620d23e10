#pragma once
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "opsim/kernel/callback.hpp"

namespace opsim::detail {

/// A callable kept by the kernel until it is due: one cache line, from a pool.
struct alignas(64) Closure : Callback {
  static constexpr std::size_t kCapacity = 48;
  void (*drop)(Closure& self) noexcept;  // destroys the callable without running it
  union {
    alignas(16) std::byte storage[kCapacity];
    Closure* next_free;
  };
};

template <class F>
concept FitsClosure = sizeof(F) <= Closure::kCapacity && alignof(F) <= 16;

/// Closures by slabs: no allocation once the pool is as large as the most that were ever pending.
class ClosurePool {
 public:
  Closure& take() {
    if (free_ == nullptr) grow();
    return *std::exchange(free_, free_->next_free);
  }
  void give_back(Closure& closure) noexcept {
    closure.next_free = free_;
    free_ = &closure;
  }

 private:
  void grow();
  Closure* free_ = nullptr;
  std::vector<std::unique_ptr<Closure[]>> slabs_;
};

template <class F>
F& stored(Closure& closure) noexcept {
  return *std::launder(reinterpret_cast<F*>(closure.storage));
}

template <class F>
void drop_stored(Closure& self) noexcept {
  stored<F>(self).~F();
}

/// Puts a callable into a closure. `Run` is the function to call when it is due.
template <class F, class Argument>
void store(Closure& closure, Argument&& callable, void (*run)(Callback&, Simulation&)) {
  ::new (static_cast<void*>(closure.storage)) F(std::forward<Argument>(callable));
  closure.run = run;
  closure.drop = &drop_stored<F>;
}

}  // namespace opsim::detail

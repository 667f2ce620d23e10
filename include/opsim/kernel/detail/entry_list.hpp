#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "opsim/kernel/detail/memory.hpp"

namespace opsim::detail {

/// One scheduled callback: when (nanoseconds since the start of the run), and which.
struct PendingEntry {
  std::uint64_t due;
  std::uint32_t slot;
  std::uint32_t generation;
};

/// Fifteen entries and a link: four cache lines.
struct alignas(64) EntryChunk {
  static constexpr std::uint32_t kCapacity = 15;
  PendingEntry entries[kCapacity];
  EntryChunk* next;
  std::uint64_t unused;
};
static_assert(sizeof(EntryChunk) == 256);

/// Chunks, reused last in first out; none is given back before the pool ends.
class ChunkPool {
 public:
  EntryChunk* take() {
    if (free_ == nullptr) [[unlikely]] {
      return ::new (slabs_.take(sizeof(EntryChunk))) EntryChunk;
    }
    return std::exchange(free_, free_->next);
  }
  void give_back(EntryChunk* chunk) noexcept {
    chunk->next = free_;
    free_ = chunk;
  }

 private:
  EntryChunk* free_ = nullptr;
  Slabs slabs_;
};

/// Entries in the order in which they came.
struct EntryList {
  EntryChunk* first = nullptr;
  EntryChunk* last = nullptr;
  std::uint32_t count = 0;
  std::uint32_t room = 0;  // in the last chunk

  void append(const PendingEntry& entry, ChunkPool& pool) {
    if (room == 0) {
      EntryChunk* const chunk = pool.take();
      (count == 0 ? first : last->next) = chunk;
      last = chunk;
      room = EntryChunk::kCapacity;
    }
    last->entries[EntryChunk::kCapacity - room] = entry;
    --room;
    ++count;
  }

  /// Calls take(entry) for the first `most` entries, which leave the list, in order.
  template <class Take>
  void drain(ChunkPool& pool, std::uint32_t most, const Take& take) {
    while (most != 0 && count != 0) {
      EntryChunk* const chunk = first;
      const std::uint32_t held = count < EntryChunk::kCapacity ? count : EntryChunk::kCapacity;
      if (count > EntryChunk::kCapacity) {
        first = chunk->next;
        __builtin_prefetch(first);
        __builtin_prefetch(&first->entries[4]);
        __builtin_prefetch(&first->entries[8]);
        __builtin_prefetch(&first->entries[12]);
      }
      for (std::uint32_t i = 0; i < held; ++i) take(chunk->entries[i]);
      count -= held;
      most = most > held ? most - held : 0;
      pool.give_back(chunk);
    }
    if (count == 0) *this = {};
  }
};

}  // namespace opsim::detail

#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "opsim/kernel/detail/entry_list.hpp"

namespace opsim::detail {

/// The pending-event set: entries ordered by due time, first in first out at equal times, with a
/// cost for each that does not grow with their number.
///
/// A ladder queue (Tang, Goh, Thng: "Ladder queue: an O(1) priority queue structure for
/// large-scale discrete event simulation", 2005). Far entries lie unsorted in the top. When they
/// come near, they are dealt into the buckets of a rung, by ranges of time; a bucket that holds
/// too many is dealt into a finer rung; one that holds few is sorted into the bottom, from which
/// entries leave. Every move keeps the order of arrival, so equal times need no sequence number.
class PendingQueue {
 public:
  PendingQueue();
  PendingQueue(const PendingQueue&) = delete;
  PendingQueue& operator=(const PendingQueue&) = delete;
  ~PendingQueue();

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push(const PendingEntry& entry) {
    ++size_;
    if (entry.due >= top_start_) {
      if (entry.due < top_least_) top_least_ = entry.due;
      if (entry.due > top_most_) top_most_ = entry.due;
      top_.append(entry, chunks_);
      return;
    }
    for (std::uint32_t i = 0; i < rung_count_; ++i) {
      if (entry.due >= rung_from_[i]) return put(*rungs_[i], entry);
    }
    put_in_bottom(entry);
  }

  // The next entries, in order, once refill() has put some there.
  [[nodiscard]] bool needs_refill() const noexcept { return head_ == tail_; }
  /// Sorts the next entries, at least one, into their place; the queue is not empty.
  void refill();
  [[nodiscard]] const PendingEntry& front() const noexcept { return *head_; }
  void pop_front() noexcept {
    ++head_;
    --size_;
  }
  /// What refill() has sorted: these are worth prefetching.
  [[nodiscard]] std::span<const PendingEntry> sorted() const noexcept { return {head_, tail_}; }

  /// Takes out every entry for which stale(entry) holds.
  template <class Stale>
  void remove_if(const Stale& stale);

 private:
  static constexpr std::uint32_t kMostBuckets = 1024;  // and one for what lies beyond
  static constexpr std::uint32_t kMostRungs = 24;
  static constexpr std::ptrdiff_t kMostShifted = 64;
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  /// Buckets of 2^shift nanoseconds. The last one also takes what is due later than the rung was
  /// made for but before the next range of the rung above.
  struct Rung {
    std::uint64_t start;
    std::uint32_t shift;
    std::uint32_t last;                                     // index of the last bucket
    std::uint32_t next;                                     // buckets before it have been taken
    std::uint32_t count;                                    // entries
    std::uint32_t dealt;                                    // entries it was made for
    std::array<std::uint64_t, kMostBuckets / 64 + 1> used;  // a bit for each bucket with entries
    std::array<EntryList, kMostBuckets + 1> buckets;
    [[nodiscard]] std::uint32_t used_from(std::uint32_t index) const noexcept;
  };

  void put(Rung& rung, const PendingEntry& entry) {
    const std::uint64_t place = (entry.due - rung.start) >> rung.shift;
    const auto index = place < rung.last ? static_cast<std::uint32_t>(place) : rung.last;
    rung.used[index / 64] |= std::uint64_t{1} << (index % 64);
    ++rung.count;
    rung.buckets[index].append(entry, chunks_);
  }
  void put_in_bottom(const PendingEntry& entry) {
    if (tail_ == bottom_end_) [[unlikely]] {
      make_room();
    }
    PendingEntry* place = tail_;
    PendingEntry* const limit = tail_ - head_ > kMostShifted ? tail_ - kMostShifted : head_;
    while (place != limit && place[-1].due > entry.due) --place;
    if (place == limit && limit != head_ && place[-1].due > entry.due) [[unlikely]] {
      return put_far_in_bottom(entry);
    }
    for (PendingEntry* moved = tail_; moved != place; --moved) *moved = moved[-1];
    *place = entry;
    ++tail_;
  }

  void make_room();
  void put_far_in_bottom(const PendingEntry& entry);
  Rung& add_rung(std::uint64_t least, std::uint64_t most, std::size_t entries);
  void deal_top();
  void open_bucket();
  void deal(EntryList list, std::uint64_t least, std::uint64_t most);
  void deal_tightly(EntryList list);
  void deal_bottom();
  void sort_into_bottom(EntryList& list);
  void sort_few(EntryList& list);
  void clear_bottom(std::size_t needed);
  template <class Stale>
  std::uint32_t sweep(EntryList& list, const Stale& stale);

  // The bottom, sorted: [head_, tail_) of the buffer.
  PendingEntry* head_ = nullptr;
  PendingEntry* tail_ = nullptr;
  PendingEntry* bottom_end_ = nullptr;
  std::uint64_t top_start_ = 0;
  std::uint32_t rung_count_ = 0;
  std::array<std::uint64_t, kMostRungs> rung_from_{};  // what each takes starts here
  std::array<std::unique_ptr<Rung>, kMostRungs> rungs_;
  EntryList top_;
  std::uint64_t top_least_ = kNever;
  std::uint64_t top_most_ = 0;
  std::size_t size_ = 0;
  ChunkPool chunks_;
  std::vector<PendingEntry> bottom_;
};

template <class Stale>
std::uint32_t PendingQueue::sweep(EntryList& list, const Stale& stale) {
  EntryList kept;
  const std::uint32_t before = list.count;
  list.drain(chunks_, before, [&](const PendingEntry& entry) {
    if (!stale(entry)) kept.append(entry, chunks_);
  });
  list = kept;
  return before - list.count;
}

template <class Stale>
void PendingQueue::remove_if(const Stale& stale) {
  size_ -= sweep(top_, stale);
  for (std::uint32_t i = 0; i < rung_count_; ++i) {
    Rung& rung = *rungs_[i];
    for (std::uint32_t bucket = rung.next; bucket <= rung.last; ++bucket) {
      if (rung.buckets[bucket].count == 0) continue;
      const std::uint32_t removed = sweep(rung.buckets[bucket], stale);
      rung.count -= removed;
      size_ -= removed;
      if (rung.buckets[bucket].count == 0) {
        rung.used[bucket / 64] &= ~(std::uint64_t{1} << (bucket % 64));
      }
    }
  }
  PendingEntry* kept = head_;
  for (PendingEntry* entry = head_; entry != tail_; ++entry) {
    if (!stale(*entry)) *kept++ = *entry;
  }
  size_ -= static_cast<std::size_t>(tail_ - kept);
  tail_ = kept;
}

}  // namespace opsim::detail

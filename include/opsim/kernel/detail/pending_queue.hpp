#pragma once
#include <cstddef>
#include <cstdint>
#include <map>

namespace opsim::detail {

/// One scheduled callback: when (nanoseconds since the start of the run), and which.
struct PendingEntry {
  std::uint64_t due;
  std::uint32_t slot;
  std::uint32_t generation;
};

/// The pending-event set: entries ordered by due time, first in first out at equal times.
class PendingQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  void push(PendingEntry entry) { entries_.emplace(entry.due, entry); }
  /// The earliest entry; the queue is not empty.
  [[nodiscard]] const PendingEntry& front() { return entries_.begin()->second; }
  void pop_front() { entries_.erase(entries_.begin()); }
  template <class Stale>
  void remove_if(const Stale& stale) {
    std::erase_if(entries_, [&](const auto& item) { return stale(item.second); });
  }

 private:
  std::multimap<std::uint64_t, PendingEntry> entries_;
};

}  // namespace opsim::detail

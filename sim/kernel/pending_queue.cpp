#include "opsim/kernel/detail/pending_queue.hpp"

#include <algorithm>
#include <bit>

namespace opsim::detail {

namespace {

constexpr std::uint32_t kFewEntries = 64;      // a bucket of so many is sorted at once
constexpr std::size_t kEntriesPerBucket = 24;  // wanted when a rung is made
constexpr std::uint64_t kLeastBuckets = 16;
constexpr std::size_t kHeadroom = 32;  // before the bottom, for entries that come first
constexpr std::size_t kBottomSize = 512;

bool earlier(const PendingEntry& a, const PendingEntry& b) { return a.due < b.due; }

}  // namespace

// ---- The queue ----

PendingQueue::PendingQueue() : bottom_(kBottomSize) { clear_bottom(0); }
PendingQueue::~PendingQueue() = default;

void PendingQueue::clear_bottom(std::size_t needed) {
  if (bottom_.size() < needed + 2 * kHeadroom) bottom_.resize(needed + 2 * kHeadroom);
  head_ = tail_ = bottom_.data() + kHeadroom;
  bottom_end_ = bottom_.data() + bottom_.size();
}

/// Moves the next entries, at least one, into the empty bottom.
void PendingQueue::refill() {
  clear_bottom(kFewEntries);
  while (head_ == tail_) {
    while (rung_count_ > 0 && rungs_[rung_count_ - 1]->count == 0) --rung_count_;
    if (rung_count_ == 0) {
      deal_top();
    } else {
      open_bucket();
    }
  }
}

void PendingQueue::deal_top() {
  EntryList list = std::exchange(top_, {});
  const std::uint64_t least = std::exchange(top_least_, kNever);
  const std::uint64_t most = std::exchange(top_most_, 0);
  top_start_ = most + 1;
  if (list.count <= kFewEntries) return sort_few(list);
  Rung& rung = add_rung(least, most, list.count);
  list.drain(chunks_, list.count, [&](const PendingEntry& entry) { put(rung, entry); });
}

/// The first bucket with entries from `index` on; beyond the last if there is none.
std::uint32_t PendingQueue::Rung::used_from(std::uint32_t index) const noexcept {
  std::uint32_t word = index / 64;
  std::uint64_t bits = used[word] & (~std::uint64_t{0} << (index % 64));
  while (bits == 0) {
    if (++word > last / 64) return last + 1;
    bits = used[word];
  }
  return word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
}

/// Takes the first bucket of the lowest rung: into the bottom, or into a finer rung.
void PendingQueue::open_bucket() {
  Rung& rung = *rungs_[rung_count_ - 1];
  const std::uint32_t index = rung.used_from(rung.next);
  EntryList& bucket = rung.buckets[index];
  std::uint64_t& from = rung_from_[rung_count_ - 1];

  if (rung.shift == 0 && index != rung.last && bucket.count > kFewEntries) {
    // One instant: in order already. What is due then from now on still goes behind the rest.
    rung.next = index;
    from = rung.start + index;
    const std::uint32_t before = bucket.count;
    bucket.drain(chunks_, kFewEntries - EntryChunk::kCapacity,
                 [this](const PendingEntry& entry) { *tail_++ = entry; });
    rung.count -= before - bucket.count;
    return;
  }
  EntryList taken = std::exchange(bucket, {});
  rung.count -= taken.count;
  rung.used[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  rung.next = index + 1;
  const std::uint64_t end = rung.start + (std::uint64_t{index + 1} << rung.shift);
  from = index == rung.last || end <= rung.start ? kNever : end;
  if (taken.count <= kFewEntries) return sort_few(taken);
  if (rung_count_ == kMostRungs) return sort_into_bottom(taken);
  if (index == rung.last) {
    --rung_count_;  // it can take nothing more
    return deal_tightly(taken);
  }
  if (taken.count > rung.dealt / 2) return deal_tightly(taken);  // they lie close together
  const std::uint64_t least = rung.start + (std::uint64_t{index} << rung.shift);
  deal(taken, least, from - 1);
}

void PendingQueue::deal(EntryList list, std::uint64_t least, std::uint64_t most) {
  Rung& rung = add_rung(least, most, list.count);
  list.drain(chunks_, list.count, [&](const PendingEntry& entry) { put(rung, entry); });
}

/// Makes the rung no wider than its entries: however unevenly they lie, a few rungs part them.
void PendingQueue::deal_tightly(EntryList list) {
  std::uint64_t least = kNever;
  std::uint64_t most = 0;
  std::uint32_t left = list.count;
  for (const EntryChunk* chunk = list.first; left != 0; chunk = chunk->next) {
    const std::uint32_t held = std::min(left, EntryChunk::kCapacity);
    for (std::uint32_t i = 0; i < held; ++i) {
      least = std::min(least, chunk->entries[i].due);
      most = std::max(most, chunk->entries[i].due);
    }
    left -= held;
  }
  if (least != most) return deal(list, least, most);
  Rung& rung = add_rung(least, most, list.count);  // one instant: as it is, however long
  rung.buckets[0] = list;
  rung.count = list.count;
  rung.used[0] = 1;
}

PendingQueue::Rung& PendingQueue::add_rung(std::uint64_t least, std::uint64_t most,
                                           std::size_t entries) {
  std::unique_ptr<Rung>& place = rungs_[rung_count_];
  if (!place) place = std::make_unique<Rung>();
  Rung& rung = *place;
  const std::uint64_t wanted = std::clamp<std::uint64_t>(std::bit_ceil(entries / kEntriesPerBucket),
                                                         kLeastBuckets, kMostBuckets);
  const std::uint64_t span = most - least;
  const auto excess =
      static_cast<int>(std::bit_width(span)) - static_cast<int>(std::bit_width(wanted - 1));
  rung.shift = excess > 0 ? static_cast<std::uint32_t>(excess) : 0;
  rung.start = least;
  rung.last = static_cast<std::uint32_t>(span >> rung.shift) + 1;
  rung.next = 0;
  rung.count = 0;
  rung.dealt = static_cast<std::uint32_t>(entries);
  std::fill_n(rung.buckets.begin(), rung.last + 1, EntryList{});
  std::fill_n(rung.used.begin(), rung.last / 64 + 1, std::uint64_t{0});
  rung_from_[rung_count_++] = least;
  return rung;
}

/// Stable, by due time.
void PendingQueue::sort_into_bottom(EntryList& list) {
  clear_bottom(list.count);
  list.drain(chunks_, list.count, [this](const PendingEntry& entry) { *tail_++ = entry; });
  std::stable_sort(head_, tail_, earlier);
}

/// The same for at most kFewEntries, without a branch to mispredict: the place of an entry is the
/// number of those before it. Counting compares 32 bits, the leading ones of the time and then the
/// order of arrival; if some bits had to be left out, a last pass puts right what they decide.
void PendingQueue::sort_few(EntryList& list) {
  constexpr int kIndexBits = 6;
  constexpr int kKeyBits = 31 - kIndexBits;
  static_assert(kFewEntries <= 1 << kIndexBits && kFewEntries % 8 == 0);
  std::array<PendingEntry, kFewEntries + EntryChunk::kCapacity> entries;
  std::uint32_t count = 0;
  std::uint64_t least = kNever;
  std::uint64_t most = 0;
  list.drain(chunks_, list.count, [&](const PendingEntry& entry) {
    entries[count++] = entry;
    least = std::min(least, entry.due);
    most = std::max(most, entry.due);
  });
  const int excess = static_cast<int>(std::bit_width(most - least)) - kKeyBits;
  const int shift = std::max(0, excess);

  alignas(32) std::array<std::int32_t, kFewEntries> keys;
  alignas(32) std::array<std::int32_t, kFewEntries> ranks;
  for (std::uint32_t i = 0; i < count; ++i) {
    keys[i] = static_cast<std::int32_t>((entries[i].due - least) >> shift << kIndexBits | i);
  }
  const std::uint32_t padded = (count + 7) / 8 * 8;
  for (std::uint32_t i = count; i < padded; ++i) keys[i] = 0;  // counted, but not used
  std::fill_n(ranks.begin(), padded, 0);
  for (std::uint32_t j = 0; j < count; ++j) {
    const std::int32_t key = keys[j];
    for (std::uint32_t i = 0; i < padded; ++i) ranks[i] += key < keys[i] ? 1 : 0;
  }
  clear_bottom(count);
  for (std::uint32_t i = 0; i < count; ++i) head_[ranks[i]] = entries[i];
  tail_ = head_ + count;
  if (shift == 0) return;
  for (PendingEntry* entry = head_ + 1; entry < tail_; ++entry) {
    const PendingEntry moved = *entry;
    PendingEntry* place = entry;
    for (; place != head_ && place[-1].due > moved.due; --place) *place = place[-1];
    *place = moved;
  }
}

// ---- Entries that are due before all that has been dealt ----

/// Space behind the tail of the bottom: moves it to the middle, of a larger buffer if need be.
void PendingQueue::make_room() {
  const std::ptrdiff_t count = tail_ - head_;
  const bool long_already = static_cast<std::size_t>(count) > bottom_.size() / 2;
  std::vector<PendingEntry> moved(long_already ? bottom_.size() * 2 : bottom_.size());
  PendingEntry* const start = moved.data() + moved.size() / 4;
  std::copy(head_, tail_, start);
  bottom_.swap(moved);
  head_ = start;
  tail_ = start + count;
  bottom_end_ = bottom_.data() + bottom_.size();
}

/// The bottom has grown so long that to move its end costs too much: moves its beginning, or deals
/// it into a rung.
void PendingQueue::put_far_in_bottom(const PendingEntry& entry) {
  PendingEntry* const place = std::upper_bound(head_, tail_, entry, earlier);
  const bool near_front = place - head_ <= kMostShifted;
  if (near_front && head_ != bottom_.data()) {
    std::copy(head_, place, head_ - 1);
    --head_;
    place[-1] = entry;
    return;
  }
  if (rung_count_ < kMostRungs) {
    deal_bottom();
    --size_;
    return push(entry);
  }
  std::copy_backward(place, tail_, tail_ + 1);
  *place = entry;
  ++tail_;
}

void PendingQueue::deal_bottom() {
  Rung& rung = add_rung(head_->due, tail_[-1].due, static_cast<std::size_t>(tail_ - head_));
  for (const PendingEntry* entry = head_; entry != tail_; ++entry) put(rung, *entry);
  clear_bottom(0);
}

}  // namespace opsim::detail

#include "opsim/kernel/detail/pending_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "opsim/kernel/random.hpp"

using opsim::Seed;
using opsim::Stream;
using opsim::detail::PendingEntry;
using opsim::detail::PendingQueue;

namespace {

constexpr std::uint64_t kLast = ~std::uint64_t{0} - 1;  // from the first to the last SimTime

/// The queue beside the plainest one that is right: a std::multimap keeps equal keys in order of
/// insertion.
class Twins {
 public:
  explicit Twins(std::uint64_t seed) : random_{Seed{seed}, "twins"} {}

  void push(std::uint64_t due) {
    due = std::min(due, kLast);
    const PendingEntry entry{due, pushed_, pushed_ * 2 + 1};
    ++pushed_;
    queue_.push(entry);
    twin_.emplace(due, entry.slot);
  }
  /// Compares the next entry of both; false if they differ.
  bool pop() {
    if (queue_.needs_refill()) queue_.refill();
    const PendingEntry entry = queue_.front();
    queue_.pop_front();
    const auto first = twin_.begin();
    const bool same = entry.due == first->first && entry.slot == first->second &&
                      entry.generation == entry.slot * 2 + 1;
    now_ = first->first;
    twin_.erase(first);
    return same && queue_.size() == twin_.size() && queue_.empty() == twin_.empty();
  }
  void peek() {
    if (queue_.needs_refill()) queue_.refill();
  }
  bool drain() {
    while (!twin_.empty()) {
      if (!pop()) return false;
    }
    return true;
  }
  void remove_every(std::uint32_t nth, std::uint32_t remainder) {
    queue_.remove_if([&](const PendingEntry& e) { return e.slot % nth == remainder; });
    std::erase_if(twin_, [&](const auto& e) { return e.second % nth == remainder; });
  }
  [[nodiscard]] std::uint64_t now() const { return now_; }
  [[nodiscard]] bool empty() const { return twin_.empty(); }
  [[nodiscard]] std::size_t size() const { return queue_.size(); }
  Stream& random() { return random_; }

 private:
  PendingQueue queue_;
  std::multimap<std::uint64_t, std::uint32_t> twin_;
  std::uint32_t pushed_ = 0;
  std::uint64_t now_ = 0;
  Stream random_;
};

struct Pattern {
  const char* name;
  std::uint64_t (*delay)(Stream& random);
};

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kYear = 366 * 86'400 * kSecond;

constexpr Pattern kPatterns[] = {
    {"spread over a second", [](Stream& r) { return r.below(kSecond); }},
    {"whole seconds, many equal", [](Stream& r) { return r.below(5) * kSecond; }},
    {"always now", [](Stream&) { return std::uint64_t{0}; }},
    {"now or a year away", [](Stream& r) { return r.chance(0.5) ? 0 : kYear; }},
    {"a few nanoseconds", [](Stream& r) { return r.below(4); }},
    {"over all scales", [](Stream& r) { return r.bits() >> (2 + r.below(60)); }},
    {"clustered: a burst every hour",
     [](Stream& r) { return r.below(3) * 3600 * kSecond + r.below(9); }},
    {"one far, the others near",
     [](Stream& r) { return r.below(1000) == 0 ? kYear * 50 : r.below(kSecond / 1000); }},
    {"one instant and its neighbours",
     [](Stream& r) { return r.chance(0.9) ? kSecond : kSecond - 3 + r.below(7); }},
};

}  // namespace

TEST_SUITE("kernel: pending queue") {
  TEST_CASE("entries leave by due time, first in first out at equal times, like a multimap") {
    for (const Pattern& pattern : kPatterns) {
      for (const std::size_t size : {1, 7, 63, 64, 65, 300, 5'000}) {
        CAPTURE(std::string{pattern.name});
        CAPTURE(size);
        Twins twins{size};
        for (std::size_t i = 0; i < size; ++i) twins.push(pattern.delay(twins.random()));
        bool same = true;
        for (int i = 0; same && i < 20'000; ++i) {
          same = twins.pop();
          twins.push(twins.now() + pattern.delay(twins.random()));
        }
        CHECK(same);
        CHECK(twins.drain());
      }
    }
  }

  TEST_CASE("the same while the number waiting grows and falls") {
    for (const Pattern& pattern : kPatterns) {
      CAPTURE(std::string{pattern.name});
      Twins twins{1};
      bool same = true;
      for (int wave = 0; same && wave < 20; ++wave) {
        const auto pushes = twins.random().below(3'000);
        for (std::uint64_t i = 0; i < pushes; ++i) {
          twins.push(twins.now() + pattern.delay(twins.random()));
          if (i % 7 == 0) twins.peek();
        }
        const auto pops = twins.random().below(3'500);
        for (std::uint64_t i = 0; same && i < pops && !twins.empty(); ++i) same = twins.pop();
      }
      CHECK(same);
      CHECK(twins.drain());
    }
  }

  TEST_CASE("entries due before all that is already in order") {
    Twins twins{1};
    for (std::uint64_t i = 0; i < 20'000; ++i) {  // each earlier than the last, each looked at
      twins.push(kYear - i * 1'000);
      twins.peek();
    }
    CHECK(twins.drain());
  }

  TEST_CASE("earlier and earlier bursts, so that rungs nest as deep as they may") {
    Twins twins{1};
    std::uint64_t edge = std::uint64_t{1} << 63;
    for (int burst = 0; burst < 60; ++burst) {
      for (int i = 0; i < 400; ++i) twins.push(edge - twins.random().below(edge / 4));
      twins.peek();
      edge = burst % 2 == 0 ? edge / 2 : edge - edge / 4;
    }
    CHECK(twins.drain());
  }

  TEST_CASE("a crowd at one instant, and what comes before it later") {
    Twins twins{1};
    for (int i = 0; i < 10'000; ++i) twins.push(kSecond);
    twins.peek();
    for (std::uint64_t i = 0; i < 500; ++i) twins.push(kSecond - 500 + i * 2);
    for (int i = 0; i < 1'000; ++i) CHECK_MESSAGE(twins.pop(), i);
    for (int i = 0; i < 100; ++i) twins.push(kSecond);
    twins.push(kSecond + 1);
    CHECK(twins.drain());
  }

  TEST_CASE("removing keeps the order of the rest") {
    for (const Pattern& pattern : kPatterns) {
      CAPTURE(std::string{pattern.name});
      Twins twins{3};
      for (int i = 0; i < 4'000; ++i) twins.push(pattern.delay(twins.random()));
      bool same = true;
      for (std::uint32_t round = 0; same && round < 30; ++round) {
        for (int i = 0; same && i < 60 && !twins.empty(); ++i) {
          same = twins.pop();
          twins.push(twins.now() + pattern.delay(twins.random()));
        }
        twins.remove_every(10, round % 10);
      }
      CHECK(same);
      twins.remove_every(1, 0);
      CHECK(twins.size() == 0);
      twins.push(twins.now());
      CHECK(twins.drain());
    }
  }

  TEST_CASE("the last nanosecond that can be named is ordered too") {
    Twins twins{1};
    for (std::uint64_t i = 0; i < 200; ++i) twins.push(kLast - i % 3);
    for (std::uint64_t i = 0; i < 200; ++i) twins.push(i % 3);
    CHECK(twins.drain());
  }
}

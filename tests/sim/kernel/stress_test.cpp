#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

using namespace opsim;

namespace {

/// Processes that do whatever comes to mind: wait, race, spawn, notify, cancel each other and
/// themselves. Nothing may be left over, and the same seed must do the same.
class Crowd {
 public:
  explicit Crowd(Seed seed) : sim_{SimTime{}, seed} {
    for (std::size_t i = 0; i < kRooms; ++i) {
      rooms_[i] = std::make_unique<Scope>(sim_);
      signals_[i] = std::make_unique<Signal>(sim_);
    }
  }
  std::vector<std::string> run() {
    for (int i = 0; i < 40; ++i) spawn_in(pick());
    sim_.after(2s, [this] { refresh(); });
    sim_.run_until(sim_.start() + 20s);
    for (auto& room : rooms_) room.reset();
    log_.push_back("alive " + std::to_string(alive_));
    log_.push_back("pending " + std::to_string(sim_.pending_count()));
    return std::move(log_);
  }

 private:
  static constexpr std::size_t kRooms = 6;
  struct Alive {
    explicit Alive(Crowd& c) : crowd{c} { ++crowd.alive_; }
    ~Alive() {
      --crowd.alive_;
      crowd.log_.push_back("-" + std::to_string((crowd.sim_.now() - SimTime{}).count()));
    }
    Crowd& crowd;
  };

  Stream& random() { return sim_.random("crowd"); }
  std::size_t pick() { return random().below(kRooms); }
  Duration some_time() { return random().below(8) * 25ms; }
  void spawn_in(std::size_t room) {
    if (alive_ < 300 && rooms_[room] != nullptr) rooms_[room]->spawn(live(0));
  }
  /// Rooms come and go under those who use them.
  void refresh() {
    rooms_[pick()] = std::make_unique<Scope>(sim_);
    for (int i = 0; i < 10; ++i) spawn_in(pick());
    sim_.after(some_time() + 100ms, [this] { refresh(); });
  }

  Process<int> live_and_answer(int depth, int* shared) {
    *shared += co_await answer(depth);
    co_return *shared;
  }
  Process<int> answer(int depth) {
    const Alive alive{*this};
    co_await act(depth + 1);
    co_return depth;
  }
  Process<> live(int depth) {
    const Alive alive{*this};
    Scope own{sim_};
    int shared = 0;
    for (int i = 0; i < 12; ++i) {
      const std::size_t choice = depth < 3 ? random().below(8) : 0;
      if (choice == 1) own.spawn(live(depth + 1));
      if (choice == 2) own.cancel();
      if (choice == 3) co_await live_and_answer(depth + 1, &shared);
      if (choice == 4) {
        const auto first =
            co_await first_of(live(depth + 1), act(depth + 1), sim_.sleep(some_time()));
        log_.push_back("first " + std::to_string(first));
      }
      if (choice == 5) {
        const auto result = co_await with_timeout(live_and_answer(depth + 1, &shared), some_time());
        log_.push_back(result ? "in time" : "late");
      }
      if (choice == 6) {
        std::vector<Process<>> both;
        both.push_back(act(depth + 1));
        both.push_back(live(depth + 1));
        co_await all_of(std::move(both));
      }
      if (choice == 7 && i > 8) {
        own.cancel();
        co_await own.join();
      }
      co_await act(depth);
    }
  }
  Process<> act(int depth) {
    const Alive alive{*this};
    const std::size_t choice = random().below(10);
    const std::size_t room = pick();
    if (choice < 3) co_await sim_.sleep(some_time());
    if (choice == 3) co_await signals_[room]->wait_for(some_time());
    if (choice == 4) signals_[room]->notify_all();
    if (choice == 5) signals_[room]->notify_one();
    if (choice == 6 && depth == 0 && random().chance(0.2)) rooms_[room]->cancel();
    if (choice == 7 && random().chance(0.05)) rooms_[room] = std::make_unique<Scope>(sim_);
    if (choice == 8) spawn_in(room);
    if (choice == 9) co_await first_of(signals_[room]->wait(), sim_.sleep(some_time()));
  }

  Simulation sim_;
  std::vector<std::string> log_;
  std::array<std::unique_ptr<Signal>, kRooms> signals_;
  std::array<std::unique_ptr<Scope>, kRooms> rooms_;
  int alive_ = 0;
};

}  // namespace

TEST_SUITE("kernel: stress") {
  TEST_CASE("a crowd of processes that cancel each other leaves nothing behind, and repeats") {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      CAPTURE(seed);
      const auto first = Crowd{Seed{seed}}.run();
      CHECK(first.size() > 300);
      CHECK(first[first.size() - 2] == "alive 0");
      CHECK(first.back() == "pending 1");  // the next refresh
      CHECK(Crowd{Seed{seed}}.run() == first);
    }
  }

  TEST_CASE("a simulation may be made, run and ended by different threads, and several at once") {
    const auto expected = Crowd{Seed{5}}.run();
    std::unique_ptr<Crowd> crowd;
    std::thread{[&] { crowd = std::make_unique<Crowd>(Seed{5}); }}.join();
    std::vector<std::string> log;
    std::thread{[&] { log = crowd->run(); }}.join();
    std::thread{[&] { crowd.reset(); }}.join();
    CHECK(log == expected);

    std::array<std::vector<std::string>, 4> logs;
    std::vector<std::thread> threads;
    for (auto& one : logs) threads.emplace_back([&one] { one = Crowd{Seed{5}}.run(); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& one : logs) CHECK(one == expected);
  }
}

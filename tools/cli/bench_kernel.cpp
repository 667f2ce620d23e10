#include "tools/cli/bench_kernel.hpp"

#include <unistd.h>

#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "opsim/kernel/process.hpp"

namespace opsim {

namespace {

// The works are those of other kernels' benchmarks, so that clocks and rates compare:
// hold     N pending; each, when it fires, schedules itself again.
// process  N processes, each waiting in a loop.
// cancel   N clients; each activity, 9 times in 10, cancels the client's timer; sets it anew.
// The k-th delay drawn is entry k of a table of 65,536 exponential variates of mean 1 s.

constexpr std::size_t kTableSize = 65'536;
constexpr Duration kTimeout = 100s;

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// xoshiro256++ 1.0 by Blackman and Vigna.
class Xoshiro {
 public:
  explicit Xoshiro(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = splitmix64(seed);
  }
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

 private:
  std::uint64_t state_[4]{};
};

std::vector<double> variates() {
  std::vector<double> table(kTableSize);
  const auto bytes = static_cast<std::streamsize>(kTableSize * sizeof(double));
  if (const char* const path = std::getenv("DES_TABLE")) {
    std::ifstream file{path, std::ios::binary};
    if (file.read(reinterpret_cast<char*>(table.data()), bytes)) return table;
  }
  Xoshiro random{12345};
  for (double& entry : table) {
    entry = -std::log(1.0 - static_cast<double>(random.next() >> 11) * 0x1.0p-53);
  }
  return table;
}

/// The delays, drawn one after the other, over and over.
class Delays {
 public:
  Delays() {
    for (const double seconds : variates()) {
      delays_.push_back(Duration{std::max<std::int64_t>(1, std::llround(seconds * 1e9))});
    }
  }
  Duration next() { return delays_[drawn_++ % kTableSize]; }
  [[nodiscard]] std::uint64_t drawn() const { return drawn_; }

 private:
  std::vector<Duration> delays_;
  std::uint64_t drawn_ = 0;
};

struct Options {
  std::string_view work;
  std::int64_t pending = 1'000;
  std::int64_t events = 1'000'000;
};

struct Measured {
  double wall = 0;
  double cpu = 0;
  double bytes_each = 0;
  std::int64_t timers_fired = 0;
  Duration clock{};
};

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double wall_seconds() {
  return std::chrono::duration<double>{std::chrono::steady_clock::now().time_since_epoch()}.count();
}

double resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  double all = 0;
  double resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// Runs until a callback stops the simulation, and takes the time.
void run_timed(Simulation& sim, Measured& measured) {
  const double wall = wall_seconds();
  const double cpu = cpu_seconds();
  sim.run_until(SimTime::max());
  measured.cpu = cpu_seconds() - cpu;
  measured.wall = wall_seconds() - wall;
  measured.clock = sim.now() - sim.start();
}

/// Each thing that fires has a cause of its own, as in a real run.
CauseId cause_of(std::int64_t index) { return CauseId{static_cast<std::uint32_t>(index + 1)}; }

// ---- hold ----

struct Hold {
  Delays delays;
  std::int64_t left;
};

struct Held : Callback {
  Hold* hold;
  explicit Held(Hold& shared) : Callback{&fire}, hold{&shared} {}
  static void fire(Callback& self, Simulation& sim) {
    Hold& hold = *static_cast<Held&>(self).hold;
    if (--hold.left <= 0) return sim.stop();
    sim.after(hold.delays.next(), self);
  }
};

Measured hold(const Options& options) {
  Hold shared{{}, options.events};
  Simulation sim;
  std::vector<Held> held(static_cast<std::size_t>(options.pending), Held{shared});
  std::int64_t index = 0;
  for (Held& one : held) {
    const CauseScope cause{sim, cause_of(index++)};
    sim.after(shared.delays.next(), static_cast<Callback&>(one));
  }
  Measured measured;
  run_timed(sim, measured);
  return measured;
}

// ---- process ----

Process<> wait_in_a_loop(Simulation& sim, Hold& shared) {
  while (true) {
    co_await sim.sleep(shared.delays.next());
    if (--shared.left <= 0) sim.stop();
  }
}

Measured process(const Options& options) {
  Hold shared{{}, options.events};
  Measured measured;
  const double before = resident_bytes();
  Simulation sim;
  for (std::int64_t i = 0; i < options.pending; ++i) {
    const CauseScope cause{sim, cause_of(i)};
    sim.spawn(wait_in_a_loop(sim, shared));
  }
  sim.run_until(sim.now());  // all start, and wait
  measured.bytes_each = (resident_bytes() - before) / static_cast<double>(options.pending);
  run_timed(sim, measured);
  return measured;
}

// ---- cancel ----

struct Clients {
  Delays delays;
  std::int64_t left;
  std::int64_t activities = 0;
  std::int64_t fired = 0;
};

struct Timer : Callback {
  Clients* clients;
  static void fire(Callback& self, Simulation&) { ++static_cast<Timer&>(self).clients->fired; }
};

struct Client : Callback {
  Timer timer;
  Ticket ticket;
  explicit Client(Clients& clients) : Callback{&act}, timer{{&Timer::fire}, &clients} {}
  static void act(Callback& self, Simulation& sim) {
    auto& client = static_cast<Client&>(self);
    Clients& clients = *client.timer.clients;
    if (--clients.left <= 0) return sim.stop();
    if (clients.activities++ % 10 != 9) sim.cancel(client.ticket);
    client.ticket = sim.after(kTimeout, static_cast<Callback&>(client.timer));
    sim.after(clients.delays.next(), self);
  }
};

Measured cancel(const Options& options) {
  Clients shared{{}, options.events};
  Simulation sim;
  std::vector<Client> clients(static_cast<std::size_t>(options.pending), Client{shared});
  Delays first;
  std::int64_t index = 0;
  for (Client& client : clients) {
    const CauseScope cause{sim, cause_of(index++)};
    sim.after(first.next(), static_cast<Callback&>(client));
  }
  Measured measured;
  run_timed(sim, measured);
  measured.timers_fired = shared.fired;
  return measured;
}

// ---- the command ----

struct Work {
  std::string_view name;
  Measured (*run)(const Options&);
};
constexpr Work kWorks[] = {{"cancel", cancel}, {"hold", hold}, {"process", process}};

std::optional<std::int64_t> count_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size();
  if (!good || value < 1 || value > 10'000'000'000) return std::nullopt;
  return value;
}

std::optional<Options> read_options(std::span<const std::string_view> arguments) {
  Options options;
  if (arguments.empty() || arguments.size() % 2 == 0) return std::nullopt;
  options.work = arguments[0];
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    const auto count = count_of(arguments[i + 1]);
    if (!count) return std::nullopt;
    if (arguments[i] == "--pending" && *count <= 50'000'000) {
      options.pending = *count;
    } else if (arguments[i] == "--events") {
      options.events = *count;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

void report(const Options& options, const Measured& measured) {
  const std::int64_t ran = options.events + measured.timers_fired;
  const auto count = static_cast<double>(ran);
  fmt::print(
      "RESULT "
      "{{\"peer\":\"opsim\",\"bench\":\"{}\",\"n\":{},\"events\":{},\"wall\":{:.6f},\"cpu\":{:.6f},"
      "\"eps\":{:.1f},\"eps_cpu\":{:.1f},\"clock\":{:.9f},\"bytes_per\":{:.1f},\"extra\":{}}}\n",
      options.work, options.pending, ran, measured.wall, measured.cpu, count / measured.wall,
      count / measured.cpu, static_cast<double>(measured.clock.count()) * 1e-9, measured.bytes_each,
      measured.timers_fired);
  fmt::print("events_per_second {:.0f}\n", count / measured.wall);
}

}  // namespace

int bench_kernel(std::span<const std::string_view> arguments) {
  const auto options = read_options(arguments);
  if (options) {
    for (const Work& work : kWorks) {
      if (work.name != options->work) continue;
      report(*options, work.run(*options));
      return 0;
    }
  }
  fmt::print(stderr, "usage: opsim bench hold|process|cancel [--pending N] [--events M]\n");
  return 2;
}

}  // namespace opsim

#include "tools/cli/pace.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <ostream>

#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/duration.hpp"
#include "tools/cli/options.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::cli {

namespace {

double read_pace(std::string_view text) {
  double factor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), factor);
  if (error != std::errc{} || std::string_view{end} != "x" || !(factor > 0) || factor > 1e9)
    throw Options::Usage{fmt::format("--pace is {}; write how many times faster than life: 60x",
                                     opsim::quoted(text))};
  return factor;
}

/// Follows the wall clock from callback to callback; the order of callbacks stays the kernel's.
class Player {
 public:
  Player(World& world, double factor, std::ostream& screen)
      : world_{world}, factor_{factor}, screen_{screen}, begun_{std::chrono::steady_clock::now()} {
    show_new_entries();
    wait_for_next();
  }
  void play() { context_.run(); }

 private:
  void wait_for_next() {
    const SimTime due = std::min(world_.sim().next_due().value_or(world_.end()), world_.end());
    const std::chrono::duration<double> virtual_time = due - world_.sim().start();
    const std::chrono::duration<double> wall_time{virtual_time.count() / factor_};
    timer_.expires_at(begun_ + std::chrono::duration_cast<std::chrono::nanoseconds>(wall_time));
    timer_.async_wait([this, due](const boost::system::error_code&) { advance(due); });
  }

  void advance(SimTime due) {
    if (due >= world_.end()) {
      world_.run();
      show_new_entries();
      return;
    }
    world_.run_until(due);
    show_new_entries();
    if (!world_.ended_early()) wait_for_next();
  }

  void show_new_entries() {
    const auto entries = world_.journal().entries();
    for (; shown_ < entries.size(); ++shown_) {
      const JournalEntry& entry = entries[shown_];
      if (entry.level > Level::story || entry.kind == EntryKind::call) continue;
      screen_ << fmt::format("+{} {} {}\n", clock_text(entry.at - world_.sim().start()),
                             report::entry_word(entry), report::entry_text(entry))
              << std::flush;
    }
  }

  World& world_;
  double factor_;
  std::ostream& screen_;
  std::chrono::steady_clock::time_point begun_;
  boost::asio::io_context context_;
  boost::asio::steady_timer timer_{context_};
  std::size_t shown_ = 0;
};

}  // namespace

void run_paced(World& world, std::string_view pace, std::ostream& screen) {
  Player player{world, read_pace(pace), screen};
  player.play();
}

}  // namespace opsim::cli

#include "tools/cli/bench_tracking.hpp"

#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <ostream>

#include "models/catalog.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/cli/options.hpp"

namespace opsim::cli {

namespace {

constexpr Option kTrackingOptions[] = {{"--days"}};

double tracking_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::size_t launches(const Journal& journal) {
  std::size_t count = 0;
  for (const JournalEntry& entry : journal.entries())
    if (entry.kind == EntryKind::resource && detail_text(entry, "act") == "launched") ++count;
  return count;
}

}  // namespace

int bench_tracking(Arguments arguments, Streams& streams) {
  std::uint64_t days = 1;
  try {
    const Options options{arguments, kTrackingOptions};
    days = options.number("--days", 1).value_or(days);
  } catch (const Options::Usage& usage) {
    streams.err << usage.message << "\nusage: opsim bench tracking [--days D]\n";
    return 2;
  }
  const Scenario scenario =
      read_scenario(std::filesystem::path{OPSIM_SOURCE_FOLDER} / "tests/bench/tracking", catalog(),
                    {{"clock.duration", fmt::format("{}d", days)}});
  World world{scenario, catalog(), {.seed = scenario.seed, .keep = Level::story}};
  world.run_until(scenario.start);
  const double ready = tracking_cpu_seconds();
  world.run();
  streams.out << fmt::format("run_seconds {:.2f}\n", tracking_cpu_seconds() - ready)
              << fmt::format("launches {}\n", launches(world.journal()));
  if (world.ended_early()) streams.err << world.diagnosis() << '\n';
  return world.ended_early() ? 3 : 0;
}

}  // namespace opsim::cli

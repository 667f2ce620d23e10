#include "tools/cli/bench_fleet.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <ctime>
#include <filesystem>
#include <ostream>
#include <stdexcept>

#include "models/catalog.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim::cli {

namespace {

struct FleetOptions {
  int instances = 100'000;
  int days = 30;
  bool quiet = false;  // no disk grows
};

std::optional<FleetOptions> read_fleet_options(Arguments arguments) {
  FleetOptions options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--quiet") {
      options.quiet = true;
      continue;
    }
    int* const number = arguments[i] == "--instances" ? &options.instances
                        : arguments[i] == "--days"    ? &options.days
                                                      : nullptr;
    if (number == nullptr || ++i == arguments.size()) return std::nullopt;
    const char* const end = arguments[i].data() + arguments[i].size();
    const auto [stop, error] = std::from_chars(arguments[i].data(), end, *number);
    if (error != std::errc{} || stop != end || *number < 1 || *number > 1'000'000)
      return std::nullopt;
  }
  return options;
}

double fleet_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

const ResourceType& alarm_row() {
  for (const Service* service : catalog())
    for (const ResourceType& row : service->resources)
      if (row.type == "AWS::CloudWatch::Alarm") return row;
  throw std::logic_error{"no service has alarms"};
}

/// As a stack creates it, so that no API's rate is the measure.
void stand_up_alarm(Cloud& cloud, const ResourceType& row, const std::string& instance) {
  const Json properties = {
      {"AlarmName", "disk of " + instance},
      {"Namespace", "CWAgent"},
      {"MetricName", "disk_used_percent"},
      {"Dimensions", Json::array({{{"Name", "InstanceId"}, {"Value", instance}}})},
      {"Statistic", "Maximum"},
      {"Period", 60},
      {"EvaluationPeriods", 2},
      {"Threshold", 90},
      {"ComparisonOperator", "GreaterThanThreshold"}};
  const Json resource = {{"Type", row.type}, {"Properties", properties}};
  const ApiResult<Created> created =
      row.create(*cloud.model("cloudwatch"),
                 ResourceRequest{cloud, cloud.home(), "fleet", "disk of " + instance, row.type,
                                 properties, resource, "", Node{}});
  if (!created) throw std::logic_error{created.error().message};
}

/// How many runbooks ended well.
std::size_t remediations(Journal& journal) {
  std::size_t count = 0;
  for (const JournalEntry& entry : journal.entries())
    if (entry.kind == EntryKind::runbook && detail_text(entry, "status") == "Success") ++count;
  return count;
}

}  // namespace

int bench_fleet(Arguments arguments, Streams& streams) {
  const auto options = read_fleet_options(arguments);
  if (!options) {
    streams.err << "usage: opsim bench fleet [--instances N] [--days D] [--quiet]\n";
    return 2;
  }
  std::vector<std::pair<std::string, std::string>> overrides{
      {"Size", fmt::to_string(options->instances)},
      {"clock.duration", fmt::format("{}d", options->days)}};
  if (options->quiet) overrides.emplace_back("physics.Servers.disk.grows", "0 %/h");
  const Scenario scenario = read_scenario(
      std::filesystem::path{OPSIM_SOURCE_FOLDER} / "tests/bench/fleet", catalog(), overrides);

  const double begun = fleet_cpu_seconds();
  World world{scenario, catalog(), {.seed = scenario.seed, .keep = Level::goals}};
  const double laid_out = fleet_cpu_seconds();
  for (const std::string& id : world.cloud().members("Servers"))
    stand_up_alarm(world.cloud(), alarm_row(), id);
  world.run_until(scenario.start);
  const double ready = fleet_cpu_seconds();
  world.run();
  const double ended = fleet_cpu_seconds();

  streams.out << fmt::format("layout_seconds {:.2f}\n", laid_out - begun)
              << fmt::format("alarms_seconds {:.2f}\n", ready - laid_out)
              << fmt::format("run_seconds {:.2f}\n", ended - ready)
              << fmt::format("remediations {}\n", remediations(world.journal()))
              << fmt::format("peak_megabytes {:.0f}\n", peak_megabytes());
  if (world.ended_early()) streams.err << world.diagnosis() << '\n';
  return world.ended_early() ? 3 : 0;
}

}  // namespace opsim::cli

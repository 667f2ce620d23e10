#include "tools/cli/bench_graph.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "models/catalog.hpp"
#include "opsim/kernel/random.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim::cli {

namespace {

struct GraphOptions {
  int components = 1'000;
  int instances = 100'000;
  int faults = 100;
  int days = 30;
};

std::optional<GraphOptions> read_graph_options(Arguments arguments) {
  GraphOptions options;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    int* const number = arguments[i] == "--components"  ? &options.components
                        : arguments[i] == "--instances" ? &options.instances
                        : arguments[i] == "--faults"    ? &options.faults
                        : arguments[i] == "--days"      ? &options.days
                                                        : nullptr;
    if (number == nullptr) return std::nullopt;
    const char* const end = arguments[i + 1].data() + arguments[i + 1].size();
    const auto [stop, error] = std::from_chars(arguments[i + 1].data(), end, *number);
    if (error != std::errc{} || stop != end || *number < 1 || *number > 1'000'000)
      return std::nullopt;
  }
  if (arguments.size() % 2 != 0 || options.instances < options.components) return std::nullopt;
  return options;
}

constexpr int kGroupsOfStack = 400;  // a template has at most 500 resources

/// One group a component, all of a stack from one launch template.
std::string graph_stack(const GraphOptions& options, int from) {
  std::string text =
      "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n"
      "  Template:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n"
      "      LaunchTemplateData: { ImageId: ami-0123456789abcdef0, InstanceType: m6i.large }\n";
  const int each = options.instances / options.components;
  for (int i = from; i < std::min(options.components, from + kGroupsOfStack); ++i)
    text += fmt::format(
        "  Group{0}:\n    Type: AWS::AutoScaling::AutoScalingGroup\n    Properties:\n"
        "      AvailabilityZones: [us-east-1a, us-east-1b, us-east-1c]\n"
        "      MinSize: '{1}'\n      MaxSize: '{1}'\n"
        "      LaunchTemplate: {{ LaunchTemplateId: !Ref Template, Version: '1' }}\n",
        i, each);
  return text;
}

/// Ten layers: users ask those of the first, each calls three of the next; every member is at about
/// half of its strength at noon.
std::string graph_workload(const GraphOptions& options) {
  constexpr int layers = 10;
  constexpr int calls = 3;
  const int width = std::max(1, options.components / layers);
  const double each = static_cast<double>(options.instances) / options.components;
  std::string text = "workload:\n";
  for (int i = 0; i < options.components; ++i) {
    const int layer = std::min(layers - 1, i / width);
    text += fmt::format("  C{0}:\n    served by: Group{0}\n    servers: 2\n    work: 20ms\n", i);
    // What arrives at a layer is what arrives at the first, times the calls (each a third).
    if (layer == 0)
      text += fmt::format(
          "    demand: {{ rate: {:.0f}/s, by day: 50 %, timeout: 5s, retries: 1 }}\n"
          "    objective: {{ errors: 1 % }}\n",
          each * 100 * .33);
    const int begin = (layer + 1) * width;
    const int end = std::min(options.components, begin + width);
    if (layer == layers - 1 || begin >= end) continue;
    text += "    needs:\n";
    // Each of the next layer is called by three: the same load everywhere.
    for (int k = 0; k < calls; ++k) {
      const int to = begin + (i - layer * width + k * (width / calls) + k) % (end - begin);
      text += fmt::format("      C{}: {{ calls: 0.33, timeout: 2s }}\n", to);
    }
  }
  return text;
}

std::string graph_timeline(const GraphOptions& options) {
  std::string text = "timeline:\n";
  Stream luck{Seed{1}, "bench.faults"};
  constexpr std::string_view acts[] = {"terminate instance on Group{} hitting one",
                                       "impair hardware on Group{} for 1h hitting one",
                                       "slow requests by 300 % on C{} for 20min",
                                       "fail requests by 20 % on C{} in us-east-1a for 30min",
                                       "freeze instance on Group{} for 10min hitting one",
                                       "stop instance on Group{} hitting one"};
  for (int i = 0; i < options.faults; ++i) {
    const std::uint64_t which = luck.below(static_cast<std::uint64_t>(options.components));
    const std::string act = fmt::format(fmt::runtime(acts[luck.below(std::size(acts))]), which);
    text += fmt::format("  - {{ at: 'uniform(0h, {}d)', do: {} }}\n", options.days, act);
  }
  return text;
}

/// A folder of this run's own, gone with it.
class GraphFolder {
 public:
  explicit GraphFolder(const GraphOptions& options)
      : path_{std::filesystem::temp_directory_path() / fmt::format("opsim-bench-{}", getpid())} {
    std::filesystem::create_directories(path_);
    std::string stacks;
    for (int from = 0; from < options.components; from += kGroupsOfStack) {
      const std::string name = fmt::format("stack{}", from / kGroupsOfStack);
      std::ofstream{path_ / (name + ".yaml")} << graph_stack(options, from);
      stacks += fmt::format("  - {{ template: {0}.yaml, name: {0} }}\n", name);
    }
    std::ofstream{path_ / "scenario.yaml"} << fmt::format(
        "scenario: A graph of components\n"
        "clock: {{ start: 2026-03-02T00:00:00Z, duration: {}d, seed: 1 }}\n"
        "stacks:\n{}{}{}",
        options.days, stacks, graph_workload(options), graph_timeline(options));
  }
  ~GraphFolder() { std::filesystem::remove_all(path_); }
  GraphFolder(const GraphFolder&) = delete;
  GraphFolder& operator=(const GraphFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

double graph_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int bench_graph(Arguments arguments, Streams& streams) {
  const auto options = read_graph_options(arguments);
  if (!options) {
    streams.err << "usage: opsim bench graph [--components N] [--instances M] [--faults F] "
                   "[--days D]\n";
    return 2;
  }
  const GraphFolder folder{*options};
  const double begun = graph_cpu_seconds();
  const Scenario scenario = read_scenario(folder.path(), catalog());
  const double read = graph_cpu_seconds();
  World world{scenario, catalog(), {.seed = scenario.seed, .keep = Level::goals}};
  world.run_until(scenario.start);
  const double ready = graph_cpu_seconds();
  world.run();
  const double ended = graph_cpu_seconds();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  streams.out << fmt::format("read_seconds {:.2f}\n", read - begun)
              << fmt::format("layout_seconds {:.2f}\n", ready - read)
              << fmt::format("run_seconds {:.2f}\n", ended - ready)
              << fmt::format("entries {}\n", world.journal().entries().size())
              << fmt::format("peak_megabytes {:.0f}\n",
                             static_cast<double>(usage.ru_maxrss) / 1024);
  if (world.ended_early()) streams.err << world.diagnosis() << '\n';
  return world.ended_early() ? 3 : 0;
}

}  // namespace opsim::cli

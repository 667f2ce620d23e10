#include "tools/cli/bench_refill.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <ctime>
#include <ostream>
#include <stdexcept>

#include "opsim/cloud/cloud.hpp"
#include "opsim/document/read.hpp"

namespace opsim::cli {

namespace {

constexpr std::string_view kLostZone = "us-east-1a";
constexpr std::string_view kRefilled = "AWS::AutoScaling::AutoScalingGroup";

struct RefillOptions {
  int instances = 100'000;
  int groups = 300;
};

std::optional<RefillOptions> read_refill_options(Arguments arguments) {
  RefillOptions options;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    int* const number = arguments[i] == "--instances" ? &options.instances
                        : arguments[i] == "--groups"  ? &options.groups
                                                      : nullptr;
    if (number == nullptr || i + 1 == arguments.size()) return std::nullopt;
    const std::string_view text = arguments[i + 1];
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
    if (error != std::errc{} || stop != text.data() + text.size() || *number < 1 ||
        *number > 1'000'000)
      return std::nullopt;
  }
  return options;
}

double refill_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double refill_peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Creates a resource as a stack does, and enters it.
std::string stand_up(Cloud& cloud, std::string_view type, const std::string& name,
                     const Json& properties) {
  for (const Service* service : cloud.catalog())
    for (const ResourceType& row : service->resources) {
      if (row.type != type) continue;
      const Json resource = {{"Type", type}, {"Properties", properties}};
      const ApiResult<Created> created = row.create(
          *cloud.model(service->name), ResourceRequest{cloud, cloud.home(), "refill", name, type,
                                                       properties, resource, "", Node{}});
      if (!created) throw std::logic_error{created.error().message};
      Resource entry;
      entry.logical_id = name;
      entry.type = type;
      entry.physical_id = created->physical_id;
      entry.arn = created->arn;
      entry.place = cloud.home();
      entry.stack = "refill";
      cloud.resources().add_or_complete(std::move(entry));
      return created->physical_id;
    }
  throw std::logic_error{"no service has such resources"};
}

std::vector<std::string> stand_up_groups(Cloud& cloud, const RefillOptions& options) {
  const std::string launched =
      stand_up(cloud, "AWS::EC2::LaunchTemplate", "Template",
               {{"LaunchTemplateData",
                 {{"ImageId", "ami-0fleet000000000001"}, {"InstanceType", "m6i.large"}}}});
  std::vector<std::string> names;
  for (int i = 0; i < options.groups; ++i) {
    const int size =
        options.instances / options.groups + (i < options.instances % options.groups ? 1 : 0);
    names.push_back(
        stand_up(cloud, kRefilled, fmt::format("Group{}", i),
                 {{"LaunchTemplate", {{"LaunchTemplateId", launched}, {"Version", "1"}}},
                  {"MinSize", size},
                  {"MaxSize", 2 * size}}));
  }
  return names;
}

void begin_fault(Cloud& cloud, std::string_view name, std::string_view arguments,
                 std::vector<std::string> targets) {
  const Document document = read_yaml("bench", arguments);
  for (const Service* service : cloud.catalog())
    for (const Fault& fault : service->faults)
      if (fault.name == name)
        fault.begin(*cloud.model(service->name),
                    FaultRequest{cloud, document.root, std::move(targets), "bench", "refill"});
}

std::vector<std::string> instances_in(Cloud& cloud, std::string_view zone) {
  std::vector<std::string> found;
  for (const Resource* resource : cloud.resources().of_type("AWS::EC2::Instance"))
    if (resource->attributes.value("AvailabilityZone", "") == zone)
      found.push_back(resource->physical_id);
  return found;
}

std::size_t serving(Cloud& cloud, const std::vector<std::string>& groups) {
  std::size_t count = 0;
  for (const std::string& name : groups) count += cloud.members(name).size();
  return count;
}

}  // namespace

int bench_refill(Arguments arguments, Streams& streams, Catalog services) {
  const auto options = read_refill_options(arguments);
  if (!options) {
    streams.err << "usage: opsim bench refill [--instances N] [--groups G]\n";
    return 2;
  }
  const double begun = refill_cpu_seconds();
  Simulation sim{*parse_iso8601("2026-03-02T00:00:00Z"), Seed{1}};
  Journal journal{sim, Level::goals};
  Cloud cloud{sim, journal, services, Place{"012345678901", "us-east-1"}};
  const std::vector<std::string> groups = stand_up_groups(cloud, *options);
  sim.run_until(sim.now() + std::chrono::minutes{1});
  const double ready = refill_cpu_seconds();

  std::vector<std::string> lost = instances_in(cloud, kLostZone);
  const std::size_t lost_count = lost.size();
  begin_fault(cloud, "fail launches", fmt::format("{{in: {}, for: 1h}}", kLostZone), {});
  begin_fault(cloud, "terminate instance", "{on: all}", std::move(lost));
  sim.run_until(sim.now() + std::chrono::minutes{15});
  const double ended = refill_cpu_seconds();

  streams.out << fmt::format("layout_seconds {:.2f}\n", ready - begun)
              << fmt::format("refill_seconds {:.2f}\n", ended - ready)
              << fmt::format("lost {}\n", lost_count)
              << fmt::format("in_service {}\n", serving(cloud, groups))
              << fmt::format("left_in_zone {}\n", instances_in(cloud, kLostZone).size())
              << fmt::format("peak_megabytes {:.0f}\n", refill_peak_megabytes());
  return 0;
}

}  // namespace opsim::cli

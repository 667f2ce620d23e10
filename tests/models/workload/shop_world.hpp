#pragma once
/// Six instances over three zones, 100 requests a second each, in front of a database.
#include "models/compute/service.hpp"
#include "models/workload/service.hpp"
#include "models/workload/workload.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
using workload::Workload;

inline const Service* const kWorkloadServices[] = {&kEc2, &kAutoScaling, &kWorkload};

inline constexpr std::string_view kShop = R"(
Storefront:
  served by: ShopFleet
  servers: 2
  work: exponential(mean 20ms)
  demand: { rate: 300/s, timeout: 3s }
  needs: { Orders: { calls: 2, timeout: 1s } }
Orders: { servers: 16, work: exponential(mean 10ms) }
)";

struct ShopWorld : SmallWorld {
  explicit ShopWorld(std::string_view section = kShop, int size = 6)
      : SmallWorld{kWorkloadServices} {
    const std::string launch = make("AWS::EC2::LaunchTemplate", "Template",
                                    {{"LaunchTemplateData", {{"ImageId", "ami-12345678"}}}});
    make("AWS::AutoScaling::AutoScalingGroup", "ShopFleet",
         {{"LaunchTemplate", {{"LaunchTemplateId", launch}, {"Version", "1"}}},
          {"AvailabilityZones", {"us-east-1a", "us-east-1b", "us-east-1c"}},
          {"MinSize", std::to_string(size)},
          {"MaxSize", "20"}});
    read(section);
    run_for(1min);
  }
  void read(std::string_view section) {
    const Document document = read_yaml("scenario.yaml", section);
    kWorkload.sections[0].read(*cloud.model("workload"), cloud, document.root);
  }
  void fault(std::string_view name, std::string_view arguments) {
    const Document document = read_yaml("scenario.yaml", arguments);
    const auto row = std::ranges::find(kWorkload.faults, name, &Fault::name);
    REQUIRE(row != kWorkload.faults.end());
    row->begin(*cloud.model("workload"), {cloud, document.root, {}, "scenario.yaml:9"});
  }
  Workload& workload() { return static_cast<Workload&>(*cloud.model("workload")); }
  const workload::Flow& storefront() { return workload().flows.at(0); }
  Json users() {
    return cloud.inspect(cloud.home(), "workload", "InspectWorkload", Json::object())
        ->at("Components")
        .at(0);
  }
  std::optional<double> metric(std::string space, std::string name, Dimensions dimensions,
                               std::string_view statistic, Duration back = 5min) {
    const auto series = cloud.metrics().find(
        {cloud.home(), std::move(space), std::move(name), std::move(dimensions)});
    if (!series) return std::nullopt;
    const SimTime now = std::chrono::floor<std::chrono::minutes>(sim.now());
    return cloud.metrics().statistic(*series, *Statistic::parse(statistic),
                                     {now - back, now, now + 1h});
  }
  std::optional<double> signal(std::string name, std::string_view statistic, Duration back = 5min) {
    return metric("ApplicationSignals", std::move(name),
                  {{"Environment", "opsim"}, {"Service", "Storefront"}}, statistic, back);
  }
};

}  // namespace opsim::tests

// What instances cost: billed while they run, by the second, at least a minute for each start.
#include "models/compute/service.hpp"
#include "models/costs/prices.hpp"
#include "models/costs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kBilled[] = {&kEc2, &kAutoScaling, &kCosts};

struct BilledWorld : SmallWorld {
  BilledWorld() : SmallWorld{kBilled} {}
  std::vector<std::string> run(int count, const char* type) {
    std::vector<std::string> ids;
    const Json made = must(
        "ec2", "RunInstances",
        {{"ImageId", "ami-1"}, {"InstanceType", type}, {"MinCount", count}, {"MaxCount", count}});
    for (const Json& one : made["Instances"]) ids.push_back(one["InstanceId"].get<std::string>());
    while (cloud.read_quantity(ids.back(), "running").value_or(0) < 1) run_for(1s);
    return ids;
  }
  Json costs() { return *cloud.inspect(cloud.home(), "costs", "InspectCosts", Json::object()); }
};

}  // namespace

TEST_SUITE("costs") {
  TEST_CASE("an hour of a m6i.large in us-east-1 is 9.6 cents (ec2/pricing/on-demand)") {
    BilledWorld world;
    world.run(2, "m6i.large");
    world.run_for(1h);
    CHECK(world.costs()["Cost"].get<double>() == doctest::Approx(2 * .096).epsilon(.01));
    CHECK(world.costs()["Peak"] == 2);
  }

  TEST_CASE("what was terminated has cost what it ran; the peak is remembered") {
    BilledWorld world;
    const auto ids = world.run(3, "c5.large");
    world.run_for(30min);
    world.must("ec2", "TerminateInstances", {{"InstanceIds", {ids[0], ids[1]}}});
    world.run_for(30min);
    CHECK(world.costs()["Cost"].get<double>() == doctest::Approx(2 * .085).epsilon(.01));
    CHECK(world.costs()["Running"] == 1);
    CHECK(world.costs()["Peak"] == 3);
  }

  TEST_CASE("at least a minute; a type without a price is named") {
    BilledWorld world;
    const auto ids = world.run(1, "t3.micro");
    world.must("ec2", "TerminateInstances", {{"InstanceIds", {ids[0]}}});
    world.run_for(1min);
    CHECK(world.costs()["Cost"].get<double>() == doctest::Approx(.0104 / 60));
    world.run(1, "u-24tb1.112xlarge");
    CHECK(world.costs()["Unpriced"][0] == "u-24tb1.112xlarge in us-east-1");
    CHECK_FALSE(costs::hourly_price("mars-1", "m5.large").has_value());
  }
}

}  // namespace opsim::tests

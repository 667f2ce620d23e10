// Clients follow Route 53: a name leads to components, for as long as resolvers remember.
#include "models/route53/service.hpp"
#include "models/workload/service.hpp"
#include "models/workload/workload.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

using workload::Workload;

const Service* const kNameServices[] = {&kRoute53, &kWorkload};

constexpr std::string_view kTwoRegions = R"(
Shop:
  named: www.example.com
  demand: { rate: 100/s }
  needs: { East: {}, West: { answer: west-records } }
East: { servers: 16, work: exponential(mean 10ms) }
West: { servers: 16, work: exponential(mean 30ms) }
)";

struct NamedWorld : SmallWorld {
  NamedWorld() : SmallWorld{kNameServices} {
    zone = make("AWS::Route53::HostedZone", "Zone", {{"Name", "example.com"}});
  }
  std::string zone;

  void record(const std::string& identifier, const std::string& address, const Json& more) {
    Json properties{
        {"HostedZoneId", zone},        {"Name", "www.example.com"},   {"Type", "A"}, {"TTL", 60},
        {"SetIdentifier", identifier}, {"ResourceRecords", {address}}};
    properties.update(more);
    make("AWS::Route53::RecordSet", "Record " + identifier, properties);
  }
  void read(std::string_view section) {
    const Document document = read_yaml("scenario.yaml", section);
    kWorkload.sections[0].read(*cloud.model("workload"), cloud, document.root);
    run_for(1s);
  }
  std::string refused(std::string_view section) {
    try {
      read(section);
    } catch (const BadInput& error) {
      return error.what();
    }
    return {};
  }
  void fail(std::string_view component) {
    const Document document =
        read_yaml("scenario.yaml", fmt::format("{{ by: 100 %, on: {}, for: 1h }}", component));
    const auto row = std::ranges::find(kWorkload.faults, "fail requests", &Fault::name);
    REQUIRE(row != kWorkload.faults.end());
    row->begin(*cloud.model("workload"), {cloud, document.root, {}, "scenario.yaml:9"});
  }
  const workload::Flow& flow(std::size_t number) {
    return static_cast<Workload&>(*cloud.model("workload")).flows.at(number);
  }
};

}  // namespace

TEST_SUITE("workload: names") {
  TEST_CASE("weighted records: each component gets its share, a loss there hurts no others") {
    NamedWorld world;
    world.record("East", "192.0.2.1", {{"Weight", 3}});
    world.record("west-records", "192.0.2.2", {{"Weight", 1}});
    world.read(kTwoRegions);
    CHECK(world.flow(1).offered == doctest::Approx(75));
    CHECK(world.flow(2).offered == doctest::Approx(25));
    CHECK(world.flow(0).latency.mean == doctest::Approx(.015).epsilon(.01));
    world.fail("West");
    world.run_for(1s);
    CHECK(world.flow(0).errors == doctest::Approx(.25));
    const auto told = world.told({EntryKind::health});
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().find("25 % of requests fail: West") != std::string::npos);
  }

  TEST_CASE("failover: clients stay until the check fails, then leave over one TTL") {
    NamedWorld world;
    const std::string check = world.make(
        "AWS::Route53::HealthCheck", "Check",
        {{"HealthCheckConfig", {{"Type", "HTTP"}, {"IPAddress", "192.0.2.1"}, {"Port", 80}}}});
    world.record("East", "192.0.2.1", {{"Failover", "PRIMARY"}, {"HealthCheckId", check}});
    world.record("west-records", "192.0.2.2", {{"Failover", "SECONDARY"}});
    world.read(kTwoRegions);
    CHECK(world.flow(1).offered == doctest::Approx(100));
    CHECK(world.flow(2).offered == doctest::Approx(0));
    world.run_for(5min);
    world.fail("East");
    world.cloud.change_quantity(check, "answer", {opsim::Change::How::to, 503});
    const SimTime from = world.sim.now();
    while (world.cloud.read_quantity(check, "healthy") == 1) {
      world.run_for(1s);
      CHECK(world.flow(0).errors == doctest::Approx(1));
      REQUIRE(world.sim.now() - from < 3min);
    }
    world.run_for(30s);
    CHECK(world.flow(0).errors == doctest::Approx(.5).epsilon(.1));
    CHECK(world.cloud.health("Shop") == Health::down);
    world.run_for(35s);
    CHECK(world.flow(0).errors < 1e-6);
    CHECK(world.flow(2).offered == doctest::Approx(100));
    CHECK(world.cloud.health("Shop") == Health::ok);
  }

  TEST_CASE("an answer that leads to no component is told, its clients are not served") {
    NamedWorld world;
    world.record("East", "192.0.2.1", {{"Weight", 4}});
    world.record("elsewhere", "192.0.2.9", {{"Weight", 1}});
    world.read(kTwoRegions);
    CHECK(world.flow(0).errors == doctest::Approx(.2));
    const auto told = world.told({EntryKind::health});
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().find("sent to 192.0.2.9, where no component is") != std::string::npos);
  }

  TEST_CASE("nothing works at a name") {
    NamedWorld world;
    CHECK(world.refused("Shop: { named: www.example.com, demand: { rate: 1/s } }\n")
              .find("scenario.yaml:1:16: a name leads to components") != std::string::npos);
    NamedWorld other;
    CHECK(other
              .refused("Shop: { named: a.example.com, work: 20ms, needs: { East: {} } }\n"
                       "East: { needs: { West: { answer: x } } }\nWest: {}\n")
              .find("answer: only a component with `named` has records") != std::string::npos);
  }
}

}  // namespace opsim::tests

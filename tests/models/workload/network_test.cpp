// Networks that are slow, lose packets, or do not reach; tables that take no more.
#include "models/dynamodb/service.hpp"
#include "tests/models/workload/shop_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kTableServices[] = {&kDynamoDb, &kWorkload};

TEST_SUITE("workload: networks") {
  // One member of six: a sixth of the answers comes 300 ms late, and each of its two calls, too.
  TEST_CASE("a member whose network is slow answers late, by as much for each call it makes") {
    ShopWorld world;
    const double before = world.storefront().latency.mean;
    CHECK(world.cloud.change_quantity("i-00000001", "network latency", {Change::How::to, 300}));
    world.run_for(1s);
    CHECK(world.cloud.read_quantity("i-00000001", "network latency") == doctest::Approx(300));
    CHECK(world.storefront().latency.mean - before ==
          doctest::Approx(.3 * (1 + 2) / 6).epsilon(.01));
    CHECK(world.cloud.health("i-00000001") == Health::ok);  // a grey failure: no check sees it
    world.cloud.change_quantity("i-00000001", "network latency", {Change::How::to, 0});
    world.run_for(1s);
    CHECK(world.storefront().latency.mean == doctest::Approx(before));
  }

  TEST_CASE("a share of the flows is a share of the mean, and spreads them") {
    ShopWorld world;
    const workload::Spread before = world.storefront().latency;
    for (const char* id :
         {"i-00000001", "i-00000002", "i-00000003", "i-00000004", "i-00000005", "i-00000006"})
      world.cloud.change_quantity(id, "network latency 50", {Change::How::to, 300});
    world.run_for(1s);
    const workload::Spread after = world.storefront().latency;
    CHECK(after.mean - before.mean == doctest::Approx(.15 * 3).epsilon(.01));
    // Half of the exchanges are late, half are not: .5 x .5 x .3^2 each.
    CHECK(after.variance - before.variance == doctest::Approx(.0225 * 3).epsilon(.02));
  }

  // RFC 6298; Linux TCP_RTO_MIN: 200 ms until a lost packet is sent again, p / (1 - p) times.
  TEST_CASE("a lost packet comes late, not never") {
    ShopWorld world;
    const double before = world.storefront().latency.mean;
    world.cloud.change_quantity("i-00000001", "packet loss", {Change::How::to, 20});
    world.run_for(1s);
    CHECK(world.storefront().latency.mean - before ==
          doctest::Approx(.2 * .25 * 3 / 6).epsilon(.01));
    CHECK(world.storefront().errors < 1e-6);
  }

  // A third of each component stands in the zone: of its calls two thirds cross the border, and of
  // the others' a third does. Both are 2/9, together 4/9.
  TEST_CASE("a partition of a zone fails the calls that cross it, not those of users") {
    ShopWorld world{R"(
Storefront:
  served by: ShopFleet
  servers: 2
  work: 20ms
  demand: { rate: 90/s, timeout: 3s }
  needs: { Stock: { timeout: 1s } }
Stock: { served by: ShopFleet, servers: 2, work: 5ms }
)"};
    CHECK(world.storefront().errors < 1e-6);
    world.fault("partition zone", "{ named: us-east-1a, for: 10min }");
    world.run_for(1s);
    CHECK(world.storefront().errors == doctest::Approx(4.0 / 9).epsilon(.01));
    CHECK(world.workload().flows[1].offered == doctest::Approx(90 * 5.0 / 9).epsilon(.01));
    world.run_for(11min);
    CHECK(world.storefront().errors < 1e-6);
  }

  TEST_CASE("between two zones only what crosses that border fails") {
    ShopWorld world{R"(
Storefront:
  served by: ShopFleet
  servers: 2
  work: 20ms
  demand: { rate: 90/s, timeout: 3s }
  needs: { Stock: { timeout: 1s } }
Stock: { served by: ShopFleet, servers: 2, work: 5ms }
)"};
    world.fault("partition zone", "{ named: us-east-1a, from: us-east-1b }");
    world.run_for(1s);
    CHECK(world.storefront().errors == doctest::Approx(2.0 / 9).epsilon(.01));
  }

  TEST_CASE("a Region that is cut off takes all that stands in it along") {
    ShopWorld world;
    world.fault("cut off region", "{ named: eu-west-1, for: 10min }");
    world.run_for(1s);
    CHECK(world.storefront().errors < 1e-6);
    world.fault("cut off region", "{ named: us-east-1, for: 10min }");
    world.run_for(1s);
    CHECK(world.storefront().errors == doctest::Approx(1));
    world.run_for(15min);
    CHECK(world.storefront().errors < 1e-6);
  }
}

TEST_SUITE("workload: tables") {
  // "Provisioned capacity mode": 100 reads a second are what 100 read units take.
  TEST_CASE("a table throttles what is beyond its units, and takes more once it has more") {
    SmallWorld world{kTableServices};
    world.must(
        "dynamodb", "CreateTable",
        {{"TableName", "orders"},
         {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
         {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
         {"ProvisionedThroughput", {{"ReadCapacityUnits", 80}, {"WriteCapacityUnits", 20}}}});
    world.run_for(1min);
    const Document document = read_yaml("scenario.yaml", R"(
Orders: { served by: orders, reads: 80 %, demand: { rate: 150/s } }
)");
    kWorkload.sections[0].read(*world.cloud.model("workload"), world.cloud, document.root);
    world.run_for(10min);
    auto& all = static_cast<workload::Workload&>(*world.cloud.model("workload"));
    CHECK(all.flows[0].refused == doctest::Approx(1.0 / 3).epsilon(.01));
    const auto sum = [&](const char* metric) {
      const auto series = world.cloud.metrics().find(
          {world.cloud.home(), "AWS/DynamoDB", metric, {{"TableName", "orders"}}});
      const SimTime now = std::chrono::floor<std::chrono::minutes>(world.sim.now());
      return series ? world.cloud.metrics()
                              .statistic(*series, *Statistic::parse("Sum"),
                                         {now - 5min, now, now + 1h})
                              .value_or(0) /
                          5
                    : -1;
    };
    CHECK(sum("ConsumedReadCapacityUnits") == doctest::Approx(80 * 60).epsilon(.02));
    CHECK(sum("ConsumedWriteCapacityUnits") == doctest::Approx(20 * 60).epsilon(.02));
    CHECK(sum("ReadThrottleEvents") == doctest::Approx(40 * 60).epsilon(.05));
    world.must(
        "dynamodb", "UpdateTable",
        {{"TableName", "orders"},
         {"ProvisionedThroughput", {{"ReadCapacityUnits", 200}, {"WriteCapacityUnits", 50}}}});
    world.run_for(10min);
    CHECK(all.flows[0].refused < 1e-6);
  }
}

}  // namespace
}  // namespace opsim::tests

// Caches: hits and misses follow from the requests since a cache was empty.
// AWS: ElastiCache User Guide, "Caching strategies" (lazy loading); Metrics for Valkey and Redis
// OSS: CacheHits, CacheMisses, "CacheHitRate: cache_hits / (cache_hits + cache_misses)".
#include <algorithm>
#include <cmath>

#include "models/elasticache/service.hpp"
#include "opsim/kernel/random.hpp"
#include "tests/models/workload/shop_world.hpp"

namespace opsim::tests {

using workload::Popularity;

namespace {

const Service* const kCacheServices[] = {&kEc2, &kAutoScaling, &kElastiCache, &kWorkload};

/// 1,000 lookups a second; nine in ten hit once the cache is full.
constexpr std::string_view kCachedShop = R"(
Storefront:
  servers: 1000
  work: exponential(mean 1ms)
  demand: { rate: 1000/s, timeout: 3s }
  needs:
    Orders: { hits: 90 %, cached by: Cache, objects: 50000, timeout: 1s }
Cache: { served by: ShopCache, servers: 16, work: exponential(mean 0.5ms) }
Orders: { servers: 30, work: exponential(mean 10ms) }
)";

struct CachedShop : SmallWorld {
  explicit CachedShop(const Json& cache, std::string_view section = kCachedShop)
      : SmallWorld{kCacheServices} {
    make("AWS::ElastiCache::ReplicationGroup", "ShopCache", cache);
    const Document document = read_yaml("scenario.yaml", section);
    kWorkload.sections[0].read(*cloud.model("workload"), cloud, document.root);
    run_for(10min);
  }
  workload::Workload& workload() {
    return static_cast<workload::Workload&>(*cloud.model("workload"));
  }
  /// Requests a second that the database gets.
  double misses() { return workload().flows.at(2).offered; }
  double errors() { return workload().flows.at(0).user_errors; }
  std::optional<double> metric(const std::string& name, const std::string& node,
                               std::string_view statistic) {
    const auto series =
        cloud.metrics().find({cloud.home(), "AWS/ElastiCache", name, {{"CacheClusterId", node}}});
    if (!series) return std::nullopt;
    const SimTime now = std::chrono::floor<std::chrono::minutes>(sim.now());
    return cloud.metrics().statistic(*series, *Statistic::parse(statistic),
                                     {now - 5min, now, now + 1h});
  }
  void power(std::string_view zone, double on) {
    cloud.change_quantity("shop", fmt::format("power {}", zone), {Change::How::to, on});
  }
};

const Json kOneNode = {{"ReplicationGroupId", "shop"}, {"NumCacheClusters", 1}};
const Json kWithReplica = {
    {"ReplicationGroupId", "shop"}, {"NumCacheClusters", 2}, {"AutomaticFailoverEnabled", true}};
const Json kThreeShards = {
    {"ReplicationGroupId", "shop"}, {"NumNodeGroups", 3}, {"ReplicasPerNodeGroup", 0}};

}  // namespace

TEST_SUITE("workload: caches") {
  // Each object is drawn with Zipf's probability; it hits when it was drawn before.
  TEST_CASE("warmth is what lookups one by one come to") {
    constexpr std::size_t objects = 5'000;
    std::vector<double> reached;  // up to and including object k
    double all = 0;
    for (std::size_t k = 1; k <= objects; ++k)
      reached.push_back(all += std::pow(static_cast<double>(k), -.8));
    const Popularity popularity{objects, workload::kUsualSkew};
    Stream luck{Seed{1}, "lookups"};
    std::vector<bool> held(objects);
    constexpr int kLookups = 20'000;
    int hits = 0;
    double foreseen = 0;
    for (int n = 0; n < kLookups; ++n) {
      const auto k = static_cast<std::size_t>(
          std::ranges::lower_bound(reached, luck.uniform() * all) - reached.begin());
      hits += held[k] ? 1 : 0;
      held[k] = true;
      foreseen += popularity.warmth(n);
    }
    CHECK(hits == doctest::Approx(foreseen).epsilon(.015));
    CHECK(popularity.warmth(0) == 0);
    CHECK(popularity.warmth(1e9) == doctest::Approx(1));
    CHECK(popularity.warmth(popularity.lookups_until(.5)) == doctest::Approx(.5).epsilon(1e-3));
  }

  TEST_CASE("a full cache leaves the database what it does not hold, and says so each minute") {
    CachedShop world{kOneNode};
    CHECK(world.misses() == doctest::Approx(100).epsilon(.01));
    CHECK(*world.metric("CacheHits", "shop-001", "Average") ==
          doctest::Approx(54'000).epsilon(.01));
    CHECK(*world.metric("CacheMisses", "shop-001", "Average") ==
          doctest::Approx(6'000).epsilon(.02));
    CHECK(*world.metric("CacheHitRate", "shop-001", "Average") == doctest::Approx(90).epsilon(.01));
  }

  // RebootCacheCluster: "causes the contents of the cache (for each cache node being rebooted) to
  // be lost".
  TEST_CASE("a node that reboots comes back empty; requests fill it") {
    CachedShop world{kOneNode};
    world.must("elasticache", "RebootCacheCluster",
               {{"CacheClusterId", "shop-001"}, {"CacheNodeIdsToReboot", {"0001"}}});
    world.run_for(1s);
    CHECK(world.misses() == doctest::Approx(1'000).epsilon(.05));  // nothing is found
    while (world.cloud.health("shop") == Health::down) world.run_for(1s);
    world.run_for(10s);
    const double soon = world.misses();
    world.run_for(5min);
    const double later = world.misses();
    CHECK(soon < 1'000);
    CHECK(later < soon);
    world.run_for(2h);
    CHECK(world.misses() == doctest::Approx(100).epsilon(.02));
  }

  // User Guide, "Minimizing downtime with Multi-AZ": a replica is promoted, with what it has.
  TEST_CASE("a replica that is promoted holds what the primary held; an only node does not") {
    for (const bool replica : {false, true}) {
      CAPTURE(replica);
      CachedShop world{replica ? kWithReplica : kOneNode};
      world.power("us-east-1a", 0);
      world.run_for(5s);
      CHECK(world.misses() == doctest::Approx(1'000).epsilon(.05));
      if (!replica) {
        world.power("us-east-1a", 1);
        while (world.cloud.health("shop") == Health::down) world.run_for(1s);
      } else {
        world.run_for(2min);
      }
      if (replica)
        CHECK(world.misses() == doctest::Approx(100).epsilon(.02));
      else
        CHECK(world.misses() > 700);  // popular objects come first
      if (!replica) continue;
      world.run_for(10min);
      CHECK(*world.metric("CacheHitRate", "shop-002", "Average") ==
            doctest::Approx(90).epsilon(.01));
      CHECK_FALSE(world.metric("CacheHits", "shop-001", "Sum"));
    }
  }

  TEST_CASE("a shard that is out costs its share of the hits") {
    CachedShop world{kThreeShards};
    world.power("us-east-1a", 0);  // each shard's only node is there, or none is
    world.run_for(5s);
    const double out = static_cast<double>(
        std::ranges::count(world.workload().lives[1].parts, false, &workload::CachePart::serves));
    REQUIRE(out > 0);
    CHECK(world.misses() == doctest::Approx(100 + 900 * out / 3).epsilon(.05));
  }

  // N. Bronson et al., HotOS 2021, "look-aside cache": the database cannot carry the misses, so
  // they fail and do not fill the cache, and the outage lasts after the trigger is gone.
  TEST_CASE("a database that cannot carry the misses keeps the cache cold") {
    constexpr std::string_view kTight = R"(
Storefront:
  servers: 1000
  work: exponential(mean 1ms)
  demand: { rate: 1000/s, timeout: 3s, retries: 2 }
  needs:
    Orders: { hits: 90 %, cached by: Cache, objects: 5000000, timeout: 500ms, retries: 2 }
Cache: { served by: ShopCache, servers: 16, work: exponential(mean 0.5ms) }
Orders: { servers: 2, work: exponential(mean 10ms) }
)";
    CachedShop world{kOneNode, kTight};
    CHECK(world.errors() < .001);
    world.must("elasticache", "RebootCacheCluster",
               {{"CacheClusterId", "shop-001"}, {"CacheNodeIdsToReboot", {"0001"}}});
    world.run_for(1h);
    CHECK(world.cloud.health("shop") == Health::ok);
    CHECK(world.errors() > .5);  // an hour after the reboot
  }

  // M. Brooker, "Caches, Modes, and Unstable Systems" (brooker.co.za, 2021-08-27) and its simulator
  // (mbrooker/simulator_example cache_sim @84634ce): 1,000 requests a second for keys that follow
  // Zipf's law with 1.3, an LRU cache of 1,000, a backend that answers so many a second; flushed at
  // 4 s. Expected: the share of hits in the second that begins 4, 16 and 55 s after, means of six
  // runs of those parameters.
  TEST_CASE("a flushed cache fills as fast as the backend behind it can answer") {
    struct Row {
      int backend;
      double after_4, after_16, after_55;
    };
    constexpr Row rows[] = {{5, .575, .694, .785},
                            {10, .636, .746, .822},
                            {20, .694, .796, .852},
                            {100, .807, .854, .852}};
    for (const Row& row : rows) {
      CAPTURE(row.backend);
      const std::string text = fmt::format(
          "Client: {{ servers: 100000, work: 1ms, demand: {{ rate: 1000/s }},\n"
          "  needs: {{ Backend: {{ hits: 89.6 %, cached by: Cache, objects: 1000, skew: 1.3 }} }} "
          "}}\n"
          "Cache: {{ servers: 100000, work: 1ms }}\n"
          "Backend: {{ servers: 1, work: {}us, sheds above: 100 % }}\n",
          1'000'000 / row.backend);
      ShopWorld world{text, 1};
      const auto hits = [&] { return 1 - world.workload().flows.at(2).offered / 1'000; };
      CHECK(hits() == doctest::Approx(.896).epsilon(.002));
      world.fault("flush caches", "{on: Cache}");
      world.run_for(4500ms);
      CHECK(std::abs(hits() - row.after_4) < .06);
      world.run_for(12s);
      CHECK(std::abs(hits() - row.after_16) < .05);
      world.run_for(39s);
      CHECK(std::abs(hits() - row.after_55) < .05);
    }
  }

  TEST_CASE("what is said of a cache that no component is, is not believed") {
    for (const std::string_view needs :
         {"{ hits: 90 %, objects: 10 }", "{ hits: 90 %, skew: 1 }", "{ cached by: Cache }",
          "{ hits: 90 %, cached by: Orders }", "{ hits: 90 %, cached by: Nowhere }"}) {
      CAPTURE(needs);
      CHECK_THROWS_AS(ShopWorld(fmt::format("Storefront: {{ needs: {{ Orders: {} }} }}\n"
                                            "Cache: {{ servers: 1 }}\nOrders: {{ servers: 1 }}\n",
                                            needs)),
                      BadInput);
    }
  }

  TEST_CASE("members that hold a cache lose what they held when they are replaced") {
    constexpr std::string_view kSelfHeld = R"(
Storefront: { servers: 1000, work: exponential(mean 1ms), demand: { rate: 1000/s },
              needs: { Orders: { hits: 90 %, cached by: Cache, objects: 50000 } } }
Cache: { served by: ShopFleet, work: exponential(mean 0.5ms) }
Orders: { servers: 30, work: exponential(mean 10ms) }
)";
    ShopWorld world{kSelfHeld, 4};
    const auto misses = [&] { return world.workload().flows.at(2).offered; };
    CHECK(misses() == doctest::Approx(100).epsilon(.01));
    const std::string lost = world.cloud.members("ShopFleet").front();
    world.must("ec2", "TerminateInstances", {{"InstanceIds", {lost}}});
    world.run_for(3min);
    // A quarter of the cache is new: of its 225 hits a second most are missed at first.
    CHECK(misses() > 120);
    world.run_for(2h);
    CHECK(misses() == doctest::Approx(100).epsilon(.02));
  }

  TEST_CASE("flushed caches fill by their requests, wherever the fault is put") {
    for (const std::string_view on : {"{on: Storefront}", "{on: Cache}"}) {
      CAPTURE(on);
      CachedShop world{kOneNode};
      const Document document = read_yaml("scenario.yaml", on);
      const auto row = std::ranges::find(kWorkload.faults, "flush caches", &Fault::name);
      row->begin(*world.cloud.model("workload"),
                 {world.cloud, document.root, {}, "scenario.yaml:9"});
      world.run_for(1s);
      CHECK(world.misses() > 700);  // popular objects come first
      world.run_for(2h);
      CHECK(world.misses() == doctest::Approx(100).epsilon(.02));
    }
  }
}

}  // namespace opsim::tests

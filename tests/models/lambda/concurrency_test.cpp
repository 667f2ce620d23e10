#include "models/lambda/environments.hpp"
#include "opsim/kernel/random.hpp"
#include "tests/models/lambda/world.hpp"

namespace opsim::tests {

TEST_SUITE("lambda: concurrency") {
  TEST_CASE(
      "the first invocation starts an environment, the next one finds it, a late one does not") {
    FunctionWorld world;
    world.physics("{ takes: 1s, cold start: 5s, kept idle: 10min }");
    const auto takes = [&] {
      const SimTime before = world.sim.now();
      const Json answer = world.invoke({{"LogType", "Tail"}});
      CHECK(answer.contains("LogResult"));
      return std::chrono::floor<std::chrono::seconds>(world.sim.now() - before).count();
    };
    CHECK(takes() == 6);
    CHECK(takes() == 1);
    world.run_for(9min);
    CHECK(takes() == 1);
    world.run_for(11min);
    CHECK(takes() == 6);
    CHECK(world.summary("Duration", {{"FunctionName", "clean"}}).highest == 1000);
  }

  TEST_CASE("new code and a time-out end an environment") {
    FunctionWorld world;
    world.physics("{ takes: 1s, cold start: 2s }");
    const auto cold = [&] {
      const SimTime before = world.sim.now();
      world.invoke();
      return world.sim.now() - before > 2s;
    };
    CHECK(cold());
    CHECK_FALSE(cold());
    world.must("lambda", "UpdateFunctionCode", {{"FunctionName", "clean"}, {"S3Key", "new"}});
    CHECK(cold());
    CHECK_FALSE(cold());
    world.physics("{ takes: 5s, cold start: 2s }");
    world.invoke();
    world.physics("{ takes: 1s, cold start: 2s }");
    CHECK(cold());
  }

  TEST_CASE("a run that needs more memory than it has is killed") {
    FunctionWorld world;
    world.physics("{ takes: 1s, memory: 200 }");
    const Json answer = world.invoke();
    CHECK(answer.at("FunctionError") == "Unhandled");
    const Json error = Json::parse(answer.at("Payload").get<std::string>());
    CHECK(error.at("errorType") == "Runtime.ExitError");
    CHECK(error.at("errorMessage").get<std::string>().ends_with("signal: killed"));
    world.must("lambda", "UpdateFunctionConfiguration",
               {{"FunctionName", "clean"}, {"MemorySize", 256}});
    CHECK_FALSE(world.invoke().contains("FunctionError"));
  }

  TEST_CASE(
      "lam-003: a burst of 3,000 starts 1,000 environments at once, and 1,000 more every 10 s") {
    FunctionWorld world{{{"Timeout", 900}}};
    world.account_physics("{ account concurrency: 10000 }");
    world.physics("{ takes: 10min, cold start: 0s }");
    CHECK(world.burst(3000) == 2000);
    CHECK(*world.cloud.read_quantity("Clean", "concurrency") == 1000);
    world.run_for(10s);
    CHECK(world.burst(2000) == 1000);
    CHECK(*world.cloud.read_quantity("Clean", "concurrency") == 2000);
    world.run_for(10s);
    CHECK(world.burst(1000) == 0);
    CHECK(*world.cloud.read_quantity("Clean", "concurrency") == 3000);
    world.run_for(1s);  // refilled continuously
    CHECK(world.burst(200) == 100);
  }

  TEST_CASE("throttles say why") {
    FunctionWorld world{{{"Timeout", 900}}};
    world.physics("{ takes: 10min, cold start: 0s }");
    const auto reason = [&] {
      const ApiResult<Json> answer = world.call("lambda", "Invoke", {{"FunctionName", "clean"}});
      REQUIRE(answer.has_error());
      CHECK(answer.error().code == "TooManyRequestsException");
      return answer.error().message;
    };
    CHECK(world.burst(1001) == 1);
    CHECK(reason() == "Rate Exceeded. (Reason: ConcurrentInvocationLimitExceeded)");
    world.must("lambda", "PutFunctionConcurrency",
               {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", 0}});
    CHECK(reason() == "Rate Exceeded. (Reason: ReservedFunctionConcurrentInvocationLimitExceeded)");
    CHECK(world.summary("ConcurrentExecutions", {}).highest == 1000);
  }

  TEST_CASE("what one function reserves, no other uses; 100 stay unreserved") {
    FunctionWorld world{{{"Timeout", 900}}};
    world.physics("{ takes: 10min, cold start: 0s }");
    world.make("AWS::Lambda::Function", "Other",
               {{"FunctionName", "other"}, {"Role", "r"}, {"ReservedConcurrentExecutions", 400}});
    CHECK(world.refusal("lambda", "PutFunctionConcurrency",
                        {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", 501}}) ==
          "InvalidParameterValueException");
    CHECK(*world.cloud.read_quantity("Clean", "concurrency-limit") == 600);
    CHECK(world.burst(700) == 100);
    world.must("lambda", "DeleteFunctionConcurrency", {{"FunctionName", "other"}});
    CHECK(world.burst(500) == 100);
    const Json settings = world.must("lambda", "GetAccountSettings");
    CHECK(settings.at("AccountLimit").at("UnreservedConcurrentExecutions") == 1000);
  }

  TEST_CASE("V04: at a limit, Poisson arrivals are throttled as Erlang's formula B says") {
    struct Row {
      double erlangs;
      int limit;
      double loss;
    };
    // cases/validation.md, V04
    for (const auto& [erlangs, limit, loss] : {Row{10, 14, 0.0568}, Row{8, 10, 0.1217}}) {
      CAPTURE(limit);
      FunctionWorld world{{{"Timeout", 900}}};
      world.physics("{ takes: exponential(mean 1s), cold start: 0s }");
      world.must("lambda", "PutFunctionConcurrency",
                 {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", limit}});
      Caller caller = world.user();
      caller.instant = true;
      Stream& luck = world.sim.random("test.arrivals");
      const int arrivals = 8'000;
      for (int i = 0; i < arrivals; ++i) {
        const double gap = -std::log(luck.uniform()) / erlangs;
        world.run_for(std::chrono::round<Duration>(std::chrono::duration<double>(gap)));
        world.cloud.call_later(caller, "lambda", "Invoke", {{"FunctionName", "clean"}});
      }
      CHECK(world.sum("Throttles") / arrivals == doctest::Approx(loss).epsilon(0.12));
    }
  }

  TEST_CASE("provisioned concurrency comes after a minute or two, 6,000 a minute, all at once") {
    FunctionWorld world{{{"Timeout", 900}}};
    world.physics("{ takes: 1s, cold start: 5s }");
    world.must("lambda", "PublishVersion", {{"FunctionName", "clean"}});
    const Json which{{"FunctionName", "clean"}, {"Qualifier", "1"}};
    Json wanted = which;
    wanted["ProvisionedConcurrentExecutions"] = 600;
    const Json begun = world.must("lambda", "PutProvisionedConcurrencyConfig", wanted);
    CHECK(begun.at("Status") == "IN_PROGRESS");
    const auto now = [&] { return world.must("lambda", "GetProvisionedConcurrencyConfig", which); };
    world.run_for(93s);
    CHECK(now().at("AllocatedProvisionedConcurrentExecutions") > 200);
    CHECK(now().at("AllocatedProvisionedConcurrentExecutions") < 400);
    CHECK(now().at("AvailableProvisionedConcurrentExecutions") == 0);
    world.run_for(5s);
    CHECK(now().at("Status") == "READY");
    CHECK(now().at("AvailableProvisionedConcurrentExecutions") == 600);
    const SimTime before = world.sim.now();
    world.invoke({{"Qualifier", "1"}});
    CHECK(world.sim.now() - before < 2s);  // no cold start
    CHECK(world.burst(601, {{"Qualifier", "1"}}) == 0);
    const Dimensions version{{"FunctionName", "clean"}, {"Resource", "clean:1"}};
    CHECK(world.summary("ProvisionedConcurrencyInvocations", version).sum == 601);
    CHECK(world.summary("ProvisionedConcurrencySpilloverInvocations", version).sum == 1);
    CHECK(world.summary("ProvisionedConcurrencyUtilization", version).highest == 1);
    CHECK(*world.cloud.read_quantity("Clean", "concurrency-limit") == 1000);
  }

  TEST_CASE("provisioned concurrency that AWS refuses") {
    FunctionWorld world;
    world.must("lambda", "PublishVersion", {{"FunctionName", "clean"}});
    const auto refusal = [&](const char* qualifier, int wanted) {
      return world.refusal("lambda", "PutProvisionedConcurrencyConfig",
                           {{"FunctionName", "clean"},
                            {"Qualifier", qualifier},
                            {"ProvisionedConcurrentExecutions", wanted}});
    };
    CHECK(refusal("$LATEST", 1) == "InvalidParameterValueException");
    CHECK(refusal("1", 0) == "InvalidParameterValueException");
    CHECK(refusal("1", 901) == "InvalidParameterValueException");
    CHECK(refusal("2", 1) == "ResourceNotFoundException");
    CHECK(refusal("1", 900) == "");
    CHECK(world.refusal("lambda", "GetProvisionedConcurrencyConfig",
                        {{"FunctionName", "clean"}, {"Qualifier", "2"}}) ==
          "ProvisionedConcurrencyConfigNotFoundException");
  }

  TEST_CASE("added errors and delays are read and changed like any quantity") {
    FunctionWorld world;
    world.physics("{ takes: 1s, cold start: 0s }");
    CHECK(world.cloud.change_quantity("Clean", "failing invocations", {Change::How::to, 100}));
    CHECK(world.invoke().at("FunctionError") == "Unhandled");
    CHECK(world.cloud.change_quantity("Clean", "failing invocations", {Change::How::by, -100}));
    CHECK(world.cloud.change_quantity("Clean", "added delay", {Change::How::to, 1500}));
    CHECK_FALSE(world.invoke().contains("FunctionError"));
    CHECK(*world.cloud.read_quantity("Clean", "duration") == doctest::Approx(2.5));
    CHECK(world.sum("Duration") == 3500);
  }

  TEST_CASE("environments are as if each were looked at every time") {
    // The twin: every environment with the time it fell idle, or ends.
    struct One {
      SimTime free;
      bool survives;
    };
    Stream luck{Seed{3}, "environments"};
    lambda::Environments environments;
    std::vector<One> twin;
    SimTime now{};
    const Duration life = 5s;
    for (int i = 0; i < 3000; ++i) {
      now += std::chrono::milliseconds{luck.below(900)};
      std::erase_if(twin, [&](const One& one) {
        return one.free <= now && (!one.survives || now - one.free >= life);
      });
      auto best = twin.end();
      for (auto it = twin.begin(); it != twin.end(); ++it)
        if (it->free <= now && (best == twin.end() || it->free > best->free)) best = it;
      const bool expected = best != twin.end();
      if (expected) twin.erase(best);
      REQUIRE(environments.take_idle(now, life) == expected);
      const One one{now + std::chrono::milliseconds{1 + luck.below(6000)}, luck.chance(0.9)};
      twin.push_back(one);
      environments.serve(one.free, one.survives);
      if (luck.chance(0.02)) {
        environments.retire();
        std::erase_if(twin, [&](const One& other) { return other.free <= now; });
        for (One& other : twin) other.survives = false;
      }
    }
  }
}

}  // namespace opsim::tests

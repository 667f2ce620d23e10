// Waist 1: an API call, from its caller to its record.
#include "tests/sim/cloud/toy.hpp"

namespace opsim::tests {
namespace {

using Lines = std::vector<std::string>;

/// How long a call to CountThings took, in a world of its own.
Duration latency(Seed seed) {
  ToyWorld world{seed};
  world.must("toy", "CountThings");
  return world.elapsed();
}

}  // namespace

TEST_SUITE("cloud: calls") {
  TEST_CASE("a call is answered, recorded in the journal and handed to on_call once") {
    ToyWorld world;
    CHECK(world.must("toy", "PutThing") == Json{{"Number", 1}});
    CHECK(world.witness().calls ==
          Lines{"toy:PutThing writes by arn:aws:iam::123456789012:user/ann: ok"});
    REQUIRE(world.journal.entries().size() == 1);
    const JournalEntry& entry = world.journal.entries()[0];
    CHECK(entry.kind == EntryKind::call);
    CHECK(entry.subject == "toy:PutThing");
    CHECK(entry.text == "by arn:aws:iam::123456789012:user/ann: ok");
    CHECK(entry.detail == Json{{"ok", true}, {"read", false}});
    CHECK(entry.level == Level::story);
  }

  TEST_CASE("a read that went well is an internal; a refused one is part of the story") {
    ToyWorld world;
    world.must("toy", "CountThings");
    world.cloud.add_call_fault({Cloud::CallFault::How::fail, "", "", {}, world.sim.now() + 1h});
    CHECK(world.refusal("toy", "CountThings") == "InternalFailure");
    REQUIRE(world.journal.entries().size() == 2);
    CHECK(world.journal.entries()[0].level == Level::everything);
    CHECK(world.journal.entries()[1].level == Level::story);
    CHECK(world.journal.entries()[1].detail == Json{{"ok", false}, {"read", true}});
  }

  TEST_CASE("an error that the operation answers reaches the caller with code and message") {
    ToyWorld world;
    const ApiResult<Json> answer = world.call("toy", "PutThing", {{"Wrong", 1}});
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "ValidationException");
    CHECK(answer.error().message == "Wrong is wrong");
    CHECK(world.witness().calls.at(0).ends_with(": ValidationException"));
  }

  TEST_CASE("an operation is found as the API, boto3 and a runbook spell it") {
    for (const char* name : {"PutThing", "put_thing", "putThing", "put-thing", "PUT_THING"}) {
      CAPTURE(name);
      ToyWorld world;
      CHECK(world.refusal("toy", name) == "");
      CHECK(world.witness().calls.at(0).starts_with("toy:PutThing "));
    }
  }

  TEST_CASE("unknown names answer with the nearest known one; nothing is recorded") {
    ToyWorld world;
    const ApiResult<Json> service = world.call("toi", "PutThing");
    REQUIRE(service.has_error());
    CHECK(service.error().code == "UnknownService");
    CHECK(service.error().message == R"(no service "toi" is simulated; did you mean "toy"?)");
    const ApiResult<Json> operation = world.call("toy", "PutThings");
    REQUIRE(operation.has_error());
    CHECK(operation.error().code == "InvalidAction");
    CHECK(operation.error().message ==
          R"(toy has no operation "PutThings" here; did you mean "PutThing"?)");
    CHECK(world.refusal("toy", "") == "InvalidAction");
    CHECK(world.refusal("", "") == "UnknownService");
    CHECK(world.refusal("witness", "PutThing") == "InvalidAction");
    CHECK(world.journal.entries().empty());
  }

  TEST_CASE("an operation that is only named says why it is not simulated") {
    ToyWorld world;
    const ApiResult<Json> answer = world.call("toy", "NameThing");
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "NotSimulated");
    CHECK(answer.error().message == "toy:NameThing is not simulated: names are not kept");
  }

  TEST_CASE("authorize is asked of every model in the order of the catalog, until one refuses") {
    ToyWorld world;
    CHECK(world.outcome("PutThing") == "ok");
    CHECK(world.witness().asked == Lines{"toy:PutThing"});
    world.toy().denied = "arn:aws:iam::123456789012:user/ann";
    CHECK(world.outcome("PutThing") == "AccessDenied");
    CHECK(world.witness().asked.size() == 1);
    CHECK(world.toy().things == 1);
    CHECK(world.witness().calls.back().ends_with(": AccessDenied"));
  }

  TEST_CASE("latency is positive, reproducible, another with another seed, 40 ms in the median") {
    CHECK(latency(Seed{7}) == latency(Seed{7}));
    CHECK(latency(Seed{7}) != latency(Seed{8}));
    std::vector<Duration> drawn;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) drawn.push_back(latency(Seed{seed}));
    std::ranges::sort(drawn);
    CHECK(drawn.front() > Duration{});
    CHECK(drawn[200] > 34ms);  // of 400 draws; the standard error of the median is about 1.5 ms
    CHECK(drawn[200] < 46ms);
    CHECK(drawn.back() < 1s);
  }

  TEST_CASE("a call of one service does not move the luck of another service's calls") {
    const auto second_latency = [](bool other_first) {
      ToyWorld world;
      if (other_first) world.call("witness", "Nothing");
      const SimTime begun = world.sim.now();
      world.must("toy", "CountThings");
      return world.sim.now() - begun;
    };
    CHECK(second_latency(true) == second_latency(false));
  }

  TEST_CASE("an instant caller waits for nothing but the operation itself") {
    ToyWorld world;
    CHECK(world.outcome("PutThing") == "ok");
    CHECK(world.elapsed() == Duration{});
    CHECK(world.outcome("HoldThing") == "ok");
    CHECK(world.elapsed() == kHold);
  }

  TEST_CASE("an operation that waits is recorded when it ends") {
    ToyWorld world;
    world.cloud.call_later(world.at_once(), "toy", "HoldThing", Json::object());
    world.run_for(kHold - 1ns);
    CHECK(world.witness().calls.empty());
    world.run_for(1ns);
    CHECK(world.witness().calls.size() == 1);
    CHECK(world.toy().things == 1);
  }

  TEST_CASE("a process destroyed while it awaits a call leaves nothing behind") {
    for (const char* operation : {"PutThing", "HoldThing"}) {
      for (const Duration after : {Duration{1ns}, Duration{2s}}) {
        CAPTURE(operation);
        ToyWorld world;
        Scope scope{world.sim};
        static constexpr auto ask = [](ToyWorld& in, std::string what) -> Process<> {
          for (;;) {
            Json input = Json::object();
            co_await in.cloud.call(in.user(), "toy", what, std::move(input));
            co_await in.sim.sleep(1h);
          }
        };
        scope.spawn(ask(world, operation));
        world.run_for(after);
        scope.cancel();
        const int things = world.toy().things;
        CHECK(world.sim.pending_count() == 0);
        world.run_for(24h);
        CHECK(world.toy().things == things);
      }
    }
  }

  TEST_CASE("what a call writes and starts has the caller's cause") {
    ToyWorld world;
    const CauseId why = world.journal.write(
        {.kind = EntryKind::note, .level = Level::goals, .subject = "test", .text = "begins"});
    {
      const CauseScope because{world.sim, why};
      world.cloud.call_later(world.user(), "toy", "HoldThing", Json::object());
    }
    world.run_for(1min);
    REQUIRE(world.journal.entries().size() == 2);
    CHECK(world.journal.entries()[1].cause == why);
  }

  TEST_CASE("inspect looks at state without time, latency or record, and only reads") {
    ToyWorld world;
    world.must("toy", "PutThing");
    const SimTime before = world.sim.now();
    const std::size_t entries = world.journal.entries().size();
    const ApiResult<Json> seen =
        world.cloud.inspect(world.cloud.home(), "toy", "count_things", Json::object());
    REQUIRE(seen.has_value());
    CHECK(*seen == Json{{"Count", 1}});
    CHECK(world.sim.now() == before);
    CHECK(world.journal.entries().size() == entries);
    CHECK(world.witness().calls.size() == 1);

    const auto code = [&](std::string_view service, std::string_view operation) {
      return world.cloud.inspect(world.cloud.home(), service, operation, Json::object())
          .error()
          .code;
    };
    CHECK(code("none", "CountThings") == "UnknownService");
    CHECK(code("toy", "Count") == "InvalidAction");
    CHECK(code("toy", "NameThing") == "NotSimulated");
    CHECK(code("toy", "HoldThing") == "NotSimulated");  // it would have to wait
    CHECK(code("toy", "PutThing") == "NotSimulated");   // it would change something
    CHECK(world.toy().things == 1);
  }
}

}  // namespace opsim::tests

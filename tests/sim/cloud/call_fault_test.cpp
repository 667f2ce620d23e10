// How calls go wrong: throttled by their token bucket, or by a fault of the timeline.
#include "opsim/cloud/call_faults.hpp"
#include "opsim/document/read.hpp"
#include "tests/sim/cloud/toy.hpp"

namespace opsim::tests {
namespace {

using How = Cloud::CallFault::How;

/// Begins the fault `name` of the table with these arguments, as a timeline does.
void begin(ToyWorld& world, std::string_view name, const Json& arguments) {
  const auto row = std::ranges::find(kCallFaults.faults, name, &Fault::name);
  REQUIRE(row != kCallFaults.faults.end());
  const Document document = document_of("test", arguments);
  Diagnostics diagnostics;
  check(document.root, *row->shape, diagnostics);
  REQUIRE_MESSAGE(diagnostics.count() == 0, diagnostics.text());
  const std::unique_ptr<Model> model = kCallFaults.make(world.cloud);
  row->begin(*model, {world.cloud, document.root, {}, "scenario.yaml:1"});
}

}  // namespace

TEST_SUITE("cloud: calls that go wrong") {
  // EC2 API Reference, "Request throttling for the Amazon EC2 API": a bucket has a size and refills
  // at a rate; a call takes one token, and a call that finds none is refused and takes none.
  TEST_CASE("the token bucket, exactly: three at once, then two a second") {
    struct Row {
      Duration at;
      std::string_view outcome;
    };
    constexpr Row rows[] = {
        {0s, "ok"},
        {0s, "ok"},
        {0s, "ok"},
        {0s, "ThrottlingException"},
        {499ms, "ThrottlingException"},  // 0.998 of a token
        {500ms, "ok"},
        {500ms, "ThrottlingException"},
        {1500ms, "ok"},  // two tokens are back
        {1500ms, "ok"},
        {1500ms, "ThrottlingException"},
        {1h, "ok"},  // never more than the bucket holds
        {1h, "ok"},
        {1h, "ok"},
        {1h, "ThrottlingException"},
    };
    ToyWorld world;
    for (const auto& [at, outcome] : rows) {
      CAPTURE(at.count());
      world.sim.run_until(world.sim.start() + at);
      CHECK(world.outcome("PutThing") == outcome);
    }
    CHECK(world.toy().things == 9);
  }

  TEST_CASE("buckets are apart by account, Region and operation") {
    ToyWorld world;
    for (int i = 0; i < 3; ++i) CHECK(world.outcome("PutThing") == "ok");
    CHECK(world.outcome("PutThing") == "ThrottlingException");
    CHECK(world.outcome("CountThings") == "ok");
    for (const Place& place :
         {Place{"123456789012", "eu-west-1"}, Place{"210987654321", "us-east-1"}}) {
      Caller caller = world.at_once();
      caller.place = place;
      CHECK(world.finish(world.cloud.call(caller, "toy", "PutThing", Json::object())).has_value());
    }
  }

  TEST_CASE("a refused caller takes no token") {
    ToyWorld world;
    world.toy().denied = world.at_once().principal;
    for (int i = 0; i < 5; ++i) CHECK(world.outcome("PutThing") == "AccessDenied");
    world.toy().denied = "";
    for (int i = 0; i < 3; ++i) CHECK(world.outcome("PutThing") == "ok");
  }

  TEST_CASE("a fault holds until its end, and not at its end") {
    struct Row {
      How how;
      std::string_view code;
      int http_status;
    };
    constexpr Row rows[] = {{How::deny, "AccessDeniedException", 403},
                            {How::throttle, "ThrottlingException", 400},
                            {How::fail, "InternalFailure", 500}};
    for (const auto& [how, code, status] : rows) {
      CAPTURE(code);
      ToyWorld world;
      world.cloud.add_call_fault({how, "toy", "", {}, world.sim.now() + 10min});
      const auto answer = [&] {
        return world.finish(world.cloud.call(world.at_once(), "toy", "PutThing", Json::object()));
      };
      const ApiResult<Json> during = answer();
      REQUIRE(during.has_error());
      CHECK(during.error().code == code);
      CHECK(during.error().http_status == status);
      world.run_for(10min - 1ns);
      CHECK(answer().has_error());
      world.run_for(1ns);
      CHECK(answer().has_value());
      CHECK(world.toy().things == 1);
    }
  }

  TEST_CASE("whom a fault concerns: all calls, one service, one operation") {
    struct Row {
      std::string_view service;
      std::string_view operation;
      bool put;
      bool count;
    };
    constexpr Row rows[] = {{"", "", true, true},
                            {"toy", "", true, true},
                            {"toy", "PutThing", true, false},
                            {"toy", "put_thing", true, false},  // as boto3 names it
                            {"ec2", "", false, false},
                            {"ec2", "PutThing", false, false}};
    for (const auto& [service, operation, put, count] : rows) {
      CAPTURE(service);
      CAPTURE(operation);
      ToyWorld world;
      world.cloud.add_call_fault(
          {How::fail, std::string{service}, std::string{operation}, {}, world.sim.now() + 1h});
      CHECK((world.outcome("PutThing") != "ok") == put);
      CHECK((world.outcome("CountThings") != "ok") == count);
    }
  }

  TEST_CASE("slow calls take so much longer, and several faults add up") {
    const auto took = [](int faults) {
      ToyWorld world;
      for (int i = 0; i < faults; ++i)
        world.cloud.add_call_fault({How::slow, "toy", "", 20s, world.sim.now() + 1h});
      world.must("toy", "CountThings");
      return world.elapsed();
    };
    CHECK(took(1) == took(0) + 20s);
    CHECK(took(2) == took(0) + 40s);
  }

  TEST_CASE("the timeline's faults: what is written is what happens") {
    struct Row {
      std::string_view fault;
      Json arguments;
      std::string_view outcome;
    };
    const Row rows[] = {
        {"deny calls", {{"to", "toy:PutThing"}, {"for", "30min"}}, "AccessDeniedException"},
        {"throttle calls", {{"to", "toy"}, {"for", "10min"}}, "ThrottlingException"},
        {"fail calls", {{"to", "toy:PutThing"}, {"for", "1h"}}, "InternalFailure"},
        {"slow calls", {{"to", "toy"}, {"by", "20s"}, {"for", "1h"}}, "ok"},
        {"deny calls", {{"to", "toy:CountThings"}, {"for", "30min"}}, "ok"},
    };
    for (const auto& [fault, arguments, outcome] : rows) {
      CAPTURE(fault);
      ToyWorld world;
      begin(world, fault, arguments);
      CHECK(world.outcome("PutThing") == outcome);
      world.run_for(61min);
      CHECK(world.outcome("PutThing") == "ok");
    }
  }

  TEST_CASE("a fault that concerns nothing here says so") {
    for (const char* to : {"toi", "toy:PutThings"}) {
      CAPTURE(to);
      ToyWorld world;
      begin(world, "deny calls", {{"to", to}, {"for", "1h"}});
      REQUIRE(world.journal.entries().size() == 1);
      CHECK(world.journal.entries()[0].kind == EntryKind::note);
      CHECK(world.journal.entries()[0].text.find("did you mean \"") != std::string::npos);
    }
    ToyWorld world;
    begin(world, "deny calls", {{"to", "toy:put_thing"}, {"for", "1h"}});
    CHECK(world.journal.entries().empty());
  }
}

}  // namespace opsim::tests

#include "models/ssm/selector.hpp"

#include <doctest/doctest.h>

namespace opsim::ssm {

namespace {

const Json kAnswer = Json::parse(R"({
  "Reservations": [
    {"Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}},
                   {"InstanceId": "i-2", "State": {"Name": "stopped"}}]},
    {"Instances": [{"InstanceId": "i-3", "State": {"Name": "running"}}]}],
  "Payload": {"count": 3, "names": ["a", "b", "c"], "odd key": 1},
  "Table": {"Status": "ACTIVE"}})");

/// What a path reads, or "nothing", or why it is no path.
std::string read(std::string_view path) {
  std::string error;
  const auto selector = Selector::parse(path, error);
  if (!selector) return "error";
  const auto value = selector->read(kAnswer);
  return value ? value->dump() : "nothing";
}

}  // namespace

TEST_SUITE("ssm: selector") {
  TEST_CASE("a definite path reads one value, with its type") {
    CHECK(read("$.Payload.count") == "3");
    CHECK(read("$.Payload.names") == R"(["a","b","c"])");
    CHECK(read("$.Payload.names[0]") == R"("a")");
    CHECK(read("$.Payload.names[-1]") == R"("c")");
    CHECK(read("$.Payload['odd key']") == "1");
    CHECK(read("$['Table']['Status']") == R"("ACTIVE")");
    CHECK(read("$.Reservations[1].Instances[0].State.Name") == R"("running")");
  }
  TEST_CASE("`$` is the whole answer") { CHECK(read("$") == kAnswer.dump()); }
  TEST_CASE("what is not there is nothing, not an error") {
    CHECK(read("$.Payload.other") == "nothing");
    CHECK(read("$.Payload.names[3]") == "nothing");
    CHECK(read("$.Payload.count.more") == "nothing");
    CHECK(read("$..NoSuchThing") == "nothing");
  }
  TEST_CASE("paths that may find several give a list") {
    CHECK(read("$..InstanceId") == R"(["i-1","i-2","i-3"])");
    CHECK(read("$.Reservations..Instances..InstanceId") == R"(["i-1","i-2","i-3"])");
    CHECK(read("$.Reservations[*].Instances[0].InstanceId") == R"(["i-1","i-3"])");
    CHECK(read("$.Payload.names[0:2]") == R"(["a","b"])");
    CHECK(read("$.Payload.names[1:]") == R"(["b","c"])");
    CHECK(read("$.Reservations[0].Instances[?(@.State.Name == 'stopped')].InstanceId") ==
          R"(["i-2"])");
    CHECK(read("$..Instances[?(@.State)].InstanceId") == R"(["i-1","i-2","i-3"])");
  }
  TEST_CASE("text that is no path is refused") {
    for (const std::string_view path :
         {"", "Payload", "$.", "$[", "$[x]", "$.a[1", "$x", "$..", "$['a", "$[?(x)]"}) {
      CAPTURE(path);
      CHECK(read(path) == "error");
    }
    CHECK(read("$." + std::string(5000, 'a')) == "error");
  }
}

}  // namespace opsim::ssm

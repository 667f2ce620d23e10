// Parameter Store: versions, labels, tiers, hierarchies.
// AWS: Systems Manager User Guide, "AWS Systems Manager Parameter Store".
#include <doctest/doctest.h>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {
namespace {

std::string put(World& world, const std::string& name, const std::string& value,
                const Json& more = Json::object()) {
  Json input{{"Name", name}, {"Value", value}, {"Type", "String"}, {"Overwrite", true}};
  input.update(more);
  const auto answer = world.ask("PutParameter", input);
  return answer ? answer->at("Version").dump() : answer.error().code;
}
std::string value_of(World& world, const std::string& name) {
  const auto answer = world.ask("GetParameter", {{"Name", name}});
  return answer ? answer->at("Parameter")["Value"].get<std::string>() : answer.error().code;
}

}  // namespace

TEST_SUITE("ssm: parameter store") {
  TEST_CASE("versions are read by number and by label; a label stands at one version") {
    World world;
    CHECK(put(world, "/db/host", "a") == "1");
    CHECK(put(world, "/db/host", "b") == "2");
    REQUIRE(world
                .ask("LabelParameterVersion", {{"Name", "/db/host"},
                                               {"ParameterVersion", 1},
                                               {"Labels", {"prod", "1st", "awsome"}}})
                ->at("InvalidLabels")
                .size() == 2);
    CHECK(value_of(world, "/db/host") == "b");
    CHECK(value_of(world, "/db/host:1") == "a");
    CHECK(value_of(world, "/db/host:prod") == "a");
    REQUIRE(world.ask("LabelParameterVersion", {{"Name", "/db/host"}, {"Labels", {"prod"}}})
                .has_value());
    CHECK(value_of(world, "/db/host:prod") == "b");
    CHECK(value_of(world, "/db/host:9") == "ParameterVersionNotFound");
  }
  TEST_CASE("a hundred versions are kept; the oldest goes unless it has a label") {
    World world;
    for (int i = 1; i <= 101; ++i) put(world, "p", std::to_string(i));
    CHECK(world.ask("GetParameterHistory", {{"Name", "p"}})->at("Parameters").size() == 100);
    CHECK(value_of(world, "p:1") == "ParameterVersionNotFound");
    REQUIRE(world
                .ask("LabelParameterVersion",
                     {{"Name", "p"}, {"ParameterVersion", 2}, {"Labels", {"keep"}}})
                .has_value());
    CHECK(put(world, "p", "x") == "ParameterMaxVersionLimitExceeded");
  }
  TEST_CASE("tiers: 4 KB and 8 KB, and no way back from the advanced one") {
    World world;
    const std::string long_text(5000, 'x');
    CHECK(put(world, "p", long_text) == "ValidationException");
    CHECK(put(world, "p", long_text, {{"Tier", "Intelligent-Tiering"}}) == "1");
    CHECK(put(world, "p", "x") == "ValidationException");
    CHECK(put(world, "p", std::string(8193, 'x'), {{"Tier", "Advanced"}}) == "ValidationException");
  }
  TEST_CASE("hierarchies: one level, or all; several are deleted at once") {
    World world;
    for (const char* name : {"/app/a", "/app/b", "/app/db/host", "/apple"}) put(world, name, "x");
    const auto under = [&](const Json& input) {
      return world.ask("GetParametersByPath", input)->at("Parameters").size();
    };
    CHECK(under({{"Path", "/app"}}) == 2);
    CHECK(under({{"Path", "/app/"}, {"Recursive", true}}) == 3);
    CHECK(under({{"Path", "/"}, {"Recursive", true}}) == 4);
    const auto gone = world.ask("DeleteParameters", {{"Names", {"/app/a", "/none"}}});
    CHECK(gone->at("DeletedParameters")[0] == "/app/a");
    CHECK(gone->at("InvalidParameters")[0] == "/none");
    CHECK(under({{"Path", "/app"}}) == 1);
  }
}
}  // namespace opsim::tests

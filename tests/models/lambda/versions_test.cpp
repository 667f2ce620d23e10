#include "tests/models/lambda/world.hpp"

namespace opsim::tests {

namespace {

/// Versions 1 and 2 of `clean`, and an alias `live` of 1.
struct TwoVersions : FunctionWorld {
  TwoVersions() {
    make("AWS::Lambda::Version", "One", {{"FunctionName", "clean"}});
    make("AWS::Lambda::Version", "Two",
         {{"FunctionName", "clean"}, {"Description", "the new one"}});
    must("lambda", "CreateAlias",
         {{"FunctionName", "clean"}, {"Name", "live"}, {"FunctionVersion", "1"}});
  }
  void shift(double weight) {
    must("lambda", "UpdateAlias",
         {{"FunctionName", "clean"},
          {"Name", "live"},
          {"RoutingConfig", {{"AdditionalVersionWeights", {{"2", weight}}}}}});
  }
  std::string executed(const Json& more) {
    return invoke(more).at("ExecutedVersion").get<std::string>();
  }
};

}  // namespace

TEST_SUITE("lambda: versions and aliases") {
  TEST_CASE("a version is published where something changed since the last one") {
    FunctionWorld world;
    const auto publish = [&] {
      return world.must("lambda", "PublishVersion", {{"FunctionName", "clean"}});
    };
    CHECK(publish().at("Version") == "1");
    CHECK(publish().at("Version") == "1");
    world.must("lambda", "UpdateFunctionCode",
               {{"FunctionName", "clean"}, {"S3Bucket", "b"}, {"S3Key", "v2.zip"}});
    CHECK(world.refusal("lambda", "PublishVersion", {{"FunctionName", "clean"}}) ==
          "ResourceConflictException");  // the update goes on
    world.run_for(2s);
    CHECK(publish().at("Version") == "2");
    world.must("lambda", "UpdateFunctionConfiguration",
               {{"FunctionName", "clean"}, {"Timeout", 10}});
    world.run_for(2s);
    CHECK(publish().at("Version") == "3");
    const Json all = world.must("lambda", "ListVersionsByFunction", {{"FunctionName", "clean"}});
    REQUIRE(all.at("Versions").size() == 4);
    CHECK(all.at("Versions")[0].at("Version") == "$LATEST");
    CHECK(all.at("Versions")[2].at("Timeout") == 3);
    CHECK(all.at("Versions")[3].at("Timeout") == 10);
    CHECK(all.at("Versions")[1].at("CodeSha256") != all.at("Versions")[2].at("CodeSha256"));
    CHECK(all.at("Versions")[1].at("FunctionArn") ==
          "arn:aws:lambda:us-east-1:123456789012:function:clean:1");
  }

  TEST_CASE("an update is in progress for a moment, and the next one waits for it") {
    FunctionWorld world;
    const Json code{{"FunctionName", "clean"}, {"ZipFile", "eA=="}};
    CHECK(world.must("lambda", "UpdateFunctionCode", code).at("LastUpdateStatus") == "InProgress");
    CHECK(world.refusal("lambda", "UpdateFunctionCode", code) == "ResourceConflictException");
    world.run_for(2s);
    const Json now = world.must("lambda", "GetFunctionConfiguration", {{"FunctionName", "clean"}});
    CHECK(now.at("LastUpdateStatus") == "Successful");
    CHECK(world.refusal("lambda", "UpdateFunctionCode",
                        {{"FunctionName", "clean"}, {"ZipFile", "eA=="}, {"RevisionId", "old"}}) ==
          "PreconditionFailedException");
  }

  TEST_CASE("a qualifier says which version runs, in the name or beside it") {
    TwoVersions world;
    CHECK(world.executed({}) == "$LATEST");
    CHECK(world.executed({{"Qualifier", "2"}}) == "2");
    CHECK(world.executed({{"Qualifier", "live"}}) == "1");
    const auto named = [&](const char* name) {
      return world.must("lambda", "Invoke", {{"FunctionName", name}}).at("ExecutedVersion");
    };
    CHECK(named("clean:live") == "1");
    CHECK(named("arn:aws:lambda:us-east-1:123456789012:function:clean:2") == "2");
    CHECK(world.refusal("lambda", "Invoke", {{"FunctionName", "clean:3"}}) ==
          "ResourceNotFoundException");
    CHECK(world.refusal("lambda", "Invoke", {{"FunctionName", "clean:live"}, {"Qualifier", "2"}}) ==
          "InvalidParameterValueException");
  }

  TEST_CASE("an alias shares its invocations between two versions, each with its own physics") {
    TwoVersions world;
    world.physics("{ takes: 10ms, cold start: 0s }");
    world.physics("{ takes: 10ms, cold start: 0s, succeeds: 0 % }", "2");
    world.shift(0.25);
    for (int i = 0; i < 400; ++i) world.burst(1, {{"Qualifier", "live"}}), world.run_for(20ms);
    const auto of = [&](const char* metric, const char* version) {
      return world
          .summary(
              metric,
              {{"FunctionName", "clean"}, {"Resource", "clean:live"}, {"ExecutedVersion", version}})
          .sum;
    };
    CHECK(of("Invocations", "2") > 75);
    CHECK(of("Invocations", "2") < 125);
    CHECK(of("Invocations", "1") + of("Invocations", "2") == 400);
    CHECK(of("Errors", "1") == 0);
    CHECK(of("Errors", "2") == of("Invocations", "2"));
    const Dimensions alias{{"FunctionName", "clean"}, {"Resource", "clean:live"}};
    CHECK(world.summary("Errors", alias).sum == of("Errors", "2"));
    CHECK(world.sum("Invocations") == 400);
    CHECK(world.summary("Invocations", {}).sum == 400);
  }

  TEST_CASE("weights 0 and 1 are exact, and an empty RoutingConfig ends the shift") {
    TwoVersions world;
    const auto executed = [&] {
      std::string all;
      for (int i = 0; i < 20; ++i) all += world.executed({{"Qualifier", "live"}});
      return all;
    };
    world.shift(0);
    CHECK(executed() == std::string(20, '1'));
    world.shift(1);
    CHECK(executed() == std::string(20, '2'));
    const Json done = world.must("lambda", "UpdateAlias",
                                 {{"FunctionName", "clean"},
                                  {"Name", "live"},
                                  {"FunctionVersion", "2"},
                                  {"RoutingConfig", Json::object()}});
    CHECK(done == Json{{"AliasArn", "arn:aws:lambda:us-east-1:123456789012:function:clean:live"},
                       {"Name", "live"},
                       {"FunctionVersion", "2"},
                       {"Description", ""},
                       {"RevisionId", done.at("RevisionId")}});
    CHECK(executed() == std::string(20, '2'));
  }

  TEST_CASE("aliases that AWS refuses") {
    TwoVersions world;
    const auto weights = [](Json of) { return Json{{"AdditionalVersionWeights", std::move(of)}}; };
    struct Row {
      Json input;
      const char* code;
    };
    const Row rows[] = {
        {{{"Name", "7"}, {"FunctionVersion", "1"}}, "ValidationException"},
        {{{"Name", "live"}, {"FunctionVersion", "1"}}, "ResourceConflictException"},
        {{{"Name", "a"}, {"FunctionVersion", "9"}}, "ResourceNotFoundException"},
        {{{"Name", "a"}, {"FunctionVersion", "$LATEST"}, {"RoutingConfig", weights({{"2", 0.1}})}},
         "InvalidParameterValueException"},
        {{{"Name", "a"}, {"FunctionVersion", "1"}, {"RoutingConfig", weights({{"1", 0.1}})}},
         "InvalidParameterValueException"},
        {{{"Name", "a"}, {"FunctionVersion", "1"}, {"RoutingConfig", weights({{"2", 1.1}})}},
         "InvalidParameterValueException"},
        {{{"Name", "a"},
          {"FunctionVersion", "1"},
          {"RoutingConfig", weights({{"2", 0.1}, {"3", 0.1}})}},
         "InvalidParameterValueException"},
    };
    for (auto [input, code] : rows) {
      CAPTURE(input.dump());
      input["FunctionName"] = "clean";
      CHECK(world.refusal("lambda", "CreateAlias", input) == code);
    }
    CHECK(world.refusal("lambda", "DeleteFunction",
                        {{"FunctionName", "clean"}, {"Qualifier", "1"}}) ==
          "ResourceConflictException");
    world.must("lambda", "DeleteAlias", {{"FunctionName", "clean"}, {"Name", "live"}});
    world.must("lambda", "DeleteFunction", {{"FunctionName", "clean"}, {"Qualifier", "1"}});
    CHECK(world.refusal("lambda", "GetAlias", {{"FunctionName", "clean"}, {"Name", "live"}}) ==
          "ResourceNotFoundException");
  }

  TEST_CASE(
      "a model of request flows reads what an alias is like, by the weights of its versions") {
    TwoVersions world;
    world.make("AWS::Lambda::Alias", "Stable",
               {{"FunctionName", "clean"}, {"Name", "stable"}, {"FunctionVersion", "2"}});
    world.physics("{ takes: 1s, cold start: 2s }", "1");
    world.physics("{ takes: 3s, succeeds: 60 % }", "the new one");  // by its description
    world.shift(0.5);
    const auto read = [&](const char* of, const char* quantity) {
      return world.cloud.read_quantity(of, quantity).value_or(-1);
    };
    CHECK(read("Clean", "duration live") == doctest::Approx(2));
    CHECK(read("Clean", "errors live") == doctest::Approx(20));
    CHECK(read("Clean", "cold-start 1") == doctest::Approx(2));
    CHECK(read("Stable", "duration") == doctest::Approx(3));
    CHECK(read("Clean", "concurrency-limit") == 1000);
    CHECK(read("Clean", "duration gone") == -1);
  }
}

}  // namespace opsim::tests

// Who may invoke a function.
// AWS: Lambda Developer Guide, access-control-resource-based; Lambda API Reference, AddPermission.
#include "models/events/service.hpp"
#include "tests/models/lambda/world.hpp"

namespace opsim::tests {

namespace {

const opsim::Service* const kPermissionServices[] = {&kEvents, &kLambda, &kLogs};
const std::string kNightly = "arn:aws:events:us-east-1:123456789012:rule/nightly";

struct PermittedWorld : SmallWorld {
  PermittedWorld() : SmallWorld{kPermissionServices} {
    make("AWS::Lambda::Function", "Clean",
         {{"FunctionName", "clean"}, {"Role", "arn:aws:iam::123456789012:role/clean"}});
    make("AWS::Lambda::Permission", "May",
         {{"FunctionName", "clean"},
          {"Action", "lambda:InvokeFunction"},
          {"Principal", "events.amazonaws.com"},
          {"SourceArn", kNightly}});
  }
  std::string handed_by(const std::string& rule) {
    const ApiResult<Json> answer =
        deliver("arn:aws:lambda:us-east-1:123456789012:function:clean", "{}", {}, rule);
    return answer ? "" : answer.error().code + ": " + answer.error().message;
  }
};

}  // namespace

TEST_SUITE("lambda: permissions") {
  TEST_CASE("a template's permission is a statement of the function's policy") {
    PermittedWorld world;
    const Json policy = Json::parse(world.must("lambda", "GetPolicy", {{"FunctionName", "clean"}})
                                        .at("Policy")
                                        .get<std::string>());
    REQUIRE(policy["Statement"].size() == 1);
    CHECK(policy["Statement"][0]["Principal"] == Json{{"Service", "events.amazonaws.com"}});
    CHECK(policy["Statement"][0]["Condition"] == Json{{"ArnLike", {{"AWS:SourceArn", kNightly}}}});
  }

  TEST_CASE("a function without a permission refuses every rule") {
    PermittedWorld world;
    world.must(
        "lambda", "RemovePermission",
        {{"FunctionName", "clean"},
         {"StatementId", Json::parse(world.must("lambda", "GetPolicy", {{"FunctionName", "clean"}})
                                         .at("Policy")
                                         .get<std::string>())["Statement"][0]["Sid"]}});
    CHECK(world.handed_by(kNightly).starts_with("AccessDeniedException: "));
  }

  TEST_CASE("only the rule that it names may invoke the function") {
    PermittedWorld world;
    CHECK(world.handed_by(kNightly) == "");
    CHECK(world.handed_by("arn:aws:events:us-east-1:123456789012:rule/other") ==
          "AccessDeniedException: User: events.amazonaws.com is not authorized to perform: "
          "lambda:InvokeFunction on resource: "
          "arn:aws:lambda:us-east-1:123456789012:function:clean because no resource-based policy "
          "allows the lambda:InvokeFunction action");
  }

  TEST_CASE("a rule whose function refuses it counts a failed invocation") {
    PermittedWorld world;
    world.must("events", "PutRule",
               {{"Name", "other"}, {"EventPattern", R"({"source":["test"]})"}});
    world.must(
        "events", "PutTargets",
        {{"Rule", "other"},
         {"Targets",
          Json::array(
              {{{"Id", "1"}, {"Arn", "arn:aws:lambda:us-east-1:123456789012:function:clean"}}})}});
    world.must(
        "events", "PutEvents",
        {{"Entries", Json::array({{{"Source", "test"}, {"DetailType", "t"}, {"Detail", "{}"}}})}});
    world.run_for(1min);
    const auto failed = world.cloud.metrics().find(
        {world.cloud.home(), "AWS/Events", "FailedInvocations", {{"RuleName", "other"}}});
    CHECK(failed.has_value());
    CHECK_FALSE(
        world.cloud.metrics()
            .find({world.cloud.home(), "AWS/Lambda", "Invocations", {{"FunctionName", "clean"}}})
            .has_value());
  }
}

}  // namespace opsim::tests

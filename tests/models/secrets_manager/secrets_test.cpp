// AWS: Secrets Manager User Guide, "Rotate AWS Secrets Manager secrets", "Delete a secret".
#include <doctest/doctest.h>

#include "models/secrets_manager/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

/// A function that remembers the steps it was called for.
struct Rotator : Model {
  std::string steps;
  std::string fails_in;
  Json policy;  // null: the function is not known here
};
ApiResult<Json> step(Rotator& rotator, const Request& request) {
  const Json event = Json::parse(request.input.at("Payload").get<std::string>());
  const std::string name = event.at("Step").get<std::string>();
  rotator.steps += name + " ";
  return name == rotator.fails_in ? Json{{"FunctionError", "Unhandled"}} : Json::object();
}
ApiResult<Json> function_known(Rotator& rotator, const Request&) {
  if (rotator.policy.is_null()) return ApiError{"ResourceNotFoundException", "no such function"};
  return Json::object();
}
ApiResult<Json> function_policy(Rotator& rotator, const Request&) {
  return Json{{"Policy", rotator.policy.dump()}};
}
constexpr Operation kInvoke[] = {{"GetFunction", Access::read, immediate<Rotator, function_known>},
                                 {"GetPolicy", Access::read, immediate<Rotator, function_policy>},
                                 {"Invoke", Access::write, immediate<Rotator, step>}};
const Service kRotator{
    .name = "lambda",
    .title = "A function",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Rotator>(); },
    .operations = kInvoke};
const Service* const kSecretServices[] = {&kSecretsManager, &kRotator};

struct SecretWorld : SmallWorld {
  SecretWorld() : SmallWorld{kSecretServices} {
    must("secretsmanager", "CreateSecret", {{"Name", "db"}, {"SecretString", "first"}});
  }
  Rotator& rotator() { return static_cast<Rotator&>(*cloud.model("lambda")); }
  std::string value(const std::string& stage = "AWSCURRENT") {
    const auto found =
        call("secretsmanager", "GetSecretValue", {{"SecretId", "db"}, {"VersionStage", stage}});
    return found ? (*found)["SecretString"].get<std::string>() : found.error().code;
  }
};

}  // namespace

TEST_SUITE("secrets manager") {
  TEST_CASE("a new value is current, the one before previous") {
    SecretWorld world;
    CHECK(world.value("AWSPREVIOUS") == "ResourceNotFoundException");
    for (const char* const text : {"second", "third"})
      world.must("secretsmanager", "PutSecretValue", {{"SecretId", "db"}, {"SecretString", text}});
    CHECK(world.value() == "third");
    CHECK(world.value("AWSPREVIOUS") == "second");
  }

  // API Reference, RotateSecret: "If the AWSPENDING staging label is present but not attached to
  // the same version as AWSCURRENT, then any later invocation of RotateSecret assumes that a
  // previous rotation request is still in progress and returns an error."
  TEST_CASE("a rotation that fails is tried again, and none is begun meanwhile") {
    SecretWorld world;
    CHECK(world.refusal("secretsmanager", "RotateSecret", {{"SecretId", "db"}}) ==
          "InvalidRequestException");
    const Json rotate{{"SecretId", "db"},
                      {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"}};
    world.rotator().fails_in = "testSecret";
    const Json begun = world.must("secretsmanager", "RotateSecret", rotate);
    world.run_for(1min);
    CHECK(world.rotator().steps == "createSecret setSecret testSecret ");
    CHECK(world.value() == "first");
    CHECK(world.value("AWSPENDING").size() == 32);
    CHECK(world.refusal("secretsmanager", "RotateSecret", rotate) == "InvalidRequestException");
    world.rotator().fails_in.clear();
    world.rotator().steps.clear();
    const std::string waiting = world.value("AWSPENDING");
    world.run_for(5min);
    CHECK(world.rotator().steps == "createSecret setSecret testSecret finishSecret ");
    CHECK(world.value() == waiting);
    CHECK(world.value("AWSPREVIOUS") == "first");
    CHECK(world.value("AWSPENDING") == "ResourceNotFoundException");
    CHECK(world.must("secretsmanager", "GetSecretValue", {{"SecretId", "db"}})["VersionId"]
              .get<std::string>() == begun["VersionId"].get<std::string>());
  }

  // troubleshoot_rotation: "function policy grants access to the principal secretsmanager".
  TEST_CASE("a function must let Secrets Manager invoke it") {
    SecretWorld world;
    const Json rotate{{"SecretId", "db"},
                      {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"}};
    const auto policy_for = [](const char* service) {
      return Json{{"Statement", Json::array({{{"Effect", "Allow"},
                                              {"Principal", {{"Service", service}}},
                                              {"Action", "lambda:InvokeFunction"},
                                              {"Resource", "*"}}})}};
    };
    world.rotator().policy = policy_for("events.amazonaws.com");
    CHECK(world.refusal("secretsmanager", "RotateSecret", rotate) == "AccessDeniedException");
    world.rotator().policy = policy_for("secretsmanager.amazonaws.com");
    CHECK(world.refusal("secretsmanager", "RotateSecret", rotate) == "");
  }

  // retrieve-ct-entries: "RotationAbandoned event - Secrets Manager removed the AWSPENDING label
  // ... When you manually create a new version of a secret ... to allow future rotations to
  // succeed".
  TEST_CASE("a value put by hand abandons the rotation that is not complete") {
    SecretWorld world;
    const Json rotate{{"SecretId", "db"},
                      {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"}};
    world.rotator().fails_in = "setSecret";
    world.must("secretsmanager", "RotateSecret", rotate);
    world.run_for(1min);
    world.must("secretsmanager", "PutSecretValue",
               {{"SecretId", "db"}, {"SecretString", "by hand"}});
    CHECK(world.value("AWSPENDING") == "ResourceNotFoundException");
    world.rotator().fails_in.clear();
    world.run_for(10min);
    CHECK(world.value() == "by hand");
    CHECK(world.refusal("secretsmanager", "RotateSecret", rotate) == "");
  }

  TEST_CASE("labels of one's own, and AWSCURRENT moved back by hand") {
    SecretWorld world;
    const auto put = [&](const char* text, Json stages) {
      return world
          .must("secretsmanager", "PutSecretValue",
                {{"SecretId", "db"},
                 {"SecretString", text},
                 {"VersionStages", std::move(stages)}})["VersionId"]
          .get<std::string>();
    };
    const std::string old =
        world.must("secretsmanager", "GetSecretValue", {{"SecretId", "db"}})["VersionId"]
            .get<std::string>();
    put("tried out", Json::array({"TRIAL"}));
    CHECK(world.value() == "first");
    CHECK(world.value("TRIAL") == "tried out");
    const std::string second = put("second", Json::array({"AWSCURRENT"}));
    Json move{{"SecretId", "db"}, {"VersionStage", "AWSCURRENT"}, {"MoveToVersionId", old}};
    CHECK(world.refusal("secretsmanager", "UpdateSecretVersionStage", move) ==
          "InvalidParameterException");  // it must be said from where
    move["RemoveFromVersionId"] = second;
    world.must("secretsmanager", "UpdateSecretVersionStage", move);
    CHECK(world.value() == "first");
    CHECK(world.value("AWSPREVIOUS") == "second");
  }

  // rotate-secrets_schedule: "the rotation window starts at midnight ... closes at the end of the
  // day"; Duration and cron make it smaller.
  TEST_CASE("a secret rotates within its window") {
    SecretWorld world;
    Json rotate{
        {"SecretId", "db"},
        {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"},
        {"RotateImmediately", false},
        {"RotationRules", {{"ScheduleExpression", "cron(0 2 ? * SUN *)"}, {"Duration", "3h"}}}};
    world.must("secretsmanager", "RotateSecret", rotate);
    const auto next = [&] {
      return world
          .must("secretsmanager", "DescribeSecret", {{"SecretId", "db"}})["NextRotationDate"]
          .get<std::string>();
    };
    CHECK(next() >= "2026-03-08T02:00:00Z");  // a Sunday
    CHECK(next() < "2026-03-08T05:00:00Z");
    world.run_for(1min);
    rotate["RotationRules"] = {{"ScheduleExpression", "rate(10 days)"}};
    world.must("secretsmanager", "RotateSecret", rotate);
    CHECK(next().substr(0, 10) == "2026-03-12");
    for (const char* const bad : {"rate(3 hours)", "rate(1000 days)", "at(2026-03-09T00:00:00)"}) {
      rotate["RotationRules"] = {{"ScheduleExpression", bad}};
      CHECK(world.refusal("secretsmanager", "RotateSecret", rotate) == "InvalidParameterException");
    }
  }

  TEST_CASE("rotation by schedule") {
    SecretWorld world;
    world.must("secretsmanager", "RotateSecret",
               {{"SecretId", "db"},
                {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"},
                {"RotationRules", {{"AutomaticallyAfterDays", 10}}},
                {"RotateImmediately", false}});
    world.run_for(24h * 31);
    std::size_t count = 0;
    for (auto at = world.rotator().steps.find("finish"); at != std::string::npos;
         at = world.rotator().steps.find("finish", at + 1))
      ++count;
    CHECK(count == 3);
  }

  // RotationRulesType, AutomaticallyAfterDays: "Secrets Manager calculates the next rotation date
  // based on the previous rotation. Manually updating the secret value by calling PutSecretValue or
  // UpdateSecret is considered a valid rotation."
  TEST_CASE("days between rotations count from a value put by hand, a schedule does not") {
    const auto next_after_put = [](const Json& rules) {
      SecretWorld world;
      world.must("secretsmanager", "RotateSecret",
                 {{"SecretId", "db"},
                  {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"},
                  {"RotationRules", rules},
                  {"RotateImmediately", false}});
      world.run_for(24h * 6);
      world.must("secretsmanager", "PutSecretValue",
                 {{"SecretId", "db"}, {"SecretString", "by hand"}});
      return world
          .must("secretsmanager", "DescribeSecret", {{"SecretId", "db"}})["NextRotationDate"]
          .get<std::string>()
          .substr(0, 10);
    };
    CHECK(next_after_put({{"AutomaticallyAfterDays", 10}}) == "2026-03-18");
    CHECK(next_after_put({{"ScheduleExpression", "rate(10 days)"}}) == "2026-03-12");
  }

  TEST_CASE("what is deleted does not rotate, what is restored does again") {
    SecretWorld world;
    world.must("secretsmanager", "RotateSecret",
               {{"SecretId", "db"},
                {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"},
                {"RotationRules", {{"ScheduleExpression", "rate(5 days)"}}},
                {"RotateImmediately", false}});
    world.run_for(1min);
    world.rotator().steps.clear();
    world.must("secretsmanager", "DeleteSecret", {{"SecretId", "db"}});
    world.run_for(24h * 11);
    CHECK(world.rotator().steps.empty());
    world.must("secretsmanager", "RestoreSecret", {{"SecretId", "db"}});
    world.run_for(24h * 6);
    CHECK(world.rotator().steps == "createSecret setSecret testSecret finishSecret ");
  }

  TEST_CASE("a deleted secret can be restored until its window ends") {
    SecretWorld world;
    world.must("secretsmanager", "DeleteSecret", {{"SecretId", "db"}, {"RecoveryWindowInDays", 7}});
    CHECK(world.value() == "InvalidRequestException");
    world.must("secretsmanager", "RestoreSecret", {{"SecretId", "db"}});
    CHECK(world.value() == "first");
    world.must("secretsmanager", "DeleteSecret", {{"SecretId", "db"}, {"RecoveryWindowInDays", 7}});
    world.run_for(24h * 8);
    CHECK(world.value() == "ResourceNotFoundException");
    CHECK(world.refusal("secretsmanager", "CreateSecret", {{"Name", "db"}}) == "");
  }

  // API Reference, Filter: name "Prefix match, case-sensitive", description "not case-sensitive",
  // "prefix your search value with an exclamation mark (!) in order to perform negation".
  TEST_CASE("secrets are listed by filters, in pages, without those that are deleted") {
    SecretWorld world;
    for (const char* const name : {"app/one", "app/two", "other"})
      world.must("secretsmanager", "CreateSecret",
                 {{"Name", name},
                  {"Description", std::string{"Password of "} + name},
                  {"SecretString", name},
                  {"Tags", {{{"Key", "team"}, {"Value", name}}}}});
    const auto names = [&](Json asked) {
      std::string all;
      const Json answer = world.must("secretsmanager", "ListSecrets", asked);
      for (const Json& one : answer.at("SecretList")) all += one["Name"].get<std::string>() + " ";
      return all;
    };
    const auto by = [](const char* key, const char* value) {
      return Json{{"Filters", {{{"Key", key}, {"Values", {value}}}}}};
    };
    CHECK(names(Json::object()) == "db app/one app/two other ");
    CHECK(names(by("name", "app/")) == "app/one app/two ");
    CHECK(names(by("name", "APP/")) == "");
    CHECK(names(by("name", "!app/")) == "db other ");
    CHECK(names(by("description", "password OF o")) == "other ");
    CHECK(names(by("tag-key", "team")) == "app/one app/two other ");
    CHECK(names(by("tag-value", "other")) == "other ");
    CHECK(names(by("all", "TWO password")) == "app/two ");
    CHECK(names({{"SortOrder", "desc"}, {"MaxResults", 1}}) == "other ");
    CHECK(world.refusal("secretsmanager", "ListSecrets", by("nonsense", "x")) ==
          "InvalidParameterException");
    const Json first = world.must("secretsmanager", "ListSecrets", {{"MaxResults", 3}});
    CHECK(names({{"NextToken", first["NextToken"]}}) == "other ");
    world.must("secretsmanager", "DeleteSecret", {{"SecretId", "db"}});
    CHECK(names(Json::object()) == "app/one app/two other ");
    CHECK(names({{"IncludePlannedDeletion", true}, {"MaxResults", 1}}) == "db ");
  }

  TEST_CASE("values of several secrets at once; what cannot be read is an error beside them") {
    SecretWorld world;
    world.must("secretsmanager", "CreateSecret", {{"Name", "api"}, {"SecretString", "key"}});
    world.must("secretsmanager", "DeleteSecret", {{"SecretId", "db"}});
    const Json answer = world.must("secretsmanager", "BatchGetSecretValue",
                                   {{"SecretIdList", {"api", "db", "nothing"}}});
    REQUIRE(answer["SecretValues"].size() == 1);
    CHECK(answer["SecretValues"][0]["SecretString"].get<std::string>() == "key");
    REQUIRE(answer["Errors"].size() == 2);
    CHECK(answer["Errors"][0]["ErrorCode"].get<std::string>() == "InvalidRequestException");
    CHECK(answer["Errors"][1]["ErrorCode"].get<std::string>() == "ResourceNotFoundException");
    CHECK(world.refusal("secretsmanager", "BatchGetSecretValue") == "InvalidParameterException");
  }

  TEST_CASE("versions without labels are listed only where they are asked for") {
    SecretWorld world;
    for (const char* const text : {"second", "third"})
      world.must("secretsmanager", "PutSecretValue", {{"SecretId", "db"}, {"SecretString", text}});
    const auto count = [&](bool deprecated) {
      return world
          .must("secretsmanager", "ListSecretVersionIds",
                {{"SecretId", "db"}, {"IncludeDeprecated", deprecated}})["Versions"]
          .size();
    };
    CHECK(count(false) == 2);
    CHECK(count(true) == 3);
  }

  TEST_CASE("stacks generate secrets by the template's rules") {
    SecretWorld world;
    const std::string arn = world.make("AWS::SecretsManager::Secret", "Login",
                                       {{"Name", "login"},
                                        {"GenerateSecretString",
                                         {{"SecretStringTemplate", R"({"username":"admin"})"},
                                          {"GenerateStringKey", "password"},
                                          {"PasswordLength", 16},
                                          {"ExcludePunctuation", true}}}});
    CHECK(arn.starts_with("arn:aws:secretsmanager:us-east-1:123456789012:secret:login-"));
    const Json value = Json::parse(
        world.must("secretsmanager", "GetSecretValue", {{"SecretId", arn}})["SecretString"]
            .get<std::string>());
    CHECK(value["username"] == "admin");
    CHECK(value["password"].get<std::string>().size() == 16);
  }
}

}  // namespace opsim::tests

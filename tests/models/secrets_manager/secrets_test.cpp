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
};
ApiResult<Json> step(Rotator& rotator, const Request& request) {
  const Json event = Json::parse(request.input.at("Payload").get<std::string>());
  const std::string name = event.at("Step").get<std::string>();
  rotator.steps += name + " ";
  return name == rotator.fails_in ? Json{{"FunctionError", "Unhandled"}} : Json::object();
}
constexpr Operation kInvoke[] = {{"Invoke", Access::write, immediate<Rotator, step>}};
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

  TEST_CASE("a rotation calls its function for four steps; one that fails changes nothing") {
    SecretWorld world;
    CHECK(world.refusal("secretsmanager", "RotateSecret", {{"SecretId", "db"}}) ==
          "InvalidRequestException");
    const Json rotate{{"SecretId", "db"},
                      {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"}};
    world.rotator().fails_in = "testSecret";
    world.must("secretsmanager", "RotateSecret", rotate);
    world.run_for(1min);
    CHECK(world.rotator().steps == "createSecret setSecret testSecret ");
    CHECK(world.value() == "first");
    world.rotator().fails_in.clear();
    world.rotator().steps.clear();
    world.must("secretsmanager", "RotateSecret", rotate);
    world.run_for(1min);
    CHECK(world.rotator().steps == "createSecret setSecret testSecret finishSecret ");
    CHECK(world.value().size() == 32);
    CHECK(world.value("AWSPREVIOUS") == "first");
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

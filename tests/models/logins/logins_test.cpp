// Who is refused while a password changes. AWS: Secrets Manager User Guide, "Lambda function
// rotation strategies": with one user "there is a short period of time between when the password in
// the database changes and when the corresponding secret updates"; with two users none.
#include "models/logins/logins.hpp"
#include "models/iam/service.hpp"
#include "models/logins/service.hpp"
#include "models/parameter_store/service.hpp"
#include "models/secrets_manager/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

/// A function each of whose steps takes ten seconds, and databases that accept everything.
struct TenSeconds : Model {};
Process<ApiResult<Json>> invoked(TenSeconds& model, Request request) {
  (void)model;
  co_await request.cloud.sim().sleep(10s);
  co_return Json::object();
}
ApiResult<Json> accepted(TenSeconds&, const Request&) { return Json::object(); }
constexpr Operation kInvoke[] = {{"Invoke", Access::write, nullptr, waiting<TenSeconds, invoked>}};
constexpr Operation kModify[] = {
    {"ModifyDBInstance", Access::write, immediate<TenSeconds, accepted>}};
std::unique_ptr<Model> make_ten(Cloud&) { return std::make_unique<TenSeconds>(); }
const Service kSlowFunction{
    .name = "lambda", .title = "A function", .make = make_ten, .operations = kInvoke};
const Service kSomeDatabase{
    .name = "rds", .title = "A database", .make = make_ten, .operations = kModify};
/// EC2 says that the server has the profile of its role.
ApiResult<Json> described(TenSeconds&, const Request&) {
  const Json server{
      {"InstanceId", "Server"},
      {"IamInstanceProfile", {{"Arn", "arn:aws:iam::123456789012:instance-profile/shop"}}}};
  return Json{{"Reservations", {{{"Instances", Json::array({server})}}}}};
}
constexpr Operation kDescribe[] = {
    {"DescribeInstances", Access::read, immediate<TenSeconds, described>}};
const Service kServers{
    .name = "ec2", .title = "Servers", .make = make_ten, .operations = kDescribe};
const Service* const kLoginServices[] = {
    &kIam, &kServers, &kSecretsManager, &kParameterStore, &kSlowFunction, &kSomeDatabase, &kLogins};

/// One server that opens ten connections a second.
struct LoginWorld : SmallWorld {
  explicit LoginWorld(const std::string& password, const std::string& more = "",
                      const std::string& secret = R"({"username":"app","password":"first"})")
      : SmallWorld{kLoginServices} {
    must("secretsmanager", "CreateSecret", {{"Name", "db"}, {"SecretString", secret}});
    for (const char* const name : {"Server", "Database"})
      cloud.resources().add(
          {.logical_id = name, .type = "Some::Thing", .physical_id = name, .place = cloud.home()});
    must("ssm", "PutParameter",
         {{"Name", "/db/password"}, {"Type", "SecureString"}, {"Value", "first"}});
    const Document document =
        read_yaml("scenario.yaml", "Shop: { from: Server, to: Database, " + more +
                                       " rate: 10/s, password: " + password + " }");
    kLogins.sections[0].read(*cloud.model("logins"), cloud, document.root);
  }
  void rotate() {
    must("secretsmanager", "RotateSecret",
         {{"SecretId", "db"},
          {"RotationLambdaARN", "arn:aws:lambda:us-east-1:123456789012:function:r"}});
    run_for(5min);
  }
  double read(std::string_view what) { return cloud.read_quantity("Shop", what).value_or(-1); }
};

}  // namespace

TEST_SUITE("logins") {
  TEST_CASE("with one user, logins fail from setSecret until the secret is read again") {
    LoginWorld world{"{ secret: db, kept for: 0s }"};
    world.run_for(1min);
    CHECK(world.read("failed-logins") == 0);
    world.rotate();
    // testSecret and finishSecret take twenty seconds, and calls their latency.
    CHECK(world.read("failed-logins") >= 200);
    CHECK(world.read("failed-logins") < 220);
    CHECK(world.cloud.health("Shop") == Health::ok);
  }

  TEST_CASE("what is kept for an hour is refused for up to an hour more") {
    LoginWorld world{"{ secret: db, kept for: 1h }"};
    world.run_for(1min);
    world.rotate();
    CHECK(world.cloud.health("Shop") == Health::down);
    world.run_for(1h);
    CHECK(world.cloud.health("Shop") == Health::ok);
    CHECK(world.read("failed-logins") > 220);
  }

  TEST_CASE("an application reads with the role of its instance, and its policies decide") {
    const auto refused_after_rotation = [](const char* action) {
      LoginWorld world{"{ secret: db, kept for: 10min }"};
      const Json trust{
          {"Statement", Json::array({{{"Effect", "Allow"},
                                      {"Principal", {{"Service", "ec2.amazonaws.com"}}},
                                      {"Action", "sts:AssumeRole"}}})}};
      const Json policy{
          {"Statement",
           Json::array({{{"Effect", "Allow"}, {"Action", action}, {"Resource", "*"}}})}};
      world.must("iam", "CreateRole",
                 {{"RoleName", "shop"}, {"AssumeRolePolicyDocument", trust.dump()}});
      world.must("iam", "PutRolePolicy",
                 {{"RoleName", "shop"}, {"PolicyName", "read"}, {"PolicyDocument", policy.dump()}});
      world.must("iam", "CreateInstanceProfile", {{"InstanceProfileName", "shop"}});
      world.must("iam", "AddRoleToInstanceProfile",
                 {{"InstanceProfileName", "shop"}, {"RoleName", "shop"}});
      world.run_for(1min);
      world.rotate();
      world.run_for(30min);
      return world.cloud.health("Shop") == Health::down;
    };
    CHECK_FALSE(refused_after_rotation("secretsmanager:GetSecretValue"));
    CHECK(refused_after_rotation("ssm:GetParameter"));
  }

  TEST_CASE("with two users, the one before keeps working, and its password keeps ageing") {
    LoginWorld world{"{ secret: db, kept for: 1h }", "changed: 2026-02-20T09:00:00Z,",
                     R"({"username":"app","password":"first","masterarn":"arn"})"};
    world.run_for(1min);
    world.rotate();
    world.run_for(2h);
    CHECK(world.read("failed-logins") == 0);
    CHECK(world.read("password-days") > 10);  // since 20 February
    const Json now = Json::parse(
        world.must("secretsmanager", "GetSecretValue", {{"SecretId", "db"}})["SecretString"]
            .get<std::string>());
    CHECK(now["username"].get<std::string>() == "app_clone");
    world.rotate();  // and back
    world.run_for(2h);
    CHECK(world.read("failed-logins") == 0);
  }

  TEST_CASE("a new master password is not known to who has read the parameter before") {
    LoginWorld world{"{ parameter: /db/password }"};
    world.run_for(1min);
    world.must("rds", "ModifyDBInstance",
               {{"DBInstanceIdentifier", "Database"}, {"MasterUserPassword", "second"}});
    world.must("ssm", "PutParameter",
               {{"Name", "/db/password"}, {"Value", "second"}, {"Overwrite", true}});
    world.run_for(1h);
    CHECK(world.cloud.health("Shop") == Health::down);
    CHECK(world.read("failed-logins") >= 36'000);
  }

  // General Reference: 40 GetParameter calls a second; 100 in the rush are 60 too many.
  TEST_CASE("a parameter that is read at each login is throttled in the rush, a secret is not") {
    const char* const rush = "rush: { from: 12, hours: 2, rate: 100/s },";
    LoginWorld parameter{"{ parameter: /db/password, kept for: 0s }", rush};
    parameter.run_for(3h + 30min);  // from 9:00 to 12:30
    CHECK(parameter.read("throttled-reads") == doctest::Approx(60 * 1800).epsilon(.001));
    parameter.run_for(24h);
    CHECK(parameter.read("throttled-reads") == doctest::Approx(60 * 9000).epsilon(.001));
    LoginWorld secret{"{ secret: db, kept for: 0s }", rush};
    secret.run_for(24h);
    CHECK(secret.read("throttled-reads") == 0);
  }

  // https://aws.amazon.com/secrets-manager/pricing/: 0.40 USD a secret and month, 0.05 USD 10,000
  // calls: 10 a second are 25,920,000 in thirty days.
  TEST_CASE("a secret costs, and so does each read of it") {
    LoginWorld world{"{ secret: db, kept for: 0s }"};
    world.run_for(24h);
    CHECK(world.read("dollars-a-month") == doctest::Approx(.4 + 129.6).epsilon(.001));
    LoginWorld parameter{"{ parameter: /db/password, kept for: 0s }"};
    parameter.must("secretsmanager", "DeleteSecret",
                   {{"SecretId", "db"}, {"ForceDeleteWithoutRecovery", true}});
    parameter.run_for(24h);
    CHECK(parameter.read("dollars-a-month") == 0);
  }

  TEST_CASE("the timeline says when a policy is not kept") {
    LoginWorld world{"{ parameter: /db/password }", "must change every: 31d,"};
    world.run_for(24h * 63);
    const std::vector<std::string> notes = world.told({EntryKind::note});
    REQUIRE(notes.size() == 2);
    CHECK(notes[0] ==
          "+31d 0:00:00 Shop: the password works for 31 d already: nobody has changed it");
    CHECK(world.read("password-days") == 63);
  }
}

}  // namespace opsim::tests

// AWS STS. Expected values: IAM User Guide, "Policy evaluation logic", id_roles_terms-and-concepts
// (role chaining), access_policies#policies_session, troubleshoot_access-denied; API AssumeRole.
#include <doctest/doctest.h>

#include "models/iam/iam.hpp"
#include "models/iam/service.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::tests {

namespace {

const Place kOwn{"012345678901", "us-east-1"};

class Calls : public Model {};
ApiResult<Json> granted(Calls& /*model*/, const Request& /*request*/) { return Json::object(); }
constexpr Operation kStsEc2[] = {{.name = "StartInstances", .now = &immediate<Calls, granted>},
                                 {.name = "StopInstances", .now = &immediate<Calls, granted>}};
const Service kStsEc2Calls{
    .name = "ec2",
    .title = "stand-in",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Calls>(); },
    .operations = kStsEc2};
const Service* const kTrusting[] = {&kIam, &kSts, &kStsEc2Calls};

struct Trusting {
  Trusting() : journal{sim, Level::story}, cloud{sim, journal, kTrusting, kOwn} {}

  void role(const std::string& name, const Json& trust, const Json& allowed) {
    const Json beside = Json::object();
    const Json policy{
        {"Statement", {{{"Effect", "Allow"}, {"Action", allowed}, {"Resource", "*"}}}}};
    const Json properties{{"RoleName", name},
                          {"AssumeRolePolicyDocument", {{"Statement", Json::array({trust})}}},
                          {"Policies", {{{"PolicyName", "p"}, {"PolicyDocument", policy}}}}};
    for (const ResourceType& row : kIam.resources) {
      if (row.type != "AWS::IAM::Role") continue;
      const auto made = row.create(
          *cloud.model("iam"),
          {cloud, kOwn, "web", name, row.type, properties, beside, "stack.yaml:7", Node{}});
      REQUIRE(made.has_value());
    }
  }
  ApiResult<Json> call(const std::string& principal, std::string service, std::string operation,
                       const Json& input) {
    ApiResult<Json> answer = Json{};
    const auto run = [](Cloud& in, Caller caller, std::string at, std::string what, Json with,
                        ApiResult<Json>& out) -> Process<> {
      out = co_await in.call(std::move(caller), std::move(at), std::move(what), std::move(with));
    };
    Caller caller{kOwn, principal, ""};
    sim.spawn(
        run(cloud, std::move(caller), std::move(service), std::move(operation), input, answer));
    sim.run_until(sim.now() + 1min);
    return answer;
  }
  /// The session's ARN, or the message of the refusal.
  std::string assume(const std::string& principal, const std::string& role,
                     Json more = Json::object()) {
    more["RoleArn"] = "arn:aws:iam::012345678901:role/" + role;
    more["RoleSessionName"] = "work";
    const auto answer = call(principal, "sts", "AssumeRole", more);
    if (!answer) return answer.error().message;
    return (*answer)["AssumedRoleUser"]["Arn"].get<std::string>();
  }
  std::string told(const std::string& principal, const char* operation) {
    const auto answer = call(principal, "ec2", operation, Json::object());
    return answer ? "ok" : answer.error().message;
  }

  Simulation sim;
  Journal journal;
  Cloud cloud;
};

Json trusts(const Json& who) {
  return {{"Effect", "Allow"}, {"Principal", {{"AWS", who}}}, {"Action", "sts:AssumeRole"}};
}
std::string arn_of(const char* role) {
  return std::string{"arn:aws:iam::012345678901:role/"} + role;
}

}  // namespace

TEST_SUITE("sts") {
  TEST_CASE("a role is assumed by whom its trust policy names") {
    Trusting world;
    world.role("caller", trusts("nobody"), "ec2:DescribeInstances");
    world.role("ops", trusts(arn_of("caller")), "ec2:*");
    const std::string session = world.assume(arn_of("caller"), "ops");
    CHECK(session == "arn:aws:sts::012345678901:assumed-role/ops/work");
    CHECK(world.told(session, "StopInstances") == "ok");
    CHECK(world.assume("arn:aws:iam::012345678901:role/other", "ops") ==
          "User: arn:aws:iam::012345678901:role/other is not authorized to perform: sts:AssumeRole "
          "on resource: arn:aws:iam::012345678901:role/ops because no role trust policy allows the "
          "sts:AssumeRole action");
  }

  TEST_CASE("where it trusts the account, the caller's own policies must allow it too") {
    Trusting world;
    world.role("may", trusts("nobody"), "sts:AssumeRole");
    world.role("may-not", trusts("nobody"), "ec2:*");
    world.role("ops", trusts("arn:aws:iam::012345678901:root"), "ec2:*");
    CHECK(world.assume(arn_of("may"), "ops").ends_with("assumed-role/ops/work"));
    CHECK(world.assume(arn_of("may-not"), "ops")
              .ends_with("because no identity-based policy allows the sts:AssumeRole action"));
  }

  TEST_CASE("an external ID is asked for where the trust asks") {
    Trusting world;
    Json trust = trusts("*");
    trust["Condition"] = {{"StringEquals", {{"sts:ExternalId", "secret-7"}}}};
    world.role("ops", trust, "ec2:*");
    const std::string partner = "arn:aws:iam::999999999999:user/partner";
    CHECK(world.assume(partner, "ops").find("not authorized") != std::string::npos);
    CHECK(world.assume(partner, "ops", {{"ExternalId", "secret-7"}}).ends_with("ops/work"));
  }

  TEST_CASE("a session policy limits what the role allows") {
    Trusting world;
    world.role("ops", trusts("*"), "ec2:*");
    const Json policy{
        {"Statement",
         {{{"Effect", "Allow"}, {"Action", "ec2:StartInstances"}, {"Resource", "*"}}}}};
    const std::string session = world.assume(arn_of("caller"), "ops", {{"Policy", policy.dump()}});
    CHECK(world.told(session, "StartInstances") == "ok");
    CHECK(world.told(session, "StopInstances")
              .ends_with("because no session policy allows the ec2:StopInstances action"));
  }

  TEST_CASE("durations: 15 minutes to the role's maximum, an hour in a chain of roles") {
    Trusting world;
    world.role("ops", trusts("*"), "ec2:*");
    const auto lasting = [&](const std::string& principal, int seconds) {
      return world.assume(principal, "ops", {{"DurationSeconds", seconds}});
    };
    const std::string user = "arn:aws:iam::012345678901:user/ann";
    CHECK(lasting(user, 3600).ends_with("ops/work"));
    CHECK(lasting(user, 7200) ==
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    CHECK(lasting(arn_of("caller"), 7200).find("role chaining") != std::string::npos);
    CHECK(lasting(user, 60).find("greater than or equal to 900") != std::string::npos);
  }

  TEST_CASE("GetCallerIdentity needs no permission") {
    Trusting world;
    world.role("ops", trusts("*"), "ec2:*");
    const auto told = world.call(arn_of("ops"), "sts", "GetCallerIdentity", Json::object());
    REQUIRE(told.has_value());
    CHECK((*told)["Account"] == "012345678901");
    CHECK((*told)["Arn"] == "arn:aws:sts::012345678901:assumed-role/ops/session");
  }
}

}  // namespace opsim::tests

// What an organization's policies deny, and iam:PassRole.
// Expected values: Organizations User Guide, orgs_manage_policies_scps_evaluation; IAM User Guide,
// id_roles_use_passrole and troubleshoot_access-denied.
#include <doctest/doctest.h>

#include "models/iam/iam.hpp"
#include "models/iam/service.hpp"
#include "models/organizations/organizations.hpp"
#include "models/organizations/service.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim {

/// For messages of failed checks.
inline std::ostream& operator<<(std::ostream& out, const ApiError& error) {
  return out << error.code << ": " << error.message;
}

}  // namespace opsim

namespace opsim::tests {

namespace {

const Place kManagement{"012345678901", "us-east-1"};
const Place kMember{"200000000001", "us-east-1"};

class Nothing : public Model {};
ApiResult<Json> accept(Nothing& /*model*/, const Request& /*request*/) { return Json::object(); }
constexpr Operation kEc2Calls[] = {{.name = "StopInstances", .now = &immediate<Nothing, accept>}};
constexpr Operation kQueueCalls[] = {{.name = "SendMessage", .now = &immediate<Nothing, accept>}};
constexpr Operation kLambdaCalls[] = {
    {.name = "CreateFunction", .now = &immediate<Nothing, accept>}};
constexpr Operation kEventCalls[] = {{.name = "PutTargets", .now = &immediate<Nothing, accept>}};
std::unique_ptr<Model> make_nothing(Cloud& /*cloud*/) { return std::make_unique<Nothing>(); }
const Service kEc2Calling{
    .name = "ec2", .title = "stand-in", .make = make_nothing, .operations = kEc2Calls};
const Service kQueueCalling{
    .name = "sqs", .title = "stand-in", .make = make_nothing, .operations = kQueueCalls};
const Service kLambdaCalling{
    .name = "lambda", .title = "stand-in", .make = make_nothing, .operations = kLambdaCalls};
const Service kEventsCalling{
    .name = "events", .title = "stand-in", .make = make_nothing, .operations = kEventCalls};
const Service* const kOrganized[] = {&kIam,           &kOrganizations, &kEc2Calling,
                                     &kEventsCalling, &kLambdaCalling, &kQueueCalling};

struct Organized {
  Organized() : journal{sim, Level::story}, cloud{sim, journal, kOrganized, kManagement} {
    auto& organization = *static_cast<organizations::Organizations*>(cloud.model("organizations"));
    organization.units["ou-prod"] = {"ou-prod", "Production", organization.root};
    organization.accounts[kMember.account] = {
        .id = kMember.account, .name = "a", .email = "a@example.com", .parent = "ou-prod"};
  }

  ApiResult<Json> call(const Place& place, const std::string& principal, std::string service,
                       std::string operation, const Json& input = Json::object()) {
    ApiResult<Json> answer = Json{};
    const auto run = [](Cloud& in, Caller caller, std::string at, std::string what, Json with,
                        ApiResult<Json>& out) -> Process<> {
      out = co_await in.call(std::move(caller), std::move(at), std::move(what), std::move(with));
    };
    Caller caller{place, principal, ""};
    sim.spawn(
        run(cloud, std::move(caller), std::move(service), std::move(operation), input, answer));
    sim.run_until(sim.now() + 1min);
    return answer;
  }
  ApiResult<Json> manage(const char* operation, const Json& input) {
    return call(kManagement, "arn:aws:iam::012345678901:user/admin", "organizations", operation,
                input);
  }
  std::string make_policy(const char* name, const Json& statement) {
    const auto made = manage("CreatePolicy", {{"Name", name},
                                              {"Description", ""},
                                              {"Type", "SERVICE_CONTROL_POLICY"},
                                              {"Content", Json{{"Statement", statement}}.dump()}});
    REQUIRE(made);
    return (*made)["Policy"]["PolicySummary"]["Id"].get<std::string>();
  }
  /// "ok", or the message.
  std::string stop(const Place& place) {
    const auto answer = call(place, "arn:aws:iam::" + place.account + ":role/ops", "ec2",
                             "StopInstances", {{"InstanceIds", Json::array({"i-1"})}});
    return answer ? "ok" : answer.error().message;
  }
  void make_role(const Json& document) {
    const Json beside = Json::object();
    const Json properties{{"RoleName", "builder"},
                          {"AssumeRolePolicyDocument", Json::object()},
                          {"Policies", {{{"PolicyName", "p"}, {"PolicyDocument", document}}}}};
    for (const ResourceType& row : kIam.resources) {
      if (row.type != "AWS::IAM::Role") continue;
      const auto made =
          row.create(*cloud.model("iam"), {cloud, kManagement, "web", "Builder", row.type,
                                           properties, beside, "stack.yaml:7", Node{}});
      REQUIRE(made.has_value());
    }
  }
  std::string create_function() {
    const auto answer =
        call(kManagement, "arn:aws:iam::012345678901:role/builder", "lambda", "CreateFunction",
             {{"FunctionName", "f"}, {"Role", "arn:aws:iam::012345678901:role/app"}});
    return answer ? "ok" : answer.error().message;
  }

  Simulation sim;
  Journal journal;
  Cloud cloud;
};

Json allow(const Json& action, const Json& resource = "*") {
  return {{"Effect", "Allow"}, {"Action", action}, {"Resource", resource}};
}
Json deny(const Json& action) {
  return {{"Effect", "Deny"}, {"Action", action}, {"Resource", "*"}};
}

}  // namespace

TEST_SUITE("iam: service control policies") {
  TEST_CASE("a denial on a unit holds for its accounts, not for the management account") {
    Organized world;
    CHECK(world.stop(kMember) == "ok");
    const std::string id = world.make_policy("no-stopping", deny("ec2:Stop*"));
    REQUIRE(world.manage("AttachPolicy", {{"PolicyId", id}, {"TargetId", "ou-prod"}}));
    CHECK(world.stop(kMember) ==
          "You are not authorized to perform this operation. User: "
          "arn:aws:iam::200000000001:role/ops is not authorized to perform: ec2:StopInstances on "
          "resource: * with an explicit deny in a service control policy: "
          "arn:aws:organizations::012345678901:policy/o-0001/service_control_policy/" +
              id);
    CHECK(world.stop(kManagement) == "ok");
    REQUIRE(world.manage("DetachPolicy", {{"PolicyId", id}, {"TargetId", "ou-prod"}}));
    CHECK(world.stop(kMember) == "ok");
  }

  TEST_CASE("every level must allow: without FullAWSAccess only what another policy allows") {
    Organized world;
    const std::string reads = world.make_policy("reads", allow(Json::array({"ec2:Describe*"})));
    REQUIRE(world.manage("AttachPolicy", {{"PolicyId", reads}, {"TargetId", kMember.account}}));
    CHECK(world.stop(kMember) == "ok");  // FullAWSAccess is attached, too
    REQUIRE(world.manage("DetachPolicy",
                         {{"PolicyId", "p-FullAWSAccess"}, {"TargetId", kMember.account}}));
    CHECK(world.stop(kMember).ends_with(
        "because no service control policy allows the ec2:StopInstances action"));
    // "Every entity needs at least one."
    CHECK(world.manage("DetachPolicy", {{"PolicyId", reads}, {"TargetId", kMember.account}})
              .error()
              .code == "ConstraintViolationException");
  }

  TEST_CASE("conditions: only these Regions, but for one role") {
    Organized world;
    Json statement{{"Effect", "Deny"},
                   {"NotAction", Json::array({"iam:*", "organizations:*"})},
                   {"Resource", "*"},
                   {"Condition",
                    {{"StringNotEquals", {{"aws:RequestedRegion", Json::array({"eu-west-1"})}}},
                     {"ArnNotLike", {{"aws:PrincipalARN", "arn:aws:iam::*:role/breakglass"}}}}}};
    const std::string id = world.make_policy("regions", statement);
    REQUIRE(world.manage("AttachPolicy", {{"PolicyId", id}, {"TargetId", "r-0001"}}));
    CHECK(world.stop(kMember) != "ok");
    CHECK(world.stop({kMember.account, "eu-west-1"}) == "ok");
    CHECK(world.call(kMember, "arn:aws:iam::200000000001:role/breakglass", "ec2", "StopInstances"));
  }

  TEST_CASE("services and service-linked roles are not affected") {
    Organized world;
    const std::string id = world.make_policy("nothing", deny("*"));
    REQUIRE(world.manage("AttachPolicy", {{"PolicyId", id}, {"TargetId", "ou-prod"}}));
    CHECK(world.call(kMember, "autoscaling.amazonaws.com", "ec2", "StopInstances"));
    CHECK(world.call(kMember,
                     "arn:aws:iam::200000000001:role/aws-service-role/"
                     "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
                     "ec2", "StopInstances"));
  }

  TEST_CASE("errors of the API") {
    Organized world;
    const auto code = [&](const char* operation, const Json& input) {
      const auto answer = world.manage(operation, input);
      return answer ? std::string{} : answer.error().code;
    };
    CHECK(code("AttachPolicy", {{"PolicyId", "p-none"}, {"TargetId", "ou-prod"}}) ==
          "PolicyNotFoundException");
    CHECK(code("AttachPolicy", {{"PolicyId", "p-FullAWSAccess"}, {"TargetId", "ou-none"}}) ==
          "TargetNotFoundException");
    CHECK(code("AttachPolicy", {{"PolicyId", "p-FullAWSAccess"}, {"TargetId", "ou-prod"}}) ==
          "DuplicatePolicyAttachmentException");
    CHECK(code("CreatePolicy", {{"Name", "x"},
                                {"Type", "SERVICE_CONTROL_POLICY"},
                                {"Content", R"({"Statement": [{"Effect": "Deny"}]})"}}) ==
          "MalformedPolicyDocumentException");
    const std::string id = world.make_policy("x", deny("ec2:*"));
    REQUIRE(world.manage("AttachPolicy", {{"PolicyId", id}, {"TargetId", "ou-prod"}}));
    CHECK(code("DeletePolicy", {{"PolicyId", id}}) == "PolicyInUseException");
  }
}

TEST_SUITE("iam: resource control policies") {
  /// The data perimeter of the User Guide's examples.
  const char* const kOurs =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",)"
      R"("Action":["sqs:*","s3:*"],"Resource":"*","Condition":{)"
      R"("StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-0001"},)"
      R"("BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]})";

  std::string send(Organized & world, const std::string& principal, const Place& place) {
    const auto answer = world.call(place, principal, "sqs", "SendMessage", {{"MessageBody", "x"}});
    return answer ? "ok" : answer.error().code + ": " + answer.error().message;
  }

  TEST_CASE("nobody from outside the organization reaches its queues") {
    Organized world;
    const std::string stranger = "arn:aws:iam::999999999999:user/eve";
    CHECK(send(world, stranger, kMember) == "ok");
    const auto made = world.manage("CreatePolicy", {{"Name", "perimeter"},
                                                    {"Description", ""},
                                                    {"Type", "RESOURCE_CONTROL_POLICY"},
                                                    {"Content", kOurs}});
    REQUIRE(made);
    const std::string id = (*made)["Policy"]["PolicySummary"]["Id"].get<std::string>();
    REQUIRE(world.manage("AttachPolicy", {{"PolicyId", id}, {"TargetId", "r-0001"}}));
    CHECK(send(world, stranger, kMember) ==
          "AccessDenied: User: arn:aws:iam::999999999999:user/eve is not authorized to perform: "
          "sqs:SendMessage on resource: * with an explicit deny in a resource control policy: "
          "arn:aws:organizations::012345678901:policy/o-0001/resource_control_policy/" +
              id);
    // Ours may, and resources of the management account are not affected.
    CHECK(send(world, "arn:aws:iam::200000000001:role/app", kMember) == "ok");
    CHECK(send(world, "arn:aws:iam::012345678901:role/app", kMember) == "ok");
    CHECK(send(world, stranger, kManagement) == "ok");
    // "RCPs apply to actions for the following AWS services": not to Amazon EC2.
    CHECK(world.call(kMember, stranger, "ec2", "StopInstances"));
  }

  TEST_CASE("what it may say") {
    Organized world;
    const auto code = [&](Json statement) {
      const auto answer =
          world.manage("CreatePolicy", {{"Name", "x"},
                                        {"Description", ""},
                                        {"Type", "RESOURCE_CONTROL_POLICY"},
                                        {"Content", Json{{"Statement", statement}}.dump()}});
      return answer ? std::string{"ok"} : answer.error().code;
    };
    Json statement = deny("s3:*");
    CHECK(code(statement) == "MalformedPolicyDocumentException");  // no Principal
    statement["Principal"] = "*";
    statement["Action"] = "*";
    CHECK(code(statement) == "MalformedPolicyDocumentException");
    statement["Action"] = "s3:*";
    statement["Effect"] = "Allow";
    CHECK(code(statement) == "MalformedPolicyDocumentException");
    statement["Effect"] = "Deny";
    CHECK(code(statement) == "ok");
    CHECK(world.manage("DetachPolicy", {{"PolicyId", "p-RCPFullAWSAccess"}, {"TargetId", "r-0001"}})
              .error()
              .code == "ConstraintViolationException");
  }
}

TEST_SUITE("iam: PassRole") {
  TEST_CASE("who hands a role to a service needs iam:PassRole for it") {
    Organized world;
    world.make_role({{"Statement", Json::array({allow("lambda:*")})}});
    CHECK(world.create_function() ==
          "User: arn:aws:iam::012345678901:role/builder is not authorized to perform: iam:PassRole "
          "on resource: arn:aws:iam::012345678901:role/app because no identity-based policy allows "
          "the iam:PassRole action");
  }

  TEST_CASE("of that role, and to that service") {
    Json passing = allow("iam:PassRole", "arn:aws:iam::*:role/app");
    passing["Condition"] = {{"StringEquals", {{"iam:PassedToService", "lambda.amazonaws.com"}}}};
    Organized world;
    world.make_role(
        {{"Statement", Json::array({allow(Json::array({"lambda:*", "events:*"})), passing})}});
    CHECK(world.create_function() == "ok");
    Json target{{"Id", "1"},
                {"Arn", "arn:aws:states:us-east-1:012345678901:stateMachine:m"},
                {"RoleArn", "arn:aws:iam::012345678901:role/app"}};
    const auto answer =
        world.call(kManagement, "arn:aws:iam::012345678901:role/builder", "events", "PutTargets",
                   {{"Rule", "r"}, {"Targets", Json::array({target})}});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message.find("iam:PassRole") != std::string::npos);
  }
}

}  // namespace opsim::tests

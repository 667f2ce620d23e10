#include <doctest/doctest.h>

#include "models/iam/iam.hpp"
#include "models/iam/service.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::tests {

namespace {

const Place kHome{"012345678901", "us-east-1"};
constexpr std::string_view kRoleArn = "arn:aws:iam::012345678901:role/web-CleanUpRole";

class Empty : public Model {};
ApiResult<Json> say_yes(Empty& /*model*/, const Request& /*request*/) { return Json::object(); }
constexpr Operation kCommands[] = {
    {.name = "GetParameter", .access = Access::read, .now = &immediate<Empty, say_yes>},
    {.name = "SendCommand", .now = &immediate<Empty, say_yes>}};
constexpr Operation kInstances[] = {{.name = "StopInstances", .now = &immediate<Empty, say_yes>}};
constexpr Operation kTopics[] = {{.name = "Publish", .now = &immediate<Empty, say_yes>}};
constexpr Operation kFunctions[] = {{.name = "Invoke", .now = &immediate<Empty, say_yes>}};
constexpr Operation kObjects[] = {
    {.name = "GetObject", .access = Access::read, .now = &immediate<Empty, say_yes>},
    {.name = "ListObjectsV2", .access = Access::read, .now = &immediate<Empty, say_yes>}};
std::unique_ptr<Model> make_empty(Cloud& /*cloud*/) { return std::make_unique<Empty>(); }
const Service kSsmStandIn{
    .name = "ssm", .title = "stand-in", .make = make_empty, .operations = kCommands};
const Service kEc2StandIn{
    .name = "ec2", .title = "stand-in", .make = make_empty, .operations = kInstances};
const Service kSnsStandIn{
    .name = "sns", .title = "stand-in", .make = make_empty, .operations = kTopics};
const Service kLambdaStandIn{
    .name = "lambda", .title = "stand-in", .make = make_empty, .operations = kFunctions};
const Service kS3StandIn{
    .name = "s3", .title = "stand-in", .make = make_empty, .operations = kObjects};
const Service* const kServices[] = {&kIam,        &kSsmStandIn,    &kEc2StandIn,
                                    &kSnsStandIn, &kLambdaStandIn, &kS3StandIn};

struct World {
  World() : sim{}, journal{sim, Level::story}, cloud{sim, journal, kServices, kHome} {}

  void stand(std::string_view type, const std::string& logical_id, const Json& properties) {
    for (const ResourceType& row : kIam.resources) {
      if (row.type != type) continue;
      const Json beside = Json::object();
      const auto made = row.create(
          *cloud.model("iam"),
          {cloud, kHome, "web", logical_id, type, properties, beside, "stack.yaml:7", Node{}});
      REQUIRE(made.has_value());
      last = *made;
    }
  }
  void stand_role(const Json& properties) {
    Json role = properties;
    role["AssumeRolePolicyDocument"] = Json::object();
    stand("AWS::IAM::Role", "CleanUpRole", role);
  }
  /// "ok", or the code of the error.
  std::string call(std::string_view principal, std::string service, std::string operation,
                   const Json& input = Json::object()) {
    ApiResult<Json> answer = Json{};
    const auto run = [](Cloud& in, Caller caller, std::string at, std::string what, Json with,
                        ApiResult<Json>& out) -> Process<> {
      out = co_await in.call(std::move(caller), std::move(at), std::move(what), std::move(with));
    };
    Caller caller{kHome, std::string{principal}, ""};
    sim.spawn(
        run(cloud, std::move(caller), std::move(service), std::move(operation), input, answer));
    sim.run_until(sim.now() + 1min);
    message = answer ? "" : answer.error().message;
    return answer ? "ok" : answer.error().code;
  }

  Simulation sim;
  Journal journal;
  Cloud cloud;
  Created last;
  std::string message;
};

Json policy(const char* effect, const Json& action, const Json& resource = "*") {
  return {{"Statement", {{{"Effect", effect}, {"Action", action}, {"Resource", resource}}}}};
}
Json with_policy(const Json& document) {
  return {{"Policies", {{{"PolicyName", "p"}, {"PolicyDocument", document}}}}};
}

}  // namespace

TEST_SUITE("iam: who may call what") {
  TEST_CASE("a role may do what its inline policies allow, and nothing else") {
    World world;
    world.stand_role(with_policy(policy("Allow", {"ssm:SendCommand"})));
    CHECK(world.last.physical_id == "web-CleanUpRole");
    CHECK(world.last.arn == kRoleArn);
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "ok");
    CHECK(world.call(kRoleArn, "ssm", "GetParameter") == "AccessDeniedException");
    CHECK(world.message ==
          "User: arn:aws:iam::012345678901:role/web-CleanUpRole is not authorized to perform: "
          "ssm:GetParameter on resource: * because no identity-based policy allows the "
          "ssm:GetParameter action");
  }

  TEST_CASE("services word their refusals in their own ways") {
    World world;
    world.stand_role(with_policy(policy("Allow", "s3:*")));
    CHECK(world.call(kRoleArn, "ec2", "StopInstances") == "UnauthorizedOperation");
    CHECK(world.call(kRoleArn, "sns", "Publish") == "AccessDenied");
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "AccessDeniedException");
  }

  // Service Authorization Reference: Invoke needs lambda:InvokeFunction, ListObjectsV2
  // s3:ListBucket.
  TEST_CASE("an action that is not called as its operation is") {
    World world;
    world.stand_role(with_policy(policy("Allow", {"lambda:InvokeFunction", "s3:ListBucket"})));
    CHECK(world.call(kRoleArn, "lambda", "Invoke") == "ok");
    CHECK(world.call(kRoleArn, "s3", "ListObjectsV2") == "ok");
    CHECK(world.call(kRoleArn, "s3", "GetObject") == "AccessDenied");
    World other;
    other.stand_role(with_policy(policy("Allow", {"lambda:Invoke", "s3:ListObjectsV2"})));
    CHECK(other.call(kRoleArn, "lambda", "Invoke") == "AccessDeniedException");
    CHECK(other.message.find("to perform: lambda:InvokeFunction on") != std::string::npos);
    CHECK(other.call(kRoleArn, "s3", "ListObjectsV2") == "AccessDenied");
  }

  TEST_CASE("a session of a role is that role") {
    World world;
    world.stand_role(with_policy(policy("Allow", "ssm:GetParameter")));
    const char* session = "arn:aws:sts::012345678901:assumed-role/web-CleanUpRole/run-1";
    CHECK(world.call(session, "ssm", "GetParameter") == "ok");
    CHECK(world.call(session, "ssm", "SendCommand") == "AccessDeniedException");
  }

  TEST_CASE("policies of their own attach to it, before or after it stands") {
    World world;
    world.stand("AWS::IAM::Policy", "Extra",
                {{"PolicyName", "extra"},
                 {"PolicyDocument", policy("Allow", "ssm:SendCommand")},
                 {"Roles", {"web-CleanUpRole"}}});
    world.stand_role(Json::object());
    world.stand("AWS::IAM::ManagedPolicy", "Managed",
                {{"PolicyDocument", policy("Allow", "sns:Publish", "arn:aws:sns:*:*:Ops")},
                 {"Roles", {"web-CleanUpRole"}}});
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "ok");
    CHECK(world.call(kRoleArn, "sns", "Publish",
                     {{"TopicArn", "arn:aws:sns:us-east-1:012345678901:Ops"}}) == "ok");
    CHECK(world.call(kRoleArn, "sns", "Publish",
                     {{"TopicArn", "arn:aws:sns:us-east-1:012345678901:Dev"}}) == "AccessDenied");
    CHECK(world.call(kRoleArn, "ec2", "StopInstances") == "UnauthorizedOperation");
  }

  TEST_CASE("AWS managed policies allow, read-only ones reads only") {
    World world;
    world.stand_role({{"ManagedPolicyArns", {"arn:aws:iam::aws:policy/ReadOnlyAccess"}}});
    CHECK(world.call(kRoleArn, "ssm", "GetParameter") == "ok");
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "AccessDeniedException");
    World other;
    other.stand_role(
        {{"ManagedPolicyArns", {"arn:aws:iam::aws:policy/service-role/AmazonSSMAutomationRole"}}});
    CHECK(other.call(kRoleArn, "ssm", "SendCommand") == "ok");
  }

  // AWS Managed Policy Reference Guide: the pages of these policies.
  TEST_CASE("common AWS managed policies allow what they say") {
    struct Row {
      const char* policy;
      const char* sends;  // ssm:SendCommand
      const char* reads;  // ssm:GetParameter
    };
    constexpr Row rows[] = {
        {"service-role/AWSLambdaBasicExecutionRole", "AccessDeniedException",
         "AccessDeniedException"},
        {"AmazonSSMManagedInstanceCore", "AccessDeniedException", "ok"},
        {"AmazonSSMFullAccess", "ok", "ok"},
        {"PowerUserAccess", "ok", "ok"},
        {"AdministratorAccess", "ok", "ok"},
        {"AWSDenyAll", "AccessDeniedException", "AccessDeniedException"},
    };
    for (const auto& [name, sends, reads] : rows) {
      CAPTURE(name);
      World world;
      world.stand_role({{"ManagedPolicyArns", {std::string{"arn:aws:iam::aws:policy/"} + name}}});
      CHECK(world.call(kRoleArn, "ssm", "SendCommand") == sends);
      CHECK(world.call(kRoleArn, "ssm", "GetParameter") == reads);
    }
  }

  TEST_CASE("users, services and roles of elsewhere are not held up") {
    World world;
    world.stand_role(Json::object());
    CHECK(world.call("arn:aws:iam::012345678901:user/operator", "ssm", "SendCommand") == "ok");
    CHECK(world.call("events.amazonaws.com", "ssm", "SendCommand") == "ok");
    CHECK(world.call("arn:aws:iam::999999999999:role/web-CleanUpRole", "ssm", "SendCommand") ==
          "ok");
  }

  // reference_policies_condition-keys: aws:RequestedRegion, aws:PrincipalTag; the deny of other
  // Regions is the guide's own example (reference_policies_examples_aws_deny-requested-region).
  TEST_CASE("conditions are asked of the call") {
    World world;
    Json allow{{"Effect", "Allow"}, {"Action", "ssm:*"}, {"Resource", "*"}};
    allow["Condition"] = {{"StringEquals", {{"aws:PrincipalTag/team", "ops"}}}};
    Json deny{{"Effect", "Deny"}, {"NotAction", "iam:*"}, {"Resource", "*"}};
    deny["Condition"] = {{"StringNotEquals", {{"aws:RequestedRegion", {"us-east-1"}}}}};
    Json role = with_policy({{"Statement", Json::array({allow, deny})}});
    world.stand_role(role);
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "AccessDeniedException");  // no such tag
    World tagged;
    role["Tags"] = Json::array({{{"Key", "team"}, {"Value", "ops"}}});
    tagged.stand_role(role);
    CHECK(tagged.call(kRoleArn, "ssm", "SendCommand") == "ok");
    deny["Condition"] = {{"StringNotEquals", {{"aws:RequestedRegion", {"eu-west-1"}}}}};
    role["Policies"][0]["PolicyDocument"]["Statement"] = Json::array({allow, deny});
    World elsewhere;
    elsewhere.stand_role(role);
    CHECK(elsewhere.call(kRoleArn, "ssm", "SendCommand") == "AccessDeniedException");
    CHECK(elsewhere.message.ends_with("with an explicit deny in an identity-based policy"));
  }

  TEST_CASE("a condition on what nothing here knows lets Allow pass and stops no Deny") {
    World world;
    Json allow{{"Effect", "Allow"}, {"Action", "ssm:*"}, {"Resource", "*"}};
    allow["Condition"] = {{"StringEquals", {{"aws:PrincipalOrgID", "o-1"}}}};
    Json deny = allow;
    deny["Effect"] = "Deny";
    world.stand_role(with_policy({{"Statement", Json::array({allow, deny})}}));
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "ok");
  }

  // access_policies_boundaries: the intersection of boundary and identity-based policies.
  TEST_CASE("a permissions boundary limits a role") {
    World world;
    world.stand("AWS::IAM::ManagedPolicy", "Limit",
                {{"ManagedPolicyName", "Limit"}, {"PolicyDocument", policy("Allow", "ssm:Get*")}});
    Json role = with_policy(policy("Allow", "*"));
    role["PermissionsBoundary"] = "arn:aws:iam::012345678901:policy/Limit";
    world.stand_role(role);
    CHECK(world.call(kRoleArn, "ssm", "GetParameter") == "ok");
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "AccessDeniedException");
    CHECK(world.message.ends_with(
        "because no permissions boundary allows the ssm:SendCommand action"));
  }

  TEST_CASE("a user that a stack makes may do what its policies allow") {
    World world;
    world.stand(
        "AWS::IAM::User", "Ann",
        {{"UserName", "ann"},
         {"Policies", {{{"PolicyName", "p"}, {"PolicyDocument", policy("Allow", "ssm:Get*")}}}}});
    const char* ann = "arn:aws:iam::012345678901:user/ann";
    CHECK(world.call(ann, "ssm", "GetParameter") == "ok");
    CHECK(world.call(ann, "ssm", "SendCommand") == "AccessDeniedException");
    world.stand("AWS::IAM::UserPolicy", "More",
                {{"UserName", "ann"},
                 {"PolicyName", "more"},
                 {"PolicyDocument", policy("Allow", "ssm:SendCommand")}});
    CHECK(world.call(ann, "ssm", "SendCommand") == "ok");
  }

  TEST_CASE("a permission that is granted later holds from then on") {
    World world;
    world.stand_role(Json::object());
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "AccessDeniedException");
    const char* user = "arn:aws:iam::012345678901:user/operator";
    CHECK(world.call(user, "iam", "PutRolePolicy",
                     {{"RoleName", "web-CleanUpRole"},
                      {"PolicyName", "fix"},
                      {"PolicyDocument", policy("Allow", "ssm:*").dump()}}) == "ok");
    CHECK(world.call(kRoleArn, "ssm", "SendCommand") == "ok");
    CHECK(world.call(user, "iam", "GetRole", {{"RoleName", "nobody"}}) == "NoSuchEntity");
    CHECK(world.message == "The role with name nobody cannot be found.");
  }
}

}  // namespace opsim::tests

#include "models/iam/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

constexpr const Service* kIamOnly[] = {&kIam};

Json statement(const char* effect, const Json& action, const Json& resource = "*") {
  return {{"Effect", effect}, {"Action", action}, {"Resource", resource}};
}
Json document(const Json& statements) {
  return {{"Version", "2012-10-17"}, {"Statement", statements}};
}

/// The decision on one action.
std::string decision(SmallWorld& world, const Json& input) {
  const Json answer = world.must("iam", "SimulateCustomPolicy", input);
  REQUIRE(answer["EvaluationResults"].size() == 1);
  return answer["EvaluationResults"][0]["EvalDecision"].get<std::string>();
}

// IAM User Guide, reference_policies_evaluation-logic; API SimulateCustomPolicy.
TEST_SUITE("iam: the policy simulator") {
  TEST_CASE("an explicit denial wins, silence denies") {
    SmallWorld world{kIamOnly};
    const Json allow = document(statement("Allow", "s3:*"));
    const Json deny = document(statement("Deny", "s3:Delete*"));
    Json input{{"PolicyInputList", {allow.dump(), deny.dump()}}, {"ActionNames", {"s3:GetObject"}}};
    CHECK(decision(world, input) == "allowed");
    input["ActionNames"] = {"s3:DeleteObject"};
    CHECK(decision(world, input) == "explicitDeny");
    input["ActionNames"] = {"ec2:StopInstances"};
    CHECK(decision(world, input) == "implicitDeny");
  }

  TEST_CASE("a permissions boundary limits what policies allow") {
    SmallWorld world{kIamOnly};
    const Json allow = document(statement("Allow", "*"));
    const Json boundary = document(statement("Allow", "s3:*"));
    Json input{{"PolicyInputList", {allow.dump()}},
               {"PermissionsBoundaryPolicyInputList", {boundary.dump()}},
               {"ActionNames", {"s3:GetObject"}}};
    CHECK(decision(world, input) == "allowed");
    input["ActionNames"] = {"iam:CreateUser"};
    CHECK(decision(world, input) == "implicitDeny");
    const Json answer = world.must("iam", "SimulateCustomPolicy", input);
    CHECK(answer["EvaluationResults"][0]["PermissionsBoundaryDecisionDetail"] ==
          Json{{"AllowedByPermissionsBoundary", false}});
  }

  TEST_CASE("conditions are asked of the given context; what is missing is named") {
    SmallWorld world{kIamOnly};
    Json guarded = statement("Allow", "ec2:StopInstances");
    guarded["Condition"] = {{"StringEquals", {{"aws:ResourceTag/Team", "ops"}}}};
    Json input{{"PolicyInputList", {document(guarded).dump()}},
               {"ActionNames", {"ec2:StopInstances"}}};
    CHECK(decision(world, input) == "implicitDeny");
    const Json missing = world.must("iam", "SimulateCustomPolicy", input);
    CHECK(missing["EvaluationResults"][0]["MissingContextValues"] ==
          Json::array({"aws:ResourceTag/Team"}));
    input["ContextEntries"] = Json::array({{{"ContextKeyName", "aws:ResourceTag/Team"},
                                            {"ContextKeyType", "string"},
                                            {"ContextKeyValues", {"ops"}}}});
    CHECK(decision(world, input) == "allowed");
  }

  TEST_CASE("a user has its own policies and those of its groups") {
    SmallWorld world{kIamOnly};
    const std::string group = world.make(
        "AWS::IAM::Group", "Operators",
        {{"Policies",
          {{{"PolicyName", "p"}, {"PolicyDocument", document(statement("Allow", "ssm:*"))}}}}});
    world.make("AWS::IAM::User", "Ann", {{"UserName", "ann2"}, {"Groups", {group}}});
    const Json input{{"PolicySourceArn", "arn:aws:iam::123456789012:user/ann2"},
                     {"ActionNames", {"ssm:SendCommand", "ec2:StopInstances"}}};
    const Json answer = world.must("iam", "SimulatePrincipalPolicy", input);
    CHECK(answer["EvaluationResults"][0]["EvalDecision"] == "allowed");
    CHECK(answer["EvaluationResults"][1]["EvalDecision"] == "implicitDeny");
    CHECK(world.refusal("iam", "SimulatePrincipalPolicy",
                        {{"PolicySourceArn", "arn:aws:iam::123456789012:user/none"},
                         {"ActionNames", {"ssm:SendCommand"}}}) == "NoSuchEntity");
  }
}

// IAM API Reference.
TEST_SUITE("iam: the API") {
  TEST_CASE("policies are made, attached, listed and must be detached before they go") {
    SmallWorld world{kIamOnly};
    const std::string text = document(statement("Allow", "s3:*")).dump();
    const Json made =
        world.must("iam", "CreatePolicy", {{"PolicyName", "Store"}, {"PolicyDocument", text}});
    const std::string arn = made["Policy"]["Arn"].get<std::string>();
    CHECK(arn == "arn:aws:iam::123456789012:policy/Store");
    CHECK(
        world.refusal("iam", "CreatePolicy", {{"PolicyName", "Store"}, {"PolicyDocument", text}}) ==
        "EntityAlreadyExists");
    CHECK(world.refusal("iam", "CreatePolicy", {{"PolicyName", "x"}, {"PolicyDocument", "{"}}) ==
          "MalformedPolicyDocument");
    world.must("iam", "CreateRole",
               {{"RoleName", "Web"}, {"AssumeRolePolicyDocument", Json::object()}});
    world.must("iam", "AttachRolePolicy", {{"RoleName", "Web"}, {"PolicyArn", arn}});
    CHECK(world.must("iam", "GetPolicy", {{"PolicyArn", arn}})["Policy"]["AttachmentCount"] == 1);
    CHECK(world.refusal("iam", "DeletePolicy", {{"PolicyArn", arn}}) == "DeleteConflict");
    CHECK(world.refusal("iam", "DeleteRole", {{"RoleName", "Web"}}) == "DeleteConflict");
    world.must("iam", "DetachRolePolicy", {{"RoleName", "Web"}, {"PolicyArn", arn}});
    world.must("iam", "DeletePolicy", {{"PolicyArn", arn}});
    world.must("iam", "DeleteRole", {{"RoleName", "Web"}});
    CHECK(world.refusal("iam", "GetRole", {{"RoleName", "Web"}}) == "NoSuchEntity");
  }

  TEST_CASE("users belong to groups; inline policies are read back") {
    SmallWorld world{kIamOnly};
    world.must("iam", "CreateUser", {{"UserName", "bob"}});
    world.must("iam", "CreateGroup", {{"GroupName", "Ops"}});
    world.must("iam", "AddUserToGroup", {{"UserName", "bob"}, {"GroupName", "Ops"}});
    CHECK(world.must("iam", "ListGroupsForUser", {{"UserName", "bob"}})["Groups"][0]["GroupName"] ==
          "Ops");
    CHECK(world.must("iam", "GetGroup", {{"GroupName", "Ops"}})["Users"][0]["UserName"] == "bob");
    CHECK(world.refusal("iam", "DeleteUser", {{"UserName", "bob"}}) == "DeleteConflict");
    const Json policy = document(statement("Allow", "s3:*"));
    world.must("iam", "PutUserPolicy",
               {{"UserName", "bob"}, {"PolicyName", "p"}, {"PolicyDocument", policy}});
    CHECK(world.must("iam", "GetUserPolicy",
                     {{"UserName", "bob"}, {"PolicyName", "p"}})["PolicyDocument"] == policy);
    CHECK(world.must("iam", "ListUserPolicies", {{"UserName", "bob"}})["PolicyNames"] ==
          Json::array({"p"}));
  }

  TEST_CASE("an instance profile holds one role") {
    SmallWorld world{kIamOnly};
    for (const char* name : {"One", "Two"})
      world.must("iam", "CreateRole",
                 {{"RoleName", name}, {"AssumeRolePolicyDocument", Json::object()}});
    world.must("iam", "CreateInstanceProfile", {{"InstanceProfileName", "Web"}});
    const auto add = [&](const char* role) {
      return world.refusal("iam", "AddRoleToInstanceProfile",
                           {{"InstanceProfileName", "Web"}, {"RoleName", role}});
    };
    CHECK(add("One") == "");
    CHECK(add("Two") == "LimitExceeded");
    CHECK(world.must("iam", "GetInstanceProfile",
                     {{"InstanceProfileName", "Web"}})["InstanceProfile"]["Roles"][0]["RoleName"] ==
          "One");
    CHECK(world.refusal("iam", "DeleteRole", {{"RoleName", "One"}}) == "DeleteConflict");
  }
}

}  // namespace
}  // namespace opsim::tests

// Change sets, policies, triggers, drift.
#include "models/cloudformation/resource_types.hpp"
#include "models/cloudformation/stack_policy.hpp"
#include "tests/models/cloudformation/stacks.hpp"

namespace opsim::tests {

namespace {

std::string watched(const std::string& threshold, const std::string& name = "") {
  return "Parameters: { Limit: { Type: String, Default: '" + threshold +
         "' } }\nResources:\n  Alarm:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n" +
         (name.empty() ? "" : "      AlarmName: " + name + "\n") +
         "      Namespace: N\n      MetricName: M\n      Statistic: Sum\n      Period: 60\n"
         "      EvaluationPeriods: 1\n      ComparisonOperator: GreaterThanThreshold\n"
         "      Threshold: !Ref Limit\n"
         "  Seen:\n    Type: AWS::SSM::Parameter\n    Properties: { Name: /seen, Type: String, "
         "Value: !Ref Alarm }\n";
}

Json change_set(Stacks& world, const std::string& body) {
  world.must("cloudformation", "CreateChangeSet",
             {{"StackName", "app"}, {"ChangeSetName", "next"}, {"TemplateBody", body}});
  world.run_for(1min);
  return world.must("cloudformation", "DescribeChangeSet",
                    {{"StackName", "app"}, {"ChangeSetName", "next"}});
}

Json change_of(const Json& set, const std::string& logical_id) {
  for (const Json& one : set["Changes"])
    if (one["ResourceChange"]["LogicalResourceId"] == logical_id) return one["ResourceChange"];
  return {};
}

}  // namespace

TEST_SUITE("cloudformation: change sets") {
  TEST_CASE("say what is modified, and by which parameter") {
    Stacks world;
    world.create("app", watched("1"));
    const Json set = change_set(world, watched("2"));
    CHECK(set["Status"] == "CREATE_COMPLETE");
    CHECK(set["ExecutionStatus"] == "AVAILABLE");
    const Json change = change_of(set, "Alarm");
    CHECK(change["Action"] == "Modify");
    CHECK(change["Replacement"] == "False");
    CHECK(change["Scope"] == Json::array({"Properties"}));
    const Json detail = change["Details"][0];
    CHECK(detail["Target"]["Name"] == "Threshold");
    CHECK(detail["Target"]["RequiresRecreation"] == "Never");
    CHECK(detail["Evaluation"] == "Static");
    CHECK(detail["ChangeSource"] == "ParameterReference");
    CHECK(detail["CausingEntity"] == "Limit");
    CHECK(change_of(set, "Seen").is_null());
  }

  TEST_CASE("say what is replaced, and what follows from it") {
    Stacks world;
    world.create("app", watched("1"));
    const Json set = change_set(world, watched("1", "named"));
    CHECK(change_of(set, "Alarm")["Replacement"] == "True");
    // Seen refers to the alarm's name, which is known only once there is one.
    const Json seen = change_of(set, "Seen");
    CHECK(seen["Replacement"] == "False");
    CHECK(seen["Details"][0]["Evaluation"] == "Dynamic");
    CHECK(seen["Details"][0]["ChangeSource"] == "ResourceReference");
    CHECK(seen["Details"][0]["CausingEntity"] == "Alarm");
    // Nothing has happened yet.
    CHECK(world.stack("app")["StackStatus"] == "CREATE_COMPLETE");
    world.must("cloudformation", "ExecuteChangeSet",
               {{"StackName", "app"}, {"ChangeSetName", "next"}});
    CHECK(world.settle("app") == "UPDATE_COMPLETE");
    CHECK(world.must("ssm", "GetParameter", {{"Name", "/seen"}})["Parameter"]["Value"] == "named");
  }

  TEST_CASE("an empty one fails with AWS's reason") {
    Stacks world;
    world.create("app", watched("1"));
    const Json set = change_set(world, watched("1"));
    CHECK(set["Status"] == "FAILED");
    CHECK(
        set["StatusReason"] ==
        "The submitted information didn't contain changes. Submit different information to create "
        "a change set.");
    CHECK(world.refusal("cloudformation", "ExecuteChangeSet",
                        {{"StackName", "app"}, {"ChangeSetName", "next"}}) ==
          "InvalidChangeSetStatus");
  }

  TEST_CASE("one of type CREATE leaves a stack in review until it is executed") {
    Stacks world;
    world.must("cloudformation", "CreateChangeSet",
               {{"StackName", "app"},
                {"ChangeSetName", "first"},
                {"ChangeSetType", "CREATE"},
                {"TemplateBody", watched("1")}});
    world.run_for(1min);
    CHECK(world.stack("app")["StackStatus"] == "REVIEW_IN_PROGRESS");
    world.must("cloudformation", "ExecuteChangeSet",
               {{"StackName", "app"}, {"ChangeSetName", "first"}});
    CHECK(world.settle("app") == "CREATE_COMPLETE");
  }
}

TEST_SUITE("cloudformation: who says no") {
  // CloudFormation User Guide, "Prevent updates to stack resources", its first example.
  TEST_CASE("a stack policy: all may be updated but the production database") {
    const Json policy = Json::parse(R"({"Statement": [
      {"Effect": "Deny", "Action": "Update:*", "Principal": "*",
       "Resource": "LogicalResourceId/ProductionDatabase"},
      {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})");
    using cloudformation::stack_policy_denial;
    CHECK(stack_policy_denial(policy, {"Update:Modify", "Web", "AWS::EC2::Instance"}).empty());
    CHECK(
        stack_policy_denial(policy, {"Update:Delete", "ProductionDatabase", "AWS::RDS::DBInstance"})
            .starts_with("Action denied by stack policy: Statement [#1]"));
    // "By default, setting a stack policy protects all resources".
    const Json nothing = Json::parse(R"({"Statement": []})");
    CHECK_FALSE(stack_policy_denial(nothing, {"Update:Modify", "Web", ""}).empty());
    // The guide's example by type, with StringEquals.
    const Json by_type = Json::parse(R"({"Statement": [
      {"Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "*",
       "Condition": {"StringEquals": {"ResourceType": ["AWS::RDS::DBInstance"]}}},
      {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}]})");
    CHECK_FALSE(
        stack_policy_denial(by_type, {"Update:Modify", "X", "AWS::RDS::DBInstance"}).empty());
    CHECK(stack_policy_denial(by_type, {"Update:Modify", "X", "AWS::SQS::Queue"}).empty());
  }

  TEST_CASE("the policy of a stack stops an update; its override lets it pass") {
    Stacks world;
    world.create("app", watched("1"));
    const std::string deny = R"({"Statement": [{"Effect": "Deny", "Action": "Update:Modify",
      "Principal": "*", "Resource": "LogicalResourceId/Alarm"}]})";
    const std::string allow = R"({"Statement": [{"Effect": "Allow", "Action": "Update:*",
      "Principal": "*", "Resource": "*"}]})";
    world.must("cloudformation", "SetStackPolicy",
               {{"StackName", "app"}, {"StackPolicyBody", deny}});
    CHECK(world.update("app", watched("2")) == "UPDATE_ROLLBACK_COMPLETE");
    CHECK(world.resource_reason("app", "Alarm").starts_with("Action denied by stack policy"));
    CHECK(world.update("app", watched("2"), {{"StackPolicyDuringUpdateBody", allow}}) ==
          "UPDATE_COMPLETE");
  }

  TEST_CASE("an alarm that goes off while the stack is monitored rolls it back") {
    Stacks world;
    world.create("guard",
                 "Resources: { Pain: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmName: "
                 "pain, Namespace: N, MetricName: M, Statistic: Sum, Period: 60, "
                 "EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, Threshold: "
                 "1, TreatMissingData: notBreaching } } }");
    world.create("app", watched("1"));
    const Json triggers = {
        {"RollbackTriggers",
         Json::array({{{"Arn", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:pain"},
                       {"Type", "AWS::CloudWatch::Alarm"}}})},
        {"MonitoringTimeInMinutes", 10}};
    world.must("cloudformation", "UpdateStack",
               {{"StackName", "app"},
                {"TemplateBody", watched("2")},
                {"RollbackConfiguration", triggers}});
    world.run_for(5min);
    // Everything is deployed; it is still being watched.
    CHECK(world.stack("app")["StackStatus"] == "UPDATE_IN_PROGRESS");
    world.must("cloudwatch", "SetAlarmState",
               {{"AlarmName", "pain"}, {"StateValue", "ALARM"}, {"StateReason", "it hurts"}});
    CHECK(world.settle("app") == "UPDATE_ROLLBACK_COMPLETE");
    const std::string alarm = world.physical_id("app", "Alarm");
    CHECK(world.must("cloudwatch", "DescribeAlarms",
                     {{"AlarmNames", {alarm}}})["MetricAlarms"][0]["Threshold"] == 1);
  }

  TEST_CASE("IAM resources need to be acknowledged") {
    Stacks world;
    const std::string role =
        "Resources: { R: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { "
        "Statement: [] } } } }";
    CHECK(world.message("CreateStack", {{"StackName", "app"}, {"TemplateBody", role}}) ==
          "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]");
    CHECK(world.create("app", role, {{"Capabilities", {"CAPABILITY_IAM"}}}) == "CREATE_COMPLETE");
  }

  TEST_CASE("a role that may not create fails the resource, as AWS words it") {
    Stacks world;
    world.create(
        "roles",
        "Resources: { R: { Type: AWS::IAM::Role, Properties: { RoleName: narrow, "
        "AssumeRolePolicyDocument: { Statement: [] }, Policies: [ { PolicyName: p, "
        "PolicyDocument: { Statement: [ { Effect: Allow, Action: 'sns:*', Resource: '*' } ] } "
        "} ] } } }",
        {{"Capabilities", {"CAPABILITY_NAMED_IAM"}}});
    CHECK(world.create("app", "Resources: { Q: { Type: AWS::SQS::Queue } }",
                       {{"RoleARN", "arn:aws:iam::123456789012:role/narrow"}}) ==
          "ROLLBACK_COMPLETE");
    CHECK(world.resource_reason("app", "Q").find("is not authorized to perform: sqs:CreateQueue") !=
          std::string::npos);
  }
}

TEST_SUITE("cloudformation: drift") {
  TEST_CASE("what was changed by hand is MODIFIED, what was deleted is DELETED") {
    Stacks world;
    world.create("app",
                 "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: { "
                 "VisibilityTimeout: 30 }\n  P:\n    Type: AWS::SSM::Parameter\n    Properties: "
                 "{ Name: /p, Type: String, Value: a }\n  T: { Type: AWS::SNS::Topic }\n");
    const auto detect = [&] {
      const Json begun = world.must("cloudformation", "DetectStackDrift", {{"StackName", "app"}});
      world.run_for(2min);
      return world.must("cloudformation", "DescribeStackDriftDetectionStatus",
                        {{"StackDriftDetectionId", begun["StackDriftDetectionId"]}});
    };
    CHECK(detect()["StackDriftStatus"] == "IN_SYNC");
    world.must("sqs", "SetQueueAttributes",
               {{"QueueUrl", world.physical_id("app", "Q")},
                {"Attributes", {{"VisibilityTimeout", "60"}}}});
    world.must("ssm", "DeleteParameter", {{"Name", "/p"}});
    const Json status = detect();
    CHECK(status["StackDriftStatus"] == "DRIFTED");
    CHECK(status["DriftedStackResourceCount"] == 2);
    const Json drifts = world.must("cloudformation", "DescribeStackResourceDrifts",
                                   {{"StackName", "app"}})["StackResourceDrifts"];
    REQUIRE(drifts.size() == 2);  // a topic cannot be compared here: it is not listed
    CHECK(drifts[0]["StackResourceDriftStatus"] == "DELETED");
    const Json difference = drifts[1]["PropertyDifferences"][0];
    CHECK(difference["PropertyPath"] == "/VisibilityTimeout");
    CHECK(difference["ExpectedValue"] == "30");
    CHECK(difference["ActualValue"] == "60");
    CHECK(difference["DifferenceType"] == "NOT_EQUAL");
  }
}

TEST_SUITE("cloudformation: update behaviour") {
  TEST_CASE("every call of the table is one that its service has") {
    for (const cloudformation::TypeRow& row : cloudformation::type_rows()) {
      CAPTURE(row.type);
      for (const std::string_view operation : {row.update, row.remove})
        if (!operation.empty())
          CHECK(find_operation(catalog(), row.service, operation).row != nullptr);
    }
  }

  // CloudFormation Template Reference, "Update requires" of each property.
  TEST_CASE("which changes replace") {
    using cloudformation::recreation_of;
    const auto text = [](const char* type, const char* property) {
      return std::string{to_string(recreation_of(type, property, Json("a"), Json("b")))};
    };
    CHECK(text("AWS::S3::Bucket", "BucketName") == "Always");
    CHECK(text("AWS::S3::Bucket", "VersioningConfiguration") == "Never");
    CHECK(text("AWS::EC2::Instance", "ImageId") == "Always");
    CHECK(text("AWS::EC2::Instance", "InstanceType") == "Conditionally");
    CHECK(text("AWS::RDS::DBInstance", "DBInstanceIdentifier") == "Always");
    CHECK(text("AWS::RDS::DBInstance", "DBInstanceClass") == "Never");
    CHECK(text("AWS::ECS::TaskDefinition", "Cpu") == "Always");
    CHECK(text("AWS::Lambda::Function", "MemorySize") == "Never");
  }
}

}  // namespace opsim::tests

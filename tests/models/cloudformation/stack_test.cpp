#include "tests/models/cloudformation/stacks.hpp"

namespace opsim::tests {

namespace {

constexpr const char* kTopicAndQueue = R"(
Parameters:
  Days: { Type: Number, Default: 4 }
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { VisibilityTimeout: !Ref Days }
  Topic:
    Type: AWS::SNS::Topic
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: { TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn }
Outputs:
  Where: { Value: !Ref Queue, Export: { Name: where } }
)";

std::string alarm(const std::string& threshold, const std::string& name = "") {
  return "Resources:\n  Alarm:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n" +
         (name.empty() ? "" : "      AlarmName: " + name + "\n") +
         "      Namespace: N\n      MetricName: M\n      Statistic: Sum\n      Period: 60\n"
         "      EvaluationPeriods: 1\n      ComparisonOperator: GreaterThanThreshold\n"
         "      Threshold: " +
         threshold + "\n";
}

}  // namespace

TEST_SUITE("cloudformation: stacks") {
  TEST_CASE("are created in the order of their graph") {
    Stacks world;
    CHECK(world.create("app", kTopicAndQueue) == "CREATE_COMPLETE");
    const auto events = world.events("app");
    CHECK(events.front() == "app CREATE_IN_PROGRESS");
    CHECK(events.back() == "app CREATE_COMPLETE");
    // The subscription waits for both; these two wait for nobody.
    CHECK(place_of(events, "Queue CREATE_COMPLETE") <
          place_of(events, "Subscription CREATE_IN_PROGRESS"));
    CHECK(place_of(events, "Topic CREATE_COMPLETE") <
          place_of(events, "Subscription CREATE_IN_PROGRESS"));
    CHECK(place_of(events, "Topic CREATE_IN_PROGRESS") < place_of(events, "Queue CREATE_COMPLETE"));
    const std::string url = world.physical_id("app", "Queue");
    CHECK(world.must("sqs", "GetQueueAttributes",
                     {{"QueueUrl", url},
                      {"AttributeNames", {"All"}}})["Attributes"]["VisibilityTimeout"] == "4");
    CHECK(world.stack("app")["Outputs"][0]["OutputValue"] == url);
  }

  TEST_CASE("a loop over a parameter makes another template for other values; rules come first") {
    static constexpr const char* kLoop = R"(
Transform: AWS::LanguageExtensions
Parameters:
  Names: { Type: CommaDelimitedList, Default: "a,b" }
Rules:
  Few: { Assertions: [{ Assert: !Not [!Contains [!Ref Names, z]], AssertDescription: no z }] }
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic${Name}: { Type: AWS::SNS::Topic, Properties: { TopicName: !Sub 't-${Name}' } }
)";
    Stacks world;
    const auto with = [](const char* names) {
      return Json{{"StackName", "app"},
                  {"TemplateBody", kLoop},
                  {"Capabilities", {"CAPABILITY_AUTO_EXPAND"}},
                  {"Parameters", {{{"ParameterKey", "Names"}, {"ParameterValue", names}}}}};
    };
    CHECK(world.message("CreateStack", {{"StackName", "app"}, {"TemplateBody", kLoop}}) ==
          "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
    CHECK(world.message("CreateStack", with("a,z")) == "ValidationError: Rule Few failed: no z");
    world.must("cloudformation", "CreateStack", with("x,y"));
    world.run_for(5min);
    CHECK_FALSE(world.physical_id("app", "Topicy").empty());
    world.must("cloudformation", "UpdateStack", with("x,w"));
    world.run_for(5min);
    const Json left = world.must("cloudformation", "ListStackResources", {{"StackName", "app"}});
    CHECK(left["StackResourceSummaries"].size() == 2);
    CHECK_FALSE(world.physical_id("app", "Topicw").empty());
    CHECK(world.must("cloudformation", "ValidateTemplate",
                     {{"TemplateBody", kLoop}})["DeclaredTransforms"][0] ==
          "AWS::LanguageExtensions");
  }

  TEST_CASE("an update with nothing new is refused in AWS's words") {
    Stacks world;
    world.create("app", kTopicAndQueue);
    CHECK(world.message("UpdateStack", {{"StackName", "app"}, {"UsePreviousTemplate", true}}) ==
          "ValidationError: No updates are to be performed.");
  }

  TEST_CASE("an update in place reaches the service, a replacement comes before its cleanup") {
    Stacks world;
    world.create("app", alarm("1"));
    const std::string before = world.physical_id("app", "Alarm");
    CHECK(world.update("app", alarm("2")) == "UPDATE_COMPLETE");
    CHECK(world.physical_id("app", "Alarm") == before);
    CHECK(world.must("cloudwatch", "DescribeAlarms",
                     {{"AlarmNames", {before}}})["MetricAlarms"][0]["Threshold"] == 2);
    // AlarmName: "Update requires: Replacement"
    CHECK(world.update("app", alarm("2", "named")) == "UPDATE_COMPLETE");
    CHECK(world.physical_id("app", "Alarm") == "named");
    CHECK(world.must("cloudwatch", "DescribeAlarms", {{"AlarmNames", {before}}})["MetricAlarms"]
              .empty());
    const auto events = world.events("app");
    CHECK(place_of(events, "app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") <
          place_of(events, "Alarm DELETE_IN_PROGRESS"));
  }

  TEST_CASE("a refused resource rolls the creation back in reverse") {
    Stacks world;
    world.must("sns", "CreateTopic", {{"Name", "first"}});
    world.must("cloudwatch", "PutMetricAlarm",
               {{"AlarmName", "taken"},
                {"Namespace", "N"},
                {"MetricName", "M"},
                {"Statistic", "Sum"},
                {"Period", 60},
                {"EvaluationPeriods", 1},
                {"Threshold", 1},
                {"ComparisonOperator", "GreaterThanThreshold"}});
    const std::string body =
        alarm("1", "taken") + "    DependsOn: Queue\n  Queue: { Type: AWS::SQS::Queue }\n";
    CHECK(world.create("app", body) == "ROLLBACK_COMPLETE");
    CHECK(world.resource_reason("app", "Alarm").find("HandlerErrorCode: AlreadyExists") !=
          std::string::npos);
    const auto events = world.events("app");
    CHECK(place_of(events, "Alarm CREATE_FAILED") < place_of(events, "app ROLLBACK_IN_PROGRESS"));
    CHECK(place_of(events, "app ROLLBACK_IN_PROGRESS") < place_of(events, "Queue DELETE_COMPLETE"));
    CHECK(world.must("sqs", "ListQueues")["QueueUrls"].empty());
    // "You can't update a stack in ROLLBACK_COMPLETE: only delete it"
    CHECK(world.message("UpdateStack", {{"StackName", "app"}, {"TemplateBody", alarm("1")}})
              .find("is in ROLLBACK_COMPLETE state and can not be updated.") != std::string::npos);
  }

  TEST_CASE("a failed update is undone: what changed is as it was, what is new is gone") {
    Stacks world;
    world.create("other", alarm("1", "taken"));
    world.create("app", alarm("1"));
    const std::string name = world.physical_id("app", "Alarm");
    const std::string body = alarm("5") +
                             "  Second:\n    Type: AWS::CloudWatch::Alarm\n    DependsOn: Alarm\n"
                             "    Properties: { AlarmName: taken, Namespace: N, MetricName: M, "
                             "Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1, "
                             "ComparisonOperator: GreaterThanThreshold }\n";
    CHECK(world.update("app", body) == "UPDATE_ROLLBACK_COMPLETE");
    CHECK(world.must("cloudwatch", "DescribeAlarms",
                     {{"AlarmNames", {name}}})["MetricAlarms"][0]["Threshold"] == 1);
    CHECK(world.must("cloudwatch", "DescribeAlarms", {{"AlarmNames", {"taken"}}})["MetricAlarms"]
              .size() == 1);
    CHECK(world.update("app", alarm("3")) == "UPDATE_COMPLETE");
  }

  TEST_CASE("deletion keeps what is to be retained, and refuses while an export is in use") {
    Stacks world;
    world.create("app", kTopicAndQueue);
    world.create("user",
                 "Resources:\n  P:\n    Type: AWS::SSM::Parameter\n    DeletionPolicy: Retain\n"
                 "    Properties: { Name: /where, Type: String, Value: !ImportValue where }\n");
    world.must("cloudformation", "DeleteStack", {{"StackName", "app"}});
    CHECK(world.settle("app") == "CREATE_COMPLETE");
    CHECK(world.reason("app") == "Export where cannot be deleted as it is in use by user");
    const auto user = world.stack("user")["StackId"].get<std::string>();
    world.must("cloudformation", "DeleteStack", {{"StackName", "user"}});
    CHECK(world.settle(user) == "DELETE_COMPLETE");
    CHECK(world.must("ssm", "GetParameter", {{"Name", "/where"}})["Parameter"]["Name"] == "/where");
    const auto app = world.stack("app")["StackId"].get<std::string>();
    world.must("cloudformation", "DeleteStack", {{"StackName", "app"}});
    CHECK(world.settle(app) == "DELETE_COMPLETE");
    CHECK(world.must("sqs", "ListQueues")["QueueUrls"].empty());
    CHECK(world.message("DescribeStacks", {{"StackName", "app"}}) ==
          "ValidationError: Stack with id app does not exist");
  }

  // User Guide, "Stack failure options"; CreateStack: OnFailure, DisableRollback.
  TEST_CASE("what becomes of a failed creation is as was asked for") {
    Stacks world;
    world.create("other", alarm("1", "taken"));
    const std::string body =
        alarm("1", "taken") + "    DependsOn: Queue\n  Queue: { Type: AWS::SQS::Queue }\n";
    CHECK(world.create("kept", body, {{"DisableRollback", true}}) == "CREATE_FAILED");
    CHECK(world.must("sqs", "ListQueues")["QueueUrls"].size() == 1);
    world.must("cloudformation", "RollbackStack", {{"StackName", "kept"}});
    CHECK(world.settle("kept") == "ROLLBACK_COMPLETE");
    const Json asked{{"StackName", "gone"}, {"TemplateBody", body}, {"OnFailure", "DELETE"}};
    const auto id =
        world.must("cloudformation", "CreateStack", asked)["StackId"].get<std::string>();
    CHECK(world.settle(id) == "DELETE_COMPLETE");
    CHECK(world.message("CreateStack", {{"StackName", "x"},
                                        {"TemplateBody", body},
                                        {"DisableRollback", true},
                                        {"OnFailure", "DELETE"}}) ==
          "ValidationError: You can specify only one of DisableRollback or OnFailure, not both.");
  }

  TEST_CASE("a time-out, a cancelled update, and protection from termination") {
    Stacks world;
    const std::string wait =
        "Resources:\n  Wait:\n    Type: AWS::CloudFormation::WaitCondition\n    CreationPolicy: { "
        "ResourceSignal: { Timeout: PT1H } }\n";
    const SimTime begun = world.sim.now();
    CHECK(world.create("slow", wait, {{"TimeoutInMinutes", 5}}) == "ROLLBACK_COMPLETE");
    CHECK(world.sim.now() - begun < 10min);
    world.create("app", alarm("1"), {{"EnableTerminationProtection", true}});
    CHECK(world.message("DeleteStack", {{"StackName", "app"}}) ==
          "ValidationError: Stack [app] cannot be deleted while TerminationProtection is enabled");
    world.must("cloudformation", "UpdateStack",
               {{"StackName", "app"}, {"TemplateBody", alarm("2") + wait.substr(11)}});
    world.run_for(1min);
    world.must("cloudformation", "CancelUpdateStack", {{"StackName", "app"}});
    CHECK(world.settle("app") == "UPDATE_ROLLBACK_COMPLETE");
    const Json seen = world.must("cloudwatch", "DescribeAlarms",
                                 {{"AlarmNames", {world.physical_id("app", "Alarm")}}});
    CHECK(seen["MetricAlarms"][0]["Threshold"] == 1);
  }

  // User Guide, "Stack Status Change event detail", "Resource Status Change event detail".
  TEST_CASE("rules see stacks and resources change, in EventBridge's shape") {
    Stacks world;
    const auto queue =
        world.must("sqs", "CreateQueue", {{"QueueName", "seen"}})["QueueUrl"].get<std::string>();
    world.let_everybody_in("arn:aws:sqs:us-east-1:123456789012:seen");
    world.must("events", "PutRule",
               {{"Name", "stacks"}, {"EventPattern", R"({"source": ["aws.cloudformation"],
                  "detail": {"status-details": {"status": ["CREATE_COMPLETE"]}}})"}});
    world.must(
        "events", "PutTargets",
        {{"Rule", "stacks"},
         {"Targets",
          Json::array({{{"Id", "q"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:seen"}}})}});
    CHECK(world.create("app", alarm("1"), {{"ClientRequestToken", "mine"}}) == "CREATE_COMPLETE");
    std::map<std::string, Json> details;
    for (int i = 0; i < 4; ++i) {
      const Json got =
          world.must("sqs", "ReceiveMessage", {{"QueueUrl", queue}, {"MaxNumberOfMessages", 10}});
      if (!got.contains("Messages")) continue;
      for (const Json& one : got["Messages"]) {
        const Json event = Json::parse(one["Body"].get<std::string>());
        details[event["detail-type"].get<std::string>()] = event["detail"];
      }
    }
    const Json stack = details["CloudFormation Stack Status Change"];
    CHECK(stack["stack-id"] == world.stack("app")["StackId"]);
    CHECK(stack["client-request-token"] == "mine");
    const Json resource = details["CloudFormation Resource Status Change"];
    CHECK(resource["logical-resource-id"] == "Alarm");
    CHECK(resource["resource-type"] == "AWS::CloudWatch::Alarm");
    CHECK(resource["physical-resource-id"] == world.physical_id("app", "Alarm"));
  }
}

}  // namespace opsim::tests

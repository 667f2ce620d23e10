// Notifications, outputs, lists of commands; settings; instances without a role.
#include <doctest/doctest.h>

#include "models/parameter_store/service.hpp"
#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

/// Stands for SNS, S3 and CloudWatch Logs: remembers what it was asked.
struct Recorder : Model {
  struct Call {
    std::string operation;
    std::string principal;
    Json input;
  };
  std::vector<Call> calls;
};
ApiResult<Json> remember(Recorder& recorder, const Request& request) {
  recorder.calls.push_back(
      {std::string{request.operation}, request.caller.principal, request.input});
  return Json::object();
}
constexpr Operation kPublish[] = {{.name = "Publish", .now = &immediate<Recorder, remember>}};
constexpr Operation kPut[] = {{.name = "PutObject", .now = &immediate<Recorder, remember>}};
constexpr Operation kLogs[] = {
    {.name = "CreateLogGroup", .now = &immediate<Recorder, remember>},
    {.name = "CreateLogStream", .now = &immediate<Recorder, remember>},
    {.name = "PutLogEvents", .now = &immediate<Recorder, remember>},
};
std::unique_ptr<Model> make_recorder(Cloud&) { return std::make_unique<Recorder>(); }
constexpr Service kTopicRecorder{
    .name = "sns", .title = "topics", .make = make_recorder, .operations = kPublish};
constexpr Service kBucketRecorder{
    .name = "s3", .title = "buckets", .make = make_recorder, .operations = kPut};
constexpr Service kLogRecorder{
    .name = "logs", .title = "logs", .make = make_recorder, .operations = kLogs};
const Service* const kRecording[] = {&kSsm,           &kParameterStore, &kFakeEc2,
                                     &kTopicRecorder, &kBucketRecorder, &kLogRecorder};

struct Recorded : World {
  Recorded() : World{Seed{1}, Level::everything, kRecording} { add_instance("i-1"); }
  std::vector<Recorder::Call>& calls(std::string_view service) {
    return static_cast<Recorder*>(cloud.model(service))->calls;
  }
  ApiResult<Json> send(const Json& more) {
    Json input{{"DocumentName", "AWS-RunShellScript"},
               {"Parameters", {{"commands", {"date"}}}},
               {"InstanceIds", {"i-1"}}};
    input.update(more);
    return ask("SendCommand", input);
  }
};

const std::string kTopic = "arn:aws:sns:us-east-1:012345678901:runs";
const std::string kRole = "arn:aws:iam::012345678901:role/publisher";

Json notify(const char* type, const char* event) {
  return {
      {"ServiceRoleArn", kRole},
      {"NotificationConfig",
       {{"NotificationArn", kTopic}, {"NotificationEvents", {event}}, {"NotificationType", type}}}};
}

}  // namespace

TEST_SUITE("ssm: what a command tells and leaves") {
  // User Guide, "Example Amazon SNS notifications for AWS Systems Manager".
  TEST_CASE("a topic hears of the command, by the service role, in the documented shape") {
    Recorded world;
    const auto sent = world.send(notify("Command", "All"));
    REQUIRE(sent.has_value());
    world.run_for(5min);
    const auto& calls = world.calls("sns");
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].principal == kRole);
    CHECK(calls[0].input.at("TopicArn") == kTopic);
    const Json message = Json::parse(calls[0].input.at("Message").get<std::string>());
    std::vector<std::string> members;
    for (const auto& [name, value] : message.items()) members.push_back(name);
    CHECK(members == std::vector<std::string>{"commandId", "documentName", "eventTime",
                                              "expiresAfter", "instanceIds", "outputS3BucketName",
                                              "outputS3KeyPrefix", "requestedDateTime", "status"});
    CHECK(message.at("status") == "InProgress");
    CHECK(message.at("instanceIds") == Json::array({"i-1"}));
    const Json last = Json::parse(calls[1].input.at("Message").get<std::string>());
    CHECK(last.at("status") == "Success");
  }

  TEST_CASE("of invocations each instance is told of; only the events that are asked for") {
    Recorded world;
    world.add_instance("i-2");
    world.physics("AWS-RunShellScript", "{ takes: 4s, succeeds: 0 % }");
    Json more = notify("Invocation", "Failed");
    more["InstanceIds"] = {"i-1", "i-2"};
    REQUIRE(world.send(more).has_value());
    world.run_for(5min);
    const auto& calls = world.calls("sns");
    REQUIRE(calls.size() == 2);
    const Json message = Json::parse(calls[0].input.at("Message").get<std::string>());
    CHECK(message.at("instanceId") == "i-1");
    CHECK(message.at("status") == "Failed");
    CHECK(message.at("statusDetails") == "Failed");
    const Json other = Json::parse(calls[1].input.at("Message").get<std::string>());
    CHECK(other.at("instanceId") == "i-2");  // sent when i-1 had taken the command
  }

  TEST_CASE("a notification needs a topic and a role") {
    Recorded world;
    Json no_role = notify("Command", "All");
    no_role.erase("ServiceRoleArn");
    CHECK(world.send(no_role).error().code == "InvalidRole");
    Json no_topic = notify("Command", "All");
    no_topic["NotificationConfig"]["NotificationArn"] = "runs";
    CHECK(world.send(no_topic).error().code == "InvalidNotificationConfig");
    CHECK(world.send(notify("Command", "Broken")).error().code == "InvalidNotificationConfig");
  }

  // User Guide, "Configuring Amazon CloudWatch Logs for Run Command" and its page on buckets.
  TEST_CASE("the output goes to a bucket and to a log group") {
    Recorded world;
    world.physics("AWS-RunShellScript", "{ takes: 4s, output: freed 12 GB }");
    const auto sent = world.send({{"OutputS3BucketName", "runs"},
                                  {"OutputS3KeyPrefix", "clean"},
                                  {"CloudWatchOutputConfig", {{"CloudWatchOutputEnabled", true}}}});
    REQUIRE(sent.has_value());
    const std::string id = sent->at("Command").at("CommandId").get<std::string>();
    world.run_for(5min);
    const auto& puts = world.calls("s3");
    REQUIRE(puts.size() == 1);
    const std::string key = puts[0].input.at("Key").get<std::string>();
    CHECK(key.starts_with("clean/" + id + "/i-1/awsrunShellScript/"));
    CHECK(key.ends_with("/stdout"));
    CHECK(puts[0].input.at("Body") == "freed 12 GB");
    const Json got = *world.ask("GetCommandInvocation", {{"CommandId", id}, {"InstanceId", "i-1"}});
    CHECK(got.at("StandardOutputUrl") == "https://s3.us-east-1.amazonaws.com/runs/" + key);
    const auto& logs = world.calls("logs");
    REQUIRE(logs.size() == 3);
    CHECK(logs[2].operation == "PutLogEvents");
    CHECK(logs[2].input.at("logGroupName") == "/aws/ssm/AWS-RunShellScript");
    CHECK(logs[2].input.at("logStreamName") == id + "/i-1/aws-runShellScript/stdout");
  }

  // API Reference, CommandFilter: key and value; MaxResults 1 to 50.
  TEST_CASE("commands are listed by status, stage, document and time, in pages") {
    Recorded world;
    for (int i = 0; i < 3; ++i) {
      REQUIRE(world.send(Json::object()).has_value());
      world.run_for(10min);
    }
    REQUIRE(world.send(Json::object()).has_value());
    const auto listed = [&](const char* key, const char* value) {
      return world
          .ask("ListCommands", {{"Filters", Json::array({{{"key", key}, {"value", value}}})}})
          ->at("Commands")
          .size();
    };
    CHECK(listed("Status", "Success") == 3);
    CHECK(listed("ExecutionStage", "Executing") == 1);
    CHECK(listed("ExecutionStage", "Complete") == 3);
    CHECK(listed("DocumentName", "AWS-RunPowerShellScript") == 0);
    CHECK(listed("InvokedAfter", "2026-03-02T09:15:00Z") == 2);
    CHECK(listed("InvokedBefore", "2026-03-02T09:15:00Z") == 2);
    const Json first = *world.ask("ListCommandInvocations", {{"MaxResults", 3}});
    CHECK(first.at("CommandInvocations").size() == 3);
    const Json rest = *world.ask("ListCommandInvocations",
                                 {{"MaxResults", 3}, {"NextToken", first.at("NextToken")}});
    CHECK(rest.at("CommandInvocations").size() == 1);
    CHECK_FALSE(rest.contains("NextToken"));
    const Json details = *world.ask("ListCommandInvocations", {{"Details", true}});
    CHECK(details.at("CommandInvocations")[1].at("CommandPlugins")[0].at("Status") == "Success");
    const Json colour = Json::array({{{"key", "Colour"}, {"value", "red"}}});
    CHECK(world.ask("ListCommands", {{"Filters", colour}}).error().code == "InvalidFilterKey");
    CHECK(world.ask("ListCommands", {{"MaxResults", 51}}).error().code == "ValidationException");
  }
}

TEST_SUITE("ssm: managed instances") {
  // User Guide, "Configure instance permissions required for Systems Manager".
  TEST_CASE("an instance without a role is not managed, unless all hosts are") {
    Recorded world;
    world.add_instance("i-bare", {.has_role = false});
    const auto known = [&](const char* id) {
      const Json by_id = Json::array({{{"Key", "InstanceIds"}, {"Values", {id}}}});
      const Json answer = *world.ask("DescribeInstanceInformation", {{"Filters", by_id}});
      return answer.at("InstanceInformationList").size() == 1;
    };
    CHECK(known("i-1"));
    CHECK_FALSE(known("i-bare"));
    CHECK(world.send({{"InstanceIds", {"i-bare"}}}).error().code == "InvalidInstanceId");
    // By its tags it is found, and the command cannot be delivered.
    const Json all = Json::array({{{"Key", "InstanceIds"}, {"Values", {"*"}}}});
    const auto sent = world.send({{"InstanceIds", Json::array()}, {"Targets", all}});
    REQUIRE(sent.has_value());
    const std::string id = sent->at("Command").at("CommandId").get<std::string>();
    world.run_for(5min);
    const Json bare =
        *world.ask("GetCommandInvocation", {{"CommandId", id}, {"InstanceId", "i-bare"}});
    CHECK(bare.at("StatusDetails") == "Undeliverable");

    REQUIRE(world
                .ask("UpdateServiceSetting",
                     {{"SettingId", "/ssm/managed-instance/default-ec2-instance-management-role"},
                      {"SettingValue",
                       "service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole"}})
                .has_value());
    CHECK(known("i-bare"));
    CHECK(world.send({{"InstanceIds", {"i-bare"}}}).has_value());
  }
}

TEST_SUITE("ssm: adaptive concurrency") {
  // User Guide, "Running automations": 100 run and 1,000 wait; with adaptive concurrency up to 500
  // run and 5,000 wait.
  TEST_CASE("the setting raises how many automations run at once") {
    Recorded world;
    world.document("Wait", R"(
schemaVersion: '0.3'
mainSteps: [{ name: wait, action: 'aws:sleep', inputs: { Duration: PT1H } }]
)");
    const std::string setting = "/ssm/automation/enable-adaptive-concurrency";
    CHECK(world.ask("GetServiceSetting", {{"SettingId", setting}})
              ->at("ServiceSetting")
              .at("Status") == "Default");
    for (int i = 0; i < 101; ++i) world.start("Wait");
    const auto running = [&] { return world.ssm().lane(kHome, false).running; };
    CHECK(running() == 100);
    REQUIRE(world.ask("UpdateServiceSetting", {{"SettingId", setting}, {"SettingValue", "True"}})
                .has_value());
    CHECK(world.ask("GetServiceSetting", {{"SettingId", setting}})
              ->at("ServiceSetting")
              .at("Status") == "Customized");
    for (int i = 0; i < 450; ++i) world.start("Wait");
    CHECK(running() == 500);
    CHECK(world.ssm().lane(kHome, false).most_queued == 5'000);
    REQUIRE(world.ask("ResetServiceSetting", {{"SettingId", setting}}).has_value());
    CHECK(world.ssm().lane(kHome, false).most_running == 100);
    CHECK(world.ask("GetServiceSetting", {{"SettingId", "/ssm/none"}}).error().code ==
          "ServiceSettingNotFound");
  }
}

}  // namespace opsim::tests

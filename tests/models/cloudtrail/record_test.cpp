#include "models/cloudtrail/record.hpp"

#include <doctest/doctest.h>

namespace opsim::cloudtrail {

namespace {

const Place kHome{"012345678901", "us-east-1"};

Record stop_instances() {
  Record record;
  record.id = "event-1";
  record.request = "request-1";
  record.at = *parse_iso8601("2026-03-02T09:00:00.250Z");
  record.caller = {kHome, "arn:aws:iam::012345678901:role/CleanUp", "ssm.amazonaws.com"};
  record.service = "ec2";
  record.operation = "StopInstances";
  record.input = R"({"InstanceIds": ["i-00000001"], "Force": false})";
  record.output = R"({"StoppingInstances": [{"InstanceId": "i-00000001"}]})";
  return record;
}

}  // namespace

TEST_SUITE("cloudtrail: a record") {
  TEST_CASE("has the documented members") {
    const Json json = record_json(stop_instances());
    for (const char* name :
         {"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
          "sourceIPAddress", "userAgent", "requestParameters", "responseElements", "requestID",
          "eventID", "readOnly", "eventType", "managementEvent", "recipientAccountId",
          "eventCategory"})
      CHECK_MESSAGE(json.contains(name), name);
    CHECK(json["eventTime"] == "2026-03-02T09:00:00Z");
    CHECK(json["eventSource"] == "ec2.amazonaws.com");
    CHECK(json["sourceIPAddress"] == "ssm.amazonaws.com");
    CHECK_FALSE(json.contains("errorCode"));
  }

  TEST_CASE("names the caller as IAM knows it") {
    struct Row {
      Caller caller;
      Json expected;
    };
    const Row rows[] = {
        {{kHome, "events.amazonaws.com", ""},
         {{"type", "AWSService"}, {"invokedBy", "events.amazonaws.com"}}},
        {{kHome, "arn:aws:iam::012345678901:user/ops/anna", ""},
         {{"type", "IAMUser"},
          {"userName", "anna"},
          {"accountId", "012345678901"},
          {"arn", "arn:aws:iam::012345678901:user/ops/anna"}}},
        {{kHome, "arn:aws:iam::012345678901:root", ""},
         {{"type", "Root"}, {"accountId", "012345678901"}}},
        {{kHome, "arn:aws:iam::012345678901:role/path/CleanUp", "ssm.amazonaws.com"},
         {{"type", "AssumedRole"},
          {"arn", "arn:aws:sts::012345678901:assumed-role/CleanUp/ssm"},
          {"invokedBy", "ssm.amazonaws.com"}}},
        {{kHome, "arn:aws:sts::012345678901:assumed-role/CleanUp/run-1", ""},
         {{"type", "AssumedRole"},
          {"arn", "arn:aws:sts::012345678901:assumed-role/CleanUp/run-1"}}},
    };
    for (const auto& [caller, expected] : rows) {
      CAPTURE(caller.principal);
      const Json identity = user_identity(caller);
      for (const auto& [name, value] : expected.items())
        CHECK(identity.value(name, Json{}) == value);
    }
  }

  TEST_CASE("writes members with a small first letter, and leaves users' names alone") {
    const Json input{{"DocumentName", "CleanUp"},
                     {"OKActions", Json::array()},
                     {"Parameters", {{"InstanceId", {"i-1"}}, {"AutomationAssumeRole", {"r"}}}},
                     {"Targets", {{{"Key", "tag:Name"}, {"Values", {"web"}}}}}};
    CHECK(lower_camel(input) ==
          Json{{"documentName", "CleanUp"},
               {"oKActions", Json::array()},
               {"parameters", {{"InstanceId", {"i-1"}}, {"AutomationAssumeRole", {"r"}}}},
               {"targets", {{{"key", "tag:Name"}, {"values", {"web"}}}}}});
  }

  TEST_CASE("shows EC2's lists of instances as sets") {
    const Json json = record_json(stop_instances());
    CHECK(json["requestParameters"] ==
          Json{{"force", false}, {"instancesSet", {{"items", {{{"instanceId", "i-00000001"}}}}}}});
    CHECK(json["responseElements"] ==
          Json{{"instancesSet", {{"items", {{{"instanceId", "i-00000001"}}}}}}});
  }

  TEST_CASE("has no response for reads, and an error where there was one") {
    Record record = stop_instances();
    record.read_only = true;
    CHECK(record_json(record)["responseElements"].is_null());
    record.error_code = "UnauthorizedOperation";
    record.error_message = "no";
    CHECK(record_json(record)["errorCode"] == "UnauthorizedOperation");
  }

  TEST_CASE("names CloudWatch's source as CloudTrail does") {
    CHECK(event_source("cloudwatch") == "monitoring.amazonaws.com");
    CHECK(event_source("ssm") == "ssm.amazonaws.com");
  }
}

}  // namespace opsim::cloudtrail

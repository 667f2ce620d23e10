#include <doctest/doctest.h>

#include "tests/models/incident_manager/team.hpp"

namespace opsim::tests {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kPlanArn = "arn:aws:ssm-incidents::123456789012:response-plan/disk";
constexpr std::string_view kAlarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:disk-i-1";
constexpr std::string_view kRule = "arn:aws:events:us-east-1:123456789012:rule/r";

struct Plans : Team {
  Json plan{{"Name", "disk"},
            {"IncidentTemplate", {{"Title", "Disk trouble"}, {"Impact", 2}, {"Summary", "Look"}}}};
  void make_plan() { make("AWS::SSMIncidents::ResponsePlan", "DiskPlan", plan); }
  std::string trigger(std::string_view from, std::string text = "{}") {
    const auto answer = deliver(kPlanArn, std::move(text), {}, std::string{from});
    REQUIRE(answer.has_value());
    return answer->at("incidentRecordArn").get<std::string>();
  }
  Json record(const std::string& arn) {
    return must("ssm-incidents", "GetIncidentRecord", {{"arn", arn}}).at("incidentRecord");
  }
  void resolve(const std::string& arn) {
    must("ssm-incidents", "UpdateIncidentRecord", {{"arn", arn}, {"status", "RESOLVED"}});
  }
  std::vector<std::string> timeline(const std::string& arn) {
    const Json events = must("ssm-incidents", "ListTimelineEvents", {{"incidentRecordArn", arn}});
    std::vector<std::string> types;
    for (const Json& event : events.at("eventSummaries"))
      types.push_back(event.at("eventType").get<std::string>());
    return types;
  }
};

}  // namespace

TEST_SUITE("incident manager: incidents") {
  TEST_CASE("an alarm opens an incident from its response plan") {
    Plans world;
    world.make_plan();
    const std::string arn = world.trigger(kAlarm);
    CHECK(arn.starts_with("arn:aws:ssm-incidents::123456789012:incident-record/disk/"));
    const Json record = world.record(arn);
    CHECK(record.at("title") == "Disk trouble");
    CHECK(record.at("impact") == 2);
    CHECK(record.at("status") == "OPEN");
    CHECK(record.at("incidentRecordSource").at("source") == "aws.cloudwatch");
    CHECK(record.at("incidentRecordSource").at("resourceArn") == kAlarm);
    CHECK(world.told({EntryKind::incident})
              .at(0)
              .starts_with("+0:00:00 Disk trouble: opened by arn:aws:cloudwatch"));
  }

  TEST_CASE("triggers collapse into the open incident that they duplicate") {
    struct Row {
      const char* what;
      std::string first_from, first_text, second_from, second_text;
      bool same;
    };
    const std::string one = R"({"resources":["arn:aws:ec2:us-east-1:1:instance/i-1"]})";
    const std::string two = R"({"resources":["arn:aws:ec2:us-east-1:1:instance/i-2"]})";
    const std::string alarm{kAlarm};
    const std::string rule{kRule};
    const Row rows[] = {
        {"the same alarm", alarm, "{}", alarm, R"({"again":1})", true},
        {"another alarm", alarm, "{}", alarm + "-2", "{}", false},
        {"the same event", rule, one, rule, one, true},
        {"an event about another resource", rule, one, rule, two, false},
    };
    for (const Row& row : rows) {
      CAPTURE(row.what);
      Plans world;
      world.make_plan();
      const std::string first = world.trigger(row.first_from, row.first_text);
      world.run_for(1min);
      CHECK((world.trigger(row.second_from, row.second_text) == first) == row.same);
      const Json all = world.must("ssm-incidents", "ListIncidentRecords");
      CHECK(all.at("incidentRecordSummaries").size() == (row.same ? 1 : 2));
    }
  }

  TEST_CASE("a dedupe string makes one incident of all triggers, until it is resolved") {
    Plans world;
    world.plan["IncidentTemplate"]["DedupeString"] = "disks";
    world.make_plan();
    const std::string first = world.trigger(kAlarm);
    CHECK(world.trigger(kRule) == first);
    const Json started =
        world.must("ssm-incidents", "StartIncident", {{"responsePlanArn", kPlanArn}});
    CHECK(started.at("incidentRecordArn") == first);
    CHECK(world.record(first).at("dedupeString") == "disks");
    CHECK(std::ranges::count(world.timeline(first), "SSM Incident Trigger") == 3);
    world.resolve(first);
    CHECK(world.trigger(kAlarm) != first);
  }

  TEST_CASE("by hand, each start is an incident of its own") {
    Plans world;
    world.make_plan();
    const Json input{{"responsePlanArn", kPlanArn}, {"title", "By hand"}, {"impact", 1}};
    const Json first = world.must("ssm-incidents", "StartIncident", input);
    const Json second = world.must("ssm-incidents", "StartIncident", input);
    CHECK(first != second);
    const Json record = world.record(first.at("incidentRecordArn").get<std::string>());
    CHECK(record.at("title") == "By hand");
    CHECK(record.at("impact") == 1);
    CHECK(record.at("incidentRecordSource").at("source") == "aws.ssm-incidents.custom");
  }

  TEST_CASE("the runbook starts with the incident's ARN and what is involved") {
    Plans world;
    const Json action{{"DocumentName", "CleanUp"},
                      {"DocumentVersion", "$DEFAULT"},
                      {"RoleArn", "arn:aws:iam::123456789012:role/incidents"},
                      {"Parameters", {{{"Key", "Depth"}, {"Values", {"3"}}}}},
                      {"DynamicParameters",
                       {{{"Key", "Incident"}, {"Value", {{"Variable", "INCIDENT_RECORD_ARN"}}}},
                        {{"Key", "On"}, {"Value", {{"Variable", "INVOLVED_RESOURCES"}}}}}}};
    world.plan["Actions"] = Json::array({{{"SsmAutomation", action}}});
    world.make_plan();
    const std::string instance = "arn:aws:ec2:us-east-1:123456789012:instance/i-1";
    const std::string arn =
        world.trigger(kRule, Json{{"resources", Json::array({instance})}}.dump());
    world.run_for(1min);
    REQUIRE(world.automations().started.size() == 1);
    CHECK(world.automations().started[0] == Json{{"DocumentName", "CleanUp"},
                                                 {"DocumentVersion", "$DEFAULT"},
                                                 {"Parameters",
                                                  {{"Depth", Json::array({"3"})},
                                                   {"Incident", Json::array({arn})},
                                                   {"On", Json::array({instance})}}}});
    CHECK(world.record(arn).at("automationExecutions") ==
          Json::array({{{"ssmExecutionArn",
                         "arn:aws:ssm:us-east-1:123456789012:automation-execution/execution-1"}}}));
  }

  TEST_CASE("contacts are engaged, and resolving the incident stops it") {
    Plans world;
    world.person("ann", {{{"sms", 2}, 10}});
    world.person("bob", {{{"sms", 0}, 10}});
    world.escalation("escalation", {{"ann", 5}, {"bob", 5}});
    world.plan["Engagements"] = Json::array({world.arn("escalation")});
    world.make_plan();
    const std::string arn = world.trigger(kAlarm);
    world.run_for(3min);
    CHECK(world.rings().size() == 2);
    CHECK(Outside::of(world.cloud).got[0].payload.at("Subject") == "Disk trouble");
    CHECK(Outside::of(world.cloud).got[0].payload.at("IncidentRecordArn") == arn);
    world.resolve(arn);
    world.run_for(1h);
    CHECK(world.rings().size() == 2);
    CHECK(world.record(arn).at("status") == "RESOLVED");
    CHECK(world.timeline(arn) ==
          Lines{"SSM Incident Trigger", "SSM Incident Start", "SSM Contacts Page for Incident",
                "SSM Contacts Page for Incident", "SSM Incident Record Update"});
    const Json engagements =
        world.must("ssm-contacts", "ListEngagements", {{"IncidentId", arn}}).at("Engagements");
    REQUIRE(engagements.size() == 1);
    CHECK(engagements[0].contains("StopTime"));
  }

  TEST_CASE("the chat channel and the notification targets hear of it") {
    Plans world;
    const std::string chat = world.make("AWS::SNS::Topic", "Chat", {{"TopicName", "chat"}});
    const std::string mail = world.make("AWS::SNS::Topic", "Mail", {{"TopicName", "mail"}});
    // Incident Manager User Guide, "chat": topics need a statement for ssm-incidents.amazonaws.com.
    for (const std::string& topic : {chat, mail}) world.let_everybody_in(topic);
    world.plan["ChatChannel"] = {{"ChatbotSns", Json::array({chat})}};
    world.plan["IncidentTemplate"]["NotificationTargets"] = Json::array({{{"SnsTopicArn", mail}}});
    world.make_plan();
    const std::string arn = world.trigger(kAlarm);
    world.run_for(12min);
    world.resolve(arn);
    world.run_for(1min);
    CHECK(world.told({EntryKind::message}) ==
          Lines{"+0:00:00 Mail: \"Incident opened: Disk trouble\", nobody subscribes",
                "+0:00:00 Chat: \"Incident opened: Disk trouble\", nobody subscribes",
                "+0:12:00 Mail: \"Incident resolved: Disk trouble\", nobody subscribes",
                "+0:12:00 Chat: \"Incident resolved: Disk trouble\", nobody subscribes"});
    CHECK(world.told({EntryKind::incident}).at(1) ==
          "+0:12:00 Disk trouble: resolved after 12 min");
  }

  TEST_CASE("timeline events are found by type, and read with their data") {
    Plans world;
    world.make_plan();
    const std::string arn = world.trigger(kAlarm, R"({"detail":{"alarmName":"disk"}})");
    world.must("ssm-incidents", "CreateTimelineEvent",
               {{"incidentRecordArn", arn},
                {"eventTime", "2026-03-02T08:00:00Z"},
                {"eventType", "Custom Event"},
                {"eventData", "\"it began\""}});
    CHECK(world.timeline(arn) ==
          Lines{"Custom Event", "SSM Incident Trigger", "SSM Incident Start"});
    // As the runbook of AWS's tutorial asks.
    const Json wanted{{"equals", {{"stringValues", Json::array({"SSM Incident Trigger"})}}}};
    const Json found =
        world.must("ssm-incidents", "list_timeline_events",
                   {{"incidentRecordArn", arn},
                    {"filters", Json::array({{{"key", "eventType"}, {"condition", wanted}}})}});
    REQUIRE(found.at("eventSummaries").size() == 1);
    const Json event = world.must(
        "ssm-incidents", "GetTimelineEvent",
        {{"incidentRecordArn", arn}, {"eventId", found.at("eventSummaries")[0].at("eventId")}});
    const Json data = Json::parse(event.at("event").at("eventData").get<std::string>());
    CHECK(Json::parse(data.at("rawData").get<std::string>()).at("detail").at("alarmName") ==
          "disk");
  }

  TEST_CASE("wrong input is refused with Incident Manager's own codes") {
    Plans world;
    world.make_plan();
    const std::string arn = world.trigger(kAlarm);
    struct Row {
      const char* operation;
      Json input;
      const char* code;
    };
    const Json titled{{"title", "t"}, {"impact", 9}};
    const Row rows[] = {
        {"StartIncident", {{"responsePlanArn", "x"}}, "ResourceNotFoundException"},
        {"StartIncident", {{"responsePlanArn", kPlanArn}, {"impact", 6}}, "ValidationException"},
        {"GetIncidentRecord", {{"arn", "x"}}, "ResourceNotFoundException"},
        {"UpdateIncidentRecord", {{"arn", arn}, {"status", "CLOSED"}}, "ValidationException"},
        {"CreateResponsePlan", {{"name", "a b"}}, "ValidationException"},
        {"CreateResponsePlan",
         {{"name", "p"}, {"incidentTemplate", titled}},
         "ValidationException"},
        {"GetTimelineEvent",
         {{"incidentRecordArn", arn}, {"eventId", "x"}},
         "ResourceNotFoundException"},
    };
    for (const auto& [operation, input, code] : rows) {
      CAPTURE(operation);
      CHECK(world.refusal("ssm-incidents", operation, input) == code);
    }
    const auto lost = world.deliver("arn:aws:ssm-incidents::123456789012:response-plan/none", "{}");
    CHECK(lost.error().code == "ResourceNotFoundException");
  }

  TEST_CASE("a response plan reads back as it was written, by the API or a template") {
    Plans world;
    world.plan["Engagements"] = Json::array({world.arn("ann")});
    world.make_plan();
    const Json got = world.must("ssm-incidents", "GetResponsePlan", {{"arn", kPlanArn}});
    CHECK(got.at("incidentTemplate").at("title") == "Disk trouble");
    CHECK(got.at("engagements") == Json::array({world.arn("ann")}));
    Json again = got;
    again["name"] = "copy";
    world.must("ssm-incidents", "CreateResponsePlan", again);
    CHECK(world.must("ssm-incidents", "ListResponsePlans").at("responsePlanSummaries").size() == 2);
  }

  // API, UpdateResponsePlan: members are named after the template's ("incidentTemplateImpact").
  TEST_CASE("a response plan is changed in part; the next incident begins as it says then") {
    Plans world;
    world.make_plan();
    world.must(
        "ssm-incidents", "UpdateResponsePlan",
        {{"arn", kPlanArn}, {"incidentTemplateImpact", 1}, {"incidentTemplateTitle", "Disk full"}});
    const Json record = world.record(world.trigger(kAlarm));
    CHECK(record.at("title") == "Disk full");
    CHECK(record.at("impact") == 1);
    CHECK(record.at("summary") == "Look");
    CHECK(world.refusal("ssm-incidents", "UpdateResponsePlan",
                        {{"arn", kPlanArn}, {"incidentTemplateImpact", 7}}) ==
          "ValidationException");
  }

  TEST_CASE("custom timeline events are changed and deleted; the service's own are not") {
    Plans world;
    world.make_plan();
    const std::string arn = world.trigger(kAlarm);
    const Json made = world.must("ssm-incidents", "CreateTimelineEvent",
                                 {{"incidentRecordArn", arn},
                                  {"eventTime", "2026-03-02T08:00:00Z"},
                                  {"eventType", "Custom Event"},
                                  {"eventData", "\"it began\""}});
    Json event{{"incidentRecordArn", arn}, {"eventId", made.at("eventId")}};
    Json changed = event;
    changed["eventData"] = "\"earlier\"";
    world.must("ssm-incidents", "UpdateTimelineEvent", changed);
    CHECK(world.must("ssm-incidents", "GetTimelineEvent", event).at("event").at("eventData") ==
          "\"earlier\"");
    world.must("ssm-incidents", "DeleteTimelineEvent", event);
    world.must("ssm-incidents", "DeleteTimelineEvent", event);  // idempotent
    CHECK(world.timeline(arn) == Lines{"SSM Incident Trigger", "SSM Incident Start"});
    const Json own = world.must("ssm-incidents", "ListTimelineEvents",
                                {{"incidentRecordArn", arn}, {"maxResults", 1}});
    CHECK(own.at("nextToken") == "1");
    event["eventId"] = own.at("eventSummaries").at(0).at("eventId");
    CHECK(world.refusal("ssm-incidents", "DeleteTimelineEvent", event) == "ValidationException");
  }
}

}  // namespace opsim::tests

#include <doctest/doctest.h>

#include "tests/models/incident_manager/team.hpp"

namespace opsim::tests {

using Lines = std::vector<std::string>;

TEST_SUITE("incident manager: engagements") {
  TEST_CASE(
      "a contact's channels are engaged stage by stage, each after the wait of the one before") {
    Team team;
    team.person("ann", {{{"sms", 0}, 5}, {{"voice", 0}, 10}});
    team.engage("ann");
    team.run_for(1h);
    CHECK(team.rings() == Lines{"+0:00:00 ann by SMS", "+0:05:00 ann by VOICE"});
    CHECK(team.told({EntryKind::note}) ==
          Lines{"+0:15:00 ann: nobody acknowledged: the plan is at its end"});
  }

  TEST_CASE("a channel is tried again at its interval while its stage lasts") {
    Team team;
    team.person("ann", {{{"sms", 2}, 5}, {{"voice", 0}, 1}});
    team.engage("ann");
    team.run_for(1h);
    CHECK(team.rings() == Lines{"+0:00:00 ann by SMS", "+0:02:00 ann by SMS", "+0:04:00 ann by SMS",
                                "+0:05:00 ann by VOICE"});
    const Json pages =
        team.must("ssm-contacts", "ListPagesByContact", {{"ContactId", team.arn("ann")}});
    CHECK(pages.at("Pages").size() == 2);  // sent again, it is the same page
  }

  TEST_CASE("nothing more is sent to a contact that has acknowledged") {
    Team team;
    team.person("ann", {{{"sms", 2}, 5}, {{"voice", 0}, 1}});
    team.engage("ann");
    team.run_for(3min);
    CHECK(team.accept(0).empty());
    team.run_for(1h);
    CHECK(team.rings() == Lines{"+0:00:00 ann by SMS", "+0:02:00 ann by SMS"});
    CHECK(team.told({EntryKind::note}).empty());
  }

  TEST_CASE("the second contact is engaged when the first has not acknowledged in time") {
    Team team;
    team.person("ann", {{{"sms", 0}, 5}});
    team.person("bob", {{{"sms", 0}, 5}});
    team.escalation("plan", {{"ann", 10}, {"bob", 10}});
    team.engage("plan");
    team.run_for(1h);
    CHECK(team.rings() == Lines{"+0:00:00 ann by SMS", "+0:10:00 bob by SMS"});
  }

  TEST_CASE("an acknowledgement stops the stages: up to the last moment, not after it") {
    struct Row {
      Duration after;
      std::size_t rings;
    };
    const Row rows[] = {{1min, 1}, {9min + 59s, 1}, {10min + 1s, 2}};
    for (const auto& [after, rings] : rows) {
      CAPTURE(after.count());
      Team team;
      team.person("ann", {{{"sms", 0}, 5}});
      team.person("bob", {{{"sms", 0}, 5}});
      team.escalation("plan", {{"ann", 10}, {"bob", 10}});
      team.engage("plan");
      team.sim.run_until(team.began + after);
      CHECK(team.accept(0).empty());
      team.run_for(1h);
      CHECK(team.rings().size() == rings);
    }
  }

  TEST_CASE("only an essential contact's acknowledgement stops the stages") {
    for (const bool essential : {true, false}) {
      CAPTURE(essential);
      Team team;
      team.person("ann", {{{"sms", 0}, 5}});
      team.person("bob", {{{"sms", 0}, 5}});
      team.escalation("plan", {{"ann", 10}, {"bob", 10}}, essential);
      team.engage("plan");
      team.run_for(1min);
      CHECK(team.accept(0).empty());
      team.run_for(1h);
      CHECK(team.rings().size() == (essential ? 1 : 2));
    }
  }

  TEST_CASE("saying that a page was delivered does not acknowledge it") {
    Team team;
    team.person("ann", {{{"sms", 0}, 5}, {{"voice", 0}, 5}});
    team.engage("ann");
    team.run_for(1min);
    CHECK(team.accept(0, {{"AcceptType", "DELIVERED"}}).empty());
    team.run_for(1h);
    CHECK(team.rings().size() == 2);
  }

  TEST_CASE("a page is accepted with its code, or with any where the code is not compared") {
    Team team;
    team.person("ann", {{{"sms", 0}, 5}});
    team.engage("ann");
    team.run_for(1s);
    CHECK(team.accept(0, {{"AcceptCode", "12"}}) == "ValidationException");
    CHECK(team.accept(0, {{"AcceptCode", "0000000"}}) == "ValidationException");
    CHECK(team.accept(0, {{"AcceptType", "SEEN"}}) == "ValidationException");
    CHECK(team.accept(0, {{"PageId", "arn:aws:ssm-contacts:us-east-1:1:page/x"}}) ==
          "ResourceNotFoundException");
    CHECK(team.accept(0, {{"AcceptCode", "0000000"}, {"AcceptCodeValidation", "IGNORE"}}).empty());
    const Json receipts =
        team.must("ssm-contacts", "ListPageReceipts", {{"PageId", team.page_id(0)}});
    std::vector<std::string> types;
    for (const Json& receipt : receipts.at("Receipts"))
      types.push_back(receipt.at("ReceiptType").get<std::string>());
    CHECK(types == Lines{"SENT", "DELIVERED", "READ"});
  }

  TEST_CASE("a stopped engagement engages nobody further") {
    Team team;
    team.person("ann", {{{"sms", 1}, 5}});
    team.person("bob", {{{"sms", 0}, 5}});
    team.escalation("plan", {{"ann", 3}, {"bob", 10}});
    const std::string engagement = team.engage("plan");
    team.run_for(90s);
    team.must("ssm-contacts", "StopEngagement", {{"EngagementId", engagement}});
    team.run_for(1h);
    CHECK(team.rings().size() == 2);  // at once and after a minute
    const Json described =
        team.must("ssm-contacts", "DescribeEngagement", {{"EngagementId", engagement}});
    CHECK(described.contains("StopTime"));
  }

  TEST_CASE("an on-call schedule engages whose shift it is") {
    Team team;
    team.person("ann", {{{"sms", 0}, 5}});
    team.person("bob", {{{"sms", 0}, 5}});
    const std::string rotation =
        team.make("AWS::SSMContacts::Rotation", "Weekly",
                  {{"Name", "weekly"},
                   {"ContactIds", {team.arn("ann"), team.arn("bob")}},
                   {"StartTime", "2026-03-01T00:00:00Z"},
                   {"TimeZoneId", "UTC"},
                   {"Recurrence",
                    {{"WeeklySettings", {{{"DayOfWeek", "MON"}, {"HandOffTime", "08:00"}}}},
                     {"NumberOfOnCalls", 1},
                     {"RecurrenceMultiplier", 1}}}});
    team.make("AWS::SSMContacts::Contact", "schedule",
              {{"Alias", "schedule"}, {"Type", "ONCALL_SCHEDULE"}, {"Plan", Json::array()}});
    team.make("AWS::SSMContacts::Plan", "schedule-plan",
              {{"ContactId", team.arn("schedule")}, {"RotationIds", Json::array({rotation})}});
    team.person("eve", {{{"sms", 0}, 5}});
    team.escalation("plan", {{"schedule", 10}, {"eve", 10}});
    team.engage("plan");  // Monday, 09:00: Bob's week has begun
    team.run_for(1min);
    CHECK(team.rings() == Lines{"+0:00:00 bob by SMS"});
    const Json path =
        team.must("ssm-contacts", "ListPageResolutions", {{"PageId", team.page_id(0)}});
    REQUIRE(path.at("PageResolutions").size() == 3);
    CHECK(path.at("PageResolutions")[1].at("Type") == "ONCALL_SCHEDULE");
    CHECK(team.accept(0).empty());  // counts for the schedule, which is essential
    team.run_for(1h);
    CHECK(team.rings().size() == 1);
  }

  TEST_CASE("a plan that leads to itself ends") {
    Team team;
    team.escalation("plan", {{"plan", 1}});
    team.engage("plan");
    team.run_for(1h);
    CHECK(team.rings().empty());
  }

  TEST_CASE("contacts that cannot be are refused") {
    Team team;
    const Json long_stage = Json::array({{{"DurationInMinutes", 31}, {"Targets", Json::array()}}});
    const Json empty_stage = Json::array({{{"DurationInMinutes", 0}, {"Targets", Json::array()}}});
    const Json rows[] = {
        {{"Alias", "Ann"}, {"Type", "PERSONAL"}},
        {{"Alias", "ann"}, {"Type", "TEAM"}},
        {{"Alias", "ann"}, {"Type", "PERSONAL"}, {"Plan", {{"Stages", long_stage}}}},
        {{"Alias", "ann"}, {"Type", "PERSONAL"}, {"Plan", {{"Stages", empty_stage}}}},
    };
    for (const Json& row : rows) {
      CAPTURE(row.dump());
      CHECK(team.refusal("ssm-contacts", "CreateContact", row) == "ValidationException");
    }
    team.person("ann", {{{"sms", 0}, 5}});
    CHECK(team.refusal("ssm-contacts", "CreateContact", {{"Alias", "ann"}, {"Type", "PERSONAL"}}) ==
          "ConflictException");
    CHECK(team.refusal("ssm-contacts", "StartEngagement", {{"ContactId", "nobody"}}) ==
          "ResourceNotFoundException");
  }

  // Incident Manager User Guide, contacts: phone numbers in E.164 format; API
  // ContactChannelAddress.
  TEST_CASE("a channel has a phone number or a mail address, as its type asks") {
    Team world;
    world.person("ann", {});
    const auto accepted = [&](const char* type, const char* address) {
      const Json input{{"ContactId", world.arn("ann")},
                       {"Name", "n"},
                       {"Type", type},
                       {"DeliveryAddress", {{"SimpleAddress", address}}}};
      return world.call("ssm-contacts", "CreateContactChannel", input).has_value();
    };
    CHECK(accepted("SMS", "+12065550100"));
    CHECK_FALSE(accepted("SMS", "206-555-0100"));
    CHECK_FALSE(accepted("VOICE", "+0125550100"));
    CHECK(accepted("EMAIL", "ann@example.com"));
    CHECK_FALSE(accepted("EMAIL", "ann"));
  }
}

}  // namespace opsim::tests

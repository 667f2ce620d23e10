// Time zones, coverage over midnight, overrides and previews. AWS: Incident Manager API,
// CreateRotationOverride, ListRotationShifts, ListPreviewRotationShifts, RotationShift.
#include <doctest/doctest.h>

#include "tests/models/incident_manager/team.hpp"

namespace opsim::tests {

namespace {

Json daily(const char* time) { return {{"DailySettings", {time}}}; }

struct OnCallTeam : Team {
  OnCallTeam() {
    for (const char* alias : {"ann", "bob", "cy"}) person(alias, {{{"sms", 0}, 30}});
  }
  std::string rotation(Json recurrence, const char* zone = "UTC",
                       const char* start = "2026-03-02T00:00:00Z") {
    return make("AWS::SSMContacts::Rotation", fmt::format("rotation-{}", ++made),
                {{"Name", "team"},
                 {"ContactIds", {arn("ann"), arn("bob"), arn("cy")}},
                 {"StartTime", start},
                 {"TimeZoneId", zone},
                 {"Recurrence", std::move(recurrence)}});
  }
  /// "ann 03-02T08:00Z to 03-03T08:00Z", one for each shift.
  std::vector<std::string> shifts(const std::string& rotation, const char* from, const char* to) {
    return lines(must("ssm-contacts", "ListRotationShifts",
                      {{"RotationId", rotation}, {"StartTime", from}, {"EndTime", to}})
                     .at("RotationShifts"));
  }
  std::vector<std::string> lines(const Json& all) {
    std::vector<std::string> texts;
    for (const Json& shift : all) {
      std::string who;
      for (const Json& contact : shift.at("ContactIds"))
        who += name_of(contact.get<std::string>()) + " ";
      texts.push_back(fmt::format("{}{} to {}{}", who, minute(shift.at("StartTime")),
                                  minute(shift.at("EndTime")),
                                  shift.at("Type") == "OVERRIDDEN" ? " instead" : ""));
    }
    return texts;
  }
  [[nodiscard]] std::string name_of(const std::string& contact) const {
    for (const auto& [alias, known] : contacts)
      if (known == contact) return alias;
    return contact;
  }
  static std::string minute(const Json& time) { return time.get<std::string>().substr(5, 11); }
  int made = 0;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_SUITE("incident manager: on-call schedules") {
  // Daylight saving begins in New York on 2026-03-08 at 07:00 UTC and in Berlin on 2026-03-29 at
  // 01:00 UTC (the rules of IANA's table).
  TEST_CASE("hand-offs keep to the clock of the rotation's zone over daylight saving") {
    OnCallTeam team;
    CHECK(team.shifts(team.rotation(daily("09:00"), "America/New_York"), "2026-03-07T14:00:00Z",
                      "2026-03-10T00:00:00Z") == Lines{"ann 03-07T14:00 to 03-08T13:00",
                                                       "bob 03-08T13:00 to 03-09T13:00",
                                                       "cy 03-09T13:00 to 03-10T00:00"});
    CHECK(team.shifts(team.rotation(daily("09:00"), "Europe/Berlin"), "2026-03-28T08:00:00Z",
                      "2026-03-29T12:00:00Z") ==
          Lines{"ann 03-28T08:00 to 03-29T07:00", "bob 03-29T07:00 to 03-29T12:00"});
  }

  TEST_CASE(
      "a hand-off in the hour that the clock jumps over is at the jump; once in one it repeats") {
    OnCallTeam team;
    // 02:30 on 2026-03-29 does not exist in Berlin; on 2026-10-25 it comes twice.
    CHECK(team.shifts(team.rotation(daily("02:30"), "Europe/Berlin"), "2026-03-28T01:30:00Z",
                      "2026-03-30T00:30:00Z") ==
          Lines{"ann 03-28T01:30 to 03-29T01:00", "bob 03-29T01:00 to 03-30T00:30"});
    const Lines autumn = team.shifts(team.rotation(daily("02:30"), "Europe/Berlin"),
                                     "2026-10-24T00:30:00Z", "2026-10-26T01:30:00Z");
    REQUIRE(autumn.size() == 2);
    CHECK(autumn[0].ends_with("10-24T00:30 to 10-25T00:30"));
    CHECK(autumn[1].ends_with("10-25T00:30 to 10-26T01:30"));
  }

  TEST_CASE("shifts end where coverage does; coverage may run over midnight") {
    OnCallTeam team;
    Json recurrence = daily("00:00");
    Json times = Json::array();
    times.push_back({{"StartTime", "22:00"}, {"EndTime", "06:00"}});
    recurrence["ShiftCoverages"] = Json::array({{{"DayOfWeek", "MON"}, {"CoverageTimes", times}}});
    CHECK(team.shifts(team.rotation(recurrence), "2026-03-02T00:00:00Z", "2026-03-10T00:00:00Z") ==
          Lines{"ann 03-02T22:00 to 03-03T00:00", "bob 03-03T00:00 to 03-03T06:00",
                "bob 03-09T22:00 to 03-10T00:00"});
  }

  TEST_CASE("an override says who is on call instead, and is told as such") {
    OnCallTeam team;
    const std::string rotation = team.rotation(daily("08:00"));
    const std::string id = team.must("ssm-contacts", "CreateRotationOverride",
                                     {{"RotationId", rotation},
                                      {"NewContactIds", {team.arn("cy")}},
                                      {"StartTime", "2026-03-02T12:00:00Z"},
                                      {"EndTime", "2026-03-03T10:00:00Z"}})
                               .at("RotationOverrideId")
                               .get<std::string>();
    CHECK(team.shifts(rotation, "2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z") ==
          Lines{"bob 03-02T08:00 to 03-02T12:00", "cy 03-02T12:00 to 03-03T08:00 instead",
                "cy 03-03T08:00 to 03-03T10:00 instead", "cy 03-03T10:00 to 03-04T08:00"});
    const Json shifts = team.must("ssm-contacts", "ListRotationShifts",
                                  {{"RotationId", rotation},
                                   {"StartTime", "2026-03-02T13:00:00Z"},
                                   {"EndTime", "2026-03-02T14:00:00Z"}});
    CHECK(shifts.at("RotationShifts").at(0).at("ShiftDetails").at("OverriddenContactIds") ==
          Json::array({team.arn("bob")}));
    const Json got = team.must("ssm-contacts", "GetRotationOverride",
                               {{"RotationId", rotation}, {"RotationOverrideId", id}});
    CHECK(got.at("NewContactIds") == Json::array({team.arn("cy")}));
    CHECK(team.must("ssm-contacts", "ListRotationOverrides",
                    {{"RotationId", rotation},
                     {"StartTime", "2026-03-03T00:00:00Z"},
                     {"EndTime", "2026-03-04T00:00:00Z"}})
              .at("RotationOverrides")
              .size() == 1);
    team.must("ssm-contacts", "DeleteRotationOverride",
              {{"RotationId", rotation}, {"RotationOverrideId", id}});
    CHECK(team.shifts(rotation, "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z") ==
          Lines{"bob 03-02T08:00 to 03-03T08:00"});
  }

  // The world of this test begins at 2026-03-02T09:00:00Z, in bob's shift.
  TEST_CASE("who is paged is who an override names") {
    OnCallTeam team;
    const std::string rotation = team.rotation(daily("08:00"));
    team.make("AWS::SSMContacts::Contact", "rota",
              {{"Alias", "rota"},
               {"Type", "ONCALL_SCHEDULE"},
               {"Plan", Json::array({{{"RotationIds", {rotation}}}})}});
    team.contacts["rota"] = "arn:aws:ssm-contacts:us-east-1:123456789012:contact/rota";
    team.engage("rota");
    team.run_for(1min);
    CHECK(team.rings() == Lines{"+0:00:00 bob by SMS"});
    team.must("ssm-contacts", "CreateRotationOverride",
              {{"RotationId", rotation},
               {"NewContactIds", {team.arn("ann"), team.arn("cy")}},
               {"StartTime", "2026-03-02T09:00:00Z"},
               {"EndTime", "2026-03-02T18:00:00Z"}});
    Outside::of(team.cloud).got.clear();
    team.engage("rota");
    team.run_for(1min);
    CHECK(team.rings() == Lines{"+0:00:00 ann by SMS", "+0:00:00 cy by SMS"});
  }

  TEST_CASE("a preview shows the shifts of a rotation that nobody made") {
    OnCallTeam team;
    Json input{{"Members", {team.arn("ann"), team.arn("bob")}},
               {"TimeZoneId", "UTC"},
               {"RotationStartTime", "2026-03-02T00:00:00Z"},
               {"StartTime", "2026-03-02T00:00:00Z"},
               {"EndTime", "2026-03-04T00:00:00Z"},
               {"Recurrence", daily("08:00")}};
    const Json overriding{{"NewMembers", {team.arn("cy")}},
                          {"StartTime", "2026-03-02T00:00:00Z"},
                          {"EndTime", "2026-03-02T04:00:00Z"}};
    input["Overrides"] = Json::array({overriding});
    CHECK(team.lines(
              team.must("ssm-contacts", "ListPreviewRotationShifts", input).at("RotationShifts")) ==
          Lines{"cy 03-02T00:00 to 03-02T04:00 instead", "ann 03-02T04:00 to 03-02T08:00",
                "bob 03-02T08:00 to 03-03T08:00", "ann 03-03T08:00 to 03-04T00:00"});
    input["MaxResults"] = 2;
    const Json first = team.must("ssm-contacts", "ListPreviewRotationShifts", input);
    CHECK(first.at("RotationShifts").size() == 2);
    input["NextToken"] = first.at("NextToken");
    CHECK(
        team.must("ssm-contacts", "ListPreviewRotationShifts", input).at("RotationShifts").size() ==
        2);
  }

  TEST_CASE("a rotation is changed, and not deleted while a schedule names it") {
    OnCallTeam team;
    const std::string rotation = team.rotation(daily("08:00"));
    team.must("ssm-contacts", "UpdateRotation",
              {{"RotationId", rotation},
               {"TimeZoneId", "Asia/Tokyo"},
               {"Recurrence", {{"DailySettings", {{{"HourOfDay", 9}, {"MinuteOfHour", 0}}}}}}});
    const Json got = team.must("ssm-contacts", "GetRotation", {{"RotationId", rotation}});
    CHECK(got.at("TimeZoneId") == "Asia/Tokyo");
    CHECK(got.at("Name") == "team");
    CHECK(team.shifts(rotation, "2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z") ==
          Lines{"ann 03-02T01:00 to 03-03T00:00", "bob 03-03T00:00 to 03-03T01:00"});
    team.make("AWS::SSMContacts::Contact", "rota",
              {{"Alias", "rota"},
               {"Type", "ONCALL_SCHEDULE"},
               {"Plan", Json::array({{{"RotationIds", {rotation}}}})}});
    CHECK(team.refusal("ssm-contacts", "DeleteRotation", {{"RotationId", rotation}}) ==
          "ConflictException");
  }

  TEST_CASE("what is refused of rotations and overrides") {
    OnCallTeam team;
    const std::string rotation = team.rotation(daily("08:00"));
    const Json times{{"StartTime", "2026-03-02T12:00:00Z"}, {"EndTime", "2026-03-02T13:00:00Z"}};
    const auto overriding = [&](Json more) {
      Json input = times;
      input["RotationId"] = rotation;
      input["NewContactIds"] = {team.arn("cy")};
      input.update(more);
      return team.refusal("ssm-contacts", "CreateRotationOverride", input);
    };
    CHECK(overriding(Json::object()) == "");
    CHECK(overriding({{"NewContactIds", Json::array()}}) == "ValidationException");
    CHECK(overriding({{"NewContactIds", {team.arn("nobody")}}}) == "ResourceNotFoundException");
    CHECK(overriding({{"EndTime", "2026-03-02T12:00:00Z"}}) == "ValidationException");
    CHECK(overriding({{"RotationId", "none"}}) == "ResourceNotFoundException");
    CHECK(team.refusal("ssm-contacts", "CreateRotation",
                       {{"Name", "x"},
                        {"ContactIds", {team.arn("ann")}},
                        {"TimeZoneId", "Europe/Pariss"},
                        {"Recurrence", daily("08:00")}}) == "ValidationException");
    CHECK(team.refusal("ssm-contacts", "GetRotationOverride",
                       {{"RotationId", rotation}, {"RotationOverrideId", "none"}}) ==
          "ResourceNotFoundException");
  }
}

}  // namespace opsim::tests

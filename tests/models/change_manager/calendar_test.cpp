// When an approved change runs: Systems Manager User Guide, "How Change Manager works" and
// "Configuring Change Manager change freeze event approvers and best practices".
#include "tests/models/change_manager/office.hpp"

namespace opsim::tests {
namespace {

/// Closed from ten to twelve on the day that worlds of tests begin, at nine.
struct FrozenOffice : ChangeOffice {
  FrozenOffice() {
    must("ssm", "CreateDocument",
         {{"Name", "Freeze"},
          {"DocumentType", "ChangeCalendar"},
          {"DocumentFormat", "TEXT"},
          {"Content",
           "BEGIN:VCALENDAR\r\nPRODID:-//AWS//Change Calendar 1.0//EN\r\nVERSION:2.0\r\n"
           "X-CALENDAR-TYPE:DEFAULT_OPEN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\n"
           "DTSTART:20260302T100000Z\r\nDTEND:20260302T120000Z\r\nSUMMARY:sale\r\nEND:VEVENT\r\n"
           "END:VCALENDAR\r\n"}});
    settings("{calendar: Freeze, freeze approvers: [dora]}");
    must_define("Standard", "autoApprovable: true\n" + steps_of({kBob}));
    must_define("Emergency", "emergencyChange: true\n" + steps_of({kBob}));
    run_for(90min);  // half past ten
  }
  std::string approved(const std::string& name) {
    const std::string id = request(name);
    run_for(1min);
    approve("user/bob", id);
    run_for(2min);
    return id;
  }
};

TEST_SUITE("change manager: calendar and schedule") {
  TEST_CASE("an approved change waits while the calendar is closed, and runs when it opens") {
    FrozenOffice office;
    const std::string id = office.approved("Standard");
    CHECK(office.status(id) == "PendingChangeCalendarOverride");
    office.run_for(80min);
    CHECK(office.status(id) == "PendingChangeCalendarOverride");
    CHECK(office.runs() == 0);
    office.run_for(10min);
    CHECK(office.status(id) == "CompletedWithSuccess");
    // It waited until twelve, not longer.
    CHECK(office.told({EntryKind::runbook})[4].starts_with("+3:00:00"));
  }

  TEST_CASE("a change freeze approver lets it run while the calendar is closed; others do not") {
    FrozenOffice office;
    const std::string id = office.approved("Standard");
    CHECK(office.approve("user/bob", id) == "AccessDeniedException");
    CHECK(office.approve("user/dora", id) == "");
    office.run_for(2min);
    CHECK(office.status(id) == "CompletedWithSuccess");
  }

  TEST_CASE("without that permission it is not processed until the calendar is open again") {
    FrozenOffice office;
    const std::string id = office.approved("Standard");
    CHECK(office.signal("user/dora", id, "Reject") == "");
    CHECK(office.status(id) == "ChangeCalendarOverrideRejected");
    office.run_for(2h);
    CHECK(office.status(id) == "CompletedWithSuccess");
  }

  TEST_CASE("an emergency change is still approved, but does not ask the calendar") {
    FrozenOffice office;
    const std::string waits = office.request("Emergency");
    office.run_for(10min);
    CHECK(office.status(waits) == "PendingApproval");
    CHECK(office.status(office.approved("Emergency")) == "CompletedWithSuccess");
  }

  // API Reference, AutoApprove: "Change Calendar restrictions are not bypassed in this scenario."
  TEST_CASE("an automatic approval does not bypass the calendar") {
    FrozenOffice office;
    const std::string id = office.request("Standard", {{"AutoApprove", true}});
    office.run_for(2min);
    CHECK(office.status(id) == "PendingChangeCalendarOverride");
  }

  TEST_CASE("a change runs at its scheduled time, or after its approval where that is later") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    const Json at_half_past{{"ScheduledTime", "2026-03-02T09:30:00Z"},
                            {"ScheduledEndTime", "2026-03-02T09:40:00Z"}};
    const std::string early = office.request("Standard", at_half_past);
    const std::string late = office.request("Standard", at_half_past);
    office.run_for(10min);
    office.approve("user/bob", early);
    office.run_for(10min);
    CHECK(office.status(early) == "Scheduled");
    office.run_for(15min);
    CHECK(office.status(early) == "CompletedWithSuccess");
    CHECK(office.status(late) == "PendingApproval");
    office.approve("user/bob", late);
    office.run_for(2min);
    CHECK(office.status(late) == "CompletedWithSuccess");
  }
}

}  // namespace
}  // namespace opsim::tests

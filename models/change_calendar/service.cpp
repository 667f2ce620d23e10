#include "models/change_calendar/service.hpp"

#include "models/change_calendar/change_calendar.hpp"

namespace opsim {

namespace {

using change_calendar::ChangeCalendar;

constexpr Operation kOperations[] = {
    {.name = "GetCalendarState",
     .access = Access::read,
     .now = immediate<ChangeCalendar, change_calendar::get_calendar_state>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "calendars DEFAULT_OPEN and DEFAULT_CLOSED, GetCalendarState with the next transition, event "
     "Calendar State Change",
     "Systems Manager User Guide, Change Calendar"},
    {Grade::simplified,
     "recurrence: FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, EXDATE", "RFC 5545"},
    {Grade::absent, "calendars shared from other accounts, advisory events, imported VTIMEZONE"},
};

}  // namespace

extern const Service kChangeCalendar{
    .name = "changecalendar",
    .title = "AWS Systems Manager Change Calendar",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ChangeCalendar>(cloud);
    },
    .operations = kOperations,
    .fidelity = kFidelity,
    .on_call = [](Model& model,
                  const CallRecord& call) { static_cast<ChangeCalendar&>(model).on_call(call); },
};

}  // namespace opsim

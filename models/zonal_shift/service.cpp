// Everything the rest of the world needs to know of zonal shift and zonal autoshift.
#include "models/zonal_shift/service.hpp"

#include <algorithm>

#include "models/zonal_shift/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim {

namespace {

using zonal_shift::ZonalShift;

template <ApiResult<Json> (*Handle)(ZonalShift&, const Request&)>
constexpr auto on_arc = immediate<ZonalShift, Handle>;
constexpr Access kRead = Access::read;

// To add an operation: write its function in operations.cpp, and one row here.
constexpr Operation kOperations[] = {
    {.name = "CancelPracticeRun", .now = on_arc<zonal_shift::cancel_practice_run>},
    {.name = "CancelZonalShift", .now = on_arc<zonal_shift::cancel_zonal_shift>},
    {.name = "CreatePracticeRunConfiguration",
     .now = on_arc<zonal_shift::create_practice_run_configuration>},
    {.name = "DeletePracticeRunConfiguration",
     .now = on_arc<zonal_shift::delete_practice_run_configuration>},
    {.name = "GetAutoshiftObserverNotificationStatus",
     .access = kRead,
     .not_simulated = "observers are not notified"},
    {.name = "GetManagedResource",
     .access = kRead,
     .now = on_arc<zonal_shift::get_managed_resource>},
    {.name = "ListAutoshifts", .access = kRead, .now = on_arc<zonal_shift::list_autoshifts>},
    {.name = "ListManagedResources",
     .access = kRead,
     .now = on_arc<zonal_shift::list_managed_resources>},
    {.name = "ListZonalShifts", .access = kRead, .now = on_arc<zonal_shift::list_zonal_shifts>},
    {.name = "StartPracticeRun", .now = on_arc<zonal_shift::start_practice_run>},
    {.name = "StartZonalShift", .now = on_arc<zonal_shift::start_zonal_shift>},
    {.name = "UpdateAutoshiftObserverNotificationStatus",
     .not_simulated = "observers are not notified"},
    {.name = "UpdatePracticeRunConfiguration",
     .now = on_arc<zonal_shift::update_practice_run_configuration>},
    {.name = "UpdateZonalAutoshiftConfiguration",
     .now = on_arc<zonal_shift::update_zonal_autoshift_configuration>},
    {.name = "UpdateZonalShift", .now = on_arc<zonal_shift::update_zonal_shift>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kZone{.kind = Kind::text, .min = 1, .example = "us-east-1a"};
constexpr Shape kHowLong{.kind = Kind::duration, .min = 0, .example = "2h"};
constexpr Field kAutoshiftFields[] = {
    {.name = "from", .shape = &kZone, .need = Need::required, .doc = "The zone to leave."},
    {.name = "for", .shape = &kHowLong, .doc = "Until AWS ends it."},
};
constexpr Shape kAutoshift{.kind = Kind::mapping,
                           .doc = "AWS shifts traffic away from a zone, where that is allowed.",
                           .fields = kAutoshiftFields};

void begin_autoshift(Model& model, const FaultRequest& request) {
  ZonalShift& arc = static_cast<ZonalShift&>(model);
  const Place place = request.cloud.home();
  const std::string text{request.arguments.find("from").value_or(Node{}).spelling()};
  const auto zone = zonal_shift::zone_named(place, text);
  if (!zone) {
    request.cloud.journal().write({.kind = EntryKind::note,
                                   .level = Level::story,
                                   .subject = "start autoshift",
                                   .text = "no such zone: " + text,
                                   .source = request.source});
    return;
  }
  zonal_shift::begin_autoshift(arc, place, *zone);
  const auto length = request.arguments.find("for");
  if (!length) return;
  const Duration lasts = parse_duration(length->spelling()).value_or(Duration{});
  arc.sim().after(
      lasts, [&arc, name = *zone] { zonal_shift::end_autoshift(arc, arc.cloud.home(), name); });
}
constexpr Fault kFaults[] = {{"start autoshift", &kAutoshift, begin_autoshift}};

/// ARC Developer Guide: outcome and blocking alarms end practice runs.
void hear_alarm(Model& model, const Event& event) {
  ZonalShift& arc = static_cast<ZonalShift&>(model);
  if (arc.resources.empty() || event.source != "aws.cloudwatch" ||
      event.detail_type != "CloudWatch Alarm State Change" || event.resources.empty())
    return;
  if (input::text(input::member(event.detail, "state"), "value") == "ALARM")
    zonal_shift::alarm_fired(arc, event.resources.front());
}

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "zonal shifts: expiry, cancellation, precedence, weights",
     "arc-zonal-shift.how-it-works"},
    {Grade::simulated, "autoshifts, started by the timeline, with their events",
     "arc-zonal-autoshift.how-it-works"},
    {Grade::simulated, "weekly practice runs: windows, dates, outcome and blocking alarms",
     "arc-zonal-autoshift.considerations"},
    {Grade::simplified, "a shift takes effect at once; connections do not drain"},
    {Grade::simplified, "the capacity check before a practice run passes"},
    {Grade::simplified, "zone ids follow the letters: us-east-1a is use1-az1"},
    {Grade::absent, "readiness checks, Region switch, observers (routing control: its own table)"},
};

}  // namespace

extern const Service kZonalShift{
    .name = "arc-zonal-shift",
    .title = "ARC: zonal shift and autoshift",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ZonalShift>(cloud);
    },
    .operations = kOperations,
    .resources = zonal_shift::kResources,
    .faults = kFaults,
    .fidelity = kFidelity,
    .on_event = hear_alarm,
};

}  // namespace opsim

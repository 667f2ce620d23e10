// The change calendar: an approved change waits while it is closed, or for those who may override.
// AWS: Systems Manager User Guide, "Configuring Change Manager change freeze event approvers and
// best practices": "change freeze approvers must also grant permission for this change request to
// run. If they do not, the change will not be processed until the calendar state is again OPEN."
// An emergency change template skips it.
#include <fmt/format.h>

#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::change_manager {

namespace {

constexpr Duration kLongest = std::chrono::hours{24 * 365};  // then it is asked again

struct CalendarState {
  bool open = true;
  std::optional<SimTime> next;
};

CalendarState calendar_state(ChangeManager& model, const ChangeRequest& request) {
  const Resource* named = model.cloud.resources().find_named(model.settings.calendar);
  const std::string name = named == nullptr ? model.settings.calendar : named->physical_id;
  const ApiResult<Json> answer = model.cloud.inspect(request.place, "ssm", "GetCalendarState",
                                                     {{"CalendarNames", Json::array({name})}});
  if (!answer) return {};
  return {input::text(*answer, "State") != "CLOSED", input::time(*answer, "NextTransitionTime")};
}

/// What any of them permits; a rejection leaves the request to the calendar.
/// UNDOCUMENTED: that a rejected override still runs once the calendar opens; the status exists.
Process<bool> overridden(ChangeManager& model, ChangeRequest& request, SimTime until) {
  Simulation& sim = model.cloud.sim();
  while (true) {
    if (const Decision* no = rejection_in(request.freeze_decisions)) {
      become(model, request, Status::override_rejected,
             fmt::format("by {}: it waits for the calendar", names_of({*no})));
      co_await sim.sleep_until(until);
      co_return false;
    }
    if (!request.freeze_decisions.empty()) {
      become(model, request, Status::override_approved,
             fmt::format("by {}", names_of(request.freeze_decisions)));
      co_return true;
    }
    const Wakeup woken = co_await request.decided.wait_for(until - sim.now());
    if (woken == Wakeup::timed_out) co_return false;
  }
}

}  // namespace

Process<> await_calendar(ChangeManager& model, ChangeRequest& request) {
  if (model.settings.calendar.empty() || request.way.emergency) co_return;
  while (true) {
    const CalendarState state = calendar_state(model, request);
    if (state.open) co_return;
    request.freeze_decisions.clear();
    become(model, request, Status::pending_override,
           fmt::format("calendar {} is closed{}", model.settings.calendar,
                       state.next ? " until " + iso8601(*state.next) : ""));
    if (!model.settings.freeze_topic.empty() && !model.settings.freeze_approvers.empty())
      notify(model, request, model.settings.freeze_topic,
             request_text(request, "The change calendar is closed."));
    const SimTime until = state.next.value_or(model.cloud.sim().now() + kLongest);
    if (co_await overridden(model, request, until)) co_return;
  }
}

}  // namespace opsim::change_manager

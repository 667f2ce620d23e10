// When schedules fire.
// AWS: EventBridge Scheduler User Guide, schedule-types, managing-schedule-flexible-time-windows,
// managing-schedule-delete.
// SIMPLIFIED: a schedule without a flexible window fires on the instant; AWS within that minute.
#include "models/scheduler/scheduler.hpp"

#include <fmt/format.h>

#include "opsim/kernel/process.hpp"

namespace opsim::scheduler {

Schedules& Scheduler::at(const Place& place) {
  Schedules& schedules = places_[place];
  if (schedules.groups.empty())
    schedules.groups["default"] = {
        opsim::arn(place, "scheduler", "schedule-group/default"), cloud.sim().start(), {}};
  return schedules;
}

void Scheduler::keep(const std::shared_ptr<Schedule>& schedule) {
  std::shared_ptr<Schedule>& kept = at(schedule->place).all[{schedule->group, schedule->name}];
  if (kept) cloud.sim().cancel(kept->next);
  kept = schedule;
  // A rate without a StartDate begins at once (schedule-types, rate-based schedules).
  if (schedule->enabled) arm(schedule, cloud.sim().now() - Duration{1});
}

void Scheduler::remove(const Schedule& schedule) {
  cloud.sim().cancel(schedule.next);
  at(schedule.place).all.erase({schedule.group, schedule.name});  // may end `schedule`
}

void Scheduler::arm(const std::shared_ptr<Schedule>& schedule, SimTime after) {
  const bool once = std::holds_alternative<schedule::At>(schedule->expression);
  const SimTime anchor = schedule->starts.value_or(schedule->modified);
  // One-time schedules ignore StartDate and EndDate (API_CreateSchedule).
  if (!once && schedule->starts) after = std::max(after, *schedule->starts - Duration{1});
  const auto due = schedule::next_time(schedule->expression, schedule->zone, anchor, after);
  if (!due || (!once && schedule->ends && *due >= *schedule->ends)) {
    if (schedule->deletes_itself) remove(*schedule);
    return;
  }
  // A schedule is nobody's consequence: its firing starts a chain of its own.
  const CauseScope because{cloud.sim(), CauseId::none};
  schedule->next = cloud.sim().at(*due, [this, weak = std::weak_ptr{schedule}, at = *due] {
    if (const std::shared_ptr<Schedule> kept = weak.lock()) fire(kept, at);
  });
}

void Scheduler::fire(const std::shared_ptr<Schedule>& schedule, SimTime due) {
  const double share = luck.uniform();
  const Duration late{
      static_cast<Duration::rep>(share * static_cast<double>(schedule->window.count()))};
  cloud.sim().after(late,
                    [this, schedule, due] { cloud.sim().spawn(invoke(*this, schedule, due)); });
  arm(schedule, due);
}

}  // namespace opsim::scheduler

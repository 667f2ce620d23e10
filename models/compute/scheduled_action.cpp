#include "models/compute/scheduled_action.hpp"

namespace opsim::compute {

std::optional<SimTime> ScheduledAction::due_after(SimTime now) const {
  std::optional<SimTime> due;
  if (start && *start > now)
    due = start;
  else if (cron)
    due = cron->next_after(now, zone);
  return due && end && *due > *end ? std::nullopt : due;
}

}  // namespace opsim::compute

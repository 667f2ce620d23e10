// What CloudWatch shows of schedules.
// AWS: EventBridge Scheduler User Guide, monitoring-cloudwatch: namespace AWS/Scheduler, by
// ScheduleGroup.
#include "models/scheduler/scheduler.hpp"

namespace opsim::scheduler {

void count(Scheduler& scheduler, const Schedule& schedule, const std::string& metric) {
  Metrics& metrics = scheduler.cloud.metrics();
  const SeriesId series = metrics.intern(
      {schedule.place, "AWS/Scheduler", metric, {{"ScheduleGroup", schedule.group}}});
  metrics.put(series,
              {.timestamp = scheduler.cloud.sim().now(), .values = {{1, 1}}, .unit = "Count"});
}

}  // namespace opsim::scheduler

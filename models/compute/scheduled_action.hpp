#pragma once
/// Scheduled actions of Auto Scaling groups: sizes that change at known times.
///
/// AWS: EC2 Auto Scaling User Guide, "Scheduled scaling" (ec2-auto-scaling-scheduled-scaling); API
/// PutScheduledUpdateGroupAction, DescribeScheduledActions, DeleteScheduledAction.
/// SIMPLIFIED: an action runs on its second; AWS says "within seconds [...] up to two minutes".
#include <optional>
#include <string>
#include <tuple>

#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/simulation.hpp"
#include "opsim/schedule.hpp"

namespace opsim::compute {

using ScheduledActionKey = std::tuple<Place, std::string, std::string>;  // of a group, its name

struct ScheduledAction {
  std::string name;
  std::string arn;
  std::string group;
  Place place;
  Json sizes = Json::object();  // MinSize, MaxSize, DesiredCapacity: those given
  std::optional<SimTime> start;
  std::optional<SimTime> end;
  std::string recurrence;  // as written; "" for an action that runs once
  std::optional<schedule::UnixCron> cron;
  TimeZone zone;
  std::string source;  // file:line, of a template's
  Ticket next;

  /// When it runs next after `now`; nothing once it is over. "If you specify Recurrence and
  /// StartTime, the action is performed at this time, and then on the specified recurrence."
  [[nodiscard]] std::optional<SimTime> due_after(SimTime now) const;
};

}  // namespace opsim::compute

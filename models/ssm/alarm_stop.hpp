#pragma once
/// AlarmConfiguration: the alarm that stops an automation or a command.
#include <memory>
#include <string>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/event.hpp"

namespace opsim::ssm {

class Ssm;

struct AlarmStop {
  std::string name;
  bool ignores_unknown = false;  // IgnorePollAlarmFailure
  bool triggered = false;
};

/// Null where the input has none.
ApiResult<std::unique_ptr<AlarmStop>> read_alarm_stop(const Json& input);

/// Why what the alarm watches may not go on: it is in ALARM, or nobody knows. "" where it may.
std::string objection_of(Ssm& ssm, const Place& place, AlarmStop& alarm);

/// An alarm changed its state: what it watches is stopped.
void alarm_rang(Ssm& ssm, const Event& event);

/// AlarmConfiguration and TriggeredAlarms, into what the API shows.
void add_alarm(const AlarmStop* alarm, Json& view);

}  // namespace opsim::ssm

#pragma once
/// Scheduled events: EC2 says ahead that the host of an instance will be worked on.
/// AWS: EC2 User Guide, "Scheduled events for Amazon EC2 instances"
/// (monitoring-instances-status-check_sched); API InstanceStatusEvent,
/// ModifyInstanceEventStartTime.
#include <optional>
#include <string>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::compute {

class Fleet;
struct Instance;

struct HostEvent {
  enum class Kind : std::uint8_t { retirement, reboot } kind = Kind::retirement;
  std::string id;  // "instance-event-0000000000000001"
  std::string description;
  SimTime not_before{};
  std::optional<SimTime> deadline;  // NotBeforeDeadline: reboots may be moved up to it
  bool over = false;                // "[Completed]" or "[Canceled]"
  Ticket due;
};

/// EC2 tells that the event comes after so long: DescribeInstanceStatus, AWS Health, the group.
void schedule_event(Fleet& fleet, Instance& instance, HostEvent::Kind kind, Duration ahead);
/// The instance runs on another host: what was planned for the old one is canceled.
void leave_host(Fleet& fleet, Instance& instance);
/// Events of InstanceStatus; null where there is none.
[[nodiscard]] Json host_events_json(const Instance& instance);

ApiResult<Json> modify_instance_event_start_time(Fleet& fleet, const Request& request);

}  // namespace opsim::compute

#pragma once
/// One EC2 instance: what it was launched from, where it is in its life, what ails it.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/cpu_credits.hpp"
#include "models/compute/host_events.hpp"
#include "models/compute/instance_state.hpp"
#include "models/compute/launch_spec.hpp"
#include "models/compute/settings.hpp"
#include "models/compute/tank.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::compute {

struct Member;

struct RunningProcess {
  std::string name;
  bool runs = true;
  bool wanted = true;  // the instance is down while a wanted process does not run
};

/// One source of one metric series that this instance feeds.
struct Publication {
  SourceId source{};
  Reading reading = Reading::nothing;
  Form form = Form::percent;
  double share = 1;
  std::uint16_t process = 0;  // index of RunningProcess, for Reading::process
};

/// The instance status checks (EC2 User Guide, "Status checks for your instances"): what fails, and
/// what DescribeInstanceStatus and CloudWatch have noticed of it.
struct StatusChecks {
  CheckStatus system = CheckStatus::not_applicable;
  CheckStatus instance = CheckStatus::not_applicable;
  SimTime impaired_since{};
  Duration phase{};  // checks run each minute, at this offset
  Ticket next;
  /// Told by a fault, beside what follows from the state of hardware and system.
  bool told_system = false;
  bool told_instance = false;
};

/// What keeps an instance from serving, the worst first.
enum class Ailment : std::uint8_t {
  none,
  leaving,
  stopped,
  starting,
  hardware,
  frozen,
  network,
  no_io,
  no_memory,
  full_disk,
  process,
  disk,
  memory
};

struct Instance {
  std::string id;
  Place place;
  std::string zone;
  std::string subnet;
  std::string vpc;
  std::string private_ip;
  std::string reservation;
  std::shared_ptr<const LaunchSpec> spec;  // one for all of a group's instances
  std::shared_ptr<const InstanceSettings> settings;
  Tags tags;
  std::string group;                 // name of its Auto Scaling group, or ""
  Member* member = nullptr;          // of that group, once somebody has looked for it
  std::string capacity_reservation;  // the one that it runs in, or ""
  bool pooled = false;               // waits in a warm pool: nobody misses it
  bool spot = false;                 // a Spot Instance: EC2 may take it back
  bool interrupted = false;          // it will

  InstanceState state = InstanceState::pending;
  SimTime launched{};
  SimTime changed{};         // when it got into this state
  std::string state_reason;  // "User initiated", as StateTransitionReason has it

  bool system_up = false;       // its first boot is over: user data may still install
  bool booted = false;          // the system is up and runs what it should
  bool ever_booted = false;     // before that, nobody misses it
  bool bad_hardware = false;    // until it moves to another host
  bool recovers_itself = true;  // MaintenanceOptions.AutoRecovery is default
  std::vector<HostEvent> host_events;
  std::vector<SimTime> recovered;  // by itself, the last day's
  Ticket recovery;
  bool frozen = false;   // answers nobody, until it reboots
  bool cut_off = false;  // from the network: its subnet is
  bool stalled = false;  // waits for a disk that does no I/O
  bool out_of_memory = false;
  bool agent_runs = false;
  bool serves = false;  // counts among its group's members that do their work
  Ailment ailment = Ailment::none;
  StatusChecks checks;

  Tank disk;
  Tank memory;
  double software = 1;     // the release of what is installed
  double disk_factor = 1;  // how much its file system has grown with its volume
  double cpu_level = 10;   // per cent, as asked for
  double network_in = 0;   // bytes a second
  double network_out = 0;
  std::unique_ptr<CpuCredits> credits;  // of burstable types
  std::vector<RunningProcess> processes;
  std::vector<Publication> agent_metrics;  // of the CloudWatch agent
  std::vector<SourceId> check_metrics;     // StatusCheckFailed, _Instance, _System, in turn
  std::vector<Publication> ec2_metrics;    // CPUUtilization
  std::optional<SourceId>
      attached_check;             // StatusCheckFailed_AttachedEBS, from the first failure on
  bool reports_to_group = false;  // also under the name of its group

  /// Its own streams by purpose: "ec2.launch.i-00000002" is the one of "launch".
  mutable std::vector<std::pair<std::string, Stream>> streams;
  Ticket transition;  // to the next state of its life
  Ticket boot;

  [[nodiscard]] bool is_up() const { return state == InstanceState::running && booted; }
  [[nodiscard]] bool answers() const { return is_up() && !frozen && !bad_hardware; }
  /// Status checks ask by ARP, within the host: a network that is cut fails none of them.
  [[nodiscard]] bool is_reachable() const { return answers() && !cut_off && !stalled; }
  [[nodiscard]] std::string arn() const { return opsim::arn(place, "ec2", "instance/" + id); }
};

}  // namespace opsim::compute

#pragma once
/// AWS Elastic Disaster Recovery (`drs`): servers whose disks an agent replicates, block by block,
/// seconds behind; and the instances that a recovery or a drill launches from what was replicated.
/// AWS: Elastic Disaster Recovery User Guide, "Recovery and failback", "Point in time (PIT)
/// policy"; API Reference, StartRecovery, Job, JobLog, RecoveryInstance, DataReplicationInfo.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::drs {

/// How one server replicates and is launched; the defaults are estimates (replication.cpp).
struct Pace {
  Distribution lag;       // how far behind the disks what is replicated is
  Distribution snapshot;  // taking the snapshot that is launched from
  Distribution converts;  // the conversion server makes it bootable
  double launches = 1;    // share of the launches that work
};

struct SourceServer {
  std::string id;
  std::string arn;
  std::string name;      // as the scenario calls it
  std::string instance;  // the EC2 instance that the agent is on
  std::string instance_type;
  std::string hostname;
  Place place;  // where it is recovered
  Pace pace;
  std::string source;                       // "scenario.yaml:12"
  std::optional<SimTime> lost;              // its disks are gone
  bool stalled = false;                     // its agent has not been seen for a while
  std::string last_launch = "NOT_STARTED";  // PENDING, SUCCEEDED, FAILED
  std::string last_job;
  std::string recovery_instance;
  Json launch_configuration;
  // The lag of the minute that was asked for last.
  std::int64_t lag_minute = -1;
  Duration lag{};
};

struct LogItem {
  std::string event;  // "SNAPSHOT_START"
  std::string server;
  std::string instance;
  std::string error;
  SimTime at{};
};

struct Participant {
  std::string server;
  std::string snapshot;            // recoverySnapshotID, or "" for the latest data
  std::string status = "PENDING";  // IN_PROGRESS, LAUNCHED, FAILED, TERMINATED
  std::string instance;
};

struct Job {
  std::string id;
  std::string arn;
  Place place;
  std::string type = "LAUNCH";     // TERMINATE
  std::string initiated_by;        // START_RECOVERY, START_DRILL, TERMINATE_RECOVERY_INSTANCES
  std::string status = "PENDING";  // STARTED, COMPLETED
  SimTime created{};
  std::optional<SimTime> ended;
  std::vector<Participant> servers;
  std::vector<LogItem> log;
};

struct RecoveryInstance {
  std::string id;  // the EC2 instance's
  std::string arn;
  Place place;
  std::string server;
  std::string job;
  bool drill = false;
  SimTime data_as_of{};
  SimTime launched{};
};

class Drs : public Model {
 public:
  explicit Drs(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, SourceServer> servers;  // by id
  std::map<std::string, Job> jobs;              // by id
  std::map<std::string, RecoveryInstance> instances;

  [[nodiscard]] SimTime now() const { return cloud.sim().now(); }
};

// ---- Replication (replication.cpp) ----
extern const Shape kSourceServersShape;
void read_source_servers(Model& model, Cloud& cloud, const Node& section);
/// What is replicated at this moment is the disks as they were then.
SimTime replicated_until(Drs& drs, SourceServer& server);
/// A recovery snapshot that is kept by the point in time policy: its id and its time.
struct Snapshot {
  std::string id;
  SimTime taken{};
};
std::vector<Snapshot> snapshots_of(const Drs& drs, const SourceServer& server);
/// An instance shuts down for good: its disks go with it.
void hear_of_instances(Model& model, const Event& event);

// ---- Recovery (recovery.cpp) ----
/// Launches every server of the job; drills and recoveries differ in what they are called.
Process<> run_launch(Drs& drs, std::string job_id);
std::string moment(SimTime time);

// ---- Operations ----
/// UninitializedAccountException: where the scenario has no source server in the Region.
std::optional<ApiError> uninitialized(const Drs& drs, const Place& place);
ApiResult<Json> describe_job_log_items(Drs& drs, const Request& request);
ApiResult<Json> describe_jobs(Drs& drs, const Request& request);
ApiResult<Json> describe_recovery_instances(Drs& drs, const Request& request);
ApiResult<Json> describe_recovery_snapshots(Drs& drs, const Request& request);
ApiResult<Json> describe_source_servers(Drs& drs, const Request& request);
ApiResult<Json> get_launch_configuration(Drs& drs, const Request& request);
ApiResult<Json> start_recovery(Drs& drs, const Request& request);
ApiResult<Json> terminate_recovery_instances(Drs& drs, const Request& request);
ApiResult<Json> update_launch_configuration(Drs& drs, const Request& request);

}  // namespace opsim::drs

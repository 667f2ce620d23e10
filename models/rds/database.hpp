#pragma once
/// A DB instance, a DB cluster, a snapshot: what they are and what they are doing.
/// AWS: RDS User Guide, "Viewing DB instance status"; Aurora User Guide, "Aurora DB clusters".
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/metrics.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/callback.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::rds {

/// Used space in GiB, a line in time: the instance's one disk.
struct UsedStorage {
  SimTime from{};
  double gib = 0;
  double gib_per_second = 0;
  [[nodiscard]] double at(SimTime now) const {
    return gib + gib_per_second * std::chrono::duration<double>(now - from).count();
  }
};

struct Instance {
  std::string id;
  Place place;
  std::string arn;
  std::string instance_class = "db.t3.micro";
  std::string engine = "mysql";
  std::string engine_version;
  std::string cluster;  // of which it is a member, or ""
  std::string status = "available";
  bool multi_az = false;
  std::string zone;
  std::string other_zone;  // of the standby
  double allocated_gib = 20;
  double most_gib = 0;  // MaxAllocatedStorage; 0: no storage autoscaling
  std::string storage_type = "gp2";
  std::int64_t port = 3306;
  std::int64_t backup_days = 1;
  std::string backup_window;        // "03:30-04:00"
  std::string maintenance_window;   // "sun:05:00-sun:05:30"
  std::int64_t promotion_tier = 1;  // of a cluster's member: 0 to 15, the lowest goes first
  bool deletion_protection = false;
  std::string master_user;
  std::string database;
  std::string subnet_group;
  std::string replica_of;                  // of a read replica
  Json pending = Json::object();           // PendingModifiedValues
  std::map<std::string, bool> flags = {};  // by name in DBInstance: "PubliclyAccessible"
  std::int64_t monitoring_seconds = 0;     // MonitoringInterval
  SimTime created{};
  std::map<std::string, std::string> tags;

  UsedStorage storage;
  double cpu_percent = 15;  // estimates of an idle database
  double connections = 10;
  double lag_seconds = 0;
  double most_connections = 1'000;

  bool out_of_service = false;  // while it reboots, fails over, is stopped, ...
  std::string why;              // it is out of service
  std::uint64_t work = 0;       // counts what it began; an older callback finds another number
  SimTime storage_changed{};    // the last change of the allocated storage
  bool low_storage_told = false;
  bool limit_told = false;  // of storage autoscaling
  Ticket storage_check;
  Ticket auto_start;
  Ticket backup;
  std::map<std::string, SourceId> sources;  // by name of the metric

  /// It can be backed up, copied, changed and rebooted.
  [[nodiscard]] bool is_operational() const {
    return status == "available" || status == "storage-optimization";
  }
};

struct Cluster {
  std::string id;
  Place place;
  std::string arn;
  std::string engine = "aurora-mysql";
  std::string engine_version;
  std::string status = "available";
  std::vector<std::string> members;  // ids; the writer first
  std::int64_t port = 3306;
  std::int64_t backup_days = 1;
  bool deletion_protection = false;
  std::int64_t backtrack_seconds = 0;
  std::vector<Json> backtracks;
  std::string master_user;
  std::string database;
  std::string subnet_group;
  SimTime created{};
  std::map<std::string, std::string> tags;
  std::uint64_t work = 0;
  bool out_of_service = false;
  std::string why;

  /// A Multi-AZ DB cluster has RDS engines; Aurora's, DocumentDB's and Neptune's share their
  /// storage.
  [[nodiscard]] bool shares_storage() const {
    return engine.starts_with("aurora") || engine == "docdb" || engine == "neptune";
  }
};

/// What of RDS's events goes to a topic: empty lists and texts are all.
struct Subscription {
  std::string name;
  Place place;
  std::string topic = {};
  std::string source_type = {};  // "db-instance"
  std::vector<std::string> sources = {};
  std::vector<std::string> categories = {};
  bool enabled = true;
  SimTime created{};
};

struct Snapshot {
  std::string id;
  std::string arn;
  Place place;
  std::string source;  // the instance or the cluster
  bool of_cluster = false;
  std::string status = "creating";
  std::string type = "manual";
  Json settings;  // of the source, in the words of the API: what a restore begins with
  double used_gib = 0;
  SimTime created{};
};

}  // namespace opsim::rds

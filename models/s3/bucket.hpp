#pragma once
/// One bucket: its objects with their versions, its settings, and what waits to be replicated.
/// AWS: S3 User Guide, "Using versioning in S3 buckets", "Replicating objects".
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/metrics.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::s3 {

/// Bodies larger than this are sizes without content: an object may have terabytes.
inline constexpr std::size_t kLargestKeptBody = 256U << 10U;
/// A bound of this simulator, not of S3.
inline constexpr std::size_t kMostVersions = 100'000;

struct ObjectVersion {
  std::string version_id = "null";
  std::int64_t size_bytes = 0;
  std::string etag;                 // without its quotes
  std::optional<std::string> body;  // nothing where it is not kept
  std::string content_type = "binary/octet-stream";
  std::string storage_class = "STANDARD";
  Json metadata = Json::object();
  std::map<std::string, std::string> tags;
  std::string replication_status;  // "", PENDING, COMPLETED, FAILED, REPLICA
  SimTime modified{};
  bool delete_marker = false;
};

enum class Versioning : std::uint8_t { never, enabled, suspended };

/// Where a bucket's notifications go (S3 API: LambdaFunction-, Queue- and TopicConfiguration).
struct Notification {
  std::string id;
  std::string target;               // ARN
  std::vector<std::string> events;  // "s3:ObjectCreated:*"
  std::string prefix;
  std::string suffix;
};

struct ReplicationRule {
  std::string id;
  bool enabled = true;
  std::int64_t priority = 0;
  std::string prefix;
  std::string destination;  // a bucket's name
  bool delete_markers = false;
  bool time_control = false;  // S3 RTC: 99.9 % of objects within 15 minutes
  bool metrics = false;
};

/// An object on its way to the destination of a rule.
struct Pending {
  std::uint64_t number = 0;
  SimTime since{};
  std::int64_t size_bytes = 0;
};

/// What a rule reports where it has metrics.
struct ReplicationState {
  std::deque<Pending> pending;  // oldest first
  std::optional<SourceId> operations;
  std::optional<SourceId> bytes;
  std::optional<SourceId> latency;
};

/// Requests for the objects of a prefix in one second.
struct PrefixRate {
  std::int64_t writes = 0;
  std::int64_t reads = 0;
};
struct RequestRates {
  SimTime second{};
  std::map<std::string, PrefixRate> by_prefix{};
};

struct Bucket {
  std::string name;
  Place place;
  SimTime created{};
  Versioning versioning = Versioning::never;
  std::map<std::string, std::vector<ObjectVersion>> objects;  // by key; newest version last
  std::map<std::string, Json, std::less<>> settings;          // by row of the table of settings
  bool tells_event_bridge = false;
  std::vector<Notification> notifications;
  std::vector<ReplicationRule> replication;
  std::map<std::string, ReplicationState> replicating;  // by id of the rule
  SimTime replication_paused_until{};
  bool replication_stopped = false;           // by an experiment, until it lets go
  std::vector<std::function<void()>> held;    // arrivals that wait for that
  std::optional<Distribution> replicates_in;  // from physics
  std::int64_t bytes = 0;                     // of all versions
  std::int64_t versions = 0;                  // delete markers count as objects do
  std::int64_t base_bytes = 0;                // beside the objects known here: from physics
  std::int64_t base_objects = 0;
  std::optional<SimTime> public_since{};  // while everybody can read it
  Duration public_for{};                  // before that, over all of the run
  RequestRates rates;
  std::optional<SourceId> size_metric;
  std::optional<SourceId> count_metric;

  [[nodiscard]] std::string arn() const;
  /// The newest version of a key, a delete marker too; null where there is none.
  [[nodiscard]] const ObjectVersion* newest(const std::string& key) const;
  /// A version by its id; the newest where `version_id` is "".
  [[nodiscard]] const ObjectVersion* version(const std::string& key,
                                             const std::string& version_id) const;
  [[nodiscard]] bool empty() const { return objects.empty(); }
};

}  // namespace opsim::s3

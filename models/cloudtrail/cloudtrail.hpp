#pragma once
/// The state of CloudTrail: the records of each account and Region, newest last.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/cloudtrail/record.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::cloudtrail {

struct Trail {
  std::string name;
  std::string arn;
  std::string bucket;
  Place place;
  bool logging = true;
  bool multi_region = false;
  std::string log_group;          // ARN of a group in CloudWatch Logs, or ""
  std::string role;               // with which it writes there
  std::vector<Record> pending{};  // for that group
  bool has_stream = false;        // there
};

/// What the rules of a place ask for of the records' events.
struct Listening {
  bool changes = false;  // calls that change something
  bool reads = false;    // all management events (rules of state ENABLED_WITH_ALL_...)
};

class CloudTrail : public Model {
 public:
  explicit CloudTrail(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<Place, std::deque<Record>> records;
  std::map<std::pair<Place, std::string>, Trail> trails;  // by name
  /// Forgotten whenever rules may have changed.
  std::map<Place, Listening> listening;
};

// ---- recording.cpp ---------------------------------------------------------------------------

/// Every finished call passes here.
void take(CloudTrail& trail, const CallRecord& call);
/// Drops what is older than 90 days, and the oldest beyond a count.
void forget_old(std::deque<Record>& records, SimTime now);

// ---- logs_delivery.cpp -----------------------------------------------------------------------

/// To the log groups of the trails that cover the place.
void deliver_to_logs(CloudTrail& trail, const Record& record);

// ---- trails.cpp ------------------------------------------------------------------------------

/// From TrailName or Name, S3BucketName, CloudWatchLogsLogGroupArn, ...
[[nodiscard]] Trail read_trail(const Place& place, const std::string& name, const Json& members);
[[nodiscard]] bool covers(const Trail& trail, const Place& place);
ApiResult<Json> create_trail(CloudTrail& trail, const Request& request);
ApiResult<Json> delete_trail(CloudTrail& trail, const Request& request);
ApiResult<Json> get_trail(CloudTrail& trail, const Request& request);
ApiResult<Json> list_trails(CloudTrail& trail, const Request& request);
ApiResult<Json> update_trail(CloudTrail& trail, const Request& request);

// ---- operations.cpp --------------------------------------------------------------------------

ApiResult<Json> describe_trails(CloudTrail& trail, const Request& request);
ApiResult<Json> get_trail_status(CloudTrail& trail, const Request& request);
ApiResult<Json> lookup_events(CloudTrail& trail, const Request& request);
ApiResult<Json> start_logging(CloudTrail& trail, const Request& request);
ApiResult<Json> stop_logging(CloudTrail& trail, const Request& request);

}  // namespace opsim::cloudtrail

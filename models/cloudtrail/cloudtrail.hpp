#pragma once
/// The state of CloudTrail: the records of each account and Region, newest last.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

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
};

class CloudTrail : public Model {
 public:
  explicit CloudTrail(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<Place, std::deque<Record>> records;
  std::map<std::pair<Place, std::string>, Trail> trails;  // by name
  /// Whether any rule could match a record's event; forgotten whenever rules may have changed.
  std::map<Place, bool> rules_listen;
};

// ---- recording.cpp ---------------------------------------------------------------------------

/// Every finished call passes here.
void take(CloudTrail& trail, const CallRecord& call);
/// Drops what is older than 90 days, and the oldest beyond a count.
void forget_old(std::deque<Record>& records, SimTime now);

// ---- operations.cpp --------------------------------------------------------------------------

ApiResult<Json> describe_trails(CloudTrail& trail, const Request& request);
ApiResult<Json> get_trail_status(CloudTrail& trail, const Request& request);
ApiResult<Json> lookup_events(CloudTrail& trail, const Request& request);
ApiResult<Json> start_logging(CloudTrail& trail, const Request& request);
ApiResult<Json> stop_logging(CloudTrail& trail, const Request& request);

}  // namespace opsim::cloudtrail

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
#include "opsim/kernel/distribution.hpp"

namespace opsim::cloudtrail {

struct Trail {
  std::string name;
  std::string arn;
  std::string bucket;
  Place place;
  bool logging = true;
  bool multi_region = false;
  bool organization = false;      // of all accounts; only the management account changes it
  bool validates = false;         // EnableLogFileValidation
  SimTime stopped{};              // by the last StopLogging, whose own record is still delivered
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

/// An event data store of CloudTrail Lake.
struct EventStore {
  std::string name;
  std::string arn;
  Place place;
  bool multi_region = true;
  bool organization = false;
  bool ingesting = true;
  bool is_protected = true;  // TerminationProtectionEnabled
  bool pending_deletion = false;
  std::int64_t retention_days = 366;
  SimTime created{};
  std::deque<Record> events{};  // oldest first; each can be queried some minutes after it happened
};

/// A query of CloudTrail Lake and its answer.
struct LakeQuery {
  std::string id;
  std::string text;
  SimTime created{};
  SimTime done{};
  Json rows = Json::array();
  std::size_t scanned = 0;
};

/// `audits:` of a scenario: what an auditor asks, and how much of the truth was found.
struct Audit {
  std::string name;
  std::string source;
  std::string asks;       // SQL, with $store after FROM
  std::string in_logs;    // the same for CloudWatch Logs Insights, or ""
  Distribution signs_in;  // to each account that is asked by itself
  double truth = 0;
  double found = 0;
  double queries = 0;
  double minutes = 0;
  bool answered = false;
};

class CloudTrail : public Model {
 public:
  explicit CloudTrail(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<Place, std::deque<Record>> records;
  std::map<std::pair<Place, std::string>, Trail> trails;  // by name
  /// Forgotten whenever rules may have changed.
  std::map<Place, Listening> listening;
  std::map<std::string, EventStore, std::less<>> stores;  // by ARN
  std::map<std::string, LakeQuery, std::less<>> queries;  // by id
  std::map<std::string, Audit, std::less<>> audits;
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
[[nodiscard]] bool covers(Cloud& cloud, const Trail& trail, const Place& place);
/// Whether `account` belongs to the organization that the account `management` manages.
[[nodiscard]] bool is_member(Cloud& cloud, const std::string& management,
                             const std::string& account);
/// Nothing where the caller's account may make, or change, what is of the whole organization.
[[nodiscard]] std::optional<ApiError> only_management_account(Cloud& cloud, const Place& place);
ApiResult<Json> create_trail(CloudTrail& trail, const Request& request);
ApiResult<Json> delete_trail(CloudTrail& trail, const Request& request);
ApiResult<Json> get_trail(CloudTrail& trail, const Request& request);
ApiResult<Json> list_trails(CloudTrail& trail, const Request& request);
ApiResult<Json> update_trail(CloudTrail& trail, const Request& request);

// ---- event_stores.cpp, lake_queries.cpp --------------------------------------------------------

/// A record into the stores that cover its place.
void ingest(CloudTrail& trail, const Record& record);
/// When a record can be queried.
[[nodiscard]] bool is_ingested(const Record& record, SimTime now);
ApiResult<Json> create_event_store(CloudTrail& trail, const Request& request);
ApiResult<Json> delete_event_store(CloudTrail& trail, const Request& request);
ApiResult<Json> get_event_store(CloudTrail& trail, const Request& request);
ApiResult<Json> list_event_stores(CloudTrail& trail, const Request& request);
ApiResult<Json> start_ingestion(CloudTrail& trail, const Request& request);
ApiResult<Json> stop_ingestion(CloudTrail& trail, const Request& request);
ApiResult<Json> update_event_store(CloudTrail& trail, const Request& request);
ApiResult<Created> make_event_store(CloudTrail& trail, const ResourceRequest& request);
ApiResult<Json> describe_query(CloudTrail& trail, const Request& request);
ApiResult<Json> get_query_results(CloudTrail& trail, const Request& request);
ApiResult<Json> start_query(CloudTrail& trail, const Request& request);

// ---- audits.cpp, acts.cpp ----------------------------------------------------------------------

extern const Shape kAuditsShape, kActShape;
void read_audits(CloudTrail& trail, const Node& section);
/// The fault `make a call`: somebody calls in an account.
void make_a_call(Model& model, const FaultRequest& request);

// ---- operations.cpp --------------------------------------------------------------------------

ApiResult<Json> describe_trails(CloudTrail& trail, const Request& request);
ApiResult<Json> get_trail_status(CloudTrail& trail, const Request& request);
ApiResult<Json> lookup_events(CloudTrail& trail, const Request& request);
ApiResult<Json> start_logging(CloudTrail& trail, const Request& request);
ApiResult<Json> stop_logging(CloudTrail& trail, const Request& request);

}  // namespace opsim::cloudtrail

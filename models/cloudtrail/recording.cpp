// From a finished call to a record, and from there to EventBridge.
// AWS: CloudTrail User Guide, "Working with CloudTrail event history": management events of 90
// days; EventBridge User Guide, "AWS service events delivered via AWS CloudTrail": management
// events that are not read-only (List*, Get*, Describe*) reach rules, as "AWS API Call via
// CloudTrail"; the read-only ones too where a rule's state asks for all management events
// (eb-service-event-cloudtrail).
//
// SIMPLIFIED: a record can be looked up at once (AWS: within minutes); EventBridge gets it after
// two seconds (an estimate: "near real time"). Every account is taken to have a trail, which AWS
// needs for the second; where a stack has trails that do not log, nothing is sent. SIMPLIFIED: data
// events (PutEvents, PutMetricData, Publish, SendMessage, ...) leave no record, as with trails that
// do not ask for them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/cloudtrail/cloudtrail.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr Duration kKept = std::chrono::days{90};
constexpr std::size_t kMostKept = 100'000;  // in one account and Region; a limit of opsim
constexpr Duration kToEventBridge = 2s;     // estimate
constexpr std::string_view kDetailType = "AWS API Call via CloudTrail";

/// Service and operations of data events and of what CloudTrail does not log at all.
/// AWS: CloudTrail User Guide, logging-data-events-with-cloudtrail.
struct DataEvents {
  std::string_view service;
  std::string_view operations;  // by spaces
};
constexpr std::array kDataEvents{
    DataEvents{"cloudwatch", "GetMetricData GetMetricStatistics ListMetrics PutMetricData"},
    DataEvents{"dynamodb",
               "BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query Scan "
               "TransactGetItems TransactWriteItems UpdateItem"},
    DataEvents{"events", "PutEvents"},
    DataEvents{"kinesis", "GetRecords GetShardIterator PutRecord PutRecords"},
    DataEvents{"lambda", "Invoke"},
    DataEvents{"logs", "PutLogEvents"},
    DataEvents{"s3", "CopyObject DeleteObject DeleteObjects GetObject HeadObject PutObject"},
    DataEvents{"sns", "Publish PublishBatch"},
    DataEvents{"sqs",
               "ChangeMessageVisibility DeleteMessage DeleteMessageBatch ReceiveMessage "
               "SendMessage SendMessageBatch"},
};

bool is_data_event(std::string_view service, std::string_view operation) {
  const auto row = std::ranges::find(kDataEvents, service, &DataEvents::service);
  if (row == kDataEvents.end()) return false;
  std::string_view rest = row->operations;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == operation) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Record record_of(CloudTrail& trail, const CallRecord& call) {
  Record record;
  record.id = trail.cloud.next_uuid("cloudtrail event");
  record.request = trail.cloud.next_uuid("request");
  record.at = trail.cloud.sim().now();
  record.caller = call.caller;
  record.service = call.service;
  record.operation = call.operation;
  record.read_only = call.read_only;
  record.input = kept_text(call.input);
  if (!call.answer) {
    record.error_code = call.answer.error().code;
    record.error_message = call.answer.error().message;
  } else if (!call.read_only) {
    record.output = kept_text(*call.answer);
  }
  return record;
}

/// Whether a rule's pattern leaves room for a record's event. One that names other detail types
/// does not; any other may.
bool may_match(const Json& rule) {
  const auto text = rule.find("EventPattern");
  if (text == rule.end() || !text->is_string()) return false;
  const Json pattern = Json::parse(text->get<std::string>(), nullptr, false);
  const auto types = pattern.is_object() ? pattern.find("detail-type") : pattern.end();
  if (!pattern.is_object()) return false;
  if (types == pattern.end() || !types->is_array()) return true;
  return std::ranges::any_of(
      *types, [](const Json& one) { return !one.is_string() || one == kDetailType; });
}

Listening listening_at(CloudTrail& trail, const Place& place) {
  const auto [known, fresh] = trail.listening.try_emplace(place);
  if (!fresh) return known->second;
  const ApiResult<Json> rules = trail.cloud.inspect(place, "events", "ListRules", Json::object());
  if (!rules || !rules->contains("Rules")) return {};
  Listening& found = known->second;
  for (const Json& rule : (*rules)["Rules"]) {
    if (!may_match(rule)) continue;
    found.changes = true;
    found.reads =
        found.reads || rule.value("State", "") == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  }
  found.changes = found.changes || rules->contains("NextToken");
  return found;
}

bool is_logged(CloudTrail& trail, const Place& place) {
  bool any = false;
  for (const auto& [key, one] : trail.trails) {
    if (!covers(trail.cloud, one, place)) continue;
    if (one.logging) return true;
    any = true;
  }
  return !any;
}

void send(CloudTrail& trail, const Record& record) {
  const std::string source = event_source(record.service);
  Event event;
  event.source = fmt::format("aws.{}", source.substr(0, source.find('.')));
  event.detail_type = kDetailType;
  event.place = record.caller.place;
  event.detail = record_json(record);
  event.line = fmt::format("{} via CloudTrail", record.operation);
  trail.cloud.emit(std::move(event));
}

}  // namespace

void forget_old(std::deque<Record>& records, SimTime now) {
  while (!records.empty() && (records.size() > kMostKept || now - records.front().at > kKept))
    records.pop_front();
}

void take(CloudTrail& trail, const CallRecord& call) {
  if (is_data_event(call.service, call.operation)) return;
  if (call.service == "events" && !call.read_only) trail.listening.clear();
  const Place& place = call.caller.place;
  std::deque<Record>& records = trail.records[place];
  records.push_back(record_of(trail, call));
  forget_old(records, trail.cloud.sim().now());
  deliver_to_logs(trail, records.back());
  ingest(trail, records.back());
  const Listening wanted = listening_at(trail, place);
  if (!(call.read_only ? wanted.reads : wanted.changes) || !is_logged(trail, place)) return;
  trail.cloud.sim().after(kToEventBridge,
                          [&trail, record = records.back()] { send(trail, record); });
}

}  // namespace opsim::cloudtrail

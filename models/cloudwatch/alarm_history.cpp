// Alarm history.
// AWS: API DescribeAlarmHistory; "CloudWatch saves the history of an alarm for two weeks"
// (AlarmThatSendsEmail, 2023). Shape of HistoryData: recorded on AWS.
#include "models/cloudwatch/alarm_history.hpp"

#include <fmt/format.h>

#include "models/cloudwatch/input.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr Duration kKept = std::chrono::weeks{2};

Json state_json(const StateRecord& record) {
  Json json{{"stateValue", to_string(record.state)}, {"stateReason", record.reason()}};
  const Json data = Json::parse(record.reason_data(), nullptr, false);
  if (!data.is_discarded()) json["stateReasonData"] = data;
  return json;
}

}  // namespace

std::string_view to_string(HistoryItem::Type type) {
  constexpr std::string_view kNames[] = {"ConfigurationUpdate", "StateUpdate", "Action"};
  return kNames[static_cast<std::size_t>(type)];
}

Json HistoryItem::to_json(const std::string& alarm) const {
  Json item{{"AlarmName", alarm},         {"AlarmType", "MetricAlarm"},
            {"Timestamp", time_json(at)}, {"HistoryItemType", to_string(type)},
            {"HistorySummary", summary},  {"HistoryData", data}};
  if (type != Type::state || from == nullptr) return item;
  item["HistorySummary"] =
      fmt::format("Alarm updated from {} to {}", cloudwatch::to_string(from->state),
                  cloudwatch::to_string(to->state));
  const Json states{
      {"version", "1.0"}, {"oldState", state_json(*from)}, {"newState", state_json(*to)}};
  item["HistoryData"] = states.dump();
  return item;
}

void AlarmHistory::add(HistoryItem item) {
  while (!items_.empty() && (items_.size() >= kMost || items_.front().at < item.at - kKept)) {
    items_.pop_front();
  }
  items_.push_back(std::move(item));
}

}  // namespace opsim::cloudwatch

// Alarm history.
// AWS: API DescribeAlarmHistory; "CloudWatch preserves alarm history for 30 days"
// (AlarmThatSendsEmail). Shape of HistoryData: recorded on AWS; UNDOCUMENTED: what updatedAlarm and
// deletedAlarm are called.
#include "models/cloudwatch/alarm_history.hpp"

#include <fmt/format.h>

#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/input.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr Duration kKept = std::chrono::days{30};

Json state_json(const StateRecord& record) {
  Json json{{"stateValue", to_string(record.state)}, {"stateReason", record.reason()}};
  const Json data = Json::parse(record.reason_data(), nullptr, false);
  if (!data.is_discarded()) json["stateReasonData"] = data;
  return json;
}

}  // namespace

std::string_view to_string(HistoryItem::Type type) {
  constexpr std::string_view kNames[] = {"ConfigurationUpdate", "StateUpdate", "Action",
                                         "AlarmContributorStateUpdate", "AlarmContributorAction"};
  return kNames[static_cast<std::size_t>(type)];
}

Json HistoryItem::to_json(const std::string& alarm) const {
  Json item{{"AlarmName", alarm},         {"AlarmType", "MetricAlarm"},
            {"Timestamp", time_json(at)}, {"HistoryItemType", to_string(type)},
            {"HistorySummary", summary},  {"HistoryData", data}};
  if (!contributor.is_null()) {
    item["AlarmContributorId"] = contributor["id"];
    item["AlarmContributorAttributes"] = contributor["attributes"];
  }
  if (type != Type::state || from == nullptr) return item;
  item["HistorySummary"] =
      fmt::format("Alarm updated from {} to {}", cloudwatch::to_string(from->state),
                  cloudwatch::to_string(to->state));
  const Json states{
      {"version", "1.0"}, {"oldState", state_json(*from)}, {"newState", state_json(*to)}};
  item["HistoryData"] = states.dump();
  return item;
}

std::string configuration_data(std::string_view type, const Json& described) {
  Json alarm = lower_members(described);
  if (alarm.contains("oKActions")) {  // as recorded
    alarm["okactions"] = std::move(alarm["oKActions"]);
    alarm.erase("oKActions");
  }
  const std::string_view member = type == "Create"   ? "createdAlarm"
                                  : type == "Delete" ? "deletedAlarm"
                                                     : "updatedAlarm";
  const Json data{{"version", "1.0"}, {"type", type}, {std::string{member}, std::move(alarm)}};
  return data.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AlarmHistory::add(HistoryItem item) {
  while (!items_.empty() && (items_.size() >= kMost || items_.front().at < item.at - kKept)) {
    items_.pop_front();
  }
  items_.push_back(std::move(item));
}

}  // namespace opsim::cloudwatch

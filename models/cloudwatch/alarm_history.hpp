#pragma once
/// What DescribeAlarmHistory tells of one alarm.
#include <deque>
#include <memory>
#include <string>

#include "models/cloudwatch/alarm_record.hpp"

namespace opsim::cloudwatch {

struct HistoryItem {
  enum class Type : std::uint8_t {
    configuration,
    state,
    action,
    contributor_state,
    contributor_action
  };
  SimTime at{};
  Type type{};
  std::string summary{};  // of a state update: made when asked for
  std::string data{};
  std::shared_ptr<const StateRecord> from{};  // state updates of metric alarms
  std::shared_ptr<const StateRecord> to{};
  Json contributor{};  // {"id", "attributes"} of one that it is about, else null

  [[nodiscard]] Json to_json(const std::string& alarm) const;
};
/// "ConfigurationUpdate", "StateUpdate", "Action", "AlarmContributorStateUpdate",
/// "AlarmContributorAction".
std::string_view to_string(HistoryItem::Type type);

/// The HistoryData of a ConfigurationUpdate: {"version", "type": "Create", "createdAlarm": {...}}.
/// `described` is the alarm as DescribeAlarms tells it.
std::string configuration_data(std::string_view type, const Json& described);

/// Kept for 30 days, and at most kMost items an alarm.
class AlarmHistory {
 public:
  static constexpr std::size_t kMost = 1000;
  void add(HistoryItem item);
  [[nodiscard]] const std::deque<HistoryItem>& items() const noexcept { return items_; }

 private:
  std::deque<HistoryItem> items_;  // oldest first
};

}  // namespace opsim::cloudwatch

#pragma once
/// What DescribeAlarmHistory tells of one alarm.
#include <deque>
#include <memory>
#include <string>

#include "models/cloudwatch/alarm_record.hpp"

namespace opsim::cloudwatch {

struct HistoryItem {
  enum class Type : std::uint8_t { configuration, state, action };
  SimTime at{};
  Type type{};
  std::string summary{};  // of a state update: made when asked for
  std::string data{};
  std::shared_ptr<const StateRecord> from{};  // state updates of metric alarms
  std::shared_ptr<const StateRecord> to{};

  [[nodiscard]] Json to_json(const std::string& alarm) const;
};
/// "ConfigurationUpdate", "StateUpdate", "Action".
std::string_view to_string(HistoryItem::Type type);

/// Kept for two weeks, and at most kMost items an alarm.
class AlarmHistory {
 public:
  static constexpr std::size_t kMost = 1000;
  void add(HistoryItem item);
  [[nodiscard]] const std::deque<HistoryItem>& items() const noexcept { return items_; }

 private:
  std::deque<HistoryItem> items_;  // oldest first
};

}  // namespace opsim::cloudwatch

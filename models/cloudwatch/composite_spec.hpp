#pragma once
/// What a composite alarm is told to do: PutCompositeAlarm's input and
/// AWS::CloudWatch::CompositeAlarm's properties, which are the same members.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/cloudwatch/composite_rule.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::cloudwatch {

struct CompositeSpec {
  Place place;
  std::string name;
  std::optional<std::string> description;
  bool actions_enabled = true;
  std::vector<std::string> ok_actions;
  std::vector<std::string> alarm_actions;
  std::vector<std::string> insufficient_data_actions;
  CompositeRule rule;
  std::string suppressor;  // ActionsSuppressor as written: a name or an ARN; "" for none
  Duration wait{};         // ActionsSuppressorWaitPeriod
  Duration extension{};    // ActionsSuppressorExtensionPeriod
  std::map<std::string, std::string> tags;

  [[nodiscard]] std::string arn() const;
  [[nodiscard]] const std::vector<std::string>& actions(AlarmState state) const;
  /// Whether the rule names that alarm.
  [[nodiscard]] bool depends_on(std::string_view alarm) const;
};

/// The alarm that a rule or a suppressor writes as `written`: the last part of an ARN.
std::string alarm_name_of(std::string_view written);

/// Everything that can be said of the members alone; `name` replaces a missing AlarmName.
ApiResult<CompositeSpec> read_composite_spec(const Place& place, const Json& members,
                                             std::string_view name = {});

/// The configuration part of DescribeAlarms' CompositeAlarm.
Json describe_composite_spec(const CompositeSpec& spec);

}  // namespace opsim::cloudwatch

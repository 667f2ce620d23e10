#pragma once
/// Alarm mute rules, and the actions that they hold back.
///
/// AWS: CloudWatch User Guide, "How alarm mute rules work" (alarm-mute-rules-behaviour). While a
/// rule mutes an alarm, its state changes, its history and its events go on; its actions do not
/// run. When the last window around it ends, or the rule is changed or deleted, the actions of its
/// present state run as they are configured then, unless it came back to the state that it had
/// before.
/// Nothing runs at the beginnings and ends of windows in which no action was held back.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/cloudwatch/alarm_rules.hpp"
#include "models/cloudwatch/mute_schedule.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::cloudwatch {

struct MuteRule {
  Place place;
  std::string name;
  std::optional<std::string> description;
  std::string expression;
  std::string duration;  // "PT4H"
  std::string zone;      // "" where none was given: UTC
  MuteSchedule schedule;
  std::vector<std::string> alarms;
  std::optional<SimTime> from;   // StartDate
  std::optional<SimTime> until;  // ExpireDate
  std::map<std::string, std::string> tags;
  SimTime updated{};

  [[nodiscard]] std::string arn() const;
  /// The window around `time`, within StartDate and ExpireDate.
  [[nodiscard]] std::optional<MuteWindow> window_at(SimTime time) const;
  /// "ACTIVE", "EXPIRED" or "SCHEDULED".
  [[nodiscard]] std::string_view status_at(SimTime time) const;
};

/// PutAlarmMuteRule's members; `name` replaces a missing Name (templates).
ApiResult<MuteRule> read_mute_rule(const Place& place, const Json& members,
                                   std::string_view name = {});

class MuteBook {
 public:
  using Rules = std::map<std::string, MuteRule, std::less<>>;
  struct Muting {
    const MuteRule* rule;
    MuteWindow window;  // the one that ends last
  };

  explicit MuteBook(Cloud& cloud) : cloud_{cloud} {}
  ~MuteBook();
  MuteBook(const MuteBook&) = delete;
  MuteBook& operator=(const MuteBook&) = delete;

  [[nodiscard]] Rules& rules(const Place& place) { return rules_[place]; }
  void put(MuteRule rule);
  bool erase(const Place& place, const std::string& name);
  /// What mutes that alarm now.
  [[nodiscard]] std::optional<Muting> muting(const Place& place, std::string_view alarm) const;
  /// Actions of that alarm were held back on leaving `before`; they may run when `muting` ends.
  void hold(const Place& place, const std::string& alarm, AlarmState before, const Muting& muting);

 private:
  using Key = std::pair<Place, std::string>;
  struct Held {
    AlarmState before;
    Ticket ticket;
  };
  void look_again(const Key& key);
  void release_all();

  Cloud& cloud_;
  std::map<Place, Rules> rules_;
  std::map<Key, Held> held_;
};

/// {"mutedByArn", "muteWindowStart", "muteWindowEnd"} as events carry it; null where not muted.
Json mute_detail(Cloud& cloud, const Place& place, std::string_view alarm);

}  // namespace opsim::cloudwatch

#pragma once
/// All composite alarms and who depends on whom.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/cloudwatch/composite_alarm.hpp"

namespace opsim::cloudwatch {

class CloudWatch;

/// An alarm of either kind, as a rule sees it.
struct ChildState {
  std::string arn;
  AlarmState state = AlarmState::insufficient_data;
  SimTime since{};
  bool exists = false;
};

class CompositeBook {
 public:
  using ByName = std::map<std::string, std::unique_ptr<CompositeAlarm>, std::less<>>;

  explicit CompositeBook(CloudWatch& of) : cw_{of} {}

  [[nodiscard]] CompositeAlarm* find(const Place& place, std::string_view name);
  [[nodiscard]] const ByName& all(const Place& place) const;
  [[nodiscard]] const std::map<Place, ByName>& everywhere() const { return alarms_; }
  /// The alarm that a rule writes so, of either kind.
  [[nodiscard]] ChildState state_of(const Place& place, std::string_view written) const;
  /// The composite alarms whose rule names that alarm, or which it suppresses.
  [[nodiscard]] std::vector<std::string> parents(const Place& place, const std::string& name) const;
  /// Whether the rule of that alarm leads back to it.
  [[nodiscard]] bool in_cycle(const Place& place, const std::string& name) const;

  CompositeAlarm& create(CompositeSpec spec, News first);
  void update(CompositeAlarm& alarm, CompositeSpec spec);
  void erase(const Place& place, const std::string& name);
  /// Told by every alarm whose state changed.
  void child_changed(const Place& place, const std::string& name, News news);

 private:
  using Key = std::pair<Place, std::string>;
  void enter(const CompositeSpec& spec);
  void leave(const CompositeSpec& spec);

  CloudWatch& cw_;
  std::map<Place, ByName> alarms_;
  std::map<Key, std::set<std::string>> parents_;  // of a child or suppressor
};

}  // namespace opsim::cloudwatch

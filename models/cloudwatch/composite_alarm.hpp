#pragma once
/// One composite alarm: its state follows the states of other alarms.
///
/// Order  Evaluated once for all the changes of its children in one instant, in that instant.
/// News   As with a metric alarm of a system that stood before: what follows from children that
///        were merely found in order at the start is no news, and runs nothing.
#include <memory>
#include <string>

#include "models/cloudwatch/alarm_history.hpp"
#include "models/cloudwatch/composite_spec.hpp"
#include "models/cloudwatch/composite_suppression.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::cloudwatch {

enum class News : bool { no, yes };

struct CompositeState {
  AlarmState state = AlarmState::insufficient_data;
  SimTime updated{};
  SimTime transitioned{};
  std::string reason = "Unchecked: Initial alarm creation";
  std::string reason_data{};
  bool set = false;                                    // by SetAlarmState
  SuppressedBy suppressed_by = SuppressedBy::nothing;  // as it was on entering the state

  [[nodiscard]] Json to_json() const;  // as events carry it
};

class CompositeAlarm {
 public:
  CompositeAlarm(Cloud& cloud, CompositeSpec spec, News first);
  ~CompositeAlarm();
  CompositeAlarm(const CompositeAlarm&) = delete;
  CompositeAlarm& operator=(const CompositeAlarm&) = delete;

  [[nodiscard]] const CompositeSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] const CompositeState& state() const noexcept { return state_; }
  [[nodiscard]] SuppressedBy suppressed_by() const noexcept { return suppression_.by(); }
  [[nodiscard]] const AlarmHistory& history() const noexcept { return history_; }
  [[nodiscard]] SimTime configured() const noexcept { return configured_; }

  /// PutCompositeAlarm on an alarm that exists: the state stays and is evaluated again.
  void update(CompositeSpec spec);
  void enable_actions(bool enabled) { spec_.actions_enabled = enabled; }
  /// SetAlarmState: holds until a child changes.
  void set_state(AlarmState state, std::string reason, std::string reason_data);
  /// A child or the suppressor changed.
  void look_later(const std::string& child, News news);
  void remember(HistoryItem item) { history_.add(std::move(item)); }

 private:
  void look();
  void evaluate();
  void transition_to(CompositeState next, News news);
  void run_actions();
  void configure_suppression();
  [[nodiscard]] bool suppressor_in_alarm() const;
  [[nodiscard]] std::string why(AlarmState next) const;
  [[nodiscard]] std::string story() const;

  Cloud& cloud_;
  CompositeSpec spec_;
  CompositeState state_;
  AlarmState ran_from_;  // the state before the transition whose actions run next
  SimTime configured_;
  Suppression suppression_;
  AlarmHistory history_;
  Ticket look_;
  std::string changed_;  // the child that made the pending look, "" for its own configuration
  News news_;
  bool rule_due_ = true;  // the pending look is not for the suppressor alone
  bool evaluated_ = false;
};

}  // namespace opsim::cloudwatch

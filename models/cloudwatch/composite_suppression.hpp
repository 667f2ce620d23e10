#pragma once
/// Whether a composite alarm's actions run now, later or not.
///
/// AWS: CloudWatch User Guide, "Alarm suppression"; API CompositeAlarm, ActionsSuppressedBy. A
/// transition waits for WaitPeriod, in which the suppressor may yet go into ALARM; while it is in
/// ALARM nothing runs; when it leaves ALARM, ExtensionPeriod begins. "If a timer ends, the actions
/// of the present state run."
/// UNDOCUMENTED: an extension during which nothing is owed (no transition was held back) ends
/// without actions. Another suppressor: what was owed waits by the new one's rules.
#include <functional>
#include <optional>
#include <string_view>

#include "opsim/kernel/simulation.hpp"

namespace opsim::cloudwatch {

enum class SuppressedBy : std::uint8_t { nothing, wait_period, extension_period, alarm };
/// "", "WaitPeriod", "ExtensionPeriod", "Alarm".
std::string_view to_string(SuppressedBy by);

class Suppression {
 public:
  struct Periods {
    Duration wait{};
    Duration extension{};
  };
  /// `run` runs the actions of the present state.
  Suppression(Simulation& sim, std::function<void()> run) : sim_{sim}, run_{std::move(run)} {}
  ~Suppression() { sim_.cancel(timer_); }
  Suppression(const Suppression&) = delete;
  Suppression& operator=(const Suppression&) = delete;

  /// A new configuration: no periods means no suppressor. Both timers are discarded.
  void configure(std::optional<Periods> periods, bool suppressor_in_alarm);
  void suppressor_changed(bool in_alarm);
  /// The composite alarm changed its state.
  void composite_changed();
  [[nodiscard]] SuppressedBy by() const noexcept { return by_; }

 private:
  void begin(SuppressedBy by, Duration period);
  void end_period();

  Simulation& sim_;
  std::function<void()> run_;
  std::optional<Periods> periods_;
  bool in_alarm_ = false;
  bool owed_ = false;  // a transition whose actions were held back
  SuppressedBy by_ = SuppressedBy::nothing;
  Ticket timer_;
};

}  // namespace opsim::cloudwatch

#pragma once
/// When an alarm mute rule mutes. Pure.
///
/// AWS: CloudWatch User Guide, "Alarm mute rules" (alarm-mute-rules); API PutAlarmMuteRule. Five
/// fields of cron (minute, hour, day of month, month, day of week; `*`, `,`, `-` and names) or
/// at(yyyy-MM-ddThh:mm), in a time zone; each occurrence mutes for the rule's Duration.
/// UNDOCUMENTED: both day fields given (here either of them, as in other crons); a local time that
/// the clock jumps over (here the instant of the jump) or that comes twice (here the first).
#include <array>
#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "opsim/time_zone.hpp"

namespace opsim::cloudwatch {

struct MuteWindow {
  SimTime start{};
  SimTime end{};
  auto operator<=>(const MuteWindow&) const = default;
};

class MuteSchedule {
 public:
  static constexpr Duration kShortest = std::chrono::minutes{1};
  static constexpr Duration kLongest = std::chrono::days{15};

  /// With or without the word cron(...). A complaint where the text is neither.
  [[nodiscard]] static std::variant<MuteSchedule, std::string> parse(std::string_view expression,
                                                                     TimeZone zone,
                                                                     Duration duration);
  /// The window that lasts longest of those around `time`: from its start up to, not including, its
  /// end. Nothing where there is none.
  [[nodiscard]] std::optional<MuteWindow> at(SimTime time) const;
  /// Nothing but for at(...).
  [[nodiscard]] std::optional<MuteWindow> only() const;

 private:
  [[nodiscard]] bool on_day(std::chrono::local_days day) const;
  [[nodiscard]] std::optional<SimTime> last_start_of(std::chrono::local_days day,
                                                     SimTime not_after) const;

  TimeZone zone_;
  Duration duration_{};
  std::optional<LocalTime> once_;  // at(...)
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;  // 0: Sunday
  bool any_day_ = false;
  bool any_weekday_ = false;
};

}  // namespace opsim::cloudwatch

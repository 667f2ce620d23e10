#pragma once
/// Backup and maintenance windows, in UTC. Pure.
/// AWS: RDS API Reference, CreateDBInstance: PreferredBackupWindow "hh24:mi-hh24:mi",
/// PreferredMaintenanceWindow "ddd:hh24:mi-ddd:hh24:mi"; "must be at least 30 minutes", "must not
/// conflict with" each other.
#include <cstdint>
#include <optional>
#include <string_view>

#include "opsim/kernel/time.hpp"

namespace opsim::rds {

inline constexpr std::int64_t kMinutesOfDay = 1'440;
inline constexpr std::int64_t kMinutesOfWeek = 7 * kMinutesOfDay;

/// A window that comes again: `begins` minutes after midnight, or after Monday's midnight.
struct Window {
  std::int64_t begins = 0;
  std::int64_t lasts = 30;
  friend bool operator==(const Window&, const Window&) = default;
};
/// Nothing where the text is no window, or one of less than 30 minutes.
[[nodiscard]] std::optional<Window> parse_daily(std::string_view text);
[[nodiscard]] std::optional<Window> parse_weekly(std::string_view text);
[[nodiscard]] bool overlap(const Window& daily, const Window& weekly);

/// The next time after `now` at which it begins; `every` is kMinutesOfDay or kMinutesOfWeek.
[[nodiscard]] SimTime next_begin(const Window& window, std::int64_t every, SimTime now);

}  // namespace opsim::rds

// Logins are a flow: what is refused and throttled is the rate times how long.
#include <fmt/format.h>

#include <algorithm>

#include "models/logins/logins.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::logins {

namespace {

using Day = std::chrono::days;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// The part of [midnight of the first day, time) that lies in rush hours.
Duration rush_until(const Rush& rush, SimTime time) {
  const auto day = std::chrono::floor<Day>(time);
  const Duration of_day = time - SimTime{day};
  return rush.length * day.time_since_epoch().count() +
         std::clamp(of_day - rush.from, Duration{}, rush.length);
}

double rush_seconds(const Logins& logins, SimTime from, SimTime to) {
  return logins.rush ? seconds(rush_until(*logins.rush, to) - rush_until(*logins.rush, from)) : 0;
}

bool takes(const Logins& logins, const Credential& held) {
  const auto account = logins.accounts.find(held.user);
  return account != logins.accounts.end() && account->second.password == held.password;
}

void count_reads(AllLogins& all, Logins& logins, SimTime now) {
  const Source& source = logins.source;
  if (!source.kept || source.kind == Source::Kind::images) return;
  if (*source.kept > Duration{}) {
    logins.reads += static_cast<double>(logins.holders.size()) * seconds(now - logins.counted) /
                    seconds(*source.kept);
    return;
  }
  logins.reads += logins_between(logins, logins.counted, now);
  if (const double limit = allowed_reads(all, source); limit > 0)
    logins.throttled += above_limit(logins, limit, logins.counted, now);
}

const char* why(const Source& source) {
  switch (source.kind) {
    case Source::Kind::images: return "they hold the one that is in their image";
    case Source::Kind::nothing: return "nothing tells them";
    default:
      return source.kept ? "they use what they read before, for as long as it is kept"
                         : "they hold what they read when they started";
  }
}

}  // namespace

double allowed_reads(const AllLogins& all, const Source& source) {
  const bool secret = source.kind == Source::Kind::secret;
  const OperationFound found =
      find_operation(all.cloud.catalog(), secret ? "secretsmanager" : "ssm",
                     secret ? "GetSecretValue" : "GetParameter");
  return found.row == nullptr ? 0 : found.row->physics.tokens_per_second;
}

double logins_between(const Logins& logins, SimTime from, SimTime to) {
  const double extra = logins.rush ? logins.rush->rate - logins.rate : 0;
  return logins.rate * seconds(to - from) + extra * rush_seconds(logins, from, to);
}

double above_limit(const Logins& logins, double limit, SimTime from, SimTime to) {
  const double rush = rush_seconds(logins, from, to);
  const double rest = seconds(to - from) - rush;
  const double rush_rate = logins.rush ? logins.rush->rate : 0;
  return std::max(0.0, logins.rate - limit) * rest + std::max(0.0, rush_rate - limit) * rush;
}

void count(AllLogins& all, Logins& logins) {
  const SimTime now = all.cloud.sim().now();
  for (const auto& [user, account] : logins.accounts)
    logins.oldest = std::max(logins.oldest, now - account.changed);
  if (!logins.holders.empty()) {
    const double share =
        static_cast<double>(refused(logins)) / static_cast<double>(logins.holders.size());
    if (share > 0) logins.failed += share * logins_between(logins, logins.counted, now);
    count_reads(all, logins, now);
  }
  logins.counted = now;
}

std::size_t refused(const Logins& logins) {
  return static_cast<std::size_t>(std::ranges::count_if(
      logins.holders, [&](const auto& holder) { return !takes(logins, holder.second); }));
}

void judge(AllLogins& all, Logins& logins) {
  const std::size_t now = refused(logins);
  if (logins.refused == (now > 0)) return;
  logins.refused = now > 0;
  if (logins.refused)
    return all.cloud.set_health(logins.name, Health::down,
                                fmt::format("{} of {} instances are refused: {}", now,
                                            logins.holders.size(), why(logins.source)));
  all.cloud.set_health(
      logins.name, Health::ok,
      fmt::format("all instances can log in; {:.0f} logins failed so far", logins.failed));
}

}  // namespace opsim::logins

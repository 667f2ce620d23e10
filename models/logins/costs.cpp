// What it costs to keep passwords, and how often they may be read.
#include <fmt/format.h>

#include "models/logins/logins.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logins {

namespace {

/// USD. https://aws.amazon.com/secrets-manager/pricing/: a secret 0.40 a month, 10,000 calls 0.05;
/// standard parameters cost nothing (https://aws.amazon.com/systems-manager/pricing/).
constexpr double kSecretMonth = 0.40;
constexpr double kSecretCall = 0.05 / 10'000;
constexpr double kMonthSeconds = 30 * 86'400;

std::size_t secrets(AllLogins& all) {
  std::size_t count = 0;
  Json asked = Json::object();
  do {
    const auto page = all.cloud.inspect(all.cloud.home(), "secretsmanager", "ListSecrets", asked);
    if (!page) break;
    count += input::member(*page, "SecretList").size();
    asked["NextToken"] = input::text(*page, "NextToken");
  } while (!input::text(asked, "NextToken").empty());
  return count;
}

void write_limit(AllLogins& all, const Logins& logins, std::string text) {
  all.cloud.journal().write({.kind = EntryKind::metric,
                             .level = Level::story,
                             .subject = logins.name,
                             .text = std::move(text),
                             .source = logins.line});
}

/// Of what is read at each login.
void tell_throttles(AllLogins& all, const Logins& logins, double rate, double limit) {
  write_limit(all, logins,
              fmt::format("the password is read at each login: {:g}/s, and AWS allows {:g}/s", rate,
                          limit));
}

}  // namespace

double monthly_cost(AllLogins& all, const Logins& logins) {
  const double seconds =
      std::chrono::duration<double>(all.cloud.sim().now() - all.cloud.sim().start()).count();
  const bool billed = logins.source.kind == Source::Kind::secret && seconds > 0;
  return static_cast<double>(secrets(all)) * kSecretMonth +
         (billed ? logins.reads * kSecretCall * kMonthSeconds / seconds : 0);
}

void tell_limits(AllLogins& all, const Logins& logins) {
  if (const std::size_t kept = secrets(all); kept > 0)
    write_limit(all, logins,
                fmt::format("{} secrets stand in the account: {:.2f} USD a month", kept,
                            static_cast<double>(kept) * kSecretMonth));
  const double limit = allowed_reads(all, logins.source);
  if (limit <= 0 || logins.source.kept != Duration{}) return;
  if (logins.rate > limit) return tell_throttles(all, logins, logins.rate, limit);
  if (!logins.rush || logins.rush->rate <= limit) return;
  Simulation& sim = all.cloud.sim();
  const SimTime midnight{std::chrono::floor<std::chrono::days>(sim.now())};
  SimTime first = midnight + logins.rush->from;
  if (first < sim.now()) first += std::chrono::days{1};
  sim.at(first, [&all, name = logins.name, limit] {
    const Logins& then = all.all.at(name);
    tell_throttles(all, then, then.rush->rate, limit);
  });
}

}  // namespace opsim::logins

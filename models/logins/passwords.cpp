// What the database takes, and who holds it.
#include <fmt/format.h>

#include <algorithm>

#include "models/logins/logins.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::logins {

namespace {

void write(AllLogins& all, const Logins& logins, std::string text) {
  all.cloud.journal().write({.kind = EntryKind::note,
                             .level = Level::story,
                             .subject = logins.name,
                             .text = std::move(text),
                             .source = logins.line});
}

std::string whose(const std::string& user) {
  return user.empty() ? "the password" : fmt::format("the password of {}", user);
}

/// The policy says that it must have been changed by now: said again each time it is due.
void watch_age(AllLogins& all, Logins& logins, const std::string& user, SimTime due) {
  if (!logins.must_change_every) return;
  Simulation& sim = all.cloud.sim();
  const SimTime changed = logins.accounts.at(user).changed;
  sim.at(std::max(due, sim.now()), [&all, name = logins.name, user, changed] {
    Logins& then = all.all.at(name);
    const Account& account = then.accounts.at(user);
    if (account.changed != changed) return;
    const SimTime now = all.cloud.sim().now();
    write(all, then,
          fmt::format("{} works for {} already: nobody has changed it", whose(user),
                      human(now - changed)));
    watch_age(all, then, user, now + *then.must_change_every);
  });
}

void watch_age(AllLogins& all, Logins& logins, const std::string& user) {
  if (logins.must_change_every)
    watch_age(all, logins, user, logins.accounts.at(user).changed + *logins.must_change_every);
}

}  // namespace

void begin(AllLogins& all, Logins& logins) {
  const SimTime now = all.cloud.sim().now();
  logins.counted = now;
  const Resource* group = all.cloud.resources().find_named(logins.from);
  if (group == nullptr) return;
  for (const std::string& instance : all.cloud.members(group->physical_id)) {
    const std::optional<Credential> held = look(all, logins, instance);
    if (!held) continue;
    logins.holders[instance] = *held;
    if (logins.accounts.contains(held->user)) continue;
    logins.accounts[held->user] = {held->password, logins.changed.value_or(now)};
    watch_age(all, logins, held->user);
  }
  tell_limits(all, logins);
}

void set_password(AllLogins& all, Logins& logins, const Credential& now) {
  count(all, logins);
  const auto before = logins.accounts.find(now.user);
  const SimTime moment = all.cloud.sim().now();
  const std::string age =
      before == logins.accounts.end()
          ? std::string{"which it did not know before"}
          : fmt::format("instead of one that was {} old", human(moment - before->second.changed));
  logins.accounts[now.user] = {now.password, moment};
  const CauseScope because{
      all.cloud.sim(), all.cloud.journal().write(
                           {.kind = EntryKind::note,
                            .level = Level::story,
                            .subject = logins.name,
                            .text = fmt::format("{} takes a new password{}, {}", logins.to,
                                                now.user.empty() ? "" : " for " + now.user, age),
                            .source = logins.line})};
  watch_age(all, logins, now.user);
  judge(all, logins);
}

void source_changed(AllLogins& all, Logins& logins) {
  if (!logins.source.kept) return;
  Simulation& sim = all.cloud.sim();
  Stream& luck = sim.random("logins " + logins.name);
  const bool at_each_login = *logins.source.kept == Duration{};
  if (at_each_login) count(all, logins);
  for (auto& [instance, held] : logins.holders) {
    if (at_each_login) {
      held = look(all, logins, instance).value_or(held);
      continue;
    }
    // Each has read at some time, and reads again when that is so long ago.
    const double seconds = std::chrono::duration<double>(*logins.source.kept).count();
    const auto wait =
        std::chrono::milliseconds{static_cast<std::int64_t>(luck.uniform() * seconds * 1'000)};
    sim.after(wait, [&all, name = logins.name, id = instance] {
      all.cloud.sim().spawn(read_again(all, name, id));
    });
  }
  judge(all, logins);
}

void instance_came(AllLogins& all, std::string_view instance) {
  for (auto& [name, logins] : all.all) {
    const Resource* group = all.cloud.resources().find_named(logins.from);
    const Resource* known = all.cloud.resources().find(instance);
    if (group == nullptr || known == nullptr || logins.holders.contains(instance)) continue;
    if (known->owner != group->physical_id && known != group) continue;
    const std::vector<std::string> members = all.cloud.members(group->physical_id);
    if (std::ranges::find(members, instance) == members.end()) continue;  // it has left
    const std::optional<Credential> held = look(all, logins, known->physical_id);
    if (!held) continue;
    count(all, logins);
    logins.holders[known->physical_id] = *held;
    judge(all, logins);
  }
}

void instance_went(AllLogins& all, std::string_view instance) {
  for (auto& [name, logins] : all.all) {
    const auto holder = logins.holders.find(instance);
    if (holder == logins.holders.end()) continue;
    count(all, logins);
    logins.holders.erase(holder);
    judge(all, logins);
  }
}

}  // namespace opsim::logins

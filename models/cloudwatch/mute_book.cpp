#include "models/cloudwatch/mute_book.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/alarm_actions.hpp"
#include "models/cloudwatch/cloudwatch.hpp"
#include "models/cloudwatch/input.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::cloudwatch {

// ---- The rule ----

std::string MuteRule::arn() const {
  return opsim::arn(place, "cloudwatch", fmt::format("alarm-mute-rule:{}", name));
}

std::optional<MuteWindow> MuteRule::window_at(SimTime time) const {
  if ((from && time < *from) || (until && time >= *until)) return std::nullopt;
  auto window = schedule.at(time);
  if (window && from) window->start = std::max(window->start, *from);
  if (window && until) window->end = std::min(window->end, *until);
  return window;
}

std::string_view MuteRule::status_at(SimTime time) const {
  if (window_at(time)) return "ACTIVE";
  const auto only = schedule.only();
  const bool over = (until && time >= *until) || (only && time >= only->end);
  return over ? "EXPIRED" : "SCHEDULED";
}

namespace {

constexpr std::size_t kMostTargets = 100;

ApiResult<MuteSchedule> read_schedule(const Json& members, MuteRule& rule) {
  Input input{members};
  rule.expression = input.required_text("Expression", 256);
  rule.duration = input.required_text("Duration", 50);
  rule.zone = input.text("Timezone", 50).value_or("");
  if (const auto error = input.error()) return *error;
  const auto duration = parse_iso8601_duration(rule.duration);
  if (!duration || *duration < MuteSchedule::kShortest || *duration > MuteSchedule::kLongest) {
    return validation_error(
        fmt::format("Invalid duration {}: ISO 8601 from PT1M to P15D is expected", rule.duration));
  }
  const auto zone = TimeZone::find(rule.zone.empty() ? "UTC" : rule.zone);
  if (!zone)
    return validation_error(fmt::format("Invalid timezone: {}", TimeZone::unknown(rule.zone)));
  auto schedule = MuteSchedule::parse(rule.expression, *zone, *duration);
  if (auto* complaint = std::get_if<std::string>(&schedule)) return validation_error(*complaint);
  return std::get<MuteSchedule>(schedule);
}

}  // namespace

ApiResult<MuteRule> read_mute_rule(const Place& place, const Json& members, std::string_view name) {
  Input input{members};
  MuteRule rule;
  rule.place = place;
  rule.name = name.empty() ? input.required_text("Name") : std::string{name};
  rule.description = input.text("Description", 1024);
  rule.from = input.time("StartDate");
  rule.until = input.time("ExpireDate");
  rule.tags = input::tags(input::member(members, "Tags"));
  Input targets{input::member(members, "MuteTargets")};
  rule.alarms = targets.texts("AlarmNames", kMostTargets);
  input.require("Rule");
  const Json& schedule = input::member(input::member(members, "Rule"), "Schedule");
  for (const auto& error : {input.error(), targets.error()}) {
    if (error) return *error;
  }
  if (schedule.is_null()) return validation_error("Rule must have a Schedule");
  ApiResult<MuteSchedule> read = read_schedule(schedule, rule);
  if (!read) return read.error();
  rule.schedule = *std::move(read);
  if (rule.from && rule.until && *rule.from >= *rule.until) {
    return validation_error("ExpireDate must be after StartDate");
  }
  return rule;
}

// ---- The book ----

MuteBook::~MuteBook() {
  for (const auto& [key, held] : held_) cloud_.sim().cancel(held.ticket);
}

void MuteBook::put(MuteRule rule) {
  rules_[rule.place].insert_or_assign(rule.name, std::move(rule));
  release_all();
}

bool MuteBook::erase(const Place& place, const std::string& name) {
  if (rules_[place].erase(name) == 0) return false;
  release_all();
  return true;
}

std::optional<MuteBook::Muting> MuteBook::muting(const Place& place, std::string_view alarm) const {
  const auto here = rules_.find(place);
  if (here == rules_.end()) return std::nullopt;
  std::optional<Muting> found;
  for (const auto& [name, rule] : here->second) {
    if (std::ranges::find(rule.alarms, alarm) == rule.alarms.end()) continue;
    const auto window = rule.window_at(cloud_.sim().now());
    if (!window || (found && found->window.end >= window->end)) continue;
    found = Muting{&rule, *window};
  }
  return found;
}

void MuteBook::hold(const Place& place, const std::string& alarm, AlarmState before,
                    const Muting& muting) {
  const Key key{place, alarm};
  const auto [held, fresh] = held_.try_emplace(key, Held{before, {}});
  if (!fresh) cloud_.sim().cancel(held->second.ticket);
  held->second.ticket = cloud_.sim().at(muting.window.end, [this, key] { look_again(key); });
  cloud_.journal().write({.kind = EntryKind::note,
                          .level = Level::story,
                          .subject = alarm,
                          .text = fmt::format("{}: actions muted by {}", alarm, muting.rule->name),
                          .detail = {{"muted_by", muting.rule->name}}});
}

/// Windows that overlap are one: another that began meanwhile holds on.
void MuteBook::look_again(const Key& key) {
  const auto held = held_.find(key);
  if (held == held_.end()) return;
  if (const auto still = muting(key.first, key.second)) {
    const auto again = [this, key] { look_again(key); };
    held->second.ticket = cloud_.sim().at(still->window.end, again);
    return;
  }
  const AlarmState before = held->second.before;
  held_.erase(held);
  run_held_actions(cloud_, key.first, key.second, before);
}

/// Rules changed: whatever nothing mutes any more is released in this instant.
void MuteBook::release_all() {
  for (auto& [key, held] : held_) {
    cloud_.sim().cancel(held.ticket);
    const Key of = key;
    held.ticket = cloud_.sim().after(Duration::zero(), [this, of] { look_again(of); });
  }
}

Json mute_detail(Cloud& cloud, const Place& place, std::string_view alarm) {
  auto* model = static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  const auto muting = model == nullptr ? std::nullopt : model->mutes.muting(place, alarm);
  if (!muting) return {};
  return {{"mutedByArn", muting->rule->arn()},
          {"muteWindowStart", alarm_time(muting->window.start)},
          {"muteWindowEnd", alarm_time(muting->window.end)}};
}

}  // namespace opsim::cloudwatch

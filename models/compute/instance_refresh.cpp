// Instance refreshes at work. Nothing polls: whatever changes a group's members asks a refresh to
// go on, and so do the ends of warm-ups and of checkpoint delays. AWS: EC2 Auto Scaling User Guide,
// "How an instance refresh works" and "Add checkpoints to an instance refresh"; events: "Auto
// Scaling event reference". UNDOCUMENTED: which instances go first: those launched first. Events of
// rollbacks.
#include "models/compute/instance_refresh.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

// "If instances cannot be replaced, it retries for one hour, and then fails" (troubleshooting).
constexpr Duration kFailsAfter = std::chrono::hours{1};

void emit_refresh(Groups& groups, const Group& group, const InstanceRefresh& refresh,
                  std::string_view what, const Json& more = Json::object()) {
  Event event;
  event.source = "aws.autoscaling";
  event.detail_type = fmt::format("EC2 Auto Scaling Instance Refresh {}", what);
  event.place = group.place;
  event.resources = {group.arn};
  event.detail = {{"InstanceRefreshId", refresh.id}, {"AutoScalingGroupName", group.name}};
  event.detail.update(more);
  event.line = fmt::format("instance refresh of {}: {}", group.name, what);
  groups.cloud.emit(std::move(event));
}

bool is_new(const InstanceRefresh& refresh, const Member& member) {
  return !refresh.before.contains(member.instance);
}

SimTime warm_at(const InstanceRefresh& refresh, const Member& member) {
  return member.in_service_since + refresh.preferences.warmup;
}

bool is_ready(const InstanceRefresh& refresh, const Member& member, SimTime now) {
  if (member.lifecycle != Lifecycle::in_service || !member.healthy) return false;
  return !is_new(refresh, member) || warm_at(refresh, member) <= now;
}

/// It leaves, or is retained: nobody replaces it.
bool is_gone(const Member& member) {
  const Stage stage = stage_of(member.lifecycle);
  return stage == Stage::leaving || stage == Stage::retained;
}

bool is_leaving_soon(const Group& group, std::string_view id) {
  return std::ranges::count(group.ahead, id, &Ahead::leaving) > 0;
}

/// What is left of the targets, and what stands in the way.
struct RefreshView {
  RefreshLoad load;
  std::vector<std::string> left;  // replaceable now
  bool held = false;              // the rest is protected or in Standby
  std::int64_t warmed = 0;        // new and ready
  std::optional<SimTime> next_warm;
};

void view_target(const Group& group, const InstanceRefresh& refresh, const Member& member,
                 RefreshView& view) {
  if (is_gone(member) || is_leaving_soon(group, member.instance)) return;
  const RefreshPreferences& wanted = refresh.preferences;
  const bool standby = stage_of(member.lifecycle) == Stage::standby;
  const WhatOf what = standby                          ? wanted.standby_ones
                      : member.protected_from_scale_in ? wanted.protected_ones
                                                       : WhatOf::replace;
  --view.load.started;
  if (what == WhatOf::replace) view.left.push_back(member.instance);
  if (what == WhatOf::wait) view.held = true;
}

RefreshView view_of(Groups& groups, const Group& group, const InstanceRefresh& refresh) {
  RefreshView view;
  const SimTime now = groups.sim().now();
  view.load.desired = group.spec.desired;
  view.load.total = view.load.started = refresh.total;
  view.load.surplus = static_cast<std::int64_t>(group.ahead.size());
  std::int64_t ready = 0;
  for (const auto& [id, member] : group.members) {
    if (refresh.targets.contains(id)) view_target(group, refresh, member, view);
    if (is_ready(refresh, member, now)) {
      ++ready;
      if (is_new(refresh, member)) ++view.warmed;
    } else if (member.lifecycle == Lifecycle::in_service && is_new(refresh, member)) {
      const SimTime warm = warm_at(refresh, member);
      if (!view.next_warm || warm < *view.next_warm) view.next_warm = warm;
    }
  }
  view.load.not_ready = std::max<std::int64_t>(0, group.spec.desired - ready);
  return view;
}

std::int64_t percent_done(const InstanceRefresh& refresh, const RefreshView& view) {
  if (refresh.total == 0) return 100;
  return std::min(view.load.started, view.warmed) * 100 / refresh.total;
}

/// "This value gradually goes back down to zero during a rollback."
std::int64_t percent_shown(const InstanceRefresh& refresh, const RefreshView& view) {
  const std::int64_t done = percent_done(refresh, view);
  return refresh.rollback ? refresh.rollback->percent * (100 - done) / 100 : done;
}

void finish(Groups& groups, Group& group, InstanceRefresh& refresh, RefreshStatus status,
            std::string_view reason) {
  refresh.status = status;
  refresh.reason = reason;
  refresh.end = groups.sim().now();
  refresh.percent = percent_shown(refresh, view_of(groups, group, refresh));
  groups.sim().cancel(refresh.next);
  switch (status) {
    case RefreshStatus::successful:
      adopt_desired(group);
      return emit_refresh(groups, group, refresh, "Succeeded");
    case RefreshStatus::cancelled:
      forget_desired(group);
      return emit_refresh(groups, group, refresh, "Cancelled");
    case RefreshStatus::failed:
      forget_desired(group);
      return emit_refresh(groups, group, refresh, "Failed");
    default: return forget_desired(group);
  }
}

void go_on_at(Groups& groups, const Group& group, InstanceRefresh& refresh, SimTime due) {
  groups.sim().cancel(refresh.next);
  refresh.next = groups.sim().at(due, [&groups, place = group.place, name = group.name] {
    if (Group* const same = groups.find(place, name)) advance_refresh(groups, *same);
  });
}

void replace(Groups& groups, Group& group, const std::string& id, bool launch_first) {
  Member* const member = group.find(id);
  if (member == nullptr) return;
  constexpr std::string_view kBecause =
      "an instance was taken out of service in response to an instance refresh";
  const SimTime now = groups.sim().now();
  if (launch_first) {
    launch_ahead(groups, group, id,
                 at_time(now, "an instance was launched in response to an instance refresh"),
                 kBecause);
    return;
  }
  group.to_replace.push_back({id});
  retire(groups, group, *member, at_time(now, kBecause) + was_selected(now, id));
}

void replace_batch(Groups& groups, Group& group, InstanceRefresh& refresh,
                   const RefreshView& view) {
  const RefreshBatch batch = next_batch(refresh.preferences, view.load,
                                        next_checkpoint(refresh.preferences, refresh.reached));
  std::int64_t first = batch.launch_first;
  std::int64_t last = batch.end_first;
  for (const std::string& id : view.left) {
    if (first + last == 0) break;
    refresh.progressed = groups.sim().now();
    replace(groups, group, id, first > 0);
    --(first > 0 ? first : last);
  }
  if (batch.launch_first + batch.end_first > 0) balance(groups, group);
}

/// True when it waits, or is over.
bool pause_at_checkpoint(Groups& groups, Group& group, InstanceRefresh& refresh,
                         std::int64_t percent) {
  const auto reached = checkpoint_reached(refresh.preferences, refresh.reached, percent);
  if (!reached) return false;
  refresh.reached = *reached;
  if (*reached == last_checkpoint(refresh.preferences)) return false;
  refresh.paused_until = groups.sim().now() + refresh.preferences.checkpoint_delay;
  const auto delay = std::chrono::floor<std::chrono::seconds>(refresh.preferences.checkpoint_delay);
  emit_refresh(groups, group, refresh, "Checkpoint Reached",
               {{"CheckpointPercentage", std::to_string(*reached)},
                {"CheckpointDelay", std::to_string(delay.count())}});
  go_on_at(groups, group, refresh, refresh.paused_until);
  return true;
}

bool is_done(const InstanceRefresh& refresh, const RefreshView& view) {
  const std::int64_t wanted = (refresh.total * last_checkpoint(refresh.preferences) + 99) / 100;
  const bool nothing_left = view.left.empty() && !view.held;
  return (view.load.started >= wanted || nothing_left) &&
         view.warmed >= std::min(view.load.started, wanted) && view.load.not_ready == 0;
}

void step(Groups& groups, Group& group, InstanceRefresh& refresh) {
  const SimTime now = groups.sim().now();
  const RefreshView view = view_of(groups, group, refresh);
  if (refresh.status == RefreshStatus::cancelling) {
    if (group.count(Stage::coming) == 0)
      finish(groups, group, refresh, RefreshStatus::cancelled, refresh.reason);
    return;
  }
  if (refresh.status == RefreshStatus::baking) {
    if (now >= refresh.baked_at) finish(groups, group, refresh, RefreshStatus::successful, "");
    return;
  }
  if (now < refresh.paused_until || group.suspended.contains("InstanceRefresh")) return;
  const std::int64_t percent = percent_done(refresh, view);
  if (pause_at_checkpoint(groups, group, refresh, percent)) return;
  const bool rolls_back = refresh.status == RefreshStatus::rollback_in_progress;
  if (is_done(refresh, view) && !rolls_back && refresh.preferences.bake > Duration{}) {
    refresh.status = RefreshStatus::baking;
    refresh.baked_at = now + refresh.preferences.bake;
    return go_on_at(groups, group, refresh, refresh.baked_at);
  }
  if (is_done(refresh, view))
    return finish(groups, group, refresh,
                  rolls_back ? RefreshStatus::rollback_successful : RefreshStatus::successful, "");
  if (now - refresh.progressed >= kFailsAfter)
    return fail_refresh(groups, group, refresh,
                        view.held ? "Instances are protected from scale in or in standby."
                                  : "Instances could not be replaced within an hour.");
  replace_batch(groups, group, refresh, view);
  const RefreshView after = view_of(groups, group, refresh);
  const SimTime fails = refresh.progressed + kFailsAfter;
  go_on_at(groups, group, refresh, after.next_warm ? std::min(*after.next_warm, fails) : fails);
}

}  // namespace

InstanceRefresh* active_refresh(Group& group) {
  if (group.refreshes.empty() || !group.refreshes.back().is_active()) return nullptr;
  return &group.refreshes.back();
}

void advance_refresh(Groups& groups, Group& group) {
  InstanceRefresh* const refresh = active_refresh(group);
  if (refresh == nullptr || refresh->advancing) return;
  refresh->advancing = true;
  step(groups, group, *refresh);
  refresh->advancing = false;
}

void begin_refresh(Groups& groups, Group& group) {
  InstanceRefresh& refresh = group.refreshes.back();
  refresh.start = refresh.progressed = groups.sim().now();
  use_desired(group, refresh.desired);
  const auto spec = launch_spec_of(groups, group);
  for (const auto& [id, member] : group.members) {
    if (is_gone(member)) continue;
    refresh.before.insert(id);
    const bool matches = spec && member.spec != nullptr &&
                         member.spec->launch_template == (*spec)->launch_template &&
                         member.spec->instance_type == (*spec)->instance_type;
    if (!(refresh.preferences.skip_matching && matches)) refresh.targets.insert(id);
  }
  refresh.total = static_cast<std::int64_t>(refresh.targets.size());
  emit_refresh(groups, group, refresh, "Started");
  advance_refresh(groups, group);
}

void cancel_refresh(Groups& groups, Group& group) {
  InstanceRefresh& refresh = group.refreshes.back();
  refresh.status = RefreshStatus::cancelling;
  refresh.reason = "Cancelled due to user request.";
  forget_desired(group);
  advance_refresh(groups, group);
}

void roll_back_refresh(Groups& groups, Group& group, std::string_view why) {
  InstanceRefresh& refresh = group.refreshes.back();
  const std::int64_t percent = percent_done(refresh, view_of(groups, group, refresh));
  refresh.rollback = {.reason = std::string{why},
                      .start = groups.sim().now(),
                      .percent = percent,
                      .to_update = refresh_left(groups, group, refresh)};
  refresh.status = RefreshStatus::rollback_in_progress;
  refresh.reason = why;
  forget_desired(group);
  std::set<std::string, std::less<>> members;
  refresh.targets.clear();
  for (const auto& [id, member] : group.members) {
    if (is_gone(member)) continue;
    if (is_new(refresh, member)) refresh.targets.insert(id);
    members.insert(id);
  }
  refresh.before = std::move(members);
  refresh.total = static_cast<std::int64_t>(refresh.targets.size());
  // "A rollback replaces without checkpoints."
  refresh.preferences.checkpoints.clear();
  refresh.reached = 0;
  refresh.paused_until = {};
  refresh.progressed = groups.sim().now();
  advance_refresh(groups, group);
}

void fail_refresh(Groups& groups, Group& group, InstanceRefresh& refresh, std::string_view why) {
  if (refresh.status == RefreshStatus::rollback_in_progress)
    return finish(groups, group, refresh, RefreshStatus::rollback_failed, why);
  const bool reversible = refresh.preferences.auto_rollback && !refresh.desired.is_null();
  if (!reversible) return finish(groups, group, refresh, RefreshStatus::failed, why);
  emit_refresh(groups, group, refresh, "Failed");
  const bool was = std::exchange(refresh.advancing, false);
  roll_back_refresh(groups, group, why);
  group.refreshes.back().advancing = was;
}

std::int64_t refresh_percent(Groups& groups, const Group& group, const InstanceRefresh& refresh) {
  if (!refresh.is_active()) return refresh.percent;
  return percent_shown(refresh, view_of(groups, group, refresh));
}

/// While new instances warm up it is 0 already, as the guide's example has it.
std::int64_t refresh_left(Groups& groups, const Group& group, const InstanceRefresh& refresh) {
  if (refresh.rollback) return refresh.rollback->to_update;
  if (!refresh.is_active()) return refresh.total - refresh.total * refresh.percent / 100;
  return refresh.total - view_of(groups, group, refresh).load.started;
}

/// The first sentence is that of the guide's example; the others are as accounts show them.
std::string refresh_waits_for(Groups& groups, const Group& group, const InstanceRefresh& refresh) {
  if (!refresh.is_active() || refresh.status == RefreshStatus::cancelling) return {};
  constexpr std::string_view kAvailable = "Waiting for remaining instances to be available.";
  const SimTime now = groups.sim().now();
  for (const auto& [id, member] : group.members)
    if (member.lifecycle == Lifecycle::in_service && is_new(refresh, member) &&
        warm_at(refresh, member) > now)
      return fmt::format(
          "Waiting for instances to warm up before continuing. For example: {} is warming up.", id);
  for (const auto& [id, member] : group.members)
    if (stage_of(member.lifecycle) == Stage::coming)
      return fmt::format(
          "{} For example: {} has insufficient data to evaluate its health with Amazon EC2.",
          kAvailable, id);
  for (const auto& [id, member] : group.members)
    if (refresh.targets.contains(id) && member.protected_from_scale_in &&
        refresh.preferences.protected_ones == WhatOf::wait)
      return fmt::format(
          "{} For example: {} is protected. Remove instance scale-in protection to continue.",
          kAvailable, id);
  return {};
}

void alarm_rang(Groups& groups, const Place& place, std::string_view alarm) {
  for (auto& [key, group] : groups.groups) {
    if (key.first != place) continue;
    InstanceRefresh* const refresh = active_refresh(group);
    if (refresh == nullptr) continue;
    const bool watched =
        refresh->status == RefreshStatus::in_progress || refresh->status == RefreshStatus::baking;
    if (watched && std::ranges::count(refresh->preferences.alarms, alarm) > 0)
      fail_refresh(groups, group, *refresh, fmt::format("The alarm {} is in ALARM.", alarm));
  }
}

}  // namespace opsim::compute

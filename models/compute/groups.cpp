#include "models/compute/groups.hpp"

namespace opsim::compute {

std::string_view to_string(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::pending: return "Pending";
    case Lifecycle::pending_wait: return "Pending:Wait";
    case Lifecycle::pending_proceed: return "Pending:Proceed";
    case Lifecycle::in_service: return "InService";
    case Lifecycle::entering_standby: return "EnteringStandby";
    case Lifecycle::standby: return "Standby";
    case Lifecycle::detaching: return "Detaching";
    case Lifecycle::terminating: return "Terminating";
    case Lifecycle::terminating_wait: return "Terminating:Wait";
    case Lifecycle::terminating_proceed: return "Terminating:Proceed";
    case Lifecycle::terminating_retained: return "Terminating:Retained";
    case Lifecycle::warmed_pending: return "Warmed:Pending";
    case Lifecycle::warmed_pending_wait: return "Warmed:Pending:Wait";
    case Lifecycle::warmed_pending_proceed: return "Warmed:Pending:Proceed";
    case Lifecycle::warmed_stopped: return "Warmed:Stopped";
    case Lifecycle::warmed_running: return "Warmed:Running";
    case Lifecycle::warmed_hibernated: return "Warmed:Hibernated";
    case Lifecycle::warmed_terminating: return "Warmed:Terminating";
    case Lifecycle::warmed_terminating_wait: return "Warmed:Terminating:Wait";
    case Lifecycle::warmed_terminating_proceed: return "Warmed:Terminating:Proceed";
  }
  return "Pending";
}

std::string_view activity_number(std::string_view id) { return id.substr(id.rfind('-') + 1); }

Activity* Group::activity(std::string_view id) {
  const auto found = activities.find(activity_number(id));
  return found == activities.end() || found->second.id != id ? nullptr : &found->second;
}

Member* Group::find(std::string_view instance) {
  const auto found = members.find(instance);
  return found == members.end() ? nullptr : &found->second;
}

Member* Group::find(Instance& instance) {
  if (instance.member != nullptr && instance.group == name) return instance.member;
  Member* const found = find(instance.id);
  if (found != nullptr) {
    found->at = &instance;
    instance.member = found;
  }
  return found;
}

Member& Group::add(Member member) {
  const auto [known, is_new] = members.try_emplace(member.instance);
  if (!is_new) member.at = known->second.at;
  Member& added = known->second = std::move(member);
  enter(added);
  return added;
}

void Group::enter(const Member& member) {
  const auto stage = static_cast<std::size_t>(stage_of(member.lifecycle));
  ++counts[stage];
  units[stage] += member.weight;
  if (is_active(member.lifecycle)) ++spread[member.zone];
  if (stage_of(member.lifecycle) == Stage::warm) ++warm_spread[member.zone];
  if (is_active(member.lifecycle) && member.spot) spot_units += member.weight;
  if (member.serves && member.lifecycle == Lifecycle::in_service) serving += member.weight;
}

void Group::exit(const Member& member) {
  const auto stage = static_cast<std::size_t>(stage_of(member.lifecycle));
  --counts[stage];
  units[stage] -= member.weight;
  if (is_active(member.lifecycle)) --spread[member.zone];
  if (stage_of(member.lifecycle) == Stage::warm) --warm_spread[member.zone];
  if (is_active(member.lifecycle) && member.spot) spot_units -= member.weight;
  if (member.serves && member.lifecycle == Lifecycle::in_service) serving -= member.weight;
}

void Group::set_lifecycle(Member& member, Lifecycle lifecycle) {
  if (member.lifecycle == lifecycle) return;
  exit(member);
  member.lifecycle = lifecycle;
  enter(member);
}

void Group::set_serves(Member& member, bool serves) {
  exit(member);
  member.serves = serves;
  enter(member);
}

void Group::remove(const std::string& instance) {
  const auto found = members.find(instance);
  if (found == members.end()) return;
  exit(found->second);
  if (found->second.at != nullptr) found->second.at->member = nullptr;
  members.erase(found);
}

std::int64_t Group::active_in(std::string_view zone) const {
  const auto found = spread.find(zone);
  return found == spread.end() ? 0 : found->second;
}

std::int64_t Group::ahead_units() const {
  std::int64_t sum = 0;
  for (const Ahead& one : ahead)
    if (const auto found = members.find(one.newcomer); found != members.end())
      sum += found->second.weight;
  return sum;
}

Group* Groups::find(const Place& place, std::string_view name) {
  const auto found = groups.find(PlaceAndName{place, name});
  return found == groups.end() ? nullptr : &found->second;
}

Instance* Groups::instance_of(const Member& member) {
  if (member.at == nullptr) member.at = fleet().find(member.instance);
  return member.at;
}

}  // namespace opsim::compute

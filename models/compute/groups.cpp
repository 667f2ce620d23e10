#include "models/compute/groups.hpp"

namespace opsim::compute {

std::string_view to_string(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::pending: return "Pending";
    case Lifecycle::in_service: return "InService";
    case Lifecycle::terminating: return "Terminating";
  }
  return "Pending";
}

Member* Group::find(std::string_view instance) {
  const auto found = members.find(instance);
  return found == members.end() ? nullptr : &found->second;
}

Member& Group::add(Member member) {
  ++counts[static_cast<std::size_t>(member.lifecycle)];
  ++spread[member.zone];
  const std::string instance = member.instance;
  return members.insert_or_assign(instance, std::move(member)).first->second;
}

void Group::set_lifecycle(Member& member, Lifecycle lifecycle) {
  if (member.lifecycle == lifecycle) return;
  if (lifecycle == Lifecycle::terminating) --spread[member.zone];
  --counts[static_cast<std::size_t>(member.lifecycle)];
  ++counts[static_cast<std::size_t>(lifecycle)];
  member.lifecycle = lifecycle;
}

void Group::remove(const std::string& instance) {
  const auto found = members.find(instance);
  if (found == members.end()) return;
  const Member& member = found->second;
  if (member.lifecycle != Lifecycle::terminating) --spread[member.zone];
  --counts[static_cast<std::size_t>(member.lifecycle)];
  members.erase(found);
}

Group* Groups::find(const Place& place, std::string_view name) {
  const auto found = groups.find({place, std::string{name}});
  return found == groups.end() ? nullptr : &found->second;
}

}  // namespace opsim::compute

// The physical side of the waists: health, quantities, groups.
#include <fmt/format.h>

#include "opsim/document/json_line.hpp"
#include "sim/cloud/mounted.hpp"
#include "sim/cloud/shown_name.hpp"

namespace opsim {

std::string_view to_string(Health health) {
  constexpr std::string_view names[] = {"ok", "in danger", "down"};
  return names[static_cast<std::size_t>(health)];
}

Health Cloud::health(std::string_view resource) const {
  const auto found = health_.find(resource);
  return found == health_.end() ? Health::ok : found->second;
}

void Cloud::set_health(std::string_view resource, Health health, std::string_view why) {
  const auto kept = health_.lower_bound(resource);
  const bool was_well = kept == health_.end() || kept->first != resource;
  const Health before = was_well ? Health::ok : kept->second;
  if (before == health) return;
  if (health == Health::ok)
    health_.erase(kept);
  else if (was_well)
    health_.emplace_hint(kept, resource, health);
  else
    kept->second = health;
  const Resource* known = resources_.find(resource);
  const CauseId entry =
      journal_.write({.kind = EntryKind::health,
                      .level = Level::goals,
                      .subject = std::string{known == nullptr ? resource : shown_name(*known)},
                      .text = fmt::format("{}: {}", to_string(health), why),
                      .source = known == nullptr ? std::string{} : known->source,
                      .detail = json_object(
                          "before", to_string(before), "health", to_string(health), "of",
                          known == nullptr ? std::string_view{} : resources_.name_of(known->owner),
                          "resource", resource)});
  const CauseScope because{sim_, entry};
  for (Mounted& m : mounted_)
    if (m.service->on_health != nullptr) m.service->on_health(*m.model, resource, health);
}

void Cloud::tell_ready(std::string_view resource) {
  for (Mounted& m : mounted_)
    if (m.service->on_health != nullptr) m.service->on_health(*m.model, resource, Health::ok);
}

void Cloud::tell_target_health(const TargetHealth& told) {
  for (Mounted& m : mounted_)
    if (m.service->on_target_health != nullptr) m.service->on_target_health(*m.model, told);
}

Cloud::Quantity Cloud::quantity_of(const Resource& resource, std::string_view text,
                                   std::string_view& part) const {
  const std::vector<Quantity>* all = quantities_.find(resource.type);
  if (all == nullptr) return {};
  for (std::size_t end = text.size(); end != std::string_view::npos && end > 0;
       end = text.rfind(' ', end - 1)) {
    const std::string_view name = text.substr(0, end);
    for (const Quantity& one : *all) {
      if (one.row->name != name) continue;
      part = end < text.size() ? text.substr(end + 1) : std::string_view{};
      return one;
    }
  }
  return {};
}

std::optional<double> Cloud::read_quantity(std::string_view resource, std::string_view quantity) {
  const Resource* known = resources_.find(resource);
  if (known == nullptr) return std::nullopt;
  std::string_view part;
  const Quantity found = quantity_of(*known, quantity, part);
  if (found.row == nullptr || found.row->read == nullptr) return std::nullopt;
  return found.row->read(*found.model, known->physical_id, part);
}

bool Cloud::change_quantity(std::string_view resource, std::string_view quantity, Change change) {
  const Resource* known = resources_.find(resource);
  if (known == nullptr) return false;
  std::string_view part;
  const Quantity found = quantity_of(*known, quantity, part);
  if (found.row == nullptr || found.row->change == nullptr) return false;
  found.row->change(*found.model, known->physical_id, part, change);
  return true;
}

std::vector<std::string> Cloud::members(std::string_view resource) {
  const Resource* known = resources_.find(resource);
  if (known == nullptr) return {};
  for (const Mounted& m : mounted_)
    for (const Membership& row : m.service->memberships)
      if (row.of == known->type) return row.members(*m.model, known->physical_id);
  return {known->physical_id};
}

}  // namespace opsim

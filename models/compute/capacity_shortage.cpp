#include "models/compute/capacity_shortage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/fleet.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::compute {

namespace {

bool concerns(const CapacityShortage& shortage, const CapacityWanted& wanted) {
  const auto any_or = [](const std::string& named, std::string_view one) {
    return named.empty() || named == one;
  };
  return shortage.place == wanted.place && any_or(shortage.zone, wanted.zone) &&
         any_or(shortage.type, wanted.type) && any_or(shortage.group, wanted.group);
}

}  // namespace

void fail_launches(Fleet& fleet, const FaultRequest& request) {
  const auto text = [&](std::string_view key) {
    const auto value = request.arguments.find(key);
    return value ? value->as_text().value_or("") : "";
  };
  CapacityShortage shortage;
  shortage.place = fleet.cloud.home();
  shortage.zone = text("in");
  shortage.type = text("of");
  if (const Resource* group = fleet.cloud.resources().find_named(text("on"))) {
    shortage.group = group->physical_id;
    shortage.place = group->place;
  }
  if (const auto wait = parse_duration(text("for"))) shortage.until = fleet.now() + *wait;
  fleet.shortages.push_back(std::move(shortage));
}

void set_group_shortage(Fleet& fleet, const Place& place, std::string_view group,
                        std::string_view zone, bool holds) {
  std::erase_if(fleet.shortages, [&](const CapacityShortage& one) {
    return one.place == place && one.group == group && one.zone == zone && one.type.empty();
  });
  if (holds)
    fleet.shortages.push_back({place, std::string{zone}, {}, std::string{group}, std::nullopt});
}

bool has_group_shortage(const Fleet& fleet, const Place& place, std::string_view group,
                        std::string_view zone) {
  return std::ranges::any_of(fleet.shortages, [&](const CapacityShortage& one) {
    return one.place == place && one.group == group && one.zone == zone;
  });
}

bool lacks_capacity(Fleet& fleet, const CapacityWanted& wanted) {
  if (fleet.shortages.empty()) return false;
  const SimTime now = fleet.now();
  std::erase_if(fleet.shortages, [now](const CapacityShortage& shortage) {
    return shortage.until && *shortage.until <= now;
  });
  return std::ranges::any_of(fleet.shortages, [&](const CapacityShortage& shortage) {
    return concerns(shortage, wanted);
  });
}

std::string capacity_message(const CapacityWanted& wanted) {
  std::vector<std::string> others = zones_of(wanted.place.region);
  std::erase(others, std::string{wanted.zone});
  return fmt::format(
      "We currently do not have sufficient {} capacity in the Availability Zone you requested "
      "({}). "
      "Our system will be working on provisioning additional capacity. You can currently get {} "
      "capacity by not specifying an Availability Zone in your request or choosing {}.",
      wanted.type, wanted.zone, wanted.type, fmt::join(others, ", "));
}

}  // namespace opsim::compute

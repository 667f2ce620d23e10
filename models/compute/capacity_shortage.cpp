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
         any_or(shortage.type, wanted.type) && any_or(shortage.group, wanted.group) &&
         any_or(shortage.principal, wanted.principal);
}

bool is_of(const CapacityShortage& one, const ShortOf& whom) {
  return one.place == whom.place && one.group == whom.group && one.principal == whom.principal &&
         one.zone == whom.zone && one.type.empty();
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

void set_shortage(Fleet& fleet, const ShortOf& whom, double percent) {
  std::erase_if(fleet.shortages, [&](const CapacityShortage& one) { return is_of(one, whom); });
  if (percent <= 0) return;
  CapacityShortage shortage;
  shortage.place = whom.place;
  shortage.zone = whom.zone;
  shortage.group = whom.group;
  shortage.principal = whom.principal;
  shortage.percent = std::min(percent, 100.0);
  fleet.shortages.push_back(std::move(shortage));
}

double shortage_percent(const Fleet& fleet, const ShortOf& whom) {
  for (const CapacityShortage& one : fleet.shortages)
    if (is_of(one, whom)) return one.percent;
  return 0;
}

bool lacks_capacity(Fleet& fleet, const CapacityWanted& wanted) {
  if (fleet.shortages.empty()) return false;
  const SimTime now = fleet.now();
  std::erase_if(fleet.shortages, [now](const CapacityShortage& shortage) {
    return shortage.until && *shortage.until <= now;
  });
  return std::ranges::any_of(fleet.shortages, [&](const CapacityShortage& shortage) {
    if (!concerns(shortage, wanted)) return false;
    return shortage.percent >= 100 ||
           fleet.sim().random("ec2.shortage").chance(shortage.percent / 100);
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

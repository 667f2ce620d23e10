#include "models/events/events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::events {

std::string bus_name(std::string_view name_or_arn) {
  if (name_or_arn.starts_with("arn:"))
    name_or_arn.remove_prefix(std::min(name_or_arn.find('/') + 1, name_or_arn.size()));
  return name_or_arn.empty() ? "default" : std::string{name_or_arn};
}

ApiError no_bus(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("Event bus {} does not exist.", bus_name(name))};
}

Json page_of(Json all, const Json& input, const char* member) {
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t first =
      std::clamp(input::integer(input, "NextToken").value_or(0), std::int64_t{0}, size);
  const std::int64_t limit =  // API Reference: Limit is 1 to 100
      std::clamp(input::integer(input, "Limit").value_or(100), std::int64_t{1}, std::int64_t{100});
  const std::int64_t last = std::min(size, first + limit);
  Json answer{{member, Json::array()}};
  for (std::int64_t i = first; i < last; ++i)
    answer[member].push_back(std::move(all[static_cast<std::size_t>(i)]));
  if (last < size) answer["NextToken"] = std::to_string(last);
  return answer;
}

Events::Events(Cloud& cloud_) : cloud{cloud_}, deliveries{cloud_.sim().random("events.delivery")} {}

Bus* Events::find_bus(const Place& place, std::string_view name_or_arn) {
  constexpr std::size_t kFew = 8;  // quicker looked through than looked up
  if (buses.size() <= kFew)
    for (auto& [key, bus] : buses)
      if (key.second == name_or_arn && key.first == place) return &bus;
  const std::string name = bus_name(name_or_arn);
  if (name == "default") {  // every account has one; here since the beginning
    const auto [bus, made] = buses.try_emplace({place, "default"});
    if (made) bus->second.created = cloud.sim().start();
    return &bus->second;
  }
  const auto found = buses.find({place, name});
  return found == buses.end() ? nullptr : &found->second;
}

Bus& Events::create_bus(const Place& place, std::string_view name) {
  Bus& bus = buses[{place, std::string{name}}];
  bus.created = cloud.sim().now();
  return bus;
}

std::shared_ptr<Rule> Events::find_rule(const Place& place, std::string_view bus,
                                        std::string_view name) {
  const Bus* found = find_bus(place, bus);
  if (found == nullptr) return nullptr;
  const auto rule = found->rules.find(std::string{name});
  return rule == found->rules.end() ? nullptr : rule->second;
}

void Events::replace_rule(const std::shared_ptr<Rule>& rule) {
  Bus& bus = *find_bus(rule->place, rule->bus);
  if (const auto old = bus.rules.find(rule->name); old != bus.rules.end()) {
    cloud.sim().cancel(old->second->next_fire);
    bus.matcher.remove(old->second->id);
    bus.by_id.erase(old->second->id);
  }
  bus.heads.reset();
  rule->id = next_rule_++;
  bus.rules[rule->name] = rule;
  bus.by_id[rule->id] = rule;
  if (rule->enabled && rule->pattern) bus.matcher.add(rule->id, *rule->pattern);
  arm_schedule(rule);
}

void Events::remove_rule(const Rule& rule) {
  Bus& bus = *find_bus(rule.place, rule.bus);
  cloud.sim().cancel(rule.next_fire);
  bus.heads.reset();
  bus.matcher.remove(rule.id);
  bus.by_id.erase(rule.id);
  bus.rules.erase(rule.name);  // may end `rule`
}

void Events::arm_schedule(const std::shared_ptr<Rule>& rule) {
  if (!rule->enabled || !rule->schedule) return;
  struct Firing {
    static void plan(Events& events, const std::shared_ptr<Rule>& of, SimTime enabled) {
      Simulation& sim = events.cloud.sim();
      // eb-create-rule-schedule: rates count from when the rule was made or enabled, in UTC.
      const std::optional<SimTime> due = schedule::next_time(*of->schedule, {}, enabled, sim.now());
      if (!due) return;
      // A schedule is nobody's consequence: its firing starts a chain of its own.
      const CauseScope because{sim, CauseId::none};
      of->next_fire = sim.at(*due, [&events, weak = std::weak_ptr{of}, enabled] {
        const std::shared_ptr<Rule> rule = weak.lock();
        if (!rule) return;
        fire_schedule(events, rule);
        plan(events, rule, enabled);
      });
    }
  };
  Firing::plan(*this, rule, cloud.sim().now());
}

}  // namespace opsim::events

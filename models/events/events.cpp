#include "models/events/events.hpp"

#include <fmt/format.h>

namespace opsim::events {

Events::Events(Cloud& cloud_) : cloud{cloud_}, deliveries{cloud_.sim().random("events.delivery")} {}

Bus* Events::find_bus(const Place& place, std::string_view name_or_arn) {
  std::string_view name = name_or_arn;
  if (name.starts_with("arn:")) name = name.substr(name.rfind('/') + 1);
  if (name.empty() || name == "default") return &buses[{place, "default"}];
  const auto found = buses.find({place, std::string{name}});
  return found == buses.end() ? nullptr : &found->second;
}

Bus& Events::create_bus(const Place& place, std::string_view name) {
  return buses[{place, std::string{name}}];
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
  rule->id = next_rule_++;
  bus.rules[rule->name] = rule;
  bus.by_id[rule->id] = rule;
  if (rule->enabled && rule->pattern) bus.matcher.add(rule->id, *rule->pattern);
  arm_schedule(rule);
}

void Events::remove_rule(const Rule& rule) {
  Bus& bus = *find_bus(rule.place, rule.bus);
  cloud.sim().cancel(rule.next_fire);
  bus.matcher.remove(rule.id);
  bus.by_id.erase(rule.id);
  bus.rules.erase(rule.name);  // may end `rule`
}

void Events::arm_schedule(const std::shared_ptr<Rule>& rule) {
  if (!rule->enabled || !rule->schedule) return;
  struct Firing {
    static void plan(Events& events, const std::shared_ptr<Rule>& of, SimTime enabled) {
      Simulation& sim = events.cloud.sim();
      const std::optional<SimTime> due = next_fire(*of->schedule, enabled, sim.now());
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

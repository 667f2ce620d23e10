#include "models/agents/agents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"

namespace opsim::agents {

namespace {

/// It ends by itself some time after it was started.
void plan_stop(Agents& agents, Agent& agent, const std::string& instance) {
  if (!agent.stops) return;
  Simulation& sim = agents.cloud.sim();
  Stream& luck = sim.random(fmt::format("agent {} {}", agent.name, instance));
  const CauseScope nobody{sim, CauseId::none};
  agent.places.at(instance).stops =
      sim.after(agent.stops->sample_duration(luck), [&agents, name = agent.name, instance] {
        set_running(agents, agents.all.at(name), instance, false, "it stopped");
      });
}

/// In danger while any instance is without it. Nobody is told but who looks at the console.
void tell(Agents& agents, const Agent& agent, const std::string& text) {
  const std::size_t missing = without(agent);
  if (agent.silent)
    agents.cloud.metrics().change(
        *agent.silent, {.from = agents.cloud.sim().now(), .level = static_cast<double>(missing)});
  agents.cloud.set_health(agent.name, missing == 0 ? Health::ok : Health::in_danger, text);
}

void put_in(Agents& agents, Agent& agent, const std::string& instance, bool runs) {
  agent.places[instance] = {runs, agents.cloud.sim().now(), {}};
  ++agent.seen;
  if (runs) plan_stop(agents, agent, instance);
}

void end_gap(Agent& agent, const Installed& place, SimTime now) {
  agent.longest = std::max(agent.longest, now - place.since);
  agent.without += now - place.since;
}

}  // namespace

void begin(Agents& agents, Agent& agent) {
  const Resource* group = agents.cloud.resources().find_named(agent.on);
  if (group == nullptr) return;
  for (const std::string& instance : agents.cloud.members(group->physical_id))
    put_in(agents, agent, instance, true);
  Metrics& metrics = agents.cloud.metrics();
  const SeriesId series =
      metrics.intern({group->place, "Agents", "Silent", {{"Agent", agent.name}}});
  agent.silent = metrics.publish(series, {.from = agents.cloud.sim().now(), .level = 0},
                                 {.every = kConsoleCounts, .unit = "Count"});
}

void instance_came(Agents& agents, std::string_view instance) {
  const Resource* known = agents.cloud.resources().find(instance);
  if (known == nullptr) return;
  for (auto& [name, agent] : agents.all) {
    const Resource* group = agents.cloud.resources().find_named(agent.on);
    if (group == nullptr || agent.places.contains(instance)) continue;
    if (known->owner != group->physical_id && known != group) continue;
    const std::vector<std::string> members = agents.cloud.members(group->physical_id);
    if (std::ranges::find(members, instance) == members.end()) continue;  // it has left
    Stream& luck = agents.cloud.sim().random("agent " + agent.name + " at launch");
    const bool has = luck.chance(agent.at_launch) || agent.early.contains(instance);
    put_in(agents, agent, known->physical_id, has);
    if (!has) tell(agents, agent, fmt::format("{} serves without it", known->physical_id));
  }
}

void instance_went(Agents& agents, std::string_view instance) {
  for (auto& [name, agent] : agents.all) {
    const auto place = agent.places.find(instance);
    if (place == agent.places.end()) continue;
    if (!place->second.runs) end_gap(agent, place->second, agents.cloud.sim().now());
    agents.cloud.sim().cancel(place->second.stops);
    agent.places.erase(place);
    tell(agents, agent, "every instance has it");
  }
}

void set_running(Agents& agents, Agent& agent, std::string_view instance, bool runs,
                 std::string_view why) {
  const auto place = agent.places.find(instance);
  if (place == agent.places.end() && runs) agent.early.emplace(instance);
  if (place == agent.places.end() || place->second.runs == runs) return;
  const std::string id = place->first;
  const SimTime now = agents.cloud.sim().now();
  const Duration lasted = now - place->second.since;
  if (runs) end_gap(agent, place->second, now);
  agents.cloud.sim().cancel(place->second.stops);
  place->second = {runs, now, {}};
  const CauseScope because{
      agents.cloud.sim(),
      agents.cloud.journal().write(
          {.kind = EntryKind::resource,
           .level = Level::story,
           .subject = id,
           .text = runs ? fmt::format("{} runs again, after {} without", agent.name, human(lasted))
                        : fmt::format("{} does not run: {}", agent.name, why),
           .source = agent.line})};
  tell(agents, agent,
       runs
           ? "every instance has it"
           : fmt::format("{} of {} instances are without it", without(agent), agent.places.size()));
  if (runs) plan_stop(agents, agent, id);
}

Duration longest_gap(const Agent& agent, SimTime now) {
  Duration longest = agent.longest;
  for (const auto& [id, place] : agent.places)
    if (!place.runs) longest = std::max(longest, now - place.since);
  return longest;
}

Duration all_gaps(const Agent& agent, SimTime now) {
  Duration sum = agent.without;
  for (const auto& [id, place] : agent.places)
    if (!place.runs) sum += now - place.since;
  return sum;
}

std::size_t without(const Agent& agent) {
  return static_cast<std::size_t>(
      std::ranges::count_if(agent.places, [](const auto& place) { return !place.second.runs; }));
}

}  // namespace opsim::agents

// The table by which agents join the world.
#include "models/agents/service.hpp"

#include <cmath>

#include "models/agents/agents.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using agents::Agent;
using agents::Agents;

constexpr std::string_view kAgentType = "Agent";
constexpr Shape kName{.kind = Kind::text, .min = 1};
constexpr Shape kAfter{.kind = Kind::distribution, .example = "exponential(mean 30d)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Field kAgentFields[] = {
    {.name = "at launch", .shape = &kShare, .doc = "New instances that have it; all."},
    {.name = "on", .shape = &kName, .need = Need::required, .doc = "A group, or an instance."},
    {.name = "stops", .shape = &kAfter, .doc = "After it was started, on each instance; never."},
};
constexpr Shape kAgent{.kind = Kind::mapping, .name = "agent", .fields = kAgentFields};
constexpr Shape kSectionShape{
    .kind = Kind::table,
    .doc = "Software that has to run on instances; they serve without it, and nobody notices.",
    .of = &kAgent};

std::string text_at(const Node& node, std::string_view key) {
  const std::optional<Node> found = node.find(key);
  return found ? std::string{found->spelling()} : std::string{};
}

void read_section(Model& model, Cloud& cloud, const Node& section) {
  auto& all = static_cast<Agents&>(model);
  for (const auto& [name, text, at] : section.entries()) {
    Agent agent;
    agent.name = name;
    agent.line = text.source();
    agent.on = text_at(text, "on");
    if (const std::string stops = text_at(text, "stops"); !stops.empty())
      agent.stops = Distribution::parse(stops).value;
    if (const auto share = parse_percent(text_at(text, "at launch")))
      agent.at_launch = *share / 100;
    all.all.emplace(name, std::move(agent));
    cloud.resources().add({.logical_id = std::string{name},
                           .type = std::string{kAgentType},
                           .physical_id = std::string{name},
                           .place = cloud.home(),
                           .source = text.source()});
  }
  cloud.sim().after(Duration{}, [&all] {
    for (auto& [name, agent] : all.all) agents::begin(all, agent);
  });
}

// ---- What the world does ----

void event_heard(Model& model, const Event& event) {
  auto& all = static_cast<Agents&>(model);
  if (all.all.empty() || event.source != "aws.ec2" ||
      event.detail_type != "EC2 Instance State-change Notification")
    return;
  const std::string state = input::text(event.detail, "state");
  if (state == "shutting-down" || state == "terminated")
    agents::instance_went(all, input::text(event.detail, "instance-id"));
}

void health_changed(Model& model, std::string_view resource, Health health) {
  auto& all = static_cast<Agents&>(model);
  if (!all.all.empty() && health == Health::ok && resource.starts_with("i-"))
    agents::instance_came(all, resource);
}

// ---- What may be asked, changed and broken ----

/// "agent guard" of an instance: 1 while it runs.
std::optional<double> read_agent(Model& model, std::string_view instance, std::string_view part) {
  const auto& all = static_cast<Agents&>(model).all;
  const auto agent = all.find(part);
  if (agent == all.end()) return std::nullopt;
  const auto place = agent->second.places.find(instance);
  if (place == agent->second.places.end()) return agent->second.early.contains(instance) ? 1 : 0;
  return place->second.runs ? 1 : 0;
}
void change_agent(Model& model, std::string_view instance, std::string_view part, Change how) {
  auto& all = static_cast<Agents&>(model);
  const auto agent = all.all.find(part);
  if (agent != all.all.end())
    agents::set_running(all, agent->second, instance, how.value > 0, "it was ended");
}

/// To nothing: each instance that is without it has it again.
void change_silent(Model& model, std::string_view name, std::string_view, Change how) {
  auto& all = static_cast<Agents&>(model);
  const auto agent = all.all.find(name);
  if (agent == all.all.end() || how.value > 0) return;
  std::vector<std::string> silent;
  for (const auto& [id, installed] : agent->second.places)
    if (!installed.runs) silent.push_back(id);
  for (const std::string& id : silent) agents::set_running(all, agent->second, id, true, "");
}

double minutes(Duration duration) {
  return std::round(std::chrono::duration<double>(duration).count() / 6) / 10;
}
double longest(const Agent& agent, SimTime now) { return minutes(agents::longest_gap(agent, now)); }
double mean(const Agent& agent, SimTime now) {
  return agent.seen == 0
             ? 0
             : minutes(agents::all_gaps(agent, now) / static_cast<std::int64_t>(agent.seen));
}
double missing(const Agent& agent, SimTime) { return static_cast<double>(agents::without(agent)); }

template <double (*Of)(const Agent&, SimTime)>
std::optional<double> read_one(Model& model, std::string_view name, std::string_view) {
  auto& all = static_cast<Agents&>(model);
  const auto agent = all.all.find(name);
  if (agent == all.all.end()) return std::nullopt;
  return Of(agent->second, all.cloud.sim().now());
}

constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::EC2::Instance", "agent", "", read_agent, change_agent},
    {kAgentType, "mean-minutes-without", "min", read_one<mean>, nullptr},
    {kAgentType, "minutes-without", "min", read_one<longest>, nullptr},
    {kAgentType, "silent", "", read_one<missing>, change_silent},
};

constexpr Field kRemoveFields[] = {
    {.name = "named", .shape = &kName, .need = Need::required, .doc = "The agent."},
    {.name = "on", .shape = &kName, .need = Need::required, .doc = "A group, or an instance."},
};
constexpr Shape kRemove{.kind = Kind::mapping,
                        .doc = "An agent is uninstalled: a script, a package, an intruder.",
                        .fields = kRemoveFields};
void begin_removal(Model& model, const FaultRequest& request) {
  auto& all = static_cast<Agents&>(model);
  const auto named = request.arguments.find("named");
  const auto agent = named ? all.all.find(named->spelling()) : all.all.end();
  if (agent == all.all.end()) return;
  for (const std::string& instance : request.targets)
    agents::set_running(all, agent->second, instance, false, "it was removed");
}
constexpr Fault kFaults[] = {{"remove agent", &kRemove, begin_removal}};

const Section kSections[] = {{"agents", &kSectionShape, read_section}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "agents that stop or are removed, and instances that come without one"},
    {Grade::simplified, "an agent runs or does not; what it does is not simulated"},
    {Grade::simplified, "a vendor's console puts the metric Silent each five minutes (estimate)"},
    {Grade::absent, "versions, configuration, what an agent does"},
};

}  // namespace

extern const Service kAgents{
    .name = "agents",
    .title = "Agents",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Agents>(cloud); },
    .quantities = kQuantities,
    .faults = kFaults,
    .sections = kSections,
    .fidelity = kFidelity,
    .on_event = event_heard,
    .on_health = health_changed,
};

}  // namespace opsim

// Where clients go who ask Route 53 for a name. Resolvers keep an answer for the record's TTL, so a
// change of records or of their health moves clients little by little: looked at in steps of a
// twentieth of the TTL until all have the new answer.
// SIMPLIFIED: the mix of all clients, as models/route53 has it; a connection that stands is not
// kept after its name leads elsewhere.
#include <algorithm>
#include <cmath>

#include "models/workload/workload.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::workload {

namespace {

constexpr std::int64_t kStepsOfTtl = 20;

std::string plain(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  if (name.ends_with('.')) name.pop_back();
  if (name.starts_with("dualstack.")) name = name.substr(10);
  return name;
}

/// The name of the load balancer in front of a component, or "".
std::string balancer_name(Workload& all, const Live& live) {
  const Resource* balancer = all.cloud.resources().find(live.balancer);
  if (balancer == nullptr || !balancer->attributes.is_object()) return {};
  return plain(input::text(balancer->attributes, "DNSName"));
}

bool leads_to(Workload& all, const Live& name, std::size_t call, std::size_t component,
              const Json& client) {
  if (input::text(client, "SetIdentifier") == name.answers[call]) return true;
  const std::string data = plain(input::text(client, "Data"));
  return !data.empty() && data == balancer_name(all, all.lives[component]);
}

void take_clients(Workload& all, std::size_t number, const Json& clients) {
  Live& live = all.lives[number];
  Component& component = all.system.components[number];
  std::vector<double> shares(component.calls.size(), 0);
  double known = 0;
  live.leads_nowhere.clear();
  for (const Json& client : clients) {
    const double share = client.value("Share", 0.0);
    std::size_t call = 0;
    while (call < shares.size() && !leads_to(all, live, call, component.calls[call].to, client))
      ++call;
    if (call == shares.size()) {
      live.leads_nowhere = input::text(client, "Data");
      continue;
    }
    shares[call] += share;
    known += share;
  }
  if (clients.empty()) live.leads_nowhere = "no address";
  for (std::size_t i = 0; i < shares.size(); ++i)
    component.calls[i].times = known > 0 ? shares[i] / known : 0;
  component.cells.front().serves = component.cells.front().gets * std::min(1.0, known);
  component.touched = true;
}

}  // namespace

void ask_names(Workload& all) {
  Simulation& sim = all.cloud.sim();
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    Live& live = all.lives[i];
    if (!std::exchange(live.asks_name, false)) continue;
    const auto answer =
        all.cloud.inspect(live.place, "route53", "InspectResolution", {{"Name", live.name}});
    take_clients(all, i, answer ? answer->at("Clients") : Json::array());
    sim.cancel(live.resolves);
    live.resolves = {};
    if (!answer) continue;
    const auto settles = parse_iso8601(input::text(*answer, "SettledAt"));
    if (!settles || *settles + std::chrono::seconds{1} <= sim.now()) continue;  // it is cut short
    const auto ttl = std::chrono::seconds{answer->value("TTL", std::int64_t{60})};
    const Duration step = std::max<Duration>(std::chrono::seconds{1}, Duration{ttl} / kStepsOfTtl);
    live.resolves = sim.after(step, [&all, i] {
      all.lives[i].asks_name = true;
      all.changed();
    });
  }
}

void names_changed(Workload& all) {
  bool any = false;
  for (Live& live : all.lives)
    if (!live.name.empty()) live.asks_name = any = true;
  if (any) all.changed();
}

}  // namespace opsim::workload

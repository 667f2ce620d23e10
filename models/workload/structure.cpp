// What a workload stands on, told once with the run: single points of failure, the smallest losses
// that stop it, and what would become of it without each zone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "models/workload/graph.hpp"
#include "models/workload/workload.hpp"

namespace opsim::workload {

namespace {

constexpr std::size_t kMostZones = 6;  // that are looked at one by one
constexpr std::size_t kMostCuts = 4;   // that are told

ServiceGraph graph_of(const System& system) {
  std::vector<Link> links;
  for (std::size_t i = 0; i < system.components.size(); ++i)
    for (const Call& call : system.components[i].calls)
      links.push_back({i, call.to, call.hard && !system.components[i].picks});
  return {system.components.size(), links};
}

double members_of(const Component& component) {
  double all = 0;
  for (const Cell& cell : component.cells) all += cell.serves;
  return all;
}

/// Zones of the components, and components that stand in none, numbered.
class Units {
 public:
  std::vector<std::size_t> of(const Component& component) {
    std::vector<std::size_t> found;
    for (const Cell& cell : component.cells) {
      if (cell.serves <= 0) continue;
      const std::size_t unit = number(cell.zone.empty() ? component.name : cell.zone);
      if (std::ranges::find(found, unit) == found.end()) found.push_back(unit);
    }
    return found;
  }
  [[nodiscard]] std::string name(std::size_t number) const { return names_[number]; }

 private:
  std::size_t number(const std::string& name) {
    const auto [at, added] = numbers_.emplace(name, names_.size());
    if (added) names_.push_back(name);
    return at->second;
  }
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> names_;
};

Json cuts_of(const System& system, const std::vector<std::size_t>& needed) {
  Units units;
  std::vector<std::vector<std::size_t>> by_component;
  for (const Component& component : system.components)
    by_component.push_back(component.picks ? std::vector<std::size_t>{} : units.of(component));
  Json cuts = Json::array();
  for (const std::vector<std::size_t>& cut : minimal_cuts(needed, by_component)) {
    Json names = Json::array();
    for (const std::size_t unit : cut) names.push_back(units.name(unit));
    cuts.push_back(std::move(names));
  }
  return cuts;
}

std::string cuts_text(const Json& cuts) {
  std::vector<std::string> texts;
  for (const Json& cut : cuts) {
    if (texts.size() == kMostCuts) break;
    std::vector<std::string> names;
    for (const Json& name : cut) names.push_back(name.get<std::string>());
    texts.push_back(fmt::format("{}", fmt::join(names, " + ")));
  }
  return fmt::format("{}", fmt::join(texts, ", or "));
}

/// The same demand where one zone has nothing any more.
struct Without {
  std::string zone;
  std::vector<Flow> flows;
};
std::vector<Without> without_each_zone(const Workload& all) {
  std::set<std::string> zones;
  for (const Component& component : all.system.components)
    for (const Cell& cell : component.cells)
      if (!cell.zone.empty()) zones.insert(cell.zone);
  std::vector<Without> cases;
  if (zones.size() > kMostZones) return cases;
  for (const std::string& zone : zones) {
    System system = all.system;
    for (Component& component : system.components)
      for (Cell& cell : component.cells) {
        cell.share = -1;
        component.touched = true;
        if (cell.zone == zone) cell.gets = cell.serves = 0;
      }
    Without& one = cases.emplace_back(Without{zone, all.flows});
    system.solve(one.flows);
  }
  return cases;
}

/// The component that a lost zone leaves busiest.
struct Busiest {
  std::size_t component;
  std::optional<double> load;  // of what it can carry; none where nothing of it is left
};

Busiest busiest_without(const Without& one, const std::vector<std::size_t>& needed) {
  Busiest busiest{needed.front(), -1};
  for (const std::size_t number : needed) {
    const Flow& flow = one.flows[number];
    if (flow.capacity <= 0) return {number, std::nullopt};
    if (flow.offered / flow.capacity > *busiest.load)
      busiest = {number, flow.offered / flow.capacity};
  }
  return busiest;
}

/// "Storefront at 98 % of what it can carry".
std::string left_text(const Workload& all, const Busiest& busiest) {
  const std::string& name = all.system.components[busiest.component].name;
  if (!busiest.load) return fmt::format("nothing of {} is left", name);
  return fmt::format("{} at {:.0f} % of what it can carry", name, *busiest.load * 100);
}

/// Zones whose loss leaves the same, told together.
struct Alike {
  std::vector<std::string> zones;
  std::string left;
};

void add_alike(std::vector<Alike>& all, const std::string& zone, std::string left) {
  const auto known = std::ranges::find(all, left, &Alike::left);
  if (known != all.end())
    known->zones.push_back(zone);
  else
    all.push_back({{zone}, std::move(left)});
}

/// "; without us-east-1a, us-east-1b or us-east-1c: Storefront at 98 % of what it can carry".
std::string alike_text(const Alike& one) {
  std::string zones;
  for (std::size_t i = 0; i < one.zones.size(); ++i) {
    const bool last = i + 1 == one.zones.size();
    zones += (i == 0 ? "" : last ? " or " : ", ") + one.zones[i];
  }
  return fmt::format("; without {}: {}", zones, one.left);
}

}  // namespace

void tell_structure(Workload& all) {
  const ServiceGraph graph = graph_of(all.system);
  std::vector<std::size_t> places;
  for (const Component& component : all.system.components)
    places.push_back(static_cast<std::size_t>(std::min(members_of(component), 2.0)));
  const std::vector<Without> cases = without_each_zone(all);
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    if (!all.lives[i].has_users) continue;
    const std::vector<std::size_t> needed = graph.needed_by(i);
    std::vector<std::string> single;
    for (const std::size_t one : graph.single_points(i, places))
      single.push_back(all.system.components[one].name);
    const Json cuts = cuts_of(all.system, needed);
    std::string text =
        fmt::format("single points of failure: {}",
                    single.empty() ? "none" : fmt::format("{}", fmt::join(single, ", ")));
    if (!cuts.empty()) text += fmt::format("; stops without {}", cuts_text(cuts));
    Json without = Json::object();  // zone -> load of what is left; null where nothing is
    std::vector<Alike> losses;
    for (const Without& one : cases) {
      if (all.system.components[i].picks) break;  // where clients would go, Route 53 knows
      const Busiest busiest = busiest_without(one, needed);
      add_alike(losses, one.zone, left_text(all, busiest));
      without[one.zone] = busiest.load ? Json(*busiest.load) : Json{};
    }
    for (const Alike& one : losses) text += alike_text(one);
    all.cloud.journal().write({.kind = EntryKind::metric,
                               .level = Level::goals,
                               .subject = all.system.components[i].name,
                               .text = std::move(text),
                               .source = all.lives[i].source,
                               .detail = {{"single points", single},
                                          {"cuts", cuts},
                                          {"needs", needed.size()},
                                          {"without", std::move(without)}}});
  }
}

}  // namespace opsim::workload

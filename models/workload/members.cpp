// What serves a component: who of a group gets requests, and who answers them.
//
// A load balancer's opinion decides who is sent requests where one tells it; until then, and where
// there is none, a member that has ceased to serve is sent requests for `notices within` more.
// "If a target group contains only unhealthy registered targets, the load balancer routes requests
// to all those targets" (ALB guide, target-group-health-checks): fail open.
#include <algorithm>
#include <utility>

#include "models/workload/workload.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/running_version.hpp"

namespace opsim::workload {

namespace {

const Reachability& reachability_of(Workload& all, const std::string& type) {
  const auto known = std::ranges::find(all.reachability, type, &Reachability::type);
  if (known != all.reachability.end()) return *known;
  Reachability& found = all.reachability.emplace_back(Reachability{.type = type});
  for (const Service* service : all.cloud.catalog())
    for (const PhysicalQuantity& row : service->quantities)
      if (found.row == nullptr && row.of == type && row.name == "reachable") {
        found.row = &row;
        found.model = all.cloud.model(service->name);
      }
  return found;
}

bool is_reachable(Workload& all, const Resource* known) {
  if (known == nullptr) return true;
  const Reachability& by = reachability_of(all, known->type);
  if (by.row == nullptr || by.row->read == nullptr || by.model == nullptr) return true;
  return by.row->read(*by.model, known->physical_id, {}).value_or(1) > 0;
}

/// It works, what was deployed to it runs, and the network reaches it.
bool serves_now(Workload& all, std::size_t number, std::size_t cell, const std::string& server,
                const Resource* known) {
  const std::string& zone = all.system.components[number].cells[cell].zone;
  for (const Trouble& trouble : all.troubles)
    if (trouble.cut_off && trouble.component == number &&
        (trouble.zone.empty() || trouble.zone == zone))
      return false;
  const Live& live = all.lives[number];
  if (live.is_cache && server == live.resource) return serving_part(live) > 0;
  if (all.cloud.health(server) == Health::down) return false;
  if (version_answer(known) == 0) return false;
  return is_reachable(all, known);
}

std::string_view zone_of(const Resource* known) {
  if (known == nullptr || !known->attributes.is_object()) return {};
  const auto zone = known->attributes.find("AvailabilityZone");
  if (zone == known->attributes.end() || !zone->is_string()) return {};
  return zone->get_ref<const std::string&>();
}

/// Of a cache of many shards, some may be out.
double serving(const Live& live, std::string_view server) {
  return live.is_cache && server == live.resource ? serving_part(live) : 1;
}

/// How many of each cell are sent requests, and how many of those answer.
void tally(Component& component, Live& live) {
  for (Cell& cell : component.cells) cell.gets = cell.serves = 0;
  live.members.assign(component.cells.size(), 0);
  double got = 0;
  for (const auto& [id, server] : live.servers) {
    Cell& cell = component.cells[server.cell];
    live.members[server.cell] += 1;
    cell.gets += server.gets ? 1 : 0;
    cell.serves += server.gets && server.serves ? serving(live, id) : 0;
    got += server.gets ? 1 : 0;
  }
  if (got > 0 || live.balancer.empty()) return;
  for (const auto& [id, server] : live.servers) {  // fails open
    component.cells[server.cell].gets += 1;
    component.cells[server.cell].serves += server.serves ? 1 : 0;
  }
}

/// A zone that is shifted away from gets nothing, which only the load balancer knows.
bool any_shifted(Workload& all, const Component& component, const Live& live) {
  return std::ranges::any_of(component.cells, [&](const Cell& cell) {
    return all.cloud.read_quantity(live.balancer, "shifted " + cell.zone).value_or(0) > 0;
  });
}

void recount(Workload& all, std::size_t number) {
  Live& live = all.lives[number];
  if (live.type.starts_with("AWS::Lambda::")) {  // its versions are its members: functions.cpp
    live.asks_function = true;
    return all.changed();
  }
  Component& component = all.system.components[number];
  live.recounted = true;
  tally(component, live);
  const bool even = !live.even_in.empty() && !any_shifted(all, component, live);
  live.asks_balancer = !live.balancer.empty() && !even;
  if (even)
    for (Cell& cell : component.cells) cell.share = -1;
  apply_troubles(all, number);
  all.changed();
}

/// Puts a member where its zone and its version belong; whether that is elsewhere than it was.
bool place(Workload& all, std::size_t number, const std::string& id, Server& server,
           const Resource* known) {
  const std::string_view version = version_name(known);
  const std::size_t cell = cell_of(all, number, zone_of(known), version);
  const bool moves = server.version != version || server.cell != cell;
  if (server.version != version) {
    std::string taken{version};  // a copy: taking it may change what is known
    take_version(all, number, id);
    server.version = std::move(taken);
  }
  server.cell = cell;
  return moves;
}

void set_serves(Workload& all, std::size_t number, const std::string& id, Server& server,
                bool serves) {
  if (server.serves == serves) return;
  server.serves = serves;
  all.cloud.sim().cancel(server.noticed);
  if (!server.told && serves) server.gets = true;
  if (!server.told && !serves)
    server.noticed = all.cloud.sim().after(all.lives[number].notices, [&all, number, id] {
      const auto found = all.lives[number].servers.find(id);
      if (found == all.lives[number].servers.end() || found->second.serves) return;
      found->second.gets = false;
      recount(all, number);
    });
}

void forget(Workload& all, std::size_t number, const std::string& id) {
  auto [at, end] = all.by_server.equal_range(id);
  for (; at != end; ++at)
    if (at->second == number) {
      all.by_server.erase(at);
      return;
    }
}

}  // namespace

namespace {

void enter(Workload& all, std::size_t number, const std::string& id, const Resource* known) {
  Live& live = all.lives[number];
  Server& server = live.servers[id];
  place(all, number, id, server, known);
  server.serves = serves_now(all, number, server.cell, id, known);
  server.gets = server.serves && !live.balancer_tells;
  server.told = live.balancer_tells;
  all.by_server.emplace(id, number);
}

void look_at_known(Workload& all, std::size_t number, const std::string& id, Server& server) {
  const Resource* known = all.cloud.resources().find(id);
  place(all, number, id, server, known);
  set_serves(all, number, id, server, serves_now(all, number, server.cell, id, known));
}

using Servers = std::map<std::string, Server, std::less<>>;

Servers::iterator leave(Workload& all, std::size_t number, Servers::iterator server) {
  all.cloud.sim().cancel(server->second.noticed);
  forget(all, number, server->first);
  return all.lives[number].servers.erase(server);
}

}  // namespace

void look_at_member(Workload& all, std::size_t number, const std::string& id) {
  Live& live = all.lives[number];
  if (live.resource.empty() || id.empty()) return look_at_members(all, number);
  const std::vector<std::string> members = all.cloud.members(live.resource);
  // Groups tell their members by id: both are walked through together.
  auto known = live.servers.begin();
  for (const std::string& one : members) {
    while (known != live.servers.end() && known->first < one) known = leave(all, number, known);
    const bool is_known = known != live.servers.end() && known->first == one;
    if (is_known && one == id) look_at_known(all, number, one, known->second);
    if (is_known) ++known;
    if (!is_known) enter(all, number, one, all.cloud.resources().find(one));
  }
  while (known != live.servers.end()) known = leave(all, number, known);
  recount(all, number);
}

void look_at_members(Workload& all, std::size_t number) {
  Live& live = all.lives[number];
  if (live.resource.empty()) {
    apply_troubles(all, number);
    all.changed();
    return;
  }
  const std::vector<std::string> members = all.cloud.members(live.resource);
  std::map<std::string, Server, std::less<>> before;
  before.swap(live.servers);
  for (const std::string& id : members) {
    // Groups tell their members by id: the next one is the first of those that were there.
    const bool next = !before.empty() && before.begin()->first == id;
    if (auto held = next ? before.extract(before.begin()) : before.extract(id); !held.empty()) {
      Server& kept = live.servers.insert(live.servers.end(), std::move(held))->second;
      look_at_known(all, number, id, kept);
      continue;
    }
    enter(all, number, id, all.cloud.resources().find(id));
  }
  for (auto& [id, server] : before) {
    all.cloud.sim().cancel(server.noticed);
    forget(all, number, id);
  }
  recount(all, number);
}

namespace {

/// Where the requests to a component go, by cell: shares of all that its load balancer gets.
struct Taken {
  Live& live;
  std::vector<double> shares;
  std::map<std::string, Server, std::less<>>::iterator next = live.servers.begin();
  double others = 0;  // what goes to other groups

  void take(std::string_view group, const std::string& resource, double share) {
    if (!live.target_group.empty() && group != live.target_group) {
      others += share;
      return;
    }
    // Both are told by id: the next one is nearly always the one that follows.
    if (next == live.servers.end() || next->first != resource) next = live.servers.find(resource);
    if (next == live.servers.end()) return;
    const auto server = next++;
    shares[server->second.cell] += share;
    server->second.gets = server->second.gets || share > 0;
  }
};

/// What InspectTraffic of models/elb says of a component's members. Nothing where no load balancer
/// answers.
void take_shares(Component& component, Live& live, const Json& answer) {
  for (auto& [id, server] : live.servers) {
    server.told = true;
    server.gets = false;
  }
  Taken taken{.live = live, .shares = std::vector<double>(component.cells.size(), 0)};
  if (const auto brief = answer.find("Brief"); brief != answer.end()) {
    for (const Json& row : *brief) {
      const auto& group = row.at("TargetGroupArn").get_ref<const std::string&>();
      const Json& resources = row.at("Resources");
      const Json& shares = row.at("Shares");
      for (std::size_t i = 0; i < resources.size(); ++i)
        taken.take(group, resources[i].get_ref<const std::string&>(), shares[i].get<double>());
    }
  } else {
    for (const Json& target : answer.at("Targets"))
      taken.take(target.at("TargetGroupArn").get_ref<const std::string&>(),
                 target.value("Resource", ""), target.value("Share", 0.0));
  }
  // What goes to other groups is other components' business.
  const double mine = std::max(1e-9, 1 - taken.others);
  component.touched = true;
  tally(component, live);
  for (std::size_t i = 0; i < taken.shares.size(); ++i)
    component.cells[i].share = taken.shares[i] / mine;
}

}  // namespace

namespace {

/// A load balancer has said something new.
void hear(Live& live, Json&& answer, bool cross_zone) {
  live.even_told = cross_zone ? input::text(answer, "EvenIn") : "";
  live.question.erase("Since");
  if (const auto version = answer.find("Version"); version != answer.end())
    live.question["Since"] = *version;
  live.told = std::move(answer);
}

}  // namespace

void ask_balancers(Workload& all) {
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    Live& live = all.lives[i];
    if (!std::exchange(live.asks_balancer, false)) continue;
    // A component's requests have no address of their own: what GET / of any host meets is theirs.
    if (live.question.empty())
      live.question = {
          {"LoadBalancer", live.balancer}, {"Brief", true}, {"Request", {{"Path", "/"}}}};
    auto answer = all.cloud.inspect(live.place, "elbv2", "InspectTraffic", live.question);
    if (!answer || !answer->contains("ListenerArn")) continue;
    const bool same = answer->contains("Same");
    if (!same) hear(live, std::move(*answer), all.system.components[i].cross_zone);
    const bool recounted = std::exchange(live.recounted, false);
    live.even_in = live.even_told;
    if (!same || recounted) take_shares(all.system.components[i], live, live.told);
  }
}

void balancers_changed(Workload& all) {
  for (Live& live : all.lives) live.asks_balancer = !live.balancer.empty();
  all.changed();
}

void balancers_called(Workload& all, const Json& input) {
  // "A target group can be used by one load balancer" (CreateTargetGroup, ALB guide): what is
  // said of a group that a component names concerns those behind its load balancer.
  const auto group = input.find("TargetGroupArn");
  const auto named =
      group == input.end() || !group->is_string()
          ? all.lives.end()
          : std::ranges::find(all.lives, group->get_ref<const std::string&>(), &Live::target_group);
  if (named == all.lives.end() || named->balancer.empty()) return balancers_changed(all);
  const std::string& balancer = named->balancer;
  for (Live& live : all.lives)
    if (live.balancer == balancer) live.asks_balancer = true;
  all.changed();
}

void server_changed(Workload& all, std::string_view resource) {
  for (auto [at, end] = all.by_server.equal_range(resource); at != end; ++at) {
    const std::size_t number = at->second;
    const auto found = all.lives[number].servers.find(resource);
    if (found == all.lives[number].servers.end()) continue;
    const Resource* known = all.cloud.resources().find(resource);
    const bool moved = place(all, number, found->first, found->second, known);
    const bool serves = serves_now(all, number, found->second.cell, found->first, known);
    if (found->second.serves == serves && !moved) continue;
    set_serves(all, number, found->first, found->second, serves);
    recount(all, number);
  }
}

namespace {

/// An instance id; or the task that holds the address of "10.0.1.7:8080".
std::string server_behind(Workload& all, const TargetHealth& told) {
  if (all.by_server.contains(told.target)) return std::string{told.target};
  const std::optional<Arn> group = Arn::parse(told.target_group);
  if (!group) return std::string{told.target};
  const Resource* holds = all.cloud.resources().at_address(
      group->place(), told.target.substr(0, told.target.rfind(':')));
  return holds == nullptr ? std::string{told.target} : holds->physical_id;
}

}  // namespace

void target_told(Workload& all, const TargetHealth& told) {
  const std::string server = server_behind(all, told);
  // A task is a target by its address: which of the members it is, the load balancer knows.
  if (!all.by_server.contains(server)) {
    bool any = false;
    for (Live& live : all.lives) {
      if (live.balancer.empty()) continue;
      if (!live.target_group.empty() && live.target_group != told.target_group) continue;
      live.asks_balancer = any = true;
    }
    if (any) all.changed();
    return;
  }
  for (auto [at, end] = all.by_server.equal_range(server); at != end; ++at) {
    Live& live = all.lives[at->second];
    if (live.balancer.empty() && live.target_group.empty()) continue;
    if (!live.target_group.empty() && live.target_group != told.target_group) continue;
    const auto found = live.servers.find(server);
    if (found == live.servers.end()) continue;
    live.balancer_tells = true;
    if (told.target_group != live.even_in) live.even_in.clear();  // what its share is, it knows
    found->second.told = true;
    all.cloud.sim().cancel(found->second.noticed);
    if (found->second.gets == told.healthy) continue;
    found->second.gets = told.healthy;
    recount(all, at->second);
  }
}

}  // namespace opsim::workload

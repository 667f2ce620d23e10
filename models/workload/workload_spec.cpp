// From the section `workload:` to components.
#include <fmt/format.h>

#include <algorithm>

#include "models/workload/graph.hpp"
#include "models/workload/workload.hpp"
#include "models/workload/workload_settings.hpp"
#include "models/workload/workload_shape.hpp"

namespace opsim::workload {

namespace {

constexpr std::string_view kComponentType = "Workload::Component";

class Reader {
 public:
  explicit Reader(Workload& all) : all_{all} {}

  void read(const Node& section) {
    for (const auto& [name, text, at] : section.entries()) enter(name, text);
    std::size_t number = 0;
    for (const auto& [name, text, at] : section.entries()) read_needs(number++, text);
    put_in_order(section);
    diagnostics_.throw_if_any();
  }

 private:
  void enter(std::string_view name, const Node& text) {
    if (const Resource* taken = all_.cloud.resources().find_named(name))
      diagnostics_.add(text.complaint(fmt::format(
          "{} is a resource already ({}); call the component otherwise", name, taken->type)));
    Component& component = all_.system.components.emplace_back();
    Live& live = all_.lives.emplace_back();
    component.name = name;
    live.source = text.source();
    live.place = all_.cloud.home();
    take_settings(text, component, live, diagnostics_);
    find_resources(text, component, live);
    all_.by_name.emplace(name, all_.lives.size() - 1);
    if (!live.resource.empty()) all_.by_resource.emplace(live.resource, all_.lives.size() - 1);
    all_.cloud.resources().add({.logical_id = std::string{name},
                                .type = std::string{kComponentType},
                                .physical_id = std::string{name},
                                .place = all_.cloud.home(),
                                .source = text.source()});
  }

  const Resource* known(const Node& text, std::string_view name) {
    const Resource* found = all_.cloud.resources().find_named(name);
    if (found == nullptr)
      diagnostics_.add(
          text.complaint(fmt::format("\"{}\" is no resource of a stack{}", name,
                                     did_you_mean(name, all_.cloud.resources().names()))));
    return found;
  }

  /// A name stands nowhere: Route 53 answers from everywhere.
  void take_name(const Node& text, const Node& name, Component& component, Live& live) {
    live.name = name.spelling();
    component.picks = true;
    component.cells.push_back({.zone = "", .gets = 2, .serves = 2});
    for (const std::string_view key : {"served by", "behind", "members", "work"})
      if (const auto wrong = text.find(key))
        diagnostics_.add(wrong->complaint(
            fmt::format("nothing works at a name: \"{}\" belongs to what it leads to", key)));
    if (!text.contains("needs"))
      diagnostics_.add(name.complaint("a name leads to components: list them in `needs`"));
  }

  void find_resources(const Node& text, Component& component, Live& live) {
    if (const auto name = text.find("named")) {
      take_name(text, *name, component, live);
    } else if (const auto served = text.find("served by")) {
      if (const Resource* found = known(*served, served->spelling())) {
        live.resource = found->physical_id;
        live.type = found->type;
        if (live.type.starts_with("AWS::Lambda::")) {
          // Lambda guide, "Lambda function scaling": 1,000 at once by default, none waits.
          if (!text.contains("servers")) component.work.servers = 1000;
          if (!text.contains("queue")) component.work.queue = 0;
          live.asks_function = true;
        }
        // A table has no servers of its own to wait for: single-digit milliseconds, any number.
        if (live.type == "AWS::DynamoDB::Table") {
          if (!text.contains("servers")) component.work.servers = 1'000;
          if (!text.contains("work")) component.work.takes = {.004, .004 * .004};
        }
        live.place = found->place;
      }
    } else {
      const auto written = text.find("members");
      const double members = written ? written->as_number().value_or(1) : 1;
      component.cells.push_back({.zone = "", .gets = members, .serves = members});
    }
    const auto behind = text.find("behind");
    if (!behind) return;
    std::vector<Node> fronts;
    for (const Node& one : behind->items()) fronts.push_back(one);
    if (fronts.empty()) fronts.push_back(*behind);
    for (const Node& one : fronts) {
      const Resource* found = known(one, one.spelling());
      if (found == nullptr) continue;
      const std::string& id = found->arn.empty() ? found->physical_id : found->arn;
      (found->type.ends_with("TargetGroup") ? live.target_group : live.balancer) = id;
    }
  }

  void read_needs(std::size_t number, const Node& text) {
    for (const auto& [name, need, at] : text.find("needs").value_or(Node{}).entries()) {
      const auto found = all_.by_name.find(name);
      if (found == all_.by_name.end()) {
        diagnostics_.add(
            need.complaint(fmt::format("\"{}\" is no component of this workload", name)));
        continue;
      }
      Call call{.to = found->second};
      take_call(need, call);
      take_cache(need, text, number, call);
      all_.system.components[number].calls.push_back(call);
      const auto answer = need.find("answer");
      if (answer && all_.lives[number].name.empty())
        diagnostics_.add(answer->complaint("answer: only a component with `named` has records"));
      all_.lives[number].answers.emplace_back(answer ? answer->spelling() : name);
    }
  }

  /// Who is cached by a component looks there first, and does without it where it must.
  void take_cache(const Node& need, const Node& text, std::size_t number, Call& call) {
    const auto written = need.find("cached by");
    for (const std::string_view of_cache : {"objects", "skew"})
      if (!written && need.contains(of_cache))
        diagnostics_.add(need.complaint(
            fmt::format("{} says how a cache fills: name it with `cached by`", of_cache)));
    if (!written) return;
    if (!need.contains("hits"))
      diagnostics_.add(written->complaint("say what share a full cache answers: `hits: 90 %`"));
    const auto cache = all_.by_name.find(written->spelling());
    if (cache == all_.by_name.end() || cache->second == call.to || cache->second == number) {
      diagnostics_.add(written->complaint(
          fmt::format("\"{}\" is no other component of this workload", written->spelling())));
      return;
    }
    call.cached_by = cache->second;
    all_.any_caches = all_.lives[cache->second].is_cache = true;
    std::vector<Call>& calls = all_.system.components[number].calls;
    const bool known = text.find("needs").value_or(Node{}).contains(cache->first) ||
                       std::ranges::find(calls, cache->second, &Call::to) != calls.end();
    if (!known) calls.push_back({.to = cache->second, .times = call.times, .hard = false});
  }

  void put_in_order(const Node& section) {
    std::vector<Link> links;
    for (std::size_t i = 0; i < all_.system.components.size(); ++i)
      for (const Call& call : all_.system.components[i].calls) links.push_back({i, call.to});
    const ServiceGraph graph{all_.system.components.size(), links};
    if (auto order = graph.order()) {
      all_.system.order = std::move(*order);
      return;
    }
    std::string names;
    for (const std::size_t one : graph.round())
      names += fmt::format("{}{}", names.empty() ? "" : ", ", all_.system.components[one].name);
    diagnostics_.add(section.complaint(fmt::format(
        "components call each other in a round: {}; a call must end somewhere", names)));
  }

  Workload& all_;
  Diagnostics diagnostics_;
};

}  // namespace

void change_component(Workload& all, const PhysicsRequest& request) {
  const auto found = all.by_name.find(request.name);
  if (found == all.by_name.end()) return;
  Component& component = all.system.components[found->second];
  Diagnostics diagnostics;
  take_settings(request.values, component, all.lives[found->second], diagnostics);
  for (const auto& [name, text, at] : request.values.find("needs").value_or(Node{}).entries()) {
    const auto needed = all.by_name.find(name);
    const auto call = needed == all.by_name.end()
                          ? component.calls.end()
                          : std::ranges::find(component.calls, needed->second, &Call::to);
    if (call == component.calls.end())
      diagnostics.add(text.complaint(fmt::format("{} does not need \"{}\"", request.name, name)));
    else if (text.contains("cached by"))
      diagnostics.add(text.complaint("what a call is cached by stays as the workload says"));
    else
      take_call(text, *call);
  }
  diagnostics.throw_if_any();
}

void read_workload(Workload& all, const Node& text) {
  Reader{all}.read(text);
  all.cloud.sim().after(Duration{}, [&all] {
    for (std::size_t i = 0; i < all.lives.size(); ++i) {
      look_at_cache(all, i);
      look_at_members(all, i);
      begin_publishing(all, i);
    }
    names_changed(all);
    all.changed();
  });
}

}  // namespace opsim::workload

// What versions do to the requests of a component, and to the members that run them.
//
// A member that runs a version is in a cell of that version; load balancing gives each member its
// share, so the share of requests that meet a version is the share of members that run it and get
// requests. `versions:` says what is otherwise than the component says of all.
#include <fmt/format.h>

#include <algorithm>

#include "models/workload/workload.hpp"
#include "opsim/cloud/running_version.hpp"

namespace opsim::workload {

namespace {

std::string called(const Component& component, const Cell* cell) {
  if (cell == nullptr || cell->version.empty()) return component.name;
  return fmt::format("version {} of {}", cell->version, component.name);
}

const Version* version_named(const Live& live, std::string_view name) {
  const auto found = live.versions.find(name);
  return found == live.versions.end() ? nullptr : &found->second;
}

}  // namespace

std::size_t cell_of(Workload& all, std::size_t number, std::string_view zone,
                    std::string_view version) {
  Component& component = all.system.components[number];
  for (std::size_t i = 0; i < component.cells.size(); ++i)
    if (component.cells[i].zone == zone && component.cells[i].version == version) return i;
  Cell& cell = component.cells.emplace_back(
      Cell{.zone = std::string{zone}, .version = std::string{version}});
  if (const Version* known = version_named(all.lives[number], version)) {
    cell.version_fails = known->failing;
    cell.takes = known->spread;
    cell.kinds = known->kinds;
  }
  return component.cells.size() - 1;
}

void take_version(Workload& all, std::size_t number, const std::string& server) {
  RunningVersion running = version_of(all.cloud, server);
  const Version* known = version_named(all.lives[number], running.name);
  const double leaks = known == nullptr ? 0 : known->leaks;
  const auto before = all.cloud.read_quantity(server, "memory-growth");
  const bool leaked = std::ranges::any_of(all.lives[number].versions,
                                          [](const auto& one) { return one.second.leaks > 0; });
  if (leaked && before && *before != leaks)
    all.cloud.change_quantity(server, "memory-growth", {Change::How::to, leaks});
  if (known == nullptr || !known->fails_checks || running.answer != 200) return;
  running.answer = 503;
  set_version(all.cloud, server, running);
}

std::string who_fails(const Workload& all, std::size_t number) {
  const Component& component = all.system.components[number];
  const Flow& flow = all.flows[number];
  const Cell* worst = nullptr;
  double most = 0;
  for (std::size_t i = 0; i < component.cells.size() && i < flow.cells.size(); ++i) {
    const double failing = flow.cells[i].offered * component.cells[i].version_fails;
    if (failing > most) worst = &component.cells[i];
    most = std::max(most, failing);
  }
  return called(component, worst);
}

std::string who_is_slow(const Workload& all, std::size_t number) {
  const Component& component = all.system.components[number];
  const Flow& flow = all.flows[number];
  const Cell* worst = nullptr;
  double most = 0;
  for (std::size_t i = 0; i < component.cells.size() && i < flow.cells.size(); ++i) {
    const Cell& cell = component.cells[i];
    if (cell.serves <= 0) continue;
    // A tail counts as much as a mean: what few requests wait for is what users tell of.
    const double slow = flow.cells[i].latency.quantile(.99);
    const bool otherwise = cell.takes.mean > 0 || cell.version_slower > 1;
    if (slow > most) worst = otherwise ? &cell : nullptr;
    most = std::max(most, slow);
  }
  return called(component, worst);
}

}  // namespace opsim::workload

// What a timeline can break on components, beyond what breaks the resources behind them:
//   slow requests by 400 % on Orders for 10min
//   fail requests by 20 % on Orders in us-east-1a for 10min         # grey failure of a zone
//   spike demand by 200 % on Storefront for 10min
//   cut off zone named us-east-1a for 30min
//   partition zone named us-east-1a for 30min
//   expire certificate on Payments for 2h
#include <fmt/format.h>

#include <algorithm>

#include "models/workload/workload.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::workload {

namespace {

constexpr Shape kFaultName{.kind = Kind::text, .min = 1};
constexpr Shape kFaultTime{.kind = Kind::duration, .min = 1, .example = "10min"};
constexpr Shape kFaultShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "20 %"};
constexpr Shape kFaultMore{.kind = Kind::percent, .min = 0, .max = 1e6, .example = "400 %"};
constexpr Shape kFaultChange{.kind = Kind::percent, .min = -100, .max = 1e6, .example = "200 %"};

constexpr Field kOnComponent{.name = "on",
                             .shape = &kFaultName,
                             .need = Need::required,
                             .doc = "A component of the workload."};
constexpr Field kInZone{
    .name = "in", .shape = &kFaultName, .doc = "An Availability Zone. Default: everywhere."};
constexpr Field kForTime{.name = "for", .shape = &kFaultTime, .doc = "Until it ends by itself."};

constexpr Field kSlowFields[] = {
    {.name = "by", .shape = &kFaultMore, .need = Need::required, .doc = "How much longer."},
    kOnComponent,
    kInZone,
    kForTime};
constexpr Field kFailFields[] = {
    {.name = "by", .shape = &kFaultShare, .doc = "The share that fails (100 %)."},
    kOnComponent,
    kInZone,
    kForTime};
constexpr Field kSpikeFields[] = {{.name = "by",
                                   .shape = &kFaultChange,
                                   .need = Need::required,
                                   .doc = "How much more, or less, users want."},
                                  kOnComponent,
                                  kForTime};
constexpr Field kCutFields[] = {{.name = "named",
                                 .shape = &kFaultName,
                                 .need = Need::required,
                                 .doc = "The Availability Zone."},
                                kForTime};
constexpr Shape kSlow{
    .kind = Kind::mapping, .doc = "A component takes longer.", .fields = kSlowFields};
constexpr Shape kFail{
    .kind = Kind::mapping, .doc = "A component answers with errors.", .fields = kFailFields};
constexpr Shape kSpike{
    .kind = Kind::mapping, .doc = "Users want more or less.", .fields = kSpikeFields};
constexpr Shape kCut{.kind = Kind::mapping,
                     .doc = "No component answers from a zone: its network is cut off.",
                     .fields = kCutFields};

constexpr Shape kCutRegion{
    .kind = Kind::mapping, .doc = "No component answers from a Region.", .fields = kCutFields};
constexpr Field kPartitionFields[] = {
    {.name = "named", .shape = &kFaultName, .need = Need::required, .doc = "A zone, or a Region."},
    {.name = "from",
     .shape = &kFaultName,
     .doc = "The one that it no longer reaches (all others)."},
    kForTime};
constexpr Shape kPartition{.kind = Kind::mapping,
                           .doc = "Components of one place do not reach those of others; users do.",
                           .fields = kPartitionFields};

constexpr Field kFlushFields[] = {kOnComponent};
constexpr Shape kFlush{.kind = Kind::mapping,
                       .doc =
                           "The caches before what a component needs are empty, or the cache "
                           "that it is, and fill again.",
                       .fields = kFlushFields};

double share_at(const FaultRequest& request, std::string_view key, double otherwise) {
  return parse_percent(fault_text(request, key)).value_or(otherwise) / 100;
}

void no_component(Workload& all, const FaultRequest& request, const std::string& name) {
  all.cloud.journal().write({.kind = EntryKind::note,
                             .level = Level::story,
                             .subject = name,
                             .text = fmt::format("{} is no component: nothing was hit", name),
                             .source = request.source});
}

void refresh(Workload& all, std::size_t component) {
  if (all.lives[component].resource.empty())
    apply_troubles(all, component);
  else
    look_at_members(all, component);  // counts afresh, then applies the troubles
  all.changed();
}

void end(Workload& all, std::size_t number) {
  const auto found = std::ranges::find(all.troubles, number, &Trouble::number);
  if (found == all.troubles.end()) return;  // somebody put it right
  const std::size_t component = found->component;
  all.troubles.erase(found);
  refresh(all, component);
}

void begin(Workload& all, const FaultRequest& request, Trouble trouble) {
  trouble.number = ++all.troubles_made;
  const std::size_t component = trouble.component;
  const std::size_t number = trouble.number;
  all.troubles.push_back(std::move(trouble));
  refresh(all, component);
  if (const auto lasting = parse_duration(fault_text(request, "for")))
    all.cloud.sim().after(*lasting, [&all, number] { end(all, number); });
}

std::optional<std::size_t> component_of(Workload& all, const FaultRequest& request) {
  const std::string name = fault_text(request, "on");
  const auto found = all.by_name.find(name);
  if (found != all.by_name.end()) return found->second;
  no_component(all, request, name);
  return std::nullopt;
}

void slow_requests(Model& model, const FaultRequest& request) {
  auto& all = static_cast<Workload&>(model);
  const auto component = component_of(all, request);
  if (!component) return;
  begin(all, request,
        {.component = *component,
         .zone = fault_text(request, "in"),
         .slower = 1 + share_at(request, "by", 0),
         .reason = "slower than it should be"});
}

/// Requests that fail, with the reason that people will read.
constexpr char kErrors[] = "answers with errors";
constexpr char kCertificate[] = "its certificate has expired";
constexpr char kNames[] = "its name does not resolve";
constexpr char kConfiguration[] = "its configuration is wrong";
template <const char* Reason>
void fail_requests(Model& model, const FaultRequest& request) {
  auto& all = static_cast<Workload&>(model);
  const auto component = component_of(all, request);
  if (!component) return;
  begin(all, request,
        {.component = *component,
         .zone = fault_text(request, "in"),
         .failing = share_at(request, "by", 100),
         .reason = Reason});
}

void cut_off_zone(Model& model, const FaultRequest& request) {
  auto& all = static_cast<Workload&>(model);
  const std::string zone = fault_text(request, "named");
  for (std::size_t i = 0; i < all.lives.size(); ++i)
    if (std::ranges::find(all.system.components[i].cells, zone, &Cell::zone) !=
        all.system.components[i].cells.end())
      begin(all, request,
            {.component = i, .zone = zone, .cut_off = true, .reason = zone + " is cut off"});
}

/// All that stands in a Region.
void cut_off_region(Model& model, const FaultRequest& request) {
  auto& all = static_cast<Workload&>(model);
  const std::string region = fault_text(request, "named");
  for (std::size_t i = 0; i < all.lives.size(); ++i)
    if (!all.lives[i].resource.empty() && all.lives[i].place.region == region)
      begin(all, request,
            {.component = i, .zone = "", .cut_off = true, .reason = region + " is cut off"});
}

/// Zones, or Regions, that do not reach each other.
template <bool Regions>
void partition(Model& model, const FaultRequest& request) {
  begin_border(static_cast<Workload&>(model),
               {"", fault_text(request, "named"), fault_text(request, "from"), Regions},
               parse_duration(fault_text(request, "for")));
}

void spike_demand(Model& model, const FaultRequest& request) {
  auto& all = static_cast<Workload&>(model);
  const auto component = component_of(all, request);
  if (!component) return;
  const double factor = 1 + share_at(request, "by", 0);
  all.lives[*component].demand.factor = factor;
  all.changed();
  if (const auto lasting = parse_duration(fault_text(request, "for")))
    all.cloud.sim().after(*lasting, [&all, which = *component] {
      all.lives[which].demand.factor = 1;
      all.changed();
    });
}

constexpr int kWarmingSteps = 10;

/// One step of a cache that fills; then the next.
void warm_up(Workload& all, std::size_t number, int step) {
  Component& component = all.system.components[number];
  double warms_in = 0;
  for (Call& call : component.calls) {
    if (call.cached_by) continue;
    call.warm = static_cast<double>(step) / kWarmingSteps;
    if (call.hits > 0) warms_in = std::max(warms_in, call.warms_in);
  }
  component.touched = true;
  all.changed();
  if (step == kWarmingSteps) return;
  const Duration wait{static_cast<Duration::rep>(warms_in / kWarmingSteps * 1e9) + 1};
  all.cloud.sim().after(wait, [&all, number, step] { warm_up(all, number, step + 1); });
}

void flush_caches(Model& model, const FaultRequest& request) {
  auto& all = static_cast<Workload&>(model);
  const auto component = component_of(all, request);
  if (!component) return;
  empty_caches(all, *component);
  all.changed();
  const std::vector<Call>& calls = all.system.components[*component].calls;
  if (std::ranges::any_of(calls, [](const Call& one) { return !one.cached_by; }))
    warm_up(all, *component, 0);
}

// Sorted by name.
const Fault kRows[] = {
    {"break name resolution", &kFail, fail_requests<kNames>},
    {"cut off region", &kCutRegion, cut_off_region},
    {"cut off zone", &kCut, cut_off_zone},
    {"expire certificate", &kFail, fail_requests<kCertificate>},
    {"fail requests", &kFail, fail_requests<kErrors>},
    {"flush caches", &kFlush, flush_caches},
    {"misconfigure", &kFail, fail_requests<kConfiguration>},
    {"partition region", &kPartition, partition<true>},
    {"partition zone", &kPartition, partition<false>},
    {"slow requests", &kSlow, slow_requests},
    {"spike demand", &kSpike, spike_demand},
};

}  // namespace

const std::span<const Fault> kWorkloadFaults = kRows;

void apply_troubles(Workload& all, std::size_t number) {
  Component& component = all.system.components[number];
  component.touched = true;
  component.failing = 0;
  component.slower = 1;
  for (Cell& cell : component.cells) {
    cell.failing = cell.version_fails;
    cell.slower = cell.version_slower;
  }
  apply_impairments(all, number);
  for (const Trouble& trouble : all.troubles) {
    if (trouble.component != number) continue;
    if (trouble.zone.empty()) {
      component.failing = 1 - (1 - component.failing) * (1 - trouble.failing);
      component.slower *= trouble.slower;
      continue;
    }
    for (Cell& cell : component.cells) {
      if (cell.zone != trouble.zone) continue;
      cell.failing = 1 - (1 - cell.failing) * (1 - trouble.failing);
      cell.slower *= trouble.slower;
    }
  }
}

}  // namespace opsim::workload

// The section `signals:` and the fault `drop traffic`.
#include <fmt/format.h>

#include "models/workload_signals/signals.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::workload_signals {

namespace {

constexpr Shape kText{.kind = Kind::text, .min = 1};
constexpr Shape kLevel{.kind = Kind::number, .min = 0, .max = 1e12, .example = "1000"};
constexpr Shape kHour{.kind = Kind::number, .min = 0, .max = 24, .example = "14"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "60 %"};
constexpr Shape kMore{.kind = Kind::percent, .min = -100, .max = 1000, .example = "-40 %"};
constexpr Shape kEvery{.kind = Kind::duration, .min = 60, .max = 86'400, .example = "5min"};
constexpr Shape kHistory{.kind = Kind::duration, .min = 0, .max = 1'296'000, .example = "14d"};
constexpr Shape kLasting{.kind = Kind::duration, .min = 1, .example = "2h"};
constexpr Shape kDimensions{.kind = Kind::table, .of = &kText};

constexpr Field kSignalFields[] = {
    {.name = "by day",
     .shape = &kShare,
     .doc = "How far the hours of a day swing around the level."},
    {.name = "dimensions", .shape = &kDimensions},
    {.name = "every", .shape = &kEvery, .doc = "How often it is measured. Default: 5min."},
    {.name = "history",
     .shape = &kHistory,
     .doc = "For how long it was measured before the start."},
    {.name = "level",
     .shape = &kLevel,
     .need = Need::required,
     .doc = "The mean of a working day."},
    {.name = "metric", .shape = &kText, .doc = "Name of the metric. Default: the signal's."},
    {.name = "namespace", .shape = &kText, .need = Need::required},
    {.name = "noise", .shape = &kShare, .doc = "Values lie within this share of the season."},
    {.name = "on weekends", .shape = &kMore, .doc = "How much more, or less, as in -40 %."},
    {.name = "peak hour", .shape = &kHour, .doc = "UTC. Default: 14."},
    {.name = "unit", .shape = &kText, .doc = "Default: Count."},
};
constexpr Shape kSignal{.kind = Kind::mapping, .name = "signal", .fields = kSignalFields};

constexpr Field kDropFields[] = {
    {.name = "by", .shape = &kShare, .need = Need::required, .doc = "How much of it is lost."},
    {.name = "for", .shape = &kLasting, .doc = "Until it ends by itself."},
    {.name = "named", .shape = &kText, .need = Need::required, .doc = "The signal."},
};

std::string spelt(const Node& node, std::string_view key, std::string_view otherwise = {}) {
  const std::optional<Node> found = node.find(key);
  return std::string{found ? found->spelling() : otherwise};
}

double share_at(const Node& node, std::string_view key) {
  return parse_percent(spelt(node, key, "0 %")).value_or(0) / 100;
}

double number_at(const Node& node, std::string_view key, double otherwise) {
  const std::optional<Quantity> number = parse_quantity(spelt(node, key));
  return number ? number->value : otherwise;
}

Duration duration_at(const Node& node, std::string_view key, std::string_view otherwise) {
  return parse_duration(spelt(node, key, otherwise)).value_or(Duration::zero());
}

}  // namespace

constexpr Shape kSignalsShape{
    .kind = Kind::table, .doc = "Business metrics with a daily and weekly season.", .of = &kSignal};
constexpr Shape kDropShape{
    .kind = Kind::mapping, .doc = "Part of a signal's traffic is lost.", .fields = kDropFields};

SignalSpec read_signal(const Cloud& cloud, std::string_view name, const Node& text) {
  SignalSpec spec;
  spec.name = name;
  spec.series = {cloud.home(), spelt(text, "namespace"), spelt(text, "metric", name), {}};
  if (const std::optional<Node> dimensions = text.find("dimensions"))
    for (const auto& [key, value, at] : dimensions->entries())
      spec.series.dimensions.emplace_back(key, value.spelling());
  spec.level = number_at(text, "level", 0);
  spec.swing = share_at(text, "by day");
  spec.peak_hour = number_at(text, "peak hour", 14);
  spec.weekend = share_at(text, "on weekends");
  spec.noise = share_at(text, "noise");
  spec.every = duration_at(text, "every", "5min");
  spec.history = duration_at(text, "history", "0s");
  spec.unit = spelt(text, "unit", "Count");
  return spec;
}

void drop_traffic(Model& model, const FaultRequest& request) {
  auto& all = static_cast<WorkloadSignals&>(model);
  const std::string name = spelt(request.arguments, "named");
  const auto found = all.signals.find(name);
  if (found == all.signals.end()) {
    all.cloud.journal().write({.kind = EntryKind::note,
                               .level = Level::goals,
                               .subject = name,
                               .text = "is no signal of this scenario: nothing was dropped",
                               .source = request.source});
    return;
  }
  LiveSignal& signal = found->second;
  all.set_share(signal, 1 - share_at(request.arguments, "by"));
  if (!request.arguments.contains("for")) return;
  const Duration lasting = duration_at(request.arguments, "for", "0s");
  all.cloud.sim().after(lasting, [&all, &signal] { all.set_share(signal, 1); });
}

}  // namespace opsim::workload_signals

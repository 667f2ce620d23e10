#include "models/workload_signals/service.hpp"

#include "models/workload_signals/signals.hpp"

namespace opsim {

namespace {

using workload_signals::LiveSignal;
using workload_signals::WorkloadSignals;

constexpr std::string_view kSignalType = "Workload::Signal";

void read_signals(Model& model, Cloud& cloud, const Node& section) {
  auto& all = static_cast<WorkloadSignals&>(model);
  for (const auto& [name, text, at] : section.entries()) {
    cloud.resources().add({.logical_id = std::string{name},
                           .type = std::string{kSignalType},
                           .physical_id = std::string{name},
                           .place = cloud.home(),
                           .source = text.source()});
    all.add(workload_signals::read_signal(cloud, name, text));
  }
}

std::optional<double> read_traffic(Model& model, std::string_view resource, std::string_view) {
  const auto& signals = static_cast<WorkloadSignals&>(model).signals;
  const auto found = signals.find(resource);
  return found == signals.end() ? std::nullopt : std::optional{found->second.share * 100};
}

void change_traffic(Model& model, std::string_view resource, std::string_view, Change change) {
  auto& all = static_cast<WorkloadSignals&>(model);
  const auto found = all.signals.find(resource);
  if (found == all.signals.end()) return;
  const double before = change.how == Change::How::by ? found->second.share * 100 : 0;
  all.set_share(found->second, (before + change.value) / 100);
}

const Section kSections[] = {{"signals", &workload_signals::kSignalsShape, read_signals}};
constexpr PhysicalQuantity kQuantities[] = {{.of = kSignalType,
                                             .name = "traffic",
                                             .unit = "%",
                                             .read = read_traffic,
                                             .change = change_traffic}};
const Fault kFaults[] = {
    {"drop traffic", &workload_signals::kDropShape, workload_signals::drop_traffic}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "metrics with a daily and weekly season, noise and history"},
    {Grade::absent, "trends, holidays, signals that follow each other"},
};

}  // namespace

extern const Service kWorkloadSignals{
    .name = "workload_signals",
    .title = "Workload signals",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<WorkloadSignals>(cloud);
    },
    .quantities = kQuantities,
    .faults = kFaults,
    .sections = kSections,
    .fidelity = kFidelity,
};

}  // namespace opsim

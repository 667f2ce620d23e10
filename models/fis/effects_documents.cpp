// The documents that FIS brings along for aws:ssm:send-command: what each does to an instance.
// AWS: FIS User Guide, "Pre-configured AWS FIS SSM documents" (actions-ssm-agent): names and
// parameters; their defaults are the documents'.
// SIMPLIFIED: `Interface`, `TrafficType`, jitter and workers are accepted and not felt. The effect
// begins with the action and lasts for its duration; on the instance, the command is a script like
// any other.
#include <algorithm>

#include "models/fis/effects.hpp"
#include "models/fis/experiment_template.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

struct DocumentRow {
  std::string_view name;
  std::string_view quantity;
  std::string_view parameter = {};  // whose number it becomes; else `to`
  double otherwise = 0;             // the document's default
  double to = 0;
};
constexpr DocumentRow kDocumentRows[] = {
    {"AWSFIS-Run-CPU-Stress", "cpu", "LoadPercent", 100},
    {"AWSFIS-Run-Disk-Fill", "disk", "Percent", 95},
    {"AWSFIS-Run-IO-Stress", "io stress", "Percent", 80},
    {"AWSFIS-Run-Kill-Process", "process", "", 0, 0},
    {"AWSFIS-Run-Memory-Stress", "memory", "Percent", 80},
    {"AWSFIS-Run-Network-Blackhole-Port", "connected", "", 0, 0},
    {"AWSFIS-Run-Network-Latency", "network latency", "DelayMilliseconds", 200},
    {"AWSFIS-Run-Network-Latency-Sources", "network latency", "DelayMilliseconds", 200},
    {"AWSFIS-Run-Network-Packet-Loss", "packet loss", "LossPercent", 7},
    {"AWSFIS-Run-Network-Packet-Loss-Sources", "packet loss", "LossPercent", 7},
};
static_assert(std::ranges::is_sorted(kDocumentRows, {}, &DocumentRow::name));

const DocumentRow* find_row(std::string_view name) {
  const auto found = std::ranges::find(kDocumentRows, name, &DocumentRow::name);
  return found == std::end(kDocumentRows) ? nullptr : &*found;
}

/// Values are texts, numbers, or lists of one.
std::string value_of(const Json& parameters, std::string_view name) {
  const Json& value = input::member(parameters, name);
  if (value.is_array()) return value.empty() ? "" : input::text(value.front());
  return input::text(value);
}

/// Of how many of the exchanges: `FlowsPercent` of those with `Sources`.
double share_hit(ActionRun& run, const DocumentRow& row, const Json& parameters) {
  if (!row.name.ends_with("-Sources")) return 1;
  const std::string flows = value_of(parameters, "FlowsPercent");  // "50" or "50%"
  const double percent = flows.empty() ? 100 : number_of(flows);
  return percent / 100 * share_of_sources(run, value_of(parameters, "Sources"));
}

}  // namespace

bool is_fis_document(std::string_view name) { return find_row(name) != nullptr; }

void begin_fis_document(ActionRun& run, std::string_view name, const Json& parameters) {
  const DocumentRow& row = *find_row(name);
  const double share = share_hit(run, row, parameters);
  if (share <= 0) return;
  const std::string quantity = row.quantity == "process"
                                   ? "process " + value_of(parameters, "ProcessName")
                                   : part_of(row.quantity, share);
  const std::string given = row.parameter.empty() ? "" : value_of(parameters, row.parameter);
  const double otherwise = row.parameter.empty() ? row.to : row.otherwise;
  const double to = given.empty() ? otherwise : number_of(given);
  // A process that is killed stays so until something starts it.
  const bool for_good = row.quantity == "process";
  for (const Resolved& target : run.targets) {
    if (for_good)
      change_for_good(run, target.id, quantity, {Change::How::to, to});
    else
      change_for_a_while(run, target.id, quantity, {Change::How::to, to});
  }
}

}  // namespace opsim::fis

// What a solution does as time passes: backlogs that grow or go, retries that backoff delays.
#include <algorithm>
#include <cmath>

#include "models/workload/flow.hpp"
#include "opsim/kernel/portable_math.hpp"

namespace opsim::workload {

namespace {

constexpr double kFewRetries = .01;  // so many more or fewer for each request are none

/// Retries that come and go with the delay that backoff gives them.
void delay(double& tries, double due, double takes, double seconds) {
  if (takes <= 0 || tries == due) return;
  tries += (due - tries) * (1 - portable::exp(-seconds / takes));
  if (std::abs(due - tries) < kFewRetries) tries = due;
}

/// Seconds until there are noticeably more, or fewer.
double notch_of_delay(double tries, double due, double takes) {
  constexpr double notches = 10;
  return takes > 0 && std::abs(due - tries) >= kFewRetries ? takes / notches : 1e18;
}

}  // namespace

void System::pass(std::span<Flow> flows, double seconds) {
  for (std::size_t i = 0; i < components.size(); ++i) {
    Component& component = components[i];
    if (flows.size() <= i) return;
    delay(flows[i].user_tries, flows[i].user_tries_due, component.users.delay_of_retries(),
          seconds);
    for (std::size_t k = 0; k < flows[i].tries_due.size(); ++k)
      delay(flows[i].tries[k], flows[i].tries_due[k], component.calls[k].delay_of_retries(),
            seconds);
    for (std::size_t c = 0; c < component.cells.size() && c < flows[i].cells.size(); ++c) {
      Cell& cell = component.cells[c];
      const CellFlow& flow = flows[i].cells[c];
      if (cell.backlog <= 0 && flow.growth <= 0) continue;
      const double most = component.work.queue * cell.serves;
      component.touched = true;
      cell.backlog = std::clamp(cell.backlog + flow.growth * seconds, 0.0, most);
      if (cell.backlog < 1e-6) cell.backlog = 0;
    }
  }
}

std::optional<double> System::next_turn(std::span<const Flow> flows) const {
  double next = 1e18;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const Component& component = components[i];
    const double slope = flows[i].offered > 0 ? flows[i].slope / flows[i].offered : 0;
    next = std::min(next, notch_of_delay(flows[i].user_tries, flows[i].user_tries_due,
                                         component.users.delay_of_retries()));
    for (std::size_t k = 0; k < flows[i].tries_due.size(); ++k)
      next = std::min(next, notch_of_delay(flows[i].tries[k], flows[i].tries_due[k],
                                           component.calls[k].delay_of_retries()));
    for (std::size_t c = 0; c < component.cells.size(); ++c) {
      const Cell& cell = component.cells[c];
      const CellFlow& flow = flows[i].cells[c];
      if (cell.serves <= 0) continue;
      if (flow.growth == 0) {  // full, or empty: until demand has risen or fallen enough
        if (flow.refused > 0 || slope * flow.offered <= 0) continue;
        const double room = flow.capacity - flow.offered;
        next = std::min(next, std::max(1.0, room / (slope * flow.offered)));
        continue;
      }
      // A level that waits a tenth longer or shorter, or a tenth of a second, is another solution.
      const double most = component.work.queue * cell.serves;
      const double notch = std::max(cell.backlog * .1, flow.capacity * .1);
      const double limit = flow.growth > 0 ? std::min(most, cell.backlog + notch)
                                           : std::max(0.0, cell.backlog - notch);
      next = std::min(next, std::max(.01, std::abs((limit - cell.backlog) / flow.growth)));
    }
  }
  return next < 1e18 ? std::optional{next} : std::nullopt;
}

}  // namespace opsim::workload

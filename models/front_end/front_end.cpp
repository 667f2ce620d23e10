// Sessions and what breaks in them.
// SIMPLIFIED: every session goes through all steps; one that breaks makes no request of that step
// or a later one, so the components behind them get that much less.
#include "models/front_end/front_end.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace opsim::front_end {

namespace {

std::string percent(double share) { return fmt::format("{:.3g} %", share * 100); }

/// Where most of it breaks.
std::string worst_step(const FrontEnd& front) {
  std::string worst;
  double most = 0;
  for (const Step& step : front.steps)
    if (const double share = breaks_at(front, step.name); share > most) {
      most = share;
      worst = step.name;
    }
  return worst;
}

/// The components behind the step that breaks and the later ones lose these requests.
void move_demand(Cloud& cloud, const FrontEnd& front, const std::string& step, double share) {
  bool reached = false;
  std::vector<std::string> told{front.users_of};  // its pages are asked for until it breaks
  for (const Step& one : front.steps) {
    reached = reached || one.name == step;
    if (!reached || one.calls.empty() || std::ranges::find(told, one.calls) != told.end()) continue;
    told.push_back(one.calls);
    cloud.change_quantity(one.calls, "demand", {Change::How::by, -100 * share});
  }
}

}  // namespace

double breaks_at(const FrontEnd& front, std::string_view step) {
  double works = 1;
  for (const Trouble& trouble : front.troubles)
    if (trouble.step == step) works *= 1 - trouble.share;
  return 1 - works;
}

double breaks(const FrontEnd& front) {
  double works = 1;
  for (const Trouble& trouble : front.troubles) works *= 1 - trouble.share;
  return 1 - works;
}

FrontEnd* FrontEnds::find(std::string_view name) {
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

void FrontEnds::count(FrontEnd& front) {
  const auto answer =
      cloud.inspect(cloud.home(), "workload", "InspectWorkload", {{"Component", front.users_of}});
  if (!answer || answer->at("Components").empty()) return;
  const double requests = answer->at("Components").front().at("Requests").get<double>();
  const double sessions = std::max(0.0, requests - front.requests) / front.requests_each;
  front.requests = requests;
  front.sessions += sessions;
  front.broken += sessions * breaks(front);
}

void FrontEnds::break_step(FrontEnd& front, Trouble trouble, std::optional<Duration> lasting) {
  count(front);
  const double before = breaks(front);
  trouble.number = ++troubles_made;
  move_demand(cloud, front, trouble.step, trouble.share);
  if (lasting)
    cloud.sim().after(*lasting, [this, &front, number = trouble.number] { end(front, number); });
  front.troubles.push_back(std::move(trouble));
  changed(front, before);
}

void FrontEnds::end(FrontEnd& front, std::size_t number) {
  const auto found = std::ranges::find(front.troubles, number, &Trouble::number);
  if (found == front.troubles.end()) return;  // somebody put it right
  count(front);
  const double before = breaks(front);
  move_demand(cloud, front, found->step, -found->share);
  front.troubles.erase(found);
  changed(front, before);
}

void FrontEnds::repair(FrontEnd& front) {
  while (!front.troubles.empty()) end(front, front.troubles.front().number);
}

void FrontEnds::changed(FrontEnd& front, double before) {
  front.cause = cloud.sim().cause();
  const double now = breaks(front);
  const bool down = now > front.objective;
  if (down == (before > front.objective)) return;
  cloud.set_health(front.name, down ? Health::down : Health::ok,
                   down ? fmt::format("{} of the sessions break in the browser, at {}; the servers "
                                      "are asked for nothing wrong",
                                      percent(now), worst_step(front))
                        : "sessions end as they should");
}

}  // namespace opsim::front_end

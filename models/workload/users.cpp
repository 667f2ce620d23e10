// What users get: when they are hurt, because of what, and how many requests it cost.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/workload/workload.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::workload {

namespace {

std::string time_text(double seconds) {
  return human(Duration{static_cast<Duration::rep>(std::llround(seconds * 1e6)) * 1000});
}

/// What is lost in rounding is nothing.
std::string percent_text(double share) {
  return fmt::format("{:.3g} %", share < 1e-6 ? 0 : share * 100);
}

/// The component at the end of the chain of blame.
std::size_t culprit_of(const Workload& all, std::size_t number) {
  for (std::size_t hops = 0; hops < all.flows.size(); ++hops) {
    const Flow& flow = all.flows[number];
    if (flow.culprit == number || flow.dependency < .5 * flow.errors) break;
    number = flow.culprit;
  }
  return number;
}

std::string trouble_of(const Workload& all, std::size_t number) {
  for (const Trouble& trouble : all.troubles)
    if (trouble.component == number) return trouble.reason;
  return {};
}

/// A mean hides what few wait for: where versions differ, the tail is told too.
std::string slowness_of(Workload& all, std::size_t number) {
  const Flow& flow = all.flows[number];
  std::string text =
      fmt::format("{} takes {}", who_is_slow(all, number), time_text(flow.latency.mean));
  if (!flow.parts.empty())
    text += fmt::format(" on average, a hundredth of the answers {} or more",
                        time_text(latency_of(all, number, .99)));
  return text;
}

/// What is wrong with a component itself.
std::string ailment_of(Workload& all, std::size_t number) {
  const Component& component = all.system.components[number];
  const Flow& flow = all.flows[number];
  const std::string trouble = trouble_of(all, number);
  if (flow.capacity <= 0) return fmt::format("nothing of {} answers", component.name);
  if (!all.lives[number].leads_nowhere.empty() && flow.unserved > 0)
    return fmt::format("{} of the clients of {} are sent to {}, where no component is",
                       percent_text(flow.unserved), all.lives[number].name,
                       all.lives[number].leads_nowhere);
  if (flow.unserved > std::max(flow.refused, flow.broken))
    return fmt::format("{} of {} do not answer", percent_text(flow.unserved), component.name);
  if (flow.broken >= flow.refused && flow.broken > 0)
    return trouble.empty() ? fmt::format("{}: answers with errors", who_fails(all, number))
                           : fmt::format("{}: {}", component.name, trouble);
  const double load = flow.offered / flow.capacity;
  if (load > 1 || flow.refused > 0)
    return fmt::format("{} is overloaded: {} of what it can carry", component.name,
                       percent_text(load));
  double backlog = 0;
  for (const Cell& cell : component.cells) backlog += cell.backlog;
  if (backlog > 0) return fmt::format("{} works off {:.0f} requests", component.name, backlog);
  if (!trouble.empty()) return fmt::format("{}: {}", component.name, trouble);
  return slowness_of(all, number);
}

/// Much may change at one instant, and one solution stands for all of it. Where members do not
/// answer, what hurt the first of them is the cause, not what was told first.
CauseId cause_of(Workload& all, std::size_t number) {
  const Flow& flow = all.flows[number];
  CauseId found = all.cloud.sim().cause();
  if (flow.unserved <= std::max(flow.refused, flow.broken)) return found;
  const auto entries = all.cloud.journal().entries();
  for (auto at = entries.rbegin(); at != entries.rend() && at->at == all.cloud.sim().now(); ++at)
    if (at->kind == EntryKind::health && input::text(at->detail, "health") != "ok" &&
        all.lives[number].servers.contains(input::text(at->detail, "resource")))
      found = at->id;
  return found;
}

struct Hurt {
  bool hurt = false;
  std::string why;
};

Hurt hurt_of(Workload& all, std::size_t number) {
  const Live& live = all.lives[number];
  const Flow& flow = all.flows[number];
  const double errors = live.has_users ? flow.user_errors : flow.errors;
  const Objective& objective = *live.objective;
  if (errors > objective.errors)
    return {true, fmt::format("{} of requests fail: {}", percent_text(errors),
                              ailment_of(all, culprit_of(all, number)))};
  if (!objective.latency || flow.latency.mean <= 0) return {};
  const double latency = latency_of(all, number, objective.percentile);
  if (latency > *objective.latency)
    return {true, fmt::format("p{:g} is {}: {}", objective.percentile * 100, time_text(latency),
                              ailment_of(all, culprit_of(all, number)))};
  return {};
}

}  // namespace

void write_counts(Workload& all, std::size_t number) {
  const Live& live = all.lives[number];
  const Flow& flow = all.flows[number];
  const std::string& name = all.system.components[number].name;
  const double rate = all.system.components[number].demand;
  std::string text =
      fmt::format("{:.4g} requests/s, {} fail", rate, percent_text(flow.user_errors));
  if (flow.user_tries > 1.005) text += fmt::format(", {:.3g} tries each", flow.user_tries);
  all.cloud.journal().write({.kind = EntryKind::metric,
                             .level = Level::goals,
                             .subject = name,
                             .text = std::move(text),
                             .source = live.source,
                             .detail = {{"requests", std::round(live.counted.requests)},
                                        {"failed", std::round(live.counted.failed)},
                                        {"hurt seconds", live.counted.hurt_seconds},
                                        {"errors", flow.user_errors}}});
}

void tell_users(Workload& all, std::size_t number) {
  Live& live = all.lives[number];
  if (live.has_users) {
    // Told when it is another number to a reader: a twentieth of all, or nothing any more; a
    // quarter where clients leave a name little by little.
    const double notch = all.system.components[number].picks ? .25 : .05;
    const double errors = all.flows[number].user_errors < 5e-4 ? 0 : all.flows[number].user_errors;
    const bool news = live.told_errors < 0 ? errors > 0
                                           : (errors == 0) != (live.told_errors == 0) ||
                                                 std::abs(errors - live.told_errors) >= notch;
    if (news) write_counts(all, number);
    if (news || live.told_errors < 0) live.told_errors = errors;
  }
  if (!live.objective) return;
  const Hurt now = hurt_of(all, number);
  const Health health = now.hurt ? Health::down : Health::ok;
  if (health == live.health) return;
  live.health = health;
  const CauseScope because{
      all.cloud.sim(), now.hurt ? cause_of(all, culprit_of(all, number)) : all.cloud.sim().cause()};
  all.cloud.set_health(all.system.components[number].name, health,
                       now.hurt ? now.why : std::string{"requests are served as they should be"});
}

}  // namespace opsim::workload

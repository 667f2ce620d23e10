#include <fmt/format.h>

#include <algorithm>

#include "models/features/features.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/portable_math.hpp"

namespace opsim::features {

namespace {

/// How often it looks: for half an hour after a call, and else.
constexpr Duration kLook = std::chrono::seconds{5};
constexpr Duration kRest = std::chrono::minutes{5};
constexpr Duration kBusy = std::chrono::minutes{30};
/// Less than this of the visits is nobody's.
constexpr double kNobody = 5e-4;

Division average(const std::deque<Division>& recent) {
  Division sum;
  for (const Division& one : recent) {
    sum.users = std::max(sum.users, one.users);
    sum.visits += one.users * one.visits;
  }
  const double share = sum.visits / static_cast<double>(recent.size());
  return {sum.users, sum.users > 0 ? share / sum.users : 0};
}

void tell(Features& features, const Feature& feature, std::string text) {
  features.cloud.journal().write({.kind = EntryKind::metric,
                                  .level = Level::story,
                                  .subject = feature.name,
                                  .text = std::move(text),
                                  .source = feature.source,
                                  .detail = {{"act", "exposure"}, {"share", feature.share}}});
}

double look_at(Features& features, Feature& feature, double seconds) {
  double hidden = 1;  // share of the visits that no way leads to it
  for (Way& way : feature.ways) {
    way.recent.push_back(way.look(features.cloud, way.settings));
    if (way.recent.size() > way.lag) way.recent.pop_front();
    const Division now = average(way.recent);
    way.users = std::max(way.users, now.users);
    way.visits += now.visits * feature.visits_a_second * seconds;
    hidden *= 1 - now.users * now.visits;
  }
  return 1 - hidden;
}

void update(Features& features, Feature& feature, double seconds) {
  const bool was_seen = feature.share >= kNobody;
  feature.share = look_at(features, feature, seconds);
  const bool seen = feature.share >= kNobody;
  if (!was_seen && seen) tell(features, feature, "the first users see it");
  if (!was_seen || seen) return;
  if (!feature.asked_off) return tell(features, feature, "nobody sees it any more");
  feature.off = feature.off.value_or(features.cloud.sim().now());
  tell(features, feature,
       fmt::format("nobody sees it any more, {} after that was asked for",
                   human(*feature.off - *feature.asked_off)));
}

}  // namespace

void watch(Features& features) {
  Simulation& sim = features.cloud.sim();
  const double seconds = std::chrono::duration<double>(sim.now() - features.looked).count();
  for (auto& [name, feature] : features.all) update(features, feature, seconds);
  features.looked = sim.now();
  const CauseScope nobody{sim, CauseId::none};  // what it sees has causes of its own
  features.next =
      sim.after(sim.now() < features.busy_until ? kLook : kRest, [&features] { watch(features); });
}

void something_changed(Features& features) {
  Simulation& sim = features.cloud.sim();
  const bool rested = sim.now() >= features.busy_until;
  features.busy_until = sim.now() + kBusy;
  if (!rested) return;
  sim.cancel(features.next);
  watch(features);
}

/// A user who sees it in each visit with a chance, visit by visit, has not seen it with exp(-sum).
double exposed(const Feature& feature) {
  double never = 1;
  for (const Way& way : feature.ways) never *= 1 - way.users * (1 - portable::exp(-way.visits));
  return 1 - never;
}

void runbook_started(Features& features, std::string_view name) {
  for (auto& [key, feature] : features.all)
    if (feature.turned_off_by == name && !feature.asked_off)
      feature.asked_off = features.cloud.sim().now();
}

}  // namespace opsim::features

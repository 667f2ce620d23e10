#include "opsim/scenario/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/look_up.hpp"
#include "sim/scenario/layout.hpp"

namespace opsim {

namespace {

Level level_for(const Scenario& scenario, Level wanted) {
  return scenario.goals.empty() ? wanted : std::max(wanted, Level::story);
}

}  // namespace

World::World(Catalog catalog, Place home, SimTime start, Seed seed, Level keep)
    : sim_{start, seed},
      journal_{sim_, keep},
      cloud_{sim_, journal_, catalog, std::move(home)},
      end_{start} {}

World::World(const Scenario& scenario, Catalog catalog, const RunSettings& settings)
    : sim_{scenario.start, settings.seed},
      journal_{sim_, level_for(scenario, settings.keep)},
      cloud_{sim_, journal_, catalog, scenario.home},
      scenario_{&scenario},
      end_{scenario.start + scenario.duration} {
  journal_.tell_sources_from(scenario.folder);
  lay_out(cloud_, scenario, settings.choice);
  for (const TimelineEntry& entry : scenario.timeline) schedule(entry);
}

World::~World() = default;

void World::run() {
  run_until(end_);
  if (ended_early()) return;
  journal_.write({.kind = EntryKind::end, .level = Level::goals, .subject = "run", .text = "end"});
}

void World::run_until(SimTime time) {
  try {
    sim_.run_until(time);
  } catch (const LimitExceeded& limit) {
    journal_.give_up(limit.what());
  }
}

Caller World::user() const {
  const Place& home = cloud_.home();
  return {home,
          fmt::format("arn:{}:iam::{}:user/operator", partition_of(home.region), home.account), ""};
}

std::vector<Incident> World::incidents() const { return find_incidents(journal_, sim_.now()); }

std::vector<Verdict> World::verdicts() {
  if (scenario_ == nullptr) return {};
  const std::vector<Incident> found = incidents();
  return judge(scenario_->goals, Evidence{cloud_, journal_, found, scenario_->start, sim_.now()});
}

// ---- The timeline ----------------------------------------------------------------------------

void World::schedule(const TimelineEntry& entry) {
  Stream stream{sim_.seed(), entry.luck};
  const Duration at = entry.at.sample_duration(stream);
  if (at > scenario_->duration) return;
  sim_.at(scenario_->start + at, [this, &entry] { begin_again(entry); });
}

void World::begin_again(const TimelineEntry& entry) {
  if (entry.again) {
    const CauseScope nobody{sim_, CauseId::none};  // one failure is not the cause of the next
    const Duration wait = entry.again->sample_duration(sim_.random(entry.luck + ".again"));
    if (sim_.now() + wait <= end_) sim_.after(wait, [this, &entry] { begin_again(entry); });
  }
  begin(entry);
}

void World::begin(const TimelineEntry& entry) {
  if (entry.fault != nullptr) return begin_fault(entry);
  const CauseId id = journal_.write({.kind = EntryKind::note,
                                     .level = Level::story,
                                     .subject = "the operator",
                                     .text = entry.text,
                                     .source = entry.source});
  const CauseScope because{sim_, id};
  const auto dot = entry.operation.find(':');
  Json input = entry.arguments.to_json();
  look_up_ids(cloud_, input);
  cloud_.call_later(user(), entry.operation.substr(0, dot), entry.operation.substr(dot + 1),
                    std::move(input));
}

void World::begin_fault(const TimelineEntry& entry) {
  const std::string on{entry.arguments.find("on").value_or(Node{}).spelling()};
  const CauseId id = journal_.write({.kind = EntryKind::fault,
                                     .level = Level::goals,
                                     .subject = on,
                                     .text = entry.text,
                                     .source = entry.source});
  const CauseScope because{sim_, id};
  const Resource* named = cloud_.resources().find_named(on);
  const FaultRequest request{
      cloud_, entry.arguments,
      named == nullptr ? std::vector<std::string>{} : cloud_.members(named->physical_id),
      entry.source, entry.luck};
  if (!on.empty() && request.targets.empty())
    journal_.write({.kind = EntryKind::note,
                    .level = Level::story,
                    .subject = on,
                    .text = fmt::format("{} does not stand now: nothing was hit", on),
                    .source = entry.source});
  entry.fault->begin(*cloud_.model(entry.service->name), request);
}

}  // namespace opsim

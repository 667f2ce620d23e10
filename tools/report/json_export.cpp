#include <fmt/format.h>

#include "tools/report/exports.hpp"

namespace opsim::report {

namespace {

constexpr int kVersion = 1;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Json moment(SimTime time, SimTime start) {
  return {{"time", iso8601(time)}, {"seconds", seconds(time - start)}};
}

Json cause_json(CauseId id) {
  return id == CauseId::none ? Json{} : Json(static_cast<std::uint32_t>(id));
}

Json incident_json(const Incident& incident, SimTime start) {
  Json json{{"number", incident.number},
            {"of", incident.of},
            {"parts", incident.parts},
            {"worst", incident.worst},
            {"fault_entry", cause_json(incident.fault)},
            {"harmed", moment(incident.harmed_at, start)},
            {"resolved_by", to_string(incident.resolved_by)}};
  if (incident.fault != CauseId::none) json["fault"] = moment(incident.fault_at, start);
  if (incident.down_from) json["down_from"] = moment(*incident.down_from, start);
  if (incident.detected_at) json["detected"] = moment(*incident.detected_at, start);
  if (incident.healthy_at) json["healthy"] = moment(*incident.healthy_at, start);
  if (!incident.recovered_at) return json;
  json["recovered"] = moment(*incident.recovered_at, start);
  json["recovery_seconds"] = seconds(*incident.recovery_time());
  json["split_seconds"] = {{"detected", seconds(incident.split.detected)},
                           {"routed", seconds(incident.split.routed)},
                           {"acted", seconds(incident.split.acted)},
                           {"verified", seconds(incident.split.verified)},
                           {"held", seconds(incident.split.held)}};
  return json;
}

Json verdict_json(const Verdict& verdict) {
  return {{"goal", verdict.name},      {"met", verdict.met},
          {"wanted", verdict.wanted},  {"observed", verdict.observed},
          {"source", verdict.source},  {"value", verdict.value ? Json(*verdict.value) : Json{}},
          {"because", verdict.because}};
}

}  // namespace

Json entry_json(const JournalEntry& entry, SimTime start) {
  Json json{{"id", static_cast<std::uint32_t>(entry.id)},
            {"cause", cause_json(entry.cause)},
            {"time", iso8601(entry.at)},
            {"seconds", seconds(entry.at - start)},
            {"kind", to_string(entry.kind)},
            {"subject", entry.subject},
            {"text", entry.text}};
  if (!entry.source.empty()) json["source"] = entry.source;
  if (!entry.detail.is_null()) json["detail"] = entry.detail;
  return json;
}

std::string journal_lines(const Journal& journal, SimTime start) {
  std::string lines;
  for (const JournalEntry& entry : journal.entries())
    lines += entry_json(entry, start).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return lines;
}

Json run_json(const RunFacts& run) {
  const Scenario& scenario = run.scenario;
  Json json{{"version", kVersion},
            {"scenario", scenario.title},
            {"lesson", scenario.lesson},
            {"choice", run.choice == nullptr ? Json{} : Json(run.choice->name)},
            {"seed", static_cast<std::uint64_t>(run.world.sim().seed())},
            {"start", iso8601(scenario.start)},
            {"duration_seconds", seconds(scenario.duration)},
            {"ended_early", run.world.ended_early() ? Json(run.world.diagnosis()) : Json{}},
            {"incidents", Json::array()},
            {"goals", Json::array()},
            {"timeline", Json::array()},
            {"not_simulated", scenario.not_simulated}};
  bool met = !run.world.ended_early();
  for (const Incident& incident : run.incidents)
    json["incidents"].push_back(incident_json(incident, scenario.start));
  for (const Verdict& verdict : run.verdicts) {
    json["goals"].push_back(verdict_json(verdict));
    met = met && verdict.met;
  }
  json["met"] = met;
  for (const JournalEntry& entry : run.world.journal().entries())
    if (entry.level <= Level::story) json["timeline"].push_back(entry_json(entry, scenario.start));
  return json;
}

}  // namespace opsim::report

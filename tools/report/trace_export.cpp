// Trace events: https://perfetto.dev/docs/getting-started/other-formats (the Chrome JSON format).
#include <map>

#include "tools/report/exports.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

/// Tracks in the order in which components first appear; runbooks and people are components too.
class Tracks {
 public:
  int of(const std::string& name) {
    const auto [found, fresh] = ids_.emplace(name, static_cast<int>(ids_.size()) + 1);
    if (fresh)
      names_.push_back({{"ph", "M"},
                        {"pid", 1},
                        {"tid", found->second},
                        {"name", "thread_name"},
                        {"args", {{"name", name}}}});
    return found->second;
  }
  [[nodiscard]] const Json& names() const { return names_; }

 private:
  std::map<std::string, int> ids_;
  Json names_ = Json::array();
};

double micros(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

std::string component_of(const JournalEntry& entry) {
  return entry.subject.empty() ? std::string{to_string(entry.kind)}
                               : entry.subject.substr(0, entry.subject.find('/'));
}

Json instant(const JournalEntry& entry, int track, SimTime start) {
  return {{"ph", "i"},
          {"s", "t"},
          {"pid", 1},
          {"tid", track},
          {"ts", micros(entry.at - start)},
          {"name", entry_text(entry)},
          {"cat", to_string(entry.kind)},
          {"args",
           {{"source", entry.source},
            {"id", static_cast<std::uint32_t>(entry.id)},
            {"cause", static_cast<std::uint32_t>(entry.cause)}}}};
}

/// A step tells how long it took when it ends: a slice that ends where the entry stands.
Json slice(const JournalEntry& entry, int track, SimTime start) {
  const double length = entry.detail.value("seconds", 0.0) * 1e6;
  Json json = instant(entry, track, start);
  json.erase("s");
  json["ph"] = "X";
  json["ts"] = micros(entry.at - start) - length;
  json["dur"] = length;
  return json;
}

/// The share of the traffic that a release has, as a line of its own: what an alarm then rings for.
Json weight(const JournalEntry& entry, SimTime start) {
  return {{"ph", "C"},
          {"pid", 1},
          {"ts", micros(entry.at - start)},
          {"name", "traffic of " + entry.detail.value("of", std::string{}) + " at the new version"},
          {"args", {{"per cent", entry.detail.value("weight", 0.0)}}}};
}

bool tells_weight(const JournalEntry& entry) {
  return entry.detail.is_object() && entry.detail.contains("weight");
}

/// What tells when it ends how long it took: a step, a deployment.
bool is_long(const JournalEntry& entry) {
  if (!entry.detail.is_object() || !entry.detail.contains("seconds")) return false;
  return entry.kind == EntryKind::step || entry.kind == EntryKind::resource;
}

void add_incidents(const RunFacts& run, Tracks& tracks, Json& events) {
  for (const Incident& incident : run.incidents) {
    const SimTime end = incident.recovered_at.value_or(run.world.sim().now());
    events.push_back({{"ph", "X"},
                      {"pid", 1},
                      {"tid", tracks.of(incident.of)},
                      {"ts", micros(incident.harmed_at - run.scenario.start)},
                      {"dur", micros(end - incident.harmed_at)},
                      {"name", "incident " + std::to_string(incident.number)},
                      {"cat", "incident"},
                      {"args", {{"worst", incident.worst}}}});
  }
}

}  // namespace

std::string trace_json(const RunFacts& run) {
  Tracks tracks;
  Json events = Json::array();
  add_incidents(run, tracks, events);
  for (const JournalEntry& entry : run.world.journal().entries()) {
    const int track = tracks.of(component_of(entry));
    events.push_back(is_long(entry) ? slice(entry, track, run.scenario.start)
                                    : instant(entry, track, run.scenario.start));
    if (tells_weight(entry)) events.push_back(weight(entry, run.scenario.start));
  }
  Json all = tracks.names();
  all.insert(all.end(), events.begin(), events.end());
  return Json{{"displayTimeUnit", "ms"}, {"traceEvents", all}}.dump(
             1, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace opsim::report

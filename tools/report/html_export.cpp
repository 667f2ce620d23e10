// One file that a browser opens from a disk or a mail: nothing is loaded, no script runs.
#include <fmt/format.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"
#include "tools/report/exports.hpp"
#include "tools/report/lanes.hpp"
#include "tools/report/markup.hpp"
#include "tools/report/metric_chart.hpp"
#include "tools/report/summary.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

// Colours differ in lightness too: they can be told apart in print and by the colour-blind.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6470; --line: #d5dae0; --ground: #fff;
  --good: #1a7f4b; --bad: #b3261e; --danger: #e8a33d; --act: #3b6fd4; --none: #9aa4b0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4b0; --line: #39414a;
  --ground: #14181d; --good: #58c48d; --bad: #ef6f66; --danger: #e8b45f; --act: #7ea6f4; --none: #6b7480; } }
body { margin: 2rem auto; max-width: 66rem; padding: 0 1rem; color: var(--ink);
  background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.25rem 0 0; } h3 span { font-weight: 400; }
p { margin: .25rem 0; } .soft, .source { color: var(--soft); } .source { font-size: .85em; }
h2 span { font-weight: 400; } .verdict { font-size: 1.15rem; font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top;
  padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); } th { font-weight: 600; }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--soft); }
td.word { white-space: nowrap; font-weight: 600; } svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } text.lane, text.value { text-anchor: end; }
text.tick { text-anchor: middle; fill: var(--soft); font-size: 11px; } text.value { fill: var(--soft); }
.grid { stroke: var(--line); } .metric { fill: none; stroke: var(--act); stroke-width: 1.5; }
.limit { stroke: var(--bad); stroke-dasharray: 6 4; } .shade { fill: var(--bad); opacity: .15; }
rect.down, rect.alarm { fill: var(--bad); } rect.danger { fill: var(--danger); } rect.acted { fill: var(--act); }
rect.nodata { fill: var(--none); } circle { stroke: var(--ground); } circle.fault, circle.failed { fill: var(--bad); }
circle.page { fill: var(--danger); } circle.person, circle.change { fill: var(--act); }
rect.detected { fill: var(--danger); } rect.routed { fill: var(--none); } rect.verified { fill: var(--good); }
rect.held { fill: var(--line); } rect.lasted { fill: var(--act); opacity: .45; } .key { display: inline-block; margin-right: 1rem; }
.key svg { display: inline-block; width: .8em; height: .8em; margin-right: .35em; }
)";

constexpr double kLeft = 190;
constexpr double kRight = 970;
constexpr std::size_t kIncidentsShown = 20;
constexpr std::size_t kRowsShown = 400;

std::string source_cell(std::string_view source) {
  return fmt::format("<td class=\"source\">{}</td>", escaped(source));
}

std::string head(const RunFacts& run) {
  const auto missed = std::ranges::count(run.verdicts, false, &Verdict::met);
  const std::string choice = run.choice == nullptr ? "" : run.choice->name + " · ";
  std::string verdict =
      fmt::format("<span class=\"good\">All {} goals met.</span>", run.verdicts.size());
  if (run.verdicts.empty()) verdict = "No goals were set.";
  if (missed > 0)
    verdict = fmt::format("<span class=\"bad\">{} of {} goals missed.</span>", missed,
                          run.verdicts.size());
  if (run.world.ended_early())
    verdict = fmt::format("<span class=\"bad\">Stopped: {}</span>", escaped(run.world.diagnosis()));
  return fmt::format(
      "<h1>{}</h1>\n<p class=\"soft\">{}seed {} · {} from {}</p>\n<p class=\"verdict\">{}</p>\n",
      escaped(run.scenario.title), escaped(choice),
      static_cast<std::uint64_t>(run.world.sim().seed()), human(run.scenario.duration),
      iso8601(run.scenario.start), verdict);
}

std::string goals(const RunFacts& run) {
  if (run.verdicts.empty()) return "";
  std::string out =
      "<h2>Goals</h2>\n<table><tr><th></th><th>goal</th><th>wanted</th><th>observed</th>"
      "<th></th></tr>\n";
  for (const Verdict& verdict : run.verdicts)
    out += fmt::format(
        "<tr><td class=\"word {}\">{}</td><td>{}</td><td>{}</td><td>{}</td>{}</tr>\n",
        verdict.met ? "good" : "bad", verdict.met ? "met" : "MISSED", escaped(verdict.name),
        escaped(verdict.wanted), escaped(verdict.observed), source_cell(verdict.source));
  return out + "</table>\n";
}

std::string key(std::string_view look, std::string_view says) {
  return fmt::format(
      "<span class=\"key\"><svg viewBox=\"0 0 10 10\"><rect class=\"{}\" width=\"10\" "
      "height=\"10\"/></svg>{}</span>",
      look, says);
}

/// The bars of all incidents have one scale, so that they can be compared.
std::string split_svg(const Incident& incident, Duration longest) {
  std::string out = "<svg viewBox=\"0 0 1000 18\" role=\"img\">";
  double x = 0;
  for (const RecoveryPart& part : recovery_parts(incident.split)) {
    const double width = 1000 * std::chrono::duration<double>(part.length).count() /
                         std::chrono::duration<double>(longest).count();
    if (width <= 0) continue;
    out += fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"2\" width=\"{:.1f}\" height=\"14\"><title>{} {}"
        "</title></rect>",
        part.name, x, width, part.name, human(part.length));
    x += width;
  }
  return out + "</svg>";
}

std::string incident_row(const RunFacts& run, const Incident& incident, Duration longest) {
  const std::string from = "+" + clock_text(incident.harmed_at - run.scenario.start);
  const auto hurt = std::ranges::count_if(
      incident.parts, [&](const std::string& member) { return member != incident.of; });
  const std::string parts =
      hurt == 0 ? "" : fmt::format(" <span class=\"soft\">({} hurt)</span>", hurt);
  std::string told = "<td>not recovered by the end</td><td></td>";
  if (incident.recovered_at)
    told = fmt::format("<td>{}, by {}</td><td style=\"width:45%\">{}</td>",
                       human(*incident.recovery_time()), to_string(incident.resolved_by),
                       split_svg(incident, longest));
  return fmt::format("<tr><td>{}</td><td>{}{}</td><td class=\"time\">{}</td><td>{}</td>{}</tr>\n",
                     incident.number, escaped(incident.of), parts, from, escaped(incident.worst),
                     told);
}

std::string incidents(const RunFacts& run) {
  if (run.incidents.empty()) return "";
  Duration longest = Duration{1};
  for (const Incident& incident : run.incidents)
    longest = std::max(longest, incident.recovery_time().value_or(Duration{}));
  std::string out = "<h2>Incidents, and where their time went</h2>\n<p>" +
                    key("detected", "detected") + key("routed", "routed") + key("acted", "acted") +
                    key("lasted", "lasted until it ended by itself") + key("verified", "verified") +
                    key("held", "held") +
                    "</p>\n<table><tr><th></th><th>of</th><th>from</th><th>worst</th>"
                    "<th>recovery</th><th></th></tr>\n";
  for (const Incident& incident :
       run.incidents.first(std::min(kIncidentsShown, run.incidents.size())))
    out += incident_row(run, incident, longest);
  out += "</table>\n";
  if (run.incidents.size() > kIncidentsShown)
    out += fmt::format("<p class=\"soft\">and {} more incidents</p>\n",
                       run.incidents.size() - kIncidentsShown);
  return out;
}

/// The whole run; or, where all that happened fits in less than half of it, that part with some
/// air.
TimeAxis axis_for(const RunFacts& run, const std::vector<Lane>& lanes) {
  const SimTime start = run.scenario.start;
  const SimTime end = std::max(run.world.sim().now(), start + kHold);
  const std::optional<Extent> extent = extent_of(lanes, end);
  if (extent) {
    const Duration air = std::max<Duration>((extent->until - extent->from) / 5, 5 * kHold);
    const SimTime from = std::max(start, extent->from - air);
    const SimTime until = std::min(end, extent->until + air);
    if ((until - from) * 2 < end - start) return {start, from, until, kLeft, kRight};
  }
  return {start, start, end, kLeft, kRight};
}

std::string axis_text(const RunFacts& run, const TimeAxis& axis) {
  if (axis.start() == run.scenario.start) return "";
  return fmt::format(" <span class=\"soft\">+{} to +{}</span>",
                     clock_text(axis.start() - run.scenario.start),
                     clock_text(axis.end() - run.scenario.start));
}

std::string pictures(const RunFacts& run) {
  const std::vector<Lane> lanes = lanes_of(run);
  const TimeAxis axis = axis_for(run, lanes);
  std::string out;
  if (!lanes.empty())
    out += fmt::format("<h2>At one look{}</h2>\n<p>", axis_text(run, axis)) +
           key("down", "down, or in ALARM") + key("danger", "in danger") +
           key("acted", "a runbook at work") +
           "<span class=\"soft\">Rest the pointer on a bar or a dot.</span></p>\n" +
           lanes_svg(lanes, axis);
  const std::vector<WatchedMetric> metrics = watched_metrics(run);
  if (!metrics.empty()) out += "<h2>What the alarms watched</h2>\n";
  for (const WatchedMetric& metric : metrics) {
    const std::string limit =
        metric.threshold
            ? fmt::format(", fires {} {:.6g}", metric.above ? "above" : "below", *metric.threshold)
            : "";
    out += fmt::format(
        "<h3>{} <span class=\"soft\">{}{}</span> <span class=\"source\">{}</span></h3>\n",
        escaped(metric.alarm), escaped(metric.what), limit, escaped(metric.source));
    out += metric_svg(metric, lanes, axis);
  }
  return out;
}

std::string story(const RunFacts& run) {
  std::string out = "<h2>The story</h2>\n<table>\n";
  const std::vector<const JournalEntry*> told = timeline_entries(run.world.journal());
  for (const JournalEntry* entry : std::span{told}.first(std::min(kRowsShown, told.size())))
    out +=
        fmt::format("<tr><td class=\"time\">+{}</td><td class=\"word\">{}</td><td>{}</td>{}</tr>\n",
                    clock_text(entry->at - run.scenario.start), escaped(entry_word(*entry)),
                    escaped(entry_text(*entry)), source_cell(entry->source));
  out += "</table>\n";
  if (told.size() > kRowsShown)
    out += fmt::format("<p class=\"soft\">{} more lines; all of them: --journal FILE</p>\n",
                       told.size() - kRowsShown);
  return out;
}

}  // namespace

std::string html_report(const RunFacts& run) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}{}{}{}{}"
      "</body>\n</html>\n",
      escaped(run.scenario.title), kStyle, head(run), goals(run), incidents(run), pictures(run),
      story(run));
}

}  // namespace opsim::report

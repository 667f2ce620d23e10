// A post-incident review in Markdown: what a good engineer would write of the run the day after.
#include "tools/report/review.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"

namespace opsim::report {

namespace {

/// Unwell from the harm to the return of health, or to the end.
Duration unwell(const Incident& incident, SimTime end) {
  return incident.healthy_at.value_or(end) - incident.harmed_at;
}

std::string goals_section(const Reviewed& review) {
  const auto verdicts = review.run.verdicts;
  if (verdicts.empty()) return "No goals were set.\n";
  std::string out = "| Goal | Wanted | Observed | |\n|---|---|---|---|\n";
  for (const Verdict& verdict : verdicts)
    out += fmt::format("| {}{} | {} | {} | {} |\n", cell(verdict.name), in_source(verdict.source),
                       cell(verdict.wanted), cell(verdict.observed),
                       verdict.met ? "met" : "**missed**");
  return out;
}

std::string gaps_section(const std::vector<Gap>& gaps) {
  if (gaps.empty()) return "None that the journal shows.\n";
  std::string out;
  for (std::size_t i = 0; i < gaps.size(); ++i)
    out += fmt::format("{}. {}{}\n", i + 1, gaps[i].what, in_source(gaps[i].source));
  return out;
}

std::string follow_ups_section(const std::vector<Gap>& gaps) {
  if (gaps.empty()) return "None.\n";
  // One piece of work may close several gaps.
  struct Work {
    const Gap* gap;
    std::vector<std::size_t> closes;
  };
  std::vector<Work> works;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const auto same = std::ranges::find_if(
        works, [&](const Work& work) { return work.gap->follow_up == gaps[i].follow_up; });
    if (same == works.end())
      works.push_back({&gaps[i], {i + 1}});
    else
      same->closes.push_back(i + 1);
  }
  std::string out = "| Do | Because of gap | Where |\n|---|---|---|\n";
  for (const auto& [gap, closes] : works)
    out += fmt::format("| {} | {} | {} |\n", cell(gap->follow_up), fmt::join(closes, ", "),
                       gap->source.empty() ? "" : fmt::format("`{}`", gap->source));
  return out;
}

std::string head(const Reviewed& review) {
  const Scenario& scenario = review.run.scenario;
  std::string what =
      fmt::format("seed {}", static_cast<std::uint64_t>(review.run.world.sim().seed()));
  if (review.run.choice != nullptr)
    what = fmt::format("choice '{}', {}", review.run.choice->name, what);
  return fmt::format(
      "# Post-incident review: {}\n\n{} from {} UTC, {}. Times are UTC; in brackets, "
      "since the start.\n",
      scenario.title, human(scenario.duration),
      iso8601(scenario.start).substr(0, 10) + " " + iso8601(scenario.start).substr(11, 5), what);
}

std::string section(std::string_view title, std::string_view text) {
  return fmt::format("\n## {}\n\n{}", title, text);
}

}  // namespace

Reviewed::Reviewed(const RunFacts& facts)
    : run{facts}, journal{facts.world.journal()}, start{facts.scenario.start} {
  for (const JournalEntry& entry : journal.entries())
    if (entry.level <= Level::story) story.push_back(&entry);
  find_components();
  group_incidents();
  find_answers();
}

void Reviewed::find_components() {
  Cloud& cloud = run.world.cloud();
  const auto answer = cloud.inspect(cloud.home(), "workload", "InspectWorkload", Json::object());
  if (!answer) return;
  components_ = answer->at("Components");
  for (const Json& one : components_) felt_.insert(one.value("Component", ""));
}

/// What users feel weighs more than what they do not, down more than danger; then the longer one.
bool Reviewed::weighs_less(const Incident& a, const Incident& b) const {
  if (users_feel(a) != users_feel(b)) return users_feel(b);
  const bool a_down = a.worst == "down";
  const bool b_down = b.worst == "down";
  if (a_down != b_down) return b_down;
  return unwell(a, run.world.end()) < unwell(b, run.world.end());
}

void Reviewed::group_incidents() {
  std::map<CauseId, std::size_t> place;
  const SimTime end = run.world.end();
  for (const Incident& incident : run.incidents) {
    CauseId origin = incident.harm;
    for (const JournalEntry* entry : journal.chain(incident.harm))
      if (entry->kind == EntryKind::fault) origin = entry->id;  // the topmost one stays
    const auto [at, fresh] = place.emplace(origin, troubles.size());
    if (fresh) {
      const JournalEntry* first = journal.find(origin);
      troubles.push_back({.origin = origin,
                          .incidents = {},
                          .worst = nullptr,
                          .from = first == nullptr ? incident.harmed_at : first->at,
                          .until = incident.harmed_at});
    }
    Trouble& trouble = troubles[at->second];
    trouble.incidents.push_back(&incident);
    trouble.until = std::max(trouble.until, incident.recovered_at.value_or(end));
    if (trouble.worst == nullptr || weighs_less(*trouble.worst, incident))
      trouble.worst = &incident;
  }
}

void Reviewed::find_answers() {
  for (const JournalEntry* entry : story) {
    switch (entry->kind) {
      case EntryKind::alarm:
      case EntryKind::event:
      case EntryKind::metric:
      case EntryKind::note:
      case EntryKind::health: continue;
      default: break;
    }
    for (CauseId id = journal.cause_of(entry->id); id != CauseId::none; id = journal.cause_of(id)) {
      const JournalEntry* cause = journal.find(id);
      if (cause == nullptr || cause->kind != EntryKind::alarm) continue;
      answered_.insert(id);
      break;
    }
  }
}

std::string Reviewed::clock(SimTime at) const {
  const std::string text = iso8601(std::chrono::floor<std::chrono::seconds>(at));
  const bool several_days = run.scenario.duration > std::chrono::hours{24};
  return several_days ? text.substr(0, 10) + " " + text.substr(11, 8) : text.substr(11, 8);
}

std::string Reviewed::moment(SimTime at) const {
  return fmt::format("{} (+{})", clock(at), clock_text(at - start));
}

std::string Reviewed::subject(const Incident& incident) {
  std::vector<std::string> members = incident.parts;
  std::erase(members, incident.of);
  if (members.empty()) return incident.of;
  if (members.size() == 1) return fmt::format("{} ({})", incident.of, members.front());
  return fmt::format("{} ({} of its members)", incident.of, members.size());
}

bool Reviewed::in_trouble(SimTime at) const {
  return std::ranges::any_of(
      troubles, [&](const Trouble& trouble) { return trouble.from <= at && at <= trouble.until; });
}

std::vector<const Trouble*> Reviewed::by_weight() const {
  std::vector<const Trouble*> sorted;
  for (const Trouble& trouble : troubles) sorted.push_back(&trouble);
  std::ranges::stable_sort(sorted, [&](const Trouble* a, const Trouble* b) {
    return weighs_less(*b->worst, *a->worst);
  });
  return sorted;
}

const JournalEntry* Reviewed::started(const Incident& incident) const {
  return journal.find(incident.split.started);
}

const JournalEntry* Reviewed::above(CauseId id, EntryKind kind, CauseId top) const {
  for (const JournalEntry* entry : journal.chain(id)) {
    if (entry->id <= top) return nullptr;
    if (entry->kind == kind) return entry;
  }
  return nullptr;
}

Json Reviewed::alarm_settings(std::string_view alarm) const {
  Cloud& cloud = run.world.cloud();
  const Resource* resource = cloud.resources().find(alarm);
  if (resource == nullptr) return {};
  const Json names = Json::array({resource->physical_id});
  const auto answer =
      cloud.inspect(resource->place, "cloudwatch", "DescribeAlarms", Json{{"AlarmNames", names}});
  if (!answer || answer->value("MetricAlarms", Json::array()).empty()) return {};
  return answer->at("MetricAlarms").at(0);
}

std::string Reviewed::alarm_patience(std::string_view alarm) const {
  const Json settings = alarm_settings(alarm);
  const int datapoints = settings.is_object() ? settings.value("EvaluationPeriods", 0) : 0;
  if (datapoints == 0) return "";
  int period = settings.value("Period", 0);
  for (const Json& metric : settings.value("Metrics", Json::array()))
    if (metric.contains("MetricStat"))
      period = std::max(period, metric["MetricStat"].value("Period", 0));
  return fmt::format("{} period, {} of {} datapoints", human(std::chrono::seconds{period}),
                     settings.value("DatapointsToAlarm", datapoints), datapoints);
}

std::string_view Reviewed::place(std::string_view source) const {
  const std::string& folder = run.scenario.folder;
  return source.starts_with(folder) ? source.substr(folder.size()) : source;
}

const JournalEntry* Reviewed::noticed_by(const Incident& incident) const {
  if (const JournalEntry* alarm = journal.find(incident.split.alarm)) return alarm;
  if (!incident.detected_at) return nullptr;
  for (const JournalEntry* entry : story)
    if (entry->kind == EntryKind::alarm && entry->at == *incident.detected_at &&
        detail_text(*entry, "state") == "ALARM")
      return entry;
  return nullptr;
}

std::string_view Reviewed::set_in(const JournalEntry& began) const {
  if (!began.source.empty()) return began.source;
  const Resources& resources = run.world.cloud().resources();
  const Resource* known = resources.find(began.subject);
  return known == nullptr ? "" : place(resources.source_of(known->owner));
}

std::string in_source(std::string_view source) {
  return source.empty() ? "" : fmt::format(" (`{}`)", source);
}

std::string_view after_subject(std::string_view text) {
  const auto colon = text.find(": ");
  return colon == text.npos ? text : text.substr(colon + 2);
}

std::string grouped(double count) {
  std::string digits = fmt::format("{:.0f}", count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string review_markdown(const RunFacts& run) {
  const Reviewed review{run};
  const std::vector<Gap> gaps = find_gaps(review);
  std::string out = head(review);
  out += section("What happened", story_section(review));
  if (!review.troubles.empty()) {
    out += section("Timeline", timeline_section(review));
    out += section("Impact", impact_section(review));
    out += section("Causes", causes_section(review));
    out += section("Recovery", recovery_section(review));
  } else {
    out += section("Impact", impact_section(review));
  }
  out += section("What automation did", automation_section(review));
  out += section("What people did", people_section(review));
  const std::string drills = drills_section(review);
  if (!drills.empty()) out += section("Drills", drills);
  out += section("Gaps", gaps_section(gaps));
  out += section("Goals", goals_section(review));
  out += section("Readiness", readiness_section(review));
  out += section("Follow-ups", follow_ups_section(gaps));
  return out;
}

}  // namespace opsim::report

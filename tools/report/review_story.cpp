// What happened, in one paragraph a trouble; and the lines of the journal that matter to it.
#include <fmt/format.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"
#include "tools/report/review.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

constexpr std::size_t kMostTold = 3;   // troubles that have a paragraph of their own
constexpr std::size_t kMostRows = 60;  // beyond it a timeline is not read

// ---- What happened ----------------------------------------------------------------------------

std::string broken_text(const Reviewed& review, const Trouble& trouble) {
  const JournalEntry* origin = review.journal.find(trouble.origin);
  if (origin == nullptr || origin->kind != EntryKind::fault)
    return fmt::format("At {}, with nothing broken on purpose, ", review.moment(trouble.from));
  std::string text = fmt::format("At {} this began: {}{}. ", review.moment(trouble.from),
                                 origin->text, in_source(origin->source));
  const JournalEntry* nearer = review.journal.find(trouble.worst->fault);
  if (nearer != nullptr && nearer->id != trouble.origin)
    text += fmt::format("It led to {}{}. ", nearer->text, in_source(nearer->source));
  return text;
}

std::string harm_text(const Reviewed& review, const Trouble& trouble) {
  const Incident& incident = *trouble.worst;
  const JournalEntry* harm = review.journal.find(incident.harm);
  const bool down_at_once = incident.down_from && *incident.down_from == incident.harmed_at;
  const Duration later = incident.harmed_at - trouble.from;
  const JournalEntry* origin = review.journal.find(trouble.origin);
  const bool broken = origin != nullptr && origin->kind == EntryKind::fault;
  std::string text;
  if (broken) text = later < std::chrono::seconds{1} ? "At once " : human(later) + " later ";
  text +=
      fmt::format("{} was {}", Reviewed::subject(incident), down_at_once ? "down" : "in danger");
  if (harm != nullptr) text += fmt::format(": {}", after_subject(harm->text));
  text += ".";
  if (incident.down_from && !down_at_once)
    text += fmt::format(" From {} on it was down.", review.clock(*incident.down_from));
  return text;
}

std::string noticed_text(const Reviewed& review, const Incident& incident) {
  if (!incident.detected_at)
    return incident.healthy_at ? " No alarm noticed before it was over." : " No alarm noticed.";
  const JournalEntry* alarm = review.noticed_by(incident);
  const std::string who = alarm == nullptr ? "An alarm" : alarm->subject;
  const Duration after = *incident.detected_at - incident.harmed_at;
  if (after <= Duration{}) return fmt::format(" {} stood in ALARM already.", who);
  return fmt::format(" {} noticed {} after the harm began.", who, human(after));
}

/// What a resource did that was the beginning of the mending.
std::string replacement_text(const JournalEntry& began) {
  constexpr std::string_view target = "target ";
  if (detail_text(began, "act") == "launched")
    return fmt::format("Replacement put it right, the first being {}", began.subject);
  if (began.text.starts_with(target)) {
    const std::string member =
        began.text.substr(target.size(), began.text.find(' ', target.size()) - target.size());
    return fmt::format("{} stopped sending to {}", began.subject, member);
  }
  return fmt::format("It was put right from here on: {} {}", began.subject, began.text);
}

std::string mended_text(const Reviewed& review, const Incident& incident) {
  if (!incident.healthy_at)
    return fmt::format(" It had not recovered when the run ended, {} later.",
                       human(review.run.world.end() - incident.harmed_at));
  const std::string back = fmt::format("health was back at {}, {} after the harm began",
                                       review.clock(*incident.healthy_at),
                                       human(*incident.healthy_at - incident.harmed_at));
  const JournalEntry* began = review.started(incident);
  const JournalEntry* cured = nullptr;
  for (const JournalEntry* entry : review.journal.chain(incident.restored))
    if (entry->kind == EntryKind::person) {
      cured = entry;
      break;
    }
  switch (incident.resolved_by) {
    case ResolvedBy::people:
      if (cured != nullptr) return fmt::format(" {} {}; {}.", cured->subject, cured->text, back);
      return fmt::format(" A person mended it; {}.", back);
    case ResolvedBy::automation:
      if (began != nullptr && began->kind == EntryKind::runbook)
        return fmt::format(" The runbook {} put it right; {}.", began->subject, back);
      if (began != nullptr && detail_text(*began, "act") == "experiment")
        return fmt::format(" The experiment {} stopped itself; {}.", began->subject, back);
      if (began != nullptr && began->kind == EntryKind::resource)
        return fmt::format(" {}; {}.", replacement_text(*began), back);
      return fmt::format(" Automation put it right; {}.", back);
    case ResolvedBy::itself:
    case ResolvedBy::nobody: break;
  }
  return fmt::format(" It came back without a runbook or a person; {}.", back);
}

/// "In its course ShopFleet was unwell 4 times."
std::string course_text(const Trouble& trouble) {
  std::map<std::string, std::size_t> times;
  for (const Incident* incident : trouble.incidents)
    if (incident != trouble.worst) ++times[incident->of];
  std::string text;
  for (const auto& [of, count] : times)
    text += fmt::format("{}{} {}", text.empty() ? " In its course unwell, too: " : ", ", of,
                        count == 1 ? "once" : fmt::format("{} times", count));
  return text.empty() ? "" : text + ".";
}

std::string paragraph(const Reviewed& review, const Trouble& trouble) {
  return broken_text(review, trouble) + harm_text(review, trouble) +
         noticed_text(review, *trouble.worst) + mended_text(review, *trouble.worst) +
         course_text(trouble) + "\n";
}

std::string closing_text(const Reviewed& review) {
  std::size_t pages = 0;
  for (const JournalEntry* entry : review.story) pages += entry->kind == EntryKind::page ? 1 : 0;
  std::string text =
      pages == 0 ? "Nobody was paged." : counted(pages, "page", "pages") + " went out.";
  const auto verdicts = review.run.verdicts;
  const auto missed = static_cast<std::size_t>(std::ranges::count(verdicts, false, &Verdict::met));
  if (verdicts.empty()) return text + " No goals were set.\n";
  if (missed == 0) return text + fmt::format(" All {} goals were met.\n", verdicts.size());
  return text + fmt::format(" {} of {} goals {} missed.\n", missed, verdicts.size(),
                            missed == 1 ? "was" : "were");
}

// ---- The timeline -----------------------------------------------------------------------------

/// What a resource went through that a reader of a review asks for.
bool is_turn(const JournalEntry& entry) {
  constexpr std::string_view turns[] = {"configuration",    "deployment", "experiment",
                                        "scaled",           "traffic",    "zonal shift",
                                        "zonal shift ended"};
  return std::ranges::find(turns, detail_text(entry, "act")) != std::end(turns);
}

bool failed_status(const JournalEntry& entry) {
  const std::string status = detail_text(entry, "status");
  return status == "Failed" || status == "TimedOut" || status == "Cancelled";
}

class Timeline {
 public:
  explicit Timeline(const Reviewed& review) : review_{review} {
    for (const Incident& incident : review.run.incidents) {
      groups_.insert(incident.of);
      for (const CauseId id : {incident.harm, incident.restored}) marks_.insert(id);
      mark_going_down(incident);
    }
    mark_worst_minutes();
  }

  [[nodiscard]] bool matters(const JournalEntry& entry) const {
    switch (entry.kind) {
      case EntryKind::fault:
      case EntryKind::page:
      case EntryKind::person:
      case EntryKind::incident: return true;
      default: break;
    }
    if (!review_.in_trouble(entry.at)) return false;
    switch (entry.kind) {
      case EntryKind::alarm:
        return detail_text(entry, "state") == "ALARM" || detail_text(entry, "previous") == "ALARM";
      case EntryKind::runbook: return true;
      case EntryKind::step: return failed_status(entry);
      case EntryKind::rule:
      case EntryKind::message: return !detail_text(entry, "failed").empty();
      case EntryKind::call: return !entry.detail.value("ok", true);
      case EntryKind::command: return failed_status(entry);
      case EntryKind::resource: return is_turn(entry);
      case EntryKind::health:
        return marks_.contains(entry.id) ||
               (groups_.contains(entry.subject) && detail_text(entry, "health") != "ok");
      case EntryKind::metric: return marks_.contains(entry.id);
      default: return false;
    }
  }

 private:
  void mark_going_down(const Incident& incident) {
    if (!incident.down_from) return;
    for (const JournalEntry* entry : review_.story)
      if (entry->kind == EntryKind::health && entry->at == *incident.down_from &&
          detail_text(*entry, "health") == "down" &&
          (entry->subject == incident.of || detail_text(*entry, "of") == incident.of)) {
        marks_.insert(entry->id);
        return;
      }
  }

  /// When the most requests failed, of each component that users see.
  void mark_worst_minutes() {
    std::map<std::string, const JournalEntry*> worst;
    for (const JournalEntry* entry : review_.story) {
      if (entry->kind != EntryKind::metric || !entry->detail.is_object()) continue;
      const double errors = entry->detail.value("errors", 0.0);
      if (errors <= 0) continue;
      const JournalEntry*& most = worst[entry->subject];
      if (most == nullptr || errors > most->detail.value("errors", 0.0)) most = entry;
    }
    for (const auto& [component, entry] : worst) marks_.insert(entry->id);
  }

  const Reviewed& review_;
  std::set<std::string> groups_;
  std::set<CauseId> marks_;
};

}  // namespace

std::string story_section(const Reviewed& review) {
  std::string out;
  if (review.run.world.ended_early())
    out += fmt::format("The run was stopped before its end: {}\n\n", review.run.world.diagnosis());
  if (review.troubles.empty())
    return out + "Nothing was unwell at any time. " + closing_text(review);
  const std::vector<const Trouble*> by_weight = review.by_weight();
  std::vector<const Trouble*> told{
      by_weight.begin(),
      by_weight.begin() + static_cast<std::ptrdiff_t>(std::min(kMostTold, by_weight.size()))};
  std::ranges::sort(told, {}, &Trouble::from);
  for (const Trouble* trouble : told) out += paragraph(review, *trouble) + "\n";
  if (by_weight.size() > told.size())
    out +=
        fmt::format("{} came to pass besides.\n\n",
                    counted(by_weight.size() - told.size(), "lesser trouble", "lesser troubles"));
  return out + closing_text(review);
}

std::string timeline_section(const Reviewed& review) {
  const Timeline timeline{review};
  std::string out = "| UTC | Since the start | | |\n|---|---|---|---|\n";
  std::size_t lines = 0;
  std::size_t left_out = 0;
  for (const JournalEntry* entry : review.story) {
    if (!timeline.matters(*entry)) continue;
    if (++lines > kMostRows) {
      ++left_out;
      continue;
    }
    out += fmt::format("| {} | +{} | {} | {}{} |\n", review.clock(entry->at),
                       clock_text(entry->at - review.start), entry_word(*entry),
                       cell(entry_text(*entry)), in_source(entry->source));
  }
  if (left_out > 0) out += fmt::format("\n{} more lines; `opsim run` prints them.\n", left_out);
  return out;
}

}  // namespace opsim::report

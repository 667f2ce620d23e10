// Who was woken, how often, and whether it was worth it.
#include <fmt/format.h>

#include <algorithm>

#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

using namespace goal_shapes;

constexpr std::string_view kWhichWords[] = {"all", "false", "missed",
                                            "before the automation failed"};
constexpr Shape kWhichWord{.kind = Kind::text, .allowed = kWhichWords};
constexpr Shape kBareFalse{.kind = Kind::boolean};  // YAML reads a bare `false` as one
constexpr const Shape* kWhichChoices[] = {&kWhichWord, &kBareFalse};
constexpr Shape kWhich{.kind = Kind::either, .choices = kWhichChoices};
constexpr Field kPageFields[] = {
    {.name = "which",
     .shape = &kWhich,
     .doc = "all (default); false: nothing was unwell when it was sent, or it had healed before "
            "anybody looked; missed: incidents down for which nobody was paged and that no "
            "automation resolved; before the automation failed: no runbook had failed by then."},
    {.name = "of", .shape = &kText, .doc = "A person. Default: everybody."},
    {.name = "at most", .shape = &kNumber},
    {.name = "at least", .shape = &kNumber},
};
constexpr Field kAcknowledgeFields[] = {
    {.name = "at most", .shape = &kDuration},
    {.name = "at least", .shape = &kDuration},
    {.name = "percentile", .shape = &kPercentile, .doc = "Default: the longest."},
};

std::vector<const JournalEntry*> pages_to(std::string_view person, const Evidence& evidence) {
  std::vector<const JournalEntry*> pages;
  for (const JournalEntry& entry : evidence.journal.entries())
    if (entry.kind == EntryKind::page && (person.empty() || detail_text(entry, "person") == person))
      pages.push_back(&entry);
  return pages;
}

const JournalEntry* answer_to(const JournalEntry& page, std::string_view act,
                              const Evidence& evidence) {
  for (const JournalEntry& entry : evidence.journal.entries())
    if (entry.kind == EntryKind::person && detail_text(entry, "act") == act &&
        detail_text(entry, "page") == page.subject)
      return &entry;
  return nullptr;
}

bool is_false(const JournalEntry& page, const Evidence& evidence) {
  const bool unwell = std::ranges::any_of(evidence.incidents, [&](const Incident& incident) {
    return incident.harmed_at <= page.at &&
           (!incident.healthy_at || page.at <= *incident.healthy_at);
  });
  return !unwell || (answer_to(page, "looked", evidence) != nullptr &&
                     answer_to(page, "repaired", evidence) == nullptr);
}

bool is_failed_runbook(const JournalEntry& entry) {
  if (entry.kind != EntryKind::runbook) return false;
  const std::string status = detail_text(entry, "status");
  return status == "Failed" || status == "TimedOut" || status == "Cancelled";
}

/// A page is fair only once a runbook has failed: one of the same chain of causes, or one that ran
/// during the same trouble.
bool came_too_early(const JournalEntry& page, const Evidence& evidence) {
  const auto chain = evidence.journal.chain(page.id);
  const CauseId root = chain.back()->id;
  SimTime trouble_from = page.at;
  for (const Incident& incident : evidence.incidents)
    if (incident.harmed_at <= page.at && page.at <= incident.healthy_at.value_or(evidence.end))
      trouble_from = std::min(trouble_from, incident.fault_at);
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (entry.id > page.id) break;
    if (!is_failed_runbook(entry)) continue;
    if (entry.at >= trouble_from || evidence.journal.caused_by(entry.id, root)) return false;
  }
  return true;
}

std::vector<std::string> missed(const Evidence& evidence) {
  std::vector<std::string> found;
  for (const Incident& incident : evidence.incidents) {
    if (incident.resolved_by != ResolvedBy::nobody && incident.resolved_by != ResolvedBy::itself)
      continue;
    if (!incident.down_from) continue;
    const CauseId root = incident.fault == CauseId::none ? incident.harm : incident.fault;
    const bool paged = std::ranges::any_of(evidence.journal.entries(), [&](const auto& entry) {
      return entry.kind == EntryKind::page && evidence.journal.caused_by(entry.id, root);
    });
    if (!paged) found.push_back(fmt::format("incident {}", incident.number));
  }
  return found;
}

}  // namespace

const Shape kPagesShape{
    .kind = Kind::mapping, .doc = "How often people were paged.", .fields = kPageFields};
const Shape kAcknowledgeShape{.kind = Kind::mapping,
                              .doc = "From a page until somebody acknowledged it.",
                              .fields = kAcknowledgeFields};

std::string complain_of_pages(const Node& settings) {
  const std::optional<Node> which = settings.find("which");
  if (which && which->as_boolean() == true)
    return fmt::format("which is {}; one of all, false, missed, before the automation failed",
                       which->spelling());
  return complaint_of_bounds(settings, kCount);
}

Verdict judge_pages(const Goal& goal, const Evidence& evidence) {
  const std::optional<Node> written = goal.settings.find("which");
  const bool bare = written && written->is_boolean();
  const std::string which = bare ? "false" : setting_text(goal, "which");
  const std::string person = setting_text(goal, "of");
  std::vector<std::string> counted;
  if (which == "missed") {
    counted = missed(evidence);
  } else {
    for (const JournalEntry* page : pages_to(person, evidence)) {
      if (which == "false" && !is_false(*page, evidence)) continue;
      if (which == "before the automation failed" && !came_too_early(*page, evidence)) continue;
      counted.push_back(page->subject);
    }
  }
  std::string name = person.empty() ? "pages" : fmt::format("pages to {}", person);
  if (!which.empty() && which != "all") name += fmt::format(", {}", which);
  Verdict verdict = verdict_on(static_cast<double>(counted.size()), goal, kCount, std::move(name));
  if (!verdict.met) verdict.because = counted;
  return verdict;
}

Verdict judge_time_to_acknowledge(const Goal& goal, const Evidence& evidence) {
  std::vector<Span> spans;
  for (const JournalEntry* page : pages_to("", evidence)) {
    const JournalEntry* answer = answer_to(*page, "acknowledged", evidence);
    const SimTime until = answer == nullptr ? evidence.end : answer->at;
    spans.push_back({page->subject, std::chrono::duration<double>(until - page->at).count(),
                     answer != nullptr});
  }
  return verdict_on_spans(std::move(spans), goal, "time to acknowledge", "no page",
                          "not acknowledged");
}

}  // namespace opsim

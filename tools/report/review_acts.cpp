// Who acted: runbooks, scaling, experiments and traffic shifts on one side, people on the other.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"
#include "tools/report/review.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

constexpr std::size_t kMostActs = 25;

class Lines {
 public:
  void add(std::string text) {
    if (++count_ <= kMostActs) text_ += "- " + std::move(text) + "\n";
  }
  [[nodiscard]] std::string text(std::string_view none) const {
    if (count_ == 0) return std::string{none} + "\n";
    return count_ <= kMostActs ? text_
                               : text_ + fmt::format("- and {} more.\n", count_ - kMostActs);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

/// What a resource went through that nobody did by hand.
bool is_automatic(const JournalEntry& entry) {
  constexpr std::string_view acts[] = {"configuration", "deployment",      "experiment",
                                       "health check",  "routing control", "scaled",
                                       "traffic",       "zonal shift",     "zonal shift ended"};
  const std::string act = detail_text(entry, "act");
  if (entry.kind != EntryKind::resource || std::ranges::find(acts, act) == std::end(acts))
    return false;
  const std::string status = detail_text(entry, "status");
  return act != "experiment" || (status != "initiating" && status != "stopping");
}

/// "12 instances launched, 3 terminated; 4 tasks or pods started", of all that only came and went.
std::string comings_and_goings(const Reviewed& review) {
  std::size_t launched = 0;
  std::size_t containers = 0;
  std::size_t terminated = 0;
  for (const JournalEntry* entry : review.story) {
    if (entry->kind != EntryKind::resource || entry->cause == CauseId::none) continue;
    const std::string act = detail_text(*entry, "act");
    if (act == "launched") ++(entry->subject.starts_with("i-") ? launched : containers);
    if (act == "terminated") ++terminated;
  }
  std::vector<std::string> parts;
  if (launched + terminated > 0)
    parts.push_back(fmt::format("{} launched, {} terminated",
                                counted(launched, "instance", "instances"), terminated));
  if (containers > 0)
    parts.push_back(counted(containers, "task or pod started", "tasks or pods started"));
  return parts.empty() ? "" : fmt::format("{}.", fmt::join(parts, "; "));
}

/// A sentence goes on after it.
std::string_view without_stop(std::string_view text) {
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string acknowledged_text(const Reviewed& review, const JournalEntry& page) {
  for (const JournalEntry* entry : review.story)
    if (entry->kind == EntryKind::person && detail_text(*entry, "page") == page.subject &&
        detail_text(*entry, "act") == "acknowledged")
      return fmt::format("{} {}", entry->subject, entry->text);
  return "nobody acknowledged";
}

/// What a person did about a page, acknowledging it apart; the same act on several things once.
std::vector<const JournalEntry*> deeds_of(const Reviewed& review, const JournalEntry& page) {
  std::vector<const JournalEntry*> deeds;
  for (const JournalEntry* entry : review.story)
    if (entry->kind == EntryKind::person && detail_text(*entry, "page") == page.subject &&
        detail_text(*entry, "act") != "acknowledged")
      deeds.push_back(entry);
  return deeds;
}

std::string page_text(const Reviewed& review, const JournalEntry& page) {
  std::string text = fmt::format("{} {}: {}{}; {}", review.moment(page.at), page.subject, page.text,
                                 in_source(page.source), acknowledged_text(review, page));
  const std::vector<const JournalEntry*> deeds = deeds_of(review, page);
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(most, deeds.size()); ++i)
    text += fmt::format("; at {} {}", review.clock(deeds[i]->at), deeds[i]->text);
  if (deeds.size() > most) text += fmt::format("; and {} more like it", deeds.size() - most);
  if (!deeds.empty())
    text += fmt::format(". From the page to the last of it: {}", human(deeds.back()->at - page.at));
  return text + ".";
}

}  // namespace

std::string automation_section(const Reviewed& review) {
  Lines lines;
  std::map<std::string, const JournalEntry*> begun;  // by execution
  for (const JournalEntry* entry : review.story) {
    if (entry->kind == EntryKind::runbook && detail_text(*entry, "status") == "InProgress")
      begun.emplace(detail_text(*entry, "execution"), entry);
    if (entry->kind == EntryKind::runbook && detail_text(*entry, "status") != "InProgress") {
      const auto start = begun.find(detail_text(*entry, "execution"));
      const std::string on = start == begun.end() ? "ran" : start->second->text;
      lines.add(fmt::format("{} {}{}: {}, then {}.", review.moment(entry->at), entry->subject,
                            in_source(entry->source), on, entry->text));
      if (start != begun.end()) begun.erase(start);
    }
    if (entry->kind == EntryKind::incident || is_automatic(*entry))
      lines.add(fmt::format("{} {}: {}{}.", review.moment(entry->at), entry->subject,
                            without_stop(entry->text), in_source(entry->source)));
  }
  for (const auto& [execution, entry] : begun)
    lines.add(fmt::format("{} {}{}: {}, and had not ended by the end of the run.",
                          review.moment(entry->at), entry->subject, in_source(entry->source),
                          entry->text));
  const std::string fleet = comings_and_goings(review);
  if (!fleet.empty()) lines.add(fleet);
  return lines.text("Nothing: no runbook ran, nothing was scaled, shifted or rolled back.");
}

std::string people_section(const Reviewed& review) {
  Lines lines;
  for (const JournalEntry* entry : review.story)
    if (entry->kind == EntryKind::page) lines.add(page_text(review, *entry));
  return lines.text("Nothing: nobody was called.");
}

}  // namespace opsim::report

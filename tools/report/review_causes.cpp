// What it cost, why it happened, and where the time of each recovery went.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

#include "opsim/kernel/duration.hpp"
#include "tools/report/review.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

constexpr std::size_t kMostIncidents = 5;  // that are looked at one by one
constexpr std::size_t kLongestChain = 8;

// ---- Impact -----------------------------------------------------------------------------------

std::string unwell_line(const Reviewed& review, const Incident& incident) {
  const SimTime until = incident.healthy_at.value_or(review.run.world.end());
  const Duration whole = until - incident.harmed_at;
  const Duration down = incident.down_from ? until - *incident.down_from : Duration{};
  std::string text = fmt::format("- {}: unwell for {}", Reviewed::subject(incident), human(whole));
  if (down == whole) {
    text = fmt::format("- {}: down for {}", Reviewed::subject(incident), human(whole));
  } else {
    text += incident.down_from ? fmt::format(", {} of it down", human(down)) : ", never down";
  }
  return fmt::format("{}, from {}{}\n", text, review.clock(incident.harmed_at),
                     incident.healthy_at ? "" : ", and still so at the end");
}

/// The share of the budget of 99.9 % over 30 days that so many failures spend, at the run's rate.
double budget_spent(double failed, double requests, Duration run) {
  const double window = 30.0 * 86400 / seconds_of(run);
  return requests > 0 ? failed / (requests * window * 0.001) : 0;
}

/// ", at worst 98.1 % of those at 13:38:12"
std::string worst_text(const Reviewed& review, const std::string& component) {
  const JournalEntry* worst = nullptr;
  const auto errors = [](const JournalEntry& entry) { return entry.detail.value("errors", 0.0); };
  for (const JournalEntry* entry : review.story)
    if (entry->kind == EntryKind::metric && entry->subject == component &&
        entry->detail.is_object() && errors(*entry) > (worst == nullptr ? 0 : errors(*worst)))
      worst = entry;
  return worst == nullptr ? ""
                          : fmt::format(", at worst {:.3g} % of those at {}", errors(*worst) * 100,
                                        review.clock(worst->at));
}

std::string users_lines(const Reviewed& review) {
  if (review.components().empty())
    return "- Requests are not part of this scenario: it has no `workload`.\n";
  std::string out;
  for (const Json& component : review.components()) {
    const double requests = component.value("Requests", 0.0);
    const double failed = component.value("Failed", 0.0);
    const double hurt = component.value("HurtSeconds", 0.0);
    const std::string name = component.value("Component", "");
    if (requests <= 0) continue;
    out += fmt::format("- Requests to {}: {} of {} failed for good ({:.3g} %)", name,
                       grouped(failed), grouped(requests), failed / requests * 100);
    out += worst_text(review, name);
    out += hurt > 0 ? fmt::format("; its objective was missed for {}.\n",
                                  human(std::chrono::seconds{static_cast<long>(hurt + .5)}))
                    : "; its objective was kept all the time.\n";
    out += fmt::format(
        "- Error budget of {}: {:.3g} % of what 99.9 % over 30 days allows, had the rest of the "
        "window no failure.\n",
        name, budget_spent(failed, requests, review.run.scenario.duration) * 100);
  }
  return out;
}

std::string people_line(const Reviewed& review) {
  std::size_t pages = 0;
  std::set<std::string> whom;
  for (const JournalEntry* entry : review.story) {
    if (entry->kind != EntryKind::page) continue;
    ++pages;
    whom.insert(detail_text(*entry, "person"));
  }
  if (pages == 0) return "- People: nobody was called.\n";
  return fmt::format("- People: {}, to {}.\n", counted(pages, "page", "pages"),
                     fmt::join(whom, ", "));
}

// ---- Causes -----------------------------------------------------------------------------------

std::string chain_text(const Reviewed& review, const Incident& incident) {
  std::vector<const JournalEntry*> links;
  for (const JournalEntry* entry : review.journal.chain(incident.harm))
    if (entry->kind != EntryKind::call) links.push_back(entry);
  std::string out;
  if (links.size() <= 1)
    out += "Nothing in the world caused it: it was so from the start, or time alone did it.\n";
  const std::size_t shown = std::min(links.size(), kLongestChain);
  for (std::size_t i = 0; i < shown; ++i) {
    // The top of a long chain is what began it: it is told, whatever lies between.
    const JournalEntry& entry = *(i + 1 == shown ? links.back() : links[i]);
    out +=
        fmt::format("{}. {}{}: {}{}\n", i + 1, i == 0 ? "" : "because, at ",
                    i == 0 ? fmt::format("At {}", review.clock(entry.at)) : review.clock(entry.at),
                    entry_text(entry), in_source(entry.source));
  }
  if (links.size() > shown)
    out += fmt::format("\n({} links between are left out.)\n", links.size() - shown);
  return out;
}

/// What was known of the structure before anything broke.
std::string standing_text(const Reviewed& review, const Incident& incident) {
  for (const JournalEntry* entry : review.story)
    if (entry->subject == incident.of && entry->detail.is_object() &&
        entry->detail.contains("single points"))
      return fmt::format("\nKnown before it began{}: {}.\n", in_source(entry->source), entry->text);
  return "";
}

std::string left_out_text(const Reviewed& review) {
  const Choice* choice = review.run.choice;
  if (choice == nullptr || choice->disable.empty()) return "";
  return fmt::format("\nChoice '{}'{} left out: {}.\n", choice->name,
                     in_source(review.place(choice->source)), fmt::join(choice->disable, ", "));
}

// ---- Recovery ---------------------------------------------------------------------------------

struct Stage {
  std::string_view name;
  Duration took;
  std::string set_by;
};

std::string named(const JournalEntry& entry) {
  return fmt::format("{}{}", entry.subject, in_source(entry.source));
}

std::string detected_by(const Reviewed& review, const Incident& incident) {
  if (const JournalEntry* alarm = review.noticed_by(incident)) {
    const std::string patience = review.alarm_patience(alarm->subject);
    return named(*alarm) + (patience.empty() ? "" : ": " + patience);
  }
  const JournalEntry* began = review.started(incident);
  return began == nullptr ? "" : fmt::format("no alarm: {} began by itself", named(*began));
}

/// What stood between the alarm and who acted on it.
std::string routed_by(const Reviewed& review, const Incident& incident) {
  const JournalEntry* began = review.started(incident);
  if (began == nullptr) return "";
  if (began->kind == EntryKind::person)
    return fmt::format("{} {}{}", began->subject, began->text, in_source(began->source));
  for (const EntryKind kind : {EntryKind::rule, EntryKind::incident, EntryKind::message})
    if (const JournalEntry* by = review.above(began->id, kind, incident.split.alarm))
      return named(*by);
  return "the alarm's own action";
}

const JournalEntry* longest_step(const Reviewed& review, const JournalEntry& began, SimTime until) {
  const JournalEntry* longest = nullptr;
  const std::string execution = detail_text(began, "execution");
  const auto length = [](const JournalEntry& step) { return step.detail.value("seconds", 0.0); };
  for (const JournalEntry* entry : review.story) {
    if (entry->kind != EntryKind::step || detail_text(*entry, "execution") != execution) continue;
    if (entry->at > until + std::chrono::minutes{1}) break;
    if (longest == nullptr || length(*entry) > length(*longest)) longest = entry;
  }
  return longest;
}

std::string acted_by(const Reviewed& review, const Incident& incident) {
  const JournalEntry* began = review.started(incident);
  const JournalEntry* fault = review.journal.find(incident.fault);
  if (began == nullptr)
    return fault == nullptr
               ? "nothing acted"
               : fmt::format("nothing acted: it lasted as long as the fault was felt{}",
                             in_source(fault->source));
  if (began->kind == EntryKind::person)
    return fmt::format("{}{}: diagnosis and repair by hand", began->subject,
                       in_source(began->source));
  if (began->kind != EntryKind::runbook) {
    return fmt::format("{} {}{}", began->subject, began->text, in_source(review.set_in(*began)));
  }
  std::string text = named(*began);
  if (const JournalEntry* step = longest_step(review, *began, *incident.healthy_at))
    text += fmt::format(
        ", its longest step {}{}: {}", step->subject.substr(step->subject.find('/') + 1),
        in_source(step->source),
        human(std::chrono::seconds{static_cast<long>(step->detail.value("seconds", 0.0) + .5)}));
  return text;
}

std::string verified_by(const Reviewed& review, const Incident& incident) {
  const JournalEntry* began = review.started(incident);
  return began == nullptr ? "" : "the end of " + named(*began);
}

std::string split_table(const Reviewed& review, const Incident& incident) {
  const RecoverySplit& split = incident.split;
  const Stage stages[] = {
      {"detected", split.detected, detected_by(review, incident)},
      {"routed", split.routed, routed_by(review, incident)},
      {split.started == CauseId::none ? "lasted" : "acted", split.acted,
       acted_by(review, incident)},
      {"verified", split.verified, verified_by(review, incident)},
      {"held", split.held, "health must hold for 1 min before it counts"},
  };
  std::string out = "| Stage | Took | Set by |\n|---|---|---|\n";
  for (const Stage& stage : stages)
    if (stage.took > Duration{})
      out += fmt::format("| {} | {} | {} |\n", stage.name, human(stage.took), cell(stage.set_by));
  return out + fmt::format("| **whole** | **{}** | resolved by {} |\n",
                           human(*incident.recovery_time()), to_string(incident.resolved_by));
}

/// The worst incident of each trouble, the heaviest trouble first.
std::vector<const Incident*> told_one_by_one(const Reviewed& review) {
  std::vector<const Incident*> told;
  for (const Trouble* trouble : review.by_weight())
    if (told.size() < kMostIncidents) told.push_back(trouble->worst);
  std::ranges::sort(told, {}, &Incident::number);
  return told;
}

}  // namespace

std::string impact_section(const Reviewed& review) {
  std::string out;
  std::vector<const Incident*> worst = told_one_by_one(review);
  for (const Incident* incident : worst) out += unwell_line(review, *incident);
  const std::size_t others = review.run.incidents.size() - worst.size();
  if (others > 0)
    out +=
        fmt::format("- And {}, less grave.\n", counted(others, "incident more", "incidents more"));
  return out + users_lines(review) + people_line(review);
}

std::string causes_section(const Reviewed& review) {
  std::string out;
  std::set<std::string> stood;  // what was known before of each of them, told once
  for (const Incident* incident : told_one_by_one(review)) {
    out += fmt::format("### Why {} was {} at {}\n\n", Reviewed::subject(*incident), incident->worst,
                       review.clock(incident->harmed_at));
    out += chain_text(review, *incident);
    const std::string known = standing_text(review, *incident);
    if (stood.insert(known).second) out += known;
    out += "\n";
  }
  const std::string left_out = left_out_text(review);
  if (!left_out.empty()) out += left_out.substr(1) + "\n";
  out.pop_back();
  return out;
}

std::string recovery_section(const Reviewed& review) {
  std::string out;
  for (const Incident* incident : told_one_by_one(review)) {
    out += fmt::format("### Incident {}: {}\n\n", incident->number, Reviewed::subject(*incident));
    out += incident->recovered_at ? split_table(review, *incident)
                                  : std::string{"It had not recovered by the end.\n"};
    out += "\n";
  }
  out.pop_back();
  return out;
}

}  // namespace opsim::report

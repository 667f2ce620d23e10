#include "opsim/journal/journal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace opsim {

namespace {

std::size_t index_of(CauseId id) { return static_cast<std::size_t>(id) - 1; }

}  // namespace

std::string_view to_string(EntryKind kind) {
  constexpr std::string_view names[] = {
      "start",   "fault", "health",   "metric", "alarm",  "event",   "rule",     "runbook", "step",
      "command", "call",  "incident", "page",   "person", "message", "resource", "note",    "end"};
  return names[static_cast<std::size_t>(kind)];
}

std::string detail_text(const JournalEntry& entry, std::string_view key) {
  if (!entry.detail.is_object()) return {};
  const auto found = entry.detail.find(key);
  return found != entry.detail.end() && found->is_string() ? found->get<std::string>() : "";
}

CauseId Journal::write(JournalEntry entry) {
  entry.id = add_link(entry.cause == CauseId::none ? sim_.cause() : entry.cause);
  entry.cause = cause_of(entry.id);
  const CauseId id = entry.id;
  if (keeps(entry.level)) {
    entry.at = sim_.now();
    if (!folder_.empty() && entry.source.starts_with(folder_))
      entry.source.erase(0, folder_.size());
    entries_.push_back(std::move(entry));
  }
  stop_runaway(id);
  return id;
}

CauseId Journal::link() {
  const CauseId id = add_link(sim_.cause());
  stop_runaway(id);
  return id;
}

/// Deep: something starts itself again. Wide: it starts itself twice, or without a cause between.
void Journal::stop_runaway(CauseId id) {
  const Link& newest = links_.back();
  const bool deep = newest.depth > kDeepestChain;
  const bool wide = links_[index_of(newest.origin)].came_of_it > kMostOfOneCause;
  if ((!deep && !wide && links_.size() <= kMostLinks) || !diagnosis_.empty()) return;
  std::string what = fmt::format("{} things happened, more than a run may have", kMostLinks);
  if (wide) what = fmt::format("{} things came of one cause", kMostOfOneCause);
  if (deep) what = fmt::format("a chain of {} causes feeds itself", kDeepestChain);
  const std::string round = describe_round(id);
  give_up(
      fmt::format("{}{}{}. The run was stopped; break the loop (a rule's pattern that excludes "
                  "what its own target causes, a runbook that does not start itself).",
                  what, round.empty() ? "" : ": ", round));
}

CauseId Journal::add_link(CauseId cause) {
  const auto id = static_cast<CauseId>(links_.size() + 1);
  Link link{.cause = cause, .depth = 0, .origin = id, .came_of_it = 1};
  if (cause != CauseId::none) {
    const Link& above = links_[index_of(cause)];
    link.depth = above.depth + 1;
    link.origin = above.origin;
    ++links_[index_of(above.origin)].came_of_it;
  }
  links_.push_back(link);
  return id;
}

const JournalEntry* Journal::find(CauseId id) const {
  const auto found = std::ranges::lower_bound(entries_, id, {}, &JournalEntry::id);
  return found != entries_.end() && found->id == id ? &*found : nullptr;
}

CauseId Journal::cause_of(CauseId id) const {
  return id == CauseId::none ? id : links_[index_of(id)].cause;
}

std::vector<const JournalEntry*> Journal::chain(CauseId id) const {
  std::vector<const JournalEntry*> chain;
  for (; id != CauseId::none; id = cause_of(id))
    if (const JournalEntry* entry = find(id)) chain.push_back(entry);
  return chain;
}

bool Journal::caused_by(CauseId id, CauseId cause) const {
  while (id > cause) id = cause_of(id);  // a cause is always older than what it caused
  return id == cause && id != CauseId::none;
}

void Journal::give_up(std::string diagnosis) {
  if (!diagnosis_.empty()) return;
  diagnosis_ = std::move(diagnosis);
  sim_.stop();
}

/// "rule A -> runbook B -> event -> rule A": the newest round of the chain, or the newest things in
/// it where no name comes twice.
std::string Journal::describe_round(CauseId id) const {
  constexpr std::size_t most = 12;
  const std::vector<const JournalEntry*> newest_first = chain(id);
  const bool only_calls = std::ranges::all_of(
      newest_first, [](const JournalEntry* entry) { return entry->kind == EntryKind::call; });
  std::vector<std::string> round;
  for (const JournalEntry* entry : newest_first) {
    if (entry->kind == EntryKind::call && !only_calls) continue;
    round.push_back(fmt::format("{} {}", to_string(entry->kind), entry->subject));
    const bool closed = std::ranges::find(round, round.back()) != round.end() - 1;
    if (closed || round.size() == most) break;
  }
  std::ranges::reverse(round);
  return fmt::format("{}", fmt::join(round, " -> "));
}

}  // namespace opsim

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
  if (links_.back().depth > kDeepestChain) give_up(describe_loop(id));
  return id;
}

CauseId Journal::link() {
  const CauseId id = add_link(sim_.cause());
  if (links_.back().depth > kDeepestChain) give_up(describe_loop(id));
  return id;
}

CauseId Journal::add_link(CauseId cause) {
  const std::uint32_t depth = cause == CauseId::none ? 0 : links_[index_of(cause)].depth + 1;
  links_.push_back({cause, depth});
  return static_cast<CauseId>(links_.size());
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

/// "it feeds itself: rule A -> runbook B -> event -> rule A", from the newest round of the chain.
std::string Journal::describe_loop(CauseId id) const {
  std::vector<std::string> round;  // newest first
  for (; id != CauseId::none && round.size() < 40; id = cause_of(id)) {
    const JournalEntry* entry = find(id);
    if (entry == nullptr || entry->kind == EntryKind::call) continue;
    std::string name = fmt::format("{} {}", to_string(entry->kind), entry->subject);
    const bool closed = std::ranges::find(round, name) != round.end();
    round.push_back(std::move(name));
    if (closed) break;
  }
  std::ranges::reverse(round);
  return fmt::format(
      "a chain of {} causes feeds itself: {}. The run was stopped; break the loop (a rule's "
      "pattern "
      "that excludes what its own target causes, a runbook that does not start itself).",
      kDeepestChain, fmt::join(round, " -> "));
}

}  // namespace opsim

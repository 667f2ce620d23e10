#pragma once
/// What happened and why. Every entry knows what caused it, so "why" is a walk up this list.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"
#include "opsim/kernel/simulation.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim {

/// The word that a timeline shows in its second column. Goals and incidents read these, never text.
enum class EntryKind : std::uint8_t {
  start,     // the world stands
  fault,     // something was broken on purpose, or by the dice
  health,    // a resource got worse or better; detail.health says which
  metric,    // a signal crossed a line that somebody watches
  alarm,     // an alarm changed state; detail.state is the new one
  event,     // an event reached a bus
  rule,      // a rule matched, or a delivery to its target failed for good
  runbook,   // an automation execution started or ended; detail.status
  step,      // one step of it ended; detail.status
  command,   // Run Command reached an instance, or ended there
  call,      // an API call that changes something
  incident,  // an Incident Manager incident opened or was resolved
  page,      // a person was paged; subject is "page-1", detail.person
  person,    // a person acknowledged, looked, repaired: detail.act
  message,   // an SNS message, a chat line: read by people, pages nobody
  resource,  // something was launched, replaced, deleted
  note,      // the simulator itself has something to say
  end,
};
std::string_view to_string(EntryKind kind);

/// How much is kept. `goals` is what verdicts need and all that a sweep keeps; `story` is the
/// timeline; `everything` adds reads, samples and internals.
enum class Level : std::uint8_t { nothing, goals, story, everything };

struct JournalEntry {
  CauseId id{};     // its place in the journal, from 1
  CauseId cause{};  // none: nothing in the world caused it
  SimTime at{};
  EntryKind kind{};
  Level level{};
  std::string subject{};  // the thing it is about, as its user named it: "WebFleet", "i-00000002"
  std::string text{};     // one line a person can read aloud, without the subject's file and line
  std::string source{};   // "stack.yaml:34", or ""
  Json detail{};          // typed facts for goals, exporters and programs; null when there are none
};

/// The text at `key` of an entry's detail, or "".
[[nodiscard]] std::string detail_text(const JournalEntry& entry, std::string_view key);

/// Causes are never forgotten: an entry that is not kept leaves its link (16 bytes), so chains stay
/// whole at every level and a chain that feeds itself is noticed at every level.
///
/// Limits  A chain deeper than kDeepestChain is a loop (a rule that triggers itself, a runbook that
///         starts itself), and more than kMostOfOneCause things that come of one are a loop that
///         branches: the run stops and diagnosis() names what goes round. A run has at most
///         kMostLinks things: some four months of 100,000 servers that are mended once a week.
class Journal {
 public:
  static constexpr std::uint32_t kDeepestChain = 10'000;
  static constexpr std::uint32_t kMostOfOneCause = 5'000'000;
  static constexpr std::size_t kMostLinks = 50'000'000;

  Journal(Simulation& sim, Level keep) : sim_{sim}, keep_{keep} {}

  [[nodiscard]] bool keeps(Level level) const noexcept { return level <= keep_; }
  /// Places in the user's files are told relative to this folder: a journal is the same wherever
  /// the files lie.
  void tell_sources_from(std::string folder) { folder_ = std::move(folder); }
  /// Stamps now(), the id and, unless `entry.cause` is set, the running cause. The answer is to be
  /// the cause of what follows: `CauseScope because{sim, journal.write({...})};`
  CauseId write(JournalEntry entry);
  /// For hot paths, where the entry would not be kept anyway: only the link.
  CauseId link();

  [[nodiscard]] std::span<const JournalEntry> entries() const noexcept { return entries_; }
  /// Null when it was not kept.
  [[nodiscard]] const JournalEntry* find(CauseId id) const;
  [[nodiscard]] CauseId cause_of(CauseId id) const;
  /// The kept entries from `id` itself up to what nothing caused.
  [[nodiscard]] std::vector<const JournalEntry*> chain(CauseId id) const;
  /// Whether `cause` is `id` or one of the causes above it.
  [[nodiscard]] bool caused_by(CauseId id, CauseId cause) const;

  /// Why the run was stopped before its end, or "".
  [[nodiscard]] const std::string& diagnosis() const noexcept { return diagnosis_; }
  /// Ends the run with a diagnosis; the first one stays.
  void give_up(std::string diagnosis);

 private:
  struct Link {
    CauseId cause;
    std::uint32_t depth;
    CauseId origin;            // what nothing caused, at the top of its chain
    std::uint32_t came_of_it;  // in the link of an origin: how many things, itself included
  };
  CauseId add_link(CauseId cause);
  void stop_runaway(CauseId id);
  [[nodiscard]] std::string describe_round(CauseId id) const;

  Simulation& sim_;
  Level keep_;
  std::vector<Link> links_;            // by id - 1
  std::vector<JournalEntry> entries_;  // sorted by id
  std::string diagnosis_;
  std::string folder_;  // ends in a slash, or is empty
};

}  // namespace opsim

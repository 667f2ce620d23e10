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
enum class Kind : std::uint8_t {
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
std::string_view to_string(Kind kind);

/// How much is kept. `goals` is what verdicts need and all that a sweep keeps; `story` is the
/// timeline; `everything` adds reads, samples and internals.
enum class Level : std::uint8_t { nothing, goals, story, everything };

struct Entry {
  CauseId id{};     // its place in the journal, from 1
  CauseId cause{};  // none: nothing in the world caused it
  SimTime at{};
  Kind kind{};
  Level level{};
  std::string subject;  // the thing it is about, as its user named it: "WebFleet", "i-00000002"
  std::string text;     // one line a person can read aloud, without the subject's file and line
  std::string source;   // "stack.yaml:34", or ""
  Json detail;          // typed facts for goals, exporters and programs; null when there are none
};

class Journal {
 public:
  Journal(Simulation& sim, Level keep) : sim_{sim}, keep_{keep} {}

  [[nodiscard]] bool keeps(Level level) const noexcept { return level <= keep_; }
  /// Stamps now() and, unless `entry.cause` is set, the running cause. Returns the entry's id, to
  /// be the cause of what follows (CauseScope); an entry of a level that is not kept costs nothing
  /// beyond its making and returns the running cause, so that chains stay whole.
  CauseId write(Entry entry);

  [[nodiscard]] std::span<const Entry> entries() const noexcept { return entries_; }
  [[nodiscard]] const Entry* find(CauseId id) const;
  /// From the entry itself up to what nothing caused.
  [[nodiscard]] std::vector<const Entry*> chain(CauseId id) const;

 private:
  Simulation& sim_;
  Level keep_;
  std::vector<Entry> entries_;
};

}  // namespace opsim

#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/events/pattern.hpp"

namespace opsim::events {

/// The number that the owner of a RuleSet gives a rule; small numbers cost least.
using RuleId = std::uint32_t;

/// Many rules matched against one event at a time.
///
/// Order     match() lists each matching id once, ascending.
/// Rules     An id may be added several times: it matches if any of its patterns does. What a rule
///           matches never depends on others.
/// Cost      No rule is compiled again when another comes or goes; a part of the index is planned
/// anew
///           when it has grown fourfold.
/// Memory    No allocation for an event, once the buffers have grown.
/// Threads   match() uses buffers of this object: one thread at a time.
class RuleSet {
 public:
  RuleSet();
  ~RuleSet();
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;

  void add(RuleId id, const Pattern& pattern);
  /// Removes all patterns of `id`; true if there were any.
  bool remove(RuleId id);
  [[nodiscard]] std::size_t size() const;  // how many ids have a pattern

  /// Clears `out` and lists the rules that match.
  void match(const EventText& event, std::vector<RuleId>& out);
  /// The same from the event's exact text, without an EventText: reads only what some rule asks
  /// for.
  std::optional<InvalidEvent> match(std::string_view event_text, std::vector<RuleId>& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace opsim::events

#include "models/events/matcher.hpp"

#include <algorithm>
#include <map>

#include "models/events/event_text_walk.hpp"
#include "models/events/matcher_index.hpp"
#include "models/events/matcher_leaves.hpp"
#include "models/events/matcher_paths.hpp"
#include "models/events/matcher_walk.hpp"

namespace opsim::events {

struct RuleSet::State {
  /// A pattern that was added, and which numbers its paths have here.
  struct Member {
    Pattern pattern;
    std::vector<std::uint32_t> path_numbers;
    std::vector<std::uint32_t> slots;
  };
  /// One alternative of a pattern: what the index speaks of.
  struct Slot {
    RuleId id = 0;
    std::uint32_t alternative = 0;
    const PatternRule* rule = nullptr;
    const std::vector<std::uint32_t>* path_numbers = nullptr;
    /// Where the alternative has a single test of values: the test, and its path here.
    const ValueTest* only_test = nullptr;
    std::uint32_t only_path = 0;
  };

  [[nodiscard]] bool holds(const Slot& slot) {
    if (slot.only_test != nullptr) {
      const std::uint32_t only = leaves.table().first[slot.only_path];
      if (only == LeafTable::kNone) return false;
      const LeafTable::Leaf& leaf = leaves.table().leaves[only];
      const bool is_plain = leaf.next == LeafTable::kNone && leaf.places_size == 0;
      if (is_plain && !leaf.under_empty_key) return passes(*slot.only_test, leaf.value);
    }
    return alternative_holds(*slot.rule, slot.alternative, *slot.path_numbers, leaves.table(),
                             evaluation_buffers);
  }

  std::uint32_t new_slot() {
    if (free_slots.empty()) {
      slots.emplace_back();
      return static_cast<std::uint32_t>(slots.size() - 1);
    }
    const std::uint32_t slot = free_slots.back();
    free_slots.pop_back();
    return slot;
  }

  /// The way that decides what is an event.
  bool read_slowly(std::string_view event_text) {
    text.assign(event_text).append(scan::kPadding, '\0');
    EventWalk walk{leaves, walk_buffers};
    return walk.run(text.data(), {});
  }

  void match_read_event(std::vector<RuleId>& out);

  PathTree paths;
  RuleIndex index;
  std::vector<Slot> slots;
  std::vector<std::uint32_t> free_slots;
  std::map<RuleId, std::vector<std::unique_ptr<Member>>> members;

  AskedLeaves leaves{paths};
  EventIndex event_index;
  WalkBuffers walk_buffers;
  EvaluationBuffers evaluation_buffers;
  std::vector<RuleIndex::Entry> candidates;
  std::string text;
};

RuleSet::RuleSet() : state_(std::make_unique<State>()) {}
RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

std::size_t RuleSet::size() const { return state_->members.size(); }

void RuleSet::add(RuleId id, const Pattern& pattern) {
  const PatternRule& rule = pattern.rule();
  auto& members = state_->members[id];
  members.push_back(std::make_unique<State::Member>(State::Member{pattern, {}, {}}));
  State::Member& member = *members.back();
  for (const std::string& path : rule.paths) {
    member.path_numbers.push_back(state_->paths.add(path));
  }
  for (std::uint32_t i = 0; i < rule.alternatives.size(); ++i) {
    const std::uint32_t slot = state_->new_slot();
    state_->slots[slot] = {id, i, &rule, &member.path_numbers};
    const std::vector<std::uint32_t>& tests = rule.alternatives[i];
    if (tests.size() == 1) {
      const FieldTest& test = rule.tests[tests.front()];
      if (test.any_of.size() == 1 && !test.or_absent) {
        state_->slots[slot].only_test = &test.any_of.front();
        state_->slots[slot].only_path = member.path_numbers[test.path];
      }
    }
    member.slots.push_back(slot);
    std::vector<RuleIndex::Condition> conditions;
    for (const std::uint32_t test : tests) {
      const std::uint32_t path = member.path_numbers[rule.tests[test].path];
      conditions.push_back({path, anchor_keys(rule.tests[test])});
      if (const auto further = further_key(rule.tests[test]))
        conditions.push_back({path, {*further}});
    }
    state_->index.add(slot, std::move(conditions));
  }
}

bool RuleSet::remove(RuleId id) {
  const auto found = state_->members.find(id);
  if (found == state_->members.end()) return false;
  for (const auto& member : found->second) {
    for (const std::uint32_t slot : member->slots) {
      state_->index.remove(slot);
      state_->free_slots.push_back(slot);
    }
    for (const std::uint32_t path : member->path_numbers) state_->paths.remove(path);
  }
  state_->members.erase(found);
  return true;
}

void RuleSet::State::match_read_event(std::vector<RuleId>& out) {
  candidates.clear();
  bool is_ascending = true;
  index.candidates(leaves.table(), leaves.present(), candidates);
  for (const RuleIndex::Entry entry : candidates) {
    const Slot& slot = slots[entry];
    if (holds(slot)) {
      is_ascending = is_ascending && (out.empty() || out.back() < slot.id);
      out.push_back(slot.id);
    }
  }
  if (is_ascending) return;
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
}

void RuleSet::match(const EventText& event, std::vector<RuleId>& out) { match(event.text(), out); }

std::optional<InvalidEvent> RuleSet::match(std::string_view event_text, std::vector<RuleId>& out) {
  out.clear();
  State& state = *state_;
  state.leaves.clear(event_text.size());
  if (state.event_index.build(event_text)) {
    IndexedWalk{state.leaves, state.event_index, event_text, state.walk_buffers}.run();
  } else if (!state.read_slowly(event_text)) {
    return explain_invalid(event_text);
  }
  state.match_read_event(out);
  return std::nullopt;
}

}  // namespace opsim::events

#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/events/pattern_rule.hpp"

namespace opsim::events {

/// The leaves of an event by path, as an evaluation reads them. Paths are numbered by the owner.
struct LeafTable {
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  struct Leaf {
    FieldValue value;
    std::uint32_t places_begin = 0;
    std::uint32_t places_size = 0;
    std::uint32_t next = kNone;  // leaf of the same path
    bool under_empty_key = false;
    mutable std::uint64_t text_key = 0;  // a hash that an index wants once asked for; 0: not yet
  };

  /// A leaf that becomes the first of its path. What is rare stays out of the way.
  [[gnu::always_inline]] inline void add(std::uint32_t path, ValueKind kind, std::string_view text,
                                         bool under_empty_key,
                                         std::span<const ArrayPlace> its_places) {
    if (size == leaves.size()) grow();
    Leaf& leaf = leaves[size];
    leaf.value.become(kind, text);
    leaf.places_size = 0;
    leaf.next = first[path];
    leaf.under_empty_key = under_empty_key;
    leaf.text_key = 0;
    first[path] = size++;
    if (!its_places.empty()) place(leaf, its_places);
  }
  [[nodiscard]] std::span<const ArrayPlace> places_of(const Leaf& leaf) const {
    return std::span{places}.subspan(leaf.places_begin, leaf.places_size);
  }

  void clear() {
    size = 0;
    places.clear();
  }

  std::vector<Leaf> leaves;  // and room for more
  std::uint32_t size = 0;
  std::vector<std::uint32_t> first;  // by path number
  std::vector<ArrayPlace> places;

 private:
  [[gnu::noinline]] void grow() { leaves.resize(std::max<std::size_t>(16, 2 * leaves.size())); }
  [[gnu::noinline]] void place(Leaf& leaf, std::span<const ArrayPlace> its_places) {
    leaf.places_begin = static_cast<std::uint32_t>(places.size());
    leaf.places_size = static_cast<std::uint32_t>(its_places.size());
    places.insert(places.end(), its_places.begin(), its_places.end());
  }
};

/// Kept from evaluation to evaluation, so that one allocates nothing.
struct EvaluationBuffers {
  std::vector<ArrayPlace> settled;         // the array elements that the tests so far agree on
  std::vector<std::uint32_t> passing;      // leaves, test after test
  std::vector<std::uint32_t> passing_end;  // by position in the alternative
};

/// Whether all tests of one alternative hold, with array consistency: fields inside arrays of
/// objects are taken from one element of each array. `path_numbers` says which number a path of the
/// rule has in `table`.
bool alternative_holds(const PatternRule& rule, std::size_t alternative,
                       std::span<const std::uint32_t> path_numbers, const LeafTable& table,
                       EvaluationBuffers& buffers);

}  // namespace opsim::events

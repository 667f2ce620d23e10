#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "models/events/matcher_hash.hpp"
#include "models/events/matcher_keys.hpp"

namespace opsim::events {

/// Which conjunctions of conditions could hold for an event, found quickly. It leaves out only what
/// cannot match; what it names is to be checked.
///
/// A tree of questions. A node asks for the values of one path, the most telling among its entries,
/// and goes on below each value found; or, where its entries have no path in common, it looks which
/// of their paths the event has; or it lists its entries.
///
/// Cost      Adding and removing cost what the entry's own conditions cost, except that a part of
/// the
///           tree is planned anew whenever it has grown fourfold.
class RuleIndex {
 public:
  using Entry = std::uint32_t;
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  struct Condition {
    std::uint32_t path = 0;
    std::vector<AnchorKey> keys;  // a value has one of these; none: says nothing
  };

  RuleIndex() { new_node(); }

  /// `entry` is not in the index.
  void add(Entry entry, std::vector<Condition> conditions);
  void remove(Entry entry);

  /// The paths that the event has stand in `paths`. Appends the entries that could hold, each once.
  void candidates(const LeafTable& leaves, std::span<const std::uint32_t> paths,
                  std::vector<Entry>& out);

 private:
  enum class Kind : std::uint8_t { list, path, dispatch };
  /// One key that may satisfy a condition, or the header of an entry's checks: all that a list node
  /// asks of an entry stands in one piece.
  struct Check {
    std::uint64_t hash = 0;
    std::uint32_t subject = 0;  // a path; of a header, the entry
    std::uint16_t length = 0;   // of a prefix or suffix; of a header, how many checks follow
    KeyForm form = KeyForm::present;
    bool ends_condition = false;
  };
  struct Node {
    Kind kind = Kind::list;
    std::uint32_t forms = 0;          // path: mask of KeyForm among the children
    std::uint32_t path = kNone;       // path: the one asked for
    std::uint32_t size = 0;           // entries below, one below several children counted for each
    std::uint32_t planned = 0;        // size when last planned
    std::uint32_t otherwise = kNone;  // the node of entries to which the question says nothing
    std::vector<Check> listed;        // list: for each entry a header and its checks
    NumberMap children;  // path: by AnchorKey::hash; dispatch: by path, nodes that ask for it
    std::vector<std::uint16_t> prefixes;  // path: lengths, ascending
    std::vector<std::uint16_t> suffixes;
  };
  using Paths = std::vector<std::uint32_t>;
  using Entries = std::vector<Entry>;

  // matcher_index.cpp: the tree as rules come and go
  std::uint32_t new_node();
  [[nodiscard]] static bool can_be_asked(const Condition& condition);
  void free_below(std::uint32_t node);
  void collect(std::uint32_t node, Entries& out) const;
  void list(std::uint32_t node, Entry entry, const Paths& asked);
  bool unlist(std::uint32_t node, Entry entry);
  void insert(std::uint32_t node, Entry entry, Paths& asked);
  bool erase(std::uint32_t node, Entry entry);
  void plan(std::uint32_t node, Entries entries, Paths& asked);
  void plan_path(std::uint32_t node, std::uint32_t path, const Entries& entries, Paths& asked);
  void plan_dispatch(std::uint32_t node, const Entries& entries, Paths& asked);
  std::uint32_t child_for(std::uint32_t node, const AnchorKey& key);
  std::uint32_t child_of(std::uint32_t node, std::uint64_t key);
  std::uint32_t otherwise_of(std::uint32_t node);
  [[nodiscard]] std::uint32_t best_path(const Entries& entries, const Paths& asked) const;
  [[nodiscard]] std::uint32_t rarest_path(std::uint32_t node, Entry entry,
                                          const Paths& asked) const;
  [[nodiscard]] const std::vector<AnchorKey>* keys_on(Entry entry, std::uint32_t path) const;

  // matcher_candidates.cpp: one event
  void visit(std::uint32_t node);
  void visit_listed(const Node& node);
  [[nodiscard]] bool could_hold(std::span<const Check> checks);
  [[nodiscard]] bool has_key(const Check& check);
  [[nodiscard]] bool value_has_key(const Check& check, std::uint32_t leaf);
  std::uint64_t text_key_of(std::uint32_t leaf);
  void visit_values(std::uint32_t node);
  void visit_string(const Node& node, std::uint32_t leaf);
  void visit_child(const Node& node, std::uint64_t key);

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> free_nodes_;
  std::vector<std::vector<Condition>> conditions_;  // by entry

  // While candidates() runs.
  const LeafTable* leaves_ = nullptr;
  std::span<const std::uint32_t> paths_;
  Entries* out_ = nullptr;
  std::vector<std::uint32_t> seen_;  // by entry: the event in which it was named last
  std::uint32_t event_ = 0;
};

}  // namespace opsim::events

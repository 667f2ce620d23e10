#pragma once
/// A value of a document and where it stands. JSON and YAML read into the same tree.
///
/// Cost      A Node is a pointer to a shared, immutable tree and an index: copy it freely. It keeps
///           the whole document alive.
/// Scalars   keep their exact spelling. What a plain YAML scalar *is* follows YAML 1.1 as
///           CloudFormation and SSM apply it: true/yes/on and their like are booleans; 2012-10-17
///           and 012345678901 are text; 123456789012 is a number and stays exact.
/// Tags      CloudFormation's short forms are expanded while reading: `!Ref A` is {"Ref": "A"} at
/// the
///           position of the tag, and `!GetAtt A.b.c` is {"Fn::GetAtt": ["A", "b.c"]}.
/// Order     Mappings keep the order of the source.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "opsim/document/diagnostic.hpp"

namespace opsim {
using Json = nlohmann::json;

class Tree;
class Entries;
class Items;
struct Entry;

enum class NodeKind : std::uint8_t { null, boolean, number, text, list, mapping };

class Node {
 public:
  /// The null of an empty document.
  Node() = default;

  [[nodiscard]] NodeKind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == NodeKind::null; }
  [[nodiscard]] bool is_boolean() const noexcept { return kind() == NodeKind::boolean; }
  [[nodiscard]] bool is_number() const noexcept { return kind() == NodeKind::number; }
  [[nodiscard]] bool is_text() const noexcept { return kind() == NodeKind::text; }
  [[nodiscard]] bool is_list() const noexcept { return kind() == NodeKind::list; }
  [[nodiscard]] bool is_mapping() const noexcept { return kind() == NodeKind::mapping; }
  [[nodiscard]] bool is_scalar() const noexcept { return kind() < NodeKind::list; }

  // ---- Where it stands ----
  [[nodiscard]] std::string_view file() const noexcept;
  [[nodiscard]] Position position() const noexcept;
  /// RFC 6901 from the root of its document, "" at the root.
  [[nodiscard]] std::string pointer() const;
  /// "stack.yaml:34", for journals and reports.
  [[nodiscard]] std::string source() const;
  /// "!Sub" where a short form was written, else "".
  [[nodiscard]] std::string_view tag() const noexcept;

  // ---- Scalars ----
  /// The spelling: the decoded text of a string, "1.50" of a number, "yes" of a boolean, "" of a
  /// list, a mapping or a null. Valid as long as any Node of the document.
  [[nodiscard]] std::string_view spelling() const noexcept;
  /// Any scalar but null, as spelt: an account id reads the same with and without quotes.
  [[nodiscard]] std::optional<std::string> as_text() const;
  /// A number without fraction that fits 64 bits; 1.0 and 1e3 count, "1" in quotes does not.
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;
  [[nodiscard]] std::optional<double> as_number() const;
  [[nodiscard]] std::optional<bool> as_boolean() const;

  // ---- Lists and mappings ----
  /// Items or entries; 0 for a scalar.
  [[nodiscard]] std::size_t size() const noexcept;
  /// The i-th item, or value of the i-th entry; i < size().
  [[nodiscard]] Node at(std::size_t i) const;
  /// The i-th entry of a mapping; i < size().
  [[nodiscard]] Entry entry(std::size_t i) const;
  /// The value of a key, the last one where duplicates were let in; nothing in what is no mapping.
  [[nodiscard]] std::optional<Node> find(std::string_view key) const;
  [[nodiscard]] bool contains(std::string_view key) const { return find(key).has_value(); }
  /// for (const auto& [key, value, at] : node.entries()). Empty for what is no mapping.
  [[nodiscard]] Entries entries() const;
  /// for (const Node& item : node.items()). Empty for what is no list.
  [[nodiscard]] Items items() const;

  // ---- As a whole ----
  /// Duplicate keys: the last wins. Numbers beyond 64 bits become doubles.
  [[nodiscard]] Json to_json() const;
  /// The deepest node on the way of an RFC 6901 pointer: tells an error in resolved JSON at its
  /// line.
  [[nodiscard]] Node locate(std::string_view pointer) const;
  /// For messages: `"breech"`, `15`, `true`, `nothing`, `a list`, `a mapping`.
  [[nodiscard]] std::string describe() const;
  /// A Diagnostic about this node.
  [[nodiscard]] Diagnostic complaint(std::string message) const;

  /// The same place of the same document.
  friend bool operator==(const Node&, const Node&) = default;

 private:
  friend class Tree;
  Node(std::shared_ptr<const Tree> tree, std::uint32_t index) noexcept
      : tree_(std::move(tree)), index_(index) {}

  std::shared_ptr<const Tree> tree_;
  std::uint32_t index_ = 0;
};

struct Entry {
  std::string_view key;  // valid as long as any Node of the document
  Node value;
  Position at;  // of the key
};

/// Ranges over a node; they hold it, so a temporary may be walked.
template <class Range, class Value>
class NodeIterator {
 public:
  using value_type = Value;
  using difference_type = std::ptrdiff_t;
  NodeIterator() = default;
  NodeIterator(const Node& node, std::size_t i) : node_(node), i_(i) {}
  Value operator*() const { return Range::pick(node_, i_); }
  NodeIterator& operator++() {
    ++i_;
    return *this;
  }
  NodeIterator operator++(int) {
    NodeIterator before = *this;
    ++i_;
    return before;
  }
  bool operator==(const NodeIterator& other) const { return i_ == other.i_; }

 private:
  Node node_;
  std::size_t i_ = 0;
};

class Items {
 public:
  explicit Items(Node node) : node_(std::move(node)) {}
  using iterator = NodeIterator<Items, Node>;
  [[nodiscard]] iterator begin() const { return {node_, 0}; }
  [[nodiscard]] iterator end() const { return {node_, node_.is_list() ? node_.size() : 0}; }
  static Node pick(const Node& node, std::size_t i) { return node.at(i); }

 private:
  Node node_;
};

class Entries {
 public:
  explicit Entries(Node node) : node_(std::move(node)) {}
  using iterator = NodeIterator<Entries, Entry>;
  [[nodiscard]] iterator begin() const { return {node_, 0}; }
  [[nodiscard]] iterator end() const { return {node_, node_.is_mapping() ? node_.size() : 0}; }
  static Entry pick(const Node& node, std::size_t i) { return node.entry(i); }

 private:
  Node node_;
};

}  // namespace opsim

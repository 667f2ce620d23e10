#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/document/read.hpp"
#include "sim/document/tree.hpp"

namespace opsim {

/// Thrown when reading one text cannot go on; the reason is in the Diagnostics already.
struct Stopped {};

/// Takes the values of a text in their order and holds the limits.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view file, std::size_t text_bytes, const ReadOptions& options,
              Diagnostics& diagnostics);

  /// In a mapping: key() first, then its value. Return the index of the new cell.
  void key(std::string_view text, Position at);
  std::uint32_t scalar(NodeKind kind, std::string_view text, Position at);
  std::uint32_t open(NodeKind kind, Position at, std::uint8_t tag = 0);
  void close();
  /// A second place for a cell that is closed.
  void alias(std::uint32_t cell, Position at);

  [[nodiscard]] std::size_t depth() const noexcept { return open_.size(); }
  [[nodiscard]] bool is_open(std::uint32_t cell) const;
  [[nodiscard]] NodeKind innermost() const { return tree_->cells[open_.back().cell].kind; }
  [[nodiscard]] Position innermost_at() const { return tree_->cells[open_.back().cell].at; }
  [[nodiscard]] const Tree& tree() const noexcept { return *tree_; }
  /// RFC 6901, of the innermost open value.
  [[nodiscard]] std::string pointer() const;

  /// YAML: the next mapping to close has a plain `<<` among its keys.
  void merge_on_close() { open_.back().merges = true; }

  void complain(Position at, std::string message);
  [[noreturn]] void stop(Position at, std::string message);

  /// All is closed and something was read.
  [[nodiscard]] std::shared_ptr<const Tree> finish();

 private:
  struct Open {
    std::uint32_t cell = 0;
    std::size_t first_pending = 0;
    bool merges = false;
  };
  [[nodiscard]] Tree::Text keep(std::string_view text);
  std::uint32_t add(Tree::Cell cell);
  void attach(std::uint32_t cell, Position at);
  void weigh(const Open& closing);
  void merge(const Open& mapping);
  void take_entries_of(std::uint32_t merged, const Tree::Slot& where,
                       std::vector<Tree::Slot>& into);
  [[nodiscard]] bool has_duplicates(const Open& mapping) const;
  void settle_duplicates(const Open& mapping);
  void drop_earlier(const Open& mapping, const std::vector<std::uint32_t>& dropped);
  [[nodiscard]] std::vector<std::uint32_t> sorted_by_key(const Open& mapping) const;

  const ReadOptions& options_;
  Diagnostics& diagnostics_;
  std::shared_ptr<Tree> tree_;
  std::vector<Open> open_;
  std::vector<Tree::Slot> pending_;  // of all open lists and mappings, innermost last
};

}  // namespace opsim

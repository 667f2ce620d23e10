#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/document/node.hpp"

namespace opsim {

/// The values of one document, flat: no pointer is followed to build, share or destroy it.
/// TreeBuilder writes it; afterwards it never changes.
class Tree {
 public:
  /// A piece of `texts`.
  struct Text {
    std::uint32_t first = 0;
    std::uint32_t length = 0;
  };

  struct Cell {
    NodeKind kind = NodeKind::null;
    std::uint8_t tag = 0;      // 0: none, else 1 + row of the table of short forms
    std::uint16_t height = 0;  // lists and mappings within each other, itself included
    Position at;
    std::uint32_t first = 0;  // scalar: in texts; list, mapping: in slots
    std::uint32_t count = 0;  // bytes, or slots
    std::uint32_t parent = 0;
    std::uint32_t place = 0;   // which slot of the parent
    std::uint32_t weight = 1;  // values written out, aliases expanded; stops at its maximum
  };

  /// An item of a list (no key) or an entry of a mapping.
  struct Slot {
    std::uint32_t value = 0;
    Text key;
    Position key_at;
  };

  std::string file;
  std::string texts;
  std::vector<Cell> cells;  // the root is cell 0
  std::vector<Slot> slots;
  /// Beside slots: the slots of one mapping by key, relative to its first; equal keys by place.
  /// Only mappings of more than kScanned entries have it.
  std::vector<std::uint32_t> by_key;
  static constexpr std::uint32_t kScanned = 8;

  [[nodiscard]] std::string_view text(Text piece) const noexcept {
    return std::string_view(texts).substr(piece.first, piece.length);
  }
  [[nodiscard]] std::string_view scalar(const Cell& cell) const noexcept {
    return text({cell.first, cell.count});
  }
  [[nodiscard]] std::string_view key(const Cell& mapping, std::uint32_t i) const noexcept {
    return text(slots[mapping.first + i].key);
  }
  /// The last slot of that key.
  [[nodiscard]] std::optional<std::uint32_t> find(const Cell& mapping, std::string_view key) const;

  /// The root of a finished tree.
  [[nodiscard]] static Node root(std::shared_ptr<const Tree> tree) { return {std::move(tree), 0}; }
};

}  // namespace opsim

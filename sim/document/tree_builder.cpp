#include "sim/document/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/document/scalars.hpp"

namespace opsim {
namespace {

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

std::uint32_t saturating_sum(std::uint32_t a, std::uint32_t b) {
  return a > kMost - b ? kMost : a + b;
}

}  // namespace

TreeBuilder::TreeBuilder(std::string_view file, std::size_t text_bytes, const ReadOptions& options,
                         Diagnostics& diagnostics)
    : options_(options), diagnostics_(diagnostics), tree_(std::make_shared<Tree>()) {
  tree_->file = file;
  tree_->texts.reserve(text_bytes);
}

void TreeBuilder::complain(Position at, std::string message) {
  diagnostics_.add(
      {.file = tree_->file, .at = at, .pointer = pointer(), .message = std::move(message)});
  if (diagnostics_.full()) throw Stopped{};
}

void TreeBuilder::stop(Position at, std::string message) {
  complain(at, std::move(message));
  throw Stopped{};
}

Tree::Text TreeBuilder::keep(std::string_view text) {
  const Tree::Text piece{static_cast<std::uint32_t>(tree_->texts.size()),
                         static_cast<std::uint32_t>(text.size())};
  tree_->texts += text;
  return piece;
}

std::uint32_t TreeBuilder::add(Tree::Cell cell) {
  if (tree_->cells.size() >= options_.max_values) {
    stop(cell.at, fmt::format("more than {} values; split this file", options_.max_values));
  }
  const auto index = static_cast<std::uint32_t>(tree_->cells.size());
  if (!open_.empty()) cell.parent = open_.back().cell;
  tree_->cells.push_back(cell);
  return index;
}

/// Puts a finished or just opened cell into its parent.
void TreeBuilder::attach(std::uint32_t cell, Position at) {
  if (open_.empty()) return;
  if (tree_->cells[open_.back().cell].kind == NodeKind::mapping) {
    pending_.back().value = cell;  // its key stands there already
  } else {
    pending_.push_back({.value = cell, .key = {}, .key_at = at});
  }
}

void TreeBuilder::key(std::string_view text, Position at) {
  pending_.push_back({.value = 0, .key = keep(text), .key_at = at});
}

std::uint32_t TreeBuilder::scalar(NodeKind kind, std::string_view text, Position at) {
  constexpr std::size_t kSurelyFinite = 300;  // digits
  const bool suspect = text.size() > kSurelyFinite || text.find_first_of("eE") != text.npos;
  if (kind == NodeKind::number && suspect && std::isinf(number_value(text))) {
    complain(at, fmt::format("{} is too large a number", quoted(text)));
  }
  const Tree::Text piece = keep(text);
  const std::uint32_t cell =
      add({.kind = kind, .at = at, .first = piece.first, .count = piece.length});
  attach(cell, at);
  return cell;
}

std::uint32_t TreeBuilder::open(NodeKind kind, Position at, std::uint8_t tag) {
  if (open_.size() >= options_.max_depth) {
    stop(at, fmt::format("nested more than {} levels deep", options_.max_depth));
  }
  const std::uint32_t cell = add({.kind = kind, .tag = tag, .at = at});
  attach(cell, at);
  open_.push_back({.cell = cell, .first_pending = pending_.size()});
  return cell;
}

bool TreeBuilder::is_open(std::uint32_t cell) const {
  return std::ranges::find(open_, cell, &Open::cell) != open_.end();
}

void TreeBuilder::alias(std::uint32_t cell, Position at) {
  if (open_.size() + tree_->cells[cell].height > options_.max_depth) {
    stop(at, fmt::format("with its aliases expanded, nested more than {} levels deep",
                         options_.max_depth));
  }
  attach(cell, at);
}

/// What a closing value amounts to with its children, and which place each of them has.
void TreeBuilder::weigh(const Open& closing) {
  Tree::Cell& cell = tree_->cells[closing.cell];
  cell.height = 1;
  for (std::size_t i = pending_.size(); i-- > closing.first_pending;) {
    Tree::Cell& child = tree_->cells[pending_[i].value];
    // From the last to the first: an alias in the same list or mapping comes after the original.
    if (child.parent == closing.cell) {
      child.place = static_cast<std::uint32_t>(i - closing.first_pending);
    }
    cell.weight = saturating_sum(cell.weight, child.weight);
    const auto height = static_cast<std::uint16_t>(child.height + 1);
    cell.height = std::max(cell.height, height);
  }
  if (cell.weight <= options_.max_expanded) return;
  stop(cell.at, fmt::format("with its aliases expanded this holds more than {} values",
                            options_.max_expanded));
}

void TreeBuilder::close() {
  const Open closing = open_.back();
  if (closing.merges) merge(closing);
  const bool is_mapping = tree_->cells[closing.cell].kind == NodeKind::mapping;
  if (is_mapping && options_.duplicates != Duplicates::every) settle_duplicates(closing);

  Tree::Cell& cell = tree_->cells[closing.cell];
  cell.first = static_cast<std::uint32_t>(tree_->slots.size());
  cell.count = static_cast<std::uint32_t>(pending_.size() - closing.first_pending);
  weigh(closing);
  const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(closing.first_pending);
  tree_->slots.insert(tree_->slots.end(), first, pending_.end());
  if (is_mapping && cell.count > Tree::kScanned) {
    tree_->by_key.resize(cell.first);
    const std::vector<std::uint32_t> order = sorted_by_key(closing);
    tree_->by_key.insert(tree_->by_key.end(), order.begin(), order.end());
  }
  pending_.resize(closing.first_pending);
  open_.pop_back();
}

std::string TreeBuilder::pointer() const {
  std::string result;
  for (std::size_t i = 1; i < open_.size(); ++i) {
    const bool in_mapping = tree_->cells[open_[i - 1].cell].kind == NodeKind::mapping;
    const std::size_t slot = open_[i].first_pending - 1;  // the parent's last one
    const std::size_t place = slot - open_[i - 1].first_pending;
    result +=
        in_mapping ? pointer_step(tree_->text(pending_[slot].key)) : fmt::format("/{}", place);
  }
  return result;
}

std::shared_ptr<const Tree> TreeBuilder::finish() { return tree_; }

}  // namespace opsim

#include "opsim/document/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "opsim/kernel/ensure.hpp"
#include "sim/document/scalars.hpp"
#include "sim/document/short_forms.hpp"
#include "sim/document/tree.hpp"

namespace opsim {

std::optional<std::uint32_t> Tree::find(const Cell& mapping, std::string_view name) const {
  if (mapping.count <= kScanned) {
    for (std::uint32_t i = mapping.count; i-- > 0;) {
      if (key(mapping, i) == name) return i;
    }
    return std::nullopt;
  }
  const auto first = by_key.begin() + mapping.first;
  const auto after = std::upper_bound(
      first, first + mapping.count, name,
      [&](std::string_view wanted, std::uint32_t i) { return wanted < key(mapping, i); });
  if (after == first || key(mapping, *(after - 1)) != name) return std::nullopt;
  return *(after - 1);
}

NodeKind Node::kind() const noexcept { return tree_ ? tree_->cells[index_].kind : NodeKind::null; }

// ---- Where it stands -------------------------------------------------------------------------

std::string_view Node::file() const noexcept { return tree_ ? std::string_view(tree_->file) : ""; }

Position Node::position() const noexcept { return tree_ ? tree_->cells[index_].at : Position{}; }

std::string Node::source() const { return fmt::format("{}:{}", file(), position().line); }

std::string_view Node::tag() const noexcept {
  const std::uint8_t row = tree_ ? tree_->cells[index_].tag : std::uint8_t{0};
  return row == 0 ? std::string_view() : kShortForms[row - 1].tag;
}

std::string Node::pointer() const {
  if (!tree_) return "";
  std::vector<std::string> steps;
  for (std::uint32_t i = index_; i != 0; i = tree_->cells[i].parent) {
    const Tree::Cell& parent = tree_->cells[tree_->cells[i].parent];
    const std::uint32_t place = tree_->cells[i].place;
    steps.push_back(parent.kind == NodeKind::mapping ? pointer_step(tree_->key(parent, place))
                                                     : fmt::format("/{}", place));
  }
  std::string result;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) result += *step;
  return result;
}

// ---- Scalars ---------------------------------------------------------------------------------

std::string_view Node::spelling() const noexcept {
  return tree_ && is_scalar() ? tree_->scalar(tree_->cells[index_]) : std::string_view();
}

std::optional<std::string> Node::as_text() const {
  if (!is_scalar() || is_null()) return std::nullopt;
  return std::string(spelling());
}

std::optional<std::int64_t> Node::as_integer() const {
  return is_number() ? whole_number(spelling()) : std::nullopt;
}

std::optional<double> Node::as_number() const {
  return is_number() ? std::optional(number_value(spelling())) : std::nullopt;
}

std::optional<bool> Node::as_boolean() const {
  return is_boolean() ? boolean_value(spelling()) : std::nullopt;
}

// ---- Lists and mappings ----------------------------------------------------------------------

std::size_t Node::size() const noexcept {
  return tree_ && !is_scalar() ? tree_->cells[index_].count : 0;
}

Node Node::at(std::size_t i) const {
  ensure(i < size(), "Node::at: the place is within the list or mapping");
  return {tree_, tree_->slots[tree_->cells[index_].first + i].value};
}

Entry Node::entry(std::size_t i) const {
  ensure(is_mapping() && i < size(), "Node::entry: the place is within the mapping");
  const Tree::Slot& slot = tree_->slots[tree_->cells[index_].first + i];
  return {.key = tree_->text(slot.key), .value = Node(tree_, slot.value), .at = slot.key_at};
}

std::optional<Node> Node::find(std::string_view key) const {
  if (!is_mapping()) return std::nullopt;
  const std::optional<std::uint32_t> place = tree_->find(tree_->cells[index_], key);
  if (!place) return std::nullopt;
  return at(*place);
}

Entries Node::entries() const { return Entries(*this); }
Items Node::items() const { return Items(*this); }

Node Node::locate(std::string_view pointer) const {
  Node here = *this;
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    if (here.is_list()) {
      const std::optional<std::int64_t> i = whole_number(step);
      if (!i || *i < 0 || static_cast<std::size_t>(*i) >= here.size()) return here;
      here = here.at(static_cast<std::size_t>(*i));
    } else {
      const std::optional<Node> next = here.find(pointer_key(step));
      if (!next) return here;
      here = *next;
    }
  }
  return here;
}

// ---- For messages ----------------------------------------------------------------------------

std::string Node::describe() const {
  switch (kind()) {
    case NodeKind::null: return "nothing";
    case NodeKind::list: return "a list";
    case NodeKind::mapping: return "a mapping";
    case NodeKind::text: return quoted(spelling());
    case NodeKind::boolean:
    case NodeKind::number: return std::string(spelling().substr(0, 40));
  }
  return "";
}

Diagnostic Node::complaint(std::string message) const {
  return {.file = std::string(file()),
          .at = position(),
          .pointer = pointer(),
          .message = std::move(message)};
}

}  // namespace opsim

// yaml-cpp's events -> the tree.
#include "sim/document/yaml_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/document/scalars.hpp"
#include "sim/document/short_forms.hpp"

namespace opsim {
namespace {

constexpr std::string_view kCoreTags = "tag:yaml.org,2002:";

NodeKind core_kind(std::string_view type, std::string_view value) {
  if (type == "bool" && boolean_value(value)) return NodeKind::boolean;
  if (type == "null") return NodeKind::null;
  if ((type == "int" || type == "float") && is_number_spelling(value)) return NodeKind::number;
  return NodeKind::text;
}

}  // namespace

// ---- Events ----------------------------------------------------------------------------------

void YamlEvents::scalar(const YamlProperties& properties, std::string_view text, bool plain) {
  const auto& [offset, tag, anchor] = properties;
  if (passed_over()) return;
  if (wants_key()) {
    if (plain && text == "<<") builder_.merge_on_close();
    return take_key(text, offset);
  }
  const auto next = static_cast<std::uint32_t>(builder_.tree().cells.size());
  const bool has_tag = !tag.empty() && tag != "!";  // "!" says only that it is no plain scalar
  if (!has_tag) {
    const std::size_t at = anchor.empty() || text.empty() ? offset : after_properties(offset);
    const bool resolves = plain && tag.empty();
    builder_.scalar(resolves ? plain_kind(text) : NodeKind::text, text, source_.at(at));
  } else if (check_tag(tag, offset)) {
    tagged_scalar(tag, text, offset);
  } else {
    builder_.scalar(NodeKind::text, text, source_.at(offset));
  }
  remember(anchor, next);
  value_done();
}

void YamlEvents::start(NodeKind kind, const YamlProperties& properties) {
  const auto& [offset, tag, anchor] = properties;
  if (passing_ > 0 || pass_value_) {
    ++passing_;
    return;
  }
  if (wants_key()) {
    refuse_key(offset);
    ++passing_;
    return;
  }
  const auto next = static_cast<std::uint32_t>(builder_.tree().cells.size());
  const bool tagged = !tag.empty() && tag != "!" && check_tag(tag, offset);
  const std::uint8_t form = tagged ? short_form(tag) : std::uint8_t{0};
  if (form != 0) {
    builder_.open(NodeKind::mapping, source_.at(offset), form);
    builder_.key(kShortForms[form - 1].key, source_.at(offset));
  }
  const bool alone = tag.empty() && anchor.empty();
  builder_.open(kind, source_.at(alone ? offset : after_properties(offset)));
  remember(anchor, next);
  const Next first = kind == NodeKind::mapping ? Next::key : Next::item;
  levels_.push_back({.next = first, .wrapped = form != 0});
}

void YamlEvents::end() {
  if (passing_ > 0) {
    if (--passing_ == 0) pass_value_ = !pass_value_;  // after the key its value, after that no more
    return;
  }
  builder_.close();
  if (levels_.back().wrapped) builder_.close();
  levels_.pop_back();
  value_done();
}

void YamlEvents::alias(std::size_t offset, std::string_view anchor) {
  if (passed_over()) return;
  const Position at = source_.at(offset);
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) {
    std::vector<std::string_view> names;
    for (const auto& [name, cell] : anchors_) names.push_back(name);
    std::string hint = did_you_mean(anchor, names);
    if (hint.empty()) hint = "; a text that begins with * needs quotes";
    builder_.complain(at, fmt::format("no anchor &{} stands before this{}", anchor, hint));
    return scalar({.offset = offset}, anchor, false);
  }
  const Tree::Cell& cell = builder_.tree().cells[known->second];
  if (wants_key()) {
    if (cell.kind < NodeKind::list) {
      // a copy: keeping the key may move the texts that it would point into
      return take_key(std::string(builder_.tree().scalar(cell)), offset);
    }
    refuse_key(offset);
    pass_value_ = true;
    return;
  }
  if (builder_.is_open(known->second)) {
    builder_.stop(at, fmt::format("*{} stands within what it stands for: it has no end", anchor));
  }
  builder_.alias(known->second, at);
  value_done();
}

// ---- Keys ------------------------------------------------------------------------------------

bool YamlEvents::wants_key() const { return !levels_.empty() && levels_.back().next == Next::key; }

void YamlEvents::take_key(std::string_view text, std::size_t offset) {
  builder_.key(text, source_.at(offset));
  levels_.back().next = Next::value;
}

void YamlEvents::refuse_key(std::size_t offset) {
  const bool placeholder = offset > 0 && source_.text().substr(offset - 1, 2) == "{{";
  builder_.complain(source_.at(placeholder ? offset - 1 : offset),
                    placeholder ? "a text that begins with {{ needs quotes around it"
                                : "a key must be a text; here it is a list or a mapping");
}

/// Within a key that is no text, or the value of one.
bool YamlEvents::passed_over() {
  if (passing_ > 0) return true;
  return std::exchange(pass_value_, false);
}

void YamlEvents::value_done() {
  if (!levels_.empty() && levels_.back().next == Next::value) levels_.back().next = Next::key;
}

void YamlEvents::remember(std::string_view anchor, std::uint32_t cell) {
  if (!anchor.empty()) anchors_.insert_or_assign(std::string(anchor), cell);
}

// ---- Tags ------------------------------------------------------------------------------------

/// AWS: CloudFormation reads no binary, omap, pairs, set and timestamp tags ("CloudFormation
/// template formats"). A timestamp does no harm: it stays text.
bool YamlEvents::check_tag(std::string_view tag, std::size_t offset) {
  if (short_form(tag) != 0) return true;
  if (tag.starts_with(kCoreTags)) {
    constexpr std::string_view kTypes[] = {"str",  "int", "float", "bool",
                                           "null", "seq", "map",   "timestamp"};
    const std::string_view type = tag.substr(kCoreTags.size());
    if (std::ranges::find(kTypes, type) != std::end(kTypes)) return true;
    builder_.complain(source_.at(offset), fmt::format("!!{} is not read here", type.substr(0, 40)));
    return false;
  }
  std::vector<std::string_view> known;
  for (const ShortForm& form : kShortForms) known.push_back(form.tag);
  builder_.complain(source_.at(offset), fmt::format("{} is no tag known here{}", tag.substr(0, 40),
                                                    did_you_mean(tag, known)));
  return false;
}

/// The argument of a short form is text, whatever it looks like: !Sub 1.10 is not the number 1.1.
void YamlEvents::tagged_scalar(std::string_view tag, std::string_view text, std::size_t offset) {
  const Position at = source_.at(offset);
  const Position value_at = text.empty() ? at : source_.at(after_properties(offset));
  if (tag.starts_with(kCoreTags)) {
    builder_.scalar(core_kind(tag.substr(kCoreTags.size()), text), text, value_at);
    return;
  }
  const std::uint8_t form = short_form(tag);
  builder_.open(NodeKind::mapping, at, form);
  builder_.key(kShortForms[form - 1].key, at);
  if (tag == "!GetAtt") {
    attribute(text, value_at);
  } else {
    builder_.scalar(NodeKind::text, text, value_at);
  }
  builder_.close();
}

/// AWS ("Fn::GetAtt"): `!GetAtt logicalName.attributeName`; a nested stack's attribute has a dot of
/// its own, so the first one parts the two.
void YamlEvents::attribute(std::string_view text, Position at) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {  // the reader of templates tells what is missing
    builder_.scalar(NodeKind::text, text, at);
    return;
  }
  builder_.open(NodeKind::list, at);
  builder_.scalar(NodeKind::text, text.substr(0, dot), at);
  const Position attribute_at{at.line, at.column + static_cast<int>(dot) + 1};
  builder_.scalar(NodeKind::text, text.substr(dot + 1), attribute_at);
  builder_.close();
}

// ---- Positions -------------------------------------------------------------------------------

/// A value is marked where its tag or its anchor stands; this is where the value itself does.
std::size_t YamlEvents::after_properties(std::size_t offset) const {
  const std::string_view text = source_.text();
  while (offset < text.size()) {
    offset = text.find_first_not_of(" \t\r\n", offset);
    if (offset == std::string_view::npos) break;
    const char c = text[offset];
    if (c == '#') {
      offset = text.find('\n', offset);
    } else if (c == '!' || c == '&') {
      offset = text.find_first_of(" \t\r\n,[]{}", offset);
    } else {
      return offset;
    }
  }
  return text.size();
}

}  // namespace opsim

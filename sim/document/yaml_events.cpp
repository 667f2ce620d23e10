// yaml-cpp's events -> the tree.
#include "sim/document/yaml_events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/document/scalars.hpp"
#include "sim/document/short_forms.hpp"

namespace opsim {
namespace {

constexpr std::string_view kCoreTags = "tag:yaml.org,2002:";
// yaml-cpp's two tags of a value that has none
constexpr std::string_view kPlain = "?";
constexpr std::string_view kQuoted = "!";

bool is_tagged(std::string_view tag) { return !tag.empty() && tag != kPlain && tag != kQuoted; }

NodeKind core_kind(std::string_view type, std::string_view value) {
  if (type == "bool" && boolean_value(value)) return NodeKind::boolean;
  if (type == "null") return NodeKind::null;
  if ((type == "int" || type == "float") && is_number_spelling(value)) return NodeKind::number;
  return NodeKind::text;
}

}  // namespace

// ---- Events ----------------------------------------------------------------------------------

void YamlEvents::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (passed_over()) return;
  if (took_key(null_key(mark), false, mark)) return;
  remember(anchor, builder_.scalar(NodeKind::null, "", position(mark)));
  value_done();
}

void YamlEvents::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (passed_over()) return;
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) {
    builder_.stop(position(mark), "this alias stands for a key; only values have aliases here");
  }
  const Tree::Cell& cell = builder_.tree().cells[known->second];
  if (wants_key()) {
    if (cell.kind >= NodeKind::list) return refuse_key(mark);
    // A copy: keeping the key may move the texts it would point into.
    return static_cast<void>(took_key(std::string(builder_.tree().scalar(cell)), false, mark));
  }
  if (builder_.is_open(known->second)) {
    builder_.stop(position(mark),
                  "this alias stands within what it stands for: it would never end");
  }
  builder_.alias(known->second, position(mark));
  value_done();
}

void YamlEvents::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                          const std::string& value) {
  if (passed_over() || took_key(value, tag == kPlain, mark)) return;
  const auto next = static_cast<std::uint32_t>(builder_.tree().cells.size());
  const std::size_t offset = offset_of(mark);
  if (!is_tagged(tag)) {
    const std::size_t at = anchor == 0 ? offset : after_properties(offset);
    const NodeKind kind = tag == kPlain ? plain_kind(value) : NodeKind::text;
    builder_.scalar(kind, value, source_.at(at));
  } else if (check_tag(tag, mark)) {
    tagged_scalar(tag, value, offset);
  } else {
    builder_.scalar(NodeKind::text, value, source_.at(offset));
  }
  remember(anchor, next);
  value_done();
}

void YamlEvents::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                 YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  start(NodeKind::list, mark, tag, anchor);
}

void YamlEvents::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                            YAML::EmitterStyle::value) {
  start(NodeKind::mapping, mark, tag, anchor);
}

void YamlEvents::start(NodeKind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
  if (passing_ > 0 || pass_value_) {
    ++passing_;
    return;
  }
  if (wants_key()) {
    refuse_key(mark);
    pass_value_ = false;  // first the rest of the key
    ++passing_;
    return;
  }
  const auto next = static_cast<std::uint32_t>(builder_.tree().cells.size());
  const bool tagged = is_tagged(tag) && check_tag(tag, mark);
  const std::uint8_t form = tagged ? short_form(tag) : std::uint8_t{0};
  std::size_t offset = offset_of(mark);
  if (form != 0) {
    builder_.open(NodeKind::mapping, source_.at(offset), form);
    builder_.key(kShortForms[form - 1].key, source_.at(offset));
  }
  if (tagged || anchor != 0) offset = after_properties(offset);
  builder_.open(kind, source_.at(offset));
  remember(anchor, next);
  levels_.push_back(
      {.next = kind == NodeKind::mapping ? Next::key : Next::item, .wrapped = form != 0});
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

// ---- Keys ------------------------------------------------------------------------------------

bool YamlEvents::wants_key() const { return !levels_.empty() && levels_.back().next == Next::key; }

bool YamlEvents::took_key(std::string_view text, bool plain, const YAML::Mark& mark) {
  if (!wants_key()) return false;
  if (plain && text == "<<") builder_.merge_on_close();
  builder_.key(text, position(mark));
  levels_.back().next = Next::value;
  return true;
}

void YamlEvents::refuse_key(const YAML::Mark& mark) {
  const bool placeholder = source_.text().substr(offset_of(mark)).starts_with("{") &&
                           offset_of(mark) > 0 && source_.text()[offset_of(mark) - 1] == '{';
  builder_.complain(position(mark), placeholder
                                        ? "a value that begins with {{ needs quotes around it"
                                        : "a key is a text; here it is a list or a mapping");
  pass_value_ = true;
}

/// yaml-cpp tells no spelling of a null; as a key it is a name like any other.
std::string_view YamlEvents::null_key(const YAML::Mark& mark) const {
  const std::string_view rest = source_.text().substr(offset_of(mark));
  if (rest.starts_with('~')) return rest.substr(0, 1);
  const std::string_view word = rest.substr(0, 4);
  const bool is_null = word == "null" || word == "Null" || word == "NULL";
  return is_null ? word : std::string_view();
}

/// Within a key that is no text, or the value of one.
bool YamlEvents::passed_over() {
  if (passing_ > 0) return true;
  return std::exchange(pass_value_, false);
}

void YamlEvents::value_done() {
  if (!levels_.empty() && levels_.back().next == Next::value) levels_.back().next = Next::key;
}

void YamlEvents::remember(YAML::anchor_t anchor, std::uint32_t cell) {
  if (anchor != 0) anchors_[anchor] = cell;
}

// ---- Tags ------------------------------------------------------------------------------------

/// AWS: CloudFormation reads no binary, omap, pairs, set and timestamp tags ("CloudFormation
/// template formats"). A timestamp does no harm: it stays text.
bool YamlEvents::check_tag(std::string_view tag, const YAML::Mark& mark) {
  if (short_form(tag) != 0) return true;
  if (tag.starts_with(kCoreTags)) {
    constexpr std::string_view kTypes[] = {"str",  "int", "float", "bool",
                                           "null", "seq", "map",   "timestamp"};
    const std::string_view type = tag.substr(kCoreTags.size());
    if (std::ranges::find(kTypes, type) != std::end(kTypes)) return true;
    builder_.complain(position(mark), fmt::format("!!{} is not read here", type.substr(0, 40)));
    return false;
  }
  std::vector<std::string_view> known;
  for (const ShortForm& form : kShortForms) known.push_back(form.tag);
  builder_.complain(position(mark), fmt::format("{} is no tag known here{}", tag.substr(0, 40),
                                                did_you_mean(tag, known)));
  return false;
}

/// The argument of a short form is text, whatever it looks like: !Sub 1.10 is not the number 1.1.
void YamlEvents::tagged_scalar(std::string_view tag, std::string_view value, std::size_t offset) {
  const Position at = source_.at(offset);
  const Position value_at = value.empty() ? at : source_.at(after_properties(offset));
  if (tag.starts_with(kCoreTags)) {
    builder_.scalar(core_kind(tag.substr(kCoreTags.size()), value), value, value_at);
    return;
  }
  const std::uint8_t form = short_form(tag);
  builder_.open(NodeKind::mapping, at, form);
  builder_.key(kShortForms[form - 1].key, at);
  if (tag == "!GetAtt") {
    attribute(value, value_at);
  } else {
    builder_.scalar(NodeKind::text, value, value_at);
  }
  builder_.close();
}

/// AWS ("Fn::GetAtt"): `!GetAtt logicalName.attributeName`; a nested stack's attribute has a dot of
/// its own, so the first one parts the two.
void YamlEvents::attribute(std::string_view value, Position at) {
  builder_.open(NodeKind::list, at);
  const std::size_t dot = value.find('.');
  builder_.scalar(NodeKind::text, value.substr(0, dot), at);
  if (dot == std::string_view::npos) {
    builder_.complain(at, fmt::format("!GetAtt {} names no attribute; write !GetAtt {}.Arn", value,
                                      value.empty() ? "Name" : value));
  } else {
    const Position attribute_at{at.line, at.column + static_cast<int>(dot) + 1};
    builder_.scalar(NodeKind::text, value.substr(dot + 1), attribute_at);
  }
  builder_.close();
}

// ---- Positions -------------------------------------------------------------------------------

std::size_t YamlEvents::offset_of(const YAML::Mark& mark) const {
  return mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), source_.text().size());
}

Position YamlEvents::position(const YAML::Mark& mark) const { return source_.at(offset_of(mark)); }

std::size_t YamlEvents::after_properties(std::size_t offset) const {
  const std::string_view text = source_.text();
  for (;;) {
    offset = text.find_first_not_of(" \t\r\n", offset);
    if (offset == std::string_view::npos) return text.size();
    const char c = text[offset];
    if (c == '#') {
      offset = text.find('\n', offset);
    } else if (c == '!' || c == '&') {
      offset = text.find_first_of(" \t\r\n,[]{}", offset);
    } else {
      return offset;
    }
    if (offset == std::string_view::npos) return text.size();
  }
}

}  // namespace opsim

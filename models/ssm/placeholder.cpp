#include "models/ssm/placeholder.hpp"

#include <algorithm>

namespace opsim::ssm {

namespace {

constexpr std::string_view kVariable = "variable:";
constexpr std::string_view kPrefixes[] = {"global:", "automation:", "ssm:"};
constexpr Reference::Of kPrefixed[] = {Reference::Of::global, Reference::Of::automation,
                                       Reference::Of::ssm_parameter};

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Braces also stand in style sheets and scripts: only names count as placeholders.
bool may_be_name(std::string_view text) {
  constexpr std::string_view others = "_-.:/";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool index_of(const std::vector<std::string>& names, std::string_view name, std::uint32_t& index) {
  const auto found = std::ranges::find(names, name);
  index = static_cast<std::uint32_t>(found - names.begin());
  return found != names.end();
}

Reference reference_to(std::string_view inside, const Names& names) {
  Reference reference;
  if (inside.starts_with(kVariable)) {
    reference.name = inside.substr(kVariable.size());
    const bool known = index_of(names.variables, reference.name, reference.index);
    reference.of = known ? Reference::Of::variable : Reference::Of::unknown;
    return reference;
  }
  for (std::size_t i = 0; i < std::size(kPrefixes); ++i) {
    if (!inside.starts_with(kPrefixes[i])) continue;
    reference.of = kPrefixed[i];
    reference.name = inside.substr(kPrefixes[i].size());
    return reference;
  }
  reference.name = inside;
  if (index_of(names.parameters, inside, reference.index)) {
    reference.of = Reference::Of::parameter;
    return reference;
  }
  // A step's name may hold dots itself: every dot is tried.
  for (auto dot = inside.find('.'); dot != std::string_view::npos;
       dot = inside.find('.', dot + 1)) {
    if (!index_of(names.steps, inside.substr(0, dot), reference.index)) continue;
    reference.of = Reference::Of::output;
    reference.name = inside.substr(dot + 1);
    return reference;
  }
  return reference;
}

struct Found {
  std::size_t begin;
  std::size_t end;  // behind the braces
  std::string_view inside;
};

/// The next placeholder at or after `from`, or one that begins at npos.
Found next_placeholder(std::string_view text, std::size_t from) {
  while (true) {
    const auto open = text.find("{{", from);
    if (open == std::string_view::npos) return {open, open, {}};
    const auto close = text.find("}}", open + 2);
    if (close == std::string_view::npos) return {close, close, {}};
    const std::string_view inside = trimmed(text.substr(open + 2, close - open - 2));
    if (may_be_name(inside)) return {open, close + 2, inside};
    from = open + 1;
  }
}

Reference read_reference(std::string_view text, const Found& at, const Names& names) {
  Reference reference = reference_to(at.inside, names);
  reference.written = text.substr(at.begin, at.end - at.begin);
  return reference;
}

}  // namespace

std::string_view Reference::inside() const {
  std::string_view text{written};
  if (text.size() >= 4) text = text.substr(2, text.size() - 4);
  return trimmed(text);
}

void for_each_reference(std::string_view text, const Names& names,
                        const std::function<void(const Reference&)>& found) {
  for (Found at = next_placeholder(text, 0); at.begin != std::string_view::npos;
       at = next_placeholder(text, at.end))
    found(read_reference(text, at, names));
}

Fillable Fillable::of_text(const Json& value, const Names& names) {
  const std::string_view text{value.get_ref<const std::string&>()};
  Fillable made;
  std::size_t done = 0;
  for (Found at = next_placeholder(text, 0); at.begin != std::string_view::npos;
       at = next_placeholder(text, at.end)) {
    made.pieces_.push_back(
        {std::string{text.substr(done, at.begin - done)}, read_reference(text, at, names), true});
    done = at.end;
  }
  if (made.pieces_.empty()) {
    made.literal_ = value;
    return made;
  }
  const std::string_view rest = text.substr(done);
  const bool whole =
      made.pieces_.size() == 1 && trimmed(made.pieces_[0].text).empty() && trimmed(rest).empty();
  made.kind_ = whole ? Kind::whole : Kind::joined;
  if (!whole && !rest.empty()) made.pieces_.push_back({std::string{rest}, {}, false});
  return made;
}

Fillable Fillable::compile(const Json& value, const Names& names) {
  if (value.is_string()) return of_text(value, names);
  Fillable made;
  if (value.is_array()) {
    for (const Json& item : value) made.items_.push_back(compile(item, names));
    if (!std::ranges::all_of(made.items_, &Fillable::is_literal)) made.kind_ = Kind::list;
  } else if (value.is_object()) {
    bool literal = true;
    for (const auto& [key, entry] : value.items()) {
      made.entries_.emplace_back(key, compile(entry, names));
      literal = literal && made.entries_.back().second.is_literal();
    }
    if (!literal) made.kind_ = Kind::mapping;
  }
  if (made.kind_ == Kind::literal) {
    made.literal_ = value;
    made.items_.clear();
  }
  return made;
}

Json Fillable::fill_list(const Values& values) const {
  Json list = Json::array();
  for (const Fillable& item : items_) {
    Json value = item.fill(values);
    if (item.kind_ == Kind::whole && value.is_array()) {
      for (Json& inner : value) list.push_back(std::move(inner));
    } else {
      list.push_back(std::move(value));
    }
  }
  return list;
}

Json Fillable::fill(const Values& values) const {
  Json scratch;
  switch (kind_) {
    case Kind::literal: return literal_;
    case Kind::list: return fill_list(values);
    case Kind::joined: return fill_text(values);
    case Kind::whole: {
      const Json* value = values.find(pieces_[0].reference, scratch);
      return value == nullptr ? Json(pieces_[0].reference.written) : *value;
    }
    case Kind::mapping: break;
  }
  Json object = Json::object();
  for (const auto& [key, entry] : entries_) object.emplace(key, entry.fill(values));
  return object;
}

std::string Fillable::fill_text(const Values& values) const {
  if (kind_ != Kind::joined) return text_of(fill(values));
  Json scratch;
  std::string text;
  for (const Piece& piece : pieces_) {
    text += piece.text;
    if (!piece.has_reference) continue;
    const Json* value = values.find(piece.reference, scratch);
    text += value == nullptr ? piece.reference.written : text_of(*value);
  }
  return text;
}

const Fillable* Fillable::find(std::string_view key) const {
  const auto found =
      std::ranges::find_if(entries_, [&](const auto& entry) { return entry.first == key; });
  return found == entries_.end() ? nullptr : &found->second;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "";
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace opsim::ssm

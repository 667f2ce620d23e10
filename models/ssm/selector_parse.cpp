// Reading a JSONPath. One pass, no recursion, bounded by the length of the text.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "models/ssm/selector.hpp"

namespace opsim::ssm {

namespace {

constexpr std::size_t kLongestPath = 2048;  // estimate: the longest seen in public is 120

using Part = Selector::Part;

class SelectorReader {
 public:
  explicit SelectorReader(std::string_view text) : rest_{text} {}

  std::optional<Part> next();
  [[nodiscard]] bool done() const { return rest_.empty() || !error_.empty(); }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string error_;

 private:
  std::string word();
  std::optional<Part> bracket();
  std::optional<Part> quoted_name(char quote);
  std::optional<Part> filter();
  std::optional<Part> number_or_slice(std::string_view inside);
  std::optional<Part> fail(std::string_view why) {
    error_ = fmt::format("{} at \"{}\"", why, rest_.substr(0, 20));
    return std::nullopt;
  }
  std::string_view rest_;
};

std::string SelectorReader::word() {
  const auto ends = [](char c) { return c == '.' || c == '['; };
  const auto end = std::ranges::find_if(rest_, ends);
  const auto length = static_cast<std::size_t>(end - rest_.begin());
  std::string name{rest_.substr(0, length)};
  rest_.remove_prefix(length);
  while (!name.empty() && name.back() == ' ') name.pop_back();
  return name;
}

std::optional<Part> SelectorReader::next() {
  if (take("..")) {
    if (rest_.starts_with('[')) return Part{.kind = Part::Kind::descend, .name = ""};
    const std::string name = word();
    if (name.empty()) return fail("a name belongs after \"..\"");
    return Part{.kind = Part::Kind::descend, .name = name == "*" ? "" : name};
  }
  if (take(".")) {
    const std::string name = word();
    if (name.empty()) return fail("a name belongs after \".\"");
    if (name == "*") return Part{.kind = Part::Kind::every, .name = ""};
    return Part{.kind = Part::Kind::name, .name = name};
  }
  if (take("[")) return bracket();
  return fail("expected \".\" or \"[\"");
}

std::optional<Part> SelectorReader::quoted_name(char quote) {
  const auto end = rest_.find(quote);
  if (end == std::string_view::npos) return fail("a quote is not closed");
  Part part{.kind = Part::Kind::name, .name = std::string{rest_.substr(0, end)}};
  rest_.remove_prefix(end + 1);
  if (!take("]")) return fail("expected \"]\"");
  return part;
}

std::optional<Part> SelectorReader::bracket() {
  if (take("'")) return quoted_name('\'');
  if (take("\"")) return quoted_name('"');
  if (take("?(")) return filter();
  const auto end = rest_.find(']');
  if (end == std::string_view::npos) return fail("\"[\" is not closed");
  const std::string_view inside = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  if (inside == "*") return Part{.kind = Part::Kind::every, .name = ""};
  return number_or_slice(inside);
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Part> SelectorReader::number_or_slice(std::string_view inside) {
  const auto colon = inside.find(':');
  if (colon == std::string_view::npos) {
    const auto index = number(inside);
    if (!index) return fail("an index is a whole number");
    return Part{.kind = Part::Kind::index, .name = "", .from = *index};
  }
  const std::string_view from = inside.substr(0, colon);
  const std::string_view to = inside.substr(colon + 1);
  const auto first = from.empty() ? std::optional<std::int64_t>{0} : number(from);
  const auto last = to.empty() ? std::optional<std::int64_t>{0} : number(to);
  if (!first || !last) return fail("a slice is [first:end]");
  return Part{
      .kind = Part::Kind::slice, .name = "", .from = *first, .to = *last, .open_end = to.empty()};
}

std::string_view trimmed_selector(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Json literal(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"'))
    return std::string{text.substr(1, text.size() - 2)};
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(std::string{text}) : value;
}

std::optional<Part> SelectorReader::filter() {
  const auto end = rest_.find(")]");
  if (end == std::string_view::npos) return fail("a filter ends with \")]\"");
  std::string_view inside = trimmed_selector(rest_.substr(0, end));
  if (!inside.starts_with('@')) return fail("a filter begins with \"@\"");
  inside.remove_prefix(1);
  rest_.remove_prefix(end + 2);
  constexpr std::string_view symbols[] = {"==", "!=", "<=", ">=", "<", ">"};
  Part part{.kind = Part::Kind::filter, .name = ""};
  for (const std::string_view symbol : symbols) {
    const auto at = inside.find(symbol);
    if (at == std::string_view::npos) continue;
    part.comparison.symbol = symbol;
    part.comparison.value = literal(trimmed_selector(inside.substr(at + symbol.size())));
    inside = trimmed_selector(inside.substr(0, at));
    break;
  }
  if (inside.starts_with('.')) inside.remove_prefix(1);
  part.comparison.member = inside;
  return part;
}

}  // namespace

std::optional<Selector> Selector::parse(std::string_view text, std::string& error) {
  error.clear();
  if (text.size() > kLongestPath) {
    error = fmt::format("the path is longer than {} characters", kLongestPath);
    return std::nullopt;
  }
  Selector selector;
  selector.text_ = text;
  SelectorReader reader{trimmed_selector(text)};
  if (!reader.take("$")) {
    error = "a path begins with \"$\"";
    return std::nullopt;
  }
  while (!reader.done()) {
    std::optional<Part> part = reader.next();
    if (!part) break;
    if (part->kind != Part::Kind::name && part->kind != Part::Kind::index)
      selector.definite_ = false;
    selector.parts_.push_back(std::move(*part));
  }
  error = reader.error_;
  if (!error.empty()) return std::nullopt;
  return selector;
}

}  // namespace opsim::ssm

#include "models/compute/input.hpp"

#include <algorithm>
#include <charconv>

namespace opsim::compute {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void add_texts(const Json& value, std::vector<std::string>& texts) {
  const std::string all = text_of(value);
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view one = trimmed(rest.substr(0, comma));
    if (!one.empty()) texts.emplace_back(one);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Nothing where a character is not of base64, or where what comes out is not text.
std::optional<std::string> decoded_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '=') continue;
    const auto digit = kBase64.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xffU));
  }
  const bool binary = std::ranges::any_of(
      out, [](char c) { return static_cast<unsigned char>(c) < 9; });  // below tab: not a script
  return binary ? std::nullopt : std::optional{out};
}

}  // namespace

const Json& member(const Json& object, std::string_view name) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return {};
}

std::string text_of(const Json& object, std::string_view name) {
  return text_of(member(object, name));
}

std::optional<std::int64_t> integer_of(const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  const std::string text = text_of(value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{}) return std::nullopt;
  // "3.0" is a whole number too, as CloudFormation passes it on.
  const std::string_view rest{end, text.data() + text.size()};
  const bool whole = rest.empty() || (rest.size() > 1 && rest.front() == '.' &&
                                      rest.find_first_not_of('0', 1) == std::string_view::npos);
  return whole ? std::optional{number} : std::nullopt;
}

std::optional<std::int64_t> integer_of(const Json& object, std::string_view name) {
  return integer_of(member(object, name));
}

std::optional<bool> boolean_of(const Json& object, std::string_view name) {
  const std::string text = text_of(object, name);
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  return std::nullopt;
}

std::vector<std::string> texts_of(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  std::vector<std::string> texts;
  if (!value.is_array()) {
    add_texts(value, texts);
    return texts;
  }
  for (const Json& item : value) add_texts(item, texts);
  return texts;
}

Tags tags_of(const Json& list) {
  Tags tags;
  if (!list.is_array()) return tags;
  for (const Json& tag : list) tags[text_of(tag, "Key")] = text_of(tag, "Value");
  return tags;
}

Json tags_json(const Tags& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

std::string time_text(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::seconds>(time));
}

std::string plain_user_data(std::string_view text) {
  if (std::optional<std::string> decoded = decoded_base64(text)) return *std::move(decoded);
  return std::string{text};
}

}  // namespace opsim::compute

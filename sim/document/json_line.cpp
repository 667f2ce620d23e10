// Printing JSON on one line.
#include "opsim/document/json_line.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace opsim {
namespace {

constexpr std::array<bool, 256> plain_characters() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr std::array<bool, 256> kPlain = plain_characters();  // stand in a JSON string as they are

constexpr std::size_t kLikely = 240;  // bytes of what a call says

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

void append_float(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";  // as nlohmann does: JSON has no word for it
    return;
  }
  std::array<char, 64> text;
  const char* const end =
      nlohmann::detail::to_chars(text.data(), text.data() + text.size(), number);
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void append_object(std::string& out, const Json::object_t& members) {
  out += '{';
  for (const auto& [name, value] : members) {
    append_json_string(out, name);
    out += ':';
    append_json_line(out, value);
    out += ',';
  }
  if (members.empty()) {
    out += '}';
  } else {
    out.back() = '}';
  }
}

void append_array(std::string& out, const Json::array_t& elements) {
  out += '[';
  for (const Json& element : elements) {
    append_json_line(out, element);
    out += ',';
  }
  if (elements.empty()) {
    out += ']';
  } else {
    out.back() = ']';
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  const std::size_t before = out.size();
  out += '"';
  for (std::size_t at = 0;;) {
    std::size_t end = at;
    while (end < text.size() && is_plain(text[end])) ++end;
    out.append(text.data() + at, end - at);
    if (end == text.size()) break;
    const char c = text[end];
    if (c != '"' && c != '\\') {  // rare: nlohmann knows the rest
      out.resize(before);
      out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
      return;
    }
    out += '\\';
    out += c;
    at = end + 1;
  }
  out += '"';
}

void append_json_line(std::string& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object: return append_object(out, value.get_ref<const Json::object_t&>());
    case Json::value_t::array: return append_array(out, value.get_ref<const Json::array_t&>());
    case Json::value_t::string: return append_json_string(out, value.get_ref<const std::string&>());
    case Json::value_t::boolean: out += value.get<bool>() ? "true" : "false"; return;
    case Json::value_t::null: out += "null"; return;
    case Json::value_t::number_float: return append_float(out, value.get<double>());
    case Json::value_t::number_integer: {
      const fmt::format_int digits{value.get<std::int64_t>()};
      out.append(digits.data(), digits.size());
      return;
    }
    case Json::value_t::number_unsigned: {
      const fmt::format_int digits{value.get<std::uint64_t>()};
      out.append(digits.data(), digits.size());
      return;
    }
    default: out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

std::string json_line(const Json& value) {
  std::string line;
  line.reserve(kLikely);
  append_json_line(line, value);
  return line;
}

}  // namespace opsim

// What scalars are and are worth.
// YAML 1.1: https://yaml.org/type/bool.html, int.html, float.html, null.html. CloudFormation
// "supports the YAML Version 1.1 specification" (User Guide, "CloudFormation template formats").
// SIMPLIFIED: of YAML 1.1's numbers only decimal ones count. 0x1F, 0b1, 1_000, 12:30 (sexagesimal)
// and everything with a leading zero (octal) stay text: in templates these are ids, ports and
// dates. y and n stay text too, as every loader in use has it.
#include "sim/document/scalars.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace opsim {
namespace {

constexpr std::string_view kTrue[] = {"true", "True", "TRUE", "yes", "Yes",
                                      "YES",  "on",   "On",   "ON"};
constexpr std::string_view kFalse[] = {"false", "False", "FALSE", "no", "No",
                                       "NO",    "off",   "Off",   "OFF"};
constexpr std::string_view kNull[] = {"", "~", "null", "Null", "NULL"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::ranges::find(words, word) != std::end(words);
}

std::string_view digits(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return text.substr(0, end);
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

/// "e+10", "E5"; YAML 1.1 wants the sign, JSON does not.
bool is_exponent(std::string_view text) {
  if (!text.starts_with('e') && !text.starts_with('E')) return false;
  text = without_sign(text.substr(1));
  return !text.empty() && digits(text) == text;
}

bool has_exponent_sign(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  return e == std::string_view::npos || without_sign(text.substr(e + 1)) != text.substr(e + 1);
}

/// An exponent without a point, or without a sign, makes no number in YAML 1.1: 1e3 is a name.
bool is_plain_number(std::string_view text) {
  if (!is_number_spelling(text) || !has_exponent_sign(text)) return false;
  const bool has_point = text.find('.') != std::string_view::npos;
  return has_point || text.find_first_of("eE") == std::string_view::npos;
}

}  // namespace

bool is_number_spelling(std::string_view spelling) noexcept {
  const std::string_view text = without_sign(spelling);
  const std::string_view whole = digits(text);
  std::string_view rest = text.substr(whole.size());
  if (whole.size() > 1 && whole.starts_with('0')) return false;  // an id
  if (rest.starts_with('.')) {
    const std::string_view fraction = digits(rest.substr(1));
    if (whole.empty() && fraction.empty()) return false;
    rest.remove_prefix(1 + fraction.size());
  } else if (whole.empty()) {
    return false;
  }
  return rest.empty() || is_exponent(rest);
}

NodeKind plain_kind(std::string_view spelling) noexcept {
  if (is_one_of(spelling, kNull)) return NodeKind::null;
  const char first = spelling.front();
  if ((first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.') {
    return is_plain_number(spelling) ? NodeKind::number : NodeKind::text;
  }
  return boolean_value(spelling) ? NodeKind::boolean : NodeKind::text;
}

std::optional<bool> boolean_value(std::string_view spelling) noexcept {
  if (is_one_of(spelling, kTrue)) return true;
  if (is_one_of(spelling, kFalse)) return false;
  return std::nullopt;
}

double number_value(std::string_view spelling) noexcept {
  if (spelling.starts_with('+')) spelling.remove_prefix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(spelling.data(), spelling.data() + spelling.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  // from_chars does not say which end of the range it was.
  const std::size_t e = spelling.find_first_of("eE");
  const bool small = e == std::string_view::npos ? without_sign(spelling).starts_with("0.")
                                                 : spelling.substr(e + 1).starts_with('-');
  if (small) return 0;
  return std::numeric_limits<double>::infinity();
}

std::optional<std::int64_t> whole_number(std::string_view spelling) noexcept {
  if (spelling.starts_with('+')) spelling.remove_prefix(1);
  std::int64_t value = 0;
  const char* last = spelling.data() + spelling.size();
  const auto [end, error] = std::from_chars(spelling.data(), last, value);
  if (error == std::errc() && end == last) return value;
  if (spelling.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
  constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double skips integers
  const double real = number_value(spelling);
  if (std::abs(real) > kExact || std::trunc(real) != real) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

std::string pointer_step(std::string_view key) {
  std::string result = "/";
  for (const char c : key) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

std::string pointer_key(std::string_view step) {
  std::string result;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const std::string_view here = step.substr(i, 2);
    if (here == "~0" || here == "~1") {
      result += here == "~0" ? '~' : '/';
      ++i;
    } else {
      result += step[i];
    }
  }
  return result;
}

}  // namespace opsim

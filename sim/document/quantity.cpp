#include "opsim/document/quantity.hpp"

#include <charconv>
#include <chrono>
#include <cmath>

#include "opsim/kernel/duration.hpp"

namespace opsim {
namespace {

constexpr bool is_quantity_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_unit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '-' || c == '_';
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The number that `text` begins with, and what follows it.
std::optional<double> take_number(std::string_view& text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (text.size() <= sign || !is_quantity_digit(text[sign]))
    return std::nullopt;  // no "inf", no ".5"
  double value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, std::chars_format::fixed);
  if (error != std::errc() || *(end - 1) == '.') return std::nullopt;
  text = trimmed({end, static_cast<std::size_t>(last - end)});
  return value;
}

/// "h", "5min": a unit alone is one of it.
std::optional<Duration> parse_per(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::string one = (is_quantity_digit(text.front()) ? "" : "1") + std::string(text);
  const std::optional<Duration> per = parse_duration(one);
  return per && per->count() > 0 ? per : std::nullopt;
}

}  // namespace

std::optional<Quantity> parse_quantity(std::string_view text) {
  text = trimmed(text);
  const std::optional<double> value = take_number(text);
  if (!value) return std::nullopt;
  for (const char c : text) {
    if (!is_unit(c)) return std::nullopt;
  }
  return Quantity{*value, std::string(text)};
}

std::optional<double> parse_percent(std::string_view text) {
  const std::optional<Quantity> quantity = parse_quantity(text);
  if (!quantity || quantity->unit != "%") return std::nullopt;
  return quantity->value;
}

std::optional<Rate> parse_rate(std::string_view text) {
  constexpr std::string_view kPer = " per ";
  std::size_t width = 1;
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    slash = text.find(kPer);
    width = kPer.size();
  }
  if (slash == std::string_view::npos) return std::nullopt;
  std::optional<Quantity> amount = parse_quantity(text.substr(0, slash));
  const std::optional<Duration> per = parse_per(trimmed(text.substr(slash + width)));
  if (!amount || !per) return std::nullopt;
  return Rate{amount->value, std::move(amount->unit), *per};
}

double Rate::per_second() const { return value / std::chrono::duration<double>(per).count(); }

}  // namespace opsim

#include "models/logs/insights_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace opsim::logs {
namespace {

std::optional<double> read_number(std::string_view text) {
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  return whole && !text.empty() && std::isfinite(number) ? std::optional{number} : std::nullopt;
}

int sign_of(auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// "item10" is "item" and "10": the run of digits, or of anything else, that a text begins with.
std::string_view chunk_of(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_decimal(text[end]) == is_decimal(text[0])) ++end;
  return text.substr(0, end);
}

int compare_chunks(std::string_view a, std::string_view b) {
  const bool digits = is_decimal(a[0]) && is_decimal(b[0]);
  if (digits && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign_of(a.compare(b));
}

}  // namespace

InsightsValue InsightsValue::of(const Json& json) {
  InsightsValue value;
  if (json.is_string()) value.is_ = json.get<std::string>();
  if (json.is_number()) value.is_ = json.get<double>();
  if (json.is_boolean()) value.is_ = json.get<bool>();
  if (json.is_structured()) value.is_ = json;
  return value;
}

bool InsightsValue::truth() const {
  if (const auto* truth = std::get_if<bool>(&is_)) return *truth;
  if (const auto* number = std::get_if<double>(&is_)) return *number != 0;
  return text() == "true";
}

std::optional<double> InsightsValue::number() const {
  if (const auto* number = std::get_if<double>(&is_)) return *number;
  if (const auto* text = std::get_if<std::string>(&is_)) return read_number(*text);
  if (const auto* time = std::get_if<SimTime>(&is_))
    return static_cast<double>(
        std::chrono::floor<std::chrono::milliseconds>(time->time_since_epoch()).count());
  return std::nullopt;
}

std::string InsightsValue::text() const {
  if (const auto* text = std::get_if<std::string>(&is_)) return *text;
  if (const auto* number = std::get_if<double>(&is_)) return number_text(*number);
  if (const auto* truth = std::get_if<bool>(&is_)) return *truth ? "true" : "false";
  if (const auto* time = std::get_if<SimTime>(&is_)) return time_text(*time);
  if (const auto* json = std::get_if<Json>(&is_))
    return json->dump(-1, ' ', false, Json::error_handler_t::replace);
  return {};
}

int compare_values(const InsightsValue& a, const InsightsValue& b) {
  const auto left = a.number();
  const auto right = b.number();
  if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
  return sign_of(a.text().compare(b.text()));
}

int compare_naturally(const InsightsValue& a, const InsightsValue& b) {
  const auto left = a.number();
  const auto right = b.number();
  if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
  if (left || right) return left ? 1 : -1;
  const std::string one = a.text();
  const std::string other = b.text();
  std::string_view x = one;
  std::string_view y = other;
  while (!x.empty() && !y.empty()) {
    const std::string_view head = chunk_of(x);
    const std::string_view rival = chunk_of(y);
    if (const int order = compare_chunks(head, rival); order != 0) return order;
    x.remove_prefix(head.size());
    y.remove_prefix(rival.size());
  }
  return static_cast<int>(!x.empty()) - static_cast<int>(!y.empty());
}

// UNDOCUMENTED: recorded results show at most four decimals.
std::string number_text(double number) {
  if (!std::isfinite(number)) return fmt::format("{}", number);
  if (std::abs(number) >= 1e15) return fmt::format("{}", number);
  std::string text = fmt::format("{:.4f}", number);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string time_text(SimTime time) {
  const auto shown = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto second = std::chrono::floor<std::chrono::seconds>(shown);
  std::string text = iso8601(second);  // 2026-03-02T09:00:00Z
  if (text.size() < 20) return text;
  text[10] = ' ';
  text.pop_back();
  return fmt::format("{}.{:03}", text, (shown - second).count());
}

}  // namespace opsim::logs

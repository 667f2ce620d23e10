#pragma once
/// What a query of Logs Insights computes with: nothing, numbers, texts, booleans, times, JSON.
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::logs {

class InsightsValue {
 public:
  InsightsValue() = default;
  InsightsValue(double number) : is_{number} {}              // NOLINT: a value is what it holds
  InsightsValue(bool truth) : is_{truth} {}                  // NOLINT
  InsightsValue(const char*) = delete;                       // would be taken for a truth
  InsightsValue(std::string text) : is_{std::move(text)} {}  // NOLINT
  InsightsValue(SimTime time) : is_{time} {}                 // NOLINT
  /// A member of a JSON message: texts, numbers and booleans as such, null as nothing.
  [[nodiscard]] static InsightsValue of(const Json& json);

  [[nodiscard]] bool missing() const { return std::holds_alternative<std::monostate>(is_); }
  [[nodiscard]] bool truth() const;
  /// A number, or a text that reads as one; a time in milliseconds.
  [[nodiscard]] std::optional<double> number() const;
  /// As a result shows it; "" where there is nothing.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const SimTime* time() const { return std::get_if<SimTime>(&is_); }
  /// Of structured values only, else null.
  [[nodiscard]] const Json* json() const { return std::get_if<Json>(&is_); }

 private:
  std::variant<std::monostate, double, bool, std::string, SimTime, Json> is_;
};

/// Numbers by size where both are numbers, else texts by bytes: for =, <, ...
[[nodiscard]] int compare_values(const InsightsValue& a, const InsightsValue& b);
/// The order of `sort`: "natural", what is no number before numbers (CWL_QuerySyntax-Sort).
[[nodiscard]] int compare_naturally(const InsightsValue& a, const InsightsValue& b);
/// Up to four decimals, no zeros at the end: "12.3333", "5".
[[nodiscard]] std::string number_text(double number);
/// "2026-03-02 09:00:00.000"
[[nodiscard]] std::string time_text(SimTime time);

}  // namespace opsim::logs

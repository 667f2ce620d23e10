#pragma once
/// Reading the input of API calls and the properties of templates. What is wrong is said as the
/// service says it: every broken constraint in one ValidationError.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/json.hpp"

namespace opsim::cloudwatch {

ApiError validation_error(std::string message);
ApiError invalid_value(std::string message);        // InvalidParameterValue
ApiError invalid_combination(std::string message);  // InvalidParameterCombination
ApiError not_found(std::string message);            // ResourceNotFound

inline constexpr std::size_t kMostActions = 5;  // for each state of an alarm

/// Looks members up by name and remembers what breaks a constraint. Numbers and booleans may come
/// as text, as templates and query strings write them.
class Input {
 public:
  explicit Input(const Json& members) : members_{members} {}

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// Null when there is none.
  [[nodiscard]] const Json* find(std::string_view name) const;

  std::optional<std::string> text(std::string_view name, std::size_t longest = 2048);
  std::string required_text(std::string_view name, std::size_t longest = 255);
  /// One of `allowed`.
  std::optional<std::string> choice(std::string_view name,
                                    std::span<const std::string_view> allowed);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t lowest);
  std::optional<double> number(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  /// ISO 8601 text or seconds since 1970.
  std::optional<SimTime> time(std::string_view name);
  SimTime required_time(std::string_view name);
  std::vector<std::string> texts(std::string_view name, std::size_t most);
  /// The items of a list of structures; empty when there is none.
  std::vector<const Json*> items(std::string_view name, std::size_t most);
  /// Name and Value of each, sorted by name.
  Dimensions dimensions(std::string_view name, std::size_t most = 30);

  void complain(std::string constraint) { broken_.push_back(std::move(constraint)); }
  void complain(std::string_view value, std::string_view name, std::string_view must);
  void require(std::string_view name);
  /// "2 validation errors detected: ...; ...", or nothing.
  [[nodiscard]] std::optional<ApiError> error() const;

 private:
  const Json& members_;
  std::vector<std::string> broken_;
};

/// "2026-03-02T09:00:00Z", as answers carry it.
Json time_json(SimTime time);

}  // namespace opsim::cloudwatch

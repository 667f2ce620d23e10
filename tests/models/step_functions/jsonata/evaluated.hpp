#pragma once
/// Expressions over the document that docs.jsonata.org uses in its examples, as text of JSON.
#include <string>

#include "models/step_functions/jsonata/jsonata.hpp"

namespace opsim::tests {

inline const Json kInvoice = Json::parse(R"({
  "FirstName": "Fred", "Surname": "Smith", "Age": 28,
  "Address": {"Street": "Hursley Park", "City": "Winchester", "Postcode": "SO21 2JN"},
  "Phone": [{"type": "home", "number": "0203 544 1234"},
            {"type": "office", "number": "01962 001234"},
            {"type": "office", "number": "01962 001235"},
            {"type": "mobile", "number": "077 7700 1234"}],
  "Other": {"Over 18 ?": true, "Misc": null, "Alternative.Address": {"Street": "Brick Lane"}},
  "Order": [{"OrderID": "order103", "Product": [
              {"Description": {"Colour": "Purple"}, "Price": 34.45, "Quantity": 2},
              {"Description": {"Colour": "Orange"}, "Price": 21.67, "Quantity": 1}]},
            {"OrderID": "order104", "Product": [
              {"Description": {"Colour": "Purple"}, "Price": 34.45, "Quantity": 4},
              {"Description": {"Colour": "Black"}, "Price": 107.99, "Quantity": 1}]}]})");

/// "nothing", JSON, or the code of the error.
inline std::string evaluated(const std::string& text, const jsonata::Limits& limits = {}) {
  const auto read = jsonata::parse(text);
  if (const auto* error = std::get_if<jsonata::Error>(&read)) return error->code;
  const jsonata::Host host{[] { return 1521540548123.0; }, [] { return 0.5; },
                           [] { return std::string{"uuid-1"}; }};
  const auto result = jsonata::evaluate(std::get<jsonata::Expression>(read), kInvoice,
                                        {{"v", {{"x", 1}}}}, host, limits);
  if (const auto* error = std::get_if<jsonata::Error>(&result)) return error->code;
  const auto& value = std::get<std::optional<Json>>(result);
  return value ? value->dump() : "nothing";
}

struct ExpressionRow {
  const char* text;
  const char* expected;
};

}  // namespace opsim::tests

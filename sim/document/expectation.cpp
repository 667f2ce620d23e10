// What shapes expect, in words, and which scalars meet it.
#include "sim/document/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "opsim/document/quantity.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/duration.hpp"
#include "sim/document/scalars.hpp"

namespace opsim {
namespace {

bool within(double value, const Shape& shape) { return value >= shape.min && value <= shape.max; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

ScalarFault must_be(const Node& node, const Shape& shape) {
  return {fmt::format("is {}; must be {}", node.describe(), expectation(shape))};
}

bool is_word(const Shape& shape, std::string_view word) {
  return shape.allowed.empty() || std::ranges::find(shape.allowed, word) != shape.allowed.end();
}

ScalarFault not_allowed(const Node& node, const Shape& shape) {
  constexpr std::size_t kReadAtAGlance = 4;
  std::string hint;
  if (shape.allowed.size() > kReadAtAGlance) hint = did_you_mean(node.spelling(), shape.allowed);
  return {fmt::format("is {}{}; {}", quoted(node.spelling()), hint, one_of_text(shape.allowed))};
}

ScalarFault text_fault(const Node& node, const Shape& shape, Scalars scalars) {
  const bool is_text = node.is_text() || (scalars == Scalars::loose && !node.is_null());
  if (!is_text) {
    if (node.is_null() || !shape.allowed.empty()) return must_be(node, shape);
    return {fmt::format("is {}; must be {}: write \"{}\"", node.describe(), expectation(shape),
                        node.describe())};
  }
  if (!is_word(shape, node.spelling())) return not_allowed(node, shape);
  const std::size_t length = characters(node.spelling());
  if (within(static_cast<double>(length), shape)) return {};
  return {fmt::format("has {} characters; must be {}", length, expectation(shape))};
}

ScalarFault number_fault(const Node& node, const Shape& shape, Scalars scalars) {
  const bool is_number =
      node.is_number() || (scalars == Scalars::loose && is_number_spelling(node.spelling()));
  if (!is_number) return must_be(node, shape);
  const bool is_whole = shape.kind != Kind::integer || whole_number(node.spelling()).has_value();
  if (!is_whole || !within(number_value(node.spelling()), shape)) return must_be(node, shape);
  return {};
}

ScalarFault boolean_fault(const Node& node, const Shape& shape, Scalars scalars) {
  if (node.is_boolean()) return {};
  const bool spelt = node.spelling() == "true" || node.spelling() == "false";
  if (scalars == Scalars::loose && spelt) return {};
  return must_be(node, shape);
}

// ---- Kinds with a notation of their own ------------------------------------------------------

/// "15 has no unit; write 15min or 15s".
ScalarFault no_unit(std::string_view number, const Shape& shape) {
  switch (shape.kind) {
    case Kind::duration:
      return {fmt::format("{0} has no unit; write {0}min or {0}s", number), true};
    case Kind::percent: return {fmt::format("{0} has no unit; write {0} %", number), true};
    case Kind::rate: {
      const std::string unit = shape.allowed.empty() ? "" : " " + std::string(shape.allowed[0]);
      return {fmt::format("{0} has no unit; write {0}{1}/min or {0}{1}/s", number, unit), true};
    }
    default: {
      const std::string_view unit = shape.allowed.empty() ? "GB" : shape.allowed[0];
      return {fmt::format("{0} has no unit; write {0} {1}", number, unit), true};
    }
  }
}

ScalarFault unit_fault(const Node& node, const Shape& shape, std::string_view unit) {
  if (is_word(shape, unit)) return {};
  return {fmt::format("is {}; its unit must be {}{}", node.describe(), one_of_text(shape.allowed),
                      did_you_mean(unit, shape.allowed))};
}

ScalarFault range_fault(const Node& node, const Shape& shape, double value) {
  return within(value, shape) ? ScalarFault{} : must_be(node, shape);
}

ScalarFault quantity_fault(const Node& node, const Shape& shape) {
  const std::optional<Quantity> quantity = parse_quantity(node.spelling());
  if (!quantity) return must_be(node, shape);
  ScalarFault fault = unit_fault(node, shape, quantity->unit);
  return fault.text.empty() ? range_fault(node, shape, quantity->value) : fault;
}

ScalarFault rate_fault(const Node& node, const Shape& shape) {
  const std::optional<Rate> rate = parse_rate(node.spelling());
  if (!rate) return must_be(node, shape);
  ScalarFault fault = unit_fault(node, shape, rate->unit);
  return fault.text.empty() ? range_fault(node, shape, rate->value) : fault;
}

ScalarFault notation_fault(const Node& node, const Shape& shape) {
  const std::string_view text = node.spelling();
  if (node.is_null() || node.is_boolean()) return must_be(node, shape);
  const bool takes_plain_number = shape.kind == Kind::distribution || shape.kind == Kind::time;
  const bool unitless =
      shape.kind == Kind::quantity && is_word(shape, "") && !shape.allowed.empty();
  if (is_number_spelling(text) && !takes_plain_number && !unitless) return no_unit(text, shape);
  switch (shape.kind) {
    case Kind::duration: {
      const std::optional<Duration> value = parse_duration(text);
      if (!value) return must_be(node, shape);
      return range_fault(node, shape, std::chrono::duration<double>(*value).count());
    }
    case Kind::percent: {
      const std::optional<double> value = parse_percent(text);
      return value ? range_fault(node, shape, *value) : must_be(node, shape);
    }
    case Kind::quantity: return quantity_fault(node, shape);
    case Kind::rate: return rate_fault(node, shape);
    case Kind::time: return parse_iso8601(text) ? ScalarFault{} : must_be(node, shape);
    case Kind::distribution: {
      const ParsedDistribution parsed = Distribution::parse(text);
      if (parsed) return {};
      return {fmt::format("is {}; {}", node.describe(), parsed.error)};
    }
    default: return {};
  }
}

}  // namespace

ScalarFault scalar_fault(const Node& node, const Shape& shape, Scalars scalars) {
  switch (shape.kind) {
    case Kind::any: return {};
    case Kind::text: return text_fault(node, shape, scalars);
    case Kind::integer:
    case Kind::number: return number_fault(node, shape, scalars);
    case Kind::boolean: return boolean_fault(node, shape, scalars);
    case Kind::list:
    case Kind::mapping:
    case Kind::table: return must_be(node, shape);
    default: return notation_fault(node, shape);
  }
}

// ---- Words -----------------------------------------------------------------------------------

std::string range_text(const Shape& shape, std::string_view unit) {
  const bool low = std::isfinite(shape.min);
  const bool high = std::isfinite(shape.max);
  if (low && high && shape.min == shape.max) return fmt::format(" of {}{}", shape.min, unit);
  if (low && high) return fmt::format(" from {} to {}{}", shape.min, shape.max, unit);
  if (low) return fmt::format(" of at least {}{}", shape.min, unit);
  if (high) return fmt::format(" of at most {}{}", shape.max, unit);
  return "";
}

std::string_view example_of(const Shape& shape) {
  if (!shape.example.empty()) return shape.example;
  switch (shape.kind) {
    case Kind::duration: return "15min";
    case Kind::percent: return "60 %";
    case Kind::quantity: return "2 GB";
    case Kind::rate: return "40/s";
    case Kind::distribution: return "lognormal(p50 40s, p99 3min)";
    case Kind::time: return "2026-03-02T09:00:00Z";
    default: return "";
  }
}

namespace {

std::string with_example(std::string_view what, const Shape& shape) {
  return fmt::format("{} such as {}", what, example_of(shape));
}

std::string any_of_text(std::span<const Shape* const> choices) {
  std::string result;
  for (const Shape* choice : choices) {
    const std::string one = expectation(*choice);
    if (result.find(one) != std::string::npos) continue;
    result += result.empty() ? one : " or " + one;
  }
  return result;
}

std::string described(std::string_view what, const Shape& shape) {
  return shape.example.empty() ? std::string(what) : with_example(what, shape);
}

}  // namespace

std::string expectation(const Shape& shape) {
  switch (shape.kind) {
    case Kind::any: return "any value";
    case Kind::text:
      if (!shape.allowed.empty()) return one_of_text(shape.allowed);
      return described("a text" + range_text(shape, " characters"), shape);
    case Kind::integer: return described("a whole number" + range_text(shape, ""), shape);
    case Kind::number: return described("a number" + range_text(shape, ""), shape);
    case Kind::boolean: return "true or false";
    case Kind::duration: return with_example("a duration" + range_text(shape, " s"), shape);
    case Kind::percent: return with_example("a percentage" + range_text(shape, " %"), shape);
    case Kind::quantity: return with_example("an amount" + range_text(shape, ""), shape);
    case Kind::rate: return with_example("a rate" + range_text(shape, ""), shape);
    case Kind::distribution: return with_example("a duration or a distribution", shape);
    case Kind::time: return with_example("a moment", shape);
    case Kind::list: return described("a list" + range_text(shape, " items"), shape);
    case Kind::mapping:
    case Kind::table: return described("a mapping", shape);
    case Kind::one_or_list:
      return (shape.of == nullptr ? "a value" : expectation(*shape.of)) + " or a list";
    case Kind::either: return any_of_text(shape.choices);
  }
  return "";
}

}  // namespace opsim

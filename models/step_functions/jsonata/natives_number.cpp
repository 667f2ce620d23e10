// Functions of numbers and booleans. Source: docs.jsonata.org/numeric-functions, boolean-functions.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/step_functions/jsonata/natives.hpp"
#include "models/step_functions/jsonata/pictures.hpp"

namespace opsim::jsonata {

namespace {

Value finite(double number) {
  if (!std::isfinite(number)) fail("D1001", fmt::format("Number out of range: {}", number));
  return Value{number};
}

// Text as JSON writes a number, or 0x, 0b, 0o.
std::optional<double> read_number(const std::string& text) {
  const auto based = [&](const char* prefix, int base) -> std::optional<double> {
    if (!text.starts_with(prefix)) return std::nullopt;
    unsigned long long number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 2, end, number, base);
    return error == std::errc{} && stop == end ? std::optional{static_cast<double>(number)}
                                               : std::nullopt;
  };
  for (const auto& [prefix, base] :
       {std::pair{"0x", 16}, {"0X", 16}, {"0b", 2}, {"0B", 2}, {"0o", 8}, {"0O", 8}})
    if (const auto number = based(prefix, base)) return number;
  const Json json = Json::parse(text, nullptr, false);
  return json.is_number() && text.find_first_of(" \t\n\r") == std::string::npos
             ? std::optional{json.get<double>()}
             : std::nullopt;
}

Value number(Evaluation&, Arguments& given) {
  const Value& value = given[0];
  if (!value.defined() || value.number()) return value;
  if (value.flag()) return Value{*value.flag() ? 1.0 : 0.0};
  const auto read = value.text() ? read_number(*value.text()) : std::nullopt;
  if (!read) fail("D3030", fmt::format("Unable to cast value to a number: {}", shown_text(value)));
  return finite(*read);
}
Value absolute(Evaluation&, Arguments& given) {
  return given[0].number() ? Value{std::abs(*given[0].number())} : Value{};
}
Value floor_of(Evaluation&, Arguments& given) {
  return given[0].number() ? Value{std::floor(*given[0].number())} : Value{};
}
Value ceil_of(Evaluation&, Arguments& given) {
  return given[0].number() ? Value{std::ceil(*given[0].number())} : Value{};
}

Value round_of(Evaluation&, Arguments& given) {
  if (!given[0].number()) return {};
  return Value{rounded(*given[0].number(), given[1].number() ? *given[1].number() : 0)};
}
Value square_root(Evaluation&, Arguments& given) {
  if (!given[0].number()) return {};
  if (*given[0].number() < 0)
    fail("D3060", fmt::format("The sqrt function cannot be applied to a negative number: {}",
                              number_text(*given[0].number())));
  return Value{std::sqrt(*given[0].number())};
}
Value power(Evaluation&, Arguments& given) {
  if (!given[0].number() || !given[1].number()) return {};
  const double result = std::pow(*given[0].number(), *given[1].number());
  if (!std::isfinite(result))
    fail("D3061", fmt::format("The power function has resulted in a value that cannot be "
                              "represented as a JSON number: base={}, exponent={}",
                              number_text(*given[0].number()), number_text(*given[1].number())));
  return Value{result};
}
// Step Functions: $random takes a seed, that of java.util.Random, whose algorithm its documentation
// gives: a linear congruence of 48 bits. $random(42) is 0.7275636800328681 on AWS, too
// (github.com/floci-io/floci, issue 2662).
Value random_of(Evaluation& run, Arguments& given) {
  if (!given[0].number()) return Value{run.host.random()};
  constexpr std::uint64_t kMultiplier = 0x5DEECE66DULL;
  constexpr std::uint64_t kMask = (1ULL << 48U) - 1;
  const auto seed = static_cast<std::int64_t>(std::clamp(*given[0].number(), -9e15, 9e15));
  std::uint64_t state = (static_cast<std::uint64_t>(seed) ^ kMultiplier) & kMask;
  const auto next = [&](unsigned bits) {
    state = (state * kMultiplier + 0xB) & kMask;
    return state >> (48 - bits);
  };
  const std::uint64_t high = next(26);
  return Value{static_cast<double>((high << 27U) + next(27)) / 9007199254740992.0};
}
Value format_base(Evaluation&, Arguments& given) {
  if (!given[0].number()) return {};
  const double base = given[1].number() ? rounded(*given[1].number(), 0) : 10;
  if (base < 2 || base > 36)
    fail("D3100",
         fmt::format(
             "The radix of the formatBase function must be between 2 and 36.  It was given {}",
             number_text(base)));
  const double whole = rounded(*given[0].number(), 0);
  auto left = static_cast<std::uint64_t>(std::min(std::abs(whole), 9e18));
  std::string text;
  do {
    text.insert(text.begin(),
                "0123456789abcdefghijklmnopqrstuvwxyz"[left % static_cast<std::uint64_t>(base)]);
    left /= static_cast<std::uint64_t>(base);
  } while (left > 0);
  return Value{whole < 0 ? "-" + text : text};
}

Value formatted_number(Evaluation&, Arguments& given) {
  if (!given[0].number() || !given[1].text()) return {};
  return Value{format_number(*given[0].number(), *given[1].text(), given[2])};
}
Value formatted_integer(Evaluation&, Arguments& given) {
  if (!given[0].number() || !given[1].text()) return {};
  return Value{
      format_integer(std::floor(*given[0].number()), read_integer_picture(*given[1].text()))};
}
Value parsed_integer(Evaluation&, Arguments& given) {
  if (!given[0].text() || !given[1].text()) return {};
  return Value{parse_integer(*given[0].text(), read_integer_picture(*given[1].text()))};
}

Value sum(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  double total = 0;
  for (const Value& item : given[0].list()->items) total += *item.number();
  return finite(total);
}
Value average(Evaluation& run, Arguments& given) {
  if (!given[0].defined() || given[0].list()->items.empty()) return {};
  return Value{*sum(run, given).number() / static_cast<double>(given[0].list()->items.size())};
}
Value largest(Evaluation&, Arguments& given) {
  if (!given[0].defined() || given[0].list()->items.empty()) return {};
  double best = *given[0].list()->items.front().number();
  for (const Value& item : given[0].list()->items) best = std::max(best, *item.number());
  return Value{best};
}
Value smallest(Evaluation&, Arguments& given) {
  if (!given[0].defined() || given[0].list()->items.empty()) return {};
  double best = *given[0].list()->items.front().number();
  for (const Value& item : given[0].list()->items) best = std::min(best, *item.number());
  return Value{best};
}
Value boolean(Evaluation&, Arguments& given) {
  return given[0].defined() ? Value{truth(given[0])} : Value{};
}
Value negated(Evaluation&, Arguments& given) {
  return given[0].defined() ? Value{!truth(given[0])} : Value{};
}
Value exists(Evaluation&, Arguments& given) { return Value{given[0].defined()}; }

constexpr Native kNumberFunctions[] = {
    {"abs", "n-", absolute},
    {"average", "a<n>", average},
    {"boolean", "x-", boolean},
    {"ceil", "n-", ceil_of},
    {"exists", "x", exists},
    {"floor", "n-", floor_of},
    {"formatBase", "n-n?", format_base, 2},
    {"formatInteger", "n-s", formatted_integer, 2},
    {"formatNumber", "n-so?", formatted_number, 3},
    {"max", "a<n>", largest},
    {"min", "a<n>", smallest},
    {"not", "x-", negated},
    {"number", "(nsb)-", number},
    {"parseInteger", "s-s", parsed_integer, 2},
    {"power", "n-n", power, 2},
    {"random", "n?", random_of, 0},
    {"round", "n-n?", round_of, 2},
    {"sqrt", "n-", square_root},
    {"sum", "a<n>", sum},
};

}  // namespace

std::span<const Native> number_functions() { return kNumberFunctions; }

}  // namespace opsim::jsonata

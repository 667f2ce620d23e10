// Functions of Logs Insights.
// AWS: CWL_QuerySyntax-operations-functions; aggregates: CWL_QuerySyntax-stats-functions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>

#include "models/logs/insights_row.hpp"
#include "opsim/cloud/ip_text.hpp"

namespace opsim::logs {
namespace {

using Arguments = std::vector<InsightsValue>;
constexpr std::size_t kLongestText = 1'000'000;

InsightsValue number_or_nothing(double number) {
  return std::isfinite(number) ? InsightsValue{number} : InsightsValue{};
}
template <double (*Rule)(double)>
InsightsValue of_number(const Arguments& a, const InsightsRow&) {
  const auto number = a[0].number();
  return number ? number_or_nothing(Rule(*number)) : InsightsValue{};
}
double absolute(double x) { return std::abs(x); }
double upwards(double x) { return std::ceil(x); }
double downwards(double x) { return std::floor(x); }
double logarithm(double x) { return std::log(x); }
double root(double x) { return std::sqrt(x); }

template <bool Greatest>
InsightsValue extreme(const Arguments& a, const InsightsRow&) {
  std::optional<double> best;
  for (const InsightsValue& value : a) {
    const auto number = value.number();
    if (number && (!best || (Greatest ? *number > *best : *number < *best))) best = number;
  }
  return best ? InsightsValue{*best} : InsightsValue{};
}

bool is_blank(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isspace(c) != 0; });
}
InsightsValue blank(const Arguments& a, const InsightsRow&) {
  return a[0].missing() || is_blank(a[0].text());
}
InsightsValue coalesce(const Arguments& a, const InsightsRow&) {
  const auto there = std::ranges::find_if(a, [](const InsightsValue& v) { return !v.missing(); });
  return there == a.end() ? InsightsValue{} : *there;
}
InsightsValue concat(const Arguments& a, const InsightsRow&) {
  std::string all;
  for (const InsightsValue& value : a) all += value.text();
  return all.substr(0, kLongestText);
}
InsightsValue empty(const Arguments& a, const InsightsRow&) {
  return a[0].missing() || a[0].text().empty();
}
InsightsValue present(const Arguments& a, const InsightsRow&) { return !a[0].missing(); }

InsightsValue from_millis(const Arguments& a, const InsightsRow&) {
  const auto number = a[0].number();
  if (!number || !(std::abs(*number) < 9e12)) return {};
  return SimTime{std::chrono::milliseconds{static_cast<std::int64_t>(*number)}};
}
InsightsValue to_millis(const Arguments& a, const InsightsRow&) {
  const auto number = a[0].number();
  return number ? InsightsValue{*number} : InsightsValue{};
}
InsightsValue json_parse(const Arguments& a, const InsightsRow&) {
  const Json read = Json::parse(a[0].text(), nullptr, false);
  return read.is_discarded() ? InsightsValue{} : InsightsValue::of(read);
}
InsightsValue json_stringify(const Arguments& a, const InsightsRow&) {
  return a[0].missing() ? InsightsValue{} : InsightsValue{a[0].text()};
}

std::string trimmed(const Arguments& a, bool left, bool right) {
  std::string text = a[0].text();
  const std::string marks = a.size() > 1 ? a[1].text() : " \t\n\r\f\v";
  if (left) text.erase(0, std::min(text.find_first_not_of(marks), text.size()));
  if (right) text.erase(text.find_last_not_of(marks) + 1);
  return text;
}
template <bool Left, bool Right>
InsightsValue trim(const Arguments& a, const InsightsRow&) {
  return a[0].missing() ? InsightsValue{} : InsightsValue{trimmed(a, Left, Right)};
}
template <int (*Rule)(int)>
InsightsValue letters(const Arguments& a, const InsightsRow&) {
  if (a[0].missing()) return {};
  std::string text = a[0].text();
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(Rule(c)); });
  return text;
}
InsightsValue replace(const Arguments& a, const InsightsRow&) {
  if (a[0].missing()) return {};
  const std::string text = a[0].text();
  const std::string from = a[1].text();
  const std::string to = a[2].text();
  if (from.empty()) return text;
  std::string made;
  std::size_t at = 0;
  while (made.size() < kLongestText) {
    const std::size_t found = text.find(from, at);
    made += text.substr(at, found - at);
    if (found == text.npos) return made;
    made += to;
    at = found + from.size();
  }
  return made.substr(0, kLongestText);
}
InsightsValue contains(const Arguments& a, const InsightsRow&) {
  return a[0].text().find(a[1].text()) != std::string::npos ? 1.0 : 0.0;
}
/// Characters, not bytes, are counted.
InsightsValue length(const Arguments& a, const InsightsRow&) {
  if (a[0].missing()) return {};
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return static_cast<double>(std::ranges::count_if(a[0].text(), begins));
}
InsightsValue part(const Arguments& a, const InsightsRow&) {
  if (a[0].missing()) return {};
  const std::string text = a[0].text();
  const auto place = [&](std::size_t index, std::size_t otherwise) {
    if (index >= a.size()) return otherwise;
    const double wanted = a[index].number().value_or(0);
    return static_cast<std::size_t>(std::clamp(wanted, 0.0, 1e6));
  };
  const std::size_t from = std::min(place(1, 0), text.size());
  return text.substr(from, place(2, text.size()));
}

template <bool Four, bool Six>
InsightsValue valid_address(const Arguments& a, const InsightsRow&) {
  const auto address = read_address(a[0].text());
  return address && (address->six ? Six : Four);
}
template <bool Four, bool Six>
InsightsValue in_subnet(const Arguments& a, const InsightsRow&) {
  const auto address = read_address(a[0].text());
  return address && (address->six ? Six : Four) && lies_in(*address, a[1].text());
}

struct FunctionRow {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  InsightsValue (*call)(const Arguments&, const InsightsRow&);  // null: handled by itself
  bool aggregate = false;
};
constexpr std::size_t kMany = 100;

// To add a function: write it above, and one row here.
constexpr std::array kFunctions{
    FunctionRow{"abs", 1, 1, of_number<absolute>},
    FunctionRow{"avg", 1, 1, nullptr, true},
    FunctionRow{"bin", 1, 1, nullptr},
    FunctionRow{"ceil", 1, 1, of_number<upwards>},
    FunctionRow{"coalesce", 1, kMany, coalesce},
    FunctionRow{"concat", 1, kMany, concat},
    FunctionRow{"count", 0, 1, nullptr, true},
    FunctionRow{"count_distinct", 1, 1, nullptr, true},
    FunctionRow{"dateceil", 2, 2, nullptr},
    FunctionRow{"datefloor", 2, 2, nullptr},
    FunctionRow{"earliest", 1, 1, nullptr, true},
    FunctionRow{"floor", 1, 1, of_number<downwards>},
    FunctionRow{"frommillis", 1, 1, from_millis},
    FunctionRow{"greatest", 1, kMany, extreme<true>},
    FunctionRow{"isblank", 1, 1, blank},
    FunctionRow{"isempty", 1, 1, empty},
    FunctionRow{"isipinsubnet", 2, 2, in_subnet<true, true>},
    FunctionRow{"isipv4insubnet", 2, 2, in_subnet<true, false>},
    FunctionRow{"isipv6insubnet", 2, 2, in_subnet<false, true>},
    FunctionRow{"ispresent", 1, 1, present},
    FunctionRow{"isvalidip", 1, 1, valid_address<true, true>},
    FunctionRow{"isvalidipv4", 1, 1, valid_address<true, false>},
    FunctionRow{"isvalidipv6", 1, 1, valid_address<false, true>},
    FunctionRow{"jsonparse", 1, 1, json_parse},
    FunctionRow{"jsonstringify", 1, 1, json_stringify},
    FunctionRow{"latest", 1, 1, nullptr, true},
    FunctionRow{"least", 1, kMany, extreme<false>},
    FunctionRow{"log", 1, 1, of_number<logarithm>},
    FunctionRow{"ltrim", 1, 2, trim<true, false>},
    FunctionRow{"max", 1, 1, nullptr, true},
    FunctionRow{"median", 1, 1, nullptr, true},
    FunctionRow{"min", 1, 1, nullptr, true},
    FunctionRow{"pct", 2, 2, nullptr, true},
    FunctionRow{"replace", 3, 3, replace},
    FunctionRow{"rtrim", 1, 2, trim<false, true>},
    FunctionRow{"sortsfirst", 1, 1, nullptr, true},
    FunctionRow{"sortslast", 1, 1, nullptr, true},
    FunctionRow{"sqrt", 1, 1, of_number<root>},
    FunctionRow{"stddev", 1, 1, nullptr, true},
    FunctionRow{"strcontains", 2, 2, contains},
    FunctionRow{"strlen", 1, 1, length},
    FunctionRow{"substr", 2, 3, part},
    FunctionRow{"sum", 1, 1, nullptr, true},
    FunctionRow{"tolower", 1, 1, letters<std::tolower>},
    FunctionRow{"tomillis", 1, 1, to_millis},
    FunctionRow{"toupper", 1, 1, letters<std::toupper>},
    FunctionRow{"trim", 1, 2, trim<true, true>},
};
static_assert(std::ranges::is_sorted(kFunctions, {}, &FunctionRow::name));

const FunctionRow* function_row(std::string_view name) {
  const auto row = std::ranges::lower_bound(kFunctions, name, {}, &FunctionRow::name);
  return row == kFunctions.end() || row->name != name ? nullptr : &*row;
}

/// bin(5m), datefloor(@timestamp, 5m), dateceil(@timestamp, 1h)
InsightsValue in_period(const QueryNode& call, const Arguments& a, const InsightsRow& row) {
  const InsightsValue of = call.text == "bin" ? row.field("@timestamp") : a[0];
  const QueryNode& period = call.parts.back();
  if (of.time() == nullptr || period.kind != QueryNode::Kind::period) return {};
  const auto edge = call.text == "dateceil" ? ceil_to(*of.time(), period.text)
                                            : floor_to(*of.time(), period.text);
  return edge ? InsightsValue{*edge} : InsightsValue{};
}

}  // namespace

std::string complaint_of_call(std::string_view function, std::size_t arguments) {
  const FunctionRow* row = function_row(function);
  if (row == nullptr) return fmt::format("unknown function: {}", function);
  if (arguments < row->least || arguments > row->most)
    return fmt::format("invalid number of arguments for function {}: {}", function, arguments);
  return {};
}

bool is_aggregate(std::string_view function) {
  const FunctionRow* row = function_row(function);
  return row != nullptr && row->aggregate;
}

InsightsValue call_function(const QueryNode& call, const std::vector<InsightsValue>& arguments,
                            const InsightsRow& row) {
  const FunctionRow* known = function_row(call.text);
  if (known == nullptr) return {};
  return known->call == nullptr ? in_period(call, arguments, row) : known->call(arguments, row);
}

}  // namespace opsim::logs

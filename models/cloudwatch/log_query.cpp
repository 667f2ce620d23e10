// Aggregation expressions of log alarms, and reading what the query gives.
// "Note that count(*) on an empty result set returns 0, which is a valid datapoint and is not
// treated as missing." A user who watched one on AWS saw such a count missing instead; the guide is
// followed.
#include "models/cloudwatch/log_query.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace opsim::cloudwatch {
namespace {

constexpr std::string_view kResult = "opsimAggregated";  // what the aggregated value is called
constexpr std::array<std::string_view, 5> kAggregations = {"avg", "count", "max", "min", "sum"};

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// Where `word` stands outside parentheses and quotes, between blanks; npos where it does not.
std::size_t find_word(std::string_view text, std::string_view word) {
  const std::string lower = in_lower_case(text);
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = lower[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (depth == 0 && lower.compare(i, word.size(), word) == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// "count(*)": one call of one of the functions, and nothing else.
bool is_one_call(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') return false;
  const std::string name = in_lower_case(without_blanks(text.substr(0, open)));
  if (std::ranges::find(kAggregations, name) == kAggregations.end()) return false;
  const std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  if (without_blanks(rest).empty() || (without_blanks(rest) == "*" && name != "count"))
    return false;
  int depth = 0;
  for (const char c : rest) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth == 0;
}

std::vector<std::string> fields_of(std::string_view list) {
  std::vector<std::string> fields;
  while (true) {
    const std::size_t comma = list.find(',');
    fields.emplace_back(without_blanks(list.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    list.remove_prefix(comma + 1);
  }
}

std::string complaint_of_fields(const std::vector<std::string>& fields) {
  if (fields.size() > Aggregation::kMostFields)
    return fmt::format("at most {} fields can be in the by clause", Aggregation::kMostFields);
  for (const std::string& field : fields) {
    if (field.empty()) return "a field of the by clause is empty";
    if (in_lower_case(field).starts_with("bin("))
      return "the bin() function is not supported in the by clause";
  }
  return {};
}

std::string without_ticks(const std::string& field) {
  const bool ticks = field.size() > 1 && field.front() == '`' && field.back() == '`';
  return ticks ? field.substr(1, field.size() - 2) : field;
}

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional{value} : std::nullopt;
}

std::string cell(const Json& row, std::string_view field) {
  for (const Json& one : row)
    if (one.value("field", "") == field) return one.value("value", "");
  return {};
}

}  // namespace

std::variant<Aggregation, std::string> read_aggregation(std::string_view text) {
  Aggregation made{.text = std::string{text}};
  std::string_view rest = without_blanks(text);
  if (const std::size_t pipe = find_word(rest, "|"); pipe != std::string_view::npos) {
    const std::string order = in_lower_case(without_blanks(rest.substr(pipe + 1)));
    if (!order.starts_with("sort ")) return "only sort can follow an aggregation expression";
    made.order = without_blanks(std::string_view{order}.substr(5));
    if (made.order != "asc" && made.order != "desc") return "sort needs asc or desc";
    rest = without_blanks(rest.substr(0, pipe));
  }
  if (const std::size_t by = find_word(rest, " by "); by != std::string_view::npos) {
    made.by = fields_of(rest.substr(by + 4));
    rest = without_blanks(rest.substr(0, by));
    if (std::string complaint = complaint_of_fields(made.by); !complaint.empty()) return complaint;
  }
  if (const std::size_t as = find_word(rest, " as "); as != std::string_view::npos)
    rest = without_blanks(rest.substr(0, as));
  if (!is_one_call(rest))
    return "it must be a single one of count, avg, sum, min and max of a field";
  made.function = rest;
  return made;
}

std::string LogQuery::whole() const {
  std::string all{without_blanks(text)};
  if (!all.empty()) all += "\n| ";
  all += fmt::format("stats {} as {}", aggregation.function, kResult);
  if (aggregation.by.empty()) return all;
  all += fmt::format(" by {}\n| sort ", fmt::join(aggregation.by, ", "));
  all += aggregation.order.empty() ? fmt::format("{} asc", fmt::join(aggregation.by, " asc, "))
                                   : fmt::format("{} {}", kResult, aggregation.order);
  return all + fmt::format("\n| limit {}", kMostContributors + 1);
}

std::vector<SeriesKey> LogQuery::incoming(const Place& place) const {
  constexpr std::string_view kGroup = "log-group:";
  std::vector<SeriesKey> keys;
  for (const std::string& written : groups) {
    const std::optional<Arn> named = Arn::parse(written);
    std::string name = written;
    Place where = place;
    if (named && named->resource.starts_with(kGroup)) {
      name = named->resource.substr(kGroup.size());
      if (name.ends_with(":*")) name.resize(name.size() - 2);
      where = {named->account, named->region};
    }
    keys.push_back({where, "AWS/Logs", "IncomingLogEvents", {{"LogGroupName", name}}});
  }
  return keys;
}

Json LogQuery::to_json() const {
  Json offsets{{"ScheduleExpression", schedule_text},
               {"StartTimeOffset", start_offset / std::chrono::seconds{1}},
               {"EndTimeOffset", end_offset / std::chrono::seconds{1}}};
  return {{"QueryString", text},
          {"LogGroupIdentifiers", groups},
          {"QueryARN", arn},
          {"ScheduledQueryRoleARN", role},
          {"ScheduleConfiguration", std::move(offsets)},
          {"AggregationExpression", aggregation.text}};
}

bool LogQuery::same_results(const LogQuery& other) const {
  return text == other.text && groups == other.groups &&
         aggregation.text == other.aggregation.text && schedule_text == other.schedule_text &&
         start_offset == other.start_offset && end_offset == other.end_offset;
}

void LogRun::read(const LogQuery& query, const Json& results) {
  const std::vector<std::string>& by = query.aggregation.by;
  if (by.empty()) {
    if (!results.empty()) value = number_in(cell(results.front(), kResult));
    if (!value && in_lower_case(query.aggregation.function) == "count(*)") value = 0;
    return;
  }
  for (const Json& row : results) {
    const std::optional<double> number = number_in(cell(row, kResult));
    if (!number) continue;
    partial = groups.size() == LogQuery::kMostContributors;
    if (partial) break;
    std::vector<std::string> group;
    for (const std::string& field : by) group.push_back(cell(row, without_ticks(field)));
    groups.emplace_back(std::move(group), *number);
  }
}

std::optional<double> LogRun::value_of(const std::vector<std::string>& group) const {
  for (const auto& [known, number] : groups)
    if (known == group) return number;
  return std::nullopt;
}

}  // namespace opsim::cloudwatch

// What a query of CloudTrail Lake finds. All values are compared as texts, numbers apart; a missing
// member is NULL, for which no comparison holds.
#include <algorithm>
#include <charconv>
#include <map>

#include "models/cloudtrail/lake_sql.hpp"

namespace opsim::cloudtrail {

namespace {

/// "2026-03-02T10:00:00Z" as Lake shows it: "2026-03-02 10:00:00.000".
std::string time_text(std::string text) {
  if (text.size() < 19 || text[4] != '-' || text[13] != ':') return text;
  text[10] = ' ';
  if (text.back() == 'Z') text.pop_back();
  if (text.size() == 19) text += ".000";
  return text;
}

std::optional<std::string> value_of(const Column& column, const Json& record) {
  const Json* value = &record;
  for (const std::string& name : column.path) {
    if (!value->is_object()) return std::nullopt;
    auto found = value->find(name);
    if (found == value->end())  // columns below userIdentity are read in any case, too
      for (found = value->begin(); found != value->end(); ++found)
        if (std::ranges::equal(found.key(), name,
                               [](char a, char b) { return (a | 0x20) == (b | 0x20); }))
          break;
    if (found == value->end()) return std::nullopt;
    value = &*found;
  }
  if (value->is_null()) return std::nullopt;
  std::string text = value->is_string() ? value->get<std::string>() : value->dump();
  return column.path.front() == "eventTime" ? time_text(std::move(text)) : text;
}

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && !text.empty() ? std::optional{value} : std::nullopt;
}

int order_of(const std::string& a, const std::string& b) {
  const std::optional<double> one = number_of(a);
  const std::optional<double> other = number_of(b);
  if (one && other) return *one < *other ? -1 : *one > *other ? 1 : 0;
  return a.compare(b);
}

bool compares(const std::string& value, const std::string& sign, const std::string& literal) {
  const int order = order_of(value, literal);
  if (sign == "=") return order == 0;
  if (sign == "!=") return order != 0;
  if (sign == "<") return order < 0;
  if (sign == "<=") return order <= 0;
  if (sign == ">") return order > 0;
  return order >= 0;
}

/// % is any text, _ one character. Going back to the last % only, so never more than both lengths.
bool is_like(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t tried = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '%') {
      star = in++;
      tried = at;
    } else if (in < pattern.size() && (pattern[in] == '_' || pattern[in] == text[at])) {
      ++in;
      ++at;
    } else if (star != std::string_view::npos) {
      in = star + 1;
      at = ++tried;
    } else {
      return false;
    }
  }
  while (in < pattern.size() && pattern[in] == '%') ++in;
  return in == pattern.size();
}

/// True, false, or unknown where NULL is compared: NOT of unknown is unknown.
std::optional<bool> truth(const Condition& condition, const Json& record) {
  using Kind = Condition::Kind;
  if (condition.kind == Kind::all || condition.kind == Kind::any) {
    const bool decides = condition.kind == Kind::any;
    std::optional<bool> so_far = !decides;
    for (const Condition& part : condition.parts) {
      const std::optional<bool> one = truth(part, record);
      if (one == decides) return decides;
      if (!one) so_far.reset();
    }
    return so_far;
  }
  if (condition.kind == Kind::none) {
    const std::optional<bool> inside = truth(condition.parts.front(), record);
    return inside ? std::optional{!*inside} : std::nullopt;
  }
  const std::optional<std::string> value = value_of(condition.column, record);
  if (condition.kind == Kind::is_null) return !value.has_value();
  if (!value) return std::nullopt;
  const bool is_time = condition.column.path.front() == "eventTime";
  return std::ranges::any_of(condition.values, [&](const std::string& written) {
    if (condition.kind == Kind::like) return is_like(*value, written);
    const std::string literal = is_time ? time_text(written) : written;
    return compares(*value, condition.kind == Kind::in ? "=" : condition.sign, literal);
  });
}

Json cell(const std::string& name, const std::optional<std::string>& value) {
  Json one = Json::object();
  one[name] = value ? Json(*value) : Json(nullptr);
  return one;
}

Json row_of(const Select& select, const Json& record) {
  Json row = Json::array();
  if (select.everything)
    for (const auto& [name, value] : record.items())
      row.push_back(cell(name, value_of({.path = {name}, .shown = name}, record)));
  for (const Column& column : select.columns)
    row.push_back(cell(column.shown, value_of(column, record)));
  return row;
}

Json counted(const Select& select, std::span<const Json* const> found) {
  std::map<std::string, std::pair<Json, std::size_t>> groups;  // by the texts of their columns
  for (const Json* record : found) {
    Json row = row_of(select, *record);
    std::string key;
    for (const Column& column : select.group_by)
      key += value_of(column, *record).value_or("") + '\n';
    ++groups.try_emplace(key, std::move(row), 0).first->second.second;
  }
  if (groups.empty() && select.group_by.empty()) groups.try_emplace("", Json::array(), 0);
  Json rows = Json::array();
  for (auto& [key, group] : groups) {
    Json row = std::move(group.first);
    const auto at = std::min(select.count_at, row.size());
    row.insert(row.begin() + static_cast<std::ptrdiff_t>(at),
               cell(select.count_name, std::to_string(group.second)));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string shown_at(const Json& row, const std::string& name) {
  for (const Json& one : row)
    if (one.contains(name) && one.at(name).is_string()) return one.at(name).get<std::string>();
  return {};
}

}  // namespace

bool holds(const Select& select, const Json& record) {
  return !select.where || truth(*select.where, record) == true;
}

Json run_select(const Select& select, std::span<const Json> records) {
  std::vector<const Json*> found;
  for (const Json& record : records)
    if (holds(select, record)) found.push_back(&record);
  if (select.order_column)
    std::ranges::stable_sort(found, [&](const Json* a, const Json* b) {
      const int order = order_of(value_of(*select.order_column, *a).value_or(""),
                                 value_of(*select.order_column, *b).value_or(""));
      return select.descending ? order > 0 : order < 0;
    });
  std::vector<Json> rows;
  if (select.counts || !select.group_by.empty()) {
    for (Json& row : counted(select, found)) rows.push_back(std::move(row));
  } else {
    for (const Json* record : found) rows.push_back(row_of(select, *record));
  }
  if (select.distinct) {
    std::vector<Json> once;
    for (Json& row : rows)
      if (std::ranges::find(once, row) == once.end()) once.push_back(std::move(row));
    rows = std::move(once);
  }
  if (!select.order_by.empty()) {
    std::ranges::stable_sort(rows, [&](const Json& a, const Json& b) {
      const int order = order_of(shown_at(a, select.order_by), shown_at(b, select.order_by));
      return select.descending ? order > 0 : order < 0;
    });
  }
  if (select.limit && rows.size() > *select.limit) rows.resize(*select.limit);
  Json answer = Json::array();
  for (Json& row : rows) answer.push_back(std::move(row));
  return answer;
}

}  // namespace opsim::cloudtrail

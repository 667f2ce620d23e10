// The commands of a query, one after the other.
#include "models/logs/insights_run.hpp"

#include <algorithm>
#include <set>

#include "models/logs/insights_pattern.hpp"
#include "models/logs/insights_stats.hpp"

namespace opsim::logs {
namespace {

using Rows = std::vector<InsightsRow>;

void parse_glob(const QueryCommand& parse, const std::string& text, InsightsRow& row) {
  const std::size_t begin = text.find(parse.literals[0]);
  if (begin == text.npos) return;
  std::size_t at = begin + parse.literals[0].size();
  std::vector<std::string> found;
  for (std::size_t i = 1; i < parse.literals.size(); ++i) {
    const bool to_the_end = parse.literals[i].empty() && i + 1 == parse.literals.size();
    const std::size_t end = to_the_end ? text.size() : text.find(parse.literals[i], at);
    if (end == text.npos) return;
    found.push_back(text.substr(at, end - at));
    at = end + parse.literals[i].size();
  }
  for (std::size_t i = 0; i < found.size(); ++i) row.set(parse.names[i], std::move(found[i]));
}

void parse_row(const QueryCommand& parse, InsightsRow& row, QueryWork& work) {
  const std::string text = evaluate(parse.condition, row, work).text();
  work.done += text.size();
  if (!parse.regex) return parse_glob(parse, text, row);
  const auto groups = parse.regex->search(text);
  if (!groups) return;
  for (std::size_t i = 0; i < parse.names.size(); ++i) {
    const auto& group = (*groups)[i + 1];
    if (!parse.names[i].empty() && group) row.set(parse.names[i], std::string{*group});
  }
}

class QueryRun {
 public:
  QueryRun(const InsightsQuery& query, std::size_t limit) : query_{query}, limit_{limit} {}

  QueryResult run(const std::vector<QueriedEvent>& events) {
    const auto whole = std::ranges::find_if_not(query_.commands, by_row, &QueryCommand::kind);
    Rows rows = read(events, whole);
    result_.matched = rows.size();
    for (auto command = whole; command != query_.commands.end(); ++command) {
      apply(*command, rows);
      if (command->kind == QueryCommand::Kind::filter && !aggregated_)
        result_.matched = rows.size();
    }
    rows.resize(std::min(rows.size(), limit_));
    show(rows);
    result_.gave_up = work_.exhausted();
    return std::move(result_);
  }

 private:
  using Kind = QueryCommand::Kind;
  using Commands = std::vector<QueryCommand>::const_iterator;

  static bool by_row(Kind kind) {
    return kind == Kind::fields || kind == Kind::filter || kind == Kind::parse;
  }
  /// The events that pass the commands up to `end`, which look at one row at a time.
  Rows read(const std::vector<QueriedEvent>& events, Commands end) {
    // No later command can ask for more than these.
    const bool only_first = end == query_.commands.end() || end->kind == Kind::limit;
    const std::size_t most =
        only_first ? (end == query_.commands.end() ? limit_ : end->limit) : events.size();
    Rows rows;
    for (const QueriedEvent& event : events) {
      if (work_.exhausted()) break;
      work_.done += 1 + event.message.size() / 64;
      InsightsRow row{event};
      if (!passes(row, end)) continue;
      if (rows.size() < most) {
        rows.push_back(std::move(row));
      } else {
        ++beyond_;
      }
    }
    for (auto command = query_.commands.begin(); command != end; ++command) name(*command);
    return rows;
  }
  bool passes(InsightsRow& row, Commands end) {
    for (auto command = query_.commands.begin(); command != end; ++command)
      if (!apply_to(*command, row)) return false;
    return true;
  }
  bool apply_to(const QueryCommand& command, InsightsRow& row) {
    if (command.kind == Kind::filter) return evaluate(command.condition, row, work_).truth();
    if (command.kind == Kind::parse) parse_row(command, row, work_);
    if (command.kind == Kind::fields || command.kind == Kind::display) compute(command, row);
    return true;
  }
  void compute(const QueryCommand& command, InsightsRow& row) {
    for (const QueryColumn& column : command.columns) {
      const bool itself =
          column.expression.kind == QueryNode::Kind::field && column.expression.text == column.name;
      if (itself) continue;
      row.set(column.name, evaluate(column.expression, row, work_));
    }
  }
  void apply(const QueryCommand& command, Rows& rows) {
    switch (command.kind) {
      case Kind::limit: rows.resize(std::min(rows.size(), command.limit)); break;
      case Kind::stats:
        rows = run_stats(command, rows, work_);
        aggregated_ = true;
        break;
      case Kind::sort: sort(command, rows); break;
      case Kind::dedup: dedup(command, rows); break;
      case Kind::unnest: unnest(command, rows); break;
      case Kind::pattern: rows = patterns(command, rows); break;
      default: std::erase_if(rows, [&](InsightsRow& row) { return !apply_to(command, row); });
    }
    name(command);
  }
  /// CWL_QuerySyntax-Dedup: rows that lack one of the fields stay; of the others the first.
  void dedup(const QueryCommand& command, Rows& rows) {
    std::set<std::vector<std::string>> seen;
    std::erase_if(rows, [&](const InsightsRow& row) {
      std::vector<std::string> key;
      for (const QueryColumn& column : command.columns) {
        const InsightsValue value = evaluate(column.expression, row, work_);
        if (value.missing()) return false;
        key.push_back(value.text());
      }
      return !seen.insert(std::move(key)).second;
    });
  }
  /// CWL_QuerySyntax-Pattern.
  Rows patterns(const QueryCommand& command, const Rows& rows) {
    std::vector<std::string> messages;
    for (const InsightsRow& row : rows) {
      const InsightsValue value = evaluate(command.columns[0].expression, row, work_);
      if (!value.missing()) messages.push_back(value.text());
      work_.done += 10;
    }
    Rows found;
    for (FoundPattern& each : find_patterns(messages)) {
      InsightsRow& row = found.emplace_back();
      row.set("@pattern", std::move(each.text));
      row.set("@ratio", each.ratio);
      row.set("@sampleCount", static_cast<double>(each.count));
      row.set("@severityLabel", std::string{each.severity});
    }
    aggregated_ = true;
    columns_ = {"@pattern", "@ratio", "@sampleCount", "@severityLabel"};
    return found;
  }
  /// CWL_QuerySyntax-Unnest: "flattens a list taken as input to produce multiple records with a
  /// single record for each element in the list". UNDOCUMENTED: a row without a list goes.
  void unnest(const QueryCommand& command, Rows& rows) {
    Rows flat;
    for (const InsightsRow& row : rows) {
      const InsightsValue value = evaluate(command.columns[0].expression, row, work_);
      if (value.json() == nullptr || !value.json()->is_array()) continue;
      for (const Json& element : *value.json()) {
        if (work_.exhausted()) break;
        work_.done += 1;
        flat.push_back(row);
        flat.back().set(command.columns[0].name, InsightsValue::of(element));
      }
    }
    rows = std::move(flat);
  }
  void sort(const QueryCommand& command, Rows& rows) {
    std::vector<std::pair<std::vector<InsightsValue>, std::size_t>> keys;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      keys.push_back({{}, i});
      for (const QueryColumn& column : command.columns)
        keys.back().first.push_back(sort_key(column, rows[i]));
    }
    work_.done += 10 * rows.size();
    std::ranges::stable_sort(keys, [&](const auto& a, const auto& b) {
      for (std::size_t i = 0; i < command.columns.size(); ++i) {
        const int order = compare_naturally(a.first[i], b.first[i]);
        if (order != 0) return command.descending[i] ? order > 0 : order < 0;
      }
      return false;
    });
    Rows sorted;
    for (const auto& [key, place] : keys) sorted.push_back(std::move(rows[place]));
    rows = std::move(sorted);
  }
  /// `sort count(*) desc` means the column of that name.
  InsightsValue sort_key(const QueryColumn& column, const InsightsRow& row) {
    InsightsValue known = row.field(column.name);
    return known.missing() ? evaluate(column.expression, row, work_) : known;
  }
  /// Which columns the result has.
  void name(const QueryCommand& command) {
    if (command.kind == Kind::display || command.kind == Kind::stats) columns_.clear();
    const auto add = [&](const std::string& column) {
      if (std::ranges::count(columns_, column) == 0) columns_.push_back(column);
    };
    for (const QueryColumn& column : command.by) add(column.name);
    const bool shows = command.kind == Kind::fields || command.kind == Kind::display ||
                       command.kind == Kind::stats;
    if (shows)
      for (const QueryColumn& column : command.columns) add(column.name);
    if (command.kind == Kind::parse && !columns_.empty())
      for (const std::string& made : command.names)
        if (!made.empty()) add(made);
  }
  void show(const Rows& rows) {
    result_.matched += beyond_;
    if (columns_.empty()) columns_ = {"@timestamp", "@message"};
    if (!aggregated_ && std::ranges::count(columns_, "@ptr") == 0) columns_.emplace_back("@ptr");
    for (const InsightsRow& row : rows) {
      auto& shown = result_.rows.emplace_back();
      for (const std::string& column : columns_) {
        const InsightsValue value = row.field(column);
        if (!value.missing()) shown.emplace_back(column, value.text());
      }
    }
  }

  const InsightsQuery& query_;
  std::size_t limit_;
  QueryWork work_;
  QueryResult result_;
  std::vector<std::string> columns_;
  bool aggregated_ = false;
  std::size_t beyond_ = 0;  // matched, after the last row that is shown
};

}  // namespace

QueryResult run_query(const InsightsQuery& query, const std::vector<QueriedEvent>& events,
                      std::size_t limit) {
  return QueryRun{query, limit}.run(events);
}

}  // namespace opsim::logs

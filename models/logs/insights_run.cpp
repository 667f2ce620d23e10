// The commands of a query, one after the other.
#include "models/logs/insights_run.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "models/logs/insights_pattern.hpp"
#include "models/logs/insights_stats.hpp"

namespace opsim::logs {
namespace {

using Rows = std::vector<InsightsRow>;

constexpr std::size_t kMostOfSource = 10'000;  // rows of a subquery, as of a query

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

/// What a source came to: rows, and the fields that it selected.
struct FoundSource {
  std::vector<std::shared_ptr<const InsightsRow>> rows = {};
  std::vector<std::string> columns = {};
};

class QueryRun {
 public:
  QueryRun(const std::vector<QueryCommand>& commands, std::size_t limit, QueryWork& work,
           const std::vector<FoundSource>& sources)
      : commands_{commands}, limit_{limit}, work_{work}, sources_{sources} {}

  QueryResult run(const std::vector<QueriedEvent>& events) {
    show(rows(events));
    result_.gave_up = work_.exhausted();
    return std::move(result_);
  }
  FoundSource find(const std::vector<QueriedEvent>& events) {
    FoundSource found;
    for (InsightsRow& row : rows(events))
      found.rows.push_back(std::make_shared<const InsightsRow>(std::move(row)));
    found.columns = columns_;
    return found;
  }

 private:
  using Kind = QueryCommand::Kind;
  using Commands = std::vector<QueryCommand>::const_iterator;

  static bool by_row(Kind kind) {
    return kind == Kind::fields || kind == Kind::filter || kind == Kind::parse;
  }
  Rows rows(const std::vector<QueriedEvent>& events) {
    const auto whole = std::ranges::find_if_not(commands_, by_row, &QueryCommand::kind);
    Rows rows = read(events, whole);
    result_.matched = rows.size();
    for (auto command = whole; command != commands_.end(); ++command) {
      apply(*command, rows);
      if (command->kind == QueryCommand::Kind::filter && !aggregated_)
        result_.matched = rows.size();
    }
    rows.resize(std::min(rows.size(), limit_));
    return rows;
  }
  /// The events that pass the commands up to `end`, which look at one row at a time.
  Rows read(const std::vector<QueriedEvent>& events, Commands end) {
    // No later command can ask for more than these.
    const bool only_first = end == commands_.end() || end->kind == Kind::limit;
    const std::size_t most =
        only_first ? (end == commands_.end() ? limit_ : end->limit) : events.size();
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
    for (auto command = commands_.begin(); command != end; ++command) name(*command);
    return rows;
  }
  bool passes(InsightsRow& row, Commands end) {
    for (auto command = commands_.begin(); command != end; ++command)
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
      case Kind::join: join(command, rows); break;
      case Kind::addtotals: add_totals(command, rows); break;
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
  /// CWL_QuerySyntax-Addtotals: "row totals and column totals for numeric fields"; all numeric ones
  /// where none are named, times not. UNDOCUMENTED: a row without numbers has no total; the summary
  /// row sums the totals, too.
  void add_totals(const QueryCommand& command, Rows& rows) {
    std::vector<std::string> fields;
    for (const QueryColumn& column : command.columns) fields.push_back(column.name);
    if (fields.empty()) fields = columns_;
    std::map<std::string, double> sums;
    for (InsightsRow& row : rows) {
      std::optional<double> total;
      work_.done += 1 + fields.size();
      for (const std::string& field : fields) {
        const InsightsValue value = row.field(field);
        const auto number = value.time() == nullptr ? value.number() : std::nullopt;
        if (!number) continue;
        total = total.value_or(0) + *number;
        sums[field] += *number;
      }
      if (!command.row_totals || !total) continue;
      sums[command.names[0]] += *total;
      row.set(command.names[0], *total);
    }
    if (!command.column_totals) return;
    InsightsRow& summary = rows.emplace_back();
    for (const auto& [field, sum] : sums) summary.set(field, sum);
  }
  /// CWL_QuerySyntax-Join: inner returns "only matching records", left "all records from the
  /// primary source and matching ones from the secondary". Each pair is a row.
  void join(const QueryCommand& command, Rows& rows) {
    std::map<std::vector<std::string>, std::vector<std::shared_ptr<const InsightsRow>>> partners;
    for (const auto& row : sources_[command.source].rows)
      if (auto key = join_key(command.by, *row)) partners[std::move(*key)].push_back(row);
    Rows joined;
    for (const InsightsRow& row : rows) {
      const auto key = join_key(command.columns, row);
      const auto found = key ? partners.find(*key) : partners.end();
      const bool alone = found == partners.end();
      if (alone && !command.outer) continue;
      for (std::size_t i = 0; i < (alone ? 1 : found->second.size()); ++i) {
        if ((work_.done += 10), work_.exhausted()) break;
        joined.push_back(row);
        joined.back().join(command.names[0], command.names[1], alone ? nullptr : found->second[i]);
      }
    }
    rows = std::move(joined);
  }
  /// Nothing where a field is missing: it equals nothing.
  std::optional<std::vector<std::string>> join_key(const std::vector<QueryColumn>& fields,
                                                   const InsightsRow& row) {
    std::vector<std::string> key;
    for (const QueryColumn& field : fields) {
      const InsightsValue value = evaluate(field.expression, row, work_);
      if (value.missing()) return std::nullopt;
      key.push_back(value.text());
    }
    return key;
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
    if (command.kind == Kind::join) return;
    if (command.kind == Kind::addtotals) {
      if (columns_.empty()) columns_ = {"@timestamp", "@message"};
      if (command.row_totals && std::ranges::count(columns_, command.names[0]) == 0)
        columns_.push_back(command.names[0]);
      return;
    }
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

  const std::vector<QueryCommand>& commands_;
  std::size_t limit_;
  QueryWork& work_;
  const std::vector<FoundSource>& sources_;
  QueryResult result_;
  std::vector<std::string> columns_;
  bool aggregated_ = false;
  std::size_t beyond_ = 0;  // matched, after the last row that is shown
};

/// `requestId in (SOURCE ...)`: the values of the field of that name, or of the first selected.
QueryNode list_of(const std::string& field, const FoundSource& source) {
  QueryNode list{.kind = QueryNode::Kind::list};
  const bool named = std::ranges::count(source.columns, field) > 0;
  if (!named && source.columns.empty()) return list;
  std::set<std::string> seen;
  for (const auto& row : source.rows) {
    InsightsValue value = row->field(named ? field : source.columns.front());
    if (value.missing() || !seen.insert(value.text()).second) continue;
    list.parts.push_back({.kind = QueryNode::Kind::constant, .value = std::move(value)});
  }
  return list;
}

/// "Results are materialized before being used by the outer query."
void materialize(QueryNode& node, const std::vector<FoundSource>& sources) {
  for (QueryNode& part : node.parts) materialize(part, sources);
  const bool is_in = node.kind == QueryNode::Kind::compare && node.text == "in" &&
                     node.parts[1].kind == QueryNode::Kind::subquery;
  if (!is_in) return;
  const auto number = static_cast<std::size_t>(node.parts[1].value.number().value_or(0));
  node.parts[1] = list_of(node.parts[0].text, sources.at(number));
}

}  // namespace

QueryResult run_query(const InsightsQuery& query, const std::vector<QueriedEvent>& events,
                      std::size_t limit, const SourceEvents& sources) {
  QueryWork work;
  std::vector<FoundSource> found;
  if (query.sources.empty()) return QueryRun{query.commands, limit, work, found}.run(events);
  const std::vector<QueriedEvent> none;
  const std::vector<FoundSource> no_sources;  // nested subqueries are refused
  for (std::size_t i = 0; i < query.sources.size(); ++i)
    found.push_back(QueryRun{query.sources[i].commands, kMostOfSource, work, no_sources}.find(
        i < sources.size() ? sources[i] : none));
  std::vector<QueryCommand> commands = query.commands;
  for (QueryCommand& command : commands) {
    materialize(command.condition, found);
    for (auto* columns : {&command.columns, &command.by})
      for (QueryColumn& column : *columns) materialize(column.expression, found);
  }
  return QueryRun{commands, limit, work, found}.run(events);
}

}  // namespace opsim::logs

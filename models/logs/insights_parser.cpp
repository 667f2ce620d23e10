// Queries of Logs Insights: from words to commands.
// Precedence, tightest first: call, -a, ^, * / %, + -, comparisons, not, and, or.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "models/logs/insights_reader.hpp"

namespace opsim::logs {
namespace {

using NodeKind = QueryNode::Kind;

class QueryParser : private QueryReader {
 public:
  QueryParser(std::string_view text, std::vector<QueryToken> tokens)
      : QueryReader{std::move(tokens)}, text_{text} {}

  std::variant<InsightsQuery, QueryError> parse() {
    InsightsQuery query;
    if (peek().kind == QueryToken::Kind::end) fail("the query is empty");
    while (good()) {
      query.commands.push_back(command());
      if (query.commands.size() > InsightsQuery::kMostCommands) fail("too many commands");
      if (!take("|")) break;
    }
    if (good() && peek().kind != QueryToken::Kind::end)
      fail(fmt::format("unexpected symbol found '{}'", peek().text));
    if (!good()) return error();
    query.sources = std::move(sources_);
    return query;
  }

 private:
  // ---- Commands ----

  QueryCommand command() {
    const QueryToken word = next();
    const std::string verb = lowered(word.text);
    if (verb == "fields") return columns(QueryCommand::Kind::fields);
    if (verb == "display") return columns(QueryCommand::Kind::display);
    if (verb == "dedup") return columns(QueryCommand::Kind::dedup);
    if (verb == "filter" || verb == "filterindex")
      return {.kind = QueryCommand::Kind::filter, .condition = expression()};
    if (verb == "stats") return stats();
    if (verb == "sort") return sort();
    if (verb == "limit" || verb == "head") return limit();
    if (verb == "parse") return parse_fields();
    if (verb == "pattern") return pattern();
    if (verb == "unnest") return unnest();
    if (verb == "join") return join();
    if (verb == "addtotals") return add_totals();
    constexpr std::string_view kNotHere[] = {"anomaly",    "diff",   "lookup",
                                             "logcompare", "source", "unmask"};
    fail_at(word.begin, std::ranges::count(kNotHere, verb) > 0
                            ? fmt::format("the command {} is not simulated", verb)
                            : fmt::format("unexpected symbol found '{}'", word.text));
    return {};
  }
  /// join type=left left=order right=payment where order.id=payment.id (SOURCE 'group' | ...)
  QueryCommand join() {
    QueryCommand command{.kind = QueryCommand::Kind::join, .names = {"", ""}};
    while (good() && !take_word("where")) {
      const auto [key, value] = option().value_or(std::pair<std::string, std::string>{});
      if (key == "left" || key == "right")
        command.names[key == "left" ? 0 : 1] = value;
      else if (key == "type" && (lowered(value) == "inner" || lowered(value) == "left"))
        command.outer = lowered(value) == "left";
      else
        fail("type=inner, type=left, left=..., right=... or where is expected");
    }
    if (command.names[0].empty() || command.names[1].empty()) fail("left and right are expected");
    do {
      std::string left = name();
      expect("=");
      std::string right = name();
      if (left.starts_with(command.names[1] + '.')) std::swap(left, right);
      command.columns.push_back(aliased(left, command.names[0]));
      command.by.push_back(aliased(right, command.names[1]));
    } while (good() && take_word("and"));
    command.source = source();
    return command;
  }
  /// addtotals fieldname=Total row=true col=false a, b
  QueryCommand add_totals() {
    QueryCommand command{.kind = QueryCommand::Kind::addtotals, .names = {"Total"}};
    while (const auto given = option()) {
      const auto& [key, value] = *given;
      if (key == "fieldname" && !value.empty())
        command.names[0] = value;
      else if ((key == "row" || key == "col") && (value == "true" || value == "false"))
        (key == "row" ? command.row_totals : command.column_totals) = value == "true";
      else
        fail("fieldname=..., row=true, row=false, col=true or col=false is expected");
    }
    if (peek().kind != QueryToken::Kind::name) return command;
    do command.columns.push_back(column());
    while (good() && take(","));
    return command;
  }
  /// The field of "order.id".
  QueryColumn aliased(const std::string& text, const std::string& alias) {
    const bool has_alias = text.size() > alias.size() + 1 && text.starts_with(alias + '.');
    if (!has_alias) fail(fmt::format("a field of {} is expected", alias));
    std::string field = has_alias ? text.substr(alias.size() + 1) : text;
    return {.name = field, .expression = {.kind = NodeKind::field, .text = field}};
  }
  /// CWL_QuerySyntax-Subqueries: "nested subqueries are not supported".
  std::size_t source() {
    expect("(");
    if (!take_word("source")) fail("'SOURCE' is expected");
    if (in_source_) fail("nested subqueries are not supported");
    if (sources_.size() == InsightsQuery::kMostSources) fail("too many subqueries");
    if (!good()) return 0;
    const QueryToken group = next();
    if (group.kind != QueryToken::Kind::string && group.kind != QueryToken::Kind::name)
      fail("the name of a log group is expected");
    QuerySource found{.group = group.text, .commands = {}};
    in_source_ = true;
    while (good() && take("|")) {
      found.commands.push_back(command());
      if (found.commands.size() > InsightsQuery::kMostCommands) fail("too many commands");
    }
    in_source_ = false;
    expect(")");
    sources_.push_back(std::move(found));
    return sources_.size() - 1;
  }
  QueryCommand pattern() {
    QueryCommand command{.kind = QueryCommand::Kind::pattern};
    command.columns.push_back(column());
    return command;
  }
  /// unnest field into alias: each element of a list becomes a row.
  QueryCommand unnest() {
    QueryCommand command{.kind = QueryCommand::Kind::unnest};
    QueryColumn& list = command.columns.emplace_back();
    list.expression = {.kind = NodeKind::field, .text = name()};
    if (!take_word("into")) fail("'into' is expected");
    if (good()) list.name = name();
    return command;
  }
  QueryCommand columns(QueryCommand::Kind kind) {
    QueryCommand command{.kind = kind};
    do command.columns.push_back(column());
    while (good() && take(","));
    return command;
  }
  /// An expression, named by `as` or by its own text.
  QueryColumn column() {
    const std::size_t begin = peek().begin;
    QueryColumn made;
    made.expression = expression();
    const std::size_t end = end_of_last(begin);
    made.name = made.expression.kind == NodeKind::field
                    ? made.expression.text
                    : std::string{text_.substr(begin, std::max(end, begin) - begin)};
    if (take_word("as")) made.name = name();
    return made;
  }
  QueryCommand stats() {
    QueryCommand command = columns(QueryCommand::Kind::stats);
    if (!take_word("by")) return command;
    do command.by.push_back(column());
    while (good() && take(","));
    return command;
  }
  QueryCommand sort() {
    QueryCommand command{.kind = QueryCommand::Kind::sort};
    take_word("by");  // as the guide's sample queries have it
    do {
      command.columns.push_back(column());
      const bool descending = take_word("desc");
      if (!descending) take_word("asc");
      command.descending.push_back(descending);
    } while (good() && take(","));
    return command;
  }
  QueryCommand limit() {
    QueryCommand command{.kind = QueryCommand::Kind::limit};
    const QueryToken token = next();
    const char* const end = token.text.data() + token.text.size();
    const auto [stop, failed] = std::from_chars(token.text.data(), end, command.limit);
    if (token.kind != QueryToken::Kind::number || failed != std::errc{} || stop != end ||
        command.limit == 0)
      fail("a number of results is expected");
    return command;
  }
  QueryCommand parse_fields() {
    QueryCommand command{.kind = QueryCommand::Kind::parse};
    const auto kind = peek().kind;
    if (kind == QueryToken::Kind::regex || kind == QueryToken::Kind::string)
      command.condition = {.kind = NodeKind::field, .text = "@message"};
    else
      command.condition = additive();
    if (peek().kind == QueryToken::Kind::regex) {
      command.regex = regex(next());
      if (command.regex) command.names = command.regex->names();
      if (good() && std::ranges::all_of(command.names, &std::string::empty))
        fail("a group with a name, (?<name>...), is expected");
      return command;
    }
    if (peek().kind != QueryToken::Kind::string) return fail("a pattern is expected"), command;
    read_glob(next().text, command);
    if (!take_word("as")) return fail("'as' is expected"), command;
    do command.names.push_back(name());
    while (good() && take(","));
    if (good() && command.names.size() + 1 != command.literals.size())
      fail("as many names as '*' are expected");
    return command;
  }
  static void read_glob(std::string_view glob, QueryCommand& command) {
    std::size_t star = 0;
    while ((star = glob.find('*')) != glob.npos) {
      command.literals.emplace_back(glob.substr(0, star));
      glob.remove_prefix(star + 1);
    }
    command.literals.emplace_back(glob);
  }

  // ---- Expressions ----

  QueryNode expression() {
    if (++nested_ > InsightsQuery::kMostNested) fail("too many levels");
    QueryNode left = good() ? conjunction() : QueryNode{};
    while (good() && take_word("or") && counts())
      left = {.kind = NodeKind::either, .parts = pair(std::move(left), conjunction())};
    --nested_;
    return left;
  }
  QueryNode conjunction() {
    QueryNode left = negation();
    while (good() && take_word("and") && counts())
      left = {.kind = NodeKind::both, .parts = pair(std::move(left), negation())};
    return left;
  }
  QueryNode negation() {
    bool negated = false;
    while (take_word("not")) negated = !negated;
    QueryNode inner = comparison();
    if (!negated) return inner;
    QueryNode node{.kind = NodeKind::none};
    node.parts.push_back(std::move(inner));
    return node;
  }
  QueryNode comparison() {
    QueryNode left = additive();
    if (!good()) return left;
    const bool negated = take_word("not");
    if (take_word("in")) return compare("in", std::move(left), list_or_source(), negated);
    if (take_word("like")) return compare("like", std::move(left), additive(), negated);
    if (negated) return fail("'in' or 'like' is expected"), left;
    if (take("=~")) return compare("like", std::move(left), additive(), false);
    for (const std::string_view sign : {"=", "!=", "<=", ">=", "<", ">"})
      if (take(sign)) return compare(sign, std::move(left), additive(), false);
    return left;
  }
  /// A chain of terms nests as deep as it is long.
  bool counts() {
    if (++links_ > InsightsQuery::kMostTerms) fail("too many terms");
    return good();
  }
  static QueryNode compare(std::string_view sign, QueryNode left, QueryNode right, bool negated) {
    return {.kind = NodeKind::compare,
            .text = std::string{sign},
            .negated = negated,
            .parts = pair(std::move(left), std::move(right))};
  }
  QueryNode list_or_source() {
    const bool begins =
        is_sign("(") && !peek_beyond().quoted && lowered(peek_beyond().text) == "source";
    if (!begins) return list();
    QueryNode node{.kind = NodeKind::subquery};
    node.value = static_cast<double>(source());
    return node;
  }
  QueryNode list() {
    QueryNode node{.kind = NodeKind::list};
    expect("[");
    if (take("]")) return node;
    do node.parts.push_back(additive());
    while (good() && take(","));
    expect("]");
    return node;
  }
  QueryNode additive() {
    QueryNode left = product();
    while (good() && (is_sign("+") || is_sign("-")))
      left = calculation(std::move(left), &QueryParser::product);
    return left;
  }
  QueryNode product() {
    QueryNode left = power();
    while (good() && (is_sign("*") || is_sign("/") || is_sign("%")))
      left = calculation(std::move(left), &QueryParser::power);
    return left;
  }
  QueryNode power() {
    QueryNode left = unary();
    while (good() && is_sign("^")) left = calculation(std::move(left), &QueryParser::unary);
    return left;
  }
  QueryNode calculation(QueryNode left, QueryNode (QueryParser::*right)()) {
    std::string sign = next().text;
    counts();
    return {.kind = NodeKind::calculate,
            .text = std::move(sign),
            .parts = pair(std::move(left), (this->*right)())};
  }
  QueryNode unary() {
    bool negated = false;
    while (take("-")) negated = !negated;
    QueryNode inner = primary();
    if (!negated) return inner;
    QueryNode node{.kind = NodeKind::negate};
    node.parts.push_back(std::move(inner));
    return node;
  }
  QueryNode primary() {
    const QueryToken token = next();
    switch (token.kind) {
      case QueryToken::Kind::string: return {.kind = NodeKind::constant, .value = token.text};
      case QueryToken::Kind::number: return number(token);
      case QueryToken::Kind::period: return {.kind = NodeKind::period, .text = token.text};
      case QueryToken::Kind::regex: return {.kind = NodeKind::regex, .regex = regex(token)};
      case QueryToken::Kind::name:
        if (!token.quoted && is_sign("(")) return call(token);
        if (!token.quoted && (token.text == "true" || token.text == "false"))
          return {.kind = NodeKind::constant, .value = token.text == "true"};
        return {.kind = NodeKind::field, .text = token.text};
      default: break;
    }
    if (token.kind == QueryToken::Kind::sign && token.text == "(") {
      QueryNode inner = expression();
      expect(")");
      return inner;
    }
    if (good())
      fail_at(token.begin, token.kind == QueryToken::Kind::end
                               ? "the query ends too early"
                               : fmt::format("unexpected symbol found '{}'", token.text));
    return {};
  }
  QueryNode number(const QueryToken& token) {
    double value = 0;
    const char* const end = token.text.data() + token.text.size();
    if (std::from_chars(token.text.data(), end, value).ptr != end) fail("a number is expected");
    return {.kind = NodeKind::constant, .value = value};
  }
  QueryNode call(const QueryToken& token) {
    QueryNode node{.kind = NodeKind::call, .text = lowered(token.text)};
    expect("(");
    if (node.text == "count" && take("*")) {
      expect(")");
      return node;
    }
    if (!take(")")) {
      do node.parts.push_back(expression());
      while (good() && take(","));
      expect(")");
    }
    if (std::string complaint = complaint_of_call(node.text, node.parts.size());
        good() && !complaint.empty())
      fail_at(token.begin, std::move(complaint));
    return node;
  }
  std::shared_ptr<const Regex> regex(const QueryToken& token) {
    auto compiled = Regex::compile(token.text);
    if (auto* good_one = std::get_if<Regex>(&compiled))
      return std::make_shared<const Regex>(std::move(*good_one));
    fail_at(token.begin, std::get<std::string>(compiled));
    return std::make_shared<const Regex>();
  }
  static std::vector<QueryNode> pair(QueryNode left, QueryNode right) {
    std::vector<QueryNode> both;
    both.push_back(std::move(left));
    both.push_back(std::move(right));
    return both;
  }

  std::string_view text_;
  std::size_t nested_ = 0;
  std::size_t links_ = 0;
  std::vector<QuerySource> sources_;
  bool in_source_ = false;
};

}  // namespace

std::variant<InsightsQuery, QueryError> parse_query(std::string_view text) {
  if (text.size() > InsightsQuery::kLongest)
    return QueryError{0, "the query is longer than 10,000 characters"};
  auto tokens = tokens_of(text);
  if (auto* error = std::get_if<QueryError>(&tokens)) return std::move(*error);
  return QueryParser{text, std::get<std::vector<QueryToken>>(std::move(tokens))}.parse();
}

}  // namespace opsim::logs

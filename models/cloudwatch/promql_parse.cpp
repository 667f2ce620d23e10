// Reading PromQL. Precedence, loosest first: or; and, unless; comparisons; + -; * / %; ^ (which
// groups to the right); signs.
// UNDOCUMENTED by AWS: the words of errors; here in Prometheus' manner.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include "models/cloudwatch/promql_functions.hpp"
#include "models/cloudwatch/promql_text.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::array<std::string_view, 6> kPromAggregates = {"avg", "count", "group",
                                                             "max", "min",   "sum"};
constexpr std::array<std::string_view, 7> kPromAggregatesAbsent = {
    "bottomk", "count_values", "limitk", "quantile", "stddev", "stdvar", "topk"};
// By precedence, loosest first.
constexpr std::array<std::array<std::string_view, 6>, 5> kPromLevels = {{
    {"or"},
    {"and", "unless"},
    {"==", "!=", "<=", "<", ">=", ">"},
    {"+", "-"},
    {"*", "/", "%"},
}};

bool is_comparison(std::string_view text) {
  return std::ranges::find(kPromLevels[2], text) != kPromLevels[2].end();
}
bool is_set_operator(std::string_view text) {
  return text == "and" || text == "or" || text == "unless";
}

class PromParser : private PromText {
 public:
  explicit PromParser(std::string_view text) : PromText{text}, whole_{text} {}

  std::variant<PromQuery, PromError> parse() {
    PromQuery query;
    query.text = whole_;
    query.root = binary(0);
    if (good() && !at_end()) fail(fmt::format("unexpected character: '{}'", peek()));
    // "The query must return a result of vector type" (API AlarmPromQLCriteria).
    if (good() && type_of(query.root) != PromType::vector)
      fail("the query must return a result of vector type");
    if (error()) return *error();
    query.not_simulated = not_simulated();
    return query;
  }

 private:
  PromNode binary(std::size_t level) {
    if (level == kPromLevels.size()) return power();
    if (++nested_ > PromQuery::kMostNested * kPromLevels.size()) fail("too many levels");
    PromNode left = binary(level + 1);
    while (good()) {
      const std::string sign = operator_of(level);
      if (sign.empty()) break;
      if (++terms_ > PromQuery::kMostTerms) fail("too many terms");
      left = join(sign, std::move(left), [&] { return binary(level + 1); });
    }
    --nested_;
    return left;
  }
  std::string operator_of(std::size_t level) {
    for (const std::string_view sign : kPromLevels[level]) {
      if (sign.empty()) break;
      const bool word = sign[0] >= 'a';
      if (word ? take_word(sign) : take(sign)) return std::string{sign};
    }
    return {};
  }
  PromNode power() {
    if (++nested_ > PromQuery::kMostNested * kPromLevels.size()) fail("too many levels");
    PromNode left = good() ? sign() : PromNode{};
    if (good() && take("^")) left = join("^", std::move(left), [&] { return power(); });
    --nested_;
    return left;
  }
  template <class Right>
  PromNode join(std::string sign, PromNode left, const Right& right) {
    PromNode node{.kind = PromNode::Kind::binary, .text = std::move(sign)};
    if (take_word("bool")) {
      if (!is_comparison(node.text)) fail("bool modifier can only be used on comparison operators");
      node.as_bool = true;
    }
    node.excludes = true;  // ignoring nothing
    if (take_word("on")) {
      node.excludes = false;
      node.labels = grouping();
    } else if (take_word("ignoring")) {
      node.labels = grouping();
    }
    for (const char* group : {"group_left", "group_right"}) {
      if (!take_word(group)) continue;
      if (take("(")) skip_labels();
      absent(fmt::format("{} in PromQL is not simulated", group));
    }
    node.parts.push_back(std::move(left));
    node.parts.push_back(right());
    check(node);
    return node;
  }
  void check(const PromNode& node) {
    if (!good()) return;
    const PromType left = type_of(node.parts[0]);
    const PromType right = type_of(node.parts[1]);
    if (left == PromType::range || right == PromType::range)
      return fail("binary expression must contain only scalar and instant vector types");
    const bool scalars = left == PromType::scalar && right == PromType::scalar;
    if (is_set_operator(node.text) && (left == PromType::scalar || right == PromType::scalar))
      return fail(
          fmt::format("set operator \"{}\" not allowed in binary scalar expression", node.text));
    if (is_comparison(node.text) && scalars && !node.as_bool)
      fail("comparisons between scalars must use BOOL modifier");
  }
  PromNode sign() {
    bool negative = false;
    for (;;) {
      if (take("-")) {
        negative = !negative;
      } else if (!take("+")) {
        break;
      }
    }
    PromNode inner = primary();
    if (!negative || !good()) return inner;
    if (type_of(inner) == PromType::range)
      fail(
          "unary expression only allowed on scalars and "
          "instant vectors");
    PromNode node{.kind = PromNode::Kind::negate};
    node.parts.push_back(std::move(inner));
    return node;
  }
  PromNode primary() {
    if (!good()) return {};
    if (at_end()) return fail("unexpected end of input"), PromNode{};
    if (take("(")) {
      PromNode inner = binary(0);
      expect(")");
      return inner;
    }
    const char c = peek();
    if ((c >= '0' && c <= '9') || c == '.') return {.number = number()};
    if (c == '{') return selector({});
    const std::string word{peek_word()};
    if (word.empty()) return fail(fmt::format("unexpected character: '{}'", c)), PromNode{};
    if (std::ranges::find(kPromAggregates, word) != kPromAggregates.end() ||
        std::ranges::find(kPromAggregatesAbsent, word) != kPromAggregatesAbsent.end())
      return aggregate();
    name();
    if (peek() == '(') return call(word);
    if (word == "Inf" || word == "NaN" || word == "inf" || word == "nan") {
      const bool infinite = word[0] == 'I' || word[0] == 'i';
      return {.number = infinite ? std::numeric_limits<double>::infinity()
                                 : std::numeric_limits<double>::quiet_NaN()};
    }
    return selector(word);
  }
  PromNode selector(std::string metric) {
    PromNode node{.kind = PromNode::Kind::selector};
    if (!metric.empty()) node.matchers.push_back({"__name__", PromMatcher::How::equal, metric});
    if (take("{") && !take("}")) {
      do {
        if (take("}")) return finish(std::move(node));  // a comma may stand last
        matcher(node);
      } while (good() && take(","));
      expect("}");
    }
    return finish(std::move(node));
  }
  void matcher(PromNode& node) {
    const bool text = at_text();
    PromMatcher found{.label = label()};
    if (!good()) return;
    if (take("=~")) {
      found.how = PromMatcher::How::matches;
    } else if (take("!~")) {
      found.how = PromMatcher::How::matches_not;
    } else if (take("!=")) {
      found.how = PromMatcher::How::unequal;
    } else if (!take("=")) {
      // {"http.server.active_requests"}: the name of the metric
      if (!text) return fail("expected a label matching operator");
      found = {"__name__", PromMatcher::How::equal, found.label};
      node.matchers.push_back(std::move(found));
      return;
    }
    found.value = quoted();
    if (found.how == PromMatcher::How::matches || found.how == PromMatcher::How::matches_not)
      read_choices(found);
    node.matchers.push_back(std::move(found));
  }
  /// SIMPLIFIED: of regular expressions alternatives of texts with .* in them.
  void read_choices(PromMatcher& found) {
    std::string choice;
    for (std::size_t i = 0; i <= found.value.size(); ++i) {
      const char c = i < found.value.size() ? found.value[i] : '|';
      const char next = i + 1 < found.value.size() ? found.value[i + 1] : '\0';
      if (c == '|') {
        found.choices.push_back(std::move(choice));
        choice.clear();
      } else if (c == '.' && next == '*') {
        choice += '\0';
        ++i;
      } else if (c == '\\' && next != '\0' && std::ispunct(static_cast<unsigned char>(next)) != 0) {
        choice += next;
        ++i;
      } else if (c == '\0' ||
                 std::string_view{"^$.*+?()[]{}\\"}.find(c) != std::string_view::npos) {
        return absent(fmt::format("the regular expression {} is not simulated", found.value));
      } else {
        choice += c;
      }
    }
  }
  PromNode finish(PromNode node) {
    const auto named = [](const PromMatcher& one) {
      return !one.value.empty() && one.how != PromMatcher::How::unequal &&
             one.how != PromMatcher::How::matches_not;
    };
    if (good() && std::ranges::none_of(node.matchers, named))
      fail("vector selector must contain at least one non-empty matcher");
    if (take("[")) {
      node.range = duration();
      if (good() && take(":")) {
        absent("subqueries in PromQL are not simulated");
        skip_to(']');
      }
      expect("]");
      if (good() && node.range == Duration{}) fail("duration must be greater than 0");
    }
    if (take_word("offset")) {
      const bool back = take("-");
      node.offset = duration();
      if (back) absent("a negative offset in PromQL is not simulated");
    }
    if (take("@")) {
      absent("the @ modifier in PromQL is not simulated");
      if (peek_word().empty()) {
        number();
      } else {
        name();
        expect("(");
        expect(")");
      }
    }
    return node;
  }

  std::vector<std::string> grouping() {
    expect("(");
    return skip_labels();
  }
  /// The labels up to the ')' that follows.
  std::vector<std::string> skip_labels() {
    std::vector<std::string> labels;
    while (good() && !take(")")) {
      labels.push_back(label());
      if (!take(",") && good() && peek() != ')') fail("expected \",\" or \")\" in grouping opts");
    }
    std::ranges::sort(labels);
    return labels;
  }
  PromNode aggregate() {
    PromNode node{.kind = PromNode::Kind::aggregate, .text = name()};
    if (std::ranges::find(kPromAggregates, node.text) == kPromAggregates.end())
      absent(fmt::format("the PromQL aggregation {} is not simulated", node.text));
    bool grouped = read_grouping(node);
    expect("(");
    do node.parts.push_back(binary(0));
    while (good() && take(","));
    expect(")");
    if (!grouped) grouped = read_grouping(node);
    const bool one = std::ranges::find(kPromAggregates, node.text) != kPromAggregates.end();
    if (good() && one && node.parts.size() != 1)
      fail(
          fmt::format("wrong number of arguments for aggregate expression provided, expected 1, "
                      "got {}",
                      node.parts.size()));
    if (good() && type_of(node.parts.back()) != PromType::vector)
      fail("expected type instant vector in aggregation expression");
    return node;
  }
  bool read_grouping(PromNode& node) {
    const bool by = take_word("by");
    if (!by && !take_word("without")) return false;
    node.excludes = !by;
    node.labels = grouping();
    return true;
  }
  PromNode call(const std::string& function) {
    PromNode node{.kind = PromNode::Kind::call, .text = function};
    const auto* known = std::ranges::find(kPromFunctions, function, &PromFunction::name);
    if (known == std::end(kPromFunctions))
      return fail(fmt::format("unknown function with name \"{}\"", function)), node;
    expect("(");
    if (!take(")")) {
      do node.parts.push_back(binary(0));
      while (good() && take(","));
      expect(")");
    }
    if (!good()) return node;
    if (!known->simulated) {
      absent(fmt::format("the PromQL function {} is not simulated", function));
      return node;
    }
    const std::size_t wanted = function == "time" ? 0 : 1;
    const bool to_nearest = function == "round" && node.parts.size() == 2;
    if (node.parts.size() != wanted && !to_nearest) {
      fail(fmt::format("expected {} argument(s) in call to \"{}\", got {}", wanted, function,
                       node.parts.size()));
    } else if (wanted == 1 && type_of(node.parts[0]) != known->takes) {
      constexpr std::string_view kTypes[] = {"scalar", "instant vector", "range vector"};
      fail(fmt::format("expected type {} in call to function \"{}\"",
                       kTypes[static_cast<std::size_t>(known->takes)], function));
    } else if (to_nearest && type_of(node.parts[1]) != PromType::scalar) {
      fail("expected type scalar in call to function \"round\"");
    }
    return node;
  }

  static PromType type_of(const PromNode& node) {
    switch (node.kind) {
      case PromNode::Kind::number: return PromType::scalar;
      case PromNode::Kind::selector:
        return node.range == Duration{} ? PromType::vector : PromType::range;
      case PromNode::Kind::call:
        return node.text == "time" || node.text == "scalar" ? PromType::scalar : PromType::vector;
      case PromNode::Kind::aggregate: return PromType::vector;
      case PromNode::Kind::negate: return type_of(node.parts[0]);
      default: break;
    }
    const bool scalars =
        type_of(node.parts[0]) == PromType::scalar && type_of(node.parts[1]) == PromType::scalar;
    return scalars ? PromType::scalar : PromType::vector;
  }

  std::string_view whole_;
  std::size_t nested_ = 0;
  std::size_t terms_ = 0;
};

}  // namespace

std::variant<PromQuery, PromError> PromQuery::parse(std::string_view text) {
  if (text.size() > kLongest) return PromError{0, "the query is longer than 10,000 characters"};
  return PromParser{text}.parse();
}

}  // namespace opsim::cloudwatch

// The text of a query of CloudTrail Lake. Keywords and columns are read in any case.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "models/cloudtrail/lake_sql.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr int kDeepestQuery = 100;

// docs: CloudTrail User Guide, query-event-data-store, "Supported event schema": the columns.
constexpr std::array<std::string_view, 24> kColumns{"additionalEventData",
                                                    "apiVersion",
                                                    "awsRegion",
                                                    "errorCode",
                                                    "errorMessage",
                                                    "eventCategory",
                                                    "eventID",
                                                    "eventName",
                                                    "eventSource",
                                                    "eventTime",
                                                    "eventType",
                                                    "eventVersion",
                                                    "managementEvent",
                                                    "readOnly",
                                                    "recipientAccountId",
                                                    "requestID",
                                                    "requestParameters",
                                                    "resources",
                                                    "responseElements",
                                                    "serviceEventDetails",
                                                    "sharedEventID",
                                                    "sourceIPAddress",
                                                    "userAgent",
                                                    "userIdentity"};

std::string lower(std::string_view text) {
  std::string small{text};
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

struct Token {
  enum class Kind { word, text, number, sign, end } kind = Kind::end;
  std::string text;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '$';
}

/// Throws a message; parse_select makes it AWS's refusal.
struct Wrong {
  std::string message;
  bool valid_on_aws = false;  // Trino's SQL knows more than this subset
};

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at;
    } else if (c == '\'') {
      std::string value;
      for (++at; at < text.size() && (text[at] != '\'' || text.substr(at, 2) == "''"); ++at) {
        value += text[at];
        if (text[at] == '\'') ++at;
      }
      if (at >= text.size()) throw Wrong{"a text has no end"};
      ++at;
      tokens.push_back({Token::Kind::text, std::move(value)});
    } else if (c == '"') {
      const std::size_t end = text.find('"', at + 1);
      if (end == std::string_view::npos) throw Wrong{"a quoted name has no end"};
      tokens.push_back({Token::Kind::word, std::string{text.substr(at + 1, end - at - 1)}});
      at = end + 1;
    } else if (is_word(c)) {
      const std::size_t from = at;
      while (at < text.size() && is_word(text[at])) ++at;
      std::string word{text.substr(from, at - from)};
      const bool number =
          std::ranges::all_of(word, [](char one) { return one >= '0' && one <= '9'; });
      tokens.push_back({number ? Token::Kind::number : Token::Kind::word, std::move(word)});
    } else {
      const std::string_view two = text.substr(at, 2);
      const bool double_sign = two == "<=" || two == ">=" || two == "!=" || two == "<>";
      if (!double_sign && std::string_view{"=<>(),.*;"}.find(c) == std::string_view::npos)
        throw Wrong{fmt::format("\"{}\" is not understood", c)};
      tokens.push_back({Token::Kind::sign, std::string{double_sign ? two : text.substr(at, 1)}});
      at += double_sign ? 2 : 1;
    }
  }
  tokens.push_back({});
  return tokens;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_{tokens_of(text)} {}

  Select select() {
    Select read;
    expect("select");
    read.distinct = take("distinct");
    columns(read);
    expect("from");
    read.store = name();
    if (take("where")) read.where = any(0);
    if (take("group")) {
      expect("by");
      do read.group_by.push_back(column());
      while (take(","));
    }
    if (take("order")) {
      expect("by");
      order(read);
    }
    if (take("limit")) read.limit = number();
    take(";");
    for (const char* word :
         {"except", "having", "inner", "intersect", "join", "left", "right", "union"})
      if (is(word)) throw Wrong{fmt::format("{} is not simulated", now().text), true};
    if (now().kind != Token::Kind::end) throw Wrong{fmt::format("unexpected \"{}\"", now().text)};
    return read;
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  bool is(std::string_view word) const {
    return now().kind != Token::Kind::text && now().kind != Token::Kind::end &&
           lower(now().text) == word;
  }
  bool take(std::string_view word) {
    if (!is(word)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view word) {
    if (!take(word))
      throw Wrong{fmt::format("expected {} and found {}", word,
                              now().kind == Token::Kind::end ? "the end" : now().text)};
  }
  std::string name() {
    if (now().kind != Token::Kind::word && now().kind != Token::Kind::number)
      throw Wrong{fmt::format("expected a name and found \"{}\"", now().text)};
    return tokens_[at_++].text;
  }
  std::size_t number() {
    const std::string written = name();
    std::size_t value = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), value);
    if (error != std::errc{} || end != written.data() + written.size())
      throw Wrong{fmt::format("\"{}\" is no number", written)};
    return value;
  }

  Column column() {
    Column read;
    if (take("element_at")) {
      expect("(");
      read = column();
      expect(",");
      if (now().kind != Token::Kind::text) throw Wrong{"element_at takes a key in quotes"};
      read.path.push_back(tokens_[at_++].text);
      expect(")");
      read.shown = "_col";
      return read;
    }
    std::string first = name();
    if (is("(")) throw Wrong{fmt::format("the function {} is not simulated", first), true};
    const auto known =
        std::ranges::find(kColumns, lower(first), [](auto one) { return lower(one); });
    if (known == kColumns.end()) throw Wrong{fmt::format("Column '{}' cannot be resolved", first)};
    read.path.emplace_back(*known);
    read.shown = *known;
    while (take(".")) {
      read.path.push_back(name());
      read.shown = read.path.back();
    }
    return read;
  }

  void count() {
    for (const char* part : {"count", "(", "*", ")"}) expect(part);
  }

  /// By COUNT(*), by a name that SELECT gave, or by a column of the records.
  void order(Select& read) {
    const auto given = std::ranges::find(read.columns, now().text, &Column::shown);
    if (is("count")) {
      count();
      read.order_by = read.count_name;
    } else if (given != read.columns.end() || now().text == read.count_name) {
      read.order_by = name();
      while (take(".")) name();
    } else {
      read.order_column = column();
    }
    read.descending = take("desc");
    if (!read.descending) take("asc");
  }

  void columns(Select& read) {
    if (take("*")) {
      read.everything = true;
      return;
    }
    do {
      if (is("count")) {
        count();
        read.counts = true;
        read.count_at = read.columns.size();
        read.count_name = take("as") ? name() : fmt::format("_col{}", read.columns.size());
        continue;
      }
      Column one = column();
      if (one.shown == "_col") one.shown = fmt::format("_col{}", read.columns.size());
      if (take("as")) one.shown = name();
      read.columns.push_back(std::move(one));
    } while (take(","));
  }

  // ---- Conditions: OR binds loosest, then AND, then NOT ----
  Condition any(int depth) {
    if (depth > kDeepestQuery) throw Wrong{"it nests too deeply"};
    Condition read{.kind = Condition::Kind::any};
    do read.parts.push_back(all(depth));
    while (take("or"));
    return read.parts.size() == 1 ? std::move(read.parts.front()) : std::move(read);
  }
  Condition all(int depth) {
    Condition read{.kind = Condition::Kind::all};
    do read.parts.push_back(one(depth));
    while (take("and"));
    return read.parts.size() == 1 ? std::move(read.parts.front()) : std::move(read);
  }
  static Condition negated(Condition what) {
    Condition read{.kind = Condition::Kind::none};
    read.parts.push_back(std::move(what));
    return read;
  }
  Condition one(int depth) {
    if (depth > kDeepestQuery) throw Wrong{"it nests too deeply"};
    if (take("not")) return negated(one(depth + 1));
    if (take("(")) {
      Condition inside = any(depth + 1);
      expect(")");
      return inside;
    }
    Condition read{.kind = Condition::Kind::compare};
    read.column = column();
    if (take("is")) {
      const bool no = take("not");
      expect("null");
      read.kind = Condition::Kind::is_null;
      return no ? negated(std::move(read)) : read;
    }
    const bool no = take("not");
    Condition compared = comparison(std::move(read));
    return no ? negated(std::move(compared)) : compared;
  }
  Condition comparison(Condition read) {
    if (take("like")) {
      read.kind = Condition::Kind::like;
      read.values.push_back(literal());
    } else if (take("in")) {
      read.kind = Condition::Kind::in;
      expect("(");
      do read.values.push_back(literal());
      while (take(","));
      expect(")");
    } else if (take("between")) {
      Condition upper = read;
      read.sign = ">=";
      read.values.push_back(literal());
      expect("and");
      upper.sign = "<=";
      upper.values.push_back(literal());
      Condition both{.kind = Condition::Kind::all};
      both.parts.push_back(std::move(read));
      both.parts.push_back(std::move(upper));
      return both;
    } else {
      if (now().kind != Token::Kind::sign) throw Wrong{"expected a comparison"};
      read.sign = tokens_[at_++].text;
      if (read.sign == "<>") read.sign = "!=";
      if (std::string_view{"=!=<=>="}.find(read.sign) == std::string_view::npos)
        throw Wrong{fmt::format("\"{}\" compares nothing", read.sign)};
      read.values.push_back(literal());
    }
    return read;
  }
  std::string literal() {
    take("timestamp");  // timestamp '2026-03-02 10:00:00'
    if (now().kind == Token::Kind::end || now().kind == Token::Kind::sign)
      throw Wrong{"expected a value"};
    return tokens_[at_++].text;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

ApiResult<Select> parse_select(std::string_view text) {
  try {
    return Parser{text}.select();
  } catch (const Wrong& wrong) {
    if (wrong.valid_on_aws) return ApiError{"NotSimulated", wrong.message};
    return ApiError{"InvalidQueryStatementException",
                    fmt::format("The query is not valid: {}.", wrong.message)};
  }
}

}  // namespace opsim::cloudtrail

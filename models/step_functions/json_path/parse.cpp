// Reading a JSONPath.
#include <cctype>

#include <fmt/format.h>

#include "models/step_functions/json_path/json_path.hpp"

namespace opsim::json_path {

namespace {

constexpr int kDeepestFilter = 50;
constexpr std::size_t kLongestPath = 10'000;

struct Unreadable {
  std::string message;
};

bool is_name_part(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '-' || byte >= 0x80;
}

class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_{text} {}

  std::size_t position() const { return at_; }

  Path whole() {
    expect('$');
    Path path;
    if (take('$')) {
      path.variable = "$";
    } else if (at_ < text_.size() && is_name_part(peek())) {
      path.variable = name();
    }
    steps(path);
    blanks();
    if (at_ < text_.size()) fail(fmt::format("unexpected '{}'", peek()));
    return path;
  }

 private:
  [[noreturn]] static void fail(std::string message) { throw Unreadable{std::move(message)}; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(fmt::format("expected '{}'", c));
  }
  void blanks() {
    while (peek() == ' ') ++at_;
  }

  std::string name() {
    std::string found;
    while (at_ < text_.size() && is_name_part(peek())) found += text_[at_++];
    if (found.empty()) fail("a name is missing");
    return found;
  }

  std::string quoted() {
    const char quote = text_[at_++];
    std::string found;
    while (peek() != quote) {
      if (at_ >= text_.size()) fail("a quoted name does not end");
      if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      found += text_[at_++];
    }
    ++at_;
    return found;
  }

  long whole_number() {
    const bool negative = take('-');
    if (std::isdigit(static_cast<unsigned char>(peek())) == 0) fail("expected a number");
    long number = 0;
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0) {
      if (number > 100'000'000) fail("an index is too large");
      number = number * 10 + (text_[at_++] - '0');
    }
    return negative ? -number : number;
  }

  // The steps after `$` or `@`, as far as they go.
  void steps(Path& path) {
    while (at_ < text_.size()) {
      Step step;
      if (take("..")) {
        step.descend = true;
        if (peek() == '[') {
          bracket(step);
        } else {
          dotted(step);
        }
      } else if (peek() == '.') {
        ++at_;
        if (peek() == '[') {  // `$.[0]` is taken for `$[0]`
          bracket(step);
        } else {
          dotted(step);
        }
      } else if (peek() == '[') {
        bracket(step);
      } else {
        return;
      }
      using enum Step::Kind;
      if (step.descend || (step.kind != Step::Kind::name && step.kind != index))
        path.definite = false;
      path.steps.push_back(std::move(step));
    }
  }

  void dotted(Step& step) {
    if (take('*')) {
      step.kind = Step::Kind::any;
      return;
    }
    step.kind = Step::Kind::name;
    step.names.push_back(name());
  }

  void bracket(Step& step) {
    expect('[');
    blanks();
    if (take('*')) {
      step.kind = Step::Kind::any;
    } else if (take('?')) {
      step.kind = Step::Kind::filter;
      blanks();
      expect('(');
      step.filter = either();
      blanks();
      expect(')');
    } else if (peek() == '\'' || peek() == '"') {
      do {
        blanks();
        if (peek() != '\'' && peek() != '"') fail("expected a quoted name");
        step.names.push_back(quoted());
        blanks();
      } while (take(','));
      step.kind = step.names.size() == 1 ? Step::Kind::name : Step::Kind::names;
    } else {
      numbers(step);
    }
    blanks();
    expect(']');
  }

  void numbers(Step& step) {
    if (peek() != ':') step.indexes.push_back(whole_number());
    blanks();
    if (take(':')) {
      step.kind = Step::Kind::slice;
      if (!step.indexes.empty()) step.first = step.indexes.front();
      blanks();
      if (peek() != ']') step.last = whole_number();
      return;
    }
    while (take(',')) {
      blanks();
      step.indexes.push_back(whole_number());
      blanks();
    }
    step.kind = step.indexes.size() == 1 ? Step::Kind::index : Step::Kind::indexes;
  }

  using FilterPtr = std::shared_ptr<const Filter>;

  FilterPtr either() {
    FilterPtr left = both();
    for (blanks(); take("||"); blanks())
      left =
          std::make_shared<Filter>(Filter{.op = Filter::Op::either, .left = left, .right = both()});
    return left;
  }
  FilterPtr both() {
    FilterPtr left = one();
    for (blanks(); take("&&"); blanks())
      left = std::make_shared<Filter>(Filter{.op = Filter::Op::both, .left = left, .right = one()});
    return left;
  }
  FilterPtr one() {
    if (++depth_ > kDeepestFilter) fail("the filter is nested too deeply");
    blanks();
    FilterPtr found;
    if (peek() == '!' && text_.substr(at_, 2) != "!=") {
      ++at_;
      found = std::make_shared<Filter>(Filter{.op = Filter::Op::negated, .left = one()});
    } else if (take('(')) {
      found = either();
      blanks();
      expect(')');
    } else {
      found = comparison();
    }
    --depth_;
    return found;
  }
  FilterPtr comparison() {
    Filter filter{.op = Filter::Op::exists, .first = operand()};
    blanks();
    constexpr std::pair<std::string_view, Filter::Op> kOperators[] = {
        {"==", Filter::Op::eq}, {"!=", Filter::Op::ne}, {"<=", Filter::Op::le},
        {">=", Filter::Op::ge}, {"<", Filter::Op::lt},  {">", Filter::Op::gt},
    };
    for (const auto& [sign, op] : kOperators) {
      if (!take(sign)) continue;
      filter.op = op;
      blanks();
      filter.second = operand();
      break;
    }
    return std::make_shared<Filter>(std::move(filter));
  }

  Operand operand() {
    Operand found;
    if (peek() == '@' || peek() == '$') {
      found.literal = false;
      found.from_root = text_[at_++] == '$';
      steps(found.path);
    } else if (peek() == '\'' || peek() == '"') {
      found.value = quoted();
    } else {
      const std::size_t start = at_;
      while (is_name_part(peek()) || peek() == '.' || peek() == '+') ++at_;
      found.value = Json::parse(text_.substr(start, at_ - start), nullptr, false);
      // Jayway takes a bare word for a text.
      if (found.value.is_discarded()) found.value = std::string{text_.substr(start, at_ - start)};
      if (found.value.is_string() && found.value.get_ref<const std::string&>().empty())
        fail("expected a path from '@' or a value");
    }
    return found;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::variant<Path, Error> parse(std::string_view text) {
  if (text.size() > kLongestPath) return Error{"the path is too long", 0};
  PathReader reader{text};
  try {
    return reader.whole();
  } catch (const Unreadable& why) {
    return Error{why.message, reader.position()};
  }
}

}  // namespace opsim::json_path

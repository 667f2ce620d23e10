// Regular expressions: from text to a small program (Thompson's construction).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/logs/regex.hpp"

namespace opsim::logs {

/// Reads the text once, into a tree, and writes the tree out as a program.
class RegexCompiler {
 public:
  explicit RegexCompiler(std::string_view text) : text_{text} {}

  std::variant<Regex, std::string> compile() {
    if (text_.size() > Regex::kLongest) return "the expression is too long";
    const std::size_t root = alternatives(0);
    if (error_.empty() && at_ < text_.size()) fail("')' without '('");
    if (error_.empty()) {
      emit(Regex::Op::save, 0);
      write(root);
      emit(Regex::Op::save, 1);
      emit(Regex::Op::match);
    }
    if (!error_.empty()) return error_;
    return std::move(regex_);
  }

 private:
  using Set = std::bitset<256>;
  static constexpr std::size_t kMostNested = 100;
  static constexpr std::size_t kMostInstructions = 20'000;
  static constexpr std::size_t kMostRepeats = 1000;

  struct Node {
    enum class Kind : std::uint8_t { nothing, bytes, assertion, sequence, either, repeat, group };
    Kind kind = Kind::nothing;
    std::vector<std::size_t> parts = {};
    std::uint32_t number = 0;  // the set, or the group
    Regex::Op assertion = Regex::Op::begin;
    std::size_t least = 0;
    std::optional<std::size_t> most = {};
    bool lazy = false;
  };

  void fail(std::string_view complaint) {
    if (error_.empty()) error_ = fmt::format("{} at character {}", complaint, at_);
    at_ = text_.size();
  }
  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  bool take(char sign) {
    if (!more() || text_[at_] != sign) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  std::size_t add(Node node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }
  std::size_t add_set(Set set) {
    if (ignore_case_)
      for (std::size_t c = 'a'; c <= 'z'; ++c)
        if (set[c] || set[c - 32]) set[c] = set[c - 32] = true;
    regex_.sets_.push_back(set);
    return add(
        {.kind = Node::Kind::bytes, .number = static_cast<std::uint32_t>(regex_.sets_.size() - 1)});
  }

  // ---- Reading ----

  std::size_t alternatives(std::size_t depth) {
    if (depth > kMostNested) {
      fail("too many parentheses");
      return add({});
    }
    std::vector<std::size_t> parts{sequence(depth)};
    while (take('|')) parts.push_back(sequence(depth));
    return parts.size() == 1 ? parts[0]
                             : add({.kind = Node::Kind::either, .parts = std::move(parts)});
  }
  std::size_t sequence(std::size_t depth) {
    std::vector<std::size_t> parts;
    while (more() && text_[at_] != '|' && text_[at_] != ')') parts.push_back(repeated(depth));
    return add({.kind = Node::Kind::sequence, .parts = std::move(parts)});
  }
  std::size_t repeated(std::size_t depth) {
    std::size_t node = atom(depth);
    for (int quantifiers = 0; more(); ++quantifiers) {
      Node repeat{.kind = Node::Kind::repeat, .parts = {node}};
      if (!quantifier(repeat)) break;
      if (quantifiers > 0) {
        fail("a quantifier of a quantifier");
        break;
      }
      repeat.lazy = take('?');
      node = add(std::move(repeat));
    }
    return node;
  }
  bool quantifier(Node& repeat) {
    if (take('*')) return true;
    if (take('+')) return repeat.least = 1, true;
    if (take('?')) return repeat.most = 1, true;
    const std::size_t begin = at_;
    if (!take('{')) return false;
    const auto least = number();
    if (!least) {  // "{" that counts nothing is itself
      at_ = begin;
      return false;
    }
    repeat.least = *least;
    repeat.most = *least;
    if (take(',')) repeat.most = number();
    if (!take('}')) {
      at_ = begin;
      return false;
    }
    if (repeat.most && *repeat.most < repeat.least) fail("a range that ends before it begins");
    return true;
  }
  std::optional<std::size_t> number() {
    std::size_t value = 0;
    const std::size_t begin = at_;
    for (; more() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      value = value * 10 + static_cast<std::size_t>(text_[at_] - '0');
      if (value > kMostRepeats) {
        fail("more than 1,000 repetitions");
        return std::nullopt;
      }
    }
    return at_ == begin ? std::nullopt : std::optional{value};
  }
  std::size_t atom(std::size_t depth) {
    const char sign = text_[at_++];
    switch (sign) {
      case '(': return group(depth);
      case '[': return set();
      case '\\': return escape();
      case '.': return add_set(~single('\n'));
      case '^': return add({.kind = Node::Kind::assertion, .assertion = Regex::Op::begin});
      case '$': return add({.kind = Node::Kind::assertion, .assertion = Regex::Op::end});
      case '*':
      case '+':
      case '?': fail("a quantifier of nothing"); return add({});
      default: return add_set(single(sign));
    }
  }
  static Set single(char sign) {
    Set set;
    set.set(static_cast<unsigned char>(sign));
    return set;
  }
  std::size_t group(std::size_t depth) {
    const bool outer_case = ignore_case_;
    std::optional<std::string> name = "";
    const std::string_view rest = text_.substr(at_);
    const bool look_behind = rest.starts_with("?<=") || rest.starts_with("?<!");
    if (take("?:")) {
      name.reset();
    } else if (!look_behind && take("?<")) {
      name = group_name();
    } else if (take("?P<")) {
      name = group_name();
    } else if (take("?i)") || take("?i-s)")) {
      ignore_case_ = true;
      return add({});
    } else if (take("?i:")) {
      ignore_case_ = true;
      name.reset();
    } else if (more() && text_[at_] == '?') {
      fail("look-around and this kind of group are not known here");
      return add({});
    }
    std::uint32_t index = 0;
    if (name) {
      regex_.names_.push_back(*name);
      index = static_cast<std::uint32_t>(regex_.names_.size());
    }
    const std::size_t inner = alternatives(depth + 1);
    ignore_case_ = outer_case;
    if (error_.empty() && !take(')')) fail("')' is missing");
    return name ? add({.kind = Node::Kind::group, .parts = {inner}, .number = index}) : inner;
  }
  std::string group_name() {
    const std::size_t close = text_.find('>', at_);
    if (close == text_.npos) {
      fail("'>' is missing");
      return {};
    }
    std::string name{text_.substr(at_, close - at_)};
    at_ = close + 1;
    const auto bad = [](unsigned char c) { return std::isalnum(c) == 0 && c != '_'; };
    if (name.empty() || std::ranges::any_of(name, bad)) fail("the name of a group");
    return name;
  }
  /// \d, \w, \s and their opposites; nothing for another letter.
  static std::optional<Set> class_of(char letter) {
    Set set;
    for (std::size_t c = 0; c < 128; ++c) {
      const int code = static_cast<int>(c);
      const char kind = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
      if (kind == 'd' && std::isdigit(code) != 0) set.set(c);
      if (kind == 'w' && (std::isalnum(code) != 0 || c == '_')) set.set(c);
      if (kind == 's' && std::isspace(code) != 0) set.set(c);
    }
    if (set.none()) return std::nullopt;
    return std::isupper(static_cast<unsigned char>(letter)) != 0 ? ~set : set;
  }
  static char control(char letter) {
    constexpr std::string_view kLetters = "tnrf0";
    constexpr std::string_view kControls{"\t\n\r\f\0", 5};
    const std::size_t known = kLetters.find(letter);
    return known == kLetters.npos ? letter : kControls[known];
  }
  std::size_t escape() {
    if (!more()) {
      fail("a backslash at the end");
      return add({});
    }
    const char letter = text_[at_++];
    if (const auto set = class_of(letter)) return add_set(*set);
    if (letter == 'b')
      return add({.kind = Node::Kind::assertion, .assertion = Regex::Op::boundary});
    if (letter == 'B') return add({.kind = Node::Kind::assertion, .assertion = Regex::Op::inside});
    if (letter == 'x') return add_set(single(hexadecimal()));
    if (letter >= '1' && letter <= '9') fail("back references are not known here");
    return add_set(single(control(letter)));
  }
  char hexadecimal() {
    int value = 0;
    for (int digits = 0; digits < 2; ++digits) {
      const char c = more() ? text_[at_++] : '\0';
      if (std::isxdigit(static_cast<unsigned char>(c)) == 0) fail("two hexadecimal digits");
      value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return static_cast<char>(value & 0xff);
  }
  std::size_t set() {
    const bool negated = take('^');
    Set set;
    bool first = true;
    while (more() && (first || text_[at_] != ']')) {
      first = false;
      if (take("[:")) {
        fail("classes by name are not known here");
        break;
      }
      Set one;
      const std::optional<unsigned char> low = member_of_set(one);
      set |= one;
      const bool range =
          low && more() && text_[at_] == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (!range) continue;
      ++at_;
      Set other;
      const std::optional<unsigned char> high = member_of_set(other);
      if (!high || *high < *low) {
        fail("a range of characters");
        break;
      }
      for (std::size_t c = *low; c <= *high; ++c) set.set(c);
    }
    if (error_.empty() && !take(']')) fail("']' is missing");
    if (ignore_case_)
      for (std::size_t c = 'a'; c <= 'z'; ++c)
        if (set[c] || set[c - 32]) set[c] = set[c - 32] = true;
    return add_set(negated ? ~set : set);
  }
  /// One character, which may begin a range, or a class such as \d, which may not.
  std::optional<unsigned char> member_of_set(Set& set) {
    char sign = text_[at_++];
    if (sign == '\\' && more()) {
      const char letter = text_[at_++];
      if (const auto known = class_of(letter)) {
        set = *known;
        return std::nullopt;
      }
      sign = letter == 'x' ? hexadecimal() : control(letter);
    }
    set.set(static_cast<unsigned char>(sign));
    return static_cast<unsigned char>(sign);
  }

  // ---- Writing ----

  std::uint32_t emit(Regex::Op op, std::uint32_t x = 0, std::uint32_t y = 0) {
    if (regex_.program_.size() >= kMostInstructions) {
      if (error_.empty()) error_ = "the expression is too large";
      return 0;
    }
    regex_.program_.push_back({op, x, y});
    return here() - 1;
  }
  [[nodiscard]] std::uint32_t here() const {
    return static_cast<std::uint32_t>(regex_.program_.size());
  }
  void write(std::size_t index) {
    if (!error_.empty()) return;
    const Node& node = nodes_[index];
    switch (node.kind) {
      case Node::Kind::nothing: return;
      case Node::Kind::bytes: emit(Regex::Op::bytes, node.number); return;
      case Node::Kind::assertion: emit(node.assertion); return;
      case Node::Kind::sequence:
        for (const std::size_t part : node.parts) write(part);
        return;
      case Node::Kind::either: return write_either(node);
      case Node::Kind::repeat: return write_repeat(node);
      case Node::Kind::group:
        emit(Regex::Op::save, 2 * node.number);
        write(node.parts[0]);
        emit(Regex::Op::save, 2 * node.number + 1);
        return;
    }
  }
  void write_either(const Node& node) {
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < node.parts.size() && error_.empty(); ++i) {
      const bool last = i + 1 == node.parts.size();
      const std::uint32_t split = last ? 0 : emit(Regex::Op::split, here() + 1);
      write(node.parts[i]);
      if (last) break;
      ends.push_back(emit(Regex::Op::jump));
      regex_.program_[split].y = here();
    }
    for (const std::uint32_t end : ends) regex_.program_[end].x = here();
  }
  /// A split whose first choice is to go on into the body, or past it where it is lazy.
  void aim(std::uint32_t split, std::uint32_t body, std::uint32_t past, bool lazy) {
    regex_.program_[split].x = lazy ? past : body;
    regex_.program_[split].y = lazy ? body : past;
  }
  void write_repeat(const Node& node) {
    for (std::size_t i = 0; i < node.least && error_.empty(); ++i) write(node.parts[0]);
    if (!node.most) {
      const std::uint32_t split = emit(Regex::Op::split);
      write(node.parts[0]);
      emit(Regex::Op::jump, split);
      if (error_.empty()) aim(split, split + 1, here(), node.lazy);
      return;
    }
    std::vector<std::uint32_t> splits;
    for (std::size_t i = node.least; i < *node.most && error_.empty(); ++i) {
      splits.push_back(emit(Regex::Op::split));
      write(node.parts[0]);
    }
    if (!error_.empty()) return;
    for (const std::uint32_t split : splits) aim(split, split + 1, here(), node.lazy);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ignore_case_ = false;
  std::string error_;
  std::vector<Node> nodes_;
  Regex regex_;
};

std::variant<Regex, std::string> Regex::compile(std::string_view pattern) {
  return RegexCompiler{pattern}.compile();
}

}  // namespace opsim::logs

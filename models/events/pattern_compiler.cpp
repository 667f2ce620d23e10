// The shape of a pattern: fields, nesting, $or.
// AWS: eb-event-patterns.html; the order of the checks and their words: event-ruler's
// JsonRuleCompiler.
#include "models/events/pattern_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "models/events/pattern_case.hpp"
#include "models/events/pattern_expression.hpp"

namespace opsim::events {
namespace {

constexpr std::size_t kMaxPatternBytes = 65'536;  // EventBridge takes 2,048 characters (eb-quota)
constexpr std::size_t kMaxPatternPathBytes = 4'096;

/// A pattern from before $or may have a field of that name; EventBridge falls back to that reading.
enum class OrMeans : bool { field, alternatives };

/// Names that a field inside $or may not have (event-ruler:
/// RESERVED_FIELD_NAMES_IN_OR_RELATIONSHIP).
constexpr std::string_view kReservedInOr[] = {
    "<",
    "<=",
    "=",
    ">",
    ">=",
    "anything-but",
    "cidr",
    "date-after",
    "date-before",
    "date-on-or-after",
    "date-on-or-before",
    "equals-ignore-case",
    "exactly",
    "exists",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
    "not-equals-ignore-case",
    "not-wildcard",
    "numeric",
    "prefix",
    "regex",
    "suffix",
    "wildcard",
};
static_assert(std::ranges::is_sorted(kReservedInOr));

/// The step names on the way to a field, joined.
struct Path {
  std::string joined;
  std::size_t steps = 0;
};

Path step_into(const Path& path, std::string_view step) {
  if (path.steps == 0) return {std::string{step}, 1};
  return {path.joined + "." + std::string{step}, path.steps + 1};
}

std::string field_name(const Path& path, std::string_view last_step) {
  if (path.joined.empty()) return std::string{last_step};  // {"": {"a": ...}} names "a"
  return path.joined + "." + std::string{last_step};
}

/// True if some step is empty and a later one is not, or the whole name is empty.
bool has_empty_step(std::string_view name) {
  if (name.empty()) return true;
  const std::size_t last = name.find_last_not_of('.');
  if (last == std::string_view::npos) return false;
  name = name.substr(0, last + 1);
  return name.starts_with('.') || name.find("..") != std::string_view::npos;
}

class Compiler {
 public:
  Compiler(std::string_view text, OrMeans or_means) : tokens_(text), or_means_(or_means) {}

  PatternRule compile() {
    if (tokens_.next() != JsonToken::object_begin) fail("Filter is not an object");
    object({}, false);
    sort_alternatives();
    return std::move(rule_);
  }

 private:
  using Alternative = std::vector<std::uint32_t>;  // numbers of tests

  [[noreturn]] void fail(std::string reason) const {
    throw JsonSyntaxError{std::move(reason), tokens_.offset()};
  }

  void object(const Path& path, bool inside_or) {
    bool is_empty = true;
    while (tokens_.next() != JsonToken::object_end) {
      is_empty = false;
      const std::string step{tokens_.text()};
      if (step == "$or" && or_means_ == OrMeans::alternatives) {
        alternatives(path);
        continue;
      }
      if (inside_or && std::ranges::binary_search(kReservedInOr, step)) {
        fail(step + " is Ruler reserved fieldName which cannot be used inside $or.");
      }
      field(path, step, inside_or);
    }
    if (is_empty) fail("Empty objects are not allowed");
  }

  void field(const Path& path, std::string_view step, bool inside_or) {
    if (path.joined.size() + step.size() > kMaxPatternPathBytes) {
      fail(fmt::format("The path of a field is longer than {} bytes", kMaxPatternPathBytes));
    }
    switch (tokens_.next()) {
      case JsonToken::object_begin: object(step_into(path, step), inside_or); break;
      case JsonToken::array_begin: values(field_name(path, step)); break;
      default: fail(fmt::format("\"{}\" must be an object or an array", step));
    }
  }

  void alternatives(const Path& path) {
    const std::vector<Alternative> before = std::move(alternatives_);
    std::vector<Alternative> all;
    if (tokens_.next() != JsonToken::array_begin) fail("It must be an Array followed with $or.");
    std::size_t count = 0;
    for (JsonToken token = tokens_.next(); token != JsonToken::array_end; token = tokens_.next()) {
      ++count;
      if (token != JsonToken::object_begin) {
        fail("Only JSON object is allowed in array of $or relationship.");
      }
      alternatives_ = before.empty() ? std::vector<Alternative>(1) : before;
      object(path, true);
      std::ranges::move(alternatives_, std::back_inserter(all));
      if (all.size() > PatternRule::kMaxAlternatives) {
        fail(fmt::format("More than {} combinations of $or", PatternRule::kMaxAlternatives));
      }
    }
    if (count < 2) fail("There must have at least 2 Objects in $or relationship.");
    alternatives_ = std::move(all);
  }

  void values(const std::string& path) {
    FieldTest test = read_field_test(tokens_);
    test.path = number_of(path);
    if (alternatives_.empty()) alternatives_.emplace_back();
    const auto number = static_cast<std::uint32_t>(rule_.tests.size());
    rule_.tests.push_back(std::move(test));
    for (Alternative& alternative : alternatives_) put(alternative, number);
  }

  std::uint32_t number_of(const std::string& path) {
    const auto next = static_cast<std::uint32_t>(rule_.paths.size());
    const auto [known, is_new] = path_numbers_.try_emplace(path, next);
    if (is_new) rule_.paths.push_back(path);
    rule_.sees_empty_keys = rule_.sees_empty_keys || has_empty_step(path);
    return known->second;
  }

  /// A later test of the same field replaces the earlier one.
  void put(Alternative& alternative, std::uint32_t number) {
    const std::uint32_t path = rule_.tests[number].path;
    std::erase_if(alternative,
                  [&](std::uint32_t other) { return rule_.tests[other].path == path; });
    alternative.push_back(number);
    if (alternative.size() > PatternRule::kMaxFields) {
      fail(fmt::format("Size of rule exceeds max value of {}", PatternRule::kMaxFields));
    }
  }

  void sort_alternatives() {
    std::vector<std::u16string> order;
    for (const std::string& path : rule_.paths) order.push_back(to_utf16(path));
    for (Alternative& alternative : alternatives_) {
      std::ranges::sort(alternative, {},
                        [&](std::uint32_t number) { return order[rule_.tests[number].path]; });
    }
    rule_.alternatives = std::move(alternatives_);
  }

  JsonTokens tokens_;
  OrMeans or_means_;
  PatternRule rule_;
  std::vector<Alternative> alternatives_;
  std::map<std::string, std::uint32_t> path_numbers_;
};

std::variant<PatternRule, InvalidPattern> attempt(std::string_view text, OrMeans or_means) {
  try {
    return Compiler{text, or_means}.compile();
  } catch (const JsonSyntaxError& error) {
    return InvalidPattern{error.reason, error.offset};
  }
}

}  // namespace

std::variant<PatternRule, InvalidPattern> compile_pattern(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return InvalidPattern{"Filter is not an object", 0};
  }
  if (text.size() > kMaxPatternBytes) {
    return InvalidPattern{fmt::format("Longer than {} bytes", kMaxPatternBytes), kMaxPatternBytes};
  }
  auto modern = attempt(text, OrMeans::alternatives);
  const bool may_say_or =
      text.find("$or") != std::string_view::npos || text.find('\\') != std::string_view::npos;
  if (std::holds_alternative<PatternRule>(modern) || !may_say_or) return modern;
  auto legacy = attempt(text, OrMeans::field);
  return std::holds_alternative<PatternRule>(legacy) ? std::move(legacy) : std::move(modern);
}

}  // namespace opsim::events

// Functions of text that take regular expressions. Source: docs.jsonata.org/string-functions,
// regex.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "models/step_functions/jsonata/letters.hpp"
#include "models/step_functions/jsonata/natives.hpp"

namespace opsim::jsonata {

namespace {

constexpr double kMostMatches = 1e6;

const Node* regex_in(const Value& value) {
  return value.function() != nullptr ? value.function()->regex : nullptr;
}

Value contains(Evaluation&, Arguments& given) {
  if (!given[0].defined() || !given[1].defined()) return {};
  if (const Node* regex = regex_in(given[1]))
    return Value{!matches_in(*regex, *given[0].text(), 0, 1).empty()};
  return Value{given[1].text() != nullptr &&
               given[0].text()->find(*given[1].text()) != std::string::npos};
}

// How many at most; a negative limit is refused.
double limit_of(const Value& limit, const char* code, const char* what) {
  if (limit.number() == nullptr) return kMostMatches;
  if (*limit.number() < 0) fail(code, fmt::format("{} must evaluate to a positive number", what));
  return *limit.number();
}

std::vector<Match> limited(const Node& regex, const std::string& text, double most) {
  return matches_in(regex, text, 0,
                    static_cast<std::size_t>(std::ceil(std::min(most, kMostMatches))));
}

Value split(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  const double most = limit_of(given[2], "D3020", "Third argument of split function");
  const std::string& text = *given[0].text();
  std::vector<Value> parts;
  if (const Node* regex = regex_in(given[1])) {
    std::size_t start = 0;
    const std::vector<Match> matches = limited(*regex, text, most);
    for (const Match& match : matches) {
      parts.emplace_back(text.substr(start, match.start - start));
      start = match.end;
    }
    if (static_cast<double>(parts.size()) < most) parts.emplace_back(text.substr(start));
  } else if (given[1].text() == nullptr || given[1].text()->empty()) {
    for (std::string& letter : characters(text)) parts.emplace_back(std::move(letter));
  } else {
    const std::string& mark = *given[1].text();
    std::size_t start = 0;
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, start)) {
      parts.emplace_back(text.substr(start, at - start));
      start = at + mark.size();
    }
    parts.emplace_back(text.substr(start));
  }
  if (std::floor(most) < static_cast<double>(parts.size()))
    parts.resize(static_cast<std::size_t>(most));
  run.hold(text.size() + parts.size() * kHeldValue);
  return list_of(std::move(parts));
}

// $match says where a match begins; a function of $replace is told its end, too.
Value found_match(const Match& match, bool for_replace = false) {
  auto object = std::make_shared<Object>();
  object->set("match", Value{match.text});
  object->set(for_replace ? "start" : "index", Value{static_cast<double>(match.index)});
  if (for_replace) object->set("end", Value{static_cast<double>(match.index + match.length)});
  std::vector<Value> groups;
  for (const auto& group : match.groups) groups.push_back(group ? Value{*group} : Value{});
  object->set("groups", list_of(std::move(groups)));
  return Value{std::shared_ptr<const Object>{std::move(object)}};
}

Value match(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  const double most = limit_of(given[2], "D3040", "Third argument of match function");
  const Node* regex = regex_in(given[1]);
  if (regex == nullptr) return {};
  std::vector<Value> found;
  for (const Match& one : limited(*regex, *given[0].text(), most))
    found.push_back(found_match(one));
  run.hold(found.size() * 200);
  return sequence_of(std::move(found));
}

// A number behind $: as many digits as there may be groups; where it is too large, one fewer.
std::size_t group_digits(std::string_view text, std::size_t groups) {
  std::size_t most = 1;
  for (std::size_t ten = 10; ten <= groups; ten *= 10) ++most;
  std::size_t digits = 0;
  while (digits < most && digits < text.size() &&
         std::isdigit(static_cast<unsigned char>(text[digits])) != 0)
    ++digits;
  return digits;
}

// $1 is the first group, $0 the match, $$ a dollar.
std::string filled(const std::string& pattern, const Match& match) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '$') {
      out += pattern[at++];
      continue;
    }
    ++at;
    const char next = at < pattern.size() ? pattern[at] : '\0';
    if (next == '$' || next == '0') {
      out += next == '$' ? "$" : match.text;
      ++at;
      continue;
    }
    std::size_t digits = group_digits(std::string_view{pattern}.substr(at), match.groups.size());
    if (digits == 0) {
      out += '$';
      continue;
    }
    std::size_t group = std::stoul(pattern.substr(at, digits));
    if (digits > 1 && group > match.groups.size()) group = std::stoul(pattern.substr(at, --digits));
    if (group >= 1 && group <= match.groups.size()) out += match.groups[group - 1].value_or("");
    at += digits;
  }
  return out;
}

std::string replaced_by(Evaluation& run, const Value& with, const Match& match) {
  if (with.text() != nullptr) return filled(*with.text(), match);
  if (with.function() == nullptr) return "undefined";
  const Value made = run.call(*with.function(), {found_match(match, true)}, nullptr);
  if (made.text() == nullptr)
    fail("D3012", "Attempted to replace a matched string with a non-string value");
  return *made.text();
}

Value replace(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  if (given[1].text() != nullptr && given[1].text()->empty())
    fail("D3010", "Second argument of replace function cannot be an empty string");
  const double most = limit_of(given[3], "D3011", "Fourth argument of replace function");
  const std::string& text = *given[0].text();
  std::string out;
  std::size_t start = 0;
  if (const Node* regex = regex_in(given[1])) {
    for (const Match& one : limited(*regex, text, most)) {
      out += text.substr(start, one.start - start) + replaced_by(run, given[2], one);
      start = one.end;
    }
  } else if (given[1].text() != nullptr) {
    const std::string& mark = *given[1].text();
    const std::string with = given[2].text() != nullptr ? *given[2].text() : "";
    double count = 0;
    for (auto at = text.find(mark); at != std::string::npos && count < most;
         at = text.find(mark, start), ++count) {
      out += text.substr(start, at - start) + with;
      start = at + mark.size();
    }
  }
  out += text.substr(start);
  run.hold(out.size());
  return Value{std::move(out)};
}

constexpr Native kRegexFunctions[] = {
    {"contains", "s-(sf)", contains, 2},
    {"match", "s-f<s:o>n?", match, 3},
    {"replace", "s-(sf)(sf)n?", replace, 4},
    {"split", "s-(sf)n?", split, 3},
};

}  // namespace

std::span<const Native> regex_functions() { return kRegexFunctions; }

}  // namespace opsim::jsonata

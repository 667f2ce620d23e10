// Signatures of functions, read and asked.
#include "models/step_functions/jsonata/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "models/step_functions/jsonata/natives.hpp"

namespace opsim::jsonata {

namespace {

char letter_of(const Value& value) {
  if (!value.defined()) return 'm';
  if (value.is_null()) return 'l';
  if (value.flag()) return 'b';
  if (value.number()) return 'n';
  if (value.text()) return 's';
  if (value.list()) return 'a';
  return value.function() != nullptr ? 'f' : 'o';
}

std::size_t closing(std::string_view text, std::size_t at, char open, char close) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == open) ++depth;
    if (text[at] == close && --depth == 0) return at;
  }
  return text.size() - 1;
}

std::string letters_for(char type) {
  if (type == 'a' || type == 'x') return "asnblfom";
  if (type == 'j') return "asnblom";
  return type == 'f' ? "f" : std::string{type, 'm'};
}

// Which parameters take how many of the letters: greedily, like a regular expression.
class Matching {
 public:
  Matching(const std::vector<Parameter>& parameters, std::size_t end, std::string_view letters,
           bool whole)
      : parameters_{parameters}, end_{end}, letters_{letters}, whole_{whole} {}

  std::optional<std::vector<std::size_t>> counts() {
    if (!fits(0, 0)) return std::nullopt;
    return counts_;
  }

 private:
  bool fits(std::size_t next, std::size_t at) {
    if (next == end_) return !whole_ || at == letters_.size();
    if (failed_.contains({next, at})) return false;
    const Parameter& parameter = parameters_[next];
    const std::size_t least = parameter.context || parameter.optional ? 0 : 1;
    const std::size_t most = parameter.plural ? letters_.size() : 1;
    std::size_t fit = 0;
    while (fit < most && at + fit < letters_.size() &&
           parameter.letters.find(letters_[at + fit]) != std::string::npos)
      ++fit;
    for (std::size_t count = fit + 1; count-- > least;) {
      counts_.push_back(count);
      if (fits(next + 1, at + count)) return true;
      counts_.pop_back();
    }
    failed_.emplace(next, at);
    return false;
  }

  const std::vector<Parameter>& parameters_;
  std::size_t end_;
  std::string_view letters_;
  bool whole_;
  std::vector<std::size_t> counts_{};
  std::set<std::pair<std::size_t, std::size_t>> failed_{};
};

[[noreturn]] void refuse(const std::vector<Parameter>& parameters, std::string_view letters) {
  std::size_t good = 0;
  for (std::size_t end = 1; end <= parameters.size(); ++end) {
    const auto counts = Matching{parameters, end, letters, false}.counts();
    if (!counts) break;
    good = 0;
    for (const std::size_t count : *counts) good += count;
  }
  fail("T0410", fmt::format("Argument {} of function {} does not match function signature",
                            good + 1, kCalled));
}

std::string_view word_for(char letter) {
  constexpr std::pair<char, std::string_view> kWords[] = {{'a', "arrays"},    {'b', "booleans"},
                                                          {'f', "functions"}, {'n', "numbers"},
                                                          {'o', "objects"},   {'s', "strings"}};
  for (const auto& [known, word] : kWords)
    if (known == letter) return word;
  return "values";
}

// One value counts as an array of one; all items are of the type that the signature names.
Value as_array(const Parameter& parameter, const Value& value, std::size_t place) {
  if (!value.defined()) return value;
  const List* const list = value.list();
  bool good = true;
  if (!parameter.of.empty() && list == nullptr)
    good = letter_of(value) == parameter.of[0];
  else if (!parameter.of.empty())
    good = std::ranges::all_of(
        list->items, [&](const Value& item) { return letter_of(item) == parameter.of[0]; });
  if (!good)
    fail("T0412", fmt::format("Argument {} of function {} must be an array of \"{}\"", place,
                              kCalled, word_for(parameter.of[0])));
  return list != nullptr ? value : list_of({value});
}

}  // namespace

std::vector<Parameter> parameters_of(std::string_view signature, std::size_t position) {
  if (signature.starts_with('<')) signature.remove_prefix(1);
  std::vector<Parameter> found;
  for (std::size_t at = 0; at < signature.size() && signature[at] != ':'; ++at) {
    const char c = signature[at];
    if (c == '(') {
      const auto end = closing(signature, at, '(', ')');
      const std::string choice{signature.substr(at + 1, end - at - 1)};
      if (choice.find('<') != std::string::npos)
        throw Error{"S0402", "Choice groups containing parameterized types are not supported",
                    position};
      found.push_back({.letters = choice + "m", .type = '('});
      at = end;
    } else if (c == '<') {
      if (found.empty() || (found.back().type != 'a' && found.back().type != 'f'))
        throw Error{"S0401", "Type parameters can only be applied to functions and arrays",
                    position};
      const auto end = closing(signature, at, '<', '>');
      found.back().of = signature.substr(at + 1, end - at - 1);
      at = end;
    } else if (c == '-' && !found.empty()) {
      found.back().context = true;
    } else if (c == '?' && !found.empty()) {
      found.back().optional = true;
    } else if (c == '+' && !found.empty()) {
      found.back().plural = true;
    } else if (std::string_view{"snblaofjx"}.find(c) != std::string_view::npos) {
      found.push_back({.letters = letters_for(c), .type = c});
    }
  }
  return found;
}

void check_signature(std::string_view signature, std::size_t position) {
  (void)parameters_of(signature, position);
}

Arguments fitting_arguments(const std::vector<Parameter>& parameters, const Arguments& arguments,
                            const Value& context) {
  std::string letters;
  for (const Value& argument : arguments) letters += letter_of(argument);
  const auto counts = Matching{parameters, parameters.size(), letters, true}.counts();
  if (!counts) refuse(parameters, letters);
  Arguments fitting;
  std::size_t next = 0;
  for (std::size_t at = 0; at < parameters.size(); ++at) {
    const Parameter& parameter = parameters[at];
    if ((*counts)[at] == 0 && parameter.context) {
      if (parameter.letters.find(letter_of(context)) == std::string::npos)
        fail("T0411", fmt::format("Context value is not a compatible type with argument {} of "
                                  "function {}",
                                  next + 1, kCalled));
      fitting.push_back(context);
      continue;
    }
    for (std::size_t taken_one = 0; taken_one < std::max<std::size_t>((*counts)[at], 1);
         ++taken_one, ++next) {
      const Value value = next < arguments.size() ? arguments[next] : Value{};
      const bool array = parameter.type == 'a' && (*counts)[at] > 0;
      fitting.push_back(array ? as_array(parameter, value, next + 1) : value);
    }
  }
  return fitting;
}

}  // namespace opsim::jsonata

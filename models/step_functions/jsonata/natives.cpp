// Which functions there are, and what they may be called with.
#include "models/step_functions/jsonata/natives.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace opsim::jsonata {

namespace {

// One parameter of a signature: "s-", "(nsb)-", "a<s>?", "f", "x+".
struct Parameter {
  std::string types;
  char of = '\0';  // a<s>: what the array holds
  bool context = false, optional = false, plural = false;
};

std::vector<Parameter> parameters_of(std::string_view signature) {
  std::vector<Parameter> found;
  for (std::size_t at = 0; at < signature.size(); ++at) {
    const char c = signature[at];
    if (c == '(') {
      const auto end = signature.find(')', at);
      found.push_back({std::string{signature.substr(at + 1, end - at - 1)}});
      at = end;
    } else if (c == '<') {
      found.back().of = signature[at + 1];
      at += 2;
    } else if (c == '-') {
      found.back().context = true;
    } else if (c == '?') {
      found.back().optional = true;
    } else if (c == '+') {
      found.back().plural = true;
    } else {
      found.push_back({std::string(1, c)});
    }
  }
  return found;
}

char letter_of(const Value& value) {
  if (!value.defined()) return 'm';
  if (value.is_null()) return 'l';
  if (value.flag()) return 'b';
  if (value.number()) return 'n';
  if (value.text()) return 's';
  if (value.list()) return 'a';
  return value.function() != nullptr ? 'f' : 'o';
}

bool fits(const Parameter& parameter, const Value& value) {
  const char letter = letter_of(value);
  if (letter == 'm') return true;
  for (const char type : parameter.types) {
    if (type == 'x' || type == letter) return true;
    if (type == 'j' && letter != 'f') return true;
    if (type == 'a') return letter != 'f';  // one value counts as a list of one
  }
  return false;
}

std::string_view word_for(char letter) {
  return letter == 's'   ? "strings"
         : letter == 'n' ? "numbers"
         : letter == 'o' ? "objects"
                         : "values";
}

}  // namespace

void fail(const char* code, std::string message) { throw Error{code, std::move(message), 0}; }

const Native* find_native(std::string_view name) {
  static const std::map<std::string_view, const Native*> kAll = [] {
    std::map<std::string_view, const Native*> all;
    for (const auto functions : {text_functions(), number_functions(), array_functions(),
                                 object_functions(), time_functions()})
      for (const Native& native : functions) all.emplace(native.name, &native);
    return all;
  }();
  const auto at = kAll.find(name);
  return at == kAll.end() ? nullptr : at->second;
}

Arguments Evaluation::checked(const Native& native, Arguments arguments, const Value& context) {
  Arguments fitting;
  std::size_t next = 0;
  const auto wrong = [&](std::size_t place) {
    fail("T0410", fmt::format("Argument {} of function \"{}\" does not match function signature",
                              place, native.name));
  };
  const std::vector<Parameter> parameters = parameters_of(native.signature);
  for (std::size_t at = 0; at < parameters.size(); ++at) {
    const Parameter& parameter = parameters[at];
    const bool there = next < arguments.size();
    if (parameter.plural) {
      while (next < arguments.size()) fitting.push_back(arguments[next++]);
      continue;
    }
    if (there && fits(parameter, arguments[next])) {
      fitting.push_back(std::move(arguments[next++]));
    } else if (parameter.context && arguments.size() - next <= parameters.size() - at - 1) {
      if (!fits(parameter, context))
        fail("T0411", fmt::format("Context value is not a compatible type with argument {} of "
                                  "function \"{}\"",
                                  fitting.size() + 1, native.name));
      fitting.push_back(context);
    } else if (parameter.optional) {
      fitting.emplace_back();
      continue;
    } else {
      wrong(next + 1);
    }
    Value& value = fitting.back();
    if (parameter.types == "f" && !parameter.optional && !value.defined()) wrong(next);
    const bool wants_array = parameter.types == "a";
    if (wants_array && value.defined() && value.list() == nullptr) {
      const Value alone = value;
      value = list_of({alone});
    }
    if (parameter.of != '\0' && value.list() != nullptr)
      for (const Value& item : value.list()->items)
        if (letter_of(item) != parameter.of)
          fail("T0412", fmt::format("Argument {} of function \"{}\" must be an array of {}",
                                    fitting.size(), native.name, word_for(parameter.of)));
  }
  if (next < arguments.size()) wrong(next + 1);
  return fitting;
}

}  // namespace opsim::jsonata

// Which functions there are, and what they may be called with.
#include "models/step_functions/jsonata/natives.hpp"

#include <fmt/format.h>

#include "models/step_functions/jsonata/signature.hpp"

namespace opsim::jsonata {

void fail(const char* code, std::string message) { throw Error{code, std::move(message), 0}; }

namespace {

const std::map<std::string_view, const Native*>& all_natives() {
  static const std::map<std::string_view, const Native*> kAll = [] {
    std::map<std::string_view, const Native*> all;
    for (const auto functions : {text_functions(), regex_functions(), number_functions(),
                                 array_functions(), object_functions(), time_functions()})
      for (const Native& native : functions) all.emplace(native.name, &native);
    return all;
  }();
  return kAll;
}

}  // namespace

const Native* find_native(std::string_view name) {
  const auto at = all_natives().find(name);
  return at == all_natives().end() ? nullptr : at->second;
}

Arguments Evaluation::checked(const Native& native, const Arguments& arguments,
                              const Value& context) {
  static const std::map<std::string_view, std::vector<Parameter>> kSignatures = [] {
    std::map<std::string_view, std::vector<Parameter>> all;
    for (const auto& [name, known] : all_natives())
      all.try_emplace(known->signature, parameters_of(known->signature));
    return all;
  }();
  try {
    return fitting_arguments(kSignatures.at(native.signature), arguments, context);
  } catch (Error& error) {
    const auto at = error.message.find(kCalled);
    if (at != std::string::npos) error.message.replace(at, 1, fmt::format("\"{}\"", native.name));
    throw;
  }
}

}  // namespace opsim::jsonata

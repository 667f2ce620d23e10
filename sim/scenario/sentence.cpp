#include "sim/scenario/sentence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/json.hpp"

namespace opsim {

namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

bool starts_with_words(std::string_view text, std::string_view words) {
  return text.starts_with(words) && (text.size() == words.size() || text[words.size()] == ' ');
}

/// The longest name wins: "fill disk slowly" before "fill disk".
KnownFault named_at_start(std::string_view text, Catalog catalog) {
  KnownFault best;
  for (const KnownFault& known : known_faults(catalog))
    if (starts_with_words(text, known.fault->name) &&
        (best.fault == nullptr || known.fault->name.size() > best.fault->name.size()))
      best = known;
  return best;
}

std::string fields_text(const Shape& shape) {
  std::vector<std::string_view> names;
  for (const Field& field : shape.fields) names.push_back(field.name);
  return one_of_text(names);
}

const Field* field_named(const Shape& shape, std::string_view word) {
  const auto found = std::ranges::find(shape.fields, word, &Field::name);
  return found == shape.fields.end() ? nullptr : &*found;
}

Json arguments_of(std::string_view rest, const Fault& fault, const Node& text,
                  Diagnostics& diagnostics) {
  Json arguments = Json::object();
  std::string field;
  for (const std::string_view word : words_of(rest)) {
    const Field* named = field_named(*fault.shape, word);
    if (named != nullptr && !arguments.contains(word)) {
      field = word;
      arguments[field] = "";
    } else if (field.empty()) {
      diagnostics.add(text.complaint(fmt::format("after \"{}\" stands {}; expected {}", fault.name,
                                                 opsim::quoted(word), fields_text(*fault.shape))));
      return arguments;
    } else {
      auto& value = arguments[field].get_ref<std::string&>();
      value += value.empty() ? std::string{word} : fmt::format(" {}", word);
    }
  }
  return arguments;
}

/// All words of a sentence are text; where a number or a yes is expected, one is meant.
void give_type(Json& value, const Field& field) {
  const Kind kind = field.shape == nullptr ? Kind::any : field.shape->kind;
  if (kind != Kind::integer && kind != Kind::number && kind != Kind::boolean) return;
  const std::string text = value.get<std::string>();
  Json typed = Json::parse(text == "yes" ? "true" : text == "no" ? "false" : text, nullptr, false);
  if (typed.is_number() || typed.is_boolean()) value = std::move(typed);
}

void complain_unknown(std::string_view text, const Node& at, Catalog catalog,
                      Diagnostics& diagnostics) {
  std::vector<std::string_view> names;
  for (const KnownFault& known : known_faults(catalog)) names.push_back(known.fault->name);
  // Compare with as many words as each name has, so that a slip in the name is found.
  std::vector<std::string_view> alike;
  for (const std::string_view name : names) {
    const std::size_t words = words_of(name).size();
    const auto written = words_of(text);
    if (written.size() < words) continue;
    const std::string_view head{
        written.front().data(),
        static_cast<std::size_t>(written[words - 1].data() + written[words - 1].size() -
                                 written.front().data())};
    if (!did_you_mean(head, std::span{&name, 1}).empty()) alike.push_back(name);
  }
  const std::string_view meant = alike.empty() ? "" : alike.front();
  diagnostics.add(at.complaint(fmt::format(
      "{} names no fault{}; faults are {}", opsim::quoted(text),
      meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant), one_of_text(names))));
}

}  // namespace

std::vector<KnownFault> known_faults(Catalog catalog) {
  std::vector<KnownFault> faults;
  for (const Service* service : catalog)
    for (const Fault& fault : service->faults) faults.push_back({service, &fault});
  return faults;
}

Sentence read_sentence(const Node& text, Catalog catalog, Diagnostics& diagnostics) {
  const std::string_view spelling = text.spelling();
  Sentence sentence{.fault = named_at_start(spelling, catalog), .arguments = {}};
  if (sentence.fault.fault == nullptr) {
    complain_unknown(spelling, text, catalog, diagnostics);
    return sentence;
  }
  const Fault& fault = *sentence.fault.fault;
  const std::size_t before = diagnostics.count();
  Json arguments = arguments_of(spelling.substr(fault.name.size()), fault, text, diagnostics);
  if (diagnostics.count() > before) return sentence;
  for (auto& [name, value] : arguments.items()) give_type(value, *field_named(*fault.shape, name));
  sentence.arguments = document_of(text.file(), arguments);
  Diagnostics found;
  check(sentence.arguments.root, *fault.shape, found, {.subject = std::string{fault.name}});
  for (const Diagnostic& one : found.all()) diagnostics.add(text.complaint(one.message));
  return sentence;
}

}  // namespace opsim

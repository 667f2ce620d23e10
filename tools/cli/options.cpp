#include "tools/cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "opsim/document/diagnostic.hpp"

namespace opsim::cli {

namespace {

const Option& find_option(std::string_view name, std::span<const Option> known) {
  const auto found = std::ranges::find(known, name, &Option::name);
  if (found != known.end()) return *found;
  std::vector<std::string_view> names;
  for (const Option& option : known) names.push_back(option.name);
  throw Options::Usage{fmt::format("unknown option {}{}", name, did_you_mean(name, names))};
}

}  // namespace

Options::Options(Arguments words, std::span<const Option> known) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (!word.starts_with("--")) {
      operands_.emplace_back(word);
      continue;
    }
    const auto equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const Option& option = find_option(name, known);
    std::vector<std::string>& values = given_[std::string{name}];
    if (option.takes == Takes::nothing) {
      if (equals != word.npos) throw Usage{fmt::format("{} takes no value", name)};
      continue;
    }
    if (option.takes == Takes::value && !values.empty())
      throw Usage{fmt::format("{} is given twice", name)};
    if (equals != word.npos) {
      values.emplace_back(word.substr(equals + 1));
    } else if (i + 1 < words.size()) {
      values.emplace_back(words[++i]);
    } else {
      throw Usage{fmt::format("{} needs a value", name)};
    }
  }
}

std::optional<std::string> Options::value(std::string_view name) const {
  const auto found = given_.find(name);
  if (found == given_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::vector<std::string> Options::values(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::uint64_t> Options::number(std::string_view name, std::uint64_t least) const {
  const std::optional<std::string> text = value(name);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size() || number < least)
    throw Usage{fmt::format("{} is {}; expected a whole number from {}", name, opsim::quoted(*text),
                            least)};
  return number;
}

const std::string& Options::operand(std::string_view what) const {
  if (operands_.empty()) throw Usage{fmt::format("expected {}", what)};
  if (operands_.size() > 1)
    throw Usage{
        fmt::format("one {} at a time; {} is one too many", what, opsim::quoted(operands_[1]))};
  return operands_.front();
}

}  // namespace opsim::cli

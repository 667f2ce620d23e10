// From what a caller passes to typed values, with AWS's checks.
// AWS: Systems Manager API Reference, StartAutomationExecution and SendCommand: Parameters; User
// Guide, "Data elements and parameters": allowedValues, allowedPattern, minItems, ...
// UNDOCUMENTED: the wording of the refusals; the codes are AWS's.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/ssm/parameter.hpp"
#include "models/ssm/placeholder.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

using Bound = std::optional<Json>;

/// The one value behind ["x"]; the value itself when it is no list.
Bound single(const Json& given) {
  if (!given.is_array()) return given;
  if (given.size() == 1) return given[0];
  if (given.empty()) return Json("");
  return std::nullopt;
}

Bound as_string(const Json& given) {
  const Bound one = single(given);
  if (!one) return std::nullopt;
  return Json(text_of(*one));
}

/// A list written as JSON in one text, as input transformers produce it.
Bound list_in_text(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text.front() != '[') return std::nullopt;
  Json parsed = Json::parse(text, nullptr, false);
  if (!parsed.is_array()) return std::nullopt;
  return parsed;
}

Bound as_string_list(const Json& given) {
  if (given.is_null()) return Json::array();
  const Json& first = given.is_array() && given.size() == 1 ? given[0] : given;
  if (Bound inner = list_in_text(first)) return inner;
  if (!given.is_array()) return Json::array({text_of(given)});
  Json list = Json::array();
  for (const Json& item : given) list.push_back(item.is_structured() ? item : Json(text_of(item)));
  return list;
}

Bound as_boolean(const Json& given) {
  const Bound one = single(given);
  if (!one) return std::nullopt;
  if (one->is_boolean()) return one;
  const std::string text = text_of(*one);
  if (text == "true" || text == "True" || text == "TRUE") return Json(true);
  if (text == "false" || text == "False" || text == "FALSE") return Json(false);
  return std::nullopt;
}

Bound as_integer(const Json& given) {
  const Bound one = single(given);
  if (!one) return std::nullopt;
  if (one->is_number_integer()) return one;
  const std::string text = text_of(*one);
  std::int64_t value = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Json(value);
}

Bound object_of(const Json& value) {
  if (value.is_object()) return value;
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty()) return Json::object();
  Json parsed = Json::parse(text, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

Bound as_string_map(const Json& given) {
  const Bound one = single(given);
  return one ? object_of(*one) : std::nullopt;
}

Bound as_map_list(const Json& given) {
  const Json& first = given.is_array() && given.size() == 1 ? given[0] : given;
  if (Bound inner = list_in_text(first)) return inner;
  if (!given.is_array()) {
    Bound one = object_of(given);
    return one ? Bound{Json::array({*one})} : std::nullopt;
  }
  Json list = Json::array();
  for (const Json& item : given) {
    Bound object = object_of(item);
    if (!object) return std::nullopt;
    list.push_back(std::move(*object));
  }
  return list;
}

Bound convert(ParameterType type, const Json& given) {
  switch (type) {
    case ParameterType::string: return as_string(given);
    case ParameterType::string_list: return as_string_list(given);
    case ParameterType::boolean: return as_boolean(given);
    case ParameterType::integer: return as_integer(given);
    case ParameterType::string_map: return as_string_map(given);
    case ParameterType::map_list: return as_map_list(given);
  }
  return std::nullopt;
}

/// Why one value of a parameter is not allowed, or "".
std::string refusal_of_one(const ParameterSpec& spec, const Json& value) {
  const std::string text = text_of(value);
  const auto same = [&](const Json& allowed) { return text_of(allowed) == text; };
  if (!spec.allowed_values.empty() && !std::ranges::any_of(spec.allowed_values, same)) {
    std::vector<std::string> known;
    for (const Json& allowed : spec.allowed_values) known.push_back(text_of(allowed));
    const std::vector<std::string_view> words(known.begin(), known.end());
    return fmt::format("{} is not {}{}", opsim::quoted(text), one_of_text(words),
                       did_you_mean(text, words));
  }
  if (spec.pattern != nullptr && !spec.pattern->matches(text))
    return fmt::format("{} does not match {}", opsim::quoted(text),
                       opsim::quoted(spec.allowed_pattern));
  const auto length = static_cast<std::int64_t>(text.size());
  if (spec.min_chars && length < *spec.min_chars)
    return fmt::format("{} is shorter than {} characters", opsim::quoted(text), *spec.min_chars);
  if (spec.max_chars && length > *spec.max_chars)
    return fmt::format("{} is longer than {} characters", opsim::quoted(text), *spec.max_chars);
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (spec.min_value && number < *spec.min_value)
      return fmt::format("{} is less than {}", number, *spec.min_value);
    if (spec.max_value && number > *spec.max_value)
      return fmt::format("{} is more than {}", number, *spec.max_value);
  }
  return "";
}

std::string refusal(const ParameterSpec& spec, const Json& value) {
  if (!value.is_array()) return refusal_of_one(spec, value);
  const auto count = static_cast<std::int64_t>(value.size());
  if (spec.min_items && count < *spec.min_items)
    return fmt::format("has {} items; at least {} are required", count, *spec.min_items);
  if (spec.max_items && count > *spec.max_items)
    return fmt::format("has {} items; at most {} are allowed", count, *spec.max_items);
  for (const Json& item : value)
    if (std::string why = refusal_of_one(spec, item); !why.empty()) return why;
  return "";
}

std::string unknown_parameter(std::span<const ParameterSpec> parameters, const Json& given) {
  for (const auto& [name, value] : given.items()) {
    if (std::ranges::find(parameters, name, &ParameterSpec::name) != parameters.end()) continue;
    std::vector<std::string_view> known;
    for (const ParameterSpec& spec : parameters) known.push_back(spec.name);
    return fmt::format("Parameter {} is not defined in the document{}", opsim::quoted(name),
                       did_you_mean(name, known));
  }
  return "";
}

}  // namespace

ApiResult<std::vector<Json>> bind_parameters(std::span<const ParameterSpec> parameters,
                                             const Json& given, std::string_view code) {
  const auto refuse = [&](std::string message) {
    return ApiError{std::string{code}, std::move(message)};
  };
  if (!given.is_null() && !given.is_object())
    return refuse("Parameters must map names to lists of texts");
  if (std::string wrong = unknown_parameter(parameters, given); !wrong.empty())
    return refuse(std::move(wrong));
  std::vector<Json> bound;
  bound.reserve(parameters.size());
  for (const ParameterSpec& spec : parameters) {
    const auto passed = given.is_object() ? given.find(spec.name) : given.end();
    if (passed == given.end()) {
      if (!spec.by_default)
        return refuse(fmt::format("Parameter {} is required and was not passed", spec.name));
      bound.push_back(*spec.by_default);
      continue;
    }
    std::optional<Json> value = convert(spec.type, *passed);
    const Json& shown = passed->is_array() && passed->size() == 1 ? (*passed)[0] : *passed;
    if (!value)
      return refuse(fmt::format("Parameter {} is {}; it must be of type {}", spec.name,
                                opsim::quoted(text_of(shown)), spec.type_text));
    if (const std::string why = refusal(spec, *value); !why.empty())
      return refuse(fmt::format("Parameter {}: {}", spec.name, why));
    bound.push_back(std::move(*value));
  }
  return bound;
}

Json as_text_list(const Json& value) {
  Json list = Json::array();
  if (!value.is_array()) {
    list.push_back(text_of(value));
    return list;
  }
  for (const Json& item : value) list.push_back(text_of(item));
  return list;
}

}  // namespace opsim::ssm

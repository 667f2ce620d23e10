// Reading API input.
// AWS: CloudWatch API Reference, "Common Errors"; the wording of constraints is that of the query
// protocol: "Value 'x' at 'y' failed to satisfy constraint: Member must ...".
#include "models/cloudwatch/input.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kShownValue = 100;

/// "AlarmName" is 'alarmName' in messages.
std::string member_name(std::string_view name) {
  std::string lowered{name};
  if (!lowered.empty() && lowered[0] >= 'A' && lowered[0] <= 'Z') {
    lowered[0] = static_cast<char>(lowered[0] - 'A' + 'a');
  }
  return lowered;
}

std::string shown(const Json& value) {
  std::string text = value.is_string() ? value.get<std::string>()
                                       : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kShownValue) text.resize(kShownValue);
  return text;
}

std::optional<double> to_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

ApiError validation_error(std::string message) {
  return {"ValidationError", std::move(message), 400};
}
ApiError invalid_value(std::string message) {
  return {"InvalidParameterValue", std::move(message), 400};
}
ApiError invalid_combination(std::string message) {
  return {"InvalidParameterCombination", std::move(message), 400};
}
ApiError not_found(std::string message) { return {"ResourceNotFound", std::move(message), 404}; }

const Json* Input::find(std::string_view name) const {
  if (!members_.is_object()) return nullptr;
  const auto member = members_.find(name);
  if (member == members_.end() || member->is_null()) return nullptr;
  return &*member;
}

void Input::complain(std::string_view value, std::string_view name, std::string_view must) {
  complain(fmt::format("Value '{}' at '{}' failed to satisfy constraint: Member must {}",
                       value.substr(0, kShownValue), member_name(name), must));
}

void Input::require(std::string_view name) {
  if (has(name)) return;
  complain(fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null",
                       member_name(name)));
}

std::optional<ApiError> Input::error() const {
  if (broken_.empty()) return std::nullopt;
  return validation_error(fmt::format("{} validation error{} detected: {}", broken_.size(),
                                      broken_.size() == 1 ? "" : "s", fmt::join(broken_, "; ")));
}

std::optional<std::string> Input::text(std::string_view name, std::size_t longest) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->is_structured()) {
    complain(shown(*member), name, "be a string");
    return std::nullopt;
  }
  std::string text = member->is_string() ? member->get<std::string>() : member->dump();
  if (text.size() > longest) {
    complain(shown(*member), name, fmt::format("have length less than or equal to {}", longest));
    return std::nullopt;
  }
  return text;
}

std::string Input::required_text(std::string_view name, std::size_t longest) {
  require(name);
  const std::optional<std::string> found = text(name, longest);
  if (found && found->empty()) complain("", name, "have length greater than or equal to 1");
  return found.value_or("");
}

std::optional<std::string> Input::choice(std::string_view name,
                                         std::span<const std::string_view> allowed) {
  std::optional<std::string> found = text(name);
  if (!found || std::ranges::find(allowed, *found) != allowed.end()) return found;
  complain(*found, name, fmt::format("satisfy enum value set: [{}]", fmt::join(allowed, ", ")));
  return std::nullopt;
}

std::optional<double> Input::number(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  const auto value = to_number(*member);
  if (value && std::isfinite(*value)) return value;
  complain(shown(*member), name, "be a number");
  return std::nullopt;
}

std::optional<std::int64_t> Input::integer(std::string_view name, std::int64_t lowest) {
  constexpr double kMost = 2'147'483'647;
  const auto value = number(name);
  if (!value) return std::nullopt;
  if (*value != std::floor(*value) || *value > kMost) {
    complain(fmt::format("{}", *value), name, "be an integer");
    return std::nullopt;
  }
  if (*value < static_cast<double>(lowest)) {
    complain(fmt::format("{}", *value), name,
             fmt::format("have value greater than or equal to {}", lowest));
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*value);
}

std::optional<bool> Input::boolean(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->is_boolean()) return member->get<bool>();
  const std::string text = shown(*member);
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  complain(text, name, "be a boolean");
  return std::nullopt;
}

std::optional<SimTime> Input::time(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  constexpr double kMostSeconds = 9e9;  // the year 2255: within SimTime
  if (const auto seconds = to_number(*member)) {
    if (std::abs(*seconds) <= kMostSeconds) {
      return SimTime{std::chrono::milliseconds{std::llround(*seconds * 1000)}};
    }
  } else if (member->is_string()) {
    if (const auto parsed = parse_iso8601(member->get_ref<const std::string&>())) return parsed;
  }
  complain(shown(*member), name, "be a timestamp: ISO 8601 or seconds since 1970");
  return std::nullopt;
}

SimTime Input::required_time(std::string_view name) {
  require(name);
  return time(name).value_or(SimTime{});
}

std::vector<const Json*> Input::items(std::string_view name, std::size_t most) {
  const Json* member = find(name);
  if (member == nullptr) return {};
  std::vector<const Json*> found;
  if (!member->is_array()) {
    complain(shown(*member), name, "be a list");
    return {};
  }
  if (member->size() > most) {
    complain(shown(*member), name, fmt::format("have length less than or equal to {}", most));
    return {};
  }
  for (const Json& item : *member) found.push_back(&item);
  return found;
}

std::vector<std::string> Input::texts(std::string_view name, std::size_t most) {
  std::vector<std::string> found;
  for (const Json* item : items(name, most)) {
    if (item->is_string()) {
      found.push_back(item->get<std::string>());
    } else {
      complain(shown(*item), name, "be a list of strings");
    }
  }
  return found;
}

Dimensions Input::dimensions(std::string_view name, std::size_t most) {
  Dimensions found;
  for (const Json* item : items(name, most)) {
    Input dimension{*item};
    const std::string key = dimension.required_text("Name", 255);
    const std::string value = dimension.required_text("Value", 1024);
    for (std::string& each : dimension.broken_) complain(std::move(each));
    found.emplace_back(key, value);
  }
  std::ranges::sort(found);
  return found;
}

Json time_json(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

}  // namespace opsim::cloudwatch

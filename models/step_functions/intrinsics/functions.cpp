// The intrinsic functions. Source: Step Functions guide, "Intrinsics for JSONPath states".
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/step_functions/intrinsics/intrinsics.hpp"

namespace opsim::step_functions {

namespace {

constexpr std::size_t kMostRange = 1'000;    // ArrayRange: "up to 1000 elements"
constexpr std::size_t kMostToHash = 10'000;  // Hash, Base64: "10,000 characters or less"

using Arguments = std::vector<Json>;

struct Function {
  std::string_view name;
  std::size_t least, most;  // arguments
  Outcome<Json> (*call)(const Arguments&, const Chance&);
};

Failure wrong(std::string cause) {
  return {.error = "States.IntrinsicFailure", .cause = std::move(cause)};
}

// "If you specify a non-integer value for any of the arguments, Step Functions rounds it off to
// the nearest integer": halves go up, as recorded answers show.
std::optional<std::int64_t> rounded(const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const double number = std::floor(value.get<double>() + 0.5);
  if (!(std::abs(number) < 9e15)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

Outcome<Json> format(const Arguments& arguments, const Chance&) {
  if (!arguments[0].is_string()) return wrong("States.Format needs a text to fill");
  const auto& text = arguments[0].get_ref<const std::string&>();
  std::string filled;
  std::size_t next = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '}')) {
      filled += text[++at];
    } else if (text.compare(at, 2, "{}") == 0) {
      if (next >= arguments.size()) return wrong("States.Format has more {} than arguments");
      const Json& value = arguments[next++];
      filled += value.is_string() ? value.get<std::string>() : value.dump();
      ++at;
    } else {
      filled += text[at];
    }
  }
  if (next != arguments.size()) return wrong("States.Format has more arguments than {}");
  return Json(std::move(filled));
}

Outcome<Json> string_to_json(const Arguments& arguments, const Chance&) {
  if (!arguments[0].is_string()) return wrong("States.StringToJson needs a text");
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return Json();
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return wrong(fmt::format("'{}' is not valid JSON", text));
  if (value.is_number_integer() && value == 0) return Json(0);
  return value;
}

Outcome<Json> json_to_string(const Arguments& arguments, const Chance&) {
  return Json(arguments[0].dump());
}

Outcome<Json> array(const Arguments& arguments, const Chance&) { return Json(arguments); }

Outcome<Json> array_partition(const Arguments& arguments, const Chance&) {
  const auto size = rounded(arguments[1]);
  if (!arguments[0].is_array() || !size || *size < 1)
    return wrong("States.ArrayPartition needs an array and a size above zero");
  Json parts = Json::array();
  for (const Json& item : arguments[0]) {
    if (parts.empty() || static_cast<std::int64_t>(parts.back().size()) >= *size)
      parts.push_back(Json::array());
    parts.back().push_back(item);
  }
  return parts;
}

Outcome<Json> array_contains(const Arguments& arguments, const Chance&) {
  if (!arguments[0].is_array()) return wrong("States.ArrayContains needs an array");
  return Json(std::ranges::find(arguments[0], arguments[1]) != arguments[0].end());
}

Outcome<Json> array_range(const Arguments& arguments, const Chance&) {
  const auto first = rounded(arguments[0]);
  const auto last = rounded(arguments[1]);
  const auto step = rounded(arguments[2]);
  if (!first || !last || !step || *step == 0)
    return wrong("States.ArrayRange needs three numbers, the last not zero");
  Json range = Json::array();
  for (std::int64_t at = *first; *step > 0 ? at <= *last : at >= *last; at += *step) {
    if (range.size() >= kMostRange) return wrong("States.ArrayRange makes at most 1000 elements");
    range.push_back(at);
  }
  return range;
}

Outcome<Json> array_get_item(const Arguments& arguments, const Chance&) {
  const auto at = rounded(arguments[1]);
  if (!arguments[0].is_array() || !at)
    return wrong("States.ArrayGetItem needs an array and an index");
  if (*at < 0 || *at >= static_cast<std::int64_t>(arguments[0].size()))
    return wrong(fmt::format("the index {} is outside of the array", *at));
  return arguments[0][static_cast<std::size_t>(*at)];
}

Outcome<Json> array_length(const Arguments& arguments, const Chance&) {
  if (!arguments[0].is_array()) return wrong("States.ArrayLength needs an array");
  return Json(arguments[0].size());
}

Outcome<Json> array_unique(const Arguments& arguments, const Chance&) {
  if (!arguments[0].is_array()) return wrong("States.ArrayUnique needs an array");
  Json unique = Json::array();
  for (const Json& item : arguments[0])
    if (std::ranges::find(unique, item) == unique.end()) unique.push_back(item);
  return unique;
}

bool hashable(const Json& value) {
  return value.is_string() && value.get_ref<const std::string&>().size() <= kMostToHash;
}

Outcome<Json> encode(const Arguments& arguments, const Chance&) {
  if (!hashable(arguments[0]))
    return wrong("States.Base64Encode needs a text of at most 10,000 characters");
  return Json(base64_encode(arguments[0].get_ref<const std::string&>()));
}

Outcome<Json> decode(const Arguments& arguments, const Chance&) {
  if (!hashable(arguments[0]))
    return wrong("States.Base64Decode needs a text of at most 10,000 characters");
  auto text = base64_decode(arguments[0].get_ref<const std::string&>());
  if (!text) return wrong("States.Base64Decode: the text is not Base64");
  return Json(valid_text(*std::move(text)));
}

Outcome<Json> hash(const Arguments& arguments, const Chance&) {
  if (!arguments[1].is_string()) return wrong("States.Hash needs the name of an algorithm");
  const std::string bytes =
      arguments[0].is_string() ? arguments[0].get<std::string>() : arguments[0].dump();
  if (bytes.size() > kMostToHash) return wrong("States.Hash takes at most 10,000 characters");
  auto text = hex_digest(arguments[1].get_ref<const std::string&>(), bytes);
  if (!text) return wrong("States.Hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512");
  return Json(*std::move(text));
}

Outcome<Json> json_merge(const Arguments& arguments, const Chance&) {
  if (!arguments[0].is_object() || !arguments[1].is_object())
    return wrong("States.JsonMerge needs two objects");
  if (arguments[2] != Json(false))
    return wrong("States.JsonMerge: deep merging is not supported; pass false");
  Json merged = arguments[0];
  merged.update(arguments[1]);
  return merged;
}

// The end is excluded. SIMPLIFIED: a seed gives another sequence than AWS's.
Outcome<Json> math_random(const Arguments& arguments, const Chance& chance) {
  const auto first = rounded(arguments[0]);
  const auto last = rounded(arguments[1]);
  if (!first || !last || *last <= *first)
    return wrong("States.MathRandom needs a start below its end");
  const double width = static_cast<double>(*last - *first);
  double luck = 0;
  if (arguments.size() > 2) {
    const std::string digest = hex_digest("SHA-256", arguments[2].dump()).value_or("0");
    luck = static_cast<double>(std::stoull(digest.substr(0, 12), nullptr, 16)) / 281474976710656.0;
  } else {
    luck = chance.number();
  }
  return Json(*first + static_cast<std::int64_t>(luck * width));
}

Outcome<Json> math_add(const Arguments& arguments, const Chance&) {
  const auto left = rounded(arguments[0]);
  const auto right = rounded(arguments[1]);
  if (!left || !right) return wrong("States.MathAdd needs two numbers");
  std::int64_t sum = 0;
  if (__builtin_add_overflow(*left, *right, &sum))
    return wrong("States.MathAdd: the sum is too large");
  return Json(sum);
}

// Splits at any of the characters; what is empty between them is left out.
Outcome<Json> string_split(const Arguments& arguments, const Chance&) {
  if (!arguments[0].is_string() || !arguments[1].is_string())
    return wrong("States.StringSplit needs two texts");
  const auto& text = arguments[0].get_ref<const std::string&>();
  const auto& marks = arguments[1].get_ref<const std::string&>();
  Json parts = Json::array();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(marks, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

Outcome<Json> uuid(const Arguments&, const Chance& chance) { return Json(chance.uuid()); }

constexpr Function kFunctions[] = {
    {"States.Array", 0, 1'000, array},
    {"States.ArrayContains", 2, 2, array_contains},
    {"States.ArrayGetItem", 2, 2, array_get_item},
    {"States.ArrayLength", 1, 1, array_length},
    {"States.ArrayPartition", 2, 2, array_partition},
    {"States.ArrayRange", 3, 3, array_range},
    {"States.ArrayUnique", 1, 1, array_unique},
    {"States.Base64Decode", 1, 1, decode},
    {"States.Base64Encode", 1, 1, encode},
    {"States.Format", 1, 1'000, format},
    {"States.Hash", 2, 2, hash},
    {"States.JsonMerge", 3, 3, json_merge},
    {"States.JsonToString", 1, 1, json_to_string},
    {"States.MathAdd", 2, 2, math_add},
    {"States.MathRandom", 2, 3, math_random},
    {"States.StringSplit", 2, 2, string_split},
    {"States.StringToJson", 1, 1, string_to_json},
    {"States.UUID", 0, 0, uuid},
};

const Function* known(std::string_view name) {
  const auto at = std::ranges::find(kFunctions, name, &Function::name);
  return at == std::end(kFunctions) ? nullptr : &*at;
}

}  // namespace

Outcome<Json> call_intrinsic(std::string_view name, const Arguments& arguments,
                             const Chance& chance) {
  const Function* const function = known(name);
  if (function == nullptr) return wrong(fmt::format("there is no intrinsic function {}", name));
  if (arguments.size() < function->least || arguments.size() > function->most)
    return wrong(
        fmt::format("{} takes {} arguments, not {}", name, function->least, arguments.size()));
  return function->call(arguments, chance);
}

bool is_intrinsic(std::string_view name) { return known(name) != nullptr; }

}  // namespace opsim::step_functions

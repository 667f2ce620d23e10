#include "opsim/cloud/policy_conditions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "opsim/cloud/ip_text.hpp"
#include "opsim/cloud/wildcards.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim {
namespace {

std::string lower_case(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// A wildcard that came out of a variable is a plain character.
constexpr char kStar = '\x01';
constexpr char kMark = '\x02';

std::string plain(std::string text) {
  std::ranges::replace(text, kStar, '*');
  std::ranges::replace(text, kMark, '?');
  return text;
}

std::string escaped(std::string text) {
  std::ranges::replace(text, '*', kStar);
  std::ranges::replace(text, '?', kMark);
  return text;
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  return whole && !text.empty() ? std::optional{number} : std::nullopt;
}

/// Seconds since 1970, of ISO 8601 or of such a number.
std::optional<double> date_in(const std::string& text) {
  if (const auto number = number_in(text)) return number;
  const auto time = parse_iso8601(text);
  if (!time) return std::nullopt;
  return std::chrono::duration<double>{time->time_since_epoch()}.count();
}

using Read = std::optional<double> (*)(const std::string&);
std::optional<double> read_number(const std::string& text) { return number_in(text); }

enum class Order : std::uint8_t { same, less, less_or_same };
template <Read Of, Order How, bool Swapped>
bool ordered(const std::string& wanted, const std::string& given) {
  const auto a = Of(Swapped ? wanted : given);
  const auto b = Of(Swapped ? given : wanted);
  if (!a || !b) return false;
  if (How == Order::same) return *a == *b;
  return How == Order::less ? *a < *b : *a <= *b;
}

bool same_text(const std::string& wanted, const std::string& given) {
  return plain(wanted) == given;
}
bool same_ignoring_case(const std::string& wanted, const std::string& given) {
  return lower_case(plain(wanted)) == lower_case(given);
}
bool like(const std::string& wanted, const std::string& given) {
  return matches_policy_text(wanted, given);
}
bool in_block(const std::string& wanted, const std::string& given) {
  const auto address = read_address(given);
  return address && lies_in(*address, wanted);
}
/// Each of the six parts of an ARN by itself; a wildcard does not reach over a colon, but for the
/// last part, which may hold some.
bool arn_like(const std::string& wanted, const std::string& given) {
  std::string_view pattern = wanted;
  std::string_view text = given;
  if (!text.starts_with("arn:")) return false;
  if (pattern == "*") return true;
  for (int part = 0; part < 5; ++part) {
    const std::size_t end = pattern.find(':');
    const std::size_t stop = text.find(':');
    if (end == pattern.npos || stop == text.npos) return end == stop && like(wanted, given);
    if (!matches_policy_text(pattern.substr(0, end), text.substr(0, stop))) return false;
    pattern.remove_prefix(end + 1);
    text.remove_prefix(stop + 1);
  }
  return matches_policy_text(pattern, text);
}

struct ConditionOperator {
  std::string_view name;
  bool (*holds)(const std::string& wanted, const std::string& given);
  bool negated = false;
};
constexpr std::array kOperators{
    ConditionOperator{"ArnEquals", arn_like},
    ConditionOperator{"ArnLike", arn_like},
    ConditionOperator{"ArnNotEquals", arn_like, true},
    ConditionOperator{"ArnNotLike", arn_like, true},
    ConditionOperator{"BinaryEquals", same_text},
    ConditionOperator{"Bool", same_ignoring_case},
    ConditionOperator{"DateEquals", ordered<date_in, Order::same, false>},
    ConditionOperator{"DateGreaterThan", ordered<date_in, Order::less, true>},
    ConditionOperator{"DateGreaterThanEquals", ordered<date_in, Order::less_or_same, true>},
    ConditionOperator{"DateLessThan", ordered<date_in, Order::less, false>},
    ConditionOperator{"DateLessThanEquals", ordered<date_in, Order::less_or_same, false>},
    ConditionOperator{"DateNotEquals", ordered<date_in, Order::same, false>, true},
    ConditionOperator{"IpAddress", in_block},
    ConditionOperator{"NotIpAddress", in_block, true},
    ConditionOperator{"NumericEquals", ordered<read_number, Order::same, false>},
    ConditionOperator{"NumericGreaterThan", ordered<read_number, Order::less, true>},
    ConditionOperator{"NumericGreaterThanEquals", ordered<read_number, Order::less_or_same, true>},
    ConditionOperator{"NumericLessThan", ordered<read_number, Order::less, false>},
    ConditionOperator{"NumericLessThanEquals", ordered<read_number, Order::less_or_same, false>},
    ConditionOperator{"NumericNotEquals", ordered<read_number, Order::same, false>, true},
    ConditionOperator{"StringEquals", same_text},
    ConditionOperator{"StringEqualsIgnoreCase", same_ignoring_case},
    ConditionOperator{"StringLike", like},
    ConditionOperator{"StringNotEquals", same_text, true},
    ConditionOperator{"StringNotEqualsIgnoreCase", same_ignoring_case, true},
    ConditionOperator{"StringNotLike", like, true},
};
static_assert(std::ranges::is_sorted(kOperators, {}, &ConditionOperator::name));

std::vector<std::string> texts_in(const Json& value) {
  const auto text = [](const Json& one) {
    return one.is_string() ? one.get<std::string>() : one.dump();
  };
  std::vector<std::string> all;
  if (value.is_array()) {
    for (const Json& one : value) all.push_back(text(one));
  } else if (!value.is_null()) {
    all.push_back(text(value));
  }
  return all;
}

/// The values of a key; nothing where it is absent.
struct Lookup {
  const std::vector<std::string>* values = nullptr;
  bool unknown = false;
};
Lookup look_up(std::string_view key, const PolicyContext& context) {
  const std::string name = lower_case(key);
  if (const auto found = context.values.find(name); found != context.values.end())
    return {&found->second};
  if (context.complete || context.absent.contains(name)) return {};
  const std::size_t slash = name.find('/');
  const bool absent = slash != name.npos && context.absent.contains(name.substr(0, slash + 1));
  return {nullptr, !absent};
}

Holds from(bool truth) { return truth ? Holds::yes : Holds::no; }

class KeyCondition {
 public:
  KeyCondition(std::string_view written, const PolicyContext& context) : context_{context} {
    if (const std::size_t colon = written.find(':'); colon != written.npos) {
      const std::string_view quantifier = written.substr(0, colon);
      all_ = quantifier == "ForAllValues";
      any_ = quantifier == "ForAnyValue";
      written.remove_prefix(colon + 1);
    }
    constexpr std::string_view kSuffix = "IfExists";
    if_exists_ = written.ends_with(kSuffix);
    if (if_exists_) written.remove_suffix(kSuffix.size());
    null_ = written == "Null";
    const auto row = std::ranges::find(kOperators, written, &ConditionOperator::name);
    operator_ = row == kOperators.end() ? nullptr : &*row;
  }

  [[nodiscard]] Holds holds(std::string_view key, const Json& wanted) const {
    const Lookup found = look_up(key, context_);
    if (found.unknown) return Holds::unknown;
    const bool there = found.values != nullptr && !found.values->empty();
    if (null_) {
      const std::vector<std::string> texts = texts_in(wanted);
      return from(std::ranges::any_of(
          texts, [&](const std::string& text) { return (lower_case(text) == "true") != there; }));
    }
    if (operator_ == nullptr) return Holds::unknown;
    if (!there) return from(if_exists_ || all_ || (operator_->negated && !any_));
    std::vector<std::string> filled;
    for (const std::string& text : texts_in(wanted))
      filled.push_back(fill_policy_variables(text, context_));
    const auto passes = [&](const std::string& given) {
      const bool any = std::ranges::any_of(
          filled, [&](const std::string& one) { return operator_->holds(one, given); });
      return any != operator_->negated;
    };
    const bool every = all_ || (operator_->negated && !any_);
    return from(every ? std::ranges::all_of(*found.values, passes)
                      : std::ranges::any_of(*found.values, passes));
  }

 private:
  const PolicyContext& context_;
  const ConditionOperator* operator_ = nullptr;
  bool all_ = false;
  bool any_ = false;
  bool if_exists_ = false;
  bool null_ = false;
};

}  // namespace

Holds conditions_hold(const Json& condition, const PolicyContext& context) {
  Holds result = Holds::yes;
  if (!condition.is_object()) return result;
  for (const auto& [written, keys] : condition.items()) {
    if (!keys.is_object()) continue;
    const KeyCondition test{written, context};
    for (const auto& [key, wanted] : keys.items()) {
      const Holds one = test.holds(key, wanted);
      if (one == Holds::no) return one;
      if (one == Holds::unknown) result = one;
    }
  }
  return result;
}

bool matches_policy_text(std::string_view pattern, std::string_view text) {
  return matches_stars(pattern, text, [](char wanted, char given) {
    return wanted == '?' || wanted == given || (wanted == kStar && given == '*') ||
           (wanted == kMark && given == '?');
  });
}

std::string fill_policy_variables(std::string_view text, const PolicyContext& context) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("${");
    const std::size_t end = begin == text.npos ? text.npos : text.find('}', begin);
    if (end == text.npos) return out += text;
    out += text.substr(0, begin);
    std::string_view name = text.substr(begin + 2, end - begin - 2);
    text.remove_prefix(end + 1);
    if (name == "*" || name == "?" || name == "$") {
      out += escaped(std::string{name});
      continue;
    }
    std::optional<std::string> otherwise;
    if (const std::size_t comma = name.find(','); comma != name.npos) {
      const std::size_t open = name.find('\'', comma);
      const std::size_t close = name.rfind('\'');
      if (open != name.npos && close > open)
        otherwise = std::string{name.substr(open + 1, close - open - 1)};
      name = name.substr(0, comma);
    }
    const Lookup found = look_up(name, context);
    if (found.values != nullptr && found.values->size() == 1) {
      out += escaped(found.values->front());
    } else if (otherwise) {
      out += escaped(*otherwise);
    } else {
      return {};
    }
  }
}

}  // namespace opsim

// What a single value must be like.
// AWS: eb-create-pattern-operators.html (EventBridge User Guide); numbers and addresses:
// event-ruler.
#include "models/events/pattern_value.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/events/matcher_hash.hpp"
#include "models/events/number_text.hpp"
#include "opsim/json.hpp"

namespace opsim::events {
namespace {

bool test(const EqualsText& t, const FieldValue& v) {
  return v.is_string() && same_text(v.text(), t.text);
}

bool test(const EqualsAddress& t, const FieldValue& v) { return v.address() == t.address; }

bool test(const EqualsNumber& t, const FieldValue& v) {
  if (v.kind() != ValueKind::number) return false;
  const double* const x = v.nearest();
  if (x != nullptr && t.value && *x == *t.value && v.is_comparable()) return true;
  return v.text() == t.spelt;
}

bool test(const EqualsLiteral& t, const FieldValue& v) { return v.kind() == t.kind; }

bool test(const Exists&, const FieldValue&) { return true; }

bool test(const HasPrefix& t, const FieldValue& v) {
  return v.is_string() && v.text().starts_with(t.text);
}

bool test(const HasSuffix& t, const FieldValue& v) {
  return v.is_string() && v.text().ends_with(t.text);
}

bool test(const EqualsIgnoringCase& t, const FieldValue& v) {
  return v.is_string() && t.text.equals(v.text());
}

bool test(const HasPrefixIgnoringCase& t, const FieldValue& v) {
  return v.is_string() && t.text.starts(v.text());
}

bool test(const HasSuffixIgnoringCase& t, const FieldValue& v) {
  return v.is_string() && t.text.ends(v.text());
}

bool test(const FitsWildcard& t, const FieldValue& v) {
  return v.is_string() && t.wildcard.matches(v.text());
}

bool test(const InNumericRange& t, const FieldValue& v) {
  const double* const x = v.nearest();
  if (x == nullptr || (t.open_bottom ? *x <= t.bottom : *x < t.bottom)) return false;
  if (t.open_top ? *x >= t.top : *x > t.top) return false;
  return v.is_comparable();
}

bool test(const InCidr& t, const FieldValue& v) {
  return v.address() && t.range.contains(*v.address());
}

bool test(const AnythingButNumbers& t, const FieldValue& v) {
  return std::ranges::none_of(t.numbers, [&](const EqualsNumber& n) { return test(n, v); });
}

template <class TextTest>
bool test(const AnythingBut<TextTest>& t, const FieldValue& v) {
  return std::ranges::none_of(t.tests, [&](const TextTest& unwanted) { return test(unwanted, v); });
}

std::string say(const EqualsText& t) { return json_quoted(t.text); }
std::string say(const EqualsAddress& t) { return json_quoted(t.spelt); }
std::string say(const EqualsNumber& t) { return t.spelt; }
std::string say(const EqualsLiteral& t) {
  return t.kind == ValueKind::null ? "null" : t.kind == ValueKind::truth ? "true" : "false";
}
std::string say(const Exists&) { return "anything"; }
std::string say(const HasPrefix& t) { return "prefix " + json_quoted(t.text); }
std::string say(const HasSuffix& t) { return "suffix " + json_quoted(t.text); }
std::string say(const EqualsIgnoringCase& t) {
  return json_quoted(t.text.spelt()) + " in any case";
}
std::string say(const HasPrefixIgnoringCase& t) {
  return "prefix " + json_quoted(t.text.spelt()) + " in any case";
}
std::string say(const HasSuffixIgnoringCase& t) {
  return "suffix " + json_quoted(t.text.spelt()) + " in any case";
}
std::string say(const FitsWildcard& t) { return "wildcard " + json_quoted(t.wildcard.spelt()); }
std::string say(const InNumericRange& t) { return "number " + t.spelt; }
std::string say(const InCidr& t) { return "address in " + t.spelt; }

template <class Test>
std::string say_none_of(const std::vector<Test>& tests) {
  std::string list;
  for (const Test& t : tests) list += (list.empty() ? "" : ", ") + say(t);
  return fmt::format("anything but [{}]", list);
}

std::string say(const AnythingButNumbers& t) { return say_none_of(t.numbers); }

template <class TextTest>
std::string say(const AnythingBut<TextTest>& t) {
  return say_none_of(t.tests);
}

}  // namespace

void FieldValue::find_nearest() const {
  nearness_ = Known::no;
  if (kind_ != ValueKind::number) return;
  const ReadNumber found = read_number(text_);
  if (found.nearest) {
    nearest_ = *found.nearest;
    nearness_ = Known::yes;
  }
  if (found.is_comparable) comparability_ = *found.is_comparable ? Known::yes : Known::no;
}

void FieldValue::find_comparability() const {
  const double* const near = nearest();  // may find it, too
  if (comparability_ != Known::unasked) return;
  const bool is_known = near != nullptr && comparable_number(text_, *near).has_value();
  comparability_ = is_known ? Known::yes : Known::no;
}

const std::optional<IpAddress>& FieldValue::address() const {
  if (!address_known_ && is_string() && may_be_ip(text_)) address_ = parse_ip(text_);
  address_known_ = true;
  return address_;
}

bool passes(const ValueTest& test_of_any_kind, const FieldValue& value) {
  // The most frequent ones without a jump through a table.
  if (const auto* t = std::get_if<EqualsText>(&test_of_any_kind)) return test(*t, value);
  if (const auto* t = std::get_if<AnythingBut<EqualsText>>(&test_of_any_kind)) {
    return test(*t, value);
  }
  if (const auto* t = std::get_if<InNumericRange>(&test_of_any_kind)) return test(*t, value);
  return std::visit([&](const auto& t) { return test(t, value); }, test_of_any_kind);
}

std::string wanted(const ValueTest& test_of_any_kind) {
  return std::visit([](const auto& t) { return say(t); }, test_of_any_kind);
}

std::string json_quoted(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace opsim::events

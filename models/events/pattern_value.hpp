#pragma once
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/events/cidr.hpp"
#include "models/events/event_text.hpp"
#include "models/events/pattern_case.hpp"
#include "models/events/wildcard.hpp"

namespace opsim::events {

/// A leaf of an event as the tests of a pattern see it. What costs something to find out is found
/// out once, when the first test asks.
class FieldValue {
 public:
  FieldValue() = default;
  FieldValue(ValueKind kind, std::string_view text) : kind_(kind), text_(text) {}

  /// As if made anew.
  void become(ValueKind kind, std::string_view text) {
    kind_ = kind;
    nearness_ = Known::unasked;
    comparability_ = Known::unasked;
    address_known_ = false;
    text_ = text;
    address_.reset();
  }

  [[nodiscard]] ValueKind kind() const { return kind_; }
  [[nodiscard]] bool is_string() const { return kind_ == ValueKind::string; }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// The nearest double of a number, found without asking whether the number can be compared; null
  /// for what surely cannot.
  [[nodiscard]] const double* nearest() const {
    if (nearness_ == Known::unasked) find_nearest();
    return nearness_ == Known::yes ? &nearest_ : nullptr;
  }
  /// Whether it compares by its value: a number that is its nearest double.
  [[nodiscard]] bool is_comparable() const {
    if (comparability_ == Known::unasked) find_comparability();
    return comparability_ == Known::yes;
  }
  /// None for what is no string, or no address.
  [[nodiscard]] const std::optional<IpAddress>& address() const;

 private:
  enum class Known : std::uint8_t { unasked, yes, no };

  void find_nearest() const;
  void find_comparability() const;

  ValueKind kind_ = ValueKind::null;
  mutable Known nearness_ = Known::unasked;
  mutable Known comparability_ = Known::unasked;
  mutable bool address_known_ = false;
  std::string_view text_;
  mutable double nearest_ = 0;
  mutable std::optional<IpAddress> address_;
};

// The tests that a pattern may put to one value. Each has matches() and wanted(), the latter as a
// person says it.

struct EqualsText {
  std::string text;
};
/// A string that is an address is compared as one.
struct EqualsAddress {
  IpAddress address;
  std::string spelt;
};
/// By value where both can be compared, else by identical spelling.
struct EqualsNumber {
  std::optional<double> value;
  std::string spelt;
};
/// null, true, false.
struct EqualsLiteral {
  ValueKind kind = ValueKind::null;
};
struct Exists {};
struct HasPrefix {
  std::string text;
};
struct HasSuffix {
  std::string text;
};
struct EqualsIgnoringCase {
  CaselessText text;
};
struct HasPrefixIgnoringCase {
  CaselessText text;
};
struct HasSuffixIgnoringCase {
  CaselessText text;
};
struct FitsWildcard {
  Wildcard wildcard;
};
struct InNumericRange {
  double bottom = -std::numeric_limits<double>::infinity();
  double top = std::numeric_limits<double>::infinity();
  bool open_bottom = false;
  bool open_top = false;
  std::string spelt;  // "> 0, <= 5"
};
struct InCidr {
  CidrRange range;
  std::string spelt;
};
/// anything-but a list of numbers: anything that is none of these values, numbers or not.
struct AnythingButNumbers {
  std::vector<EqualsNumber> numbers;
};
/// anything-but for the tests of text: whatever passes none of them, null and numbers too.
template <class TextTest>
struct AnythingBut {
  std::vector<TextTest> tests;
};

using ValueTest =
    std::variant<EqualsText, EqualsAddress, EqualsNumber, EqualsLiteral, Exists, HasPrefix,
                 HasSuffix, EqualsIgnoringCase, HasPrefixIgnoringCase, HasSuffixIgnoringCase,
                 FitsWildcard, InNumericRange, InCidr, AnythingButNumbers, AnythingBut<EqualsText>,
                 AnythingBut<HasPrefix>, AnythingBut<HasSuffix>, AnythingBut<EqualsIgnoringCase>,
                 AnythingBut<FitsWildcard>>;

[[nodiscard]] bool passes(const ValueTest& test, const FieldValue& value);
/// "prefix \"ab\""; an exact value is itself: "\"running\"".
[[nodiscard]] std::string wanted(const ValueTest& test);

/// A JSON string literal.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace opsim::events

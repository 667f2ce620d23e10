#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/events/pattern_leaves.hpp"

namespace opsim::events {

/// How a value of an event can lead to the rules that ask for it. A set of these is a bit mask.
enum class KeyForm : std::uint8_t {
  text = 1,      // a string, exactly
  number = 2,    // by value
  other = 4,     // an address; null, true, false; a number that compares by spelling
  caseless = 8,  // a string, its ASCII letters lowered
  prefix = 16,
  suffix = 32,
  present = 64,    // any value
  contains = 128,  // a string with these few bytes in it: only checked, never looked up
};

/// What a value must have for a test to pass: necessary, not sufficient. Hashes stand for texts.
struct AnchorKey {
  KeyForm form = KeyForm::present;
  std::uint16_t length = 0;  // of a prefix, a suffix, or what is contained
  std::uint64_t hash = 0;    // of what is contained: its bytes
  bool operator==(const AnchorKey&) const = default;
};

/// A value passes `test` only if it has one of these keys. Empty: the field may be absent.
std::vector<AnchorKey> anchor_keys(const FieldTest& test);

/// A further key that a value must have, where a lookup would not find it: for the middle of a
/// wildcard.
std::optional<AnchorKey> further_key(const FieldTest& test);
/// Whether the bytes of a `contains` key occur in a value.
bool contains_bytes(std::string_view value, std::uint64_t bytes, std::size_t length);

/// The keys of an event's value.
std::uint64_t text_key(std::string_view text);
std::uint64_t caseless_key(std::string_view text);
std::uint64_t prefix_key(std::string_view prefix);
std::uint64_t suffix_key(std::string_view suffix);
std::uint64_t number_key(double number);
std::uint64_t address_key(const IpAddress& address);
std::uint64_t literal_key(ValueKind kind);
std::uint64_t spelling_key(std::string_view number);
inline constexpr std::uint64_t kPresentKey = 0x7072'6573'656E'74;

}  // namespace opsim::events

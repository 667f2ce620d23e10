#include "models/events/matcher_keys.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "models/events/event_text_scan.hpp"
#include "models/events/matcher_hash.hpp"

namespace opsim::events {
namespace {

constexpr std::size_t kLongestAffix = 0xFFFF;

AnchorKey present() { return {KeyForm::present, 0, kPresentKey}; }

AnchorKey affix(KeyForm form, std::string_view text) {
  if (text.empty()) return present();
  const bool is_prefix = form == KeyForm::prefix;
  const std::size_t size = std::min(text.size(), kLongestAffix);
  text = is_prefix ? text.substr(0, size) : text.substr(text.size() - size);
  return {form, static_cast<std::uint16_t>(size), is_prefix ? prefix_key(text) : suffix_key(text)};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// One for each kind of test that narrows the values down; the last for all others.
AnchorKey key_of(const EqualsText& t) { return {KeyForm::text, 0, text_key(t.text)}; }
AnchorKey key_of(const EqualsAddress& t) { return {KeyForm::other, 0, address_key(t.address)}; }
AnchorKey key_of(const EqualsLiteral& t) { return {KeyForm::other, 0, literal_key(t.kind)}; }
AnchorKey key_of(const EqualsNumber& t) {
  if (t.value) return {KeyForm::number, 0, number_key(*t.value)};
  return {KeyForm::other, 0, spelling_key(t.spelt)};
}
AnchorKey key_of(const HasPrefix& t) { return affix(KeyForm::prefix, t.text); }
AnchorKey key_of(const HasSuffix& t) { return affix(KeyForm::suffix, t.text); }
AnchorKey key_of(const EqualsIgnoringCase& t) {
  if (!is_ascii(t.text.spelt())) return present();
  return {KeyForm::caseless, 0, caseless_key(t.text.spelt())};
}
AnchorKey key_of(const FitsWildcard& t) {
  if (t.wildcard.is_literal()) return {KeyForm::text, 0, text_key(t.wildcard.front())};
  if (t.wildcard.front().size() >= t.wildcard.back().size()) {
    return affix(KeyForm::prefix, t.wildcard.front());
  }
  return affix(KeyForm::suffix, t.wildcard.back());
}
template <class Test>
AnchorKey key_of(const Test&) {
  return present();
}

}  // namespace

std::vector<AnchorKey> anchor_keys(const FieldTest& test) {
  std::vector<AnchorKey> keys;
  if (test.or_absent) return keys;
  for (const ValueTest& one : test.any_of) {
    const AnchorKey key = std::visit([](const auto& t) { return key_of(t); }, one);
    if (key.form == KeyForm::present) return {key};
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  }
  return keys;
}

std::optional<AnchorKey> further_key(const FieldTest& test) {
  if (test.or_absent || test.any_of.size() != 1) return std::nullopt;
  const auto* fits = std::get_if<FitsWildcard>(&test.any_of.front());
  if (fits == nullptr) return std::nullopt;
  std::string_view literal = fits->wildcard.longest_middle();
  if (literal.size() < 2) return std::nullopt;
  literal.remove_prefix(literal.size() - std::min(literal.size(), sizeof(std::uint64_t)));
  AnchorKey key{KeyForm::contains, static_cast<std::uint16_t>(literal.size()), 0};
  std::memcpy(&key.hash, literal.data(), literal.size());
  return key;
}

bool contains_bytes(std::string_view value, std::uint64_t bytes, std::size_t length) {
  char literal[sizeof bytes];
  std::memcpy(literal, &bytes, sizeof bytes);
  return scan::find(value, {literal, length}) != std::string_view::npos;
}

std::uint64_t text_key(std::string_view text) { return hash_text(text, 1); }
std::uint64_t prefix_key(std::string_view prefix) { return hash_text(prefix, 2); }
std::uint64_t suffix_key(std::string_view suffix) { return hash_text(suffix, 3); }
std::uint64_t number_key(double number) {
  return mix(std::bit_cast<std::uint64_t>(number + 0.0), 4);
}
std::uint64_t address_key(const IpAddress& address) {
  return hash_text({reinterpret_cast<const char*>(address.bytes.data()), address.size}, 5);
}
std::uint64_t literal_key(ValueKind kind) { return mix(static_cast<std::uint64_t>(kind), 6); }
std::uint64_t spelling_key(std::string_view number) { return hash_text(number, 7); }

std::uint64_t caseless_key(std::string_view text) {
  std::uint64_t hash = text.size();
  std::uint64_t word = 0;
  int filled = 0;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    word = word << 8 | static_cast<unsigned char>(lower);
    if (++filled == 8) {
      hash = mix(hash, word);
      filled = 0;
    }
  }
  return mix(hash, word);
}

}  // namespace opsim::events

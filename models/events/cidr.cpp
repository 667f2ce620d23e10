#include "models/events/cidr.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace opsim::events {
namespace {

constexpr std::size_t kLongestV4 = 15;  // as Java's InetAddress has it

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Four runs of digits with dots between.
bool looks_like_v4(std::string_view text) {
  int dots = 0;
  bool after_digit = false;
  for (const char c : text) {
    if (c == '.') {
      if (!after_digit) return false;
      ++dots;
    } else if (!is_digit(c)) {
      return false;
    }
    after_digit = c != '.';
  }
  return dots == 3 && after_digit;
}

/// Hexadecimal digits and colons, with at least one colon.
bool looks_like_v6(std::string_view text) {
  bool has_colon = false;
  for (const char c : text) {
    if (c == ':') {
      has_colon = true;
    } else if (hex_value(c) < 0) {
      return false;
    }
  }
  return has_colon;
}

std::optional<IpAddress> parse_v4(std::string_view text) {
  if (text.size() > kLongestV4) return std::nullopt;
  IpAddress address;
  std::size_t part = 0;
  int value = 0;
  for (const char c : text) {
    if (c == '.') {
      address.bytes[part++] = static_cast<std::uint8_t>(value);
      value = 0;
    } else {
      value = value * 10 + (c - '0');
      if (value > 255) return std::nullopt;
    }
  }
  address.bytes[part] = static_cast<std::uint8_t>(value);
  return address;
}

/// The groups on one side of "::"; false if one is empty or exceeds 16 bits.
bool read_groups(std::string_view text, std::vector<std::uint16_t>& groups) {
  if (text.empty()) return true;
  int value = -1;
  for (const char c : text) {
    if (c == ':') {
      if (value < 0) return false;
      groups.push_back(static_cast<std::uint16_t>(value));
      value = -1;
      continue;
    }
    value = std::max(value, 0) * 16 + hex_value(c);
    if (value > 0xFFFF) return false;
  }
  if (value < 0) return false;
  groups.push_back(static_cast<std::uint16_t>(value));
  return groups.size() <= 8;
}

IpAddress to_address(const std::array<std::uint16_t, 8>& groups) {
  IpAddress address{.bytes = {}, .size = 16};
  for (std::size_t i = 0; i < 8; ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xFF);
  }
  const bool is_mapped =
      std::all_of(groups.begin(), groups.begin() + 5, [](auto g) { return g == 0; });
  if (!is_mapped || groups[5] != 0xFFFF) return address;
  IpAddress v4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), v4.bytes.begin());
  return v4;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  std::vector<std::uint16_t> front;
  std::vector<std::uint16_t> back;
  if (!read_groups(text.substr(0, gap), front)) return std::nullopt;
  std::array<std::uint16_t, 8> groups{};
  if (gap == std::string_view::npos) {
    if (front.size() != 8) return std::nullopt;
  } else {
    if (!read_groups(text.substr(gap + 2), back)) return std::nullopt;
    if (front.size() + back.size() > 7) return std::nullopt;
  }
  std::ranges::copy(front, groups.begin());
  std::ranges::copy(back, groups.end() - static_cast<std::ptrdiff_t>(back.size()));
  return to_address(groups);
}

/// Java's split("/"): parts between slashes, empty ones at the end dropped.
std::vector<std::string_view> split_at_slashes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t slash = std::min(text.find('/', begin), text.size());
    parts.push_back(text.substr(begin, slash - begin));
    begin = slash + 1;
  }
  if (text.empty()) return parts;
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

std::optional<int> read_integer(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && is_digit(text[1])) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

bool may_be_ip(std::string_view text) {
  if (text.size() < 2 || text.size() > 64) return false;
  return hex_value(text.front()) >= 0 || text.front() == ':';
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (looks_like_v4(text)) return parse_v4(text);
  if (looks_like_v6(text)) return parse_v6(text);
  return std::nullopt;
}

std::variant<CidrRange, std::string> CidrRange::parse(std::string_view text) {
  const std::vector<std::string_view> parts = split_at_slashes(text);
  if (parts.size() != 2) return "Malformed CIDR, one '/' required";
  const std::optional<int> bits = read_integer(parts[1]);
  if (!bits) return "Malformed CIDR, mask bits must be an integer";
  if (*bits < 0) return "Malformed CIDR, mask bits must not be negative";

  const std::string ip{parts[0]};
  const std::optional<IpAddress> base = parse_ip(ip);
  if (!base) {
    const bool looks = looks_like_v4(ip) || looks_like_v6(ip);
    return (looks ? "Invalid IP address: " : "Nonstandard IP address: ") + ip;
  }
  if (base->size == 4 && *bits > 31) return "IPv4 mask bits must be < 32";
  if (base->size == 16 && *bits > 127) return "IPv6 mask bits must be < 128";
  CidrRange range;
  range.base_ = *base;
  range.mask_bits_ = *bits;
  return range;
}

bool CidrRange::contains(const IpAddress& address) const {
  if (address.size != base_.size) return false;
  const auto whole = static_cast<std::size_t>(mask_bits_ / 8);
  if (!std::equal(base_.bytes.begin(), base_.bytes.begin() + mask_bits_ / 8,
                  address.bytes.begin())) {
    return false;
  }
  const int rest = mask_bits_ % 8;
  if (rest == 0) return true;
  return (base_.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0;
}

}  // namespace opsim::events

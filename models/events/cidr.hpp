#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace opsim::events {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (::ffff:0a00:0001) is the IPv4 address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  // the first `size` count
  std::uint8_t size = 4;                 // 4 or 16
  bool operator==(const IpAddress&) const = default;
};

/// Text that looks like an address and is one. Leading zeros are decimal: 010.0.0.1 is 10.0.0.1.
std::optional<IpAddress> parse_ip(std::string_view text);
/// Quick and rough: false means that parse_ip() would find none.
bool may_be_ip(std::string_view text);

/// A block of addresses, of one family.
class CidrRange {
 public:
  /// Or the complaint, worded as AWS words it.
  static std::variant<CidrRange, std::string> parse(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  IpAddress base_;
  int mask_bits_ = 0;
};

}  // namespace opsim::events

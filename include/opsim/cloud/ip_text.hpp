#pragma once
/// IP addresses and blocks of them as text: conditions of policies, queries of logs.
#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace opsim {

struct IpText {
  std::array<std::uint8_t, 16> bytes{};  // the first 4, or all
  bool six = false;
};

[[nodiscard]] std::optional<IpText> read_address(const std::string& text);
/// "10.0.0.0/8", "2001:db8::/32", or one address; false for what is no block or of the other
/// family.
[[nodiscard]] bool lies_in(const IpText& address, const std::string& block);

}  // namespace opsim

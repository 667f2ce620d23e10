#include "opsim/cloud/ip_text.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstddef>

namespace opsim {

std::optional<IpText> read_address(const std::string& text) {
  IpText address;
  if (text.size() > 45 || text.find('\0') != text.npos) return std::nullopt;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) return address;
  address.six = true;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

bool lies_in(const IpText& address, const std::string& block) {
  const std::size_t slash = block.find('/');
  const auto base = read_address(block.substr(0, slash));
  if (!base || base->six != address.six) return false;
  std::size_t bits = base->six ? 128 : 32;
  if (slash != block.npos) {
    std::size_t written = 0;
    const char* const end = block.data() + block.size();
    const auto [stop, failed] = std::from_chars(block.data() + slash + 1, end, written);
    if (failed != std::errc{} || stop != end || written > bits) return false;
    bits = written;
  }
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if (((address.bytes[bit / 8] ^ base->bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace opsim

// AWS: CloudFormation User Guide, "Fn::Cidr".
#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <string>

#include "sim/scenario/intrinsic_text.hpp"

namespace opsim {

namespace {

struct Address {
  int family = AF_INET;
  std::array<unsigned char, 16> bytes{};
  [[nodiscard]] std::uint64_t width() const { return family == AF_INET ? 32 : 128; }
};

std::optional<Address> parse_address(const std::string& text) {
  Address address;
  address.family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(address.family, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

void clear_host(Address& address, std::uint64_t prefix) {
  for (std::uint64_t bit = prefix; bit < address.width(); ++bit)
    address.bytes[bit / 8] &= static_cast<unsigned char>(~(0x80U >> bit % 8));
}

/// The next block of the same size.
void advance(Address& address, std::uint64_t prefix) {
  for (std::uint64_t bit = prefix; bit-- > 0;) {
    const auto mask = static_cast<unsigned char>(0x80U >> bit % 8);
    address.bytes[bit / 8] ^= mask;
    if ((address.bytes[bit / 8] & mask) != 0) return;
  }
}

std::string block_text(const Address& address, std::uint64_t prefix) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.family, address.bytes.data(), text.data(), text.size());
  return fmt::format("{}/{}", text.data(), prefix);
}

/// The fewest bits that number so many blocks.
std::uint64_t bits_for(std::uint64_t count) {
  std::uint64_t bits = 0;
  while ((1ULL << bits) < count) ++bits;
  return bits;
}

}  // namespace

CidrAnswer cidr_blocks(const CidrRequest& request) {
  const auto wrong = [](std::string why) { return CidrAnswer{{}, std::move(why)}; };
  const auto slash = request.block.find('/');
  const auto prefix = slash == std::string::npos
                          ? std::nullopt
                          : whole_number_of(std::string_view{request.block}.substr(slash + 1));
  auto address = parse_address(request.block.substr(0, slash));
  if (!address || !prefix || *prefix > address->width())
    return wrong(
        fmt::format("Fn::Cidr divides \"{}\"; write a block as 10.0.0.0/16", request.block));
  if (request.count < 1 || request.count > 256)
    return wrong(fmt::format("Fn::Cidr gives 1 to 256 blocks, not {}", request.count));
  const std::uint64_t spare = bits_for(request.count);
  const std::uint64_t room = address->width() - *prefix;
  const std::uint64_t bits = request.bits.value_or(room < spare ? 0 : room - spare);
  if (bits < 1 || bits > room || room - bits < spare)
    return wrong(
        fmt::format("{} has no room for {} blocks of {} bits", request.block, request.count, bits));
  CidrAnswer answer;
  clear_host(*address, *prefix);
  const std::uint64_t size = address->width() - bits;
  for (std::uint64_t i = 0; i < request.count; ++i) {
    answer.blocks.push_back(block_text(*address, size));
    advance(*address, size);
  }
  return answer;
}

}  // namespace opsim

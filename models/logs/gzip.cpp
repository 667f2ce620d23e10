#include "models/logs/gzip.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace opsim::logs {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

std::uint32_t crc32(std::string_view data) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : data) {
    crc = kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8);
  }
  return ~crc;
}

void append_little(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

}  // namespace

std::string gzip(std::string_view data) {
  constexpr std::size_t kMostInBlock = 65'535;
  std::string out{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};
  const auto size = static_cast<std::uint32_t>(data.size());
  const std::uint32_t crc = crc32(data);
  do {
    const std::string_view block = data.substr(0, kMostInBlock);
    data.remove_prefix(block.size());
    out += data.empty() ? '\1' : '\0';
    const auto length = static_cast<std::uint32_t>(block.size());
    append_little(out, length, 2);
    append_little(out, ~length, 2);
    out += block;
  } while (!data.empty());
  append_little(out, crc, 4);
  append_little(out, size, 4);
  return out;
}

std::string base64(std::string_view data) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < data.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, data.size() - i);
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      three = three << 8 | (j < left ? static_cast<unsigned char>(data[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= left ? kDigits[(three >> (18 - 6 * j)) & 63U] : '=';
    }
  }
  return out;
}

}  // namespace opsim::logs

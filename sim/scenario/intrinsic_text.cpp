#include "sim/scenario/intrinsic_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace opsim {

std::string scalar_text(const Json& scalar) {
  if (scalar.is_string()) return scalar.get_ref<const std::string&>();
  if (scalar.is_null() || scalar.is_discarded()) return {};
  return scalar.dump();
}

std::optional<std::uint64_t> whole_number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t present = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8U | (k < present ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= present ? digits[group >> (18U - 6U * k) & 63U] : '=';
  }
  return text;
}

}  // namespace opsim

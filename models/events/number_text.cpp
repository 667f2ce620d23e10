#include "models/events/number_text.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>

namespace opsim::events {
namespace {

/// A decimal without leading or trailing zeros: 0.DIGITS x 10^exponent.
struct Decimal {
  std::string digits;
  std::int64_t exponent = 0;
  bool operator==(const Decimal&) const = default;
};

constexpr std::int64_t kHugeExponent =
    1'000'000'000;  // far beyond any double; sums cannot overflow

std::int64_t read_exponent(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range || std::abs(value) > kHugeExponent) {
    return text.starts_with('-') ? -kHugeExponent : kHugeExponent;
  }
  return value;
}

/// `spelling` is a JSON number, or what std::to_chars writes.
Decimal to_decimal(std::string_view spelling) {
  if (spelling.starts_with('-')) spelling.remove_prefix(1);
  const std::size_t e = spelling.find_first_of("eE");
  Decimal decimal;
  if (e != std::string_view::npos) decimal.exponent = read_exponent(spelling.substr(e + 1));
  const std::string_view mantissa = spelling.substr(0, e);
  const std::size_t point = mantissa.find('.');
  decimal.digits = mantissa.substr(0, point);
  decimal.exponent += static_cast<std::int64_t>(decimal.digits.size());
  if (point != std::string_view::npos) decimal.digits += mantissa.substr(point + 1);

  const std::size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  decimal.digits.erase(0, first);
  decimal.exponent -= static_cast<std::int64_t>(first);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  return decimal;
}

std::string_view print(std::span<char> buffer, double value, int precision) {
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  const auto written =
      precision < 0 ? std::to_chars(begin, end, value, std::chars_format::scientific)
                    : std::to_chars(begin, end, value, std::chars_format::scientific, precision);
  return {begin, written.ptr};
}

/// The digits that count, one after the other: no leading or trailing zeros, no point, no exponent.
class Digits {
 public:
  explicit Digits(std::string_view spelling) {
    for (const char c : spelling) {
      if (c == 'e' || c == 'E') break;
      if (c < (size_ == 0 ? '1' : '0') || c > '9') continue;
      if (size_ == kept_.size()) {
        is_kept_ = false;
        return;
      }
      kept_[size_++] = c;
    }
    while (size_ > 0 && kept_[size_ - 1] == '0') --size_;
  }

  [[nodiscard]] bool is_kept() const { return is_kept_; }
  [[nodiscard]] std::string_view text() const { return {kept_.data(), size_}; }

 private:
  std::array<char, 40> kept_;
  std::size_t size_ = 0;
  bool is_kept_ = true;
};

/// Whether a double's shortest decimal has these digits. The double is the nearest one to them, so
/// that the exponents cannot differ.
bool has_digits(double value, std::string_view digits) {
  std::array<char, 64> buffer;
  return Digits{print(buffer, value, -1)}.text() == digits;
}

/// Digits that count, at most `limit` + 1; the exponent part is not looked at.
int significant_digits(std::string_view spelling, int limit) {
  int count = 0;
  for (const char c : spelling) {
    if (c == 'e' || c == 'E' || count > limit) break;
    if (c >= (count == 0 ? '1' : '0') && c <= '9') ++count;
  }
  return count;
}

/// The nearest double to a decimal of at most 15 digits, the exponent not written: digits and the
/// power of ten are exact doubles, so that one division rounds once (W. Clinger, "How to Read
/// Floating Point Numbers Accurately", 1990). None for other numbers.
std::optional<double> short_decimal(std::string_view spelling) {
  constexpr std::size_t kDigits = 15;
  constexpr double kPowers[kDigits + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                           1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool is_negative = spelling.starts_with('-');
  if (is_negative) spelling.remove_prefix(1);
  if (spelling.empty() || spelling.size() > kDigits + 1) return std::nullopt;
  std::int64_t digits = 0;
  std::size_t count = 0;
  std::size_t behind_point = 0;
  bool has_point = false;
  for (const char c : spelling) {
    if (c == '.' && !has_point) {
      has_point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++count > kDigits) return std::nullopt;
    digits = 10 * digits + (c - '0');
    behind_point += has_point ? 1 : 0;
  }
  const double value = static_cast<double>(digits) / kPowers[behind_point];
  return is_negative ? -value : value;
}

constexpr std::uint64_t kTenTo[] = {1,
                                    10,
                                    100,
                                    1000,
                                    10000,
                                    100000,
                                    1000000,
                                    10000000,
                                    100000000,
                                    1000000000,
                                    10000000000,
                                    100000000000,
                                    1000000000000,
                                    10000000000000,
                                    100000000000000,
                                    1000000000000000,
                                    10000000000000000,
                                    100000000000000000};

/// Eight digits read at once; false if they are no digits. Pairs, then fours, then the eight. The
/// first `blank` characters count as zeros, whatever they are.
bool eight_digits(const char* at, std::size_t blank, std::uint64_t& out) {
  constexpr std::uint64_t kTens = 0xF0F0'F0F0'F0F0'F0F0;
  constexpr std::uint64_t kZeros = 0x3030'3030'3030'3030;
  constexpr std::uint64_t kOver = 0x0606'0606'0606'0606;  // makes ":" a "@"
  std::uint64_t eight = 0;
  std::memcpy(&eight, at, sizeof eight);
  const std::uint64_t blanks = (std::uint64_t{1} << (8 * blank)) - 1;
  eight = (eight & ~blanks) | (kZeros & blanks);
  if ((eight & kTens) != kZeros || ((eight + kOver) & kTens) != kZeros) return false;
  eight = (eight - kZeros) * 10 + ((eight - kZeros) >> 8);
  constexpr std::uint64_t kPair = 0x0000'00FF'0000'00FF;
  out = ((eight & kPair) * (100 + (std::uint64_t{1'000'000} << 32)) +
         ((eight >> 16) & kPair) * (1 + (std::uint64_t{10'000} << 32))) >>
        32;
  return true;
}

/// A decimal DIGITS / 10^point of 16 or 17 digits, the last not 0, 9 to 16 of them behind the
/// point.
struct LongDecimal {
  std::uint64_t digits = 0;
  std::size_t point = 0;
  bool is_negative = false;

  /// False for other numbers.
  bool read(std::string_view spelling) {
    constexpr std::size_t kEight = 8;
    if constexpr (std::endian::native != std::endian::little) return false;
    is_negative = spelling.starts_with('-');
    if (is_negative) spelling.remove_prefix(1);
    while (!spelling.empty() && spelling.front() != '.') {
      const auto digit = static_cast<unsigned char>(spelling.front() - '0');
      if (digit > 9) return false;
      digits = 10 * digits + digit;
      spelling.remove_prefix(1);
      if (digits > kTenTo[kEight]) return false;
    }
    if (spelling.size() <= kEight + 1 || spelling.size() > 2 * kEight + 1) return false;
    spelling.remove_prefix(1);
    point = spelling.size();
    const std::size_t rest = point - kEight;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (!eight_digits(spelling.data(), 0, first)) return false;
    if (!eight_digits(spelling.data() + rest, kEight - rest, last)) return false;
    if (digits > kTenTo[17 - point]) return false;
    digits = (digits * kTenTo[kEight] + first) * kTenTo[rest] + last;
    return digits >= kTenTo[15] && digits < kTenTo[17] && digits % 10 != 0;
  }
};

/// A long decimal, where division finds the nearest double or one beside it; which of them it is,
/// and whether the decimal is the shortest that reads as that double, is asked of whole numbers:
/// the decimal and the double on one scale, in `unit`s of the decimal's last digit, `gap`s from one
/// double to the next, without rounding.
bool read_long(std::string_view spelling, ReadNumber& out) {
  LongDecimal decimal;
  if (!decimal.read(spelling)) return false;
  constexpr int kFraction = 52;      // bits of a double behind its leading one
  constexpr int kMostHalvings = 58;  // ten units are less than 2^62
  constexpr std::uint64_t kLeading = std::uint64_t{1} << kFraction;
  const std::uint64_t power = kTenTo[decimal.point];
  const auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(decimal.digits) /
                                                 static_cast<double>(power));
  const int halvings = 1023 + kFraction - static_cast<int>(bits >> kFraction);
  if (halvings < 1 || halvings > kMostHalvings) return false;
  const auto unit = std::int64_t{1} << halvings;
  const auto gap = static_cast<std::int64_t>(power);
  std::uint64_t size = kLeading | (bits & (kLeading - 1));
  // From the double to the decimal; the double is less than two gaps off, so that the sum fits
  // though its parts may not.
  auto delta = static_cast<std::int64_t>((decimal.digits << halvings) - size * power);
  for (; 2 * delta > gap; delta -= gap) ++size;
  for (; 2 * delta < -gap; delta += gap) --size;
  const bool is_tie = 2 * delta == gap || 2 * delta == -gap;
  // The neighbours of a power of two are not equally far.
  if (is_tie || size <= kLeading || size >= 2 * kLeading) return false;
  const double value = std::bit_cast<double>((bits & ~(kLeading - 1)) | (size & (kLeading - 1)));

  const auto last_digit = static_cast<std::int64_t>(decimal.digits % 10);
  const std::int64_t below = 2 * std::abs(delta - last_digit * unit);  // with one digit less
  const std::int64_t above = 2 * std::abs(delta + (10 - last_digit) * unit);
  const std::int64_t here = 2 * std::abs(delta);
  out.nearest = decimal.is_negative ? -value : value;
  if (below != gap && above != gap && here != unit) {
    out.is_comparable = below > gap && above > gap && here < unit;
  }
  return true;
}

}  // namespace

ReadNumber read_number(std::string_view spelling) {
  ReadNumber number;
  if (read_long(spelling, number)) return number;
  if (const std::optional<double> value = short_decimal(spelling)) return {value, true};
  double value = 0;
  const auto [end, error] =
      std::from_chars(spelling.data(), spelling.data() + spelling.size(), value);
  if (error == std::errc{}) return {value, std::nullopt};
  return {comparable_number(spelling), true};
}

std::optional<double> comparable_number(std::string_view spelling) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(spelling.data(), spelling.data() + spelling.size(), value);
  if (error == std::errc{}) return comparable_number(spelling, value);
  if (to_decimal(spelling).digits.empty()) return 0.0;  // 0.00e999
  return std::nullopt;
}

std::optional<double> comparable_number(std::string_view spelling, double nearest) {
  const double size = std::abs(nearest);
  // 15 digits always survive a normal double.
  if (size > 1e-300 && size < 1e300) {
    if (significant_digits(spelling, 15) <= 15) return nearest;
    if (const Digits digits{spelling}; digits.is_kept()) {
      return has_digits(nearest, digits.text()) ? std::optional{nearest} : std::nullopt;
    }
  }
  const Decimal wanted = to_decimal(spelling);
  if (wanted.digits.empty()) return 0.0;  // 0, -0, 0.00e5: all one number
  if (nearest == 0 || !std::isfinite(nearest)) return std::nullopt;
  std::array<char, 64> buffer;
  if (to_decimal(print(buffer, nearest, -1)) == wanted) return nearest;
  if (size < 1e-300 && to_decimal(print(buffer, nearest, 1)) == wanted) return nearest;  // 4.9e-324
  return std::nullopt;
}

}  // namespace opsim::events

#include "models/events/number_text.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
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

/// A decimal DIGITS / 10^point of 16 or 17 digits, the last not 0.
struct LongDecimal {
  std::uint64_t digits = 0;
  std::size_t point = 0;
  bool is_negative = false;

  static std::optional<LongDecimal> read(std::string_view spelling) {
    LongDecimal decimal;
    decimal.is_negative = spelling.starts_with('-');
    if (decimal.is_negative) spelling.remove_prefix(1);
    if (spelling.size() < 16 || spelling.size() > 18) return std::nullopt;
    decimal.take_digits(spelling);
    if (spelling.starts_with('.')) {
      spelling.remove_prefix(1);
      decimal.point = spelling.size();
      decimal.take_digits(spelling);
    }
    constexpr std::uint64_t kLeast = 1'000'000'000'000'000;
    if (!spelling.empty() || decimal.digits < kLeast || decimal.digits >= 100 * kLeast ||
        decimal.digits % 10 == 0) {
      return std::nullopt;
    }
    return decimal;
  }

 private:
  void take_digits(std::string_view& text) {
    while (!text.empty()) {
      const auto digit = static_cast<unsigned char>(text.front() - '0');
      if (digit > 9) return;
      digits = 10 * digits + digit;
      text.remove_prefix(1);
      if (text.size() >= 8 && point > 0) take_eight(text);
    }
  }
  /// All at once, if they are digits: pairs, then fours, then the eight.
  void take_eight(std::string_view& text) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data(), sizeof eight);
    constexpr std::uint64_t kTens = 0xF0F0'F0F0'F0F0'F0F0;
    constexpr std::uint64_t kZeros = 0x3030'3030'3030'3030;
    constexpr std::uint64_t kOver = 0x0606'0606'0606'0606;  // makes ":" a "@"
    if ((eight & kTens) != kZeros || ((eight + kOver) & kTens) != kZeros) return;
    eight = (eight - kZeros) * 10 + ((eight - kZeros) >> 8);
    constexpr std::uint64_t kPair = 0x0000'00FF'0000'00FF;
    eight = ((eight & kPair) * (100 + (std::uint64_t{1'000'000} << 32)) +
             ((eight >> 16) & kPair) * (1 + (std::uint64_t{10'000} << 32))) >>
            32;
    digits = 100'000'000 * digits + eight;
    text.remove_prefix(sizeof eight);
  }
};

__extension__ using WideInt = __int128;
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

/// A long decimal and a double near it on one scale of whole numbers: without rounding.
class Nearness {
 public:
  /// None where the numbers are too large for it, or the double is a power of two, whose neighbours
  /// are not equally far.
  static std::optional<Nearness> of(const LongDecimal& decimal, double size) {
    constexpr int kFraction = 52;  // bits of a double behind its leading one
    constexpr std::size_t kMostPlaces = std::size(kTenTo) - 1;
    const auto bits = std::bit_cast<std::uint64_t>(size);
    const int halvings = 1023 + kFraction - static_cast<int>(bits >> kFraction);
    const std::uint64_t leading = std::uint64_t{1} << kFraction;
    const std::uint64_t fraction = bits & (leading - 1);
    if (halvings < 1 || halvings > 62 || fraction == 0 || decimal.point > kMostPlaces) {
      return std::nullopt;
    }
    Nearness near;
    near.unit_ = WideInt{1} << halvings;
    near.gap_ = kTenTo[decimal.point];
    near.delta_ = decimal.digits * near.unit_ - (leading | fraction) * near.gap_;
    return near;
  }

  /// No other double is as near.
  [[nodiscard]] bool is_nearest() const { return reads_as_the_double(delta_); }

  /// Whether the decimal is the shortest one that reads as the double; none if that is a tie.
  /// `last_digit` is not 0.
  [[nodiscard]] std::optional<bool> is_shortest(unsigned last_digit) const {
    const WideInt below = delta_ - last_digit * unit_;  // the decimals with one digit less
    const WideInt above = below + 10 * unit_;
    for (const WideInt delta : {below, above, delta_}) {
      if (2 * size_of(delta) == gap_) return std::nullopt;
    }
    if (2 * size_of(delta_) == unit_) return std::nullopt;
    return is_nearest() && !reads_as_the_double(below) && !reads_as_the_double(above) &&
           2 * size_of(delta_) < unit_;
  }

 private:
  static WideInt size_of(WideInt x) { return x < 0 ? -x : x; }
  [[nodiscard]] bool reads_as_the_double(WideInt delta) const { return 2 * size_of(delta) < gap_; }

  WideInt unit_ = 1;   // of the decimal's last digit
  WideInt gap_ = 1;    // from the double to the next
  WideInt delta_ = 0;  // from the double to the decimal
};

/// A long decimal, where two divisions find the nearest double for certain.
std::optional<ReadNumber> read_long(std::string_view spelling) {
  const auto decimal = LongDecimal::read(spelling);
  if (!decimal || decimal->point >= std::size(kTenTo)) return std::nullopt;
  const auto power = static_cast<double>(kTenTo[decimal->point]);  // exact: below 10^22
  const auto most = static_cast<double>(decimal->digits);
  const auto rest = static_cast<double>(static_cast<std::int64_t>(decimal->digits) -
                                        static_cast<std::int64_t>(most));
  const double quotient = most / power;
  const double value = quotient + (std::fma(-quotient, power, most) + rest) / power;
  const auto near = Nearness::of(*decimal, value);
  if (!near || !near->is_nearest()) return std::nullopt;
  return ReadNumber{decimal->is_negative ? -value : value,
                    near->is_shortest(static_cast<unsigned>(decimal->digits % 10))};
}

}  // namespace

ReadNumber read_number(std::string_view spelling) {
  if (const std::optional<double> value = short_decimal(spelling)) return {value, true};
  if (const auto number = read_long(spelling)) return *number;
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

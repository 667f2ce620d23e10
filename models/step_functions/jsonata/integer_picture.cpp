// Whole numbers by picture: digits, letters, Roman numerals, English words.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "models/step_functions/jsonata/letters.hpp"
#include "models/step_functions/jsonata/natives.hpp"
#include "models/step_functions/jsonata/pictures.hpp"

namespace opsim::jsonata {

namespace {

// Where the families of decimal digits begin. Source: Unicode, general category Nd.
constexpr wchar_t kZeros[] = {0x30,   0x660,  0x6F0,  0x7C0,  0x966,  0x9E6,  0xA66,  0xAE6,
                              0xB66,  0xBE6,  0xC66,  0xCE6,  0xD66,  0xDE6,  0xE50,  0xED0,
                              0xF20,  0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
                              0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900,
                              0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

std::optional<wchar_t> zero_of(wchar_t digit) {
  for (const wchar_t zero : kZeros)
    if (digit >= zero && digit <= zero + 9) return zero;
  return std::nullopt;
}

// Separators of one kind at all multiples of one distance go on to the left for ever.
std::size_t distance(const std::vector<IntegerPicture::Separator>& separators) {
  if (separators.empty()) return 0;
  std::size_t factor = 0;
  for (const auto& separator : separators) {
    if (separator.mark != separators[0].mark) return 0;
    factor = std::gcd(factor, separator.position);
  }
  for (std::size_t at = 1; at <= separators.size(); ++at)
    if (std::ranges::none_of(
            separators, [&](const auto& separator) { return separator.position == at * factor; }))
      return 0;
  return factor;
}

void read_digits(std::string_view text, IntegerPicture& picture) {
  std::optional<wchar_t> family;
  std::size_t position = 0;
  const std::wstring wide = wide_text(text);
  for (auto at = wide.rbegin(); at != wide.rend(); ++at) {
    if (const auto zero = zero_of(*at)) {
      if (family && *family != *zero)
        fail("D3131", "In a decimal digit pattern, all digits must be from the same decimal group");
      family = zero;
      ++picture.least;
      ++position;
    } else if (*at == L'#') {
      ++picture.optional;
      ++position;
    } else {
      picture.separators.push_back({position, *at});
    }
  }
  if (picture.least == 0) {
    picture.kind = IntegerPicture::Kind::sequence;
    picture.token = text;
    return;
  }
  picture.zero = *family;
  picture.every = distance(picture.separators);
}

constexpr std::pair<int, const char*> kRoman[] = {
    {1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
    {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"}};

std::string roman(double value) {
  if (value > 1e6) fail("U1001", "The number is too large for Roman numerals");
  std::string text;
  for (const auto& [worth, letters] : kRoman)
    for (; value >= worth; value -= worth) text += letters;
  return text;
}
double roman_value(std::string_view text) {
  constexpr std::pair<char, double> kWorth[] = {{'M', 1000}, {'D', 500}, {'C', 100}, {'L', 50},
                                                {'X', 10},   {'V', 5},   {'I', 1}};
  double total = 0, most = 1;
  for (auto at = text.rbegin(); at != text.rend(); ++at) {
    const char letter = *at >= 'a' && *at <= 'z' ? static_cast<char>(*at - 32) : *at;
    const auto* const found =
        std::ranges::find(kWorth, letter, [](const auto& pair) { return pair.first; });
    if (found == std::end(kWorth)) return std::numeric_limits<double>::quiet_NaN();
    total += found->second < most ? -found->second : found->second;
    most = std::max(most, found->second);
  }
  return total;
}

std::string column_letters(double value, char first) {
  std::string text;
  while (value > 0) {
    text.insert(text.begin(),
                static_cast<char>(first + static_cast<int>(std::fmod(value - 1, 26))));
    value = std::floor((value - 1) / 26);
  }
  return text;
}

std::wstring with_separators(std::wstring digits, const IntegerPicture& picture) {
  if (picture.every > 0) {
    for (std::size_t right = picture.every; right < digits.size(); right += picture.every + 1)
      digits.insert(digits.size() - right, 1, picture.separators[0].mark);
    return digits;
  }
  for (auto at = picture.separators.rbegin(); at != picture.separators.rend(); ++at) {
    // As the reference does, also where the number is shorter than the picture.
    const std::size_t size = digits.size();
    if (at->position <= size)
      digits.insert(size - at->position, 1, at->mark);
    else
      digits = at->mark + digits.substr(size - std::min(size, at->position - size));
  }
  return digits;
}

std::string decimal(double value, const IntegerPicture& picture) {
  std::wstring digits = wide_text(number_text(value));
  if (digits.size() < picture.least) digits.insert(0, picture.least - digits.size(), L'0');
  if (picture.zero != L'0')
    for (wchar_t& digit : digits) digit = static_cast<wchar_t>(digit + picture.zero - L'0');
  digits = with_separators(std::move(digits), picture);
  std::string text = narrow_text(digits);
  if (!picture.ordinal) return text;
  const wchar_t last = digits.back();
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == L'1';
  return text + (teen           ? "th"
                 : last == L'1' ? "st"
                 : last == L'2' ? "nd"
                 : last == L'3' ? "rd"
                                : "th");
}

}  // namespace

IntegerPicture read_integer_picture(std::string_view text) {
  IntegerPicture picture;
  std::string_view primary = text;
  if (const auto mark = text.rfind(';'); mark != std::string_view::npos) {
    primary = text.substr(0, mark);
    picture.ordinal = text.substr(mark + 1).starts_with('o');
  }
  using Kind = IntegerPicture::Kind;
  using Case = IntegerPicture::Case;
  struct Known {
    std::string_view text;
    Kind kind;
    Case letters;
  };
  constexpr Known kKnown[] = {{"A", Kind::letters, Case::upper}, {"I", Kind::roman, Case::upper},
                              {"W", Kind::words, Case::upper},   {"Ww", Kind::words, Case::title},
                              {"a", Kind::letters, Case::lower}, {"i", Kind::roman, Case::lower},
                              {"w", Kind::words, Case::lower}};
  for (const Known& known : kKnown)
    if (known.text == primary) {
      picture.kind = known.kind;
      picture.letters = known.letters;
      return picture;
    }
  read_digits(primary, picture);
  return picture;
}

std::string format_integer(double whole, const IntegerPicture& picture) {
  const double value = std::abs(whole);
  const bool upper = picture.letters == IntegerPicture::Case::upper;
  std::string text;
  switch (picture.kind) {
    case IntegerPicture::Kind::letters: text = column_letters(value, upper ? 'A' : 'a'); break;
    case IntegerPicture::Kind::roman: text = upper ? upper_case(roman(value)) : roman(value); break;
    case IntegerPicture::Kind::words:
      text = number_words(value, picture.ordinal);
      if (picture.letters != IntegerPicture::Case::title)
        text = upper ? upper_case(text) : lower_case(text);
      break;
    case IntegerPicture::Kind::decimal: text = decimal(value, picture); break;
    case IntegerPicture::Kind::sequence:
      fail("D3130",
           fmt::format("Formatting or parsing an integer as a sequence starting with \"{}\" is not "
                       "supported by this implementation",
                       picture.token));
  }
  return whole < 0 ? "-" + text : text;
}

double parse_integer(const std::string& text, const IntegerPicture& picture) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  switch (picture.kind) {
    case IntegerPicture::Kind::letters: {
      const char first = picture.letters == IntegerPicture::Case::upper ? 'A' : 'a';
      double value = 0;
      for (const char letter : text) value = value * 26 + (letter - first + 1);
      return value;
    }
    case IntegerPicture::Kind::roman: return roman_value(text);
    case IntegerPicture::Kind::words: return words_number(lower_case(text)).value_or(kNone);
    case IntegerPicture::Kind::sequence:
      format_integer(0, picture);  // throws
      return kNone;
    case IntegerPicture::Kind::decimal: break;
  }
  std::wstring digits = wide_text(text);
  if (picture.ordinal && digits.size() >= 2) digits.resize(digits.size() - 2);
  for (const auto& separator : picture.separators)
    std::erase(digits, picture.every > 0 ? L',' : separator.mark);
  double value = 0;
  std::size_t at = 0;
  const bool negative = !digits.empty() && (digits[0] == L'-' || digits[0] == L'+');
  if (negative) ++at;
  const std::size_t start = at;
  for (; at < digits.size() && digits[at] >= picture.zero && digits[at] <= picture.zero + 9; ++at)
    value = value * 10 + (digits[at] - picture.zero);
  if (at == start) return kNone;
  return negative && digits[0] == L'-' ? -value : value;
}

// ---- Words ----

namespace {

constexpr const char* kFew[] = {"Zero",    "One",     "Two",       "Three",    "Four",
                                "Five",    "Six",     "Seven",     "Eight",    "Nine",
                                "Ten",     "Eleven",  "Twelve",    "Thirteen", "Fourteen",
                                "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"};
constexpr const char* kOrdinals[] = {
    "Zeroth",     "First",     "Second",    "Third",       "Fourth",     "Fifth",     "Sixth",
    "Seventh",    "Eighth",    "Ninth",     "Tenth",       "Eleventh",   "Twelfth",   "Thirteenth",
    "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"};
constexpr const char* kTens[] = {"Twenty", "Thirty",  "Forty",  "Fifty",
                                 "Sixty",  "Seventy", "Eighty", "Ninety"};
constexpr const char* kThousands[] = {"Thousand", "Million", "Billion", "Trillion"};

// `behind` a larger part of the same number.
std::string words_of(double number, bool behind, bool ordinal, int depth) {
  if (number <= 19) {
    const auto at = static_cast<std::size_t>(number);
    return (behind ? " and " : "") + std::string{ordinal ? kOrdinals[at] : kFew[at]};
  }
  if (number < 100) {
    std::string words =
        (behind ? " and " : "") + std::string{kTens[static_cast<std::size_t>(number / 10) - 2]};
    const double rest = std::fmod(number, 10);
    if (rest > 0) return words + "-" + words_of(rest, false, ordinal, depth + 1);
    if (ordinal) words.replace(words.size() - 1, 1, "ieth");
    return words;
  }
  double part = 100;
  std::string name = "Hundred";
  if (number >= 1000) {
    const int size = std::min(static_cast<int>(std::floor(std::log10(number) / 3)), 4);
    part = std::pow(10, size * 3);
    name = kThousands[size - 1];
  }
  if (depth > 100) fail("U1001", "The number is too large for words");
  const double count = std::floor(number / part);
  const double rest = number - count * part;
  const std::string words =
      (behind ? ", " : "") + words_of(count, false, false, depth + 1) + " " + name;
  if (rest > 0) return words + words_of(rest, true, ordinal, depth + 1);
  return words + (ordinal ? "th" : "");
}

const std::map<std::string, double, std::less<>>& word_values() {
  static const std::map<std::string, double, std::less<>> kValues = [] {
    std::map<std::string, double, std::less<>> all;
    for (std::size_t at = 0; at < std::size(kFew); ++at) {
      all[lower_case(kFew[at])] = static_cast<double>(at);
      all[lower_case(kOrdinals[at])] = static_cast<double>(at);
    }
    double tens = 20;
    for (const char* const ten : kTens) {
      const std::string word = lower_case(ten);
      all[word] = all[word.substr(0, word.size() - 1) + "ieth"] = tens;
      tens += 10;
    }
    all["hundred"] = all["hundredth"] = 100;
    double value = 1000;
    for (const char* const thousand : kThousands) {
      const std::string word = lower_case(thousand);
      all[word] = all[word + "th"] = value;
      value *= 1000;
    }
    return all;
  }();
  return kValues;
}

}  // namespace

std::string number_words(double whole, bool ordinal) { return words_of(whole, false, ordinal, 0); }

std::optional<double> words_number(std::string_view words) {
  std::vector<double> parts{0};
  std::string word;
  bool known = true;
  const auto take = [&] {
    if (word.empty() || word == "and") {
      word.clear();
      return;
    }
    const auto found = word_values().find(word);
    word.clear();
    if (found == word_values().end()) {
      known = false;
    } else if (found->second >= 100) {
      parts.back() *= found->second;
    } else {
      if (parts.back() >= 1000) parts.push_back(0);
      parts.back() += found->second;
    }
  };
  for (const char c : words) {
    if (c == ' ' || c == ',' || c == '-')
      take();
    else
      word += c;
  }
  take();
  if (!known) return std::nullopt;
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

}  // namespace opsim::jsonata

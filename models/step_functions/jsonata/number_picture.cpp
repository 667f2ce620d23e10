// Numbers by picture: "#,##0.00", "01%", "0.0e0", "0;(0)".
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>

#include "models/step_functions/jsonata/letters.hpp"
#include "models/step_functions/jsonata/natives.hpp"
#include "models/step_functions/jsonata/pictures.hpp"

namespace opsim::jsonata {

namespace {

// The signs of a picture, as options may change them.
struct Signs {
  std::wstring point = L".", group = L",", exponent = L"e", minus = L"-", percent = L"%",
               per_mille = L"\x2030", digit = L"#", between = L";";
  wchar_t zero = L'0';
  bool is_digit(wchar_t c) const { return c >= zero && c <= zero + 9; }
  bool is_place(wchar_t c) const { return is_digit(c) || digit == std::wstring(1, c); }
  bool is_active(wchar_t c) const {
    const std::wstring one(1, c);
    return is_place(c) || one == point || one == exponent || one == group;
  }
  bool begins(wchar_t c) const { return is_active(c) && std::wstring(1, c) != exponent; }
};

Signs signs_of(const Value& options) {
  Signs signs;
  const Object* const given = options.object();
  if (given == nullptr) return signs;
  const auto read = [&](const char* name, std::wstring& sign) {
    const Value* const found = given->find(name);
    if (found != nullptr && found->text() != nullptr) sign = wide_text(*found->text());
  };
  read("decimal-separator", signs.point);
  read("grouping-separator", signs.group);
  read("exponent-separator", signs.exponent);
  read("minus-sign", signs.minus);
  read("percent", signs.percent);
  read("per-mille", signs.per_mille);
  read("digit", signs.digit);
  read("pattern-separator", signs.between);
  std::wstring zero;
  read("zero-digit", zero);
  if (!zero.empty()) signs.zero = zero[0];
  return signs;
}

// One sub-picture, taken apart.
struct Parts {
  std::wstring text, prefix, suffix, active, mantissa, whole, fraction, exponent;
  bool has_exponent = false;
};

Parts taken_apart(const std::wstring& text, const Signs& signs) {
  Parts parts;
  parts.text = text;
  const auto active = [&](wchar_t c) { return signs.begins(c); };
  const auto first = std::ranges::find_if(text, active);
  if (first == text.end())
    fail("D3085",
         "The mantissa part of a sub-picture must contain at least one character that is "
         "either an 'optional digit character' or a member of the 'decimal digit family'");
  const auto last = std::find_if(text.rbegin(), text.rend(), active).base();
  parts.prefix = {text.begin(), first};
  parts.suffix = {last, text.end()};
  parts.active = {first, last};
  parts.mantissa = parts.active;
  const auto mark = text.find(signs.exponent, parts.prefix.size());
  if (!signs.exponent.empty() && mark != std::wstring::npos &&
      mark <= text.size() - parts.suffix.size()) {
    parts.has_exponent = true;
    // As the reference does: the place in the sub-picture, taken in its active part.
    parts.mantissa = parts.active.substr(0, mark);
    parts.exponent = mark + 1 <= parts.active.size() ? parts.active.substr(mark + 1) : L"";
  }
  const auto point = parts.mantissa.find(signs.point);
  parts.whole = parts.mantissa.substr(0, point);
  parts.fraction = point == std::wstring::npos ? parts.suffix : parts.mantissa.substr(point + 1);
  return parts;
}

[[noreturn]] void refuse_picture(const char* code) {
  static const std::map<std::string_view, const char*> kTexts = {
      {"D3081",
       "The sub-picture must not contain more than one instance of the "
       "'decimal-separator' character"},
      {"D3082",
       "The sub-picture must not contain more than one instance of the 'percent' character"},
      {"D3083",
       "The sub-picture must not contain more than one instance of the 'per-mille' character"},
      {"D3084", "The sub-picture must not contain both a 'percent' and a 'per-mille' character"},
      {"D3085",
       "The mantissa part of a sub-picture must contain at least one character that is "
       "either an 'optional digit character' or a member of the 'decimal digit family'"},
      {"D3086",
       "The sub-picture must not contain a passive character that is preceded by an "
       "active character and that is followed by another active character"},
      {"D3087",
       "The sub-picture must not contain a 'grouping-separator' character that appears "
       "adjacent to a 'decimal-separator' character"},
      {"D3088",
       "The sub-picture must not contain a 'grouping-separator' at the end of the "
       "integer part"},
      {"D3089",
       "The sub-picture must not contain two adjacent instances of the "
       "'grouping-separator' character"},
      {"D3090",
       "The integer part of the sub-picture must not contain a member of the 'decimal "
       "digit family' that is followed by an instance of the 'optional digit character'"},
      {"D3091",
       "The fractional part of the sub-picture must not contain an instance of the 'optional digit "
       "character' that is followed by a member of the 'decimal digit family'"},
      {"D3092",
       "A sub-picture that contains a 'percent' or 'per-mille' character must not contain "
       "a character treated as an 'exponent-separator'"},
      {"D3093",
       "The exponent part of the sub-picture must comprise only of one or more characters "
       "that are members of the 'decimal digit family'"}};
  fail(code, kTexts.at(code));
}

// Of several faults the last is told, as by the reference.
void check_picture(const Parts& parts, const Signs& signs) {
  const char* fault = nullptr;
  const auto has = [&](const std::wstring& sign) {
    return parts.text.find(sign) != std::wstring::npos;
  };
  const auto twice = [&](const std::wstring& sign) {
    return has(sign) && parts.text.find(sign) != parts.text.rfind(sign);
  };
  const auto digits = [&](const std::wstring& text) {
    return std::ranges::any_of(text, [&](wchar_t c) { return signs.is_digit(c); });
  };
  if (twice(signs.point)) fault = "D3081";
  if (twice(signs.percent)) fault = "D3082";
  if (twice(signs.per_mille)) fault = "D3083";
  if (has(signs.percent) && has(signs.per_mille)) fault = "D3084";
  if (std::ranges::none_of(parts.mantissa, [&](wchar_t c) { return signs.is_place(c); }))
    fault = "D3085";
  if (!std::ranges::all_of(parts.active, [&](wchar_t c) { return signs.is_active(c); }))
    fault = "D3086";
  if (has(signs.point)) {
    if (has(signs.group + signs.point) || has(signs.point + signs.group)) fault = "D3087";
  } else if (parts.whole.ends_with(signs.group)) {
    fault = "D3088";
  }
  if (has(signs.group + signs.group)) fault = "D3089";
  const auto open = parts.whole.find(signs.digit);
  if (open != std::wstring::npos && digits(parts.whole.substr(0, open))) fault = "D3090";
  const auto late = parts.fraction.rfind(signs.digit);
  if (late != std::wstring::npos && digits(parts.fraction.substr(late))) fault = "D3091";
  if (parts.has_exponent && !parts.exponent.empty() && (has(signs.percent) || has(signs.per_mille)))
    fault = "D3092";
  if (parts.has_exponent &&
      (parts.exponent.empty() ||
       !std::ranges::all_of(parts.exponent, [&](wchar_t c) { return signs.is_digit(c); })))
    fault = "D3093";
  if (fault != nullptr) refuse_picture(fault);
}

// What a sub-picture asks for.
struct Layout {
  std::wstring prefix, suffix;
  std::vector<std::size_t> groups{}, fraction_groups{};
  std::size_t every = 0, least_whole = 0, least_fraction = 0, most_fraction = 0, least_exponent = 0;
  int scale = 0;
  bool point = false;
  double factor = 1;
};

std::vector<std::size_t> group_places(const std::wstring& part, const Signs& signs, bool to_left) {
  std::vector<std::size_t> places;
  for (auto at = part.find(signs.group); at != std::wstring::npos;
       at = part.find(signs.group, at + 1)) {
    const std::wstring side = to_left ? part.substr(0, at) : part.substr(at);
    places.push_back(static_cast<std::size_t>(
        std::ranges::count_if(side, [&](wchar_t c) { return signs.is_place(c); })));
  }
  return places;
}

std::size_t group_distance(const std::vector<std::size_t>& places) {
  std::size_t factor = 0;
  for (const std::size_t place : places) factor = std::gcd(factor, place);
  for (std::size_t at = 1; at <= places.size(); ++at)
    if (std::ranges::find(places, at * factor) == places.end()) return 0;
  return factor;
}

Layout layout_of(const Parts& parts, const Signs& signs) {
  const auto digits = [&](const std::wstring& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [&](wchar_t c) { return signs.is_digit(c); }));
  };
  Layout layout;
  layout.prefix = parts.prefix;
  layout.suffix = parts.suffix;
  layout.groups = group_places(parts.whole, signs, false);
  layout.every = group_distance(layout.groups);
  layout.fraction_groups = group_places(parts.fraction, signs, true);
  layout.least_whole = digits(parts.whole);
  layout.scale = static_cast<int>(layout.least_whole);
  layout.least_fraction = digits(parts.fraction);
  layout.most_fraction = static_cast<std::size_t>(
      std::ranges::count_if(parts.fraction, [&](wchar_t c) { return signs.is_place(c); }));
  if (layout.least_whole == 0 && layout.most_fraction == 0) {
    if (parts.has_exponent)
      layout.least_fraction = layout.most_fraction = 1;
    else
      layout.least_whole = 1;
  }
  if (parts.has_exponent && layout.least_whole == 0 &&
      parts.whole.find(signs.digit) != std::wstring::npos)
    layout.least_whole = 1;
  if (layout.least_whole == 0 && layout.least_fraction == 0) layout.least_fraction = 1;
  if (parts.has_exponent) layout.least_exponent = digits(parts.exponent);
  layout.point = parts.text.find(signs.point) != std::wstring::npos;
  layout.factor = parts.text.find(signs.percent) != std::wstring::npos     ? 100
                  : parts.text.find(signs.per_mille) != std::wstring::npos ? 1000
                                                                           : 1;
  return layout;
}

std::wstring digits_of(double number, std::size_t places, const Signs& signs) {
  std::wstring text =
      wide_text(fmt::format("{:.{}f}", std::abs(number), std::min<std::size_t>(places, 100)));
  for (wchar_t& c : text)
    if (c >= L'0' && c <= L'9') c = static_cast<wchar_t>(c - L'0' + signs.zero);
  return text;
}

std::wstring grouped_digits(std::wstring whole, const Layout& layout, const Signs& signs) {
  const std::size_t size = whole.size();
  if (layout.every > 0) {
    for (std::size_t right = layout.every; right < size; right += layout.every)
      whole.insert(size - right, signs.group);
    return whole;
  }
  for (const std::size_t right : layout.groups)
    if (right <= whole.size()) whole.insert(size > right ? size - right : 0, signs.group);
  return whole;
}

std::wstring written(double number, const Layout& layout, const Signs& signs) {
  int exponent = 0;
  double mantissa = number * layout.factor;
  if (layout.least_exponent > 0 && mantissa != 0) {
    for (; std::abs(mantissa) < std::pow(10, layout.scale - 1); --exponent) mantissa *= 10;
    for (; std::abs(mantissa) > std::pow(10, layout.scale); ++exponent) mantissa /= 10;
  }
  const double value = rounded(mantissa, static_cast<double>(layout.most_fraction));
  const std::wstring text = digits_of(value, layout.most_fraction, signs);
  const auto point = text.find(L'.');
  std::wstring whole = text.substr(0, point);
  std::wstring fraction = point == std::wstring::npos ? L"" : text.substr(point + 1);
  whole.erase(0, std::min(whole.size(), whole.find_first_not_of(signs.zero)));
  while (fraction.ends_with(signs.zero)) fraction.pop_back();
  if (whole.size() < layout.least_whole)
    whole.insert(0, layout.least_whole - whole.size(), signs.zero);
  if (fraction.size() < layout.least_fraction)
    fraction.append(layout.least_fraction - fraction.size(), signs.zero);
  whole = grouped_digits(std::move(whole), layout, signs);
  for (const std::size_t place : layout.fraction_groups)
    if (place <= fraction.size()) fraction.insert(place, signs.group);
  std::wstring out = whole;
  if (layout.point && !fraction.empty()) out += signs.point;
  out += fraction;
  if (layout.least_exponent > 0) {
    std::wstring power = digits_of(exponent, 0, signs);
    if (power.size() < layout.least_exponent)
      power.insert(0, layout.least_exponent - power.size(), signs.zero);
    out += signs.exponent + (exponent < 0 ? signs.minus : L"") + power;
  }
  return layout.prefix + out + layout.suffix;
}

}  // namespace

double rounded(double number, double places) {
  const int shift = static_cast<int>(std::clamp(places, -300.0, 300.0));
  // Shifted as text, so that 4.515 is not 4.51499….
  const auto shifted = [](double value, int by) {
    const std::string text = number_text(value);
    const auto mark = text.find('e');
    const int power = mark == std::string::npos ? 0 : std::atoi(text.c_str() + mark + 1);
    return std::strtod(fmt::format("{}e{}", text.substr(0, mark), power + by).c_str(), nullptr);
  };
  const double value = shifted(number, shift);
  double result = std::floor(value + 0.5);
  if (std::abs(result - value) == 0.5 && std::fmod(std::abs(result), 2) == 1) result -= 1;
  return shifted(result, -shift) + 0.0;
}

std::string format_number(double number, const std::string& picture, const Value& options) {
  const Signs signs = signs_of(options);
  std::wstring rest = wide_text(picture);
  std::vector<std::wstring> pictures;
  for (auto at = rest.find(signs.between); !signs.between.empty() && at != std::wstring::npos;
       at = rest.find(signs.between)) {
    pictures.push_back(rest.substr(0, at));
    rest.erase(0, at + signs.between.size());
  }
  pictures.push_back(rest);
  if (pictures.size() > 2)
    fail("D3080", "The picture string must only contain a maximum of two sub-pictures");
  std::vector<Layout> layouts;
  std::vector<Parts> all;
  for (const std::wstring& one : pictures) all.push_back(taken_apart(one, signs));
  for (const Parts& parts : all) check_picture(parts, signs);
  for (const Parts& parts : all) layouts.push_back(layout_of(parts, signs));
  if (layouts.size() == 1) {
    layouts.push_back(layouts[0]);
    layouts[1].prefix = signs.minus + layouts[1].prefix;
  }
  return narrow_text(written(number, layouts[number >= 0 ? 0 : 1], signs));
}

}  // namespace opsim::jsonata

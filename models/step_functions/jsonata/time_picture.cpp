// Times by picture: "[Y0001]-[M01]-[D01]", "[D1o] of [MNn] [Y]", "[h]:[m01] [P]".
#include <fmt/format.h>

#include <algorithm>
#include <boost/regex.hpp>
#include <cmath>
#include <cstdlib>
#include <map>
#include <span>

#include "models/step_functions/jsonata/letters.hpp"
#include "models/step_functions/jsonata/natives.hpp"
#include "models/step_functions/jsonata/pictures.hpp"
#include "models/step_functions/jsonata/time_fields.hpp"

namespace opsim::jsonata {

namespace {

constexpr std::string_view kWholeNumbers = "YMDdFWwXxHhmsf";
constexpr const char* kMonthNames[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};
constexpr const char* kDayNames[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};

/// A literal, or one field of a picture.
struct Field {
  std::string literal{};
  char component = '\0';
  enum class Names : std::uint8_t { none, lower, upper, title } names = Names::none;
  bool utc_as_z = false;
  std::optional<std::size_t> most{};    // of characters
  std::optional<std::size_t> digits{};  // of a year: its last ones
  std::optional<IntegerPicture> number{};
};

std::string default_presentation(char component) {
  if (component == '\0') return "";
  if (std::string_view{"YMDdWwXxHhf"}.find(component) != std::string_view::npos) return "1";
  if (component == 'm' || component == 's') return "01";
  if (component == 'Z' || component == 'z') return "01:01";
  return std::string_view{"FPCE"}.find(component) != std::string_view::npos ? "n" : "";
}

std::optional<std::size_t> width_of(std::string_view text) {
  if (text.empty() || text == "*") return std::nullopt;
  return static_cast<std::size_t>(std::clamp(std::atoi(std::string{text}.c_str()), 0, 10'000));
}

// The number of a field: least digits by its width, and of a year how many of the last.
void read_number(Field& field, const std::string& pattern, std::optional<std::size_t> least) {
  field.number = read_integer_picture(pattern);
  if (least && field.number->least < *least) field.number->least = *least;
  if (std::string_view{"YMD"}.find(field.component) == std::string_view::npos) return;
  if (field.most) {
    field.digits = field.most;
    field.number->least = *field.most;
  } else if (field.number->least + field.number->optional >= 2) {
    field.digits = field.number->least + field.number->optional;
  }
}

Field read_field(std::string marker) {
  std::erase_if(marker, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  Field field;
  field.component = marker.empty() ? '\0' : marker[0];
  std::optional<std::size_t> least;
  std::string presentation = marker.empty() ? "" : marker.substr(1);
  if (const auto comma = marker.rfind(','); comma != std::string::npos && comma > 0) {
    const std::string width = marker.substr(comma + 1);
    const auto dash = width.find('-');
    least = width_of(width.substr(0, dash));
    if (dash != std::string::npos) field.most = width_of(width.substr(dash + 1));
    presentation = marker.substr(1, comma - 1);
  }
  std::string modifier;
  if (presentation.size() > 1 &&
      std::string_view{"atco"}.find(presentation.back()) != std::string_view::npos) {
    modifier = presentation.back();
    presentation.pop_back();
  } else if (presentation.empty()) {
    presentation = default_presentation(field.component);
  }
  if (presentation.empty())
    fail("D3132", fmt::format("Unknown component specifier \"{}\" in date/time picture string",
                              marker.substr(0, 1)));
  field.utc_as_z = modifier == "t";
  if (presentation[0] == 'n') {
    field.names = Field::Names::lower;
  } else if (presentation[0] == 'N') {
    field.names = presentation.starts_with("Nn") ? Field::Names::title : Field::Names::upper;
  } else if (kWholeNumbers.find(field.component) != std::string_view::npos) {
    read_number(field, modifier.empty() ? presentation : presentation + ";" + modifier, least);
  }
  if (field.component == 'Z' || field.component == 'z')
    field.number = read_integer_picture(presentation);
  return field;
}

std::vector<Field> read_time_picture(const std::string& picture) {
  std::vector<Field> fields;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) fields.push_back({.literal = std::exchange(literal, "")});
  };
  for (std::size_t at = 0; at < picture.size(); ++at) {
    if (picture.compare(at, 2, "[[") == 0 || picture.compare(at, 2, "]]") == 0) {
      literal += picture[at++];
    } else if (picture[at] != '[') {
      literal += picture[at];
    } else {
      const auto end = picture.find(']', at);
      if (end == std::string::npos)
        fail("D3135", "No matching closing bracket ']' in date/time picture string");
      end_literal();
      fields.push_back(read_field(picture.substr(at + 1, end - at - 1)));
      at = end;
    }
  }
  end_literal();
  return fields;
}

// ---- Writing ----

struct Zone {
  int hours = 0, minutes = 0;
};
Zone zone_of(const std::string& text) {
  const int offset = std::atoi(text.c_str());
  // As the reference: the hours are rounded down, so that -0530 is -6 h and -30 min.
  return {static_cast<int>(std::floor(offset / 100.0)), offset % 100};
}

std::string zone_written(const Field& field, Zone zone) {
  const int offset = zone.hours * 100 + zone.minutes;
  if (offset == 0 && field.utc_as_z) return "Z";
  const IntegerPicture& picture = *field.number;
  std::string text;
  if (picture.every > 0 || picture.least == 3 || picture.least == 4) {
    text = format_integer(offset, picture);
  } else if (picture.least == 1 || picture.least == 2) {
    text = format_integer(zone.hours, picture);
    if (zone.minutes != 0) text += ":" + format_integer(zone.minutes, read_integer_picture("00"));
  } else {
    fail("D3134", "The timezone integer format specifier cannot have more than four digits");
  }
  if (offset >= 0) text.insert(0, "+");
  return field.component == 'z' ? "GMT" + text : text;
}

std::string name_written(const Field& field, std::int64_t value) {
  if (std::string_view{"MxF"}.find(field.component) == std::string_view::npos)
    fail("D3133", fmt::format("The 'name' modifier can only be applied to months and days in the "
                              "date/time picture string, not \"{}\"",
                              field.component));
  const auto place = static_cast<std::size_t>(value - 1);
  std::string name = field.component == 'F' ? kDayNames[place] : kMonthNames[place];
  if (field.names == Field::Names::upper) name = upper_case(name);
  if (field.names == Field::Names::lower) name = lower_case(name);
  if (field.most && name.size() > *field.most) name.resize(*field.most);
  return name;
}

std::string field_written(const Field& field, double time, Zone zone) {
  const char component = field.component;
  if (component == '\0') return field.literal;
  if (component == 'Z' || component == 'z') return zone_written(field, zone);
  if (component == 'C' || component == 'E') return "ISO";
  if (component == 'P') {
    const bool afternoon = time_field(time, 'H') >= 12;
    if (field.names == Field::Names::upper) return afternoon ? "PM" : "AM";
    return afternoon ? "pm" : "am";
  }
  std::int64_t value = time_field(time, component);
  if (component == 'Y' && field.digits && *field.digits < 15)
    value %= static_cast<std::int64_t>(std::pow(10, *field.digits));
  if (field.number) return format_integer(static_cast<double>(value), *field.number);
  return component == 'f' ? fmt::format("{}", value) : name_written(field, value);
}

// ---- Reading ----

// One field as a regular expression, in a group of its own.
std::string field_pattern(const Field& field) {
  if (field.component == '\0') {
    std::string escaped;
    for (const char c : field.literal) {
      if (std::string_view{".*+?^${}()|[]\\"}.find(c) != std::string_view::npos) escaped += '\\';
      escaped += c;
    }
    return escaped;
  }
  if (field.component == 'Z' || field.component == 'z') {
    std::string pattern = field.component == 'z' ? "GMT[-+][0-9]+" : "[-+][0-9]+";
    if (field.number->every > 0)
      pattern += narrow_text({field.number->separators[0].mark}) + "[0-9]+";
    return pattern;
  }
  if (!field.number) return "[a-zA-Z]+";
  const bool upper = field.number->letters == IntegerPicture::Case::upper;
  switch (field.number->kind) {
    case IntegerPicture::Kind::letters: return upper ? "[A-Z]+" : "[a-z]+";
    case IntegerPicture::Kind::roman: return upper ? "[MDCLXVI]+" : "[mdclxvi]+";
    case IntegerPicture::Kind::words: return "[a-zA-Z\\-, ]+";
    case IntegerPicture::Kind::sequence: format_integer(0, *field.number); break;  // throws
    case IntegerPicture::Kind::decimal: break;
  }
  return std::string{"[0-9]"} +
         (field.digits && *field.digits <= 100 && field.component != '\0'
              ? fmt::format("{{{}}}", *field.digits)
              : "+") +
         (field.number->ordinal ? "(?:th|st|nd|rd)" : "");
}

double zone_read(const Field& field, std::string text) {
  if (field.component == 'z') text.erase(0, 3);
  if (field.number->every > 0) {
    const auto mark = text.find(narrow_text({field.number->separators[0].mark}));
    return std::atoi(text.substr(0, mark).c_str()) * 60 + std::atoi(text.c_str() + mark + 1);
  }
  if (text.size() <= 3) return std::atoi(text.c_str()) * 60;
  return std::atoi(text.substr(0, 3).c_str()) * 60 + std::atoi(text.c_str() + 3);
}

std::optional<double> name_read(const Field& field, const std::string& text) {
  const auto place_in = [&](std::span<const char* const> names) -> std::optional<double> {
    for (std::size_t at = 0; at < names.size(); ++at)
      if (std::string{names[at]}.substr(0, field.most.value_or(100)) == text)
        return static_cast<double>(at + 1);
    return std::nullopt;
  };
  switch (field.component) {
    case 'M':
    case 'x': return place_in(kMonthNames);
    case 'F': return place_in(kDayNames);
    case 'P':
      if (text == "am" || text == "AM") return 0;
      if (text == "pm" || text == "PM") return 1;
      return std::nullopt;
    default:
      fail("D3133", fmt::format("The 'name' modifier can only be applied to months and days in "
                                "the date/time picture string, not \"{}\"",
                                field.component));
  }
}

std::optional<double> field_read(const Field& field, const std::string& text) {
  if (field.component == 'Z' || field.component == 'z') return zone_read(field, text);
  if (!field.number) return name_read(field, text);
  const double value = parse_integer(text, *field.number);
  return std::isnan(value) ? std::nullopt : std::optional{value};
}

using Components = std::map<char, double>;

[[noreturn]] void lacks_fields() {
  fail("D3136",
       "The date/time picture string is missing specifiers required to parse the timestamp");
}

// Whether only these components are there, of those that compete with each other.
bool only(const Components& read, std::string_view competing, std::string_view wanted) {
  bool any = false;
  for (const char component : competing) {
    const auto found = read.find(component);
    if (found == read.end() || found->second == 0) continue;
    if (wanted.find(component) == std::string_view::npos) return false;
    any = true;
  }
  return any;
}

// Fields above the first given are those of now; below the last, zero; a gap is refused.
void fill_in(Components& read, std::string_view fields, double now) {
  bool begun = false, ended = false;
  for (const char component : fields) {
    if (read.contains(component)) {
      if (ended) lacks_fields();
      begun = true;
    } else if (begun) {
      read[component] = std::string_view{"MDd"}.find(component) != std::string_view::npos ? 1 : 0;
      ended = true;
    } else {
      read[component] = component == 'P' ? (time_field(now, 'H') >= 12 ? 1.0 : 0.0)
                                         : static_cast<double>(time_field(now, component));
    }
  }
}

double moment_of(Components read, double now) {
  constexpr std::string_view kDates = "YXMxWwdD";
  const bool by_day_of_year = !only(read, kDates, "YMD") && only(read, kDates, "Yd");
  const bool by_week =
      only(read, kDates, "XxwF") || (!only(read, kDates, "XxwF") && only(read, kDates, "XWF"));
  const bool by_half_day = !only(read, "PHhmsf", "Hmsf") && only(read, "PHhmsf", "Phmsf");
  const std::string date = by_day_of_year ? "YD" : by_week ? "XWF" : "YMD";
  fill_in(read, date + (by_half_day ? "Phmsf" : "Hmsf"), now);
  if (by_week) lacks_fields();
  const double month = read['M'] > 0 ? read['M'] - 1 : 0;
  double midnight = utc_milliseconds(read['Y'], month, read['D']);
  if (by_day_of_year) midnight = utc_milliseconds(read['Y'], 0, read['d']);
  double hour = read['H'];
  if (by_half_day) hour = (read['h'] == 12 ? 0 : read['h']) + (read['P'] == 1 ? 12 : 0);
  const double time =
      midnight + hour * 3'600'000 + read['m'] * 60'000 + read['s'] * 1'000 + read['f'];
  const double zone = read['Z'] != 0 ? read['Z'] : read['z'];
  return time - zone * 60'000;
}

}  // namespace

std::string format_time(double milliseconds, const std::string& picture, const std::string& zone) {
  const Zone offset = zone_of(zone);
  const double local = milliseconds + (offset.hours * 60 + offset.minutes) * 60'000.0;
  std::string text;
  for (const Field& field : read_time_picture(picture)) text += field_written(field, local, offset);
  return text;
}

std::optional<double> parse_time(const std::string& text, const std::string& picture, double now) {
  const std::vector<Field> fields = read_time_picture(picture);
  std::string pattern;
  for (const Field& field : fields) pattern += "(" + field_pattern(field) + ")";
  boost::smatch match;
  try {
    const boost::regex compiled{pattern, boost::regex::ECMAScript | boost::regex::icase};
    if (!boost::regex_match(text, match, compiled)) return std::nullopt;
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
  Components read;
  bool any = false;
  for (std::size_t at = 0; at < fields.size(); ++at) {
    if (fields[at].component == '\0') continue;
    any = true;
    if (const auto value = field_read(fields[at], match[static_cast<int>(at + 1)].str()))
      read[fields[at].component] = *value;
  }
  return any ? std::optional{moment_of(std::move(read), now)} : std::nullopt;
}

std::optional<double> parse_iso_time(const std::string& text) {
  static const boost::regex kShape{
      "(\\d{4})(?:-([01]\\d))?(?:-([0-3]\\d))?(?:T([0-2]\\d):([0-5]\\d):([0-5]\\d))?"
      "(?:\\.(\\d+))?(?:([+-])([0-2]\\d):?([0-5]\\d)|Z)?"};
  boost::smatch part;
  if (!boost::regex_match(text, part, kShape)) return std::nullopt;
  const auto number = [&](int at, double otherwise) {
    return part[at].matched ? std::atof(part[at].str().c_str()) : otherwise;
  };
  const double day = utc_milliseconds(number(1, 0), number(2, 1) - 1, number(3, 1));
  const double fraction =
      part[7].matched ? std::floor(std::atof(("0." + part[7].str()).c_str()) * 1000 + 1e-9) : 0;
  const double zone = (number(9, 0) * 60 + number(10, 0)) * (part[8].str() == "-" ? -1 : 1);
  return day + (number(4, 0) * 60 + number(5, 0) - zone) * 60'000 + number(6, 0) * 1'000 + fraction;
}

}  // namespace opsim::jsonata

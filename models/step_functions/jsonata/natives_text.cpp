// Functions of text. Source: docs.jsonata.org/string-functions. A character is a Unicode code
// point.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "models/step_functions/intrinsics/intrinsics.hpp"
#include "models/step_functions/jsonata/natives.hpp"

namespace opsim::jsonata {

namespace {

constexpr double kLongestText = 1e7;

std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}
std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = next_character(text, at);
    found.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

Value string(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  std::string text = text_of(given[0], given[1].flag() != nullptr && *given[1].flag());
  run.hold(text.size());
  return Value{std::move(text)};
}
Value length(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  return Value{static_cast<double>(characters(*given[0].text()).size())};
}
Value substring(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  const auto letters = characters(*given[0].text());
  const double size = static_cast<double>(letters.size());
  double start = given[1].number() ? std::trunc(*given[1].number()) : 0;
  if (size + start < 0) start = 0;
  if (start < 0) start += size;
  double end = size;
  if (given[2].number()) {
    if (*given[2].number() <= 0) return Value{std::string{}};
    end = std::min(size, start + std::trunc(*given[2].number()));
  }
  std::string text;
  for (double at = start; at < end; ++at) text += letters[static_cast<std::size_t>(at)];
  return Value{std::move(text)};
}
Value substring_before(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  if (!given[1].defined()) return given[0];
  const auto at = given[0].text()->find(*given[1].text());
  return at == std::string::npos ? given[0] : Value{given[0].text()->substr(0, at)};
}
Value substring_after(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  if (!given[1].defined()) return given[0];
  const auto at = given[0].text()->find(*given[1].text());
  return at == std::string::npos ? given[0]
                                 : Value{given[0].text()->substr(at + given[1].text()->size())};
}
// SIMPLIFIED: letters of ASCII only.
Value lowercase(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  std::string text = *given[0].text();
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return Value{std::move(text)};
}
Value uppercase(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  std::string text = *given[0].text();
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return Value{std::move(text)};
}
Value trim(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  std::string text;
  for (const char c : *given[0].text()) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank)
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  if (text.ends_with(' ')) text.pop_back();
  return Value{std::move(text)};
}
Value pad(Evaluation& run, Arguments& given) {
  if (!given[0].defined() || !given[1].number()) return given[0];
  const double width = std::trunc(*given[1].number());
  const auto marks =
      characters(given[2].text() && !given[2].text()->empty() ? *given[2].text() : " ");
  const double missing = std::abs(width) - static_cast<double>(characters(*given[0].text()).size());
  if (missing > kLongestText) fail("U1001", "The text would be too long");
  std::string padding;
  for (double at = 0; at < missing; ++at)
    padding += marks[static_cast<std::size_t>(at) % marks.size()];
  run.hold(padding.size());
  return Value{width < 0 ? padding + *given[0].text() : *given[0].text() + padding};
}

const Node* regex_in(const Value& value) {
  return value.function() != nullptr ? value.function()->regex : nullptr;
}

Value contains(Evaluation&, Arguments& given) {
  if (!given[0].defined() || !given[1].defined()) return {};
  if (const Node* regex = regex_in(given[1]))
    return Value{find_match(*regex, *given[0].text(), 0).has_value()};
  return Value{given[1].text() != nullptr &&
               given[0].text()->find(*given[1].text()) != std::string::npos};
}

void check_count(const Value& limit, const char* code, const char* what) {
  if (limit.number() && *limit.number() < 0)
    fail(code, fmt::format("{} must evaluate to a positive number", what));
}

Value split(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  check_count(given[2], "D3020", "Third argument of split function");
  const std::string& text = *given[0].text();
  std::vector<Value> parts;
  if (const Node* regex = regex_in(given[1])) {
    std::size_t start = 0;
    for (auto match = find_match(*regex, text, 0); match;) {
      parts.emplace_back(step_functions::valid_text(text.substr(start, match->start - start)));
      start = match->end;
      if (match->end == match->start) break;
      match = find_match(*regex, text, match->end);
    }
    parts.emplace_back(step_functions::valid_text(text.substr(start)));
  } else if (given[1].text() == nullptr || given[1].text()->empty()) {
    for (std::string& letter : characters(text)) parts.emplace_back(std::move(letter));
  } else {
    const std::string& mark = *given[1].text();
    std::size_t start = 0;
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, start)) {
      parts.emplace_back(text.substr(start, at - start));
      start = at + mark.size();
    }
    parts.emplace_back(text.substr(start));
  }
  if (given[2].number() && *given[2].number() < static_cast<double>(parts.size()))
    parts.resize(static_cast<std::size_t>(*given[2].number()));
  run.hold(text.size() + parts.size() * sizeof(Value));
  return list_of(std::move(parts));
}

Value join(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  const std::string mark = given[1].text() ? *given[1].text() : "";
  std::string text;
  for (const Value& item : given[0].list()->items) {
    if (&item != &given[0].list()->items.front()) text += mark;
    text += *item.text();
  }
  run.hold(text.size());
  return Value{std::move(text)};
}

Value match_object(const Match& match, const std::string& text) {
  auto object = std::make_shared<Object>();
  object->set("match",
              Value{step_functions::valid_text(text.substr(match.start, match.end - match.start))});
  object->set("index", Value{static_cast<double>(match.start)});
  std::vector<Value> groups;
  for (const std::string& group : match.groups)
    groups.emplace_back(step_functions::valid_text(group));
  object->set("groups", list_of(std::move(groups)));
  return Value{std::shared_ptr<const Object>{std::move(object)}};
}

std::vector<Match> matches_of(const Node& regex, const std::string& text, const Value& limit) {
  std::vector<Match> found;
  const double most = limit.number() ? *limit.number() : 1e6;
  for (auto match = find_match(regex, text, 0);
       match && static_cast<double>(found.size()) < most;) {
    found.push_back(*match);
    if (match->end == match->start) fail("D1004", "Regular expression matches zero length string");
    match = find_match(regex, text, match->end);
  }
  return found;
}

Value match(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  check_count(given[2], "D3040", "Third argument of match function");
  const Node* regex = regex_in(given[1]);
  if (regex == nullptr) return {};
  std::vector<Value> found;
  for (const Match& one : matches_of(*regex, *given[0].text(), given[2]))
    found.push_back(match_object(one, *given[0].text()));
  run.hold(found.size() * 200);
  return sequence_of(std::move(found));
}

// $1 is the first group, $0 the match, $$ a dollar.
std::string filled(const std::string& pattern, const Match& match, const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '$' || at + 1 >= pattern.size()) {
      out += pattern[at];
      continue;
    }
    const char next = pattern[at + 1];
    if (next == '$') {
      out += '$';
      ++at;
    } else if (std::isdigit(static_cast<unsigned char>(next)) != 0) {
      std::size_t group = 0;
      std::size_t digits = at + 1;
      while (digits < pattern.size() &&
             std::isdigit(static_cast<unsigned char>(pattern[digits])) != 0) {
        const std::size_t longer = group * 10 + static_cast<std::size_t>(pattern[digits] - '0');
        if (digits > at + 1 && longer > match.groups.size()) break;
        group = longer;
        ++digits;
      }
      if (group == 0)
        out += text.substr(match.start, match.end - match.start);
      else if (group <= match.groups.size())
        out += match.groups[group - 1];
      at = digits - 1;
    } else {
      out += '$';
    }
  }
  return out;
}

Value replace(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  check_count(given[3], "D3011", "Fourth argument of replace function");
  const std::string& text = *given[0].text();
  const double most = given[3].number() ? *given[3].number() : 1e9;
  std::string out;
  std::size_t start = 0;
  if (const Node* regex = regex_in(given[1])) {
    for (const Match& one : matches_of(*regex, text, given[3])) {
      out += text.substr(start, one.start - start);
      if (given[2].text() != nullptr) {
        out += filled(*given[2].text(), one, text);
      } else {
        if (given[2].function() == nullptr)
          fail("T0410", "Argument 3 of function \"replace\" does not match function signature");
        const Value made = run.call(*given[2].function(), {match_object(one, text)}, {});
        if (made.text() == nullptr)
          fail("D3012", "Attempted to replace a matched string with a non-string value");
        out += *made.text();
      }
      start = one.end;
    }
  } else {
    if (given[1].text() == nullptr || given[1].text()->empty())
      fail("D3010", "Second argument of replace function cannot be an empty string");
    const std::string& mark = *given[1].text();
    const std::string with = given[2].text() != nullptr ? *given[2].text() : "";
    double count = 0;
    for (auto at = text.find(mark); at != std::string::npos && count < most;
         at = text.find(mark, start), ++count) {
      out += text.substr(start, at - start) + with;
      start = at + mark.size();
    }
  }
  out += text.substr(start);
  run.hold(out.size());
  return Value{step_functions::valid_text(std::move(out))};
}

Value base64_of(Evaluation&, Arguments& given) {
  return given[0].defined() ? Value{step_functions::base64_encode(*given[0].text())} : Value{};
}
Value of_base64(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  return Value{
      step_functions::valid_text(step_functions::base64_decode(*given[0].text()).value_or(""))};
}

constexpr std::string_view kUnreserved = "-_.!~*'()";
constexpr std::string_view kReserved = ";/?:@&=+$,#";
Value encoded(const Value& value, bool whole_url) {
  if (!value.defined()) return {};
  std::string out;
  for (const char c : *value.text()) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       kUnreserved.find(c) != std::string_view::npos ||
                       (whole_url && kReserved.find(c) != std::string_view::npos);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return Value{std::move(out)};
}
Value decoded(const Value& value, bool whole_url, const char* name) {
  if (!value.defined()) return {};
  const std::string& text = *value.text();
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const auto hex = [](char c) {
      return c >= '0' && c <= '9'   ? c - '0'
             : c >= 'a' && c <= 'f' ? c - 'a' + 10
             : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                    : -1;
    };
    const int high = at + 2 < text.size() ? hex(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex(text[at + 2]) : -1;
    if (high < 0 || low < 0)
      fail("D3140", fmt::format("Malformed URL passed to ${}(): \"{}\"", name, text));
    const char c = static_cast<char>(high * 16 + low);
    if (whole_url && kReserved.find(c) != std::string_view::npos)
      out += text.substr(at, 3);
    else
      out += c;
    at += 2;
  }
  return Value{step_functions::valid_text(std::move(out))};
}
Value encode_component(Evaluation&, Arguments& given) { return encoded(given[0], false); }
Value encode_url(Evaluation&, Arguments& given) { return encoded(given[0], true); }
Value decode_component(Evaluation&, Arguments& given) {
  return decoded(given[0], false, "decodeUrlComponent");
}
Value decode_url(Evaluation&, Arguments& given) { return decoded(given[0], true, "decodeUrl"); }

// Of Step Functions. AWS: transforming-data, "JSONata functions provided by Step Functions".
Value hash(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  const std::string algorithm = given[1].text() ? *given[1].text() : "SHA-256";
  const std::string bytes = given[0].text() ? *given[0].text() : json_of(given[0]).dump();
  auto digest = step_functions::hex_digest(algorithm, bytes);
  if (!digest) fail("D3200", fmt::format("$hash does not know the algorithm {}", algorithm));
  return Value{*std::move(digest)};
}
Value parse_json(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  const Json json = Json::parse(*given[0].text(), nullptr, false);
  if (json.is_discarded())
    fail("D3201", fmt::format("$parse: \"{}\" is not valid JSON", *given[0].text()));
  run.hold(given[0].text()->size() * 4);
  return value_of(json);
}
Value uuid(Evaluation& run, Arguments&) { return Value{run.host.uuid()}; }

constexpr Native kTextFunctions[] = {
    {"base64decode", "s-", of_base64},
    {"base64encode", "s-", base64_of},
    {"contains", "s-(sf)", contains},
    {"decodeUrl", "s-", decode_url},
    {"decodeUrlComponent", "s-", decode_component},
    {"encodeUrl", "s-", encode_url},
    {"encodeUrlComponent", "s-", encode_component},
    {"hash", "xs?", hash},
    {"join", "a<s>s?", join},
    {"length", "s-", length},
    {"lowercase", "s-", lowercase},
    {"match", "s-fn?", match},
    {"pad", "s-ns?", pad},
    {"parse", "s", parse_json},
    {"replace", "s-(sf)(sf)n?", replace},
    {"split", "s-(sf)n?", split},
    {"string", "x-b?", string},
    {"substring", "s-nn?", substring},
    {"substringAfter", "s-s", substring_after},
    {"substringBefore", "s-s", substring_before},
    {"trim", "s-", trim},
    {"uppercase", "s-", uppercase},
    {"uuid", "", uuid},
};

}  // namespace

std::span<const Native> text_functions() { return kTextFunctions; }

}  // namespace opsim::jsonata

// Functions of text. Source: docs.jsonata.org/string-functions. A character is a Unicode code
// point.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "models/step_functions/intrinsics/intrinsics.hpp"
#include "models/step_functions/jsonata/letters.hpp"
#include "models/step_functions/jsonata/natives.hpp"

namespace opsim::jsonata {

namespace {

constexpr double kLongestText = 1e7;

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
Value lowercase(Evaluation&, Arguments& given) {
  return given[0].defined() ? Value{lower_case(*given[0].text())} : Value{};
}
Value uppercase(Evaluation&, Arguments& given) {
  return given[0].defined() ? Value{upper_case(*given[0].text())} : Value{};
}
Value trim(Evaluation&, Arguments& given) {
  if (!given[0].defined()) return {};
  std::string text;
  for (const char c : *given[0].text()) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
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
    {"decodeUrl", "s-", decode_url},
    {"decodeUrlComponent", "s-", decode_component},
    {"encodeUrl", "s-", encode_url},
    {"encodeUrlComponent", "s-", encode_component},
    {"hash", "xs?", hash},
    {"join", "a<s>s?", join, 2},
    {"length", "s-", length},
    {"lowercase", "s-", lowercase},
    {"pad", "s-ns?", pad, 3},
    {"parse", "s", parse_json},
    {"string", "x-b?", string},
    {"substring", "s-nn?", substring, 3},
    {"substringAfter", "s-s", substring_after, 2},
    {"substringBefore", "s-s", substring_before, 2},
    {"trim", "s-", trim},
    {"uppercase", "s-", uppercase},
    {"uuid", "", uuid},
};

}  // namespace

std::span<const Native> text_functions() { return kTextFunctions; }

}  // namespace opsim::jsonata

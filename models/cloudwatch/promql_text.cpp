#include "models/cloudwatch/promql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace opsim::cloudwatch {
namespace {

bool begins_prom_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool in_prom_name(char c) { return begins_prom_name(c) || c == ':' || (c >= '0' && c <= '9'); }

}  // namespace

void PromText::fail(std::string message) {
  if (!error_) error_ = PromError{std::min(at_, text_.size()), std::move(message)};
}

void PromText::absent(std::string what) {
  if (not_simulated_.empty()) not_simulated_ = std::move(what);
}

void PromText::blanks() {
  while (!at_end()) {
    if (peek() == '#') {
      skip_to('\n');
    } else if (std::isspace(static_cast<unsigned char>(peek())) != 0) {
      ++at_;
    } else {
      return;
    }
  }
}

void PromText::skip_to(char end) {
  while (!at_end() && peek() != end) ++at_;
}

bool PromText::take(std::string_view sign) {
  if (!good() || !text_.substr(at_).starts_with(sign)) return false;
  at_ += sign.size();
  blanks();
  return true;
}

bool PromText::take_word(std::string_view word) {
  if (peek_word() != word) return false;
  at_ += word.size();
  blanks();
  return true;
}

void PromText::expect(std::string_view sign) {
  if (!take(sign)) fail(fmt::format("expected \"{}\"", sign));
}

std::string_view PromText::peek_word() const {
  if (!good() || !begins_prom_name(peek())) return {};
  std::size_t end = at_;
  while (end < text_.size() && in_prom_name(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

std::string PromText::name() {
  std::string found{peek_word()};
  if (found.empty()) fail("expected a name");
  at_ += found.size();
  blanks();
  return found;
}

std::string PromText::quoted() {
  std::string found;
  if (!at_text()) return fail("expected a text in quotation marks"), found;
  const char quote = text_[at_++];
  while (!at_end() && peek() != quote) {
    if (peek() == '\\' && quote != '`' && at_ + 1 < text_.size()) ++at_;
    found += text_[at_++];
  }
  if (at_end()) return fail("unterminated quoted string"), found;
  ++at_;
  blanks();
  return found;
}

double PromText::number() {
  double value = 0;
  const auto [end, failed] =
      std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
  if (failed != std::errc{}) fail("bad number or duration syntax");
  at_ = std::max(at_, static_cast<std::size_t>(end - text_.data()));
  if (in_prom_name(peek())) fail("bad number or duration syntax");
  blanks();
  return value;
}

Duration PromText::duration() {
  constexpr std::pair<std::string_view, Duration> kUnits[] = {
      {"ms", std::chrono::milliseconds{1}}, {"s", std::chrono::seconds{1}},
      {"m", std::chrono::minutes{1}},       {"h", std::chrono::hours{1}},
      {"d", std::chrono::days{1}},          {"w", std::chrono::weeks{1}},
      {"y", std::chrono::days{365}}};
  constexpr Duration kMost = std::chrono::days{365 * 10};
  Duration sum{};
  bool any = false;
  while (good() && peek() >= '0' && peek() <= '9') {
    std::int64_t count = 0;
    const auto read = std::from_chars(text_.data() + at_, text_.data() + text_.size(), count);
    at_ = static_cast<std::size_t>(read.ptr - text_.data());
    const auto* unit = std::ranges::find_if(
        kUnits, [&](const auto& one) { return text_.substr(at_).starts_with(one.first); });
    if (read.ec != std::errc{} || unit == std::end(kUnits) || count > kMost / unit->second) {
      fail("bad number or duration syntax");
      return {};
    }
    at_ += unit->first.size();
    sum += count * unit->second;
    any = true;
    if (sum > kMost) fail("duration out of range");
  }
  if (!any) fail("expected a duration");
  blanks();
  return sum;
}

}  // namespace opsim::cloudwatch

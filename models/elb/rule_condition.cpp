#include "models/elb/rule_condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "models/elb/health_check.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same(char a, char b, bool ignore_case) { return ignore_case ? lower(a) == lower(b) : a == b; }

std::optional<std::uint32_t> address_of(std::string_view text) {
  std::uint32_t address = 0;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (int i = 0; i < 4; ++i) {
    std::uint32_t part = 0;
    const auto [next, error] = std::from_chars(at, end, part);
    if (error != std::errc{} || part > 255) return std::nullopt;
    address = (address << 8U) | part;
    if (i < 3 && (next == end || *next != '.')) return std::nullopt;
    at = i < 3 ? next + 1 : next;
  }
  return at == end ? std::optional{address} : std::nullopt;
}

bool is_block(std::string_view cidr) {
  if (cidr.find(':') != std::string_view::npos) return cidr.find('/') != std::string_view::npos;
  const auto slash = cidr.find('/');
  if (slash == std::string_view::npos || !address_of(cidr.substr(0, slash))) return false;
  const auto bits = input::integer(Json(std::string{cidr.substr(slash + 1)}));
  return bits && *bits >= 0 && *bits <= 32;
}

struct FieldRow {
  std::string_view field;
  std::string_view config;  // the member that holds its values
};
constexpr FieldRow kFields[] = {
    {"host-header", "HostHeaderConfig"},
    {"http-header", "HttpHeaderConfig"},
    {"http-request-method", "HttpRequestMethodConfig"},
    {"path-pattern", "PathPatternConfig"},
    {"query-string", "QueryStringConfig"},
    {"source-ip", "SourceIpConfig"},
};

bool may_be_expression(std::string_view field) {
  return field == "host-header" || field == "http-header" || field == "path-pattern";
}

ApiResult<RuleCondition> read_condition(const Json& given) {
  RuleCondition read;
  read.field = input::text(given, "Field");
  const auto row = std::ranges::find(kFields, read.field, &FieldRow::field);
  if (row == std::end(kFields))
    return validation_error(
        fmt::format("Condition field '{}' must be one of '[path-pattern, "
                    "host-header, http-header, http-request-method, "
                    "query-string, source-ip]'",
                    read.field));
  const Json& config = input::member(given, row->config);
  read.header = input::text(config, "HttpHeaderName");
  if (read.field == "query-string") {
    const Json& pairs = input::member(config, "Values");
    if (pairs.is_array())
      for (const Json& pair : pairs)
        read.pairs.emplace_back(input::text(pair, "Key"), input::text(pair, "Value"));
    if (read.pairs.empty()) return validation_error("A condition value must be specified");
    return read;
  }
  read.values = input::texts(config, "Values");
  if (read.values.empty()) read.values = input::texts(given, "Values");
  if (may_be_expression(read.field)) read.expressions = input::texts(config, "RegexValues");
  if (read.values.empty() == read.expressions.empty())
    return validation_error("A condition value must be specified");
  if (read.field == "http-header" && read.header.empty())
    return validation_error("An HTTP header name must be specified");
  for (const std::string& expression : read.expressions)
    if (expression.size() > 128 || !is_expression(expression))
      return validation_error(fmt::format("The regular expression '{}' is not valid", expression));
  for (const std::string& value : read.values) {
    if (value.empty() || value.size() > 128)
      return validation_error(
          fmt::format("The value '{}' must be from 1 to 128 characters long", value));
    if (read.field == "source-ip" && !is_block(value))
      return validation_error(fmt::format("The value '{}' is not a valid CIDR block", value));
  }
  return read;
}

/// `*` and `?`; a method and an address block have none.
std::ptrdiff_t wildcards_of(const RuleCondition& condition) {
  if (condition.field == "source-ip" || condition.field == "http-request-method") return 0;
  const auto in = [](const std::string& text) {
    return std::ranges::count(text, '*') + std::ranges::count(text, '?');
  };
  std::ptrdiff_t all = 0;
  for (const std::string& value : condition.values) all += in(value);
  for (const auto& [key, value] : condition.pairs) all += in(key) + in(value);
  return all;
}

bool any_header(const RuleCondition& condition, const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (!matches_pattern(condition.header, name, true)) continue;
    for (const std::string& pattern : condition.values)
      if (matches_pattern(pattern, value, true)) return true;
    for (const std::string& expression : condition.expressions)
      if (matches_expression(expression, value, true)) return true;
  }
  return false;
}

bool any_pair(const RuleCondition& condition, const HttpRequest& request) {
  for (const auto& [key, value] : condition.pairs)
    for (const auto& [given_key, given] : request.query)
      if ((key.empty() || matches_pattern(key, given_key, true)) &&
          matches_pattern(value, given, true))
        return true;
  return false;
}

bool holds_one(const RuleCondition& condition, const HttpRequest& request) {
  const auto any = [&](const auto& matches) {
    return std::ranges::any_of(condition.values, matches);
  };
  const auto any_expression = [&](const std::string& text, bool ignore_case) {
    return std::ranges::any_of(condition.expressions, [&](const std::string& expression) {
      return matches_expression(expression, text, ignore_case);
    });
  };
  if (condition.field == "host-header")
    return any([&](const auto& p) { return matches_pattern(p, request.host, true); }) ||
           any_expression(request.host, true);
  // "The path pattern is applied only to the path of the URL, and is case-sensitive."
  if (condition.field == "path-pattern")
    return any([&](const auto& p) { return matches_pattern(p, request.path, false); }) ||
           any_expression(request.path, false);
  if (condition.field == "http-request-method")
    return any([&](const auto& method) { return method == request.method; });
  if (condition.field == "source-ip")
    return any([&](const auto& block) { return block_holds(block, request.source_ip); });
  return condition.field == "http-header" ? any_header(condition, request)
                                          : any_pair(condition, request);
}

}  // namespace

HttpRequest read_request(const Json& value) {
  HttpRequest request;
  request.host = input::text(value, "Host");
  if (std::string path = input::text(value, "Path"); !path.empty()) request.path = std::move(path);
  if (std::string method = input::text(value, "Method"); !method.empty())
    request.method = std::move(method);
  request.source_ip = input::text(value, "SourceIp");
  for (auto& [name, header] : input::tags(input::member(value, "Headers")))
    request.headers.emplace_back(name, header);
  for (auto& [key, given] : input::tags(input::member(value, "QueryString")))
    request.query.emplace_back(key, given);
  return request;
}

// "Each rule can optionally include up to one host-header, path-pattern, http-request-method and
// source-ip condition, and one or more http-header and query-string conditions"; a rule has at most
// five values and six wildcards (quotas) over all conditions.
ApiResult<std::vector<RuleCondition>> read_conditions(const Json& conditions) {
  std::vector<RuleCondition> all;
  if (!conditions.is_array() || conditions.empty())
    return validation_error("At least one condition must be specified");
  std::size_t values = 0;
  std::ptrdiff_t wildcards = 0;
  for (const Json& given : conditions) {
    ApiResult<RuleCondition> read = read_condition(given);
    if (!read) return read.error();
    const bool repeats = read->field == "http-header" || read->field == "query-string";
    if (!repeats && std::ranges::count(all, read->field, &RuleCondition::field) > 0)
      return validation_error(fmt::format("A rule can only have one '{}' condition", read->field));
    values += read->values.size() + read->expressions.size() + read->pairs.size();
    wildcards += wildcards_of(*read);
    all.push_back(*std::move(read));
  }
  if (values > 5) return validation_error("A rule can only have '5' condition values");
  if (wildcards > 6) return validation_error("A rule can only have '6' condition wildcards");
  return all;
}

bool holds(const std::vector<RuleCondition>& conditions, const HttpRequest& request) {
  return std::ranges::all_of(
      conditions, [&](const RuleCondition& condition) { return holds_one(condition, request); });
}

bool matches_pattern(std::string_view pattern, std::string_view text, bool ignore_case) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || same(pattern[p], text[t], ignore_case))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool block_holds(std::string_view cidr, std::string_view address) {
  const auto slash = cidr.find('/');
  const auto base = address_of(cidr.substr(0, slash));
  const auto one = address_of(address);
  if (!base || !one || slash == std::string_view::npos) return false;
  const auto bits = input::integer(Json(std::string{cidr.substr(slash + 1)}));
  if (!bits || *bits < 0 || *bits > 32) return false;
  if (*bits == 0) return true;
  const std::uint32_t mask = ~std::uint32_t{0} << (32U - static_cast<std::uint32_t>(*bits));
  return (*base & mask) == (*one & mask);
}

}  // namespace opsim::elb

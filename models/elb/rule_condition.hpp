#pragma once
/// Conditions of listener rules, and the requests they are asked of. Pure.
/// AWS: ALB User Guide, "Listener rules for your Application Load Balancer", rule condition types.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/cloud/api.hpp"

namespace opsim::elb {

struct HttpRequest {
  std::string host;
  std::string path = "/";
  std::string method = "GET";
  std::string source_ip;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> query;
};
/// {"Host", "Path", "Method", "SourceIp", "Headers": {...}, "QueryString": {...}}.
HttpRequest read_request(const Json& value);

struct RuleCondition {
  std::string field;                          // "host-header", "path-pattern", "http-header", ...
  std::string header;                         // of http-header
  std::vector<std::string> values;            // any of them is enough
  std::vector<std::string> expressions = {};  // RegexValues, instead of values
  std::vector<std::pair<std::string, std::string>> pairs;  // of query-string: key ("" any), value
};
/// A rule's Conditions; ValidationError where they are wrong.
ApiResult<std::vector<RuleCondition>> read_conditions(const Json& conditions);

/// All of a rule's conditions hold.
bool holds(const std::vector<RuleCondition>& conditions, const HttpRequest& request);
/// `*` for any text, `?` for one character.
bool matches_pattern(std::string_view pattern, std::string_view text, bool ignore_case);
/// Whether a regular expression can be read, and whether it is found in a text.
bool is_expression(const std::string& expression);
bool matches_expression(const std::string& expression, const std::string& text, bool ignore_case);
/// "10.0.0.0/8" holds "10.1.2.3". IPv4 only; an IPv6 block holds nothing.
bool block_holds(std::string_view cidr, std::string_view address);

}  // namespace opsim::elb

#include "models/cloudtrail/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "opsim/document/json_line.hpp"

namespace opsim::cloudtrail {

namespace {

// SIMPLIFIED: nobody has an address here; 192.0.2.0/24 is for documentation (RFC 5737).
constexpr std::string_view kAddress = "192.0.2.1";

std::string iso(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

/// A stable id in the shape of IAM's: "AROA" or "AIDA" and the name's key.
std::string principal_id(std::string_view prefix, std::string_view name) {
  std::uint64_t key = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name) key = (key ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{}{:016X}", prefix, key);
}

struct RoleSession {
  std::string role;
  std::string session;
};
std::optional<RoleSession> session_of(const Arn& arn, const Caller& caller) {
  std::string_view rest = arn.resource;
  if (arn.service == "iam" && rest.starts_with("role/")) {
    const std::string role{rest.substr(rest.rfind('/') + 1)};
    // A service that uses a role names its session; "opsim" where nobody says.
    return RoleSession{role, caller.invoked_by.empty()
                                 ? "opsim"
                                 : caller.invoked_by.substr(0, caller.invoked_by.find('.'))};
  }
  if (arn.service != "sts" || !rest.starts_with("assumed-role/")) return std::nullopt;
  rest.remove_prefix(std::string_view{"assumed-role/"}.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  return RoleSession{std::string{rest.substr(0, slash)},
                     std::string{slash < rest.size() ? rest.substr(slash + 1) : "opsim"}};
}

Json assumed_role(const Arn& arn, const RoleSession& session) {
  const std::string id = principal_id("AROA", session.role);
  const std::string role_arn =
      fmt::format("arn:{}:iam::{}:role/{}", arn.partition, arn.account, session.role);
  return {{"type", "AssumedRole"},
          {"principalId", fmt::format("{}:{}", id, session.session)},
          {"arn", fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", arn.partition, arn.account,
                              session.role, session.session)},
          {"accountId", arn.account},
          {"sessionContext",
           {{"sessionIssuer",
             {{"type", "Role"},
              {"principalId", id},
              {"arn", role_arn},
              {"accountId", arn.account},
              {"userName", session.role}}}}}};
}

/// Under these members stand names that users chose.
bool holds_users_names(std::string_view name) {
  constexpr std::array<std::string_view, 7> kMembers{
      "Parameters",        "Variables",         "Tags",  "Attributes",
      "MessageAttributes", "DynamicParameters", "Labels"};
  return std::ranges::count(kMembers, name) > 0;
}

constexpr int kDeepest = 64;

Json lowered(const Json& value, int depth) {
  if (depth > kDeepest) return nullptr;
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(lowered(item, depth + 1));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [name, inner] : value.items()) {
    std::string small = name;
    if (!small.empty())
      small[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(small[0])));
    object[small] =
        holds_users_names(name) && inner.is_object() ? inner : lowered(inner, depth + 1);
  }
  return object;
}

/// EC2's query protocol shows lists of ids as sets: {"instancesSet": {"items": [{"instanceId"...
Json in_sets(Json parameters) {
  const auto ids = parameters.find("instanceIds");
  if (ids == parameters.end() || !ids->is_array()) return parameters;
  Json items = Json::array();
  for (const Json& id : *ids) items.push_back({{"instanceId", id}});
  parameters.erase(ids);
  parameters["instancesSet"] = {{"items", std::move(items)}};
  return parameters;
}

Json changes_in_sets(Json elements) {
  for (const char* list : {"startingInstances", "stoppingInstances", "terminatingInstances"}) {
    const auto found = elements.find(list);
    if (found == elements.end()) continue;
    Json items = std::move(*found);
    elements.erase(found);
    elements["instancesSet"] = {{"items", std::move(items)}};
  }
  return elements;
}

Json request_parameters(const Record& record) {
  Json parameters = lower_camel(kept_json(record.input));
  if (!parameters.is_object() || parameters.empty()) return nullptr;
  return record.service == "ec2" ? in_sets(std::move(parameters)) : parameters;
}

Json response_elements(const Record& record) {
  if (record.read_only) return nullptr;
  Json elements = lower_camel(kept_json(record.output));
  if (!elements.is_object() || elements.empty()) return nullptr;
  return record.service == "ec2" ? changes_in_sets(std::move(elements)) : elements;
}

}  // namespace

std::string kept_text(const Json& value) { return json_line(value); }

Json kept_json(const std::string& text) {
  return text.empty() ? Json{} : Json::parse(text, nullptr, false);
}

std::string event_source(std::string_view service) {
  // Endpoint prefixes that differ (CloudTrail User Guide, "AWS service topics for CloudTrail").
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOwn{
      {{"cloudwatch", "monitoring"},
       {"elb", "elasticloadbalancing"},
       {"elbv2", "elasticloadbalancing"},
       {"stepfunctions", "states"},
       {"ses", "email"}}};
  for (const auto& [name, source] : kOwn)
    if (service == name) return fmt::format("{}.amazonaws.com", source);
  return fmt::format("{}.amazonaws.com", service);
}

Json user_identity(const Caller& caller) {
  if (caller.is_service()) return {{"type", "AWSService"}, {"invokedBy", caller.principal}};
  const std::optional<Arn> arn = Arn::parse(caller.principal);
  if (!arn)
    return {{"type", "IAMUser"},
            {"principalId", principal_id("AIDA", caller.principal)},
            {"accountId", caller.place.account},
            {"userName", caller.principal}};
  Json identity;
  if (const auto session = session_of(*arn, caller)) {
    identity = assumed_role(*arn, *session);
  } else if (arn->resource == "root") {
    identity = {{"type", "Root"}, {"principalId", arn->account}};
  } else {
    const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
    identity = {
        {"type", "IAMUser"}, {"principalId", principal_id("AIDA", name)}, {"userName", name}};
  }
  if (!identity.contains("arn")) identity["arn"] = caller.principal;
  identity["accountId"] = arn->account;
  if (!caller.invoked_by.empty()) identity["invokedBy"] = caller.invoked_by;
  return identity;
}

Json lower_camel(const Json& value) { return lowered(value, 0); }

Json record_json(const Record& record) {
  const bool by_service = !record.caller.invoked_by.empty() || record.caller.is_service();
  const std::string agent =
      record.caller.invoked_by.empty() ? record.caller.principal : record.caller.invoked_by;
  Json json{{"eventVersion", "1.08"},
            {"userIdentity", user_identity(record.caller)},
            {"eventTime", iso(record.at)},
            {"eventSource", event_source(record.service)},
            {"eventName", record.operation},
            {"awsRegion", record.caller.place.region},
            // Calls that a service makes show the service's name in both.
            {"sourceIPAddress", by_service ? agent : std::string{kAddress}},
            {"userAgent", by_service ? agent : "opsim"},
            {"requestParameters", request_parameters(record)},
            {"responseElements", response_elements(record)},
            {"requestID", record.request},
            {"eventID", record.id},
            {"readOnly", record.read_only},
            {"eventType", "AwsApiCall"},
            {"managementEvent", true},
            {"recipientAccountId", record.caller.place.account},
            {"eventCategory", "Management"}};
  if (!record.error_code.empty()) {
    json["errorCode"] = record.error_code;
    json["errorMessage"] = record.error_message;
  }
  return json;
}

}  // namespace opsim::cloudtrail

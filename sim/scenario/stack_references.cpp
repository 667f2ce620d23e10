// Dynamic references: values that live in the Parameter Store or in Secrets Manager.
// AWS: CloudFormation User Guide, "Using dynamic references to specify template values".
// SIMPLIFIED: they are resolved once, before a resource is created, wherever they stand.
#include <fmt/format.h>

#include <vector>

#include "sim/scenario/stack_scope.hpp"

namespace opsim {

namespace {

constexpr std::string_view kOpens = "{{resolve:";
constexpr std::string_view kCloses = "}}";

std::vector<std::string> split_colons(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const auto colon = text.find(':');
    parts.emplace_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

/// secret-id:SecretString:json-key:version-stage:version-id; the id may be an ARN with colons.
std::optional<std::string> secret(StackScope& scope, std::string_view text) {
  std::size_t id_ends = text.find(":SecretString");
  if (id_ends == std::string_view::npos && !text.starts_with("arn:")) id_ends = text.find(':');
  const std::string id{text.substr(0, id_ends)};
  std::vector<std::string> parts;
  if (id_ends != std::string_view::npos) parts = split_colons(text.substr(id_ends + 1));
  parts.resize(4);  // SecretString, json-key, version-stage, version-id
  Json input{{"SecretId", id}};
  if (!parts[2].empty()) input["VersionStage"] = parts[2];
  if (!parts[3].empty()) input["VersionId"] = parts[3];
  const ApiResult<Json> answer =
      scope.cloud.inspect(scope.place(), "secretsmanager", "GetSecretValue", input);
  if (!answer || !answer->contains("SecretString")) return std::nullopt;
  const std::string whole = answer->at("SecretString").get<std::string>();
  if (parts[1].empty()) return whole;
  const Json fields = Json::parse(whole, nullptr, false);
  const auto field = fields.is_object() ? fields.find(parts[1]) : fields.end();
  if (!fields.is_object() || field == fields.end()) return std::nullopt;
  return field->is_string() ? field->get<std::string>() : field->dump();
}

/// `text` stands between the braces, after "resolve:".
std::optional<std::string> referred(StackScope& scope, std::string_view text) {
  const auto after = [&](std::string_view service) -> std::optional<std::string_view> {
    if (!text.starts_with(service)) return std::nullopt;
    return text.substr(service.size());
  };
  if (const auto name = after("ssm:")) return stored_parameter(scope, *name);
  if (const auto name = after("ssm-secure:")) return stored_parameter(scope, *name);
  if (const auto name = after("secretsmanager:")) return secret(scope, *name);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> stored_parameter(StackScope& scope, std::string_view name) {
  const Json input{{"Name", name}, {"WithDecryption", true}};
  const ApiResult<Json> answer = scope.cloud.inspect(scope.place(), "ssm", "GetParameter", input);
  if (!answer) return std::nullopt;
  const auto parameter = answer->find("Parameter");
  if (parameter == answer->end() || !parameter->contains("Value")) return std::nullopt;
  return parameter->at("Value").get<std::string>();
}

std::string resolve_references(StackScope& scope, std::string text) {
  std::string resolved;
  std::string_view rest = text;
  while (true) {
    const auto begin = rest.find(kOpens);
    const auto end = begin == std::string_view::npos ? begin : rest.find(kCloses, begin);
    if (end == std::string_view::npos) break;
    const std::string_view reference = rest.substr(begin, end + kCloses.size() - begin);
    resolved += rest.substr(0, begin);
    const auto value =
        referred(scope, rest.substr(begin + kOpens.size(), end - begin - kOpens.size()));
    if (!value) ++scope.not_simulated[std::string{reference}];
    resolved += value ? *value : std::string{reference};
    rest.remove_prefix(end + kCloses.size());
  }
  resolved += rest;
  return resolved;
}

}  // namespace opsim

// How parameters are shown: in answers and in events.
#include <fmt/format.h>

#include "models/parameter_store/parameter_store.hpp"

namespace opsim::parameter_store {

namespace {

std::string time_text(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

/// SIMPLIFIED: no key encrypts here. What stands for the ciphertext is made of the name and the
/// value, so it changes with them, and begins as those of KMS do.
std::string ciphertext(const std::string& name, const std::string& value) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const std::string* text : {&name, &value})
    for (const char letter : *text)
      hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  return fmt::format("AQICAHh{:016x}{:016x}==", hash, hash * 1099511628211ULL);
}

void emit(ParameterStore& store, const Place& place, const Parameter& parameter,
          std::string_view detail_type, Json detail) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = detail_type;
  event.place = place;
  event.resources = {parameter_arn(place, parameter.name)};
  event.detail = std::move(detail);
  store.cloud.emit(std::move(event));
}

}  // namespace

std::string parameter_arn(const Place& place, const std::string& name) {
  return arn(place, "ssm", "parameter" + (name.starts_with('/') ? name : "/" + name));
}

Json parameter_view(const Place& place, const std::string& name, const Version& version,
                    bool decrypted) {
  const bool hidden = version.type == "SecureString" && !decrypted;
  return {{"Name", name},
          {"Type", version.type},
          {"Value", hidden ? ciphertext(name, version.value) : version.value},
          {"Version", version.number},
          {"LastModifiedDate", time_text(version.modified)},
          {"ARN", parameter_arn(place, name)},
          {"DataType", version.data_type}};
}

Json metadata_view(const Place& place, const std::string& name, const Version& version) {
  Json policies = Json::array();
  for (const Policy& policy : version.policies)
    policies.push_back({{"PolicyText", policy.text},
                        {"PolicyType", to_string(policy.kind)},
                        {"PolicyStatus", policy.finished ? "Finished" : "Pending"}});
  Json view{{"Name", name},
            {"ARN", parameter_arn(place, name)},
            {"Type", version.type},
            {"LastModifiedDate", time_text(version.modified)},
            {"LastModifiedUser", version.user},
            {"Version", version.number},
            {"Tier", version.tier},
            {"Policies", std::move(policies)},
            {"DataType", version.data_type}};
  if (!version.key_id.empty()) view["KeyId"] = version.key_id;
  if (!version.description.empty()) view["Description"] = version.description;
  if (!version.allowed_pattern.empty()) view["AllowedPattern"] = version.allowed_pattern;
  return view;
}

/// AWS: "Systems Manager events", Parameter Store Change: Create, Update, Delete,
/// LabelParameterVersion.
void tell_change(ParameterStore& store, const Place& place, const Parameter& parameter,
                 std::string_view operation) {
  const Version& current = parameter.current();
  emit(store, place, parameter, "Parameter Store Change",
       {{"operation", operation},
        {"name", parameter.name},
        {"type", current.type},
        {"description", current.description}});
}

/// User Guide, "Configuring EventBridge rules for parameters and parameter policies".
void tell_policy(ParameterStore& store, const Place& place, const Parameter& parameter,
                 const Policy& policy) {
  emit(store, place, parameter, "Parameter Store Policy Action",
       {{"parameter-name", parameter.name},
        {"parameter-type", parameter.current().type},
        {"policy-type", to_string(policy.kind)},
        {"policy-content", policy.text},
        {"action-status", "Success"}});
}

ApiError not_found(std::string_view name) {
  return {"ParameterNotFound", fmt::format("Parameter {} not found.", name)};
}

}  // namespace opsim::parameter_store

// Where the template of a call comes from.
// AWS: CloudFormation API reference, CreateStack: "TemplateBody: 1 to 51,200 bytes", "TemplateURL:
// a file with a maximum size of 1 MB"; User Guide, "Acknowledging IAM resources".
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/cloudformation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr std::size_t kLongestBody = 51'200;

/// https://bucket.s3.us-east-1.amazonaws.com/key, https://s3.amazonaws.com/bucket/key
std::optional<std::pair<std::string, std::string>> bucket_and_key(std::string_view url) {
  for (const std::string_view prefix : {"https://", "http://", "s3://"}) {
    if (!url.starts_with(prefix)) continue;
    url.remove_prefix(prefix.size());
    const auto slash = url.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    std::string_view host = url.substr(0, slash);
    std::string_view rest = url.substr(slash + 1);
    if (prefix != "s3://" && host.starts_with("s3")) {
      const auto next = rest.find('/');
      if (next == std::string_view::npos) return std::nullopt;
      host = rest.substr(0, next);
      rest = rest.substr(next + 1);
    }
    return std::pair{std::string{host.substr(0, host.find(".s3"))},
                     std::string{rest.substr(0, rest.find('?'))}};
  }
  return std::nullopt;
}

std::optional<ApiError> fetch(CloudFormation& cfn, const Place& place, const std::string& url,
                              std::string& body) {
  const auto at = bucket_and_key(url);
  if (!at) return validation_error("TemplateURL must be a supported URL.");
  const Json ask{{"Bucket", at->first}, {"Key", at->second}};
  const ApiResult<Json> object = cfn.cloud.inspect(place, "s3", "GetObject", ask);
  if (!object) return validation_error(fmt::format("S3 error: {}", object.error().message));
  body = input::text(*object, "Body");
  return std::nullopt;
}

bool has_name(const Node& properties) {
  constexpr std::string_view kNames[] = {"GroupName",         "InstanceProfileName",
                                         "ManagedPolicyName", "PolicyName",
                                         "RoleName",          "UserName"};
  return std::ranges::any_of(kNames,
                             [&](std::string_view name) { return properties.contains(name); });
}

}  // namespace

ApiResult<std::shared_ptr<const Template>> read_template(CloudFormation& cfn,
                                                         const std::string& body,
                                                         const ParameterTexts& values) {
  std::string key = body;  // with the values that Fn::ForEach goes over
  for (const auto& [name, value] : values) key += fmt::format("\n{}={}", name, value);
  if (const auto known = cfn.templates.find(key); known != cfn.templates.end())
    return known->second;
  try {
    Diagnostics diagnostics;
    const Document document = read_text("template", body, {.duplicates = Duplicates::last_wins});
    if (!document.root.is_mapping())
      return validation_error("Template format error: unsupported structure.");
    auto text =
        std::make_shared<const Template>(Template::read(document, diagnostics, nullptr, values));
    if (diagnostics.count() > 0) {
      std::string first;
      for (const Diagnostic& one : diagnostics.all())
        if (first.empty() && one.severity == Severity::error)
          first = fmt::format("{} (line {}, column {})", one.message, one.at.line, one.at.column);
      return validation_error(fmt::format("Template error: {}", first));
    }
    NotSimulated not_simulated;
    check(*text, cfn.cloud.catalog(), diagnostics, not_simulated);
    if (diagnostics.count() > 0)
      return validation_error(
          fmt::format("Properties validation failed: {}", diagnostics.sorted().front().message));
    cfn.templates.emplace(std::move(key), text);
    return std::shared_ptr<const Template>{text};
  } catch (const BadInput& bad) {
    return validation_error(
        fmt::format("Template format error: {}", bad.diagnostics().sorted().front().text()));
  }
}

ApiResult<std::shared_ptr<const Template>> template_of(CloudFormation& cfn, const Place& place,
                                                       const Json& input, const Stack* previous,
                                                       std::string& body) {
  body = input::text(input, "TemplateBody");
  if (const Json& written = input::member(input, "TemplateBody"); written.is_object())
    body = written.dump();
  const std::string url = input::text(input, "TemplateURL");
  const bool again = input::boolean(input, "UsePreviousTemplate").value_or(false);
  if (again) {
    if (!body.empty() || !url.empty())
      return validation_error(
          "You cannot specify both usePreviousTemplate and Template Body/Template URL.");
    if (previous == nullptr) return validation_error("There is no previous template.");
    body = previous->spec.body;
    return previous->spec.text;
  }
  if (body.empty() == url.empty())
    return validation_error("Either Template URL or Template Body must be specified.");
  if (body.size() > kLongestBody && !cfn.templates.contains(body))
    return validation_error(
        fmt::format("1 validation error detected: Value at 'templateBody' failed to satisfy "
                    "constraint: Member must have length less than or equal to {}",
                    kLongestBody));
  if (!url.empty())
    if (auto wrong = fetch(cfn, place, url, body)) return *std::move(wrong);
  return read_template(cfn, body);
}

std::vector<std::string> needed_capabilities(const Template& text) {
  bool iam = false;
  bool named = false;
  for (const TemplateResource& resource : text.resources()) {
    if (!resource.type.starts_with("AWS::IAM::") || resource.type == "AWS::IAM::ServiceLinkedRole")
      continue;
    iam = true;
    // "AWS::IAM::Policy: PolicyName is required" and no custom name in this sense.
    const bool policy = resource.type == "AWS::IAM::Policy" ||
                        resource.type == "AWS::IAM::RolePolicy" ||
                        resource.type == "AWS::IAM::UserToGroupAddition";
    named = named || (!policy && has_name(resource.text.find("Properties").value_or(Node{})));
  }
  std::vector<std::string> needed;
  if (named) {
    needed.emplace_back("CAPABILITY_NAMED_IAM");
  } else if (iam) {
    needed.emplace_back("CAPABILITY_IAM");
  }
  if (!text.transforms().empty()) needed.emplace_back("CAPABILITY_AUTO_EXPAND");
  return needed;
}

}  // namespace opsim::cloudformation

// AWS::Serverless::Function: a Lambda function, its role, its version and alias, how it is
// deployed, and what calls it.
// AWS: SAM specification, AWS::Serverless::Function; "Generated resources for
// AWS::Serverless::Function".
#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/serverless_expansion.hpp"

namespace opsim {

namespace {

/// CodeUri is a path, {Bucket, Key, Version}, or an s3:// address; a path is what
/// `aws cloudformation package` uploads.
Draft code_of(const Node& properties, const Node& at) {
  Draft code = Draft::mapping(at);
  const Node uri = properties.find("CodeUri").value_or(Node{});
  if (const auto text = properties.find("InlineCode")) {
    code.set("ZipFile", Draft::of(*text));
  } else if (const auto image = properties.find("ImageUri")) {
    code.set("ImageUri", Draft::of(*image));
  } else if (uri.is_mapping() && uri.contains("Bucket")) {
    copy(uri, "Bucket", code, "S3Bucket");
    copy(uri, "Key", code, "S3Key");
    copy(uri, "Version", code, "S3ObjectVersion");
  } else {
    code.set("S3Bucket", Draft::text("packaged", at));
    code.set("S3Key", Draft::text(std::string{uri.is_text() ? uri.spelling() : "code"}, at));
  }
  return code;
}

bool traces(const Node& properties) {
  const Node tracing = properties.find("Tracing").value_or(Node{});
  return tracing.spelling() == "Active" || tracing.spelling() == "PassThrough";
}

/// Policies that come of what the function is connected to.
std::vector<std::string> managed_policies(const Node& properties) {
  std::vector<std::string> names{"AWSLambdaBasicExecutionRole"};
  if (properties.contains("VpcConfig")) names.emplace_back("AWSLambdaVPCAccessExecutionRole");
  if (traces(properties)) names.emplace_back("AWSXRayDaemonWriteAccess");
  struct Source {
    std::string_view event;
    std::string_view policy;
  };
  constexpr Source kSources[] = {{"DynamoDB", "AWSLambdaDynamoDBExecutionRole"},
                                 {"Kinesis", "AWSLambdaKinesisExecutionRole"},
                                 {"MSK", "AWSLambdaMSKExecutionRole"},
                                 {"SQS", "AWSLambdaSQSQueueExecutionRole"}};
  for (const auto& [event, policy] : kSources)
    for (const auto& [name, text, at] : properties.find("Events").value_or(Node{}).entries())
      if (text.find("Type").value_or(Node{}).spelling() == event &&
          std::ranges::find(names, policy) == names.end())
        names.emplace_back(policy);
  return names;
}

Draft function_properties(const Node& properties, const Node& at) {
  Draft made = Draft::mapping(at);
  made.set("Code", code_of(properties, at));
  copy(properties,
       {"Architectures",
        "CapacityProviderConfig",
        "CodeSigningConfigArn",
        "Description",
        "DurableConfig",
        "Environment",
        "EphemeralStorage",
        "FileSystemConfigs",
        "FunctionName",
        "Handler",
        "ImageConfig",
        "KmsKeyArn",
        "Layers",
        "LoggingConfig",
        "MemorySize",
        "PackageType",
        "RecursiveLoop",
        "ReservedConcurrentExecutions",
        "Role",
        "Runtime",
        "RuntimeManagementConfig",
        "SnapStart",
        "TenancyConfig",
        "Timeout",
        "VpcConfig"},
       made);
  copy(properties, "DeadLetterQueue", made, "DeadLetterConfig");
  if (Draft* letters = made.find("DeadLetterConfig")) {  // {Type, TargetArn}
    Draft arn = Draft::mapping(letters->from());
    copy(letters->from(), {"TargetArn"}, arn);
    *letters = std::move(arn);
  }
  if (const auto tracing = properties.find("Tracing")) {
    Draft config = Draft::mapping(*tracing);
    config.set("Mode", Draft::of(*tracing));
    made.set("TracingConfig", std::move(config));
  }
  if (const auto tags = properties.find("Tags")) made.set("Tags", tag_list(*tags));
  return made;
}

}  // namespace

void ServerlessExpansion::expand_function(const ServerlessResource& resource) {
  const Node& properties = resource.properties;
  const Node& at = resource.text;
  Draft function = function_properties(properties, at);
  if (!properties.contains("Role"))
    function.set("Role", attribute_of(resource.id + "Role", "Arn", at));
  Draft made = Draft::mapping(at);
  made.set("Type", Draft::text("AWS::Lambda::Function", at));
  copy(at, {"Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdateReplacePolicy"}, made);
  made.set("Properties", std::move(function));
  resources_.set(resource.id, std::move(made));
  if (!properties.contains("Role"))
    add_role(resource, "lambda.amazonaws.com", managed_policies(properties));
  const std::string alias{properties.find("AutoPublishAlias").value_or(Node{}).spelling()};
  if (!alias.empty()) add_alias(resource, alias);
  add_invoke_config(resource, alias);
  if (const auto url = properties.find("FunctionUrlConfig")) {
    Draft address = Draft::opened(*url);
    address.set("TargetFunctionArn", ref_to(resource.id, *url));
    add(resource.id + "Url", "AWS::Lambda::Url", std::move(address), at);
  }
  const std::string published = resource.id + "Alias" + id_part(alias);
  const Draft invoked = ref_to(alias.empty() ? resource.id : published, at);
  // Ref of an alias is its ARN.
  expand_events(resource, alias.empty() ? attribute_of(resource.id, "Arn", at) : invoked, invoked,
                false);
}

/// "SAM ... creates and deploys an AWS Lambda version when the code changes, and points the alias
/// at it".
void ServerlessExpansion::add_alias(const ServerlessResource& resource, const std::string& alias) {
  const Node& at = resource.properties.find("AutoPublishAlias").value_or(resource.text);
  const Node uri = resource.properties.find("CodeUri").value_or(Node{});
  const std::string version =
      fmt::format("{}Version{}", resource.id, short_hash(uri.to_json().dump()));
  const std::string published = resource.id + "Alias" + id_part(alias);
  Draft numbered = Draft::mapping(at);
  numbered.set("FunctionName", ref_to(resource.id, at));
  copy(resource.properties, "VersionDescription", numbered, "Description");
  add(version, "AWS::Lambda::Version", std::move(numbered), resource.text);
  Draft named = Draft::mapping(at);
  named.set("Name", Draft::text(alias, at));
  named.set("FunctionName", ref_to(resource.id, at));
  named.set("FunctionVersion", attribute_of(version, "Version", at));
  copy(resource.properties, {"ProvisionedConcurrencyConfig"}, named);
  add(published, "AWS::Lambda::Alias", std::move(named), resource.text);
  renames_[resource.id + ".Alias"] = published;
  renames_[resource.id + ".Version"] = version;
  if (const auto preference = resource.properties.find("DeploymentPreference"))
    add_deployment(resource, published, *preference);
}

/// What CodeDeploy shall do with the alias is an UpdatePolicy of it.
/// AWS: SAM Developer Guide, "Deploying serverless applications gradually".
void ServerlessExpansion::add_deployment(const ServerlessResource& resource,
                                         const std::string& alias, const Node& preference) {
  const Node enabled = preference.find("Enabled").value_or(Node{});
  if (enabled.as_boolean() == false) return;
  const std::string application = "ServerlessDeploymentApplication";
  const std::string group = resource.id + "DeploymentGroup";
  if (resources_.find(application) == nullptr)
    add(application, "AWS::CodeDeploy::Application",
        Draft::json({{"ComputePlatform", "Lambda"}}, preference), Node{});
  Draft properties = Draft::mapping(preference);
  properties.set("ApplicationName", ref_to(application, preference));
  const std::string type{preference.find("Type").value_or(Node{}).spelling()};
  properties.set("DeploymentConfigName",
                 Draft::text(fmt::format("CodeDeployDefault.Lambda{}", type), preference));
  properties.set("DeploymentStyle", Draft::json({{"DeploymentType", "BLUE_GREEN"},
                                                 {"DeploymentOption", "WITH_TRAFFIC_CONTROL"}},
                                                preference));
  if (const auto alarms = preference.find("Alarms"); alarms && alarms->is_list()) {
    Draft names = Draft::list(*alarms);
    for (const Node& alarm : alarms->items()) {
      Draft name = Draft::mapping(alarm);
      name.set("Name", Draft::of(alarm));
      names.add(std::move(name));
    }
    Draft configuration = Draft::mapping(*alarms);
    configuration.set("Enabled", Draft::json(true, *alarms));
    configuration.set("Alarms", std::move(names));
    properties.set("AlarmConfiguration", std::move(configuration));
  }
  if (const auto role = preference.find("Role")) {
    properties.set("ServiceRoleArn", Draft::of(*role));
  } else {
    if (resources_.find("CodeDeployServiceRole") == nullptr) {
      const ServerlessResource maker{"CodeDeployService", "Function", preference, Node{}};
      add_role(maker, "codedeploy.amazonaws.com", {"AWSCodeDeployRoleForLambda"});
    }
    properties.set("ServiceRoleArn", attribute_of("CodeDeployServiceRole", "Arn", preference));
  }
  add(group, "AWS::CodeDeploy::DeploymentGroup", std::move(properties), resource.text);
  Draft update = Draft::mapping(preference);
  update.set("ApplicationName", ref_to(application, preference));
  update.set("DeploymentGroupName", ref_to(group, preference));
  const Node hooks = preference.find("Hooks").value_or(Node{});
  copy(hooks, "PreTraffic", update, "BeforeAllowTrafficHook");
  copy(hooks, "PostTraffic", update, "AfterAllowTrafficHook");
  Draft policy = Draft::mapping(preference);
  policy.set("CodeDeployLambdaAliasUpdate", std::move(update));
  resources_.find(alias)->set("UpdatePolicy", std::move(policy));
}

void ServerlessExpansion::add_invoke_config(const ServerlessResource& resource,
                                            const std::string& alias) {
  const auto config = resource.properties.find("EventInvokeConfig");
  if (!config || !config->is_mapping()) return;
  Draft made = Draft::mapping(*config);
  made.set("FunctionName", ref_to(resource.id, *config));
  made.set("Qualifier", Draft::text(alias.empty() ? "$LATEST" : alias, *config));
  copy(*config, {"MaximumEventAgeInSeconds", "MaximumRetryAttempts", "DestinationConfig"}, made);
  add(resource.id + "EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", std::move(made),
      resource.text);
}

}  // namespace opsim

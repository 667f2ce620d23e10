// APIs, tables, layers and nested applications of SAM.
// AWS: SAM specification, AWS::Serverless::Api, HttpApi, SimpleTable, LayerVersion, Application;
// "ServerlessRestApi" and "ServerlessHttpApi", the APIs that events imply.
#include <fmt/format.h>

#include <algorithm>

#include "opsim/json.hpp"
#include "sim/scenario/serverless_expansion.hpp"

namespace opsim {

namespace {

/// The text of a StageName, or what stands for one that a parameter gives.
std::string stage_part(const Node& stage) {
  return stage.is_text() ? id_part(stage.spelling()) : std::string{"Stage"};
}

/// SAM: Name, String (or Number, Binary) -> an attribute definition and a key.
std::pair<Json, Json> key_of(const Node& primary) {
  const std::string name = primary.find("Name").value_or(Node{}).as_text().value_or("id");
  const std::string type = primary.find("Type").value_or(Node{}).as_text().value_or("String");
  const std::string letter = type == "Number" ? "N" : type == "Binary" ? "B" : "S";
  return {Json::array({{{"AttributeName", name}, {"AttributeType", letter}}}),
          Json::array({{{"AttributeName", name}, {"KeyType", "HASH"}}})};
}

}  // namespace

/// One integration for each path; the document that API Gateway takes as Body.
Draft ServerlessExpansion::paths_of(const std::string& api, const Node& at) const {
  Draft paths = Draft::mapping(at);
  for (const ServerlessRoute& route : routes_) {
    if (route.api != api) continue;
    Draft call = Draft::mapping(route.at);
    call.set("type", Draft::text("aws_proxy", route.at));
    call.set("httpMethod", Draft::text("POST", route.at));
    call.set("uri", substituted(fmt::format("arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:"
                                            "lambda:path/2015-03-31/functions/${{{}.Arn}}/"
                                            "invocations",
                                            route.function),
                                route.at));
    Draft method = Draft::mapping(route.at);
    method.set("x-amazon-apigateway-integration", std::move(call));
    Draft* path = paths.find(route.path);
    if (path == nullptr) path = &paths.set(route.path, Draft::mapping(route.at));
    path->set(route.method, std::move(method));
  }
  Draft body = Draft::mapping(at);
  body.set("swagger", Draft::text("2.0", at));
  body.set("paths", std::move(paths));
  return body;
}

void ServerlessExpansion::add_rest_parts(const std::string& id, const std::string& stage,
                                         Draft stage_properties, const Node& at,
                                         const Node& owner) {
  const std::string deployment = fmt::format("{}Deployment{}", id, short_hash(id));
  Draft deployed = Draft::mapping(at);
  deployed.set("RestApiId", ref_to(id, at));
  add(deployment, "AWS::ApiGateway::Deployment", std::move(deployed), owner);
  stage_properties.set("RestApiId", ref_to(id, at));
  stage_properties.set("DeploymentId", ref_to(deployment, at));
  const std::string staged = fmt::format("{}{}Stage", id, stage);
  add(staged, "AWS::ApiGateway::Stage", std::move(stage_properties), owner);
  renames_[id + ".Stage"] = staged;
  renames_[id + ".Deployment"] = deployment;
}

void ServerlessExpansion::expand_api(const ServerlessResource& resource) {
  const Node& properties = resource.properties;
  const Node& at = resource.text;
  Draft api = Draft::mapping(at);
  copy(properties,
       {"ApiKeySourceType", "BinaryMediaTypes", "Description", "DisableExecuteApiEndpoint",
        "FailOnWarnings", "MinimumCompressionSize", "Mode", "Name", "Policy"},
       api);
  if (const auto body = properties.find("DefinitionBody"))
    api.set("Body", Draft::of(*body));
  else if (const auto uri = properties.find("DefinitionUri"))
    api.set("BodyS3Location", Draft::of(*uri));
  else
    api.set("Body", Draft{});  // its routes come with the functions' events
  if (const auto endpoint = properties.find("EndpointConfiguration")) {
    Draft configuration = endpoint->is_mapping() ? Draft::mapping(*endpoint) : Draft{};
    Draft types = Draft::list(*endpoint);
    types.add(
        Draft::of(endpoint->is_mapping() ? endpoint->find("Type").value_or(*endpoint) : *endpoint));
    configuration = Draft::mapping(*endpoint);
    configuration.set("Types", std::move(types));
    api.set("EndpointConfiguration", std::move(configuration));
  }
  if (!properties.contains("Name")) api.set("Name", Draft::text(resource.id, at));
  Draft made = Draft::mapping(at);
  made.set("Type", Draft::text("AWS::ApiGateway::RestApi", at));
  copy(at, {"Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdateReplacePolicy"}, made);
  made.set("Properties", std::move(api));
  resources_.set(resource.id, std::move(made));
  Draft stage = Draft::mapping(at);
  copy(properties,
       {"AccessLogSetting", "CacheClusterEnabled", "CacheClusterSize", "CanarySetting",
        "MethodSettings", "StageName", "TracingEnabled", "Variables"},
       stage);
  if (const auto tags = properties.find("Tags")) stage.set("Tags", tag_list(*tags));
  add_rest_parts(resource.id, stage_part(properties.find("StageName").value_or(Node{})),
                 std::move(stage), at, at);
}

void ServerlessExpansion::expand_http_api(const ServerlessResource& resource) {
  const Node& properties = resource.properties;
  const Node& at = resource.text;
  Draft api = Draft::mapping(at);
  copy(properties, {"Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "Name"}, api);
  copy(properties, "DefinitionBody", api, "Body");
  if (!properties.contains("DefinitionBody")) api.set("Body", Draft{});
  Draft made = Draft::mapping(at);
  made.set("Type", Draft::text("AWS::ApiGatewayV2::Api", at));
  copy(at, {"Condition", "DependsOn", "Metadata"}, made);
  made.set("Properties", std::move(api));
  resources_.set(resource.id, std::move(made));
  Draft stage = Draft::mapping(at);
  stage.set("ApiId", ref_to(resource.id, at));
  const Node name = properties.find("StageName").value_or(Node{});
  stage.set("StageName", name.is_null() ? Draft::text("$default", at) : Draft::of(name));
  stage.set("AutoDeploy", Draft::json(true, at));
  copy(properties, {"AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "Tags"}, stage);
  copy(properties, "StageVariables", stage, "StageVariables");
  const std::string staged =
      resource.id + (name.is_null() ? "ApiGatewayDefault" : stage_part(name)) + "Stage";
  add(staged, "AWS::ApiGatewayV2::Stage", std::move(stage), at);
  renames_[resource.id + ".Stage"] = staged;
}

/// "SAM ... creates an API ... for the union of all Api events that name none".
void ServerlessExpansion::add_implicit_apis() {
  const auto implied = [&](std::string_view id) {
    return std::ranges::find(routes_, id, &ServerlessRoute::api);
  };
  if (const auto first = implied("ServerlessRestApi"); first != routes_.end()) {
    const Node at = first->at;
    Draft api = Draft::mapping(at);
    api.set("Name", ref_to("AWS::StackName", at));
    api.set("Body", Draft{});
    add("ServerlessRestApi", "AWS::ApiGateway::RestApi", std::move(api), Node{});
    Draft stage = Draft::mapping(at);
    stage.set("StageName", Draft::text("Prod", at));
    add_rest_parts("ServerlessRestApi", "Prod", std::move(stage), at, Node{});
  }
  if (const auto first = implied("ServerlessHttpApi"); first != routes_.end()) {
    const Node at = first->at;
    Draft api = Draft::mapping(at);
    api.set("Body", Draft{});
    add("ServerlessHttpApi", "AWS::ApiGatewayV2::Api", std::move(api), Node{});
    Draft stage = Draft::mapping(at);
    stage.set("ApiId", ref_to("ServerlessHttpApi", at));
    stage.set("StageName", Draft::text("$default", at));
    stage.set("AutoDeploy", Draft::json(true, at));
    add("ServerlessHttpApiApiGatewayDefaultStage", "AWS::ApiGatewayV2::Stage", std::move(stage),
        Node{});
  }
  for (auto& [id, resource] : resources_.parts()) {
    Draft* properties = resource.find("Properties");
    Draft* body = properties == nullptr ? nullptr : properties->find("Body");
    if (body != nullptr && body->kind() == NodeKind::null) *body = paths_of(id, properties->from());
  }
}

/// A table with one key; "primary key: id, a String, where none is given".
void ServerlessExpansion::expand_table(const ServerlessResource& resource) {
  const Node& at = resource.text;
  const auto [attributes, keys] = key_of(resource.properties.find("PrimaryKey").value_or(Node{}));
  Draft table = Draft::mapping(at);
  table.set("AttributeDefinitions", Draft::json(attributes, at));
  table.set("KeySchema", Draft::json(keys, at));
  copy(resource.properties,
       {"PointInTimeRecoverySpecification", "ProvisionedThroughput", "SSESpecification",
        "TableName"},
       table);
  if (!resource.properties.contains("ProvisionedThroughput"))
    table.set("BillingMode", Draft::text("PAY_PER_REQUEST", at));
  if (const auto tags = resource.properties.find("Tags")) table.set("Tags", tag_list(*tags));
  Draft made = Draft::mapping(at);
  made.set("Type", Draft::text("AWS::DynamoDB::Table", at));
  copy(at, {"Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdateReplacePolicy"}, made);
  made.set("Properties", std::move(table));
  resources_.set(resource.id, std::move(made));
}

void ServerlessExpansion::expand_layer(const ServerlessResource& resource) {
  const Node& at = resource.text;
  Draft layer = Draft::mapping(at);
  Draft content = Draft::mapping(at);
  const Node uri = resource.properties.find("ContentUri").value_or(Node{});
  content.set("S3Bucket", Draft::text("packaged", at));
  content.set("S3Key", Draft::text(std::string{uri.is_text() ? uri.spelling() : "layer"}, at));
  layer.set("Content", std::move(content));
  copy(resource.properties,
       {"CompatibleArchitectures", "CompatibleRuntimes", "Description", "LayerName", "LicenseInfo"},
       layer);
  add(resource.id, "AWS::Lambda::LayerVersion", std::move(layer), at);
}

void ServerlessExpansion::expand_application(const ServerlessResource& resource) {
  const Node& at = resource.text;
  Draft stack = Draft::mapping(at);
  copy(resource.properties, {"NotificationARNs", "Parameters", "TimeoutInMinutes"}, stack);
  copy(resource.properties, "Location", stack, "TemplateURL");
  if (const auto tags = resource.properties.find("Tags")) stack.set("Tags", tag_list(*tags));
  Draft made = Draft::mapping(at);
  made.set("Type", Draft::text("AWS::CloudFormation::Stack", at));
  copy(at, {"Condition", "DependsOn", "Metadata"}, made);
  made.set("Properties", std::move(stack));
  resources_.set(resource.id, std::move(made));
}

}  // namespace opsim

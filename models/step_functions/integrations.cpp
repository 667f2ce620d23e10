// Which calls a Task may make, and how their answers read.
#include "models/step_functions/integrations.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"
#include "opsim/cloud/place.hpp"

namespace opsim::step_functions {

namespace {

struct Optimized {
  std::string_view service;
  std::string_view operations;  // separated by blanks; "*": all
};
// Source: Step Functions guide, "Integrating services" (optimized integrations), 2025.
constexpr Optimized kOptimized[] = {
    {"apigateway", "invoke"},
    {"athena", "startQueryExecution stopQueryExecution getQueryExecution getQueryResults"},
    {"batch", "submitJob"},
    {"bedrock", "invokeModel createModelCustomizationJob"},
    {"codebuild",
     "startBuild stopBuild batchDeleteBuilds batchGetReports startBuildBatch "
     "stopBuildBatch retryBuildBatch deleteBuildBatch"},
    {"databrew", "startJobRun"},
    {"dynamodb", "getItem putItem deleteItem updateItem"},
    {"ecs", "runTask"},
    {"eks", "createCluster createNodegroup deleteCluster deleteNodegroup runJob call"},
    {"elasticmapreduce", "*"},
    {"emr-containers", "*"},
    {"emr-serverless", "*"},
    {"events", "putEvents"},
    {"glue", "startJobRun"},
    {"http", "invoke"},
    {"lambda", "invoke"},
    {"mediaconvert", "createJob"},
    {"s3", "getObject listObjectsV2 putObject"},
    {"sagemaker", "*"},
    {"sns", "publish"},
    {"sqs", "sendMessage"},
    {"states", "startExecution"},
};

// Names of the Java SDK that differ from the endpoint. Source: supported-services-awssdk.
constexpr std::pair<std::string_view, std::string_view> kEndpoints[] = {
    {"cloudwatch", "cloudwatch"},        {"cloudwatchlogs", "logs"},
    {"eventbridge", "events"},           {"sfn", "states"},
    {"ssmincidents", "ssm-incidents"},   {"ssmcontacts", "ssm-contacts"},
    {"elasticloadbalancingv2", "elbv2"}, {"applicationautoscaling", "application-autoscaling"},
};

bool lists(std::string_view words, std::string_view word) {
  if (words == "*") return true;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

std::string capitalized(std::string_view word) {
  std::string text{word};
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// The names of a structure's members. SIMPLIFIED: maps are not told from structures, so a map's
// own keys gain a capital too, but what the caller named stays as it is (items, parameters).
Json in_pascal_case(Json value, int depth = 0) {
  if (depth > 50) return value;
  if (value.is_array()) {
    for (Json& item : value) item = in_pascal_case(std::move(item), depth + 1);
    return value;
  }
  if (!value.is_object()) return value;
  Json renamed = Json::object();
  for (auto& [key, member] : value.items())
    renamed[capitalized(key)] = in_pascal_case(std::move(member), depth + 1);
  return renamed;
}

}  // namespace

std::string Integration::resource() const {
  if (pattern == Pattern::wait_for_token) return operation + ".waitForTaskToken";
  if (pattern == Pattern::run_a_job) return operation + (parsed_output ? ".sync:2" : ".sync");
  return operation;
}

std::optional<Integration> read_integration(std::string_view resource) {
  const auto arn = Arn::parse(resource);
  if (!arn) return std::nullopt;
  Integration found;
  found.arn = resource;
  if (arn->service == "lambda" && arn->resource.starts_with("function:")) {
    found.service = found.endpoint = "lambda";
    return found;
  }
  if (arn->service != "states") return std::nullopt;
  if (arn->resource.starts_with("activity:")) {
    found.kind = Integration::Kind::activity;
    found.service = "activity";
    return found;
  }
  std::string rest = arn->resource;
  if (rest.ends_with(".waitForTaskToken")) {
    found.pattern = Integration::Pattern::wait_for_token;
    rest.resize(rest.size() - std::string_view{".waitForTaskToken"}.size());
  } else if (const auto at = rest.find(".sync"); at != std::string::npos) {
    found.pattern = Integration::Pattern::run_a_job;
    found.parsed_output = rest.substr(at) == ".sync:2";
    rest.resize(at);
  }
  const auto colon = rest.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  found.service = rest.substr(0, colon);
  found.operation = rest.substr(colon + 1);
  if (found.operation.empty()) return std::nullopt;
  if (found.service.starts_with("aws-sdk:")) {
    found.kind = Integration::Kind::sdk;
    found.endpoint = found.service.substr(8);
    const auto known = std::ranges::find(kEndpoints, found.endpoint,
                                         &std::pair<std::string_view, std::string_view>::first);
    if (known != std::end(kEndpoints)) found.endpoint = known->second;
    return found;
  }
  found.kind = Integration::Kind::optimized;
  found.endpoint = found.service;
  const auto known = std::ranges::find(kOptimized, found.service, &Optimized::service);
  if (known == std::end(kOptimized) || !lists(known->operations, found.operation))
    return std::nullopt;
  return found;
}

Json api_input(const Integration& integration, Json arguments) {
  if (!arguments.is_object()) return Json::object();
  const auto as_text = [](Json& holder, const char* key) {
    const auto at = holder.find(key);
    if (at != holder.end() && !at->is_string()) *at = at->dump();
  };
  if (integration.endpoint == "states") as_text(arguments, "Input");
  if (integration.endpoint == "sqs") as_text(arguments, "MessageBody");
  if (integration.endpoint == "sns") as_text(arguments, "Message");
  if (integration.endpoint == "lambda") as_text(arguments, "Payload");
  if (integration.endpoint == "events") {
    if (const auto entries = arguments.find("Entries");
        entries != arguments.end() && entries->is_array())
      for (Json& entry : *entries)
        if (entry.is_object()) as_text(entry, "Detail");
  }
  return arguments;
}

Json task_output(const Integration& integration, Json answer) {
  Json output = in_pascal_case(std::move(answer));
  if (integration.endpoint == "lambda" && integration.operation == "invoke") {
    if (const auto at = output.find("Payload"); at != output.end() && at->is_string()) {
      Json payload = Json::parse(at->get_ref<const std::string&>(), nullptr, false);
      if (!payload.is_discarded()) *at = std::move(payload);
    }
  }
  return output;
}

std::string error_name(const Integration& integration, std::string_view code) {
  std::string service = integration.service.starts_with("aws-sdk:") ? integration.service.substr(8)
                                                                    : integration.service;
  if (service == "dynamodb") service = "DynamoDB";
  service = service == "states" ? "StepFunctions"
            : service == "sns" || service == "sqs"
                ? (service == "sns" && integration.kind == Integration::Kind::optimized ? "SNS"
                   : service == "sqs" && integration.kind == Integration::Kind::optimized
                       ? "SQS"
                       : capitalized(service))
                : capitalized(service);
  const bool plain = std::ranges::all_of(
      code, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
  // The Java SDK has a class per modelled error; the rest are the service's own exception.
  if (!plain) return fmt::format("{}.{}Exception", service, service);
  return fmt::format("{}.{}{}", service, code, code.ends_with("Exception") ? "" : "Exception");
}

}  // namespace opsim::step_functions

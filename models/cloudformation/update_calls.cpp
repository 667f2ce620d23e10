// How a change of properties becomes calls of the service's own API.
// AWS: each service's API reference; CloudFormation's handlers make the same calls.
//
// SIMPLIFIED: where a type's row in resource_types.cpp has no update, a change is kept and shown,
// and nothing acts on it.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/cloudformation/resource_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

using Calls = std::vector<ServiceCall>;

struct Change {
  const TypeRow& row;
  const std::string& physical_id;
  const Json& before;
  const Json& after;
  const Json& attributes;
  [[nodiscard]] bool of(std::string_view name) const {
    return input::member(before, name) != input::member(after, name);
  }
};

/// The properties themselves, and the resource's name.
Json properties_as_input(const Change& change) {
  Json input = change.after;
  input.erase("Tags");
  input.update(call_input(change.row.update_id, change.row.also, change.physical_id, change.after));
  return input;
}

Calls usual_call(const Change& change) {
  return {{std::string{change.row.service}, std::string{change.row.update},
           properties_as_input(change)}};
}

/// "VPCZoneIdentifier: a comma-separated list"
Calls update_group(const Change& change) {
  Json input = properties_as_input(change);
  const auto zones = input.find("VPCZoneIdentifier");
  if (zones != input.end() && zones->is_array())
    *zones = fmt::format("{}", fmt::join(input::texts(input, "VPCZoneIdentifier"), ","));
  // "AutoScalingScheduledAction: IgnoreUnmodifiedGroupSizeProperties"; without it, sizes are set as
  // the template has them.
  const Json& policy = input::member(change.attributes, "UpdatePolicy");
  const Json& action = input::member(policy, "AutoScalingScheduledAction");
  if (input::boolean(action, "IgnoreUnmodifiedGroupSizeProperties").value_or(false))
    for (const char* size : {"DesiredCapacity", "MaxSize", "MinSize"})
      if (!change.of(size)) input.erase(size);
  return {{"autoscaling", "UpdateAutoScalingGroup", std::move(input)}};
}

Calls update_function(const Change& change) {
  Calls calls;
  const Json& code = input::member(change.after, "Code");
  if (change.of("Code") && code.is_object()) {
    Json input = code;
    input["FunctionName"] = change.physical_id;
    calls.push_back({"lambda", "UpdateFunctionCode", std::move(input)});
  }
  Json before = change.before;
  Json after = change.after;
  for (const char* apart : {"Code", "ReservedConcurrentExecutions", "Tags"}) {
    before.erase(apart);
    after.erase(apart);
  }
  if (before != after) {
    after["FunctionName"] = change.physical_id;
    calls.push_back({"lambda", "UpdateFunctionConfiguration", std::move(after)});
  }
  const Json& reserved = input::member(change.after, "ReservedConcurrentExecutions");
  if (change.of("ReservedConcurrentExecutions")) {
    Json input{{"FunctionName", change.physical_id}};
    if (!reserved.is_null()) input["ReservedConcurrentExecutions"] = reserved;
    calls.push_back({"lambda",
                     reserved.is_null() ? "DeleteFunctionConcurrency" : "PutFunctionConcurrency",
                     std::move(input)});
  }
  return calls;
}

Json target_ids(const Json& properties) {
  Json ids = Json::array();
  const Json& targets = input::member(properties, "Targets");
  if (targets.is_array())
    for (const Json& target : targets) ids.push_back(input::text(target, "Id"));
  return ids;
}

/// Ref of a rule is its name, behind its bus where that is not the default one.
Json rule_input(const std::string& physical_id, std::string_view member) {
  const auto bar = physical_id.find('|');
  Json input{{std::string{member}, physical_id.substr(bar == std::string::npos ? 0 : bar + 1)}};
  if (bar != std::string::npos) input["EventBusName"] = physical_id.substr(0, bar);
  return input;
}

Calls update_rule(const Change& change) {
  Calls calls;
  Json put = change.after;
  put.erase("Targets");
  put.erase("Tags");
  put.update(rule_input(change.physical_id, "Name"));
  calls.push_back({"events", "PutRule", std::move(put)});
  Json gone = Json::array();
  const Json kept = target_ids(change.after);
  for (const Json& id : target_ids(change.before))
    if (std::ranges::find(kept, id) == kept.end()) gone.push_back(id);
  if (!gone.empty()) {
    Json input = rule_input(change.physical_id, "Rule");
    input["Ids"] = std::move(gone);
    calls.push_back({"events", "RemoveTargets", std::move(input)});
  }
  if (change.of("Targets") && !kept.empty()) {
    Json input = rule_input(change.physical_id, "Rule");
    input["Targets"] = change.after["Targets"];
    calls.push_back({"events", "PutTargets", std::move(input)});
  }
  return calls;
}

Calls update_parameter(const Change& change) {
  Json input = properties_as_input(change);
  input["Overwrite"] = true;
  return {{"ssm", "PutParameter", std::move(input)}};
}

Calls update_document(const Change& change) {
  const Json& content = input::member(change.after, "Content");
  return {{"ssm",
           "UpdateDocument",
           {{"Name", change.physical_id},
            {"Content", content.is_string() ? content.get<std::string>() : content.dump()},
            {"DocumentFormat",
             content.is_string() ? input::text(change.after, "DocumentFormat") : "JSON"},
            {"DocumentVersion", "$LATEST"}}},
          {"ssm",
           "UpdateDocumentDefaultVersion",
           {{"Name", change.physical_id}, {"DocumentVersion", "$LATEST"}}}};
}

Calls update_log_group(const Change& change) {
  if (!change.of("RetentionInDays")) return {};
  const Json& days = input::member(change.after, "RetentionInDays");
  Json input{{"logGroupName", change.physical_id}};
  if (!days.is_null()) input["retentionInDays"] = days;
  return {
      {"logs", days.is_null() ? "DeleteRetentionPolicy" : "PutRetentionPolicy", std::move(input)}};
}

Calls update_topic(const Change& change) {
  Calls calls;
  for (const char* name : {"DisplayName", "KmsMasterKeyId", "TracingConfig"})
    if (change.of(name))
      calls.push_back({"sns",
                       "SetTopicAttributes",
                       {{"TopicArn", change.physical_id},
                        {"AttributeName", name},
                        {"AttributeValue", input::text(change.after, name)}}});
  return calls;
}

std::string attribute_text(const Json& value) {
  return value.is_structured() ? value.dump() : input::text(value);
}

Calls update_subscription(const Change& change) {
  Calls calls;
  for (const char* name : {"DeliveryPolicy", "FilterPolicy", "FilterPolicyScope",
                           "RawMessageDelivery", "RedrivePolicy"})
    if (change.of(name))
      calls.push_back({"sns",
                       "SetSubscriptionAttributes",
                       {{"SubscriptionArn", change.physical_id},
                        {"AttributeName", name},
                        {"AttributeValue", attribute_text(input::member(change.after, name))}}});
  return calls;
}

Calls update_queue(const Change& change) {
  Json attributes = Json::object();
  for (const char* name : {"DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod",
                           "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy",
                           "VisibilityTimeout"})
    if (change.of(name)) attributes[name] = attribute_text(input::member(change.after, name));
  if (attributes.empty()) return {};
  return {{"sqs",
           "SetQueueAttributes",
           {{"QueueUrl", change.physical_id}, {"Attributes", std::move(attributes)}}}};
}

Calls update_role(const Change& change) {
  Calls calls;
  const Json& policies = input::member(change.after, "Policies");
  if (change.of("Policies") && policies.is_array())
    for (const Json& one : policies)
      calls.push_back({"iam",
                       "PutRolePolicy",
                       {{"RoleName", change.physical_id},
                        {"PolicyName", input::text(one, "PolicyName")},
                        {"PolicyDocument", input::member(one, "PolicyDocument")}}});
  const auto before = input::texts(change.before, "ManagedPolicyArns");
  const auto after = input::texts(change.after, "ManagedPolicyArns");
  const auto move_policies = [&](const auto& from, const auto& to, const char* operation) {
    for (const std::string& arn : from)
      if (std::ranges::find(to, arn) == to.end())
        calls.push_back({"iam", operation, {{"RoleName", change.physical_id}, {"PolicyArn", arn}}});
  };
  move_policies(after, before, "AttachRolePolicy");
  move_policies(before, after, "DetachRolePolicy");
  return calls;
}

std::string substituted(std::string text, const Json& substitutions) {
  if (!substitutions.is_object()) return text;
  for (const auto& [name, value] : substitutions.items()) {
    const std::string written = "${" + name + "}";
    const std::string worth = input::text(value);
    for (auto at = text.find(written); at != std::string::npos;
         at = text.find(written, at + worth.size()))
      text.replace(at, written.size(), worth);
  }
  return text;
}

Calls update_state_machine(const Change& change) {
  const Json& definition = input::member(change.after, "Definition");
  std::string text = input::text(change.after, "DefinitionString");
  if (text.empty() && !definition.is_null()) text = definition.dump();
  Json input{{"stateMachineArn", change.physical_id},
             {"roleArn", input::text(change.after, "RoleArn")}};
  if (!text.empty())
    input["definition"] =
        substituted(std::move(text), input::member(change.after, "DefinitionSubstitutions"));
  return {{"states", "UpdateStateMachine", std::move(input)}};
}

Json record_change(std::string_view action, const Json& properties) {
  Json set = Json::object();
  for (const auto& [name, value] : properties.items())
    if (name != "HostedZoneId" && name != "HostedZoneName" && name != "Comment") set[name] = value;
  if (const auto records = set.find("ResourceRecords"); records != set.end() && records->is_array())
    for (Json& one : *records)
      if (one.is_string()) one = Json{{"Value", one.get<std::string>()}};
  return {
      {"HostedZoneId", input::text(properties, "HostedZoneId")},
      {"HostedZoneName", input::text(properties, "HostedZoneName")},
      {"ChangeBatch",
       {{"Changes", Json::array({{{"Action", action}, {"ResourceRecordSet", std::move(set)}}})}}}};
}

Calls update_record(const Change& change) {
  return {{"route53", "ChangeResourceRecordSets", record_change("UPSERT", change.after)}};
}

Calls update_bucket(const Change& change) {
  Calls calls;
  const auto put = [&](const char* property, const char* operation) {
    if (change.of(property) && !input::member(change.after, property).is_null())
      calls.push_back(
          {"s3",
           operation,
           {{"Bucket", change.physical_id}, {property, input::member(change.after, property)}}});
  };
  put("VersioningConfiguration", "PutBucketVersioning");
  put("OwnershipControls", "PutBucketOwnershipControls");
  put("PublicAccessBlockConfiguration", "PutPublicAccessBlock");
  if (change.of("PublicAccessBlockConfiguration") &&
      input::member(change.after, "PublicAccessBlockConfiguration").is_null())
    calls.push_back({"s3", "DeletePublicAccessBlock", {{"Bucket", change.physical_id}}});
  return calls;
}

Calls update_bucket_policy(const Change& change) {
  return {{"s3",
           "PutBucketPolicy",
           {{"Bucket", change.physical_id},
            {"Policy", input::member(change.after, "PolicyDocument")}}}};
}

Calls update_config_rule(const Change& change) {
  return {{"config", "PutConfigRule", {{"ConfigRule", properties_as_input(change)}}}};
}

Calls update_remediation(const Change& change) {
  return {{"config",
           "PutRemediationConfigurations",
           {{"RemediationConfigurations", Json::array({change.after})}}}};
}

Calls update_launch_template(const Change& change) {
  return {{"ec2",
           "CreateLaunchTemplateVersion",
           {{"LaunchTemplateId", change.physical_id},
            {"LaunchTemplateData", input::member(change.after, "LaunchTemplateData")}}}};
}

/// Rules that are gone are revoked, then new ones authorized.
Calls update_security_group(const Change& change) {
  Calls calls;
  for (const std::string direction : {"Ingress", "Egress"}) {
    const std::string name = "SecurityGroup" + direction;
    const auto list_of = [&](const Json& properties) {
      const Json& written = input::member(properties, name);
      return written.is_array() ? written : Json(Json::array());
    };
    const Json before = list_of(change.before);
    const Json after = list_of(change.after);
    const auto call = [&](const char* verb, const Json& from, const Json& missing_in) {
      for (Json rule : from) {
        if (std::ranges::find(missing_in, rule) != missing_in.end()) continue;
        rule["GroupId"] = change.physical_id;
        calls.push_back({"ec2", verb + name, std::move(rule)});
      }
    };
    call("Revoke", before, after);
    call("Authorize", after, before);
  }
  return calls;
}

struct Special {
  std::string_view type;
  Calls (*calls)(const Change&);
};
// To add a type whose call is not its properties: its function above and one row, sorted.
constexpr Special kSpecials[] = {
    {"AWS::AutoScaling::AutoScalingGroup", update_group},
    {"AWS::Config::ConfigRule", update_config_rule},
    {"AWS::Config::RemediationConfiguration", update_remediation},
    {"AWS::EC2::LaunchTemplate", update_launch_template},
    {"AWS::EC2::SecurityGroup", update_security_group},
    {"AWS::Events::Rule", update_rule},
    {"AWS::IAM::Role", update_role},
    {"AWS::Lambda::Function", update_function},
    {"AWS::Logs::LogGroup", update_log_group},
    {"AWS::Route53::RecordSet", update_record},
    {"AWS::S3::Bucket", update_bucket},
    {"AWS::S3::BucketPolicy", update_bucket_policy},
    {"AWS::SNS::Subscription", update_subscription},
    {"AWS::SNS::Topic", update_topic},
    {"AWS::SQS::Queue", update_queue},
    {"AWS::SSM::Document", update_document},
    {"AWS::SSM::Parameter", update_parameter},
    {"AWS::StepFunctions::StateMachine", update_state_machine},
};
static_assert(std::ranges::is_sorted(kSpecials, {}, &Special::type));

}  // namespace

std::vector<ServiceCall> update_calls(const std::string& type, const std::string& physical_id,
                                      const Json& before, const Json& after,
                                      const Json& attributes) {
  const TypeRow& row = type_row(type);
  const Change change{row, physical_id, before, after, attributes};
  const auto special = std::ranges::lower_bound(kSpecials, type, {}, &Special::type);
  if (special != std::end(kSpecials) && special->type == type) return special->calls(change);
  return row.update.empty() ? Calls{} : usual_call(change);
}

ServiceCall create_call(const std::string& type, const Json& properties) {
  const TypeRow& row = type_row(type);
  return {std::string{row.service}, std::string{row.create}, properties};
}

std::vector<ServiceCall> remove_calls(const Doomed& doomed, const std::string& snapshot) {
  const TypeRow& row = type_row(doomed.type);
  if (row.remove.empty()) return {};
  Calls calls;
  Json input = call_input(row.remove_id, row.also, doomed.physical_id, doomed.properties);
  if (doomed.type == "AWS::Events::Rule") {
    Json remove = rule_input(doomed.physical_id, "Rule");
    remove["Ids"] = target_ids(doomed.properties);
    if (!remove["Ids"].empty()) calls.push_back({"events", "RemoveTargets", std::move(remove)});
    input = rule_input(doomed.physical_id, "Name");
  }
  if (doomed.type == "AWS::Route53::RecordSet") input = record_change("DELETE", doomed.properties);
  if (doomed.type == "AWS::AutoScaling::AutoScalingGroup") input["ForceDelete"] = true;
  if (doomed.type == "AWS::ECS::Service") input["force"] = true;
  if (doomed.type == "AWS::SecretsManager::Secret") input["ForceDeleteWithoutRecovery"] = true;
  if (doomed.type.ends_with("::DBInstance") || doomed.type.ends_with("::DBCluster")) {
    input["SkipFinalSnapshot"] = snapshot.empty();
    if (!snapshot.empty()) input["FinalDBSnapshotIdentifier"] = snapshot;
  }
  if (doomed.type == "AWS::EC2::Volume" && !snapshot.empty())
    calls.push_back({"ec2", "CreateSnapshot", {{"VolumeId", doomed.physical_id}}});
  calls.push_back({std::string{row.service}, std::string{row.remove}, std::move(input)});
  return calls;
}

}  // namespace opsim::cloudformation

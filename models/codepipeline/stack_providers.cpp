// Deploy actions of CloudFormation: stacks, change sets, StackSets.
// AWS: CodePipeline User Guide, action-reference-CloudFormation (ActionMode, ParameterOverrides,
// TemplateConfiguration, OutputFileName; "output variables: ... the key-value pairs in the Outputs
// section of the stack template") and action-reference-StackSets.
#include <fmt/format.h>

#include "models/codepipeline/provider.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

/// {"Fn::GetArtifactAtt": ["MyApp", "ObjectKey"]} and {"Fn::GetParam": ["MyApp", "f.json", "Key"]}.
std::string artifact_function(const ActionContext& context, const Json& value) {
  if (!value.is_object() || value.size() != 1) return text(value);
  const Json& arguments = value.begin().value();
  if (!arguments.is_array() || arguments.size() < 2) return text(value);
  const auto artifact = context.execution.artifacts.find(text(arguments[0]));
  if (artifact == context.execution.artifacts.end()) return "";
  if (value.begin().key() == "Fn::GetArtifactAtt") {
    if (text(arguments[1]) == "BucketName") return artifact->second.bucket;
    if (text(arguments[1]) == "ObjectKey") return artifact->second.key;
    return fmt::format("https://{}.s3.amazonaws.com/{}", artifact->second.bucket,
                       artifact->second.key);
  }
  const auto file = context.file_at(text(arguments[0]) + "::" + text(arguments[1]));
  return arguments.size() < 3 || !file
             ? ""
             : text(Json::parse(*file, nullptr, false), text(arguments[2]));
}

/// "ParameterOverrides ... take precedence over TemplateConfiguration".
Json parameters_of(const ActionContext& context, const Json& configuration) {
  std::map<std::string, std::string> values;
  for (const Json& source :
       {member(configuration, "Parameters"),
        Json::parse(context.setting("ParameterOverrides", "{}"), nullptr, false)})
    if (source.is_object())
      for (const auto& [key, value] : source.items())
        values[key] = artifact_function(context, value);
  Json list = Json::array();
  for (const auto& [key, value] : values)
    list.push_back({{"ParameterKey", key}, {"ParameterValue", value}});
  return list;
}

Json capabilities_of(const ActionContext& context) {
  Json list = Json::array();
  std::string_view rest;
  const std::string all = context.setting("Capabilities");
  rest = all;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string_view one = rest.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    list.push_back(one);
    rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return list;
}

/// The template and what goes with it; the error where the artifact lacks it.
ApiResult<Json> stack_request(const ActionContext& context) {
  Json request{{"StackName", context.setting("StackName")},
               {"Capabilities", capabilities_of(context)}};
  const std::string path = context.setting("TemplatePath");
  const auto body = context.file_at(path);
  if (!path.empty() && !body)
    return ApiError{"ValidationError",
                    fmt::format("File [{}] does not exist in artifact [{}]",
                                path.substr(std::min(path.size(), path.find("::") + 2)),
                                path.substr(0, path.find("::")))};
  if (body) request["TemplateBody"] = *body;
  Json configuration;
  if (const auto file = context.file_at(context.setting("TemplateConfiguration")))
    configuration = Json::parse(*file, nullptr, false);
  request["Parameters"] = parameters_of(context, configuration);
  if (const Json& tags = member(configuration, "Tags"); tags.is_object())
    for (const auto& [key, value] : tags.items())
      request["Tags"].push_back({{"Key", key}, {"Value", value}});
  if (const Json& policy = member(configuration, "StackPolicy"); policy.is_object())
    request["StackPolicyBody"] = policy.dump();
  if (const std::string role = context.setting("RoleArn"); !role.empty()) request["RoleARN"] = role;
  return request;
}

const Json& first_stack(const Json& answer) {
  static const Json none;
  const Json& stacks = member(answer, "Stacks");
  return stacks.is_array() && !stacks.empty() ? stacks.front() : none;
}

std::optional<ActionEnd> stack_ended(const Json& answer) {
  const Json& stack = first_stack(answer);
  const std::string status = text(stack, "StackStatus");
  if (status.ends_with("_IN_PROGRESS")) return std::nullopt;
  const bool good = status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE" ||
                    status == "DELETE_COMPLETE" || status == "IMPORT_COMPLETE";
  if (!good)
    return failed("JobFailed",
                  fmt::format("Stack {} ended as {}{}{}", text(stack, "StackName"), status,
                              text(stack, "StackStatusReason").empty() ? "" : ": ",
                              text(stack, "StackStatusReason")));
  ActionEnd end;
  end.summary = fmt::format("Stack {}: {}", text(stack, "StackName"), status);
  if (const Json& outputs = member(stack, "Outputs"); outputs.is_array())
    for (const Json& output : outputs)
      end.variables[text(output, "OutputKey")] = text(output, "OutputValue");
  return end;
}

Process<ActionEnd> follow_stack(ActionContext& context) {
  Json asked{{"StackName", context.setting("StackName")}};
  Process<ActionEnd> waiting =
      poll(context, "cloudformation", "DescribeStacks", std::move(asked), stack_ended);
  ActionEnd end = co_await waiting;
  if (const std::string file = context.setting("OutputFileName"); end.ok && !file.empty())
    end.outputs[context.output()][file] = Json(end.variables).dump();
  co_return end;
}

/// "ROLLBACK_COMPLETE" and its like: only a deletion leads out of them.
bool is_dead(const std::string& status) {
  return status == "ROLLBACK_COMPLETE" || status == "ROLLBACK_FAILED" ||
         status == "CREATE_FAILED" || status == "DELETE_FAILED";
}

/// The stack's status, "" where there is none; the error where nothing can tell.
Process<ApiResult<Json>> status_of_stack(ActionContext& context) {
  Json asked{{"StackName", context.setting("StackName")}};
  Process<ApiResult<Json>> looking =
      context.call("cloudformation", "DescribeStacks", std::move(asked));
  const ApiResult<Json> found = co_await looking;
  if (found) co_return Json(text(first_stack(*found), "StackStatus"));
  if (found.error().code == "ValidationError") co_return Json("");
  co_return found.error();
}

std::optional<ActionEnd> stack_gone(const Json& answer) {
  const std::string status = text(first_stack(answer), "StackStatus");
  return status.empty() || status == "DELETE_COMPLETE" ? std::optional{ActionEnd{}} : std::nullopt;
}

Process<ActionEnd> delete_stack(ActionContext& context) {
  Json asked{{"StackName", context.setting("StackName")}};
  Process<ApiResult<Json>> deleting = context.call("cloudformation", "DeleteStack", asked);
  const ApiResult<Json> deleted = co_await deleting;
  if (!deleted) co_return refused(deleted.error());
  Process<ActionEnd> waiting =
      poll(context, "cloudformation", "DescribeStacks", std::move(asked), stack_gone);
  ActionEnd end = co_await waiting;
  // "Stack with id X does not exist" is what was wanted.
  co_return end.ok || end.message.find("does not exist") != std::string::npos ? ActionEnd{} : end;
}

Process<ActionEnd> create_or_update(ActionContext& context, std::string status) {
  ApiResult<Json> request = stack_request(context);
  if (!request) co_return refused(request.error());
  if (is_dead(status) && context.setting("ActionMode") == "REPLACE_ON_FAILURE") {
    Process<ActionEnd> deleting = delete_stack(context);
    const ActionEnd deleted = co_await deleting;
    if (!deleted.ok) co_return deleted;
    status.clear();
  }
  Process<ApiResult<Json>> asking =
      context.call("cloudformation", status.empty() ? "CreateStack" : "UpdateStack", *request);
  const ApiResult<Json> answer = co_await asking;
  if (!answer &&
      answer.error().message.find("No updates are to be performed") != std::string::npos) {
    Process<ActionEnd> unchanged = follow_stack(context);
    ActionEnd end = co_await unchanged;
    end.summary = "No updates are to be performed.";
    co_return end;
  }
  if (!answer) co_return refused(answer.error());
  context.run.external_id = text(*answer, "StackId");
  Process<ActionEnd> following = follow_stack(context);
  ActionEnd end = co_await following;
  co_return end;
}

bool has_no_changes(const std::string& reason) {
  return reason.find("didn't contain changes") != std::string::npos ||
         reason.find("No updates are to be performed") != std::string::npos;
}

/// A change set without changes is no failure: it is executed as nothing.
std::optional<ActionEnd> change_set_ended(const Json& answer) {
  const std::string status = text(answer, "Status");
  if (status == "CREATE_COMPLETE") {
    ActionEnd end;
    const Json& changes = member(answer, "Changes");
    const std::size_t count = changes.is_array() ? changes.size() : 0;
    end.summary = fmt::format("Change set {}: {} change{}", text(answer, "ChangeSetName"), count,
                              count == 1 ? "" : "s");
    return end;
  }
  if (status != "FAILED") return std::nullopt;
  if (!has_no_changes(text(answer, "StatusReason")))
    return failed("JobFailed",
                  fmt::format("Change set {} failed: {}", text(answer, "ChangeSetName"),
                              text(answer, "StatusReason")));
  ActionEnd end;
  end.summary = fmt::format("Change set {} contains no changes", text(answer, "ChangeSetName"));
  return end;
}

Process<ActionEnd> replace_change_set(ActionContext& context, std::string status) {
  ApiResult<Json> request = stack_request(context);
  if (!request) co_return refused(request.error());
  const std::string name = context.setting("ChangeSetName");
  Json old{{"StackName", context.setting("StackName")}, {"ChangeSetName", name}};
  const bool is_new = status.empty() || status == "REVIEW_IN_PROGRESS";
  if (!status.empty()) {
    const ApiResult<Json> stands =
        context.all.cloud.inspect(context.caller.place, "cloudformation", "DescribeChangeSet", old);
    if (stands) {
      Process<ApiResult<Json>> deleting = context.call("cloudformation", "DeleteChangeSet", old);
      co_await deleting;
    }
  }
  (*request)["ChangeSetName"] = name;
  (*request)["ChangeSetType"] = is_new ? "CREATE" : "UPDATE";
  Process<ApiResult<Json>> creating =
      context.call("cloudformation", "CreateChangeSet", *std::move(request));
  const ApiResult<Json> created = co_await creating;
  if (!created) co_return refused(created.error());
  context.run.external_id = text(*created, "Id");
  Process<ActionEnd> waiting =
      poll(context, "cloudformation", "DescribeChangeSet", std::move(old), change_set_ended);
  ActionEnd end = co_await waiting;
  co_return end;
}

Process<ActionEnd> execute_change_set(ActionContext& context) {
  Json asked{{"StackName", context.setting("StackName")},
             {"ChangeSetName", context.setting("ChangeSetName")}};
  Process<ApiResult<Json>> looking = context.call("cloudformation", "DescribeChangeSet", asked);
  const ApiResult<Json> found = co_await looking;
  if (!found) co_return refused(found.error());
  if (has_no_changes(text(*found, "StatusReason"))) {
    ActionEnd end;
    end.summary = "The change set contains no changes: nothing was executed";
    co_return end;
  }
  Process<ApiResult<Json>> executing =
      context.call("cloudformation", "ExecuteChangeSet", std::move(asked));
  const ApiResult<Json> executed = co_await executing;
  if (!executed) co_return refused(executed.error());
  context.run.external_id = text(*found, "StackId");
  Process<ActionEnd> following = follow_stack(context);
  ActionEnd end = co_await following;
  co_return end;
}

std::optional<ActionEnd> set_operation_ended(const Json& answer) {
  const Json& operation = member(answer, "StackSetOperation");
  const std::string status = text(operation, "Status");
  if (status == "SUCCEEDED") return ActionEnd{};
  if (status == "FAILED" || status == "STOPPED")
    return failed("JobFailed", fmt::format("The StackSet operation {} ended as {}",
                                           text(operation, "OperationId"), status));
  return std::nullopt;
}

Json list_of(std::string_view commas) {
  Json list = Json::array();
  while (!commas.empty()) {
    const auto comma = commas.find(',');
    if (comma != 0) list.push_back(commas.substr(0, comma));
    commas = comma == commas.npos ? std::string_view{} : commas.substr(comma + 1);
  }
  return list;
}

/// Where its stacks go; numbers of a rollout.
void add_set_settings(const ActionContext& context, Json& request) {
  const std::string targets = context.setting("DeploymentTargets");
  if (!targets.empty()) {
    const bool units = targets.starts_with("ou-") || targets.starts_with("r-");
    if (units || context.setting("PermissionModel") == "SERVICE_MANAGED")
      request["DeploymentTargets"][units ? "OrganizationalUnitIds" : "Accounts"] = list_of(targets);
    else
      request["Accounts"] = list_of(targets);
  }
  if (const std::string regions = context.setting("Regions"); !regions.empty())
    request["Regions"] = list_of(regions);
  for (const auto& [key, named] :
       {std::pair{"FailureTolerancePercentage", "FailureTolerancePercentage"},
        std::pair{"MaxConcurrentPercentage", "MaxConcurrentPercentage"}})
    if (const std::string value = context.setting(key); !value.empty())
      request["OperationPreferences"][named] = value;
}

Process<ActionEnd> follow_set(ActionContext& context, std::string operation, Json request) {
  Process<ApiResult<Json>> asking =
      context.call("cloudformation", std::move(operation), std::move(request));
  const ApiResult<Json> answer = co_await asking;
  if (!answer) co_return refused(answer.error());
  context.run.external_id = text(*answer, "OperationId");
  if (context.run.external_id.empty()) co_return ActionEnd{};
  Json asked{{"StackSetName", context.setting("StackSetName")},
             {"OperationId", context.run.external_id}};
  Process<ActionEnd> waiting = poll(context, "cloudformation", "DescribeStackSetOperation",
                                    std::move(asked), set_operation_ended);
  ActionEnd end = co_await waiting;
  co_return end;
}

}  // namespace

Process<ActionEnd> deploy_stack(ActionContext& context) {
  const std::string mode = context.setting("ActionMode");
  Process<ApiResult<Json>> looking = status_of_stack(context);
  const ApiResult<Json> found = co_await looking;
  if (!found) co_return refused(found.error());
  const std::string status = text(*found);
  Process<ActionEnd> work = mode == "CHANGE_SET_REPLACE"   ? replace_change_set(context, status)
                            : mode == "CHANGE_SET_EXECUTE" ? execute_change_set(context)
                            : mode == "DELETE_ONLY"        ? delete_stack(context)
                                                           : create_or_update(context, status);
  ActionEnd end = co_await work;
  co_return end;
}

/// "Creates or updates a stack set and its instances".
Process<ActionEnd> deploy_stack_set(ActionContext& context) {
  ApiResult<Json> request = stack_request(context);
  if (!request) co_return refused(request.error());
  Json set = *std::move(request);
  set.erase("StackName");
  const std::string name = context.setting("StackSetName");
  set["StackSetName"] = name;
  if (const std::string model = context.setting("PermissionModel"); !model.empty())
    set["PermissionModel"] = model;
  Json named{{"StackSetName", name}};
  Process<ApiResult<Json>> looking = context.call("cloudformation", "DescribeStackSet", named);
  const ApiResult<Json> found = co_await looking;
  const bool is_new = !found && found.error().code == "StackSetNotFoundException";
  if (!found && !is_new) co_return refused(found.error());
  if (!is_new) {
    add_set_settings(context, set);
    Process<ActionEnd> updating = follow_set(context, "UpdateStackSet", std::move(set));
    ActionEnd end = co_await updating;
    co_return end;
  }
  Process<ApiResult<Json>> creating =
      context.call("cloudformation", "CreateStackSet", std::move(set));
  const ApiResult<Json> created = co_await creating;
  if (!created) co_return refused(created.error());
  add_set_settings(context, named);
  if (!named.contains("Regions")) co_return ActionEnd{};
  Process<ActionEnd> filling = follow_set(context, "CreateStackInstances", std::move(named));
  ActionEnd end = co_await filling;
  co_return end;
}

Process<ActionEnd> deploy_stack_instances(ActionContext& context) {
  Json request{{"StackSetName", context.setting("StackSetName")}};
  add_set_settings(context, request);
  Process<ActionEnd> filling = follow_set(context, "CreateStackInstances", std::move(request));
  ActionEnd end = co_await filling;
  co_return end;
}

}  // namespace opsim::codepipeline

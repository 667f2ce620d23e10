// One resource at work: made, changed, taken away.
// AWS: CloudFormation User Guide, "Stack status codes", "How CloudFormation works"; the reasons are
// worded as stack events show them.
//
// SIMPLIFIED: what creates a resource is its model's own create, which answers at once; the
// resource is there from then on, and CREATE_COMPLETE once its handler would have seen it stable.
#include "models/cloudformation/resource_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr double kSpread = 0.25;  // sigma of the logarithm of a handler's time: estimate
constexpr int kMostTries = 6;     // of a throttled call, twice as far apart each time: estimate
constexpr Duration kToInitiate = std::chrono::milliseconds{700};  // estimate

std::string handler_code(const ApiError& error) {
  const auto has = [&](std::string_view part) {
    return error.code.find(part) != std::string::npos;
  };
  if (has("AlreadyExist") || has("AlreadyOwned") || has("InUse") || has("Exists"))
    return "AlreadyExists";
  if (has("NotFound") || has("NoSuch") || has("DoesNotExist")) return "NotFound";
  if (has("AccessDenied") || has("Unauthorized")) return "AccessDenied";
  if (has("Throttl")) return "Throttling";
  if (has("Limit") || has("Quota")) return "ServiceLimitExceeded";
  if (has("Internal") || has("Unavailable")) return "ServiceInternalError";
  return "InvalidRequest";
}

const WorkPhysics* physics_of(const CloudFormation& cfn, const std::string& logical_id,
                              const std::string& type) {
  if (const auto found = cfn.physics.find(logical_id); found != cfn.physics.end())
    return &found->second;
  const auto found = cfn.physics.find(type);
  return found == cfn.physics.end() ? nullptr : &found->second;
}

Stream& stream_of(CloudFormation& cfn, const Stack& stack, const std::string& logical_id,
                  std::string_view what) {
  return cfn.sim().random(fmt::format("cloudformation.{}.{}.{}.{}", what, stack.place.account,
                                      stack.place.region, stack.name + "/" + logical_id));
}

/// What the worker's role says of it, as every other call is asked.
std::optional<ApiError> refused(CloudFormation& cfn, const Caller& caller,
                                const ServiceCall& call) {
  const Request request{cfn.cloud, caller, call.service, call.operation, call.input};
  for (const Service* service : cfn.cloud.catalog())
    if (service->authorize != nullptr)
      if (auto error = service->authorize(*cfn.cloud.model(service->name), request)) return error;
  return std::nullopt;
}

/// A creation is a call like any other to whoever records calls.
void record(CloudFormation& cfn, const Caller& caller, const ServiceCall& call,
            const ApiResult<Json>& answer) {
  const CallRecord record{caller, call.service, call.operation, false, call.input, answer};
  for (const Service* service : cfn.cloud.catalog())
    if (service->on_call != nullptr) service->on_call(*cfn.cloud.model(service->name), record);
}

ApiResult<Standing> create_by_worker(CloudFormation& cfn, const Stack& stack, Assembly& assembly,
                                     std::uint32_t number, const Json& properties) {
  const std::string& type = assembly.text().resources()[number].type;
  const ServiceCall call = create_call(type, properties);
  if (call.service.empty()) return assembly.create(number, properties);
  const Caller worker = worker_of(stack);
  if (auto error = refused(cfn, worker, call)) {
    record(cfn, worker, call, *error);
    return *std::move(error);
  }
  ApiResult<Standing> made = assembly.create(number, properties);
  const ApiResult<Json> answer =
      made ? ApiResult<Json>{Json::object()} : ApiResult<Json>{made.error()};
  record(cfn, worker, call, answer);
  return made;
}

std::string hook_refusal(const CloudFormation& cfn, const std::string& type,
                         const Json& properties) {
  for (const auto& [rule, message] : cfn.hook_refusals) {
    const auto slash = rule.find('/');
    if (rule.substr(0, slash) != type) continue;
    const std::string property = slash == std::string::npos ? "" : rule.substr(slash + 1);
    if (property.empty() || !properties.contains(property))
      return fmt::format("The following hook(s) failed: [{}]", message);
  }
  return {};
}

/// Properties that Fn::GetAtt gives back, too: AWS::SSM::Parameter's Value.
void refresh_attributes(Standing& standing, const Json& properties, const Json& answer) {
  const Json& version =
      input::member(input::member(answer, "LaunchTemplateVersion"), "VersionNumber");
  if (!version.is_null()) standing.attributes["LatestVersionNumber"] = input::text(version);
  for (const auto& [name, value] : properties.items())
    if (standing.attributes.contains(name)) standing.attributes[name] = value;
}

}  // namespace

std::string in_aws_words(std::string failure) {
  constexpr std::string_view kMissing = "no stack before this one exports \"";
  if (!failure.starts_with(kMissing)) return failure;
  const auto end = failure.find('"', kMissing.size());
  return fmt::format("No export named {} found",
                     failure.substr(kMissing.size(), end - kMissing.size()));
}

std::string handler_message(CloudFormation& cfn, const ApiError& error) {
  return fmt::format(
      "Resource handler returned message: \"{}\" (RequestToken: {}, HandlerErrorCode: {})",
      error.message, cfn.cloud.next_uuid("handler request"), handler_code(error));
}

Duration work_time(CloudFormation& cfn, const Stack& stack, const std::string& logical_id,
                   const std::string& type, double median_seconds) {
  Stream& stream = stream_of(cfn, stack, logical_id, "takes");
  const WorkPhysics* physics = physics_of(cfn, logical_id, type);
  if (physics != nullptr && physics->takes) return physics->takes->sample_duration(stream);
  const double seconds = median_seconds * std::exp(kSpread * stream.normal());
  return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

std::string physical_failure(CloudFormation& cfn, const Stack& stack, const std::string& logical_id,
                             const std::string& type) {
  const WorkPhysics* physics = physics_of(cfn, logical_id, type);
  if (physics == nullptr || physics->fails <= 0) return {};
  if (!stream_of(cfn, stack, logical_id, "fails").chance(physics->fails)) return {};
  return handler_message(cfn, {"NotStabilized", physics->says});
}

Caller worker_of(const Stack& stack) {
  Caller worker = stack.caller;
  worker.place = stack.place;
  worker.instant = false;
  if (!stack.spec.role_arn.empty()) worker.principal = stack.spec.role_arn;
  worker.invoked_by = "cloudformation.amazonaws.com";
  return worker;
}

Process<ApiResult<Json>> work_call(CloudFormation& cfn, Stack& stack, std::string service,
                                   std::string operation, Json input) {
  return cfn.cloud.call(worker_of(stack), std::move(service), std::move(operation),
                        std::move(input));
}

Process<ApiResult<Json>> patient_call(CloudFormation& cfn, Stack& stack, ServiceCall call) {
  for (int tries = 1;; ++tries) {
    Process<ApiResult<Json>> made = work_call(cfn, stack, call.service, call.operation, call.input);
    ApiResult<Json> answer = co_await made;
    const bool throttled = !answer && answer.error().code.find("Throttl") != std::string::npos;
    if (!throttled || tries == kMostTries) co_return answer;
    co_await cfn.sim().sleep(std::chrono::seconds{1LL << tries});
  }
}

Process<std::string> create_resource(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                     std::uint32_t number) {
  return make(cfn, stack, assembly, number, "CREATE");
}

Process<std::string> make(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                          std::uint32_t number, std::string verb) {
  const TemplateResource& written = assembly.text().resources()[number];
  const std::string id = written.logical_id;
  const std::string type = written.type;
  stack.resources[id].type = type;
  const bool replaces = verb == "UPDATE";
  if (!replaces) stack.resources[id].physical_id.clear();
  tell_resource(cfn, stack, id, verb + "_IN_PROGRESS",
                replaces ? "Requested update requires the creation of a new physical resource; "
                           "hence creating one."
                         : "");
  Json properties = assembly.properties(number);
  std::string failure = in_aws_words(assembly.take_errors());
  if (failure.empty()) failure = hook_refusal(cfn, type, properties);
  if (failure.empty() && type == "AWS::CloudFormation::Stack") {
    Process<std::string> nested = make_nested(cfn, stack, assembly, number, properties);
    failure = co_await nested;
    if (failure.empty()) tell_resource(cfn, stack, id, verb + "_COMPLETE");
    if (!failure.empty()) tell_resource(cfn, stack, id, verb + "_FAILED", failure);
    co_return failure;
  }
  if (failure.empty()) {
    co_await cfn.sim().sleep(kToInitiate);
    ApiResult<Standing> made = create_by_worker(cfn, stack, assembly, number, properties);
    if (!made) {
      const bool named = replaces && handler_code(made.error()) == "AlreadyExists";
      failure = named
                    ? "CloudFormation cannot update a stack when a custom-named resource requires "
                      "replacing. Rename " +
                          id + " and update the stack again."
                    : handler_message(cfn, made.error());
    } else {
      stack.resources[id].physical_id = made->physical_id;
      assembly.enter(number, properties, std::move(*made));
      assembly.keep(number, properties);
      tell_resource(cfn, stack, id, verb + "_IN_PROGRESS", "Resource creation Initiated");
      const Duration takes = work_time(cfn, stack, id, type, type_row(type).create_seconds);
      co_await cfn.sim().sleep(takes);
      failure = physical_failure(cfn, stack, id, type);
    }
  }
  if (failure.empty()) {
    const CreationPolicy policy =
        read_creation_policy(assembly.attributes(number), properties, type);
    if (policy.count > 0) {
      Process<std::string> signals =
          await_signals(cfn, stack, id, policy.count, policy.timeout, policy.min_success_percent);
      failure = co_await signals;
    }
  }
  if (failure.empty()) {
    Process<std::string> stable =
        await_stable(cfn, stack, type, stack.resources[id].physical_id, properties);
    failure = co_await stable;
  }
  tell_resource(cfn, stack, id, verb + (failure.empty() ? "_COMPLETE" : "_FAILED"), failure);
  co_return failure;
}

Process<std::string> update_resource(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                     std::uint32_t number, Json before) {
  const TemplateResource& written = assembly.text().resources()[number];
  const std::string id = written.logical_id;
  const std::string type = written.type;
  tell_resource(cfn, stack, id, "UPDATE_IN_PROGRESS");
  Json properties = assembly.properties(number);
  Json last_answer;
  std::string failure = in_aws_words(assembly.take_errors());
  if (failure.empty()) failure = hook_refusal(cfn, type, properties);
  if (failure.empty() && type == "AWS::CloudFormation::Stack") {
    Process<std::string> nested = update_nested(cfn, stack, assembly, number, properties);
    failure = co_await nested;
  } else if (failure.empty() && before != properties) {
    const Json by_deployment =
        alias_update_policy(stack, type, assembly.attributes(number), before, properties);
    if (by_deployment.is_object()) {
      Process<std::string> shift =
          update_alias_by_deployment(cfn, stack, by_deployment, before, properties);
      failure = co_await shift;
    }
    const std::vector<ServiceCall> calls =
        by_deployment.is_object() ? std::vector<ServiceCall>{}
                                  : update_calls(type, stack.resources[id].physical_id, before,
                                                 properties, assembly.attributes(number));
    for (const ServiceCall& one : calls) {
      Process<ApiResult<Json>> call = patient_call(cfn, stack, one);
      const ApiResult<Json> answer = co_await call;
      if (answer) last_answer = *answer;
      if (answer) continue;
      failure = handler_message(cfn, answer.error());
      break;
    }
    const Duration takes = work_time(cfn, stack, id, type, type_row(type).update_seconds);
    if (failure.empty()) co_await cfn.sim().sleep(takes);
    if (failure.empty()) failure = physical_failure(cfn, stack, id, type);
    if (failure.empty()) {
      Process<std::string> policy =
          apply_update_policy(cfn, stack, assembly, number, before, properties);
      failure = co_await policy;
    }
    if (failure.empty()) {
      Process<std::string> stable =
          await_stable(cfn, stack, type, stack.resources[id].physical_id, properties);
      failure = co_await stable;
    }
  }
  if (failure.empty()) {
    refresh_attributes(assembly.standing(number), properties, last_answer);
    assembly.keep(number, std::move(properties));
  }
  tell_resource(cfn, stack, id, failure.empty() ? "UPDATE_COMPLETE" : "UPDATE_FAILED", failure);
  co_return failure;
}

}  // namespace opsim::cloudformation

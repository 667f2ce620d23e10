// What remedies what rules find: SSM automations, by themselves or by call.
// AWS: Config Developer Guide, "Remediating noncompliant resources with AWS Config"; API Reference,
// RemediationConfiguration, PutRemediationExceptions.
// UNDOCUMENTED: failed attempts follow each other at once; a resource that is remedied and found
// noncompliant again begins anew.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/config.hpp"

namespace opsim::config {

namespace {

constexpr Duration kBreath = std::chrono::seconds{5};  // estimate: between two attempts

/// {"BucketName": {"ResourceValue": {"Value": "RESOURCE_ID"}}, "Role": {"StaticValue": {...}}}.
Json parameters_for(const Remediation& remediation, const std::string& resource) {
  Json parameters = Json::object();
  if (!remediation.parameters.is_object()) return parameters;
  for (const auto& [name, value] : remediation.parameters.items()) {
    const Json& fixed = input::member(value, "StaticValue");
    if (fixed.is_object()) {
      const char* const member = fixed.contains("Values") ? "Values" : "values";
      parameters[name] = input::texts(fixed, member);
    } else if (!input::member(value, "ResourceValue").is_null()) {
      parameters[name] = Json::array({resource});
    }
  }
  return parameters;
}

void start_queued(Config& config, Rule& rule);
void fail(Config& config, Rule& rule, const std::string& resource, std::string error);

Process<> run_attempt(Config& config, Place place, std::string name, std::string resource) {
  Rule* rule = config.find(place, name);
  if (rule == nullptr || !rule->remediation) co_return;
  Attempt& attempt = rule->attempts[resource];
  ++attempt.number;
  attempt.state = "IN_PROGRESS";
  attempt.execution.clear();
  attempt.last = config.cloud.sim().now();
  const Caller caller{place, "config.amazonaws.com", ""};
  Json start{{"DocumentName", rule->remediation->document},
             {"Parameters", parameters_for(*rule->remediation, resource)}};
  if (!rule->remediation->version.empty()) start["DocumentVersion"] = rule->remediation->version;
  Process<ApiResult<Json>> calling =
      config.cloud.call(caller, "ssm", "StartAutomationExecution", std::move(start));
  const ApiResult<Json> answer = co_await std::move(calling);
  rule = config.find(place, name);
  if (rule == nullptr) co_return;
  if (answer)
    rule->attempts[resource].execution = input::text(*answer, "AutomationExecutionId");
  else
    fail(config, *rule, resource, answer.error().message);
}

/// SsmControls: "The maximum percentage of remediation actions allowed to run in parallel on the
/// non-compliant resources for that specific rule ... The default value is 10%"; one at least.
void start_queued(Config& config, Rule& rule) {
  const auto count = [&](std::string_view state) {
    return std::ranges::count_if(rule.attempts,
                                 [&](const auto& one) { return one.second.state == state; });
  };
  const auto bad = std::ranges::count_if(
      rule.findings, [](const auto& one) { return one.second.compliance == "NON_COMPLIANT"; });
  const auto most = std::max<std::ptrdiff_t>(1, bad * rule.remediation->concurrent_percent / 100);
  auto running = count("IN_PROGRESS");
  for (auto& [resource, attempt] : rule.attempts) {
    if (running >= most) return;
    if (attempt.state != "QUEUED") continue;
    attempt.state = "IN_PROGRESS";
    ++running;
    config.cloud.sim().spawn(run_attempt(config, rule.place, rule.name, resource));
  }
}

/// "AWS Config will put a RemediationException on your behalf for the failing resource after the
/// 5th failed attempt within 50 seconds" (MaximumAutomaticAttempts 5, RetryAttemptSeconds 50).
void fail(Config& config, Rule& rule, const std::string& resource, std::string error) {
  Simulation& sim = config.cloud.sim();
  Attempt& attempt = rule.attempts[resource];
  attempt.error = std::move(error);
  attempt.state = "FAILED";
  const Remediation& how = *rule.remediation;
  if (how.automatic && attempt.number >= how.most_attempts) {
    rule.exceptions[resource] = {rule.findings[resource].type,
                                 fmt::format("remediation failed {} times", attempt.number),
                                 std::nullopt};
    config.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = rule.name,
         .text = fmt::format("gives up on {} after {} failed attempts: a remediation exception",
                             config.cloud.resources().name_of(resource), attempt.number)});
  } else if (how.automatic && sim.now() + kBreath - attempt.first <= how.within) {
    attempt.state = "IN_PROGRESS";
    sim.after(kBreath, [&config, place = rule.place, name = rule.name, resource] {
      config.cloud.sim().spawn(run_attempt(config, place, name, resource));
    });
    return;
  }
  start_queued(config, rule);
}

void succeed(Config& config, Rule& rule, const std::string& resource) {
  rule.attempts[resource].state = "SUCCEEDED";
  // A rule that evaluates nothing takes the remedy's word; any other looks at what was changed.
  if (const auto known = rule.findings.find(resource);
      rule.managed == nullptr && known != rule.findings.end()) {
    Finding better = known->second;
    better.compliance = "COMPLIANT";
    better.annotation.clear();
    find(config, rule, resource, std::move(better));
  }
  start_queued(config, rule);
}

/// Why an execution failed, as Systems Manager says it.
std::string failure_of(Config& config, const Place& place, const std::string& execution,
                       const std::string& status) {
  const ApiResult<Json> answer = config.cloud.inspect(place, "ssm", "GetAutomationExecution",
                                                      {{"AutomationExecutionId", execution}});
  std::string why =
      answer ? input::text(input::member(*answer, "AutomationExecution"), "FailureMessage") : "";
  return why.empty() ? fmt::format("Execution {} is {}", execution, status) : why;
}

Json key_of(const Rule& rule, const std::string& resource) {
  const auto found = rule.findings.find(resource);
  return {{"resourceId", resource},
          {"resourceType", found == rule.findings.end() ? "" : found->second.type}};
}

ApiError no_remediation() {
  return {"NoSuchRemediationConfigurationException",
          "You specified an AWS Config rule without a remediation configuration."};
}

}  // namespace

std::optional<Remediation> read_remediation(const Json& given) {
  Remediation read;
  read.document = input::text(given, "TargetId");
  if (read.document.empty()) return std::nullopt;
  read.document = read.document.substr(read.document.rfind('/') + 1);
  read.version = input::text(given, "TargetVersion");
  read.type = input::text(given, "ResourceType");
  read.parameters = input::member(given, "Parameters");
  read.automatic = input::boolean(given, "Automatic").value_or(false);
  read.most_attempts = std::clamp<std::int64_t>(
      input::integer(given, "MaximumAutomaticAttempts").value_or(5), 1, 25);
  read.within = std::chrono::seconds{std::clamp<std::int64_t>(
      input::integer(given, "RetryAttemptSeconds").value_or(60), 1, 2'678'000)};
  const Json& controls = input::member(input::member(given, "ExecutionControls"), "SsmControls");
  read.concurrent_percent = std::clamp<std::int64_t>(
      input::integer(controls, "ConcurrentExecutionRatePercentage").value_or(10), 1, 100);
  return read;
}

bool is_excepted(Config& config, Rule& rule, const std::string& resource) {
  const auto found = rule.exceptions.find(resource);
  if (found == rule.exceptions.end()) return false;
  if (!found->second.until || *found->second.until > config.cloud.sim().now()) return true;
  rule.exceptions.erase(found);
  return false;
}

void ask_for_remedy(Config& config, Rule& rule, const std::string& resource) {
  if (is_excepted(config, rule, resource)) return;
  Attempt& attempt = rule.attempts[resource];
  if (attempt.state == "QUEUED" || attempt.state == "IN_PROGRESS") return;
  attempt = {.state = "QUEUED", .first = config.cloud.sim().now()};
  start_queued(config, rule);
}

void on_event(Model& model, const Event& event) {
  if (event.source != "aws.ssm" ||
      event.detail_type != "EC2 Automation Execution Status-change Notification")
    return;
  Config& config = static_cast<Config&>(model);
  const std::string status = input::text(event.detail, "Status");
  const std::string execution = input::text(event.detail, "ExecutionId");
  if (execution.empty()) return;
  const bool works = status == "Success";
  if (!works && status != "Failed" && status != "TimedOut" && status != "Cancelled") return;
  for (auto& [key, rule] : config.rules)
    for (auto& [resource, attempt] : rule.attempts) {
      if (attempt.execution != execution || !rule.remediation) continue;
      const std::string which = resource;  // the attempt may be gone before this ends
      if (works)
        succeed(config, rule, which);
      else
        fail(config, rule, which, failure_of(config, rule.place, execution, status));
      return;
    }
}

ApiResult<Json> put_remediation_configurations(Config& config, const Request& request) {
  const Json& list = input::member(request.input, "RemediationConfigurations");
  if (!list.is_array() || list.empty())
    return ApiError{"InvalidParameterValueException", "RemediationConfigurations is empty"};
  for (const Json& given : list) {
    const std::string name = input::text(given, "ConfigRuleName");
    Rule* rule = config.find(request.place(), name);
    if (rule == nullptr) return no_such_rule(name);
    rule->remediation = read_remediation(given);
  }
  return Json{{"FailedBatches", Json::array()}};
}

ApiResult<Json> delete_remediation_configuration(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return no_remediation();
  if (!(*rule)->remediation) return no_remediation();
  (*rule)->remediation.reset();
  (*rule)->attempts.clear();
  return Json::object();
}

ApiResult<Json> describe_remediation_configurations(Config& config, const Request& request) {
  const ApiResult<std::vector<Rule*>> all = chosen(config, request);
  if (!all) return all.error();
  Json list = Json::array();
  for (const Rule* rule : *all) {
    if (!rule->remediation) continue;
    const Remediation& how = *rule->remediation;
    Json one{{"ConfigRuleName", rule->name},
             {"TargetType", "SSM_DOCUMENT"},
             {"TargetId", how.document},
             {"Automatic", how.automatic},
             {"MaximumAutomaticAttempts", how.most_attempts},
             {"RetryAttemptSeconds", how.within.count()}};
    if (how.parameters.is_object()) one["Parameters"] = how.parameters;
    if (!how.version.empty()) one["TargetVersion"] = how.version;
    if (!how.type.empty()) one["ResourceType"] = how.type;
    list.push_back(std::move(one));
  }
  return Json{{"RemediationConfigurations", list}};
}

ApiResult<Json> start_remediation_execution(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  if (!(*rule)->remediation) return no_remediation();
  const Json& keys = input::member(request.input, "ResourceKeys");
  if (!keys.is_array() || keys.empty() || keys.size() > 100)
    return ApiError{"InvalidParameterValueException", "ResourceKeys has from 1 to 100 members"};
  for (const Json& key : keys) {
    Attempt& attempt = (*rule)->attempts[input::text(key, "resourceId")];
    attempt = {.state = "QUEUED", .first = config.cloud.sim().now()};
  }
  start_queued(config, **rule);
  return Json{{"FailedItems", Json::array()}};
}

ApiResult<Json> describe_remediation_status(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  if (!(*rule)->remediation) return no_remediation();
  Json list = Json::array();
  for (const auto& [resource, attempt] : (*rule)->attempts) {
    Json one{{"ResourceKey", key_of(**rule, resource)},
             {"State", attempt.state},
             {"InvocationTime", second_moment(attempt.first)},
             {"LastUpdatedTime", second_moment(attempt.last)}};
    if (!attempt.error.empty())
      one["StepDetails"] = Json::array({{{"State", "FAILED"}, {"ErrorMessage", attempt.error}}});
    list.push_back(std::move(one));
  }
  return Json{{"RemediationExecutionStatuses", list}};
}

/// "Placing an exception can only be performed on resources that are NON_COMPLIANT. If you use this
/// API for COMPLIANT resources ... a remediation exception will not be generated."
ApiResult<Json> put_remediation_exceptions(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  const Json& keys = input::member(request.input, "ResourceKeys");
  if (!keys.is_array() || keys.empty() || keys.size() > 100)
    return ApiError{"InvalidParameterValueException", "ResourceKeys has from 1 to 100 members"};
  for (const Json& key : keys) {
    const std::string resource = input::text(key, "ResourceId");
    const auto finding = (*rule)->findings.find(resource);
    if (finding == (*rule)->findings.end() || finding->second.compliance != "NON_COMPLIANT")
      continue;
    (*rule)->exceptions[resource] = {input::text(key, "ResourceType"),
                                     input::text(request.input, "Message"),
                                     input::time(request.input, "ExpirationTime")};
  }
  return Json{{"FailedBatches", Json::array()}};
}

ApiResult<Json> delete_remediation_exceptions(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  const Json& keys = input::member(request.input, "ResourceKeys");
  if (keys.is_array())
    for (const Json& key : keys) {
      const std::string resource = input::text(key, "ResourceId");
      if ((*rule)->exceptions.erase(resource) == 0)
        return ApiError{"NoSuchRemediationExceptionException",
                        "You tried to delete a remediation exception that does not exist."};
    }
  return Json{{"FailedBatches", Json::array()}};
}

ApiResult<Json> describe_remediation_exceptions(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  Json list = Json::array();
  for (const auto& [resource, exception] : (*rule)->exceptions) {
    Json one{{"ConfigRuleName", (*rule)->name},
             {"ResourceType", exception.type},
             {"ResourceId", resource},
             {"Message", exception.message}};
    if (exception.until) one["ExpirationTime"] = second_moment(*exception.until);
    list.push_back(std::move(one));
  }
  return Json{{"RemediationExceptions", list}};
}

ApiResult<Created> create_remediation(Config& config, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "ConfigRuleName");
  Rule* rule = config.find(request.place, name);
  if (rule == nullptr) return no_such_rule(name);
  rule->remediation = read_remediation(request.properties);
  return Created{.physical_id = name};
}

}  // namespace opsim::config

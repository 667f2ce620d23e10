// SendCommand: its checks, and the command. Targets, as Automation has them too.
// AWS: Systems Manager API Reference, SendCommand (InvalidDocument, InvalidInstanceId,
// InvalidParameters; MaxConcurrency 50, MaxErrors 0; at most 50 InstanceIds; TimeoutSeconds from 30
// to 2,592,000), Target.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/branch.hpp"
#include "models/ssm/instances.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"
#include "models/ssm/start.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

/// SendCommand, TimeoutSeconds. monitor-commands: "the total default timeout for a command is 7200
/// seconds", an hour of it this one. (The console says 600.)
constexpr Duration kDefaultTimeout = std::chrono::hours{1};
constexpr std::size_t kMostInstanceIds = 50;
constexpr std::size_t kMostTargets = 5;

ApiError refuse_command(std::string_view code, std::string message) {
  return {std::string{code}, std::move(message)};
}

/// Every id must name an instance whose agent answers.
ApiResult<std::vector<Invocation>> checked_ids(Ssm& ssm, const Place& place, const Json& ids) {
  if (ids.size() > kMostInstanceIds)
    return refuse_command("ValidationException",
                          "InstanceIds may name at most 50 instances; use Targets");
  std::vector<Invocation> checked;
  for (const Json& id : ids) {
    const std::string text = text_of(id);
    if (!agent_answers(ssm, place, text)) {
      const std::optional<InstanceLook> instance = look_at_instance(ssm, place, text);
      return refuse_command("InvalidInstanceId",
                            fmt::format("Instances not in a valid state for account: [{}]{}", text,
                                        instance ? fmt::format(" ({})", instance->state) : ""));
    }
    checked.emplace_back().instance_id = text;
  }
  return checked;
}

/// send-commands-multiple writes it instanceids, the API Reference InstanceIds.
bool names_instances(std::string_view key) { return same_ignoring_case(key, "InstanceIds"); }

/// One target as a filter of DescribeInstances; null for a key that is not simulated.
Json filter_of(const std::string& key, const Json& values) {
  if (names_instances(key)) return {{"Name", "instance-id"}, {"Values", values}};
  if (key == "tag-key" || key.starts_with("tag:")) return {{"Name", key}, {"Values", values}};
  return nullptr;
}

/// SendCommand, TimeoutSeconds.
ApiResult<Duration> delivery_timeout(const Json& input) {
  if (!input.contains("TimeoutSeconds")) return kDefaultTimeout;
  const std::int64_t seconds = opsim::input::integer(input, "TimeoutSeconds").value_or(0);
  if (seconds < 30 || seconds > 2'592'000)
    return refuse_command("ValidationException",
                          fmt::format("TimeoutSeconds is {}; from 30 to 2592000",
                                      opsim::input::text(input, "TimeoutSeconds")));
  return std::chrono::seconds{seconds};
}

/// Reads a member into `limit`; what is wrong with it otherwise.
std::optional<ApiError> read_limit(const Json& input, std::string_view name, std::string& limit) {
  const std::string text = opsim::input::text(input, name);
  if (text.empty()) return std::nullopt;
  if (!RateLimit::parse(text))
    return refuse_command("ValidationException", fmt::format("{} is {}; a number or a percentage",
                                                             name, opsim::quoted(text)));
  limit = text;
  return std::nullopt;
}

/// The version of a Command document that a caller asks for.
ApiResult<const DocumentVersion*> command_document(Ssm& ssm, const Place& place, const Json& input,
                                                   std::string& name, int& number) {
  name = opsim::input::text(input, "DocumentName");
  if (name.empty()) return refuse_command("ValidationException", "DocumentName is required");
  const StoredDocument* document = ssm.find_document(place, name);
  if (document == nullptr) return unknown_document(ssm, place, name, "InvalidDocument");
  name = document->name;
  const DocumentVersion* version =
      find_version(*document, opsim::input::text(input, "DocumentVersion"), number);
  if (version == nullptr)
    return refuse_command(
        "InvalidDocumentVersion",
        fmt::format("{} has no version {}", name, opsim::input::text(input, "DocumentVersion")));
  if (version->spec->type != DocumentType::command)
    return refuse_command("InvalidDocument",
                          fmt::format("{} is a runbook; StartAutomationExecution runs it", name));
  return version;
}

/// The instances that Targets name and EC2 knows, whatever their state.
ApiResult<std::vector<InstanceLook>> targeted(Ssm& ssm, const Place& place, const Json& targets) {
  if (!targets.is_array() || targets.empty() || targets.size() > kMostTargets)
    return refuse_command("InvalidTarget", "Targets must be a list of one to five");
  Json filters = Json::array();
  for (const Json& target : targets) {
    const std::string key = opsim::input::text(target, "Key");
    Json values = as_text_list(list_member(target, "Values"));
    // AWS: "*" as the only value of InstanceIds means all managed instances.
    if (names_instances(key) && values.size() == 1 && values[0] == "*") continue;
    if (key == "resource-groups:Name") {
      ApiResult<std::vector<std::string>> members =
          members_of_groups(ssm, opsim::input::texts(target, "Values"));
      if (!members) return members.error();
      if (members->empty()) return std::vector<InstanceLook>{};
      filters.push_back({{"Name", "instance-id"}, {"Values", *std::move(members)}});
      continue;
    }
    Json filter = filter_of(key, std::move(values));
    if (filter.is_null())
      return refuse_command(
          "InvalidTarget",
          fmt::format("targets by {} are not simulated; InstanceIds, tag:<name>, tag-key "
                      "and resource-groups:Name are",
                      opsim::quoted(key)));
    filters.push_back(std::move(filter));
  }
  return look_at_instances(ssm, place, filters);
}

/// InstanceIds, or all that Targets name and are registered. Those that do not answer are sent to
/// as well: they end as Undeliverable or DeliveryTimedOut.
ApiResult<std::vector<Invocation>> instances_of(Ssm& ssm, const Place& place, const Json& input) {
  const auto ids = input.find("InstanceIds");
  if (ids != input.end() && ids->is_array() && !ids->empty()) return checked_ids(ssm, place, *ids);
  const auto targets = input.find("Targets");
  if (targets == input.end() || !targets->is_array() || targets->empty())
    return refuse_command("InvalidTarget",
                          "InstanceIds or Targets must name at least one instance");
  const ApiResult<std::vector<InstanceLook>> found = targeted(ssm, place, *targets);
  if (!found) return found.error();
  std::vector<Invocation> sent_to;
  for (const InstanceLook& instance : *found) {
    if (instance.state == "terminated" || instance.state == "shutting-down") continue;
    Invocation& invocation = sent_to.emplace_back();
    invocation.instance_id = instance.id;
    invocation.was_running =
        instance.managed && (instance.state == "running" || instance.state == "pending");
  }
  return sent_to;
}

}  // namespace

ApiResult<std::vector<std::string>> resolve_targets(Ssm& ssm, const Place& place,
                                                    const Json& targets) {
  const ApiResult<std::vector<InstanceLook>> found = targeted(ssm, place, targets);
  if (!found) return found.error();
  std::vector<std::string> ids;
  for (const InstanceLook& instance : *found)
    if (agent_is_online(ssm, instance)) ids.push_back(instance.id);
  return ids;
}

ApiResult<Command*> make_command(Ssm& ssm, const Caller& caller, const Json& input) {
  std::string name;
  int number = 0;
  ApiResult<const DocumentVersion*> version =
      command_document(ssm, caller.place, input, name, number);
  if (!version) return version.error();
  Json given = object_member(input, "Parameters");
  ApiResult<std::vector<Json>> bound =
      bind_parameters((*version)->spec->parameters, given, "InvalidParameters");
  if (!bound) return bound.error();
  ApiResult<Duration> timeout = delivery_timeout(input);
  if (!timeout) return timeout.error();
  ApiResult<CommandOutputs> outputs = read_command_outputs(input);
  if (!outputs) return outputs.error();
  ApiResult<std::vector<Invocation>> instances = instances_of(ssm, caller.place, input);
  if (!instances) return instances.error();

  auto command = std::make_unique<Command>(ssm.sim());
  if (auto wrong = read_limit(input, "MaxConcurrency", command->max_concurrency)) return *wrong;
  if (auto wrong = read_limit(input, "MaxErrors", command->max_errors)) return *wrong;
  ApiResult<std::unique_ptr<AlarmStop>> alarm = read_alarm_stop(input);
  if (!alarm) return alarm.error();
  command->alarm = *std::move(alarm);
  command->id = ssm.cloud.next_uuid("command");
  if (command->alarm != nullptr) ssm.with_alarms.insert(command->id);
  command->document_name = std::move(name);
  command->document_version = number;
  command->document = (*version)->spec;
  command->source = (*version)->spec->source;
  command->parameters = std::move(*bound);
  command->given = std::move(given);
  command->targets = list_member(input, "Targets");
  command->comment = opsim::input::text(input, "Comment");
  command->outputs = *std::move(outputs);
  command->place = caller.place;
  command->delivery_timeout = *timeout;
  command->invocations = *std::move(instances);
  Command* made = command.get();
  ssm.commands.emplace(made->id, std::move(command));
  return made;
}

}  // namespace opsim::ssm

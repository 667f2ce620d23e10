// AWS: Systems Manager API Reference, ListCommands, ListCommandInvocations (CommandFilter;
// MaxResults 1 to 50), CommandPlugin.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/command_view.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kCommandKeys[] = {"DocumentName", "ExecutionStage", "InvokedAfter",
                                             "InvokedBefore", "Status"};
constexpr std::int64_t kLargestPage = 50;

/// "key" and "value", as this API alone spells them; "Key" and "Values" are taken too.
std::string key_in(const Json& filter) { return input::text(filter, "key"); }
std::vector<std::string> values_in(const Json& filter) {
  std::vector<std::string> values = input::texts(filter, "Values");
  if (const std::string value = input::text(filter, "value"); !value.empty())
    values.push_back(value);
  return values;
}

std::optional<ApiError> refuse_filters(const Json& filters) {
  for (const Json& filter : filters) {
    const std::string key = key_in(filter);
    if (std::ranges::find(kCommandKeys, key) == std::end(kCommandKeys))
      return ApiError{"InvalidFilterKey",
                      fmt::format("{} is no key of a filter{}", opsim::quoted(key),
                                  did_you_mean(key, kCommandKeys))};
    for (const std::string& value : values_in(filter))
      if (key.starts_with("Invoked") && !parse_iso8601(value))
        return ApiError{"ValidationException",
                        fmt::format("{}: {} is no time; 2026-03-02T09:00:00Z is", key, value)};
  }
  return std::nullopt;
}

bool is_one(const std::string& key, const std::string& value, const Command& command,
            CommandStatus status) {
  if (key == "DocumentName") return value == command.document_name;
  if (key == "Status") return value == status_of(status) || value == details_of(status);
  if (key == "ExecutionStage") return value == (has_ended(status) ? "Complete" : "Executing");
  const std::optional<SimTime> limit = parse_iso8601(value);
  return key == "InvokedAfter" ? command.requested > *limit : command.requested < *limit;
}

bool passes(const Json& filters, const Command& command, CommandStatus status) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const std::vector<std::string> values = values_in(filter);
    return std::ranges::any_of(values, [&](const std::string& value) {
      return is_one(key_in(filter), value, command, status);
    });
  });
}

/// The commands that a request asks for, the newest first.
std::vector<const Command*> selected(Ssm& ssm, const Request& request) {
  const std::string id = input::text(request.input, "CommandId");
  const std::string instance = input::text(request.input, "InstanceId");
  std::vector<const Command*> found;
  for (const auto& [key, command] : ssm.commands) {
    const bool has_instance = instance.empty() || std::ranges::find(command->invocations, instance,
                                                                    &Invocation::instance_id) !=
                                                      command->invocations.end();
    if (command->place == request.place() && (id.empty() || id == key) && has_instance)
      found.push_back(command.get());
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Command::requested);
  return found;
}

/// One page. UNDOCUMENTED: what a NextToken looks like (here, the number of the first left out).
Answer page_of_commands(const Json& all, const Request& request, const char* member) {
  const auto most = input::member(request.input, "MaxResults").is_null()
                        ? std::optional{kLargestPage}
                        : input::integer(request.input, "MaxResults");
  if (!most || *most < 1 || *most > kLargestPage)
    return ApiError{"ValidationException", "MaxResults is 1 to 50"};
  const std::string token = input::text(request.input, "NextToken");
  const auto begin =
      token.empty() ? std::optional<std::int64_t>{0} : input::integer(request.input, "NextToken");
  if (!begin || *begin < 0) return ApiError{"InvalidNextToken", "The specified token isn't valid."};
  Json page = Json::array();
  auto at = static_cast<std::size_t>(*begin);
  for (; at < all.size() && std::ssize(page) < *most; ++at) page.push_back(all[at]);
  Json answer = Json::object();
  answer[member] = std::move(page);
  if (at < all.size()) answer["NextToken"] = std::to_string(at);
  return answer;
}

/// Details: what each plugin of the document did. SIMPLIFIED: one status for them all.
Json plugins_view(const Command& command, const Invocation& invocation) {
  Json plugins = Json::array();
  for (const PluginSpec& plugin : command.document->plugins) {
    Json view{{"Name", plugin.name},
              {"Status", status_of(invocation.status)},
              {"StatusDetails", details_of(invocation.status)},
              {"ResponseCode", invocation.response_code},
              {"Output", invocation.output + invocation.error},
              {"StandardOutputUrl", output_url(command, invocation, "stdout")},
              {"StandardErrorUrl", output_url(command, invocation, "stderr")},
              {"OutputS3BucketName", command.outputs.bucket},
              {"OutputS3KeyPrefix", command.outputs.key_prefix}};
    if (invocation.started != SimTime{})
      view["ResponseStartDateTime"] = time_text(invocation.started);
    if (invocation.ended != SimTime{}) view["ResponseFinishDateTime"] = time_text(invocation.ended);
    plugins.push_back(std::move(view));
  }
  return plugins;
}

}  // namespace

Answer list_commands(Ssm& ssm, const Request& request) {
  const Json& filters = list_member(request.input, "Filters");
  if (auto refused = refuse_filters(filters)) return *refused;
  Json list = Json::array();
  for (const Command* command : selected(ssm, request))
    if (passes(filters, *command, command->status)) list.push_back(command_view(*command));
  return page_of_commands(list, request, "Commands");
}

Answer list_command_invocations(Ssm& ssm, const Request& request) {
  const Json& filters = list_member(request.input, "Filters");
  if (auto refused = refuse_filters(filters)) return *refused;
  const std::string instance = input::text(request.input, "InstanceId");
  const bool details = input::boolean(request.input, "Details").value_or(false);
  Json list = Json::array();
  for (const Command* command : selected(ssm, request))
    for (const Invocation& invocation : command->invocations) {
      if (!instance.empty() && instance != invocation.instance_id) continue;
      if (!passes(filters, *command, invocation.status)) continue;
      Json summary = invocation_summary(*command, invocation);
      if (details) summary["CommandPlugins"] = plugins_view(*command, invocation);
      list.push_back(std::move(summary));
    }
  return page_of_commands(list, request, "CommandInvocations");
}

}  // namespace opsim::ssm

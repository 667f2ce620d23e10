// AWS-RunPatchBaseline: what it does to an instance, and what it reports.
// AWS: Systems Manager User Guide, "SSM Command document for patching: AWS-RunPatchBaseline"
// (Operation Scan or Install; RebootOption RebootIfNeeded or NoReboot); CloudWatch Events User
// Guide, "Configuration Compliance State Change".
// The reboot is a part of the command (models/ssm asks `reboot-by`). SIMPLIFIED: the patches are
// there when the command ends. How long it takes without its reboot is its physics.
#include <fmt/format.h>

#include <algorithm>

#include "models/patch_manager/patch_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::patch_manager {

namespace {

constexpr std::string_view kDocument = "AWS-RunPatchBaseline";
constexpr std::string_view kInvocationEvent = "EC2 Command Invocation Status-change Notification";
constexpr std::string_view kStateEvent = "EC2 Instance State-change Notification";

/// Parameters of a command: each a list of texts, or one.
std::string parameter_of(const Json& command, std::string_view name, std::string_view otherwise) {
  const std::vector<std::string> values = input::texts(input::member(command, "Parameters"), name);
  return values.empty() ? std::string{otherwise} : values.front();
}

Json command_of(PatchManager& manager, const Place& place, const std::string& id) {
  const Json question{{"CommandId", id}};
  const ApiResult<Json> answer = manager.cloud.inspect(place, "ssm", "ListCommands", question);
  if (!answer) return Json::object();
  const Json& commands = input::member(*answer, "Commands");
  return commands.is_array() && !commands.empty() ? commands.front() : Json::object();
}

std::string worst_level(const Report& report) {
  for (const char* level : {"CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"})
    for (const auto& [patch, of] : report.levels)
      if (of == level) return level;
  return "UNSPECIFIED";
}

void emit_compliance(PatchManager& manager, const Machine& machine, const Report& report) {
  std::string severity = worst_level(report);
  for (char& c : severity) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  Event event;
  event.source = "aws.ssm";
  event.detail_type = "Configuration Compliance State Change";
  event.place = machine.place;
  event.resources = {arn(machine.place, "ssm", "managed-instance/" + machine.id)};
  event.detail = {{"resource-type", "managed-instance"},
                  {"resource-id", machine.id},
                  {"compliance-status", report.compliant() ? "compliant" : "non_compliant"},
                  {"compliance-type", "Patch"},
                  {"patch-baseline-id", report.baseline_id},
                  {"severity", severity}};
  manager.cloud.emit(std::move(event));
}

Report report_on(PatchManager& manager, const Machine& machine) {
  const Baseline baseline = baseline_for(manager, machine);
  const Installed& installed = manager.installed[machine.id];
  const SimTime now = manager.cloud.sim().now();
  Report report;
  report.baseline_id = baseline.id;
  report.patch_group = machine.patch_group;
  report.ended = now;
  for (const Patch& patch : manager.releases) {
    if (patch.windows != machine.windows || patch.released > now) continue;
    const State state = state_of(baseline, patch, installed, now);
    report.patches.emplace_back(patch.id, state);
    if (!is_compliant(state, baseline)) report.levels[patch.id] = level_of(baseline, patch, now);
  }
  return report;
}

std::string patches(std::size_t count) {
  return fmt::format("{} patch{}", count, count == 1 ? "" : "es");
}

/// What a number of missing patches does not say: what waits for a reboot, and what came out and no
/// rule approves.
std::string what_remains(PatchManager& manager, const Machine& machine, const Report& report) {
  std::string text;
  if (const std::size_t waiting = report.count(State::installed_pending_reboot); waiting > 0)
    text += fmt::format("; {} there that {} only after a reboot", waiting,
                        waiting == 1 ? "works" : "work");
  const std::size_t urgent = exposed(manager, machine);
  const std::size_t known = report.levels.size();
  if (urgent > known)
    text += fmt::format("; {} that came out for security {} not approved", urgent - known,
                        urgent - known == 1 ? "is" : "are");
  return text;
}

void write_run(PatchManager& manager, const Machine& machine, const Report& report,
               std::size_t before, bool reboots) {
  const std::size_t lacking = report.levels.size();
  const std::size_t absent =
      lacking - std::min(lacking, report.count(State::installed_pending_reboot));
  const Resources& resources = manager.cloud.resources();
  std::string text = report.operation == "Scan"
                         ? fmt::format("{} scanned for patches: {} missing", machine.id, absent)
                         : fmt::format("{}: {} installed, {} missing{}", machine.id,
                                       patches(before - std::min(before, lacking)), absent,
                                       reboots ? "; rebooted" : "");
  text += what_remains(manager, machine, report);
  manager.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = report.operation == "Scan" ? Level::everything : Level::story,
       .subject = std::string{resources.name_of(machine.id)},
       .text = std::move(text),
       .source = std::string{resources.source_of(machine.id)},
       .detail = {{"state", report.compliant() ? "COMPLIANT" : "NON_COMPLIANT"},
                  {"instance", machine.id}}});
}

void finish_run(PatchManager& manager, const Machine& machine, const std::string& command_id) {
  const Json command = command_of(manager, machine.place, command_id);
  const std::string operation = parameter_of(command, "Operation", "Scan");
  const std::string option = parameter_of(command, "RebootOption", "RebootIfNeeded");
  const std::size_t before = missing(manager, machine);
  const bool waits = operation == "Install" && install(manager, machine);
  const bool reboots = waits && option != "NoReboot";
  if (reboots) rebooted(manager, machine.id);
  Report report = report_on(manager, machine);
  report.command_id = command_id;
  report.operation = operation;
  report.reboot_option = option;
  report.started = input::time(command, "RequestedDateTime").value_or(report.ended);
  write_run(manager, machine, report, before, reboots);
  Report& kept = manager.reports[{machine.place, machine.id}];
  const bool changed = kept.baseline_id.empty() || kept.compliant() != report.compliant();
  kept = std::move(report);
  if (changed) emit_compliance(manager, machine, kept);
}

/// The luck that install() will have; a copy of the stream, so nothing is drawn.
bool will_fail(PatchManager& manager, const Machine& machine, const Patch& patch) {
  Stream ahead = manager.cloud.sim().random(fmt::format("patch.{}.{}", patch.id, machine.id));
  return patch.failure_share > 0 && ahead.chance(patch.failure_share);
}

bool needs_reboot(PatchManager& manager, const Machine& machine) {
  const Baseline baseline = baseline_for(manager, machine);
  const Installed& installed = manager.installed[machine.id];
  const SimTime now = manager.cloud.sim().now();
  return !installed.pending_reboot.empty() ||
         std::ranges::any_of(manager.releases, [&](const Patch& patch) {
           return patch.reboots && patch.windows == machine.windows &&
                  !installed.patches.contains(patch.id) && approves(baseline, patch, now) &&
                  !will_fail(manager, machine, patch);
         });
}

}  // namespace

std::optional<double> read_reboot_by(Model& model, std::string_view resource,
                                     std::string_view part) {
  auto& manager = static_cast<PatchManager&>(model);
  const std::size_t blank = part.find(' ');
  if (part.substr(0, blank) != kDocument || blank == part.npos) return std::nullopt;
  const Resource* known = manager.cloud.resources().find(resource);
  const Place place = known != nullptr ? known->place : manager.cloud.home();
  const std::optional<Machine> machine = look(manager, place, resource);
  if (!machine) return std::nullopt;
  const Json command = command_of(manager, place, std::string{part.substr(blank + 1)});
  const bool asked = parameter_of(command, "Operation", "Scan") == "Install" &&
                     parameter_of(command, "RebootOption", "RebootIfNeeded") != "NoReboot";
  return asked && needs_reboot(manager, *machine) ? 1 : 0;
}

void on_event(Model& model, const Event& event) {
  auto& manager = static_cast<PatchManager&>(model);
  if (event.source == "aws.ec2" && event.detail_type == kStateEvent) {
    if (input::text(event.detail, "state") == "running")
      rebooted(manager, input::text(event.detail, "instance-id"));
    return;
  }
  if (event.source != "aws.ssm" || event.detail_type != kInvocationEvent) return;
  if (input::text(event.detail, "document-name") != kDocument ||
      input::text(event.detail, "status") != "Success")
    return;
  const std::string id = input::text(event.detail, "instance-id");
  if (const std::optional<Machine> machine = look(manager, event.place, id))
    finish_run(manager, *machine, input::text(event.detail, "command-id"));
}

}  // namespace opsim::patch_manager

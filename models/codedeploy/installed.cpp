// What runs on instances while revisions come and go: users and health checks feel it.
//
// Between ApplicationStop and ApplicationStart nothing of the application answers, if the revision
// has scripts for both. Where no script starts it (a folder of pages), the revision is served once
// its files are there. What fails half way stays stopped.
#include <fmt/format.h>

#include "models/codedeploy/codedeploy.hpp"
#include "opsim/cloud/running_version.hpp"

namespace opsim::codedeploy {

namespace {

/// "App/rev:Event", "App/Event", "App/rev" in this order. One that names the event has a script.
Script look_up(const CodeDeploy& codedeploy, const Deployment& deployment,
               const std::string& event) {
  Script script{.known = deployment.appspec.hooks.contains(event), .physics = nullptr};
  const std::string revision = revision_name(deployment.revision);
  for (const std::string& part : {fmt::format("{}:{}", revision, event), event, revision}) {
    const auto found = codedeploy.physics.find(fmt::format("{}/{}", deployment.application, part));
    if (found == codedeploy.physics.end()) continue;
    script.known = script.known || part != revision;
    if (script.physics == nullptr) script.physics = &found->second;
  }
  return script;
}

}  // namespace

const Script& script_of(const CodeDeploy& codedeploy, Deployment& deployment,
                        const std::string& event) {
  const auto [found, fresh] = deployment.scripts.try_emplace(event);
  if (fresh) found->second = look_up(codedeploy, deployment, event);
  return found->second;
}

CauseId event_ended(CodeDeploy& codedeploy, Deployment& deployment, const std::string& instance,
                    const std::string& event) {
  if (event == "ApplicationStop" && script_of(codedeploy, deployment, event).known) {
    RunningVersion stopped = version_of(codedeploy.cloud, instance);
    if (stopped.name.empty()) return CauseId::none;  // nobody has deployed there: no script ran
    stopped.answer = 0;
    set_version(codedeploy.cloud, instance, stopped);
    return CauseId::none;
  }
  if (event != "Install" && event != "ApplicationStart") return CauseId::none;
  const bool is_started = script_of(codedeploy, deployment, "ApplicationStart").known;
  if (is_started != (event == "ApplicationStart")) return CauseId::none;
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  const std::string revision = revision_name(deployment.revision);
  const CauseId entry = codedeploy.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::everything,
       .subject = std::string{codedeploy.cloud.resources().name_of(instance)},
       .text = fmt::format("runs {} ({})", revision, deployment.id),
       .source = group == nullptr ? "" : group->source,
       .detail = {{"act", "version"}, {"version", revision}, {"deployment", deployment.id}}});
  const CauseScope because{codedeploy.sim(), entry};
  set_version(codedeploy.cloud, instance, {.name = revision, .answer = 200});
  return entry;
}

void stands_with(CodeDeploy& codedeploy, DeploymentGroup& group, const Json& revision) {
  group.last_good = revision;
  const auto key = std::tuple{group.place, group.application, group.name};
  // Once everything else of the stacks stands.
  codedeploy.sim().after(Duration{}, [&codedeploy, key, name = revision_name(revision)] {
    const auto found = codedeploy.groups.find(key);
    if (found == codedeploy.groups.end()) return;
    for (const std::string& instance : instances_of(codedeploy, found->second, name)) {
      found->second.on[instance] = name;
      set_version(codedeploy.cloud, instance, {.name = name, .answer = 200});
    }
  });
}

}  // namespace opsim::codedeploy

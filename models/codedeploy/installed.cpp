// What runs on instances while revisions come and go: users and health checks feel it.
//
// Between ApplicationStop and ApplicationStart nothing of the application answers, if the revision
// has scripts for both. Where no script starts it (a folder of pages), the revision is served once
// its files are there. What fails half way stays stopped.
#include <fmt/format.h>

#include "models/codedeploy/codedeploy.hpp"
#include "opsim/cloud/running_version.hpp"

namespace opsim::codedeploy {

bool is_scripted(const CodeDeploy& codedeploy, const Deployment& deployment,
                 const std::string& event) {
  if (deployment.appspec.hooks.contains(event)) return true;
  const std::string own =
      fmt::format("{}/{}:{}", deployment.application, revision_name(deployment.revision), event);
  return codedeploy.physics.contains(own) ||
         codedeploy.physics.contains(fmt::format("{}/{}", deployment.application, event));
}

CauseId event_ended(CodeDeploy& codedeploy, Deployment& deployment, const std::string& instance,
                    const std::string& event) {
  if (event == "ApplicationStop" && is_scripted(codedeploy, deployment, event)) {
    RunningVersion stopped = version_of(codedeploy.cloud, instance);
    if (stopped.name.empty()) return CauseId::none;  // nobody has deployed there: no script ran
    stopped.answer = 0;
    set_version(codedeploy.cloud, instance, stopped);
    return CauseId::none;
  }
  if (event != "Install" && event != "ApplicationStart") return CauseId::none;
  const bool is_started = is_scripted(codedeploy, deployment, "ApplicationStart");
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

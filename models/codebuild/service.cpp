#include "models/codebuild/service.hpp"

#include <algorithm>

#include "models/codebuild/operations.hpp"

namespace opsim {

namespace {

using codebuild::CodeBuild;

template <ApiResult<Json> (*Handle)(CodeBuild&, const Request&)>
constexpr auto on_build = immediate<CodeBuild, Handle>;

constexpr std::string_view kNoFleets = "reserved capacity fleets are not simulated";
constexpr std::string_view kNoBatches = "batch builds are not simulated";
constexpr std::string_view kNoReports = "test reports are not simulated";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"BatchGetBuilds", Access::read, on_build<codebuild::batch_get_builds>},
    {"BatchGetProjects", Access::read, on_build<codebuild::batch_get_projects>},
    {.name = "CreateFleet", .not_simulated = kNoFleets},
    {"CreateProject", Access::write, on_build<codebuild::create_project>},
    {"DeleteProject", Access::write, on_build<codebuild::delete_project>},
    {"ListBuilds", Access::read, on_build<codebuild::list_builds>},
    {"ListBuildsForProject", Access::read, on_build<codebuild::list_builds_for_project>},
    {"ListProjects", Access::read, on_build<codebuild::list_projects>},
    {"RetryBuild", Access::write, on_build<codebuild::retry_build>},
    {"StartBuild", Access::write, on_build<codebuild::start_build_call>},
    {.name = "StartBuildBatch", .not_simulated = kNoBatches},
    {"StopBuild", Access::write, on_build<codebuild::stop_build_call>},
    {"UpdateProject", Access::write, on_build<codebuild::update_project>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kProjectFields[] = {
    {.name = "Artifacts", .need = Need::required},
    {.name = "AutoRetryLimit", .simulated = Simulated::no},
    {.name = "BadgeEnabled", .simulated = Simulated::no},
    {.name = "BuildBatchConfig", .simulated = Simulated::no},
    {.name = "Cache"},
    {.name = "ConcurrentBuildLimit"},
    {.name = "Description", .shape = &kText},
    {.name = "EncryptionKey", .shape = &kText, .simulated = Simulated::no},
    {.name = "Environment", .need = Need::required},
    {.name = "FileSystemLocations", .simulated = Simulated::no},
    {.name = "LogsConfig"},
    {.name = "Name", .shape = &kText},
    {.name = "QueuedTimeoutInMinutes"},
    {.name = "ResourceAccessRole", .simulated = Simulated::no},
    {.name = "SecondaryArtifacts", .simulated = Simulated::no},
    {.name = "SecondarySourceVersions", .simulated = Simulated::no},
    {.name = "SecondarySources", .simulated = Simulated::no},
    {.name = "ServiceRole", .shape = &kText, .need = Need::required},
    {.name = "Source", .need = Need::required},
    {.name = "SourceVersion", .shape = &kText, .simulated = Simulated::no},
    {.name = "Tags", .simulated = Simulated::no},
    {.name = "TimeoutInMinutes"},
    {.name = "Triggers", .simulated = Simulated::no},
    {.name = "Visibility", .simulated = Simulated::no},
    {.name = "VpcConfig", .simulated = Simulated::no},
};
constexpr Shape kProject{.kind = Kind::mapping, .fields = kProjectFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::CodeBuild::Fleet", .not_simulated = kNoFleets},
    {.type = "AWS::CodeBuild::Project",
     .create = create<CodeBuild, codebuild::create_project_resource>,
     .properties = &kProject},
    {.type = "AWS::CodeBuild::ReportGroup", .not_simulated = kNoReports},
    {.type = "AWS::CodeBuild::SourceCredential",
     .not_simulated = "sources of other providers are given by calls"},
};

constexpr DeliveryTarget kTargets[] = {
    {"codebuild", "project/", deliver<CodeBuild, codebuild::deliver_start>}};
constexpr Physics kPhysics[] = {
    {"AWS::CodeBuild::Project", &codebuild::kPhasePhysicsShape, codebuild::apply_phase_physics}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "phases and what a failed one leads to, on-failure, time-outs, the queue",
     "codebuild/userguide: view-build-details-phases, build-spec-ref"},
    {Grade::simulated, "events of builds and phases; metrics of AWS/CodeBuild",
     "codebuild/userguide: sample-build-notifications, cloudwatch_metrics-codebuild"},
    {Grade::simplified, "how long phases take: estimates, or physics; caches make them shorter"},
    {Grade::simplified,
     "of commands only docker push, package, cp, printf, echo and export have an effect"},
    {Grade::simplified, "logs: one line a phase, written when the build has ended"},
    {Grade::absent,
     "batch builds, fleets, reports, webhooks, VPCs, secondary sources and artifacts, "
     "parameter-store and secrets-manager variables (kept as names)"},
};

}  // namespace

extern const Service kCodeBuild{
    .name = "codebuild",
    .title = "AWS CodeBuild",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<CodeBuild>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .physics = kPhysics,
    .fidelity = kFidelity,
};

}  // namespace opsim

#include "models/codepipeline/service.hpp"

#include <algorithm>

#include "models/codepipeline/operations.hpp"

namespace opsim {

namespace {

using codepipeline::CodePipeline;

template <ApiResult<Json> (*Handle)(CodePipeline&, const Request&)>
constexpr auto on_pipeline = immediate<CodePipeline, Handle>;

constexpr std::string_view kNoJobs = "jobs of other tools are not run here";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AcknowledgeJob", .not_simulated = kNoJobs},
    {"CreatePipeline", Access::write, on_pipeline<codepipeline::create_pipeline>},
    {"DeletePipeline", Access::write, on_pipeline<codepipeline::delete_pipeline>},
    {"DisableStageTransition", Access::write, on_pipeline<codepipeline::disable_transition>},
    {"EnableStageTransition", Access::write, on_pipeline<codepipeline::enable_transition>},
    {"GetPipeline", Access::read, on_pipeline<codepipeline::get_pipeline>},
    {"GetPipelineExecution", Access::read, on_pipeline<codepipeline::get_execution>},
    {"GetPipelineState", Access::read, on_pipeline<codepipeline::get_state>},
    {"ListActionExecutions", Access::read, on_pipeline<codepipeline::list_actions>},
    {"ListPipelineExecutions", Access::read, on_pipeline<codepipeline::list_executions>},
    {"ListPipelines", Access::read, on_pipeline<codepipeline::list_pipelines>},
    {"OverrideStageCondition", Access::write, on_pipeline<codepipeline::override_condition>},
    {.name = "PollForJobs", .not_simulated = kNoJobs},
    {"PutApprovalResult", Access::write, on_pipeline<codepipeline::put_approval_result>},
    {"PutJobFailureResult", Access::write, on_pipeline<codepipeline::put_job_failure>},
    {"PutJobSuccessResult", Access::write, on_pipeline<codepipeline::put_job_success>},
    {"RetryStageExecution", Access::write, on_pipeline<codepipeline::retry_stage_call>},
    {"RollbackStage", Access::write, on_pipeline<codepipeline::rollback_stage>},
    {"StartPipelineExecution", Access::write, on_pipeline<codepipeline::start_execution_call>},
    {"StopPipelineExecution", Access::write, on_pipeline<codepipeline::stop_execution_call>},
    {"UpdatePipeline", Access::write, on_pipeline<codepipeline::update_pipeline_call>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kPipelineFields[] = {
    {.name = "ArtifactStore"},
    {.name = "ArtifactStores"},
    {.name = "DisableInboundStageTransitions"},
    {.name = "ExecutionMode", .shape = &kText},
    {.name = "Name", .shape = &kText},
    {.name = "PipelineType", .shape = &kText},
    {.name = "RestartExecutionOnUpdate", .simulated = Simulated::no},
    {.name = "RoleArn", .shape = &kText, .need = Need::required},
    {.name = "Stages", .need = Need::required},
    {.name = "Tags", .simulated = Simulated::no},
    {.name = "Triggers"},
    {.name = "Variables"},
};
constexpr Shape kPipeline{.kind = Kind::mapping, .fields = kPipelineFields};
constexpr std::string_view kByPush = "a push to the repository starts the pipeline by itself";
constexpr ResourceType kResources[] = {
    {.type = "AWS::CodePipeline::CustomActionType", .not_simulated = kNoJobs},
    {.type = "AWS::CodePipeline::Pipeline",
     .create = create<CodePipeline, codepipeline::create_pipeline_resource>,
     .properties = &kPipeline},
    {.type = "AWS::CodePipeline::Webhook", .not_simulated = kByPush},
};

constexpr DeliveryTarget kTargets[] = {
    {"codepipeline", "", deliver<CodePipeline, codepipeline::deliver_start>}};
constexpr Physics kPhysics[] = {{"AWS::CodePipeline::Pipeline", &codepipeline::kActionPhysicsShape,
                                 codepipeline::apply_action_physics}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "stages locked by one execution; SUPERSEDED, QUEUED and PARALLEL; transitions, stop and wait "
     "or abandon",
     "codepipeline/userguide: concepts-how-it-works"},
    {Grade::simulated,
     "actions by run order, artifacts in their stores with KMS keys, variables, roles and Regions "
     "of other accounts, time-outs",
     "codepipeline/userguide: reference-pipeline-structure, limits"},
    {Grade::simulated, "manual approval with its notification; retry, rollback and conditions",
     "codepipeline/userguide: approvals, stage-conditions, stage-rollback"},
    {Grade::simulated, "what CreatePipeline refuses",
     "codepipeline/userguide: reference-pipeline-structure"},
    {Grade::simulated,
     "sources CodeCommit, connections, ECR, GitHub, S3; CodeBuild; CloudFormation, CodeDeploy, "
     "ECS, "
     "S3, AppConfig; Lambda, Step Functions, pipelines",
     "codepipeline/userguide: action-reference"},
    {Grade::simplified, "a function answers by how it ends; commands take a minute and work"},
    {Grade::simplified,
     "polled sources are noticed within a minute; what runs is looked at every "
     "ten seconds (estimates)"},
    {Grade::simplified, "executions under way keep the structure with which they began"},
    {Grade::simplified, "a time outside a deployment window fails its rule at once"},
    {Grade::absent,
     "custom and third-party actions, Elastic Beanstalk, Service Catalog, EKS and EC2 deploy "
     "actions, CodeBuild rules, pull requests, batch builds"},
};

}  // namespace

extern const Service kCodePipeline{
    .name = "codepipeline",
    .title = "AWS CodePipeline",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<CodePipeline>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .physics = kPhysics,
    .quantities = codepipeline::kPipelineQuantities,
    .fidelity = kFidelity,
    .on_call = [](Model& model,
                  const CallRecord& record) { static_cast<CodePipeline&>(model).on_call(record); },
};

}  // namespace opsim

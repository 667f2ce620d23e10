#include "models/fis/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/fis/operations.hpp"

namespace opsim {

namespace {

using fis::Fis;

template <ApiResult<Json> (*Handle)(Fis&, const Request&)>
constexpr auto on_fis = immediate<Fis, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateExperimentTemplate", Access::write, on_fis<fis::create_template>},
    {"CreateTargetAccountConfiguration", Access::write, on_fis<fis::create_target_account>},
    {"DeleteExperimentTemplate", Access::write, on_fis<fis::delete_template>},
    {"DeleteTargetAccountConfiguration", Access::write, on_fis<fis::delete_target_account>},
    {"GetAction", Access::read, on_fis<fis::get_action>},
    {"GetExperiment", Access::read, on_fis<fis::get_experiment>},
    {"GetExperimentTemplate", Access::read, on_fis<fis::get_template>},
    {"GetSafetyLever", Access::read, on_fis<fis::get_safety_lever>},
    {"GetTargetAccountConfiguration", Access::read, on_fis<fis::get_target_account>},
    {"GetTargetResourceType", Access::read, on_fis<fis::get_target_type>},
    // No operation of AWS: what is wrong with a template, and where.
    {"InspectTemplate", Access::read, on_fis<fis::inspect_template>},
    {"ListActions", Access::read, on_fis<fis::list_actions>},
    {"ListExperimentResolvedTargets", Access::read, on_fis<fis::list_resolved_targets>},
    {"ListExperimentTemplates", Access::read, on_fis<fis::list_templates>},
    {"ListExperiments", Access::read, on_fis<fis::list_experiments>},
    {"ListTagsForResource", Access::read, on_fis<fis::list_tags>},
    {"ListTargetAccountConfigurations", Access::read, on_fis<fis::list_target_accounts>},
    {"ListTargetResourceTypes", Access::read, on_fis<fis::list_target_types>},
    {"StartExperiment", Access::write, on_fis<fis::start_experiment_call>},
    {"StopExperiment", Access::write, on_fis<fis::stop_experiment_call>},
    {"TagResource", Access::write, on_fis<fis::tag_resource>},
    {"UntagResource", Access::write, on_fis<fis::untag_resource>},
    {"UpdateExperimentTemplate", Access::write, on_fis<fis::update_template>},
    {"UpdateSafetyLeverState", Access::write, on_fis<fis::update_safety_lever>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kTemplateFields[] = {
    {.name = "Actions", .need = Need::required},
    {.name = "Description", .shape = &kText, .need = Need::required},
    {.name = "ExperimentOptions"},
    {.name = "ExperimentReportConfiguration"},
    {.name = "LogConfiguration"},
    {.name = "RoleArn", .shape = &kText, .need = Need::required},
    {.name = "StopConditions", .need = Need::required},
    {.name = "Tags"},
    {.name = "Targets"},
};
constexpr Field kAccountFields[] = {
    {.name = "AccountId", .shape = &kText, .need = Need::required},
    {.name = "Description", .shape = &kText},
    {.name = "ExperimentTemplateId", .shape = &kText, .need = Need::required},
    {.name = "RoleArn", .shape = &kText, .need = Need::required},
};
constexpr Shape kTemplate{.kind = Kind::mapping, .fields = kTemplateFields};
constexpr Shape kAccount{.kind = Kind::mapping, .fields = kAccountFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::FIS::ExperimentTemplate",
     .create = create<Fis, fis::create_template_resource>,
     .properties = &kTemplate},
    {.type = "AWS::FIS::TargetAccountConfiguration",
     .create = create<Fis, fis::create_target_account_resource>,
     .properties = &kAccount},
};

// ---- run experiment on AzPower ----

constexpr Field kRunFields[] = {
    {.name = "on",
     .shape = &kText,
     .need = Need::required,
     .doc = "An experiment template: AWS::FIS::ExperimentTemplate."},
};
constexpr Shape kRun{.kind = Kind::mapping,
                     .doc = "Starts an experiment, as an engineer would by hand.",
                     .fields = kRunFields};

void run_experiment(Model& model, const FaultRequest& request) {
  Fis& fis = static_cast<Fis&>(model);
  for (const std::string& id : request.targets) {
    const auto found = fis.templates.find(id);
    if (found == fis.templates.end()) continue;
    fis::start_experiment(fis, found->second, {});
  }
}

constexpr Fault kFaults[] = {{"run experiment", &kRun, run_experiment}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "templates in both spellings, targets by ARN, tag, filter and parameters, ALL, COUNT and "
     "PERCENT, startAfter, durations, post actions, states, events",
     "fis/userguide: targets, action-sequence, experiments"},
    {Grade::simulated, "stop conditions, safety levers, emptyTargetResolutionMode, actionsMode",
     "fis/userguide: stop-conditions, safety-lever, experiment-options"},
    {Grade::simulated,
     "actions on instances, databases, tasks, alarms, roles (API errors), Systems Manager, zonal "
     "shifts, by calls as the experiment's role",
     "fis/userguide: fis-actions-reference"},
    {Grade::simplified,
     "physical actions change what the target's model feels, else a note says so"},
    {Grade::simplified, "an experiment begins its actions five seconds after its start",
     "estimate"},
    {Grade::simplified, "over several accounts, selection counts over all of them together"},
    {Grade::simulated, "experiment logs to CloudWatch Logs and S3, in the schema of version 2",
     "fis/userguide: monitoring-logging"},
    {Grade::simulated, "the documents AWSFIS-Run-*: CPU, memory, disk, network, processes",
     "fis/userguide: actions-ssm-agent"},
    {Grade::simplified,
     "Sources by zone are a share of a member's exchanges, spread evenly over the zones in use; "
     "addresses, domains, S3 and DYNAMODB leave a note"},
    {Grade::simplified,
     "a report of an experiment is text with the numbers of its dashboards; AWS writes a PDF",
     "fis/userguide: experiment-report-configuration"},
    {Grade::absent, "actions on what has no model (see the folder's README)"},
};

}  // namespace

extern const Service kFis{
    .name = "fis",
    .title = "AWS Fault Injection Service",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Fis>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .faults = kFaults,
    .fidelity = kFidelity,
    .on_event = [](Model& model, const Event& event) { static_cast<Fis&>(model).on_event(event); },
};

}  // namespace opsim

#include "models/change_manager/service.hpp"

#include "models/change_manager/change_manager.hpp"
#include "models/change_manager/settings.hpp"

namespace opsim {

namespace {

using change_manager::ChangeManager;

constexpr Operation kOperations[] = {
    {.name = "InspectChangeRequest",
     .access = Access::read,
     .now = immediate<ChangeManager, change_manager::inspect_change_request>},
    {.name = "InspectChangeRequests",
     .access = Access::read,
     .now = immediate<ChangeManager, change_manager::inspect_change_requests>},
    {.name = "InspectChangeTemplate",
     .access = Access::read,
     .now = immediate<ChangeManager, change_manager::inspect_change_template>},
    {.name = "StartChangeRequestExecution",
     .now = immediate<ChangeManager, change_manager::start_change_request>},
};

void read_section(Model& model, Cloud&, const Node& section) {
  auto& settings = static_cast<ChangeManager&>(model).settings;
  settings = change_manager::read_settings(section, settings);
}

const Section kSections[] = {{"change manager", &change_manager::kSettingsShape, read_section}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "change templates with up to five levels of approval, by line and by level; runbooks that "
     "they permit; auto-approval; emergency changes",
     "Systems Manager User Guide, Creating change templates"},
    {Grade::simulated,
     "StartChangeRequestExecution with its schedule; SendAutomationSignal, StopAutomationExecution "
     "and GetAutomationExecution of change requests",
     "Systems Manager API Reference"},
    {Grade::simulated,
     "Change Calendar: a closed calendar holds changes back, freeze approvers may override, an "
     "emergency change skips it",
     "Systems Manager User Guide, Configuring Change Manager options and best practices"},
    {Grade::simulated,
     "OpsItems of type /aws/changerequest, event Change Request Status Update, notifications",
     "Systems Manager User Guide, AWS Systems Manager Change Manager"},
    {Grade::simplified,
     "anybody is a member of a group that IAM does not know; runbooks start in the requester's "
     "name; a placeholder for a number of approvals counts as none written"},
    {Grade::simplified, "the settings of an account stand in the scenario: change manager:"},
    {Grade::absent,
     "template reviews, CloudWatch monitors, delegated administrators, templates of AWS's own; the "
     "service takes no new customers since November 7, 2025"},
};

}  // namespace

extern const Service kChangeManager{
    .name = "changemanager",
    .title = "AWS Systems Manager Change Manager",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ChangeManager>(cloud);
    },
    .operations = kOperations,
    .sections = kSections,
    .fidelity = kFidelity,
    .on_event = [](Model& model,
                   const Event& event) { static_cast<ChangeManager&>(model).on_event(event); },
    .on_call = [](Model& model,
                  const CallRecord& call) { static_cast<ChangeManager&>(model).on_call(call); },
};

}  // namespace opsim

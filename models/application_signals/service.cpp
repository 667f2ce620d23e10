#include "models/application_signals/service.hpp"

#include <algorithm>

#include "models/application_signals/slo.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using application_signals::ApplicationSignals;

template <ApiResult<Json> (*Handle)(ApplicationSignals&, const Request&)>
constexpr auto on_signals = immediate<ApplicationSignals, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"BatchGetServiceLevelObjectiveBudgetReport", Access::read,
     on_signals<application_signals::batch_get_budget_report>},
    {.name = "BatchUpdateExclusionWindows", .not_simulated = "every period counts"},
    {"CreateServiceLevelObjective", Access::write, on_signals<application_signals::create_slo>},
    {"DeleteServiceLevelObjective", Access::write, on_signals<application_signals::delete_slo>},
    {"GetServiceLevelObjective", Access::read, on_signals<application_signals::get_slo>},
    {"ListServiceLevelObjectives", Access::read, on_signals<application_signals::list_slos>},
    {.name = "ListServices", .not_simulated = "a workload's components are in its scenario"},
    {"UpdateServiceLevelObjective", Access::write, on_signals<application_signals::update_slo>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kSloFields[] = {
    {.name = "BurnRateConfigurations"},
    {.name = "Description", .shape = &kText},
    {.name = "ExclusionWindows", .simulated = Simulated::no},
    {.name = "Goal"},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "RequestBasedSli"},
    {.name = "Sli"},
    {.name = "Tags"},
};
constexpr Shape kSlo{.kind = Kind::mapping, .fields = kSloFields};

constexpr ResourceType kResources[] = {
    {"AWS::ApplicationSignals::ServiceLevelObjective",
     create<ApplicationSignals, application_signals::create_slo_resource>, &kSlo},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "objectives by periods and by requests, rolling and calendar intervals",
     "CloudWatch-ServiceLevelObjectives"},
    {Grade::simulated, "error budgets, attainment, burn rates as metrics that alarms can watch",
     "CloudWatch-ServiceLevelObjectives"},
    {Grade::simplified, "a period is looked at two minutes after its end: an estimate"},
    {Grade::simplified, "a period without data counts neither as good nor as bad"},
    {Grade::simplified, "a rolling month has 30 days"},
    {Grade::absent, "exclusion windows, dependencies, discovery of services, the service map"},
};

}  // namespace

extern const Service kApplicationSignals{
    .name = "application-signals",
    .title = "CloudWatch Application Signals",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ApplicationSignals>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim

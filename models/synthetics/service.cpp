#include "models/synthetics/service.hpp"

#include <algorithm>

#include "models/synthetics/synthetics.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using synthetics::Canary;
using synthetics::Synthetics;

template <ApiResult<Json> (*Handle)(Synthetics&, const Request&)>
constexpr auto on_canaries = immediate<Synthetics, Handle>;

constexpr Operation kOperations[] = {
    {"CreateCanary", Access::write, on_canaries<synthetics::create_canary>},
    {"DeleteCanary", Access::write, on_canaries<synthetics::delete_canary>},
    {"DescribeCanaries", Access::read, on_canaries<synthetics::describe_canaries>},
    {"GetCanary", Access::read, on_canaries<synthetics::get_canary>},
    {"GetCanaryRuns", Access::read, on_canaries<synthetics::get_canary_runs>},
    {"StartCanary", Access::write, on_canaries<synthetics::start_canary>},
    {"StopCanary", Access::write, on_canaries<synthetics::stop_canary>},
    {.name = "UpdateCanary", .not_simulated = "delete it and make another"},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kFlag{.kind = Kind::boolean};
constexpr Shape kDays{.kind = Kind::integer, .min = 1, .max = 1024};
constexpr Shape kSeconds{.kind = Kind::integer, .min = 0, .max = 31'622'400};
constexpr Field kCodeFields[] = {
    {.name = "Dependencies", .simulated = Simulated::no},
    {.name = "Handler", .shape = &kText, .need = Need::required, .simulated = Simulated::no},
    {.name = "S3Bucket", .shape = &kText, .simulated = Simulated::no},
    {.name = "S3Key", .shape = &kText, .simulated = Simulated::no},
    {.name = "S3ObjectVersion", .shape = &kText, .simulated = Simulated::no},
    {.name = "Script",
     .shape = &kText,
     .doc = "Its executeStep calls and the domain that it names are read; the code is not run."},
    {.name = "SourceLocationArn", .shape = &kText, .simulated = Simulated::no},
};
constexpr Shape kCode{.kind = Kind::mapping, .fields = kCodeFields};
constexpr Field kScheduleFields[] = {
    {.name = "DurationInSeconds", .shape = &kSeconds},
    {.name = "Expression", .shape = &kText, .need = Need::required},
    {.name = "RetryConfig", .simulated = Simulated::no},
};
constexpr Shape kSchedule{.kind = Kind::mapping, .fields = kScheduleFields};
constexpr Field kRunFields[] = {
    {.name = "ActiveTracing", .shape = &kFlag, .simulated = Simulated::no},
    {.name = "EnvironmentVariables"},
    {.name = "EphemeralStorage", .simulated = Simulated::no},
    {.name = "MemoryInMB", .simulated = Simulated::no},
    {.name = "TimeoutInSeconds", .simulated = Simulated::no},
};
constexpr Shape kRun{.kind = Kind::mapping, .fields = kRunFields};
constexpr Field kCanaryFields[] = {
    {.name = "ArtifactConfig", .simulated = Simulated::no},
    {.name = "ArtifactS3Location", .shape = &kText, .need = Need::required},
    {.name = "BrowserConfigs", .simulated = Simulated::no},
    {.name = "Code", .shape = &kCode, .need = Need::required},
    {.name = "DeleteLambdaResourcesOnCanaryDeletion", .simulated = Simulated::no},
    {.name = "DryRunAndUpdate", .simulated = Simulated::no},
    {.name = "ExecutionRoleArn", .shape = &kText, .need = Need::required},
    {.name = "FailureRetentionPeriod", .shape = &kDays, .simulated = Simulated::no},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "ProvisionedResourceCleanup", .simulated = Simulated::no},
    {.name = "ResourcesToReplicateTags", .simulated = Simulated::no},
    {.name = "RunConfig", .shape = &kRun},
    {.name = "RuntimeVersion", .shape = &kText, .need = Need::required},
    {.name = "Schedule", .shape = &kSchedule, .need = Need::required},
    {.name = "StartCanaryAfterCreation",
     .shape = &kFlag,
     .doc = "Without it the canary stands, and runs only once StartCanary is called."},
    {.name = "SuccessRetentionPeriod", .shape = &kDays, .simulated = Simulated::no},
    {.name = "Tags"},
    {.name = "VPCConfig", .simulated = Simulated::no},
    {.name = "VisualReference", .simulated = Simulated::no},
    {.name = "VisualReferences", .simulated = Simulated::no},
};
constexpr Shape kCanary{.kind = Kind::mapping, .fields = kCanaryFields};
constexpr std::string_view kCanaryType = "AWS::Synthetics::Canary";
constexpr ResourceType kResources[] = {
    {kCanaryType, create<Synthetics, synthetics::make_canary>, &kCanary},
};

const Canary* canary_called(Model& model, std::string_view name) {
  for (const auto& [key, canary] : static_cast<Synthetics&>(model).canaries)
    if (key.second == name) return &canary;
  return nullptr;
}
std::optional<double> read_runs(Model& model, std::string_view name, std::string_view /*part*/) {
  const Canary* canary = canary_called(model, name);
  return canary ? std::optional{static_cast<double>(canary->run_count)} : std::nullopt;
}
/// CloudWatch pricing, us-east-1: $0.0012 a run; the 100 free ones of a month are not counted.
std::optional<double> read_spent(Model& model, std::string_view name, std::string_view part) {
  const std::optional<double> runs = read_runs(model, name, part);
  return runs ? std::optional{*runs * 0.0012} : std::nullopt;
}
constexpr PhysicalQuantity kQuantities[] = {
    {kCanaryType, "runs", "", read_runs, nullptr},
    {kCanaryType, "spent", "$", read_spent, nullptr},
};

std::vector<std::string> explain(Model& model, std::string_view subject) {
  return synthetics::explain_canaries(static_cast<Synthetics&>(model), subject);
}

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "canaries by rate, cron and once, started by StartCanary or their stack",
     "CloudWatch_Synthetics_Canaries_Create"},
    {Grade::simulated, "SuccessPercent, Failed and Duration, of canaries and of their steps",
     "CloudWatch_Synthetics_Canaries_metrics"},
    {Grade::simulated, "events of runs and of states, with AWS's best effort",
     "monitoring-events-eventbridge"},
    {Grade::simplified,
     "of a script the steps and the domain are read; a step goes as for a user of that front end"},
    {Grade::simplified, "Failed is 1 for a run that failed, else 0: its page says no more"},
    {Grade::absent,
     "retries, visual monitoring, several browsers, time limits, groups, dry runs, artefacts in "
     "S3"},
};

}  // namespace

extern const Service kSynthetics{
    .name = "synthetics",
    .title = "CloudWatch Synthetics",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Synthetics>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .quantities = kQuantities,
    .fidelity = kFidelity,
    .explain = explain,
};

}  // namespace opsim

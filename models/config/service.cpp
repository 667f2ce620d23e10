#include "models/config/service.hpp"

#include <algorithm>

#include "models/config/config.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using config::Config;

template <ApiResult<Json> (*Handle)(Config&, const Request&)>
constexpr auto on_config = immediate<Config, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"DeleteConfigRule", Access::write, on_config<config::delete_config_rule>},
    {"DescribeComplianceByConfigRule", Access::read, on_config<config::describe_compliance>},
    {"DescribeConfigRules", Access::read, on_config<config::describe_config_rules>},
    {"DescribeRemediationConfigurations", Access::read,
     on_config<config::describe_remediation_configurations>},
    {"DescribeRemediationExecutionStatus", Access::read,
     on_config<config::describe_remediation_status>},
    {"GetComplianceDetailsByConfigRule", Access::read, on_config<config::get_compliance_details>},
    {"PutConfigRule", Access::write, on_config<config::put_config_rule>},
    {.name = "PutEvaluations", .not_simulated = "use PutExternalEvaluation: no rule is invoked"},
    {"PutExternalEvaluation", Access::write, on_config<config::put_external_evaluation>},
    {"PutRemediationConfigurations", Access::write,
     on_config<config::put_remediation_configurations>},
    {.name = "StartConfigRulesEvaluation", .not_simulated = "rules evaluate nothing by themselves"},
    {"StartRemediationExecution", Access::write, on_config<config::start_remediation_execution>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Field kRuleFields[] = {
    {.name = "Compliance", .simulated = Simulated::no},
    {.name = "ConfigRuleName", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "EvaluationModes", .simulated = Simulated::no},
    {.name = "InputParameters"},
    {.name = "MaximumExecutionFrequency", .shape = &kText},
    {.name = "Scope"},
    {.name = "Source", .need = Need::required, .doc = "Kept; a scenario says what is found."},
};
constexpr Field kRemediationFields[] = {
    {.name = "Automatic", .shape = &kBoolean},
    {.name = "ConfigRuleName", .shape = &kText, .need = Need::required},
    {.name = "ExecutionControls", .simulated = Simulated::no},
    {.name = "MaximumAutomaticAttempts"},
    {.name = "Parameters"},
    {.name = "ResourceType", .simulated = Simulated::no},
    {.name = "RetryAttemptSeconds"},
    {.name = "TargetId", .shape = &kText, .need = Need::required},
    {.name = "TargetType", .shape = &kText, .need = Need::required},
    {.name = "TargetVersion", .simulated = Simulated::no},
};
constexpr Shape kRule{.kind = Kind::mapping, .fields = kRuleFields};
constexpr Shape kRemediation{.kind = Kind::mapping, .fields = kRemediationFields};

constexpr std::string_view kNoRecorder = "changes of resources are not recorded";
constexpr ResourceType kResources[] = {
    {"AWS::Config::ConfigRule", create<Config, config::create_rule>, &kRule},
    {.type = "AWS::Config::ConfigurationRecorder", .not_simulated = kNoRecorder},
    {.type = "AWS::Config::ConformancePack", .not_simulated = "packs are not unpacked"},
    {.type = "AWS::Config::DeliveryChannel", .not_simulated = kNoRecorder},
    {"AWS::Config::RemediationConfiguration", create<Config, config::create_remediation>,
     &kRemediation},
};
constexpr Fault kFaults[] = {{"break compliance", &config::kBreakShape, config::begin_break}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "findings of rules, their change as an event in AWS's shape",
     "Config Developer Guide, monitor-config-with-cloudwatchevents"},
    {Grade::simulated, "remediation by SSM automation, by itself or by call: attempts and retries",
     "Config API Reference, RemediationConfiguration"},
    {Grade::simplified,
     "rules evaluate nothing: scenarios and calls say what is found; a remediation "
     "that works makes its resource compliant"},
    {Grade::absent,
     "recorders, conformance packs, aggregators, remediation exceptions, limits of "
     "concurrency"},
};

}  // namespace

extern const Service kConfig{
    .name = "config",
    .title = "AWS Config",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Config>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .faults = kFaults,
    .fidelity = kFidelity,
    .on_event = config::on_event,
};

}  // namespace opsim

#include "models/config/service.hpp"

#include <algorithm>

#include "models/config/aggregators.hpp"
#include "models/config/packs.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using config::Config;

template <ApiResult<Json> (*Handle)(Config&, const Request&)>
constexpr auto on_config = immediate<Config, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"DeleteConfigRule", Access::write, on_config<config::delete_config_rule>},
    {"DeleteConfigurationAggregator", Access::write, on_config<config::delete_aggregator>},
    {"DeleteConfigurationRecorder", Access::write, on_config<config::delete_recorder>},
    {"DeleteConformancePack", Access::write, on_config<config::delete_pack>},
    {"DeleteOrganizationConformancePack", Access::write,
     on_config<config::delete_organization_pack>},
    {"DeleteRemediationConfiguration", Access::write,
     on_config<config::delete_remediation_configuration>},
    {"DeleteRemediationExceptions", Access::write,
     on_config<config::delete_remediation_exceptions>},
    {"DescribeAggregateComplianceByConfigRules", Access::read,
     on_config<config::describe_aggregate_compliance>},
    {"DescribeComplianceByConfigRule", Access::read, on_config<config::describe_compliance>},
    {"DescribeConfigRules", Access::read, on_config<config::describe_config_rules>},
    {"DescribeConfigurationAggregators", Access::read, on_config<config::describe_aggregators>},
    {"DescribeConfigurationRecorderStatus", Access::read,
     on_config<config::describe_recorder_status>},
    {"DescribeConfigurationRecorders", Access::read, on_config<config::describe_recorders>},
    {"DescribeConformancePackCompliance", Access::read,
     on_config<config::describe_pack_compliance>},
    {"DescribeConformancePackStatus", Access::read, on_config<config::describe_pack_status>},
    {"DescribeConformancePacks", Access::read, on_config<config::describe_packs>},
    {"DescribeDeliveryChannels", Access::read, on_config<config::describe_delivery_channels>},
    {"DescribeOrganizationConformancePackStatuses", Access::read,
     on_config<config::describe_organization_pack_statuses>},
    {"DescribeOrganizationConformancePacks", Access::read,
     on_config<config::describe_organization_packs>},
    {"DescribeRemediationConfigurations", Access::read,
     on_config<config::describe_remediation_configurations>},
    {"DescribeRemediationExceptions", Access::read,
     on_config<config::describe_remediation_exceptions>},
    {"DescribeRemediationExecutionStatus", Access::read,
     on_config<config::describe_remediation_status>},
    {"GetAggregateComplianceDetailsByConfigRule", Access::read,
     on_config<config::get_aggregate_details>},
    {"GetAggregateConfigRuleComplianceSummary", Access::read,
     on_config<config::get_aggregate_summary>},
    {"GetComplianceDetailsByConfigRule", Access::read, on_config<config::get_compliance_details>},
    {"GetComplianceDetailsByResource", Access::read, on_config<config::get_compliance_by_resource>},
    {"GetOrganizationConformancePackDetailedStatus", Access::read,
     on_config<config::get_organization_pack_detail>},
    {"GetResourceConfigHistory", Access::read, on_config<config::get_history>},
    {"PutConfigRule", Access::write, on_config<config::put_config_rule>},
    {"PutConfigurationAggregator", Access::write, on_config<config::put_aggregator>},
    {"PutConfigurationRecorder", Access::write, on_config<config::put_recorder>},
    {"PutConformancePack", Access::write, on_config<config::put_pack_call>},
    {"PutDeliveryChannel", Access::write, on_config<config::put_delivery_channel>},
    {.name = "PutEvaluations",
     .not_simulated = "use PutExternalEvaluation: no function is invoked"},
    {"PutExternalEvaluation", Access::write, on_config<config::put_external_evaluation>},
    {"PutOrganizationConformancePack", Access::write, on_config<config::put_organization_pack>},
    {"PutRemediationConfigurations", Access::write,
     on_config<config::put_remediation_configurations>},
    {"PutRemediationExceptions", Access::write, on_config<config::put_remediation_exceptions>},
    {"StartConfigRulesEvaluation", Access::write, on_config<config::start_evaluation>},
    {"StartConfigurationRecorder", Access::write, on_config<config::start_recorder>},
    {"StartRemediationExecution", Access::write, on_config<config::start_remediation_execution>},
    {"StopConfigurationRecorder", Access::write, on_config<config::stop_recorder>},
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
    {.name = "Source",
     .need = Need::required,
     .doc =
         "Managed rules that opsim knows look for themselves; a scenario says what others find."},
};
constexpr Field kRemediationFields[] = {
    {.name = "Automatic", .shape = &kBoolean},
    {.name = "ConfigRuleName", .shape = &kText, .need = Need::required},
    {.name = "ExecutionControls",
     .doc = "ConcurrentExecutionRatePercentage; errors are not counted."},
    {.name = "MaximumAutomaticAttempts"},
    {.name = "Parameters"},
    {.name = "ResourceType", .shape = &kText},
    {.name = "RetryAttemptSeconds"},
    {.name = "TargetId", .shape = &kText, .need = Need::required},
    {.name = "TargetType", .shape = &kText, .need = Need::required},
    {.name = "TargetVersion"},
};
constexpr Field kChannelFields[] = {
    {.name = "ConfigSnapshotDeliveryProperties", .simulated = Simulated::no},
    {.name = "Name", .shape = &kText},
    {.name = "S3BucketName",
     .shape = &kText,
     .need = Need::required,
     .doc = "Kept: nothing is put."},
    {.name = "S3KeyPrefix", .shape = &kText},
    {.name = "S3KmsKeyArn", .shape = &kText},
    {.name = "SnsTopicARN", .shape = &kText, .simulated = Simulated::no},
};
constexpr Field kRecorderFields[] = {
    {.name = "Name", .shape = &kText},
    {.name = "RecordingGroup"},
    {.name = "RecordingMode", .doc = "Continuous, or once a day."},
    {.name = "RoleARN", .shape = &kText, .need = Need::required},
};
constexpr Field kAggregatorFields[] = {
    {.name = "AccountAggregationSources"},
    {.name = "ConfigurationAggregatorName", .shape = &kText},
    {.name = "OrganizationAggregationSource"},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Shape kAggregator{.kind = Kind::mapping, .fields = kAggregatorFields};
constexpr Field kPackFields[] = {
    {.name = "ConformancePackInputParameters"},
    {.name = "ConformancePackName", .shape = &kText, .need = Need::required},
    {.name = "DeliveryS3Bucket", .shape = &kText, .simulated = Simulated::no},
    {.name = "DeliveryS3KeyPrefix", .shape = &kText, .simulated = Simulated::no},
    {.name = "TemplateBody"},
    {.name = "TemplateS3Uri", .shape = &kText, .simulated = Simulated::no},
    {.name = "TemplateSSMDocumentDetails", .simulated = Simulated::no},
};
constexpr Field kOrganizationPackFields[] = {
    {.name = "ConformancePackInputParameters"},
    {.name = "DeliveryS3Bucket", .shape = &kText, .simulated = Simulated::no},
    {.name = "DeliveryS3KeyPrefix", .shape = &kText, .simulated = Simulated::no},
    {.name = "ExcludedAccounts"},
    {.name = "OrganizationConformancePackName", .shape = &kText, .need = Need::required},
    {.name = "TemplateBody"},
    {.name = "TemplateS3Uri", .shape = &kText, .simulated = Simulated::no},
};
constexpr Shape kPack{.kind = Kind::mapping, .fields = kPackFields};
constexpr Shape kOrganizationPack{.kind = Kind::mapping, .fields = kOrganizationPackFields};
constexpr Shape kChannel{.kind = Kind::mapping, .fields = kChannelFields};
constexpr Shape kRecorder{.kind = Kind::mapping, .fields = kRecorderFields};
constexpr Shape kRule{.kind = Kind::mapping, .fields = kRuleFields};
constexpr Shape kRemediation{.kind = Kind::mapping, .fields = kRemediationFields};

constexpr ResourceType kResources[] = {
    {"AWS::Config::ConfigRule", create<Config, config::create_rule>, &kRule},
    {"AWS::Config::ConfigurationAggregator", create<Config, config::create_aggregator>,
     &kAggregator},
    {"AWS::Config::ConfigurationRecorder", create<Config, config::create_recorder>, &kRecorder},
    {"AWS::Config::ConformancePack", create<Config, config::create_pack>, &kPack},
    {"AWS::Config::DeliveryChannel", create<Config, config::create_channel>, &kChannel},
    {"AWS::Config::OrganizationConformancePack", create<Config, config::create_organization_pack>,
     &kOrganizationPack},
    {"AWS::Config::RemediationConfiguration", create<Config, config::create_remediation>,
     &kRemediation},
};
constexpr Physics kPhysics[] = {
    {"AWS::Config::ConfigurationAggregator", &config::kAggregatorPhysics,
     config::apply_aggregator_physics},
    {"AWS::Config::ConfigurationRecorder", &config::kRecorderPhysics,
     config::apply_recorder_physics},
};
constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::Config::ConfigurationAggregator", "accounts with", "%", config::read_accounts_with,
     nullptr},
    {"AWS::Config::ConfigurationAggregator", "noncompliant", "", config::read_noncompliant,
     nullptr},
    {"AWS::Config::ConfigurationAggregator", "total", "", config::read_total, nullptr},
};
constexpr Fault kFaults[] = {
    {"break compliance", &config::kBreakShape, config::begin_break},
    {"take rules away", &config::kTakeAwayShape, config::begin_take_away},
};
constexpr Membership kMemberships[] = {
    {"AWS::Config::ConfigurationAggregator", config::resources_seen_by}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "findings of rules, their change as an event in AWS's shape",
     "Config Developer Guide, monitor-config-with-cloudwatchevents"},
    {Grade::simulated, "recorders: what is recorded, continuously or daily; rules triggered by it",
     "Config Developer Guide, select-resources, evaluate-config-rules"},
    {Grade::simulated, "15 managed rules by identifier, on changes and by their frequency",
     "Config Developer Guide, managed-rules-by-aws-config"},
    {Grade::simulated,
     "remediation by SSM automation, by itself or by call: attempts, exceptions, how many at once",
     "Config API Reference, RemediationConfiguration, PutRemediationExceptions"},
    {Grade::simulated, "aggregators of an organization or of accounts: compliance by rule, details",
     "Config Developer Guide, aggregate-data"},
    {Grade::simulated,
     "conformance packs; of an organization, by its management account or a delegated "
     "administrator: in every account, also in those that join",
     "Config Developer Guide, conformance-pack-organization-apis"},
    {Grade::simplified,
     "other rules evaluate nothing: scenarios and calls say what is found, and a remediation "
     "that works makes its resource compliant"},
    {Grade::simplified, "how soon a change is recorded and looked at: estimates, or physics"},
    {Grade::absent,
     "custom rules' functions and policies, proactive evaluation, "
     "snapshots and notifications of the delivery channel"},
};

}  // namespace

extern const Service kConfig{
    .name = "config",
    .title = "AWS Config",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Config>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .quantities = kQuantities,
    .memberships = kMemberships,
    .faults = kFaults,
    .fidelity = kFidelity,
    .on_event = config::on_event,
    .on_call = config::on_call,
    .explain = config::explain,
};

}  // namespace opsim

#include "models/elastic_disaster_recovery/service.hpp"

#include <algorithm>

#include "models/elastic_disaster_recovery/elastic_disaster_recovery.hpp"

namespace opsim {

namespace {

using drs::Drs;

template <ApiResult<Json> (*Handle)(Drs&, const Request&)>
constexpr auto on_drs = immediate<Drs, Handle>;

constexpr std::string_view kFailback = "a recovery ends in the recovery instance";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"DescribeJobLogItems", Access::read, on_drs<drs::describe_job_log_items>},
    {"DescribeJobs", Access::read, on_drs<drs::describe_jobs>},
    {"DescribeRecoveryInstances", Access::read, on_drs<drs::describe_recovery_instances>},
    {"DescribeRecoverySnapshots", Access::read, on_drs<drs::describe_recovery_snapshots>},
    {"DescribeSourceServers", Access::read, on_drs<drs::describe_source_servers>},
    {.name = "GetFailbackReplicationConfiguration", .not_simulated = kFailback},
    {"GetLaunchConfiguration", Access::read, on_drs<drs::get_launch_configuration>},
    {.name = "ReverseReplication", .not_simulated = kFailback},
    {.name = "StartFailbackLaunch", .not_simulated = kFailback},
    {"StartRecovery", Access::write, on_drs<drs::start_recovery>},
    {.name = "StopFailback", .not_simulated = kFailback},
    {"TerminateRecoveryInstances", Access::write, on_drs<drs::terminate_recovery_instances>},
    {"UpdateLaunchConfiguration", Access::write, on_drs<drs::update_launch_configuration>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

const Section kSections[] = {
    {"source servers", &drs::kSourceServersShape, drs::read_source_servers}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "source servers, replication seconds behind, the default point in time policy",
     "Elastic Disaster Recovery User Guide, what-is-drs, point-in-time policy"},
    {Grade::simulated,
     "StartRecovery and drills from the latest data or a recovery snapshot: snapshot, conversion, "
     "an EC2 instance that boots; jobs and their log; events of launch results and of stalls",
     "API Reference, StartRecovery, Job, JobLog; User Guide, sample events"},
    {Grade::simulated, "launch settings: whether the instance is started; the others are kept",
     "API Reference, UpdateLaunchConfiguration"},
    {Grade::simplified, "a server replicates from the start of a run; its agent is not installed"},
    {Grade::simplified, "times of lag, snapshot and conversion are estimates, or the scenario's"},
    {Grade::simplified, "the instance is of the type of its source, whatever right-sizing says"},
    {Grade::absent,
     "failback, initial sync, bandwidth and backlog, staging area and its costs, replication "
     "settings, metrics, events of snapshots, source networks, launch actions"},
};

}  // namespace

extern const Service kElasticDisasterRecovery{
    .name = "drs",
    .title = "AWS Elastic Disaster Recovery",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Drs>(cloud); },
    .operations = kOperations,
    .sections = kSections,
    .fidelity = kFidelity,
    .on_event = drs::hear_of_instances,
};

}  // namespace opsim

// The keys of `physics:` for instances, with what an editor shows of each.
#include "models/compute/settings.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kSizes[] = {"B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"};
constexpr std::string_view kGrowthUnits[] = {"%",  "B",   "KB",  "MB",  "GB",
                                             "TB", "KiB", "MiB", "GiB", "TiB"};
constexpr Shape kPercent{.kind = Kind::percent, .min = 0, .max = 100};
constexpr Shape kLevel{.kind = Kind::distribution, .example = "60 %"};
constexpr Shape kGrowth{.kind = Kind::rate, .allowed = kGrowthUnits, .example = "8 %/h"};
constexpr Shape kDiskSize{.kind = Kind::quantity, .allowed = kSizes, .example = "100 GB"};
constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 30s, p99 2min)"};
constexpr Shape kSettingText{.kind = Kind::text, .min = 1, .max = 256};

constexpr Field kDiskFields[] = {
    {.name = "from", .shape = &kLevel, .doc = "How full it is when an instance starts (30 %)."},
    {.name = "grows", .shape = &kGrowth, .doc = "How fast it fills while the instance runs."},
    {.name = "danger",
     .shape = &kPercent,
     .doc = "From where on it counts as in danger (90 %, an estimate)."},
    {.name = "full", .shape = &kPercent, .doc = "Where nothing can be written any more (100 %)."},
    {.name = "size", .shape = &kDiskSize, .doc = "What it holds (the size of the root volume)."},
};
constexpr Field kMemoryFields[] = {
    {.name = "from", .shape = &kLevel, .doc = "How much is in use after a boot (40 %)."},
    {.name = "grows", .shape = &kGrowth, .doc = "How fast a leak fills it."},
    {.name = "danger",
     .shape = &kPercent,
     .doc = "From where on it counts as in danger (90 %, an estimate)."},
    {.name = "full", .shape = &kPercent, .doc = "Where a process is killed (100 %)."},
    {.name = "size", .shape = &kDiskSize, .doc = "What it holds (from the instance type)."},
    {.name = "process",
     .shape = &kSettingText,
     .doc = "The process that leaks: killed when memory is exhausted, which frees it."},
};
constexpr Field kCpuFields[] = {
    {.name = "level", .shape = &kPercent, .doc = "How busy it is (10 %)."},
    {.name = "noise", .shape = &kPercent, .doc = "Samples lie within this of the level (2 %)."},
};
constexpr Shape kTraffic{.kind = Kind::rate, .allowed = kSizes, .example = "5 MB/s"};
constexpr Field kNetworkFields[] = {
    {.name = "in", .shape = &kTraffic, .doc = "What it receives: AWS/EC2 NetworkIn."},
    {.name = "out", .shape = &kTraffic, .doc = "What it sends: AWS/EC2 NetworkOut."},
};
constexpr std::string_view kRunsWords[] = {"running", "stopped"};
constexpr Shape kRuns{.kind = Kind::text, .allowed = kRunsWords};
constexpr std::string_view kMetricWords[] = {"disk", "memory", "cpu"};
constexpr Shape kMetricWord{.kind = Kind::text, .allowed = kMetricWords};
constexpr Shape kAgentMetrics{.kind = Kind::list, .of = &kMetricWord, .min = 1, .max = 3};
constexpr std::string_view kDimensionWords[] = {"AutoScalingGroupName", "ImageId", "InstanceId",
                                                "InstanceType"};
constexpr Shape kDimension{.kind = Kind::text, .allowed = kDimensionWords};
constexpr Shape kDimensions{.kind = Kind::list, .of = &kDimension, .max = 4};
constexpr Shape kAggregation{.kind = Kind::list, .of = &kDimensions, .max = 16};
constexpr Shape kEvery{.kind = Kind::duration, .min = 1, .max = 172'800, .example = "60s"};
constexpr Field kAgentFields[] = {
    {.name = "every", .shape = &kEvery, .doc = "metrics_collection_interval (60s)."},
    {.name = "metrics", .shape = &kAgentMetrics, .doc = "What it measures (disk, memory)."},
    {.name = "dimensions",
     .shape = &kDimensions,
     .doc = "What it appends to every metric (all four that the agent knows)."},
    {.name = "aggregation",
     .shape = &kAggregation,
     .doc = "aggregation_dimensions: [[AutoScalingGroupName]] is one series of the whole group."},
    {.name = "namespace", .shape = &kSettingText, .doc = "Of its metrics (CWAgent)."},
};

constexpr Shape kReleaseNumber{.kind = Kind::integer, .min = 1};
constexpr Shape kReleaseNumbers{.kind = Kind::one_or_list, .of = &kReleaseNumber};
constexpr Shape kReleasedEvery{.kind = Kind::duration, .min = 60, .example = "9d"};
constexpr Field kSoftwareFields[] = {
    {.name = "bad",
     .shape = &kReleaseNumbers,
     .doc = "Releases whose processes do not run: 2, or [2, 5]."},
    {.name = "new every",
     .shape = &kReleasedEvery,
     .doc = "How often a newer release appears; release 1 is the one at the start."},
};

constexpr Shape kDiskSettings{.kind = Kind::mapping, .fields = kDiskFields};
constexpr Shape kMemorySettings{.kind = Kind::mapping, .fields = kMemoryFields};
constexpr Shape kCpuSettings{.kind = Kind::mapping, .fields = kCpuFields};
constexpr Shape kNetworkSettings{.kind = Kind::mapping, .fields = kNetworkFields};
constexpr Shape kProcessSettings{.kind = Kind::table, .of = &kRuns};
constexpr Shape kAgent{.kind = Kind::mapping, .fields = kAgentFields};
constexpr Shape kSoftware{.kind = Kind::mapping, .fields = kSoftwareFields};

constexpr Field kFields[] = {
    {.name = "disk", .shape = &kDiskSettings, .doc = "The disk: how full, and how fast it fills."},
    {.name = "memory",
     .shape = &kMemorySettings,
     .doc = "Memory: how much is in use, and what leaks."},
    {.name = "cpu", .shape = &kCpuSettings, .doc = "How busy the CPU is."},
    {.name = "network",
     .shape = &kNetworkSettings,
     .doc = "What it receives and sends; without it no traffic is published."},
    {.name = "processes",
     .shape = &kProcessSettings,
     .doc = "Processes that matter: the instance is down while one that should run does not."},
    {.name = "launches in",
     .shape = &kTakes,
     .doc = "From pending to running (lognormal(p50 20s, p99 60s), an estimate)."},
    {.name = "boots in",
     .shape = &kTakes,
     .doc = "From running to serving (lognormal(p50 30s, p99 2min), an estimate)."},
    {.name = "agent",
     .shape = &kAgent,
     .doc = "The CloudWatch agent, where the image brings it and no user data says so."},
    {.name = "installs in",
     .shape = &kTakes,
     .doc =
         "How long user data installs at the first boot, before the instance serves; it takes the "
         "newest release then. An image that was built has its software already."},
    {.name = "software",
     .shape = &kSoftware,
     .doc = "Releases of what is installed: the quantity `software` of an instance, `drifted` of a "
            "group."},
};

}  // namespace

const Shape kInstancePhysics{.kind = Kind::mapping,
                             .name = "instance physics",
                             .doc = "What CloudFormation cannot say of an instance.",
                             .fields = kFields};

}  // namespace opsim::compute

// Every action of FIS, with its parameters and their defaults.
// AWS: FIS User Guide, "AWS FIS actions reference" (fis-actions-reference).
#include <algorithm>

#include "models/fis/actions.hpp"
#include "models/fis/effects.hpp"

namespace opsim::fis {

namespace {

constexpr ParameterRow kDuration{"duration", true};
constexpr ParameterRow kLasts[] = {kDuration};
constexpr ParameterRow kAlarmState[] = {{"alarmArns", true}, {"alarmStates", true}};
constexpr ParameterRow kShift[] = {
    kDuration,
    {"availabilityZoneIdentifier", true},
    {"managedResourceTypes"},
    {"zonalAutoshiftStatus", false, "ENABLED"},
};
constexpr ParameterRow kVolumeLatency[] = {
    kDuration,
    {"readIOLatencyMilliseconds", false, "100"},
    {"readIOPercentage", false, "100"},
    {"writeIOLatencyMilliseconds", false, "100"},
    {"writeIOPercentage", false, "100"},
};
constexpr ParameterRow kNoCapacity[] = {
    kDuration, {"availabilityZoneIdentifiers", true}, {"percentage", false, "100"}};
constexpr ParameterRow kSpotNotice[] = {{"durationBeforeInterruption", true}};
constexpr ParameterRow kStop[] = {{"completeIfInstancesTerminated", false, "false"},
                                  {"startInstancesAfterDuration"}};
constexpr ParameterRow kDrain[] = {kDuration, {"drainagePercentage", true}};
constexpr ParameterRow kCpuStress[] = {kDuration,
                                       {"installDependencies", false, "true"},
                                       {"percent", false, "100"},
                                       {"workers", false, "0"}};
constexpr ParameterRow kIoStress[] = {kDuration,
                                      {"installDependencies", false, "true"},
                                      {"percent", false, "80"},
                                      {"workers", false, "1"}};
constexpr ParameterRow kKillProcess[] = {
    {"installDependencies", false, "true"}, {"processName", true}, {"signal", false, "SIGTERM"}};
constexpr ParameterRow kBlackhole[] = {kDuration,
                                       {"installDependencies", false, "true"},
                                       {"port", true},
                                       {"protocol", false, "tcp"},
                                       {"trafficType", true},
                                       {"useEcsFaultInjectionEndpoints"}};
constexpr ParameterRow kTaskLatency[] = {kDuration,
                                         {"delayMilliseconds", false, "200"},
                                         {"flowsPercent", false, "100"},
                                         {"installDependencies", false, "true"},
                                         {"jitterMilliseconds", false, "10"},
                                         {"sources", false, "ALL"},
                                         {"useEcsFaultInjectionEndpoints"}};
constexpr ParameterRow kTaskLoss[] = {kDuration,
                                      {"flowsPercent", false, "100"},
                                      {"installDependencies", false, "true"},
                                      {"lossPercent", false, "7"},
                                      {"sources", false, "ALL"},
                                      {"useEcsFaultInjectionEndpoints"}};
// Pod actions share these; "kubernetesServiceAccount" runs the pod that injects.
constexpr ParameterRow kPodStress[] = {kDuration,
                                       {"fisPodAnnotations"},
                                       {"fisPodContainerImage"},
                                       {"fisPodLabels"},
                                       {"fisPodSecurityPolicy"},
                                       {"kubernetesServiceAccount", true},
                                       {"maxErrorsPercent", false, "0"},
                                       {"percent", false, "100"},
                                       {"workers", false, "0"}};
constexpr ParameterRow kPodIoStress[] = {kDuration,
                                         {"fisPodAnnotations"},
                                         {"fisPodContainerImage"},
                                         {"fisPodLabels"},
                                         {"fisPodSecurityPolicy"},
                                         {"kubernetesServiceAccount", true},
                                         {"maxErrorsPercent", false, "0"},
                                         {"percent", false, "80"},
                                         {"workers", false, "1"}};
constexpr ParameterRow kPodDelete[] = {
    {"fisPodAnnotations"},           {"fisPodContainerImage"}, {"fisPodLabels"},
    {"fisPodSecurityPolicy"},        {"gracePeriodSeconds"},   {"kubernetesServiceAccount", true},
    {"maxErrorsPercent", false, "0"}};
constexpr ParameterRow kPodNetwork[] = {kDuration,
                                        {"delayMilliseconds", false, "200"},
                                        {"fisPodAnnotations"},
                                        {"fisPodContainerImage"},
                                        {"fisPodLabels"},
                                        {"fisPodSecurityPolicy"},
                                        {"flowsPercent", false, "100"},
                                        {"interface", false, "DEFAULT"},
                                        {"jitterMilliseconds", false, "10"},
                                        {"kubernetesServiceAccount", true},
                                        {"lossPercent", false, "7"},
                                        {"maxErrorsPercent", false, "0"},
                                        {"port"},
                                        {"protocol", false, "tcp"},
                                        {"sources", false, "ALL"},
                                        {"trafficType"}};
constexpr ParameterRow kCustomResource[] = {{"kubernetesApiVersion", true},
                                            {"kubernetesKind", true},
                                            {"kubernetesNamespace", true},
                                            {"kubernetesSpec", true},
                                            {"maxDuration", true}};
constexpr ParameterRow kNodes[] = {{"instanceTerminationPercentage", true}};
constexpr ParameterRow kPower[] = {kDuration};
constexpr ParameterRow kApiError[] = {
    kDuration, {"operations", true}, {"percentage", true}, {"service", true}};
constexpr ParameterRow kShare[] = {kDuration, {"percentage", true}};
constexpr ParameterRow kDelay[] = {
    kDuration, {"invocationPercentage", false, "100"}, {"startupDelayMilliseconds", false, "1000"}};
constexpr ParameterRow kError[] = {
    kDuration, {"invocationPercentage", false, "100"}, {"preventExecution", true}};
constexpr ParameterRow kResponse[] = {kDuration,
                                      {"contentTypeHeader", true},
                                      {"invocationPercentage", false, "100"},
                                      {"preventExecution", true},
                                      {"statusCode", true}};
constexpr ParameterRow kConnectivity[] = {kDuration, {"prefixListIdentifier"}, {"scope", true}};
constexpr ParameterRow kRegion[] = {kDuration, {"region", true}};
constexpr ParameterRow kForced[] = {{"forceFailover", false, "false"}};
constexpr ParameterRow kBucket[] = {
    kDuration, {"destinationBuckets"}, {"prefixes"}, {"region", true}};
constexpr ParameterRow kCommand[] = {
    kDuration, {"documentArn", true}, {"documentParameters"}, {"documentVersion"}};
constexpr ParameterRow kAutomation[] = {
    {"documentArn", true}, {"documentParameters"}, {"documentVersion"}, {"maxDuration", true}};

// To add one: a row here, sorted by id, and its effect in a file by subject.
constexpr ActionRow kActionRows[] = {
    {"aws:arc:start-zonal-autoshift", "Shifts traffic away from an Availability Zone.",
     "ManagedResources", "aws:arc:zonal-shift-managed-resource", kShift, &kZonalShift},
    {"aws:cloudwatch:assert-alarm-state", "Asserts that alarms are in one of the states.", "", "",
     kAlarmState, &kAssertAlarmState},
    {"aws:directconnect:virtual-interface-disconnect", "Disconnects a virtual interface.",
     "VirtualInterfaces", "aws:directconnect:virtual-interface", kLasts, &kWait,
     "Direct Connect is not simulated"},
    {"aws:dsql:cluster-connection-failure", "Fails connections to a cluster.", "Clusters",
     "aws:dsql:cluster", kShare, &kWait, "Aurora DSQL is not simulated"},
    {"aws:dynamodb:global-table-pause-replication", "Pauses replication of global tables.",
     "Tables", "aws:dynamodb:global-table", kLasts, &kQuantities},
    {"aws:ebs:pause-volume-io", "Pauses I/O of EBS volumes.", "Volumes", "aws:ec2:ebs-volume",
     kLasts, &kQuantities},
    {"aws:ebs:volume-io-latency", "Slows I/O of EBS volumes.", "Volumes", "aws:ec2:ebs-volume",
     kVolumeLatency, &kQuantities},
    {"aws:ec2:api-insufficient-instance-capacity-error",
     "Answers requests for capacity with InsufficientInstanceCapacity.", "Roles", "aws:iam:role",
     kNoCapacity, &kRefuseLaunches},
    {"aws:ec2:asg-insufficient-instance-capacity-error",
     "Answers launches of groups with InsufficientInstanceCapacity.", "AutoScalingGroups",
     "aws:ec2:autoscaling-group", kNoCapacity, &kRefuseLaunches},
    {"aws:ec2:reboot-instances",
     "Reboots instances.",
     "Instances",
     "aws:ec2:instance",
     {},
     &kReboot},
    {"aws:ec2:send-spot-instance-interruptions", "Interrupts Spot Instances.", "SpotInstances",
     "aws:ec2:spot-instance", kSpotNotice, &kInterruptSpot},
    {"aws:ec2:stop-instances", "Stops instances.", "Instances", "aws:ec2:instance", kStop,
     &kStopInstances},
    {"aws:ec2:terminate-instances",
     "Terminates instances.",
     "Instances",
     "aws:ec2:instance",
     {},
     &kTerminate},
    {"aws:ecs:drain-container-instances", "Drains container instances.", "Clusters",
     "aws:ecs:cluster", kDrain, &kDrainContainerInstances},
    {"aws:ecs:stop-task", "Stops tasks.", "Tasks", "aws:ecs:task", {}, &kStopTask},
    {"aws:ecs:task-cpu-stress", "Stresses the CPU of tasks.", "Tasks", "aws:ecs:task", kCpuStress,
     &kQuantities},
    {"aws:ecs:task-io-stress", "Stresses the I/O of tasks.", "Tasks", "aws:ecs:task", kIoStress,
     &kQuantities},
    {"aws:ecs:task-kill-process", "Kills a process of tasks.", "Tasks", "aws:ecs:task",
     kKillProcess, &kKillTaskProcess},
    {"aws:ecs:task-network-blackhole-port", "Drops traffic of a port of tasks.", "Tasks",
     "aws:ecs:task", kBlackhole, &kQuantities},
    {"aws:ecs:task-network-latency", "Slows the network of tasks.", "Tasks", "aws:ecs:task",
     kTaskLatency, &kQuantities},
    {"aws:ecs:task-network-packet-loss", "Loses packets of tasks.", "Tasks", "aws:ecs:task",
     kTaskLoss, &kQuantities},
    {"aws:eks:inject-kubernetes-custom-resource", "Runs ChaosMesh or Litmus.", "Cluster",
     "aws:eks:cluster", kCustomResource, &kWait, "what a custom resource does is not known here"},
    {"aws:eks:pod-cpu-stress", "Stresses the CPU of pods.", "Pods", "aws:eks:pod", kPodStress,
     &kQuantities},
    {"aws:eks:pod-delete", "Deletes pods.", "Pods", "aws:eks:pod", kPodDelete, &kDeletePods},
    {"aws:eks:pod-io-stress", "Stresses the I/O of pods.", "Pods", "aws:eks:pod", kPodIoStress,
     &kQuantities},
    {"aws:eks:pod-memory-stress", "Stresses the memory of pods.", "Pods", "aws:eks:pod",
     kPodIoStress, &kQuantities},
    {"aws:eks:pod-network-blackhole-port", "Drops traffic of a port of pods.", "Pods",
     "aws:eks:pod", kPodNetwork, &kQuantities},
    {"aws:eks:pod-network-latency", "Slows the network of pods.", "Pods", "aws:eks:pod",
     kPodNetwork, &kQuantities},
    {"aws:eks:pod-network-packet-loss", "Loses packets of pods.", "Pods", "aws:eks:pod",
     kPodNetwork, &kQuantities},
    {"aws:eks:terminate-nodegroup-instances", "Terminates instances of node groups.", "Nodegroups",
     "aws:eks:nodegroup", kNodes, &kTerminateNodes},
    {"aws:elasticache:replicationgroup-interrupt-az-power",
     "Cuts the power of nodes in one Availability Zone.", "ReplicationGroups",
     "aws:elasticache:replicationgroup", kPower, &kInterruptPower},
    {"aws:fis:inject-api-internal-error", "Fails API requests of roles.", "Roles", "aws:iam:role",
     kApiError, &kInjectApiError},
    {"aws:fis:inject-api-throttle-error", "Throttles API requests of roles.", "Roles",
     "aws:iam:role", kApiError, &kInjectApiError},
    {"aws:fis:inject-api-unavailable-error", "Answers API requests of roles as unavailable.",
     "Roles", "aws:iam:role", kApiError, &kInjectApiError},
    {"aws:fis:wait", "Waits.", "", "", kLasts, &kWait},
    {"aws:kinesis:stream-expired-iterator-exception", "Expires iterators.", "KinesisStreams",
     "aws:kinesis:stream", kShare, &kWait, "Kinesis is not simulated"},
    {"aws:kinesis:stream-provisioned-throughput-exception", "Throttles a stream.", "KinesisStreams",
     "aws:kinesis:stream", kShare, &kWait, "Kinesis is not simulated"},
    {"aws:lambda:invocation-add-delay", "Delays the start of invocations.", "Functions",
     "aws:lambda:function", kDelay, &kQuantities},
    {"aws:lambda:invocation-error", "Fails invocations.", "Functions", "aws:lambda:function",
     kError, &kQuantities},
    {"aws:lambda:invocation-http-integration-response", "Answers invocations for the function.",
     "Functions", "aws:lambda:function", kResponse, &kQuantities},
    {"aws:memorydb:multi-region-cluster-pause-replication", "Pauses replication.",
     "MultiRegionClusters", "aws:memorydb:multi-region-cluster", kRegion, &kWait,
     "MemoryDB is not simulated"},
    {"aws:network:disrupt-connectivity", "Cuts subnets off.", "Subnets", "aws:ec2:subnet",
     kConnectivity, &kDisruptConnectivity},
    {"aws:network:disrupt-vpc-endpoint", "Cuts VPC endpoints off.", "VPCEndpoints",
     "aws:ec2:vpc-endpoint", kLasts, &kWait, "VPC endpoints are not simulated"},
    {"aws:network:route-table-disrupt-cross-region-connectivity",
     "Blocks traffic from subnets to a Region.", "Subnets", "aws:ec2:subnet", kRegion,
     &kDisruptRegion},
    {"aws:network:transit-gateway-disrupt-cross-region-connectivity",
     "Blocks transit gateway peering to a Region.", "TransitGateways", "aws:ec2:transit-gateway",
     kRegion, &kWait, "transit gateways are not simulated"},
    {"aws:rds:failover-db-cluster",
     "Fails a DB cluster over.",
     "Clusters",
     "aws:rds:cluster",
     {},
     &kFailoverCluster},
    {"aws:rds:reboot-db-instances", "Reboots DB instances.", "DBInstances", "aws:rds:db", kForced,
     &kRebootDatabases},
    {"aws:s3:bucket-pause-replication", "Pauses replication of buckets.", "Buckets",
     "aws:s3:bucket", kBucket, &kQuantities},
    {"aws:ssm:send-command", "Runs a command document.", "Instances", "aws:ec2:instance", kCommand,
     &kSendCommand},
    {"aws:ssm:start-automation-execution", "Runs an automation.", "", "", kAutomation,
     &kStartAutomation},
};
static_assert(std::ranges::adjacent_find(kActionRows, std::ranges::greater_equal{},
                                         &ActionRow::id) == std::end(kActionRows),
              "sorted by id, no duplicates");

}  // namespace

std::span<const ActionRow> action_rows() { return kActionRows; }

}  // namespace opsim::fis

// Every action of FIS, with its parameters and their defaults.
// AWS: FIS User Guide, "AWS FIS actions reference" (fis-actions-reference).
#include <algorithm>

#include "models/fis/actions.hpp"
#include "models/fis/effects.hpp"

namespace opsim::fis {

namespace {

constexpr ParameterRow kDuration{"duration", true, "", "PT1M-PT12H"};
constexpr std::string_view kShare100 = "1-100";
constexpr ParameterRow kLasts[] = {kDuration};
constexpr ParameterRow kAlarmState[] = {{"alarmArns", true},
                                        {"alarmStates", true, "", "OK|ALARM|INSUFFICIENT_DATA+"}};
constexpr ParameterRow kShift[] = {
    kDuration,
    {"availabilityZoneIdentifier", true},
    {"managedResourceTypes", false, "", "ASG|ALB|NLB|EKS+"},
    {"zonalAutoshiftStatus", false, "ENABLED", "ENABLED|DISABLED|ANY"},
};
// EBS actions begin at one second, that on Direct Connect at ten minutes.
constexpr ParameterRow kSeconds{"duration", true, "", "PT1S-PT12H"};
constexpr ParameterRow kPause[] = {kSeconds};
constexpr ParameterRow kDisconnect[] = {{"duration", true, "", "PT10M-PT12H"}};
constexpr ParameterRow kVolumeLatency[] = {
    kSeconds,
    {"readIOLatencyMilliseconds", false, "100", "1-60000"},
    {"readIOPercentage", false, "100", "0.1-100"},
    {"writeIOLatencyMilliseconds", false, "100", "1-60000"},
    {"writeIOPercentage", false, "100", "0.1-100"},
};
constexpr ParameterRow kNoCapacity[] = {
    kDuration, {"availabilityZoneIdentifiers", true}, {"percentage", false, "100", kShare100}};
constexpr ParameterRow kSpotNotice[] = {{"durationBeforeInterruption", true, "", "PT2M-PT15M"}};
constexpr ParameterRow kStop[] = {{"completeIfInstancesTerminated", false, "false", "true|false"},
                                  {"startInstancesAfterDuration", false, "", "PT1M-PT12H"}};
constexpr ParameterRow kDrain[] = {kDuration, {"drainagePercentage", true, "", kShare100}};
constexpr ParameterRow kCpuStress[] = {kDuration,
                                       {"installDependencies", false, "true"},
                                       {"percent", false, "100", "0-100"},
                                       {"workers", false, "0"}};
constexpr ParameterRow kIoStress[] = {kDuration,
                                      {"installDependencies", false, "true"},
                                      {"percent", false, "80"},
                                      {"workers", false, "1"}};
constexpr ParameterRow kKillProcess[] = {{"installDependencies", false, "true"},
                                         {"processName", true},
                                         {"signal", false, "SIGTERM", "SIGTERM|SIGKILL"}};
constexpr ParameterRow kBlackhole[] = {kDuration,
                                       {"installDependencies", false, "true"},
                                       {"port", true},
                                       {"protocol", false, "tcp", "tcp|udp"},
                                       {"trafficType", true, "", "ingress|egress"},
                                       {"useEcsFaultInjectionEndpoints"}};
constexpr ParameterRow kTaskLatency[] = {kDuration,
                                         {"delayMilliseconds", false, "200"},
                                         {"flowsPercent", false, "100", kShare100},
                                         {"installDependencies", false, "true"},
                                         {"jitterMilliseconds", false, "10"},
                                         {"sources", false, "ALL"},
                                         {"useEcsFaultInjectionEndpoints"}};
constexpr ParameterRow kTaskLoss[] = {kDuration,
                                      {"flowsPercent", false, "100", kShare100},
                                      {"installDependencies", false, "true"},
                                      {"lossPercent", false, "7", "0-100"},
                                      {"sources", false, "ALL"},
                                      {"useEcsFaultInjectionEndpoints"}};
// Pod actions share these; "kubernetesServiceAccount" runs the pod that injects.
constexpr ParameterRow kPodStress[] = {kDuration,
                                       {"fisPodAnnotations"},
                                       {"fisPodContainerImage"},
                                       {"fisPodLabels"},
                                       {"fisPodSecurityPolicy"},
                                       {"kubernetesServiceAccount", true},
                                       {"maxErrorsPercent", false, "0", "0-100"},
                                       {"percent", false, "100"},
                                       {"workers", false, "0"}};
constexpr ParameterRow kPodIoStress[] = {kDuration,
                                         {"fisPodAnnotations"},
                                         {"fisPodContainerImage"},
                                         {"fisPodLabels"},
                                         {"fisPodSecurityPolicy"},
                                         {"kubernetesServiceAccount", true},
                                         {"maxErrorsPercent", false, "0", "0-100"},
                                         {"percent", false, "80"},
                                         {"workers", false, "1"}};
constexpr ParameterRow kPodDelete[] = {{"fisPodAnnotations"},
                                       {"fisPodContainerImage"},
                                       {"fisPodLabels"},
                                       {"fisPodSecurityPolicy"},
                                       {"gracePeriodSeconds"},
                                       {"kubernetesServiceAccount", true},
                                       {"maxErrorsPercent", false, "0", "0-100"}};
constexpr ParameterRow kPodNetwork[] = {kDuration,
                                        {"delayMilliseconds", false, "200"},
                                        {"fisPodAnnotations"},
                                        {"fisPodContainerImage"},
                                        {"fisPodLabels"},
                                        {"fisPodSecurityPolicy"},
                                        {"flowsPercent", false, "100", kShare100},
                                        {"interface", false, "DEFAULT"},
                                        {"jitterMilliseconds", false, "10"},
                                        {"kubernetesServiceAccount", true},
                                        {"lossPercent", false, "7", "0-100"},
                                        {"maxErrorsPercent", false, "0", "0-100"},
                                        {"port"},
                                        {"protocol", false, "tcp", "tcp|udp"},
                                        {"sources", false, "ALL"},
                                        {"trafficType", false, "", "ingress|egress"}};
constexpr ParameterRow kCustomResource[] = {{"kubernetesApiVersion", true},
                                            {"kubernetesKind", true},
                                            {"kubernetesNamespace", true},
                                            {"kubernetesSpec", true},
                                            {"maxDuration", true, "", "PT1M-PT12H"}};
constexpr ParameterRow kNodes[] = {{"instanceTerminationPercentage", true, "", kShare100}};
constexpr ParameterRow kPower[] = {kDuration};
constexpr ParameterRow kApiError[] = {kDuration,
                                      {"operations", true},
                                      {"percentage", true, "", kShare100},
                                      {"service", true, "", "ec2|kinesis"}};
constexpr ParameterRow kShare[] = {kDuration, {"percentage", true, "", kShare100}};
constexpr ParameterRow kInvocations{"invocationPercentage", false, "100", kShare100};
constexpr ParameterRow kPrevents{"preventExecution", true, "", "true|false"};
constexpr ParameterRow kDelay[] = {
    kDuration, kInvocations, {"startupDelayMilliseconds", false, "1000", "0-900000"}};
constexpr ParameterRow kError[] = {kDuration, kInvocations, kPrevents};
constexpr ParameterRow kResponse[] = {kDuration,
                                      {"contentTypeHeader", true},
                                      kInvocations,
                                      kPrevents,
                                      {"statusCode", true, "", "0-999"}};
constexpr ParameterRow kConnectivity[] = {
    kDuration,
    {"prefixListIdentifier"},
    {"scope", true, "", "all|availability-zone|dynamodb|prefix-list|s3|s3express|vpc"}};
constexpr ParameterRow kRegion[] = {kDuration, {"region", true}};
constexpr ParameterRow kForced[] = {{"forceFailover", false, "false", "true|false"}};
constexpr ParameterRow kBucket[] = {
    kDuration, {"destinationBuckets"}, {"prefixes"}, {"region", true}};
constexpr ParameterRow kCommand[] = {
    kDuration, {"documentArn", true}, {"documentParameters"}, {"documentVersion"}};
constexpr ParameterRow kAutomation[] = {{"documentArn", true},
                                        {"documentParameters"},
                                        {"documentVersion"},
                                        {"maxDuration", true, "", "PT1M-PT12H"}};

// To add one: a row here, sorted by id, and its effect in a file by subject.
constexpr ActionRow kActionRows[] = {
    {"aws:arc:start-zonal-autoshift", "Shifts traffic away from an Availability Zone.",
     "ManagedResources", "aws:arc:zonal-shift-managed-resource", kShift, &kZonalShift},
    {"aws:cloudwatch:assert-alarm-state", "Asserts that alarms are in one of the states.", "", "",
     kAlarmState, &kAssertAlarmState},
    {"aws:directconnect:virtual-interface-disconnect", "Disconnects a virtual interface.",
     "VirtualInterfaces", "aws:directconnect:virtual-interface", kDisconnect, &kWait,
     "Direct Connect is not simulated"},
    {"aws:dsql:cluster-connection-failure", "Fails connections to a cluster.", "Clusters",
     "aws:dsql:cluster", kShare, &kWait, "Aurora DSQL is not simulated"},
    {"aws:dynamodb:global-table-pause-replication", "Pauses replication of global tables.",
     "Tables", "aws:dynamodb:global-table", kLasts, &kQuantities},
    {"aws:ebs:pause-volume-io", "Pauses I/O of EBS volumes.", "Volumes", "aws:ec2:ebs-volume",
     kPause, &kQuantities},
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
    {"aws:elasticache:interrupt-cluster-az-power",
     "Cuts the power of nodes in one Availability Zone (the name before Valkey).",
     "ReplicationGroups", "aws:elasticache:redis-replicationgroup", kPower, &kInterruptPower},
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
     "aws:kinesis:stream", kShare, &kQuantities},
    {"aws:kinesis:stream-provisioned-throughput-exception", "Throttles a stream.", "KinesisStreams",
     "aws:kinesis:stream", kShare, &kQuantities},
    {"aws:lambda:invocation-add-delay", "Delays the start of invocations.", "Functions",
     "aws:lambda:function", kDelay, &kQuantities},
    {"aws:lambda:invocation-error", "Fails invocations.", "Functions", "aws:lambda:function",
     kError, &kQuantities},
    {"aws:lambda:invocation-http-integration-response", "Answers invocations for the function.",
     "Functions", "aws:lambda:function", kResponse, &kQuantities},
    {"aws:memorydb:multi-region-cluster-pause-replication", "Pauses replication.",
     "MultiRegionClusters", "aws:memorydb:multi-region-cluster", kLasts, &kWait,
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
     kRegion, &kDisruptTransit},
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

// The properties that are simulated of the types of EC2 and Auto Scaling. What a template has
// beside these is accepted, kept, and listed as not simulated.
#include "models/compute/ec2_resources.hpp"

namespace opsim::compute {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::one_or_list, .of = &kText};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kSize{.kind = Kind::integer, .min = 0, .max = 200'000};
constexpr Shape kSeconds{.kind = Kind::integer, .min = 0};
constexpr Shape kWarmup{.kind = Kind::integer, .min = -1, .max = 3600};

constexpr Field kTagFields[] = {
    {.name = "Key", .shape = &kText, .need = Need::required},
    {.name = "Value", .shape = &kText, .need = Need::required},
    {.name = "PropagateAtLaunch", .shape = &kBoolean},
};
constexpr Shape kTag{.kind = Kind::mapping, .fields = kTagFields};
constexpr Shape kTags{.kind = Kind::list, .of = &kTag};

constexpr Field kReferenceFields[] = {
    {.name = "LaunchTemplateId", .shape = &kText},
    {.name = "LaunchTemplateName", .shape = &kText},
    {.name = "Version", .shape = &kText},
};
constexpr Shape kReference{.kind = Kind::mapping, .fields = kReferenceFields};

constexpr Field kInstanceFields[] = {
    {.name = "AvailabilityZone", .shape = &kText},
    {.name = "BlockDeviceMappings"},
    {.name = "CreditSpecification"},
    {.name = "IamInstanceProfile", .shape = &kText},
    {.name = "ImageId", .shape = &kText},
    {.name = "InstanceType", .shape = &kText},
    {.name = "KeyName", .shape = &kText},
    {.name = "LaunchTemplate", .shape = &kReference},
    {.name = "Monitoring", .shape = &kBoolean},
    {.name = "NetworkInterfaces"},
    {.name = "SecurityGroupIds", .shape = &kTexts},
    {.name = "SecurityGroups", .shape = &kTexts},
    {.name = "SubnetId", .shape = &kText},
    {.name = "Tags", .shape = &kTags},
    {.name = "UserData", .shape = &kText},
    {.name = "Volumes"},
};

constexpr Field kDataFields[] = {
    {.name = "BlockDeviceMappings"},
    {.name = "CapacityReservationSpecification"},
    {.name = "CreditSpecification"},
    {.name = "IamInstanceProfile"},
    {.name = "HibernationOptions"},
    {.name = "ImageId", .shape = &kText},
    {.name = "InstanceMarketOptions"},
    {.name = "InstanceType", .shape = &kText},
    {.name = "KeyName", .shape = &kText},
    {.name = "MaintenanceOptions"},
    {.name = "Monitoring"},
    {.name = "NetworkInterfaces"},
    {.name = "Placement"},
    {.name = "SecurityGroupIds", .shape = &kTexts},
    {.name = "SecurityGroups", .shape = &kTexts},
    {.name = "TagSpecifications"},
    {.name = "UserData", .shape = &kText},
};
constexpr Shape kData{.kind = Kind::mapping, .fields = kDataFields};
constexpr Field kTemplateFields[] = {
    {.name = "LaunchTemplateData", .shape = &kData, .need = Need::required},
    {.name = "LaunchTemplateName", .shape = &kText},
    {.name = "TagSpecifications"},
};

constexpr Field kSubnetFields[] = {
    {.name = "AvailabilityZone", .shape = &kText},
    {.name = "CidrBlock", .shape = &kText},
    {.name = "MapPublicIpOnLaunch", .simulated = Simulated::no},
    {.name = "Tags", .shape = &kTags},
    {.name = "VpcId", .shape = &kText, .need = Need::required},
};
constexpr Field kVpcFields[] = {
    {.name = "CidrBlock", .shape = &kText},
    {.name = "EnableDnsHostnames", .shape = &kBoolean, .simulated = Simulated::no},
    {.name = "EnableDnsSupport", .shape = &kBoolean, .simulated = Simulated::no},
    {.name = "Tags", .shape = &kTags},
};

constexpr Field kGroupFields[] = {
    {.name = "AutoScalingGroupName", .shape = &kText},
    {.name = "AvailabilityZoneDistribution"},
    {.name = "AvailabilityZoneImpairmentPolicy"},
    {.name = "AvailabilityZones", .shape = &kTexts},
    {.name = "CapacityRebalance", .shape = &kBoolean},
    {.name = "CapacityReservationSpecification"},
    {.name = "Context", .shape = &kText},
    {.name = "Cooldown", .shape = &kSeconds},
    {.name = "DefaultInstanceWarmup", .shape = &kWarmup},
    {.name = "DeletionProtection", .shape = &kText},
    {.name = "DesiredCapacity", .shape = &kSize},
    {.name = "HealthCheckGracePeriod", .shape = &kSeconds},
    {.name = "HealthCheckType", .shape = &kText, .doc = "EC2, ELB, or several: EC2,ELB."},
    {.name = "InstanceLifecyclePolicy"},
    {.name = "InstanceMaintenancePolicy"},
    {.name = "LaunchConfigurationName", .shape = &kText},
    {.name = "LaunchTemplate", .shape = &kReference},
    {.name = "LifecycleHookSpecificationList"},
    {.name = "LoadBalancerNames", .shape = &kTexts},
    {.name = "MaxInstanceLifetime", .shape = &kSeconds},
    {.name = "MaxSize", .shape = &kSize, .need = Need::required},
    {.name = "MetricsCollection"},
    {.name = "MinSize", .shape = &kSize, .need = Need::required},
    {.name = "MixedInstancesPolicy"},
    {.name = "NewInstancesProtectedFromScaleIn", .shape = &kBoolean},
    {.name = "NotificationConfiguration"},
    {.name = "NotificationConfigurations"},
    {.name = "Tags", .shape = &kTags},
    {.name = "TargetGroupARNs", .shape = &kTexts},
    {.name = "TerminationPolicies", .shape = &kTexts},
    {.name = "TrafficSources"},
    {.name = "VPCZoneIdentifier", .shape = &kTexts},
};
constexpr Field kConfigFields[] = {
    {.name = "BlockDeviceMappings"},
    {.name = "IamInstanceProfile", .shape = &kText},
    {.name = "ImageId", .shape = &kText},
    {.name = "InstanceMonitoring", .shape = &kBoolean},
    {.name = "InstanceType", .shape = &kText},
    {.name = "KeyName", .shape = &kText},
    {.name = "LaunchConfigurationName", .shape = &kText},
    {.name = "SecurityGroups", .shape = &kTexts},
    {.name = "UserData", .shape = &kText},
};

}  // namespace

const Shape kInstanceProperties{.kind = Kind::mapping, .fields = kInstanceFields};
const Shape kLaunchTemplateProperties{.kind = Kind::mapping, .fields = kTemplateFields};
const Shape kSubnetProperties{.kind = Kind::mapping, .fields = kSubnetFields};
const Shape kVpcProperties{.kind = Kind::mapping, .fields = kVpcFields};
const Shape kGroupProperties{.kind = Kind::mapping, .fields = kGroupFields};
const Shape kLaunchConfigProperties{.kind = Kind::mapping, .fields = kConfigFields};

}  // namespace opsim::compute

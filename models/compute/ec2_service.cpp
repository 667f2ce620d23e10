// Everything the rest of the world needs to know of EC2.
#include <algorithm>

#include "models/compute/compute_physics.hpp"
#include "models/compute/ec2_operations.hpp"
#include "models/compute/ec2_resources.hpp"
#include "models/compute/instance_types.hpp"
#include "models/compute/service.hpp"
#include "models/compute/volume_operations.hpp"

namespace opsim::compute {

namespace {

template <ApiResult<Json> (*Handle)(Fleet&, const Request&)>
constexpr auto on_fleet = immediate<Fleet, Handle>;

// EC2 API reference, "Request throttling for the Amazon EC2 API": token buckets by account and
// Region. Describe actions refill 20 a second up to 100, RunInstances 2 up to 5 (requests), other
// mutating actions 5 up to 200.
constexpr CallPhysics kDescribe{.tokens_per_second = 20, .bucket = 100};
constexpr CallPhysics kChange{.typical = 80ms, .tokens_per_second = 5, .bucket = 200};
constexpr CallPhysics kRun{.typical = 600ms, .tokens_per_second = 2, .bucket = 5};

// To add an operation: its function in a file by subject, and one row here.
constexpr Operation kOperations[] = {
    {"AttachVolume", Access::write, on_fleet<attach_volume>, nullptr, kChange},
    {"CancelCapacityReservation", Access::write, on_fleet<cancel_capacity_reservation>, nullptr,
     kChange},
    {"CopyImage", Access::write, on_fleet<copy_image>, nullptr, kChange},
    {"CreateCapacityReservation", Access::write, on_fleet<create_capacity_reservation>, nullptr,
     kChange},
    {"CreateImage", Access::write, on_fleet<create_image>, nullptr, kChange},
    {"CreateLaunchTemplate", Access::write, on_fleet<create_launch_template>, nullptr, kChange},
    {"CreateLaunchTemplateVersion", Access::write, on_fleet<create_launch_template_version>,
     nullptr, kChange},
    {"CreateSnapshot", Access::write, on_fleet<create_snapshot>, nullptr, kChange},
    {"CreateTags", Access::write, on_fleet<create_tags>, nullptr, kChange},
    {"CreateVolume", Access::write, on_fleet<create_volume>, nullptr, kChange},
    {"DeleteSnapshot", Access::write, on_fleet<delete_snapshot>, nullptr, kChange},
    {"DeleteTags", Access::write, on_fleet<delete_tags>, nullptr, kChange},
    {"DeleteVolume", Access::write, on_fleet<delete_volume_call>, nullptr, kChange},
    {"DeregisterImage", Access::write, on_fleet<deregister_image>, nullptr, kChange},
    {"DescribeAvailabilityZones", Access::read, on_fleet<describe_availability_zones>, nullptr,
     kDescribe},
    {"DescribeCapacityReservations", Access::read, on_fleet<describe_capacity_reservations>,
     nullptr, kDescribe},
    {"DescribeImages", Access::read, on_fleet<describe_images>, nullptr, kDescribe},
    {"DescribeInstanceAttribute", Access::read, on_fleet<describe_instance_attribute>, nullptr,
     kDescribe},
    {"DescribeInstanceCreditSpecifications", Access::read, on_fleet<describe_credit_specifications>,
     nullptr, kDescribe},
    {"DescribeInstanceStatus", Access::read, on_fleet<describe_instance_status>, nullptr,
     kDescribe},
    {"DescribeInstanceTypes", Access::read, on_fleet<describe_instance_types>, nullptr, kDescribe},
    {"DescribeInstances", Access::read, on_fleet<describe_instances>, nullptr, kDescribe},
    {"DescribeLaunchTemplateVersions", Access::read, on_fleet<describe_launch_template_versions>,
     nullptr, kDescribe},
    {"DescribeLaunchTemplates", Access::read, on_fleet<describe_launch_templates>, nullptr,
     kDescribe},
    {"DescribeSnapshots", Access::read, on_fleet<describe_snapshots>, nullptr, kDescribe},
    {"DescribeSpotInstanceRequests", Access::read, on_fleet<describe_spot_instance_requests>,
     nullptr, kDescribe},
    {"DescribeSubnets", Access::read, on_fleet<describe_subnets>, nullptr, kDescribe},
    {"DescribeTags", Access::read, on_fleet<describe_tags>, nullptr, kDescribe},
    {"DescribeVolumes", Access::read, on_fleet<describe_volumes>, nullptr, kDescribe},
    {"DescribeVolumesModifications", Access::read, on_fleet<describe_volumes_modifications>,
     nullptr, kDescribe},
    {"DescribeVpcs", Access::read, on_fleet<describe_vpcs>, nullptr, kDescribe},
    {"DetachVolume", Access::write, on_fleet<detach_volume>, nullptr, kChange},
    {"GetCapacityReservationUsage", Access::read, on_fleet<get_capacity_reservation_usage>, nullptr,
     kDescribe},
    {"GetInstanceTypesFromInstanceRequirements", Access::read,
     on_fleet<get_instance_types_from_requirements>, nullptr, kDescribe},
    {"ModifyCapacityReservation", Access::write, on_fleet<modify_capacity_reservation>, nullptr,
     kChange},
    {"ModifyInstanceAttribute", Access::write, on_fleet<modify_instance_attribute>, nullptr,
     kChange},
    {"ModifyInstanceCreditSpecification", Access::write, on_fleet<modify_credit_specification>,
     nullptr, kChange},
    {"ModifyInstanceEventStartTime", Access::write, on_fleet<modify_instance_event_start_time>,
     nullptr, kChange},
    {"ModifyInstanceMaintenanceOptions", Access::write,
     on_fleet<modify_instance_maintenance_options>, nullptr, kChange},
    {"ModifyLaunchTemplate", Access::write, on_fleet<modify_launch_template>, nullptr, kChange},
    {"ModifyVolume", Access::write, on_fleet<modify_volume>, nullptr, kChange},
    {"RebootInstances", Access::write, on_fleet<reboot_instances>, nullptr, kChange},
    {"RegisterImage", Access::write, on_fleet<register_image>, nullptr, kChange},
    {.name = "RequestSpotInstances",
     .not_simulated = "RunInstances with InstanceMarketOptions, and groups, buy Spot"},
    {"RunInstances", Access::write, on_fleet<run_instances>, nullptr, kRun},
    {"StartInstances", Access::write, on_fleet<start_instances>, nullptr, kChange},
    {"StopInstances", Access::write, on_fleet<stop_instances>, nullptr, kChange},
    {"TerminateInstances", Access::write, on_fleet<terminate_instances>, nullptr, kChange},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

void apply(Model& model, const PhysicsRequest& request) {
  apply_instance_physics(static_cast<Fleet&>(model), request);
}
const Physics kPhysics[] = {{"AWS::EC2::Instance", &kInstancePhysics, apply}};

constexpr DeliveryTarget kTargets[] = {{"automate", "recover", deliver<Fleet, deliver_recovery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "life cycle of instances and its events", "ec2-instance-lifecycle"},
    {Grade::simulated, "status checks and their metrics",
     "monitoring-system-instance-status-check"},
    {Grade::simulated, "launch templates with versions", "ec2-launch-templates"},
    {Grade::simulated, "the CloudWatch agent's disk, mem, cpu, swap and procstat metrics",
     "CloudWatch-Agent-Configuration-File-Details"},
    {Grade::simulated, "tags, filters, paging, DryRun", "Using_Filtering"},
    {Grade::simplified, "how long launch, boot, stop, reboot and recovery take: estimates"},
    {Grade::simplified, "one disk that fills (the root), one memory, one CPU load an instance"},
    {Grade::simulated, "EBS volumes and snapshots, their states and events; gp2's burst bucket",
     "ebs-volume-types"},
    {Grade::simplified, "how long volumes and snapshots take: estimates; one attachment a volume"},
    {Grade::simulated, "CPU credits of T2, T3, T3a and T4g: standard and unlimited",
     "burstable-credits-baseline-concepts"},
    {Grade::simplified, "without credits the CPU is throttled at once; surplus charges not booked"},
    {Grade::simplified, "memory exhausted: one process is killed, or the instance hangs"},
    {Grade::simplified, "subnets and VPCs decide the zone, nothing else"},
    {Grade::absent, "network traffic, gateways; what groups and ACLs allow is models/vpc"},
    {Grade::simulated, "Spot: rebalance recommendations, two-minute notices, interruptions",
     "spot-interruptions"},
    {Grade::simplified, "Spot has no prices; stopped by an interruption it stays so"},
    {Grade::simulated, "simplified automatic recovery, three times a day, outside groups",
     "instance-configuration-recovery"},
    {Grade::simulated, "On-Demand Capacity Reservations: open and targeted, of groups too",
     "ec2-capacity-reservations"},
    {Grade::simplified, "Capacity Reservations match by zone and type; no sharing, no blocks"},
    {Grade::simulated, "scheduled events: retirement and reboot, told ahead, replaced by groups",
     "monitoring-instances-status-check_sched"},
    {Grade::simplified, "instance types: usual families and sizes, without prices"},
    {Grade::simplified, "of scheduled events, retirement and instance reboot only"},
    {Grade::simplified,
     "images: no snapshots behind them; how long they are pending is an estimate"},
    {Grade::simplified, "what is installed is the number of a release: of an image, or of the day"},
    {Grade::simplified, "attached EBS status checks begin with the first pause of a volume"},
};

std::unique_ptr<Model> make(Cloud& cloud) { return std::make_unique<Fleet>(cloud); }

}  // namespace

}  // namespace opsim::compute

namespace opsim {

const Service kEc2{.name = "ec2",
                   .title = "Amazon EC2",
                   .make = compute::make,
                   .operations = compute::kOperations,
                   .resources = compute::kEc2Resources,
                   .targets = compute::kTargets,
                   .physics = compute::kPhysics,
                   .quantities = compute::kInstanceQuantities,
                   .faults = compute::kInstanceFaults,
                   .fidelity = compute::kFidelity};

}  // namespace opsim

#include "models/efs/service.hpp"

#include <algorithm>

#include "models/efs/efs.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using efs::Efs;

template <ApiResult<Json> (*Handle)(Efs&, const Request&)>
constexpr auto on_efs = immediate<Efs, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateFileSystem", Access::write, on_efs<efs::create_file_system>},
    {"CreateMountTarget", Access::write, on_efs<efs::create_mount_target>},
    {"DeleteFileSystem", Access::write, on_efs<efs::delete_file_system>},
    {"DeleteMountTarget", Access::write, on_efs<efs::delete_mount_target>},
    {"DescribeFileSystems", Access::read, on_efs<efs::describe_file_systems>},
    {"DescribeMountTargets", Access::read, on_efs<efs::describe_mount_targets>},
    {"UpdateFileSystem", Access::write, on_efs<efs::update_file_system>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Field kFileSystemFields[] = {
    {.name = "BackupPolicy", .simulated = Simulated::no},
    {.name = "Encrypted", .shape = &kBoolean},
    {.name = "FileSystemPolicy", .simulated = Simulated::no},
    {.name = "FileSystemTags"},
    {.name = "KmsKeyId", .simulated = Simulated::no},
    {.name = "LifecyclePolicies", .simulated = Simulated::no},
    {.name = "PerformanceMode", .shape = &kText},
    {.name = "ThroughputMode", .shape = &kText},
};
constexpr Field kTargetFields[] = {
    {.name = "FileSystemId", .shape = &kText, .need = Need::required},
    {.name = "IpAddress", .simulated = Simulated::no},
    {.name = "SecurityGroups", .need = Need::required, .simulated = Simulated::no},
    {.name = "SubnetId", .shape = &kText, .need = Need::required},
};
constexpr Shape kFileSystem{.kind = Kind::mapping, .fields = kFileSystemFields};
constexpr Shape kTarget{.kind = Kind::mapping, .fields = kTargetFields};
constexpr ResourceType kResources[] = {
    {"AWS::EFS::AccessPoint", create<Efs, efs::create_access_point>},
    {"AWS::EFS::FileSystem", create<Efs, efs::create_file_system_resource>, &kFileSystem},
    {"AWS::EFS::MountTarget", create<Efs, efs::create_mount_target_resource>, &kTarget},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "file systems and mount targets with their states", "EFS API Reference"},
    {Grade::simplified, "metrics are those of an idle file system", "EFS User Guide, efs-metrics"},
    {Grade::absent,
     "files, throughput, replication, lifecycle, what a lost mount does to instances"},
};

}  // namespace

extern const Service kEfs{
    .name = "efs",
    .title = "Amazon EFS",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Efs>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim

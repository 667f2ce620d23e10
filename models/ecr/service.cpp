#include "models/ecr/service.hpp"

#include <algorithm>

#include "models/ecr/ecr.hpp"

namespace opsim {

namespace {

using ecr::Ecr;

template <ApiResult<Json> (*Handle)(Ecr&, const Request&)>
constexpr auto on_ecr = immediate<Ecr, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"BatchDeleteImage", Access::write, on_ecr<ecr::batch_delete_image>},
    {"CreateRepository", Access::write, on_ecr<ecr::create_repository>},
    {"DeleteRepository", Access::write, on_ecr<ecr::delete_repository>},
    {"DescribeImageScanFindings", Access::read, on_ecr<ecr::describe_findings>},
    {"DescribeImages", Access::read, on_ecr<ecr::describe_images>},
    {"DescribeRepositories", Access::read, on_ecr<ecr::describe_repositories>},
    {"GetAuthorizationToken", Access::read, on_ecr<ecr::get_authorization_token>},
    {"ListImages", Access::read, on_ecr<ecr::list_images>},
    {"PutImage", Access::write, on_ecr<ecr::put_image>},
    {"PutLifecyclePolicy", Access::write, on_ecr<ecr::put_lifecycle_policy>},
    {"StartImageScan", Access::write, on_ecr<ecr::start_image_scan>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kRepositoryFields[] = {
    {.name = "EmptyOnDelete", .simulated = Simulated::no},
    {.name = "EncryptionConfiguration", .simulated = Simulated::no},
    {.name = "ImageScanningConfiguration"},
    {.name = "ImageTagMutability", .shape = &kText},
    {.name = "LifecyclePolicy"},
    {.name = "RepositoryName", .shape = &kText},
    {.name = "RepositoryPolicyText", .simulated = Simulated::no},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Shape kRepository{.kind = Kind::mapping, .fields = kRepositoryFields};
constexpr ResourceType kResources[] = {{.type = "AWS::ECR::Repository",
                                        .create = create<Ecr, ecr::create_repository_resource>,
                                        .properties = &kRepository}};
constexpr Physics kPhysics[] = {
    {"AWS::ECR::Repository", &ecr::kFindingsShape, ecr::apply_findings}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "tags, mutable or not; the events of pushes, deletions and scans",
     "ecr/userguide: ecr-eventbridge"},
    {Grade::simulated, "lifecycle policies by count and by age",
     "ecr/userguide: LifecyclePolicies"},
    {Grade::simplified, "an image is its manifest's text; a scan finds what physics says, in 40 s"},
    {Grade::absent, "layers, pull-through caches, replication, repository policies, signing"},
};

}  // namespace

extern const Service kEcr{
    .name = "ecr",
    .title = "Amazon ECR",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Ecr>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .fidelity = kFidelity,
};

}  // namespace opsim

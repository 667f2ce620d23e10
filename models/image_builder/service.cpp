#include "models/image_builder/service.hpp"

#include <algorithm>

#include "models/image_builder/image_builder.hpp"

namespace opsim {

namespace {

using image_builder::ImageBuilder;

template <ApiResult<Json> (*Handle)(ImageBuilder&, const Request&)>
constexpr auto on_builder = immediate<ImageBuilder, Handle>;

constexpr std::string_view kByTemplate = "recipes and pipelines are made by templates here";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreateImage", .not_simulated = "StartImagePipelineExecution builds"},
    {.name = "CreateImagePipeline", .not_simulated = kByTemplate},
    {.name = "CreateImageRecipe", .not_simulated = kByTemplate},
    {"GetImage", Access::read, on_builder<image_builder::get_image>},
    {"GetImagePipeline", Access::read, on_builder<image_builder::get_image_pipeline>},
    {"ListImagePipelines", Access::read, on_builder<image_builder::list_image_pipelines>},
    {"ListImages", Access::read, on_builder<image_builder::list_images>},
    {"StartImagePipelineExecution", Access::write, on_builder<image_builder::start_execution>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kPipelineFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "DistributionConfigurationArn", .shape = &kText},
    {.name = "EnhancedImageMetadataEnabled", .simulated = Simulated::no},
    {.name = "ExecutionRole", .simulated = Simulated::no},
    {.name = "ImageRecipeArn", .shape = &kText},
    {.name = "ImageScanningConfiguration", .simulated = Simulated::no},
    {.name = "ImageTestsConfiguration"},
    {.name = "InfrastructureConfigurationArn", .shape = &kText, .need = Need::required},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Schedule"},
    {.name = "Status", .shape = &kText},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Shape kPipeline{.kind = Kind::mapping, .fields = kPipelineFields};

template <class M>
constexpr auto kMakesPart = create<M, image_builder::create_part_resource>;
constexpr ResourceType kResources[] = {
    {.type = "AWS::ImageBuilder::Component", .create = kMakesPart<ImageBuilder>},
    {.type = "AWS::ImageBuilder::ContainerRecipe",
     .not_simulated = "containers are built by CodeBuild here"},
    {.type = "AWS::ImageBuilder::DistributionConfiguration", .create = kMakesPart<ImageBuilder>},
    {.type = "AWS::ImageBuilder::Image",
     .not_simulated = "images are built by pipelines, which run as time goes"},
    {.type = "AWS::ImageBuilder::ImagePipeline",
     .create = create<ImageBuilder, image_builder::create_pipeline_resource>,
     .properties = &kPipeline},
    {.type = "AWS::ImageBuilder::ImageRecipe", .create = kMakesPart<ImageBuilder>},
    {.type = "AWS::ImageBuilder::InfrastructureConfiguration", .create = kMakesPart<ImageBuilder>},
};
constexpr Physics kPhysics[] = {{"AWS::ImageBuilder::ImagePipeline",
                                 &image_builder::kBuildPhysicsShape,
                                 image_builder::apply_build_physics}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "pipelines by schedule and on request, states and their event",
     "imagebuilder/userguide: integ-eventbridge"},
    {Grade::simulated, "distribution to Regions; new versions of launch templates",
     "imagebuilder/userguide: manage-distribution-settings"},
    {Grade::simplified, "no build instance is launched; how long stages take: estimates"},
    {Grade::simplified, "what components do is not known: an image holds the newest release"},
    {Grade::absent, "container recipes, workflows, lifecycle policies, scans"},
};

}  // namespace

extern const Service kImageBuilder{
    .name = "imagebuilder",
    .title = "EC2 Image Builder",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ImageBuilder>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .fidelity = kFidelity,
};

}  // namespace opsim

// AWS::ImageBuilder::*, and what a scenario says of builds.
#include <fmt/format.h>

#include "models/image_builder/image_builder.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/schedule.hpp"

namespace opsim::image_builder {

namespace {

using input::member;
using input::text;

/// "component/web/1.0.0/1", "image-recipe/web/1.0.0", "infrastructure-configuration/web".
std::string path_of(std::string_view type, const std::string& name, const std::string& version) {
  if (type == "AWS::ImageBuilder::Component")
    return fmt::format("component/{}/{}/1", name, version);
  if (type == "AWS::ImageBuilder::ImageRecipe")
    return fmt::format("image-recipe/{}/{}", name, version);
  return fmt::format("{}/{}",
                     type == "AWS::ImageBuilder::DistributionConfiguration"
                         ? "distribution-configuration"
                         : "infrastructure-configuration",
                     name);
}

/// "The name in the ARN is in small letters, blanks become hyphens."
std::string in_arn(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c == ' ' || c == '_') c = '-';
  }
  return name;
}

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 12min, p99 30min)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "95 %"};
constexpr Shape kReason{.kind = Kind::text, .example = "the package is not found"};
constexpr Field kBuildFields[] = {
    {.name = "builds in", .shape = &kTakes, .doc = "The build stage (median 12 min)."},
    {.name = "fails with", .shape = &kReason},
    {.name = "succeeds", .shape = &kShare, .doc = "How often the build works (100 %)."},
    {.name = "tests in", .shape = &kTakes, .doc = "The test stage (median 5 min)."},
};

std::optional<Distribution> distribution_at(const Node& values, const char* key) {
  const auto written = values.find(key);
  if (!written) return std::nullopt;
  const ParsedDistribution parsed = Distribution::parse(written->spelling());
  return parsed ? std::optional{*parsed} : std::nullopt;
}

}  // namespace

constexpr Shape kBuildPhysicsShape{
    .kind = Kind::mapping,
    .doc = "How long an image pipeline builds, and whether it works.",
    .fields = kBuildFields};

void apply_build_physics(Model& model, const PhysicsRequest& request) {
  BuildPhysics physics;
  physics.builds_in = distribution_at(request.values, "builds in");
  physics.tests_in = distribution_at(request.values, "tests in");
  if (const auto share = request.values.find("succeeds"))
    physics.succeeds = parse_percent(share->spelling()).value_or(100);
  if (const auto why = request.values.find("fails with")) physics.fails_with = why->spelling();
  auto& all = static_cast<ImageBuilder&>(model);
  const auto pipeline = request.resource == nullptr
                            ? all.pipelines.end()
                            : all.pipelines.find(request.resource->physical_id);
  const std::string name =
      pipeline == all.pipelines.end() ? std::string{request.name} : pipeline->second.name;
  all.physics[name] = std::move(physics);
}

ApiResult<Created> create_part_resource(ImageBuilder& all, const ResourceRequest& request) {
  const std::string name = text(request.properties, "Name");
  std::string version = text(request.properties, "Version");
  if (version.empty()) version = "1.0.0";
  const std::string made =
      arn(request.place, "imagebuilder", path_of(request.type, in_arn(name), version));
  if (all.parts.contains(made))
    return ApiError{"ResourceAlreadyExistsException",
                    fmt::format("The resource {} already exists (Name)", made)};
  all.parts[made] = {made, name, version, request.properties};
  return Created{.physical_id = made, .arn = made, .attributes = {{"Arn", made}, {"Name", name}}};
}

ApiResult<Created> create_pipeline_resource(ImageBuilder& all, const ResourceRequest& request) {
  const Json& given = request.properties;
  const std::string name = text(given, "Name");
  const Json& tests = member(given, "ImageTestsConfiguration");
  ImagePipeline pipeline{
      .arn = arn(request.place, "imagebuilder", "image-pipeline/" + in_arn(name)),
      .name = name,
      .place = request.place,
      .recipe = text(given, "ImageRecipeArn"),
      .infrastructure = text(given, "InfrastructureConfigurationArn"),
      .distribution = text(given, "DistributionConfigurationArn"),
      .tests = input::boolean(tests, "ImageTestsEnabled").value_or(true),
      .test_minutes = input::integer(tests, "TimeoutMinutes").value_or(720),
      .enabled = text(given, "Status") != "DISABLED",
      .file_line = request.source};
  if (pipeline.recipe.empty())
    return ApiError{"InvalidParameterException",
                    "ImageRecipeArn is required: container recipes are not simulated"};
  if (const Json& when = member(given, "Schedule"); when.is_object()) {
    const std::string expression = text(when, "ScheduleExpression");
    if (!schedule::parse(expression))
      return ApiError{
          "InvalidParameterValueException",
          fmt::format("ScheduleExpression is '{}'; a cron or rate expression", expression)};
    pipeline.schedule = Schedule{
        expression, text(when, "PipelineExecutionStartCondition") != "EXPRESSION_MATCH_ONLY"};
  }
  const std::string key = pipeline.arn;
  const ImagePipeline& kept = all.pipelines.emplace(key, std::move(pipeline)).first->second;
  schedule_next(all, kept);
  return Created{.physical_id = kept.arn,
                 .arn = kept.arn,
                 .attributes = {{"Arn", kept.arn}, {"Name", kept.name}}};
}

}  // namespace opsim::image_builder

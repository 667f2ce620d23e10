// Images built by recipe: Image Builder User Guide, how-image-builder-works, integ-eventbridge.
#include "models/image_builder/image_builder.hpp"
#include "models/compute/service.hpp"
#include "models/image_builder/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kBuilderCatalog[] = {&kEc2, &kAutoScaling, &kImageBuilder};

struct Recipes : SmallWorld {
  explicit Recipes(Json more = Json::object()) : SmallWorld{kBuilderCatalog} {
    const std::string recipe =
        make("AWS::ImageBuilder::ImageRecipe", "Recipe",
             {{"Name", "Web Server"}, {"Version", "1.2.0"}, {"ParentImage", "ami-12345678"}});
    CHECK(recipe == "arn:aws:imagebuilder:us-east-1:123456789012:image-recipe/web-server/1.2.0");
    const std::string where = make("AWS::ImageBuilder::InfrastructureConfiguration", "Where",
                                   {{"Name", "builders"}, {"InstanceProfileName", "build"}});
    more.update(
        {{"Name", "web"}, {"ImageRecipeArn", recipe}, {"InfrastructureConfigurationArn", where}});
    pipeline = make("AWS::ImageBuilder::ImagePipeline", "WebImages", more);
  }
  Json image(const std::string& arn) {
    return must("imagebuilder", "GetImage", {{"imageBuildVersionArn", arn}})["image"];
  }
  std::string start() {
    return must("imagebuilder", "StartImagePipelineExecution",
                {{"imagePipelineArn", pipeline}})["imageBuildVersionArn"]
        .get<std::string>();
  }
  std::string pipeline;
};

}  // namespace

TEST_SUITE("image builder") {
  TEST_CASE("an image is built, tested and distributed; its AMI is available then") {
    Recipes world;
    const std::string arn = world.start();
    CHECK(arn == "arn:aws:imagebuilder:us-east-1:123456789012:image/Web Server/1.2.0/1");
    world.run_for(1min);
    CHECK(world.image(arn)["state"]["status"] == "BUILDING");
    world.run_for(2h);
    const Json built = world.image(arn);
    CHECK(built["state"]["status"] == "AVAILABLE");
    const Json ami = built["outputResources"]["amis"][0]["image"];
    const Json known = world.must("ec2", "DescribeImages", {{"ImageIds", Json::array({ami})}});
    CHECK(known["Images"][0]["State"] == "available");
    CHECK(world.start().ends_with("/1.2.0/2"));
  }

  TEST_CASE("a schedule builds each time") {
    Recipes world{{{"Schedule", {{"ScheduleExpression", "cron(0 12 * * ? *)"}}}}};
    world.run_for(24h * 3);
    CHECK(world.must("imagebuilder", "ListImages")["imageVersionList"].size() == 3);
  }

  TEST_CASE("an AMI of an instance reboots it, unless it may not; a name is used once") {
    Recipes world;
    const Json made = world.must("ec2", "RunInstances",
                                 {{"ImageId", "ami-12345678"}, {"MinCount", 1}, {"MaxCount", 1}});
    const Json id = made["Instances"][0]["InstanceId"];
    world.run_for(10min);
    world.must("ec2", "CreateImage", {{"InstanceId", id}, {"Name", "web-1"}, {"NoReboot", true}});
    CHECK(world.cloud.read_quantity(id.get<std::string>(), "reachable") == 1);
    CHECK(world.refusal("ec2", "CreateImage", {{"InstanceId", id}, {"Name", "web-1"}}) ==
          "InvalidAMIName.Duplicate");
    world.must("ec2", "CreateImage", {{"InstanceId", id}, {"Name", "web-2"}});
    CHECK(world.cloud.read_quantity(id.get<std::string>(), "reachable") == 0);
    const Json images = world.must("ec2", "DescribeImages");
    CHECK(images["Images"].size() == 2);
    world.must("ec2", "DeregisterImage", {{"ImageId", images["Images"][0]["ImageId"]}});
    CHECK(world.refusal("ec2", "DescribeImages",
                        {{"ImageIds", Json::array({images["Images"][0]["ImageId"]})}}) ==
          "InvalidAMIID.NotFound");
  }
}

}  // namespace opsim::tests

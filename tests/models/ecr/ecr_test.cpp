// Images and their lifecycle: ECR User Guide, LifecyclePolicies, ecr-eventbridge.
#include "models/ecr/ecr.hpp"
#include "models/ecr/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kImageCatalog[] = {&kEcr};

struct Registry : SmallWorld {
  explicit Registry(Json more = Json::object()) : SmallWorld{kImageCatalog} {
    more["repositoryName"] = "web";
    must("ecr", "CreateRepository", more);
  }
  void push(const std::string& tag, const std::string& manifest) {
    must("ecr", "PutImage",
         {{"repositoryName", "web"}, {"imageTag", tag}, {"imageManifest", manifest}});
  }
  std::string tags() {
    std::string all;
    const Json answer = must("ecr", "ListImages", {{"repositoryName", "web"}});
    for (const Json& id : answer["imageIds"]) all += id.value("imageTag", std::string{"-"}) + " ";
    return all;
  }
};

}  // namespace

TEST_SUITE("ecr") {
  TEST_CASE("a tag moves to the newer image, unless tags are immutable") {
    Registry world;
    world.push("live", "one");
    world.push("live", "two");
    CHECK(world.tags() == "- live ");
    CHECK(world.refusal(
              "ecr", "PutImage",
              {{"repositoryName", "web"}, {"imageTag", "live"}, {"imageManifest", "two"}}) ==
          "ImageAlreadyExistsException");
    Registry fixed{{{"imageTagMutability", "IMMUTABLE"}}};
    fixed.push("1", "one");
    CHECK(fixed.refusal("ecr", "PutImage",
                        {{"repositoryName", "web"}, {"imageTag", "1"}, {"imageManifest", "two"}}) ==
          "ImageTagAlreadyExistsException");
  }

  TEST_CASE("a policy by count keeps the newest of those that it concerns") {
    Registry world;
    for (const char* tag : {"v1", "v2", "v3", "keep"}) world.push(tag, tag);
    const Json policy{{"rules", Json::array({Json{{"rulePriority", 1},
                                                  {"selection",
                                                   {{"tagStatus", "tagged"},
                                                    {"tagPrefixList", Json::array({"v"})},
                                                    {"countType", "imageCountMoreThan"},
                                                    {"countNumber", 1}}},
                                                  {"action", {{"type", "expire"}}}}})}};
    world.must("ecr", "PutLifecyclePolicy",
               {{"repositoryName", "web"}, {"lifecyclePolicyText", policy.dump()}});
    CHECK(world.tags() == "v1 v2 v3 keep ");
    world.run_for(25h);  // "within 24 hours"
    CHECK(world.tags() == "v3 keep ");
  }

  TEST_CASE("a scan on push tells what it finds") {
    Registry world{{{"imageScanningConfiguration", {{"scanOnPush", true}}}}};
    auto& model = static_cast<ecr::Ecr&>(*world.cloud.model("ecr"));
    model.repositories.begin()->second.findings["2"] = {{"CRITICAL", 1}};
    const Json asked{{"repositoryName", "web"}, {"imageId", {{"imageTag", "2"}}}};
    world.push("2", "two");
    CHECK(world.refusal("ecr", "DescribeImageScanFindings", asked) == "ScanNotFoundException");
    world.run_for(1min);
    const Json found = world.must("ecr", "DescribeImageScanFindings", asked);
    CHECK(found["imageScanFindings"]["findingSeverityCounts"]["CRITICAL"] == 1);
  }
}

}  // namespace opsim::tests

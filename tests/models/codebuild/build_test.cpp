// Builds: CodeBuild User Guide, view-build-details-phases, build-spec-ref, quotas.
#include "models/codebuild/buildspec.hpp"
#include "models/codebuild/codebuild.hpp"
#include "models/codebuild/service.hpp"
#include "models/ecr/service.hpp"
#include "models/logs/service.hpp"
#include "models/s3/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kBuildCatalog[] = {&kS3, &kLogs, &kEcr, &kCodeBuild};

struct Builds : SmallWorld {
  Builds() : SmallWorld{kBuildCatalog} {}

  void project(const std::string& buildspec, Json more = Json::object()) {
    more.update(
        {{"name", "web"},
         {"serviceRole", "arn:aws:iam::123456789012:role/build"},
         {"source", {{"type", "NO_SOURCE"}, {"buildspec", buildspec}}},
         {"environment",
          {{"type", "LINUX_CONTAINER"},
           {"image", "aws/codebuild/standard:7.0"},
           {"computeType", "BUILD_GENERAL1_SMALL"},
           {"environmentVariables",
            Json::array({Json{{"name", "REPO"},
                              {"value", "123456789012.dkr.ecr.us-east-1.amazonaws.com/web"}}})}}}});
    if (!more.contains("artifacts")) more["artifacts"] = {{"type", "NO_ARTIFACTS"}};
    must("codebuild", "CreateProject", more);
  }
  std::string start(Json more = Json::object()) {
    more["projectName"] = "web";
    return must("codebuild", "StartBuild", more)["build"]["id"].get<std::string>();
  }
  Json get(const std::string& id) {
    return must("codebuild", "BatchGetBuilds", {{"ids", Json::array({id})}})["builds"][0];
  }
  std::string phases(const std::string& id) {
    std::string all;
    const Json build = get(id);
    for (const Json& phase : build["phases"])
      all += (all.empty() ? "" : " ") + phase["phaseType"].get<std::string>() + ":" +
             phase.value("phaseStatus", std::string{"-"});
    return all;
  }
  void physics(const std::string& phase, double succeeds, const char* takes) {
    auto& model = static_cast<codebuild::CodeBuild&>(*cloud.model("codebuild"));
    model.physics["web/" + phase] = {.takes = *Distribution::parse(takes),
                                     .with_cache = {},
                                     .succeeds = succeeds,
                                     .fails_with = "make test"};
  }
  double metric(const char* name, const Dimensions& dimensions) {
    const auto series = cloud.metrics().find({cloud.home(), "AWS/CodeBuild", name, dimensions});
    if (!series) return 0;
    return cloud.metrics().summary(*series, {sim.start(), sim.now() + 1min, sim.now() + 1min}).sum;
  }
};

constexpr const char* kPlain = "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n";

}  // namespace

TEST_SUITE("codebuild") {
  TEST_CASE("a build goes through the documented phases in their order") {
    Builds world;
    world.project(kPlain);
    const std::string id = world.start();
    CHECK(world.get(id)["buildStatus"] == "IN_PROGRESS");
    world.run_for(30min);
    CHECK(world.get(id)["buildStatus"] == "SUCCEEDED");
    CHECK(world.phases(id) ==
          "SUBMITTED:SUCCEEDED QUEUED:SUCCEEDED PROVISIONING:SUCCEEDED DOWNLOAD_SOURCE:SUCCEEDED "
          "INSTALL:SUCCEEDED PRE_BUILD:SUCCEEDED BUILD:SUCCEEDED POST_BUILD:SUCCEEDED "
          "UPLOAD_ARTIFACTS:SUCCEEDED FINALIZING:SUCCEEDED COMPLETED:-");
    CHECK(world.get(id)["buildNumber"] == 1);
    CHECK(world.metric("Builds", {{"ProjectName", "web"}}) == 1);
    CHECK(world.metric("SucceededBuilds", {}) == 1);
    CHECK(world.metric("FailedBuilds", {}) == 0);
  }

  TEST_CASE("after a failed BUILD comes POST_BUILD; after a failed INSTALL comes FINALIZING") {
    Builds world;
    world.project(kPlain);
    world.physics("BUILD", 0, "10s");
    const std::string id = world.start();
    world.run_for(30min);
    CHECK(world.get(id)["buildStatus"] == "FAILED");
    CHECK(world.phases(id).find("BUILD:FAILED POST_BUILD:SUCCEEDED FINALIZING:SUCCEEDED") !=
          std::string::npos);
    CHECK(world.get(id)["phases"][6]["contexts"][0]["message"] ==
          "Error while executing command: make test. Reason: exit status 1");
    world.physics("INSTALL", 0, "10s");
    const std::string next = world.start();
    world.run_for(30min);
    CHECK(world.phases(next).find("INSTALL:FAILED FINALIZING:SUCCEEDED") != std::string::npos);
    CHECK(world.metric("FailedBuilds", {}) == 2);
  }

  TEST_CASE("on-failure: CONTINUE forgives, ABORT ends, RETRY-2 tries thrice") {
    const auto status_with = [](const char* policy) {
      Builds world;
      world.project(std::string{"version: 0.2\nphases:\n  build:\n    on-failure: "} + policy +
                    "\n    commands: [make]\n");
      world.physics("BUILD", 0, "10s");
      const std::string id = world.start();
      world.run_for(30min);
      return std::pair{world.get(id)["buildStatus"].get<std::string>(), world.phases(id)};
    };
    CHECK(status_with("CONTINUE").first == "SUCCEEDED");
    CHECK(status_with("ABORT").second.find("POST_BUILD") == std::string::npos);
    const std::string retried = status_with("RETRY-2").second;
    CHECK(retried.find("BUILD:FAILED BUILD:FAILED BUILD:FAILED FINALIZING") != std::string::npos);
  }

  TEST_CASE("a build ends at its time-out as TIMED_OUT") {
    Builds world;
    world.project(kPlain, {{"timeoutInMinutes", 5}});
    world.physics("BUILD", 100, "1h");
    const std::string id = world.start();
    world.run_for(6min);
    CHECK(world.get(id)["buildStatus"] == "TIMED_OUT");
    CHECK(world.get(id)["phases"][6]["phaseStatus"] == "TIMED_OUT");
    CHECK(world.refusal("codebuild", "CreateProject",
                        {{"name", "other"},
                         {"source", {{"type", "NO_SOURCE"}}},
                         {"artifacts", {{"type", "NO_ARTIFACTS"}}},
                         {"environment", {{"type", "LINUX_CONTAINER"}}},
                         {"timeoutInMinutes", 4}}) == "InvalidInputException");
  }

  TEST_CASE("beyond concurrentBuildLimit a build is refused; beyond sixty they queue") {
    Builds world;
    world.project(kPlain, {{"concurrentBuildLimit", 1}});
    world.start();
    CHECK(world.refusal("codebuild", "StartBuild", {{"projectName", "web"}}) ==
          "AccountLimitExceededException");

    Builds busy;
    busy.project(kPlain);
    busy.physics("BUILD", 100, "20min");
    std::vector<std::string> ids;
    for (int i = 0; i < 61; ++i) ids.push_back(busy.start());
    busy.run_for(10min);
    CHECK(busy.get(ids[59])["currentPhase"] == "BUILD");
    CHECK(busy.get(ids[60])["currentPhase"] == "QUEUED");
    busy.run_for(2h);
    CHECK(busy.get(ids[60])["buildStatus"] == "SUCCEEDED");
    CHECK(busy.get(ids[60])["phases"][1]["durationInSeconds"] > 600);
  }

  TEST_CASE("a build that is stopped is STOPPED, in its phase") {
    Builds world;
    world.project(kPlain);
    world.physics("BUILD", 100, "20min");
    const std::string id = world.start();
    world.run_for(5min);
    world.must("codebuild", "StopBuild", {{"id", id}});
    CHECK(world.get(id)["buildStatus"] == "STOPPED");
    CHECK(world.phases(id).find("BUILD:STOPPED COMPLETED") != std::string::npos);
    const std::string again =
        world.must("codebuild", "RetryBuild", {{"id", id}})["build"]["id"].get<std::string>();
    CHECK(again != id);
  }

  TEST_CASE("images that a build pushes arrive in ECR; exported variables are told") {
    Builds world;
    world.must("ecr", "CreateRepository", {{"repositoryName", "web"}});
    world.project(R"(version: 0.2
env:
  exported-variables: [TAG]
phases:
  pre_build:
    commands:
      - export TAG=b$CODEBUILD_BUILD_NUMBER
  build:
    commands:
      - docker build -t web .
      - docker tag web $REPO:$TAG && docker push $REPO:$TAG
)");
    const std::string id = world.start();
    world.run_for(30min);
    CHECK(world.get(id)["buildStatus"] == "SUCCEEDED");
    CHECK(world.get(id)["exportedEnvironmentVariables"][0] ==
          Json({{"name", "TAG"}, {"value", "b1"}}));
    CHECK(world.must("ecr", "ListImages", {{"repositoryName", "web"}})["imageIds"][0]["imageTag"] ==
          "b1");
  }

  TEST_CASE("what commands write is in the artifacts that the buildspec takes") {
    Builds world;
    world.must("s3", "CreateBucket", {{"Bucket", "out"}});
    world.project(R"(version: 0.2
phases:
  build:
    commands:
      - printf '[{"name":"web","imageUri":"%s"}]' $REPO:7 > imagedefinitions.json
      - echo hello > notes.txt
artifacts:
  files: [imagedefinitions.json]
)",
                  {{"artifacts", {{"type", "S3"}, {"location", "out"}, {"name", "web.zip"}}}});
    world.start();
    world.run_for(30min);
    const Json object = world.must("s3", "GetObject", {{"Bucket", "out"}, {"Key", "web.zip"}});
    const Files files = files_of(object["Body"].get<std::string>());
    REQUIRE(files.size() == 1);
    CHECK(files.at("imagedefinitions.json") ==
          R"([{"name":"web","imageUri":"123456789012.dkr.ecr.us-east-1.amazonaws.com/web:7"}])");
  }

  TEST_CASE("a cache makes the next build shorter") {
    Builds world;
    world.project(kPlain, {{"cache", {{"type", "S3"}, {"location", "cache"}}}});
    auto& model = static_cast<codebuild::CodeBuild&>(*world.cloud.model("codebuild"));
    model.physics["web/BUILD"] = {.takes = *Distribution::parse("10min"),
                                  .with_cache = *Distribution::parse("2min"),
                                  .succeeds = 100,
                                  .fails_with = ""};
    const std::string cold = world.start();
    world.run_for(30min);
    const std::string warm = world.start();
    world.run_for(30min);
    CHECK(world.get(cold)["phases"][6]["durationInSeconds"] == 600);
    CHECK(world.get(warm)["phases"][6]["durationInSeconds"] == 120);
  }

  TEST_CASE("a buildspec that is none fails DOWNLOAD_SOURCE with YAML_FILE_ERROR") {
    for (const char* text :
         {"version: 0.3\nphases: {}\n", "version: 0.2\n", "version: 0.2\nphases: {deploy: {}}\n"}) {
      Builds world;
      world.project(text);
      const std::string id = world.start();
      world.run_for(5min);
      CAPTURE(text);
      CHECK(world.phases(id).find("DOWNLOAD_SOURCE:FAILED FINALIZING") != std::string::npos);
      CHECK(world.get(id)["phases"][3]["contexts"][0]["statusCode"] == "YAML_FILE_ERROR");
    }
  }

  TEST_CASE("its log is in CloudWatch Logs") {
    Builds world;
    world.project(kPlain);
    const std::string id = world.start();
    world.run_for(30min);
    const Json events = world.must("logs", "GetLogEvents",
                                   {{"logGroupName", "/aws/codebuild/web"},
                                    {"logStreamName", id.substr(id.find(':') + 1)}})["events"];
    REQUIRE(events.size() == 10);
    CHECK(events[6]["message"].get<std::string>().find("Phase complete: BUILD State: SUCCEEDED") !=
          std::string::npos);
  }
}

}  // namespace opsim::tests

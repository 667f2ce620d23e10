#pragma once
/// The state of EC2 Image Builder: recipes, pipelines and the images that they build.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::image_builder {

/// A component, recipe, infrastructure or distribution configuration: kept as it was given.
struct Part {
  std::string arn;
  std::string name;
  std::string version;
  Json given;
};

struct Schedule {
  std::string expression;  // cron(...) or rate(...)
  bool only_with_updates = false;
};

struct ImagePipeline {
  std::string arn;
  std::string name;
  Place place{};
  std::string recipe;          // ARN
  std::string infrastructure;  // ARN
  std::string distribution;    // ARN, or ""
  bool tests = true;
  std::int64_t test_minutes = 720;
  bool enabled = true;
  std::optional<Schedule> schedule{};
  std::string file_line{};
};

struct Image {
  std::string arn;  // arn:...:image/NAME/1.0.0/3
  std::string name;
  std::string version;  // "1.0.0/3"
  std::string pipeline;
  Place place{};
  std::string state = "PENDING";  // CREATING, BUILDING, TESTING, DISTRIBUTING, AVAILABLE, FAILED
  std::string reason{};
  std::map<std::string, std::string> amis{};  // by Region
  SimTime created{};
};

/// `physics: WebImage: { builds in: ..., tests in: ..., succeeds: 95 % }` of a pipeline.
struct BuildPhysics {
  std::optional<Distribution> builds_in{};
  std::optional<Distribution> tests_in{};
  double succeeds = 100;  // per cent
  std::string fails_with{};
};

class ImageBuilder : public Model {
 public:
  explicit ImageBuilder(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::string, Part> parts;                     // by ARN
  std::map<std::string, ImagePipeline> pipelines;        // by ARN
  std::map<std::string, std::unique_ptr<Image>> images;  // by ARN
  std::map<std::string, std::int64_t> builds;            // last build number of a recipe's version
  std::map<std::string, BuildPhysics> physics;           // by name of a pipeline

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
};

// ---- building.cpp ----

/// Starts to build what a pipeline's recipe says; the image's ARN.
std::string start_building(ImageBuilder& all, const ImagePipeline& pipeline);
/// Builds on schedule as long as the pipeline is enabled.
void schedule_next(ImageBuilder& all, const ImagePipeline& pipeline);
void set_state(ImageBuilder& all, Image& image, std::string state);

// ---- operations.cpp ----
ApiResult<Json> get_image(ImageBuilder& all, const Request& request);
ApiResult<Json> get_image_pipeline(ImageBuilder& all, const Request& request);
ApiResult<Json> list_image_pipelines(ImageBuilder& all, const Request& request);
ApiResult<Json> list_images(ImageBuilder& all, const Request& request);
ApiResult<Json> start_execution(ImageBuilder& all, const Request& request);

// ---- resources.cpp ----
ApiResult<Created> create_part_resource(ImageBuilder& all, const ResourceRequest& request);
ApiResult<Created> create_pipeline_resource(ImageBuilder& all, const ResourceRequest& request);
void apply_build_physics(Model& model, const PhysicsRequest& request);
extern const Shape kBuildPhysicsShape;

}  // namespace opsim::image_builder

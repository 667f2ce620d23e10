// Building an image: build, test, distribute.
// AWS: Image Builder User Guide, "How EC2 Image Builder works" (build and test stages),
// "Manage distribution settings" (launch templates), "EventBridge integration"
// (integ-eventbridge: EC2 Image Builder Image State Change); API Reference, ImageState.
// SIMPLIFIED: no build instance is launched; the AMI is registered when the build stage has ended.
// How long stages take is an estimate: build median 12 minutes, test 5.
#include <fmt/format.h>

#include "models/image_builder/image_builder.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/schedule.hpp"

namespace opsim::image_builder {

namespace {

using input::member;
using input::text;

constexpr std::string_view kBuilds = "lognormal(p50 12min, p99 30min)";
constexpr std::string_view kTests = "lognormal(p50 5min, p99 12min)";
constexpr Duration kLooks = std::chrono::seconds{15};  // at what is copied (estimate)

Duration drawn(ImageBuilder& all, const Image& image, const std::optional<Distribution>& own,
               std::string_view usual, std::string_view stage) {
  Stream& luck = all.sim().random(fmt::format("imagebuilder.{}.{}", image.pipeline, stage));
  const ParsedDistribution otherwise = Distribution::parse(usual);
  return (own ? *own : *otherwise).sample_duration(luck);
}

const BuildPhysics* physics_of(const ImageBuilder& all, const Image& image) {
  const auto found = all.physics.find(image.pipeline);
  return found == all.physics.end() ? nullptr : &found->second;
}

Caller worker(const Place& place) {
  return {place, "imagebuilder.amazonaws.com", "imagebuilder.amazonaws.com"};
}

void fail(ImageBuilder& all, Image& image, std::string why) {
  image.reason = std::move(why);
  set_state(all, image, "FAILED");
}

/// The AMI in one Region; waits until it is available.
Process<ApiResult<Json>> make_ami(ImageBuilder& all, const Image& image, Place place,
                                  std::string copied_from) {
  std::string name = image.name + " " + image.version;
  for (char& c : name)
    if (c == '/') c = '-';
  Json asked{{"Name", name}, {"Description", "made by EC2 Image Builder"}};
  if (!copied_from.empty()) asked["SourceImageId"] = copied_from;
  Process<ApiResult<Json>> making = all.cloud.call(
      worker(place), "ec2", copied_from.empty() ? "RegisterImage" : "CopyImage", std::move(asked));
  const ApiResult<Json> made = co_await making;
  if (!made) co_return made.error();
  const std::string id = text(*made, "ImageId");
  const Json wanted{{"ImageIds", Json::array({id})}};
  while (true) {
    const ApiResult<Json> found = all.cloud.inspect(place, "ec2", "DescribeImages", wanted);
    if (!found) co_return found.error();
    const Json& images = member(*found, "Images");
    if (images.is_array() && !images.empty() && text(images.front(), "State") == "available")
      co_return Json(id);
    co_await all.sim().sleep(kLooks);
  }
}

/// "LaunchTemplateConfigurations: a new version of the template, as its default where it says so".
Process<> update_launch_templates(ImageBuilder& all, Place place, const Json& distribution,
                                  std::string ami) {
  const Json& templates = member(distribution, "LaunchTemplateConfigurations");
  if (!templates.is_array()) co_return;
  for (const Json& one : templates) {
    const std::string id = text(one, "LaunchTemplateId");
    Json version{{"LaunchTemplateId", id},
                 {"SourceVersion", "$Latest"},
                 {"LaunchTemplateData", {{"ImageId", ami}}}};
    Process<ApiResult<Json>> adding =
        all.cloud.call(worker(place), "ec2", "CreateLaunchTemplateVersion", std::move(version));
    const ApiResult<Json> added = co_await adding;
    if (!added) co_return;
    if (!input::boolean(one, "SetDefaultVersion").value_or(false)) continue;
    Json change{{"LaunchTemplateId", id},
                {"DefaultVersion", text(member(*added, "LaunchTemplateVersion"), "VersionNumber")}};
    Process<ApiResult<Json>> changing =
        all.cloud.call(worker(place), "ec2", "ModifyLaunchTemplate", std::move(change));
    co_await changing;
  }
}

/// The Regions beside the home that a distribution configuration names.
Process<> distribute(ImageBuilder& all, Image& image, const ImagePipeline pipeline) {
  const auto part = all.parts.find(pipeline.distribution);
  if (part == all.parts.end()) co_return;
  const Json distributions = member(part->second.given, "Distributions");
  if (!distributions.is_array()) co_return;
  for (const Json& one : distributions) {
    const std::string region = text(one, "Region");
    Place place = image.place;
    if (!region.empty()) place.region = region;
    if (!image.amis.contains(place.region)) {
      Process<ApiResult<Json>> copying =
          make_ami(all, image, place, image.amis.at(image.place.region));
      const ApiResult<Json> copied = co_await copying;
      if (!copied) {
        fail(all, image, copied.error().message);
        co_return;
      }
      image.amis[place.region] = text(*copied);
    }
    Process<> templates = update_launch_templates(all, place, one, image.amis.at(place.region));
    co_await templates;
  }
}

Process<> build(ImageBuilder& all, Image& image, ImagePipeline pipeline) {
  const BuildPhysics* physics = physics_of(all, image);
  set_state(all, image, "BUILDING");
  const std::optional<Distribution> none;
  co_await all.sim().sleep(
      drawn(all, image, physics == nullptr ? none : physics->builds_in, kBuilds, "build"));
  Stream& luck = all.sim().random(fmt::format("imagebuilder.{}.luck", image.pipeline));
  if (physics != nullptr && luck.uniform() * 100 >= physics->succeeds)
    co_return fail(
        all, image,
        physics->fails_with.empty() ? "a step of a component failed" : physics->fails_with);
  Process<ApiResult<Json>> making = make_ami(all, image, image.place, "");
  const ApiResult<Json> ami = co_await making;
  if (!ami) co_return fail(all, image, ami.error().message);
  image.amis[image.place.region] = text(*ami);
  if (pipeline.tests) {
    set_state(all, image, "TESTING");
    co_await all.sim().sleep(
        drawn(all, image, physics == nullptr ? none : physics->tests_in, kTests, "test"));
  }
  set_state(all, image, "DISTRIBUTING");
  Process<> spreading = distribute(all, image, pipeline);
  co_await spreading;
  if (image.state != "FAILED") set_state(all, image, "AVAILABLE");
}

}  // namespace

void set_state(ImageBuilder& all, Image& image, std::string state) {
  const std::string before = std::exchange(image.state, std::move(state));
  const bool over = image.state == "AVAILABLE" || image.state == "FAILED";
  const auto ami = image.amis.find(image.place.region);
  std::string line = fmt::format("image {}: {}", image.version, image.state);
  if (image.state == "AVAILABLE" && ami != image.amis.end()) line += " as " + ami->second;
  if (!image.reason.empty()) line += fmt::format(": {}", image.reason);
  const CauseId entry = all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = over || image.state == "BUILDING" ? Level::story : Level::everything,
       .subject = image.name,
       .text = line,
       .detail = {{"act", "image"}, {"resource", image.arn}, {"status", image.state}}});
  const CauseScope because{all.sim(), entry};
  all.cloud.emit({.source = "aws.imagebuilder",
                  .detail_type = "EC2 Image Builder Image State Change",
                  .place = image.place,
                  .resources = {image.arn},
                  .detail = {{"previous-state", {{"status", before}}},
                             {"state",
                              {{"status", image.state},
                               {"reason", image.reason.empty() ? Json{} : Json(image.reason)}}}},
                  .line = fmt::format("{} {}", image.name, line)});
}

std::string start_building(ImageBuilder& all, const ImagePipeline& pipeline) {
  const auto recipe = all.parts.find(pipeline.recipe);
  const std::string name = recipe == all.parts.end() ? pipeline.name : recipe->second.name;
  const std::string version = recipe == all.parts.end() ? "1.0.0" : recipe->second.version;
  const std::int64_t number = ++all.builds[pipeline.recipe];
  auto made = std::make_unique<Image>();
  Image& image = *made;
  image.name = name;
  image.version = fmt::format("{}/{}", version, number);
  image.arn = arn(pipeline.place, "imagebuilder", fmt::format("image/{}/{}", name, image.version));
  image.pipeline = pipeline.name;
  image.place = pipeline.place;
  image.created = all.sim().now();
  all.images[image.arn] = std::move(made);
  all.sim().spawn(build(all, image, pipeline));
  return image.arn;
}

/// SIMPLIFIED: "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE" builds each time as well: what
/// its recipe depends on is not known.
void schedule_next(ImageBuilder& all, const ImagePipeline& pipeline) {
  if (!pipeline.schedule || !pipeline.enabled) return;
  const auto parsed = schedule::parse(pipeline.schedule->expression);
  if (!parsed) return;
  const SimTime now = all.sim().now();
  std::optional<SimTime> next;
  if (const auto* cron = std::get_if<schedule::Cron>(&*parsed)) next = cron->next_after(now);
  if (const auto* rate = std::get_if<schedule::Rate>(&*parsed)) next = now + rate->every;
  if (!next) return;
  all.sim().at(*next, [&all, arn = pipeline.arn] {
    const auto found = all.pipelines.find(arn);
    if (found == all.pipelines.end()) return;
    start_building(all, found->second);
    schedule_next(all, found->second);
  });
}

}  // namespace opsim::image_builder

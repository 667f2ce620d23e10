// AWS: Image Builder API Reference, the operation of the same name.
#include <fmt/format.h>

#include "models/image_builder/image_builder.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::image_builder {

namespace {

using input::text;

ApiError not_found(const std::string& arn) {
  return {"ResourceNotFoundException", fmt::format("The resource {} cannot be found", arn), 404};
}

Json image_json(const Image& image) {
  Json amis = Json::array();
  for (const auto& [region, ami] : image.amis)
    amis.push_back({{"region", region}, {"image", ami}, {"name", image.name}});
  Json state{{"status", image.state}};
  if (!image.reason.empty()) state["reason"] = image.reason;
  return {{"arn", image.arn},
          {"name", image.name},
          {"version", image.version},
          {"state", std::move(state)},
          {"sourcePipelineName", image.pipeline},
          {"dateCreated", iso8601(image.created)},
          {"outputResources", {{"amis", std::move(amis)}}}};
}

Json pipeline_json(const ImagePipeline& one) {
  Json shown{{"arn", one.arn},
             {"name", one.name},
             {"imageRecipeArn", one.recipe},
             {"infrastructureConfigurationArn", one.infrastructure},
             {"status", one.enabled ? "ENABLED" : "DISABLED"}};
  if (!one.distribution.empty()) shown["distributionConfigurationArn"] = one.distribution;
  if (one.schedule) shown["schedule"] = {{"scheduleExpression", one.schedule->expression}};
  return shown;
}

}  // namespace

ApiResult<Json> start_execution(ImageBuilder& all, const Request& request) {
  const std::string arn = text(request.input, "imagePipelineArn");
  const auto pipeline = all.pipelines.find(arn);
  if (pipeline == all.pipelines.end()) return not_found(arn);
  if (!pipeline->second.enabled)
    return ApiError{"InvalidRequestException", fmt::format("The pipeline {} is disabled", arn)};
  const std::string image = start_building(all, pipeline->second);
  return Json{{"requestId", all.cloud.next_uuid("image build")}, {"imageBuildVersionArn", image}};
}

ApiResult<Json> get_image(ImageBuilder& all, const Request& request) {
  const std::string arn = text(request.input, "imageBuildVersionArn");
  const auto image = all.images.find(arn);
  if (image == all.images.end()) return not_found(arn);
  return Json{{"image", image_json(*image->second)}};
}

ApiResult<Json> list_images(ImageBuilder& all, const Request& request) {
  Json list = Json::array();
  for (const auto& [arn, image] : all.images)
    if (image->place == request.place()) list.push_back(image_json(*image));
  return Json{{"imageVersionList", std::move(list)}};
}

ApiResult<Json> get_image_pipeline(ImageBuilder& all, const Request& request) {
  const std::string arn = text(request.input, "imagePipelineArn");
  const auto pipeline = all.pipelines.find(arn);
  if (pipeline == all.pipelines.end()) return not_found(arn);
  return Json{{"imagePipeline", pipeline_json(pipeline->second)}};
}

ApiResult<Json> list_image_pipelines(ImageBuilder& all, const Request& request) {
  Json list = Json::array();
  for (const auto& [arn, one] : all.pipelines)
    if (one.place == request.place()) list.push_back(pipeline_json(one));
  return Json{{"imagePipelineList", std::move(list)}};
}

}  // namespace opsim::image_builder

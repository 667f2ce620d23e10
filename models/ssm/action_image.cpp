// aws:createImage, aws:copyImage, aws:deleteImage.
// AWS: Systems Manager User Guide, the pages of those names: outputs ImageId and ImageState; the
// step ends when the image is available.
// SIMPLIFIED: where EC2's images are not simulated and no physics describes the step, making one
// takes an estimated time and works; createImage does not reboot the instance.
#include <fmt/format.h>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kCreateImageFields[] = {
    {.name = "BlockDeviceMappings", .shape = &kAnyInput},
    {.name = "ImageDescription", .shape = &kTextInput},
    {.name = "ImageName", .shape = &kTextInput, .need = Need::required},
    {.name = "InstanceId", .shape = &kTextInput, .need = Need::required},
    {.name = "NoReboot", .shape = &kBooleanInput},
};
constexpr Field kCopyImageFields[] = {
    {.name = "ClientToken", .shape = &kTextInput, .simulated = Simulated::no},
    {.name = "Encrypted", .shape = &kBooleanInput},
    {.name = "ImageDescription", .shape = &kTextInput},
    {.name = "ImageName", .shape = &kTextInput, .need = Need::required},
    {.name = "KmsKeyId", .shape = &kTextInput},
    {.name = "SourceImageId", .shape = &kTextInput, .need = Need::required},
    {.name = "SourceRegion", .shape = &kTextInput, .need = Need::required},
};
constexpr Field kDeleteImageFields[] = {
    {.name = "ImageId", .shape = &kTextInput, .need = Need::required},
};

/// EC2's own names of what the actions call ImageName and ImageDescription.
Json image_request(Json inputs) {
  for (const auto& [action, api] :
       {std::pair{"ImageName", "Name"}, {"ImageDescription", "Description"}})
    if (inputs.contains(action)) {
      inputs[api] = inputs[action];
      inputs.erase(action);
    }
  return inputs;
}

StepResult image_is(std::string id, std::string_view state, std::string told) {
  StepResult result;
  result.told = std::move(told);
  result.answer = Json{{"ImageId", std::move(id)}, {"ImageState", state}};
  return result;
}

/// Looks until the image is available, or never will be.
Process<StepResult> await_image(StepRun& run, std::string id) {
  while (true) {
    Json look{{"ImageIds", Json::array({id})}};
    ApiResult<Json> answer = co_await call_for(run, "ec2", "DescribeImages", std::move(look));
    if (!answer && is_unmodelled(answer.error())) co_return image_is(id, "available", id);
    if (!answer) co_return failed(call_failure("DescribeImages", answer.error()));
    const Json& images = list_member(*answer, "Images");
    const std::string state = images.empty() ? "" : opsim::input::text(images[0], "State");
    if (state == "available") co_return image_is(id, state, id);
    if (state != "pending") co_return failed(fmt::format("{} is {}", id, state));
    co_await run.ssm.sim().sleep(run.ssm.timings.state_poll);
  }
}

Process<StepResult> make_image(StepRun& run, std::string operation) {
  Json request = image_request(inputs_of(run));
  ApiResult<Json> made = co_await call_for(run, "ec2", operation, std::move(request));
  if (made) {
    Process<StepResult> waited = await_image(run, opsim::input::text(*made, "ImageId"));
    co_return co_await waited;
  }
  if (!is_unmodelled(made.error())) co_return failed(call_failure(operation, made.error()));
  if (step_physics(run) != nullptr) {
    Process<StepResult> by_physics = run_by_physics(run);
    co_return co_await by_physics;
  }
  const Duration takes = run.ssm.timings.image.sample_duration(run.execution.luck);
  co_await run.ssm.sim().sleep(takes);
  co_return image_is(run.ssm.cloud.next_id("ami-"), "available", "assumed to work: no physics");
}

}  // namespace

extern constexpr Shape kCreateImageInputs{.kind = Kind::mapping, .fields = kCreateImageFields};
extern constexpr Shape kCopyImageInputs{.kind = Kind::mapping, .fields = kCopyImageFields};
extern constexpr Shape kDeleteImageInputs{.kind = Kind::mapping, .fields = kDeleteImageFields};

Process<StepResult> run_create_image(StepRun& run) { return make_image(run, "CreateImage"); }
Process<StepResult> run_copy_image(StepRun& run) { return make_image(run, "CopyImage"); }

Process<StepResult> run_delete_image(StepRun& run) {
  Json request = inputs_of(run);
  ApiResult<Json> gone = co_await call_for(run, "ec2", "DeregisterImage", std::move(request));
  if (!gone && is_unmodelled(gone.error()) && step_physics(run) != nullptr) {
    Process<StepResult> by_physics = run_by_physics(run);
    co_return co_await by_physics;
  }
  if (!gone && !is_unmodelled(gone.error()))
    co_return failed(call_failure("DeregisterImage", gone.error()));
  StepResult result;
  result.answer = Json::object();
  if (!gone) result.told = "assumed to work: images are not simulated";
  co_return result;
}

}  // namespace opsim::ssm

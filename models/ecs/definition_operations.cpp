// AWS: ECS API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/ecs/operations.hpp"
#include "models/ecs/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

ApiError no_such_definition() { return {"ClientException", "Unable to describe task definition."}; }

}  // namespace

ApiResult<std::shared_ptr<TaskDefinition>> register_definition(Ecs& ecs, const Place& place,
                                                               const Json& input) {
  ApiResult<TaskDefinition> read = read_task_definition(input);
  if (!read) return read.error();
  auto& revisions = ecs.families[{place, read->family}];
  auto made = std::make_shared<TaskDefinition>(*std::move(read));
  made->place = place;
  made->revision = static_cast<std::int64_t>(revisions.size()) + 1;
  made->arn =
      opsim::arn(place, "ecs", fmt::format("task-definition/{}:{}", made->family, made->revision));
  made->registered = ecs.now();
  revisions.push_back(made);
  return made;
}

std::shared_ptr<TaskDefinition> Ecs::definition(const Place& near, std::string_view name) {
  Place place = near;
  if (const auto arn = Arn::parse(name)) place = arn->place();
  if (const auto slash = name.find('/'); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  const auto colon = name.find(':');
  const auto family = families.find({place, std::string{name.substr(0, colon)}});
  if (family == families.end()) return nullptr;
  const auto& revisions = family->second;
  if (colon == std::string_view::npos) {  // the newest that is active
    const auto newest = std::find_if(revisions.rbegin(), revisions.rend(),
                                     [](const auto& revision) { return revision->active; });
    return newest == revisions.rend() ? nullptr : *newest;
  }
  const std::string_view digits = name.substr(colon + 1);
  std::size_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number >= 1 && number <= revisions.size() ? revisions[number - 1] : nullptr;
}

ApiResult<Json> register_task_definition(Ecs& ecs, const Request& request) {
  const auto made = register_definition(ecs, request.place(), request.input);
  if (!made) return made.error();
  return Json{{"taskDefinition", definition_json(**made)}};
}

ApiResult<Json> describe_task_definition(Ecs& ecs, const Request& request) {
  const auto found = ecs.definition(request.place(), input::text(request.input, "taskDefinition"));
  if (found == nullptr) return no_such_definition();
  return Json{{"taskDefinition", definition_json(*found)}};
}

ApiResult<Json> deregister_task_definition(Ecs& ecs, const Request& request) {
  const auto found = ecs.definition(request.place(), input::text(request.input, "taskDefinition"));
  if (found == nullptr) return no_such_definition();
  found->active = false;
  return Json{{"taskDefinition", definition_json(*found)}};
}

ApiResult<Json> list_task_definitions(Ecs& ecs, const Request& request) {
  const std::string prefix = input::text(request.input, "familyPrefix");
  const bool inactive = input::text(request.input, "status") == "INACTIVE";
  Json arns = Json::array();
  for (const auto& [key, revisions] : ecs.families) {
    if (key.first != request.place() || (!prefix.empty() && key.second != prefix)) continue;
    for (const auto& revision : revisions)
      if (revision->active != inactive) arns.push_back(revision->arn);
  }
  if (input::text(request.input, "sort") == "DESC") std::reverse(arns.begin(), arns.end());
  return Json{{"taskDefinitionArns", std::move(arns)}};
}

}  // namespace opsim::ecs

#include "opsim/cloud/running_version.hpp"

#include "opsim/cloud/cloud.hpp"

namespace opsim {

namespace {

constexpr const char* kAnswer = "RunningVersionAnswers";

}  // namespace

std::string_view version_name(const Resource* resource) {
  if (resource == nullptr || !resource->attributes.is_object()) return {};
  const auto name = resource->attributes.find(kRunningVersion);
  if (name == resource->attributes.end()) return {};
  return name->get_ref<const std::string&>();
}

int version_answer(const Resource* resource) {
  constexpr int of_none = 200;  // as RunningVersion has it
  if (resource == nullptr || !resource->attributes.is_object()) return of_none;
  const auto answer = resource->attributes.find(kAnswer);
  return answer == resource->attributes.end() ? of_none : answer->get<int>();
}

RunningVersion version_of(Cloud& cloud, std::string_view resource) {
  const Resource* known = cloud.resources().find(resource);
  return {.name = std::string{version_name(known)}, .answer = version_answer(known)};
}

void set_version(Cloud& cloud, std::string_view resource, const RunningVersion& version) {
  Resource* known = cloud.resources().find(resource);
  if (known == nullptr || version_of(cloud, resource) == version) return;
  known->attributes[kRunningVersion] = version.name;
  known->attributes[kAnswer] = version.answer;
  const std::string id = known->physical_id;
  const Health health = cloud.health(id);
  for (const Service* service : cloud.catalog())
    if (service->on_health != nullptr) service->on_health(*cloud.model(service->name), id, health);
}

}  // namespace opsim

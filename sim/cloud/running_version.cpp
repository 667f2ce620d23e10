#include "opsim/cloud/running_version.hpp"

#include "opsim/cloud/cloud.hpp"

namespace opsim {

namespace {

constexpr const char* kAnswer = "RunningVersionAnswers";

}  // namespace

RunningVersion version_of(Cloud& cloud, std::string_view resource) {
  RunningVersion version;
  const Resource* known = cloud.resources().find(resource);
  if (known == nullptr || !known->attributes.is_object()) return version;
  if (const auto name = known->attributes.find(kRunningVersion); name != known->attributes.end())
    version.name = name->get<std::string>();
  if (const auto answer = known->attributes.find(kAnswer); answer != known->attributes.end())
    version.answer = answer->get<int>();
  return version;
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

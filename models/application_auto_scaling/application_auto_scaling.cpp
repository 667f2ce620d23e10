#include "models/application_auto_scaling/application_auto_scaling.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

Target* ApplicationAutoScaling::find(const TargetKey& key) {
  const auto found = targets.find(key);
  return found == targets.end() ? nullptr : &found->second;
}

std::string ApplicationAutoScaling::display(const TargetKey& key) {
  // Resources are known by ARN, by name or by id: the whole, then what follows the type.
  const Resources& known = cloud.resources();
  const std::string service = opsim::arn(key.place, namespace_of(key), key.resource);
  for (const std::string& name :
       {service, key.resource.substr(key.resource.find_first_of("/:") + 1), key.resource})
    if (known.find(name) != nullptr) return std::string{known.name_of(name)};
  return key.resource;
}

ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

ApiError not_registered(const TargetKey& key) {
  return {"ObjectNotFoundException",
          fmt::format("No scalable target registered for service namespace: {}, resource ID: {}, "
                      "scalable dimension: {}",
                      namespace_of(key), key.resource, key.dimension)};
}

std::string_view namespace_of(const TargetKey& key) {
  const Dimension* dimension = find_dimension(key.dimension);
  return dimension == nullptr ? std::string_view{} : dimension->service_namespace;
}

Caller service_role(const TargetKey& key) {
  return {key.place, fmt::format("{}.application-autoscaling.amazonaws.com", namespace_of(key)),
          ""};
}

ApiResult<TargetKey> read_key(const Place& place, const Json& members) {
  const std::string of = input::text(members, "ServiceNamespace");
  TargetKey key{place, input::text(members, "ResourceId"),
                input::text(members, "ScalableDimension")};
  if (!is_namespace(of)) return invalid(fmt::format("ServiceNamespace '{}' is not known", of));
  const Dimension* dimension = find_dimension(key.dimension);
  if (dimension == nullptr || dimension->service_namespace != of)
    return invalid(
        fmt::format("Unsupported service namespace, resource type or scalable "
                    "dimension: {}, {}; those of {} are {}",
                    of, key.dimension, of, dimensions_of(of)));
  if (!key.resource.starts_with(dimension->resource))
    return invalid(fmt::format("Invalid ResourceId '{}' for {}: it begins with {}", key.resource,
                               key.dimension, dimension->resource));
  return key;
}

}  // namespace opsim::application_auto_scaling

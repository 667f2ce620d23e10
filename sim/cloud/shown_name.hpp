#pragma once
/// How a resource is called in what is told.
#include <string_view>

#include "opsim/cloud/resources.hpp"

namespace opsim {

inline std::string_view shown_name(const Resource& resource) {
  return resource.logical_id.empty() ? resource.physical_id : resource.logical_id;
}

}  // namespace opsim

#pragma once
#include <span>

#include "opsim/cloud/service.hpp"

namespace opsim::application_auto_scaling {

extern const std::span<const ResourceType> kScalingResources;

}  // namespace opsim::application_auto_scaling

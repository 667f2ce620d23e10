#pragma once
#include <span>

#include "opsim/cloud/service.hpp"

namespace opsim::events {

std::span<const ResourceType> resource_types();

}  // namespace opsim::events

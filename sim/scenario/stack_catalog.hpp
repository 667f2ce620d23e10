#pragma once
#include <string_view>

#include "opsim/cloud/service.hpp"

namespace opsim {

struct FoundType {
  const Service* service = nullptr;
  const ResourceType* row = nullptr;
};

/// The row of a resource type; nulls where no service has one.
[[nodiscard]] FoundType find_resource_type(Catalog catalog, std::string_view type);

}  // namespace opsim

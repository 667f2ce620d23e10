#include "sim/scenario/stack_catalog.hpp"

#include <algorithm>

namespace opsim {

FoundType find_resource_type(Catalog catalog, std::string_view type) {
  for (const Service* service : catalog) {
    const auto rows = service->resources;
    const auto row = std::ranges::lower_bound(rows, type, {}, &ResourceType::type);
    if (row != rows.end() && row->type == type) return {service, &*row};
  }
  return {};
}

}  // namespace opsim

#pragma once
#include "opsim/document/shape.hpp"

namespace opsim::workload {
extern const Shape kWorkloadShape;
/// Of one component.
extern const Shape kComponentShape;
}  // namespace opsim::workload

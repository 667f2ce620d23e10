#pragma once
#include <span>

#include "opsim/cloud/service.hpp"

namespace opsim::eks {

extern const std::span<const Fault> kPodFaults;
extern const std::span<const PhysicalQuantity> kPodQuantities;

}  // namespace opsim::eks

#pragma once
#include <span>

#include "opsim/cloud/service.hpp"

namespace opsim::events {

std::span<const Physics> physics();
std::span<const Fault> faults();

}  // namespace opsim::events

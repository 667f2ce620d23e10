#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Software that has to run on instances, and stops without anybody noticing.
extern const Service kAgents;

}  // namespace opsim

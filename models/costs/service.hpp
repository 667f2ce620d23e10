#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// What instances cost: prices with their date, and how long each ran.
extern const Service kCosts;

}  // namespace opsim

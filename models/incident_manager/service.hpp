#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
extern const Service kSsmContacts;
extern const Service kSsmIncidents;
}  // namespace opsim

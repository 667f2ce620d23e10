#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Identity and Access Management: roles and what they may do.
extern const Service kIam;
/// AWS Security Token Service, over the same roles.
extern const Service kSts;

}  // namespace opsim

#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager Change Manager. Serves the endpoint "ssm" beside other tables; a change
/// template is a document of type Automation.ChangeTemplate (models/ssm), a change request an
/// automation execution that this model plays.
extern const Service kChangeManager;

}  // namespace opsim

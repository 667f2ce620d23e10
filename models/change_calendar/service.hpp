#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager Change Calendar. Serves the endpoint "ssm" beside other tables; a calendar
/// is a document of type ChangeCalendar (models/ssm).
extern const Service kChangeCalendar;

}  // namespace opsim

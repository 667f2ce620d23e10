#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Who logs in to a database with which password, and when that stops working.
extern const Service kLogins;

}  // namespace opsim

#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Fault Injection Service: experiments, unmodified.
extern const Service kFis;

}  // namespace opsim

#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Resource Groups Tagging API: what carries which tags, whatever service it belongs to.
extern const Service kTagging;

}  // namespace opsim

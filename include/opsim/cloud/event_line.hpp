#pragma once
#include <string>

#include "opsim/cloud/event.hpp"

namespace opsim {

/// The envelope as one line of JSON: to_json() printed, without making it first.
[[nodiscard]] std::string event_line(const Event& event);

}  // namespace opsim

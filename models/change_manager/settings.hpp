#pragma once
/// The section `change manager:` of a scenario: what an account sets on the console's page
/// "Settings", for which AWS has no API.
#include "models/change_manager/change_manager.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::change_manager {

extern const Shape kSettingsShape;
/// What `section` does not say is as `settings` has it.
Settings read_settings(const Node& section, Settings settings);

}  // namespace opsim::change_manager

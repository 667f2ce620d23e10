#include "models/compute/instance_state.hpp"

namespace opsim::compute {

std::string_view to_string(InstanceState state) {
  switch (state) {
    case InstanceState::pending: return "pending";
    case InstanceState::running: return "running";
    case InstanceState::shutting_down: return "shutting-down";
    case InstanceState::terminated: return "terminated";
    case InstanceState::stopping: return "stopping";
    case InstanceState::stopped: return "stopped";
  }
  return "pending";
}

Json state_json(InstanceState state) {
  return {{"Code", static_cast<int>(state)}, {"Name", to_string(state)}};
}

std::string_view to_string(CheckStatus status) {
  switch (status) {
    case CheckStatus::not_applicable: return "not-applicable";
    case CheckStatus::initializing: return "initializing";
    case CheckStatus::ok: return "ok";
    case CheckStatus::impaired: return "impaired";
  }
  return "not-applicable";
}

}  // namespace opsim::compute

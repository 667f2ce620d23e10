// The operations of "route53-recovery-cluster": what one calls while a Region fails. Each of the
// five endpoints of a cluster answers alike here.
#include <algorithm>

#include "models/routing_control/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::routing_control {

namespace {

constexpr std::size_t kMostEntries = 10;  // UpdateRoutingControlStates

RoutingControls& controls_of(Endpoints& endpoints) {
  return *static_cast<RoutingControls*>(endpoints.cloud.model("route53-recovery-control-config"));
}

Json state_json(const RoutingControl& control) {
  return {{"RoutingControlArn", control.arn},
          {"RoutingControlName", control.name},
          {"RoutingControlState", control.on ? "On" : "Off"}};
}

ApiResult<Change> read_change(RoutingControls& arc, const Json& entry) {
  const std::string arn = input::text(entry, "RoutingControlArn");
  RoutingControl* control = find(arc.controls, arn);
  if (control == nullptr) return not_found("Routing control", arn);
  const std::string state = input::text(entry, "RoutingControlState");
  if (state != "On" && state != "Off") return validation("RoutingControlState must be On or Off");
  return Change{control, state == "On"};
}

ApiResult<Json> get_state(Endpoints& endpoints, const Request& request) {
  const std::string arn = input::text(request.input, "RoutingControlArn");
  const RoutingControl* control = find(controls_of(endpoints).controls, arn);
  if (control == nullptr) return not_found("Routing control", arn);
  return state_json(*control);
}

ApiResult<Json> list_controls(Endpoints& endpoints, const Request& request) {
  RoutingControls& arc = controls_of(endpoints);
  const std::string panel = input::text(request.input, "ControlPanelArn");
  Json list = Json::array();
  for (const auto& [arn, control] : arc.controls) {
    if (!panel.empty() && control.panel != panel) continue;
    Json one = state_json(control);
    one["ControlPanelArn"] = control.panel;
    one["ControlPanelName"] = arc.panels.at(control.panel).name;
    list.push_back(std::move(one));
  }
  return Json{{"RoutingControls", std::move(list)}};
}

ApiResult<Json> set(RoutingControls& arc, const Request& request, const Json& entries) {
  std::vector<Change> changes;
  for (const Json& entry : entries) {
    const ApiResult<Change> change = read_change(arc, entry);
    if (!change) return change.error();
    changes.push_back(*change);
  }
  const auto done = set_states(arc, changes, input::texts(request.input, "SafetyRulesToOverride"));
  if (!done) return done.error();
  return Json::object();
}

ApiResult<Json> update_state(Endpoints& endpoints, const Request& request) {
  Json entries = Json::array();
  entries.push_back(request.input);
  return set(controls_of(endpoints), request, entries);
}

ApiResult<Json> update_states(Endpoints& endpoints, const Request& request) {
  const Json& entries = input::member(request.input, "UpdateRoutingControlStateEntries");
  if (!entries.is_array() || entries.empty())
    return validation("UpdateRoutingControlStateEntries must not be empty");
  if (entries.size() > kMostEntries)
    return ApiError{"ServiceLimitExceededException", "At most 10 routing controls in one call",
                    402};
  return set(controls_of(endpoints), request, entries);
}

template <ApiResult<Json> (*Handle)(Endpoints&, const Request&)>
constexpr auto on_endpoint = immediate<Endpoints, Handle>;

constexpr Operation kStateRows[] = {
    {"GetRoutingControlState", Access::read, on_endpoint<get_state>},
    {"ListRoutingControls", Access::read, on_endpoint<list_controls>},
    {"UpdateRoutingControlState", Access::write, on_endpoint<update_state>},
    {"UpdateRoutingControlStates", Access::write, on_endpoint<update_states>},
};

}  // namespace

const std::span<const Operation> kStateOperations = kStateRows;

}  // namespace opsim::routing_control

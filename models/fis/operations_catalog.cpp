#include "models/fis/actions.hpp"
#include "models/fis/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

Json action_row_json(const ActionRow& row, const Place& place) {
  Json json{{"id", row.id},
            {"arn", arn(place, "fis", "action/" + std::string{row.id})},
            {"description", row.description},
            {"targets", Json::object()}};
  if (!row.target.empty()) json["targets"][row.target] = {{"resourceType", row.type}};
  return json;
}

Json parameters_json(std::span<const ParameterRow> rows) {
  Json json = Json::object();
  for (const ParameterRow& row : rows) json[row.name] = {{"required", row.required}};
  return json;
}

}  // namespace

ApiResult<Json> get_action(Fis& /*fis*/, const Request& request) {
  const std::string id = input::text(request.input, "id");
  const ActionRow* row = find_action(id);
  if (row == nullptr) return not_found("Action", id);
  Json json = action_row_json(*row, request.place());
  json["parameters"] = parameters_json(row->parameters);
  return Json{{"action", std::move(json)}};
}

ApiResult<Json> list_actions(Fis& /*fis*/, const Request& request) {
  Json found = Json::array();
  for (const ActionRow& row : action_rows()) found.push_back(action_row_json(row, request.place()));
  return Json{{"actions", std::move(found)}};
}

ApiResult<Json> get_target_type(Fis& /*fis*/, const Request& request) {
  const std::string type = input::text(request.input, "resourceType");
  const TargetRow* row = find_target(type);
  if (row == nullptr) return not_found("Target resource type", type);
  return Json{{"targetResourceType",
               {{"resourceType", row->type}, {"parameters", parameters_json(row->parameters)}}}};
}

ApiResult<Json> list_target_types(Fis& /*fis*/, const Request& /*request*/) {
  Json found = Json::array();
  for (const TargetRow& row : target_rows()) found.push_back({{"resourceType", row.type}});
  return Json{{"targetResourceTypes", std::move(found)}};
}

}  // namespace opsim::fis

// AWS: Systems Manager API Reference, CreateOpsItem, GetOpsItem, UpdateOpsItem, DeleteOpsItem.
#include <fmt/format.h>

#include <algorithm>

#include "models/ops_center/ops_center.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ops_center {

namespace {

std::string when(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

Json objects_of(const std::vector<std::string>& values, const char* name) {
  Json list = Json::array();
  for (const std::string& value : values) list.push_back({{name, value}});
  return list;
}

Json data_view(const OpsItemSpec& spec) {
  Json data = Json::object();
  for (const auto& [key, entry] : spec.data)
    data[key] = {{"Value", entry.value},
                 {"Type", entry.searchable ? "SearchableString" : "String"}};
  return data;
}

Json item_view(const OpsItem& item) {
  Json view{{"OpsItemId", item.id},
            {"OpsItemArn", arn_of(item)},
            {"OpsItemType", item.spec.type},
            {"Title", item.spec.title},
            {"Description", item.spec.description},
            {"Source", item.spec.source},
            {"Status", item.spec.status},
            {"CreatedBy", item.created_by},
            {"CreatedTime", when(item.created)},
            {"LastModifiedBy", item.modified_by},
            {"LastModifiedTime", when(item.modified)},
            {"Notifications", objects_of(item.spec.notifications, "Arn")},
            {"RelatedOpsItems", objects_of(item.spec.related, "OpsItemId")},
            {"OperationalData", data_view(item.spec)},
            {"Version", std::to_string(item.version)}};
  if (!item.spec.category.empty()) view["Category"] = item.spec.category;
  if (!item.spec.severity.empty()) view["Severity"] = item.spec.severity;
  if (item.spec.priority) view["Priority"] = *item.spec.priority;
  return view;
}

ApiError no_such_item(const std::string& id) {
  return {"OpsItemNotFoundException", fmt::format("OpsItem {} does not exist", opsim::quoted(id))};
}

/// Related items must stand in the same place.
std::optional<ApiError> check_related(OpsCenter& center, const Place& place,
                                      const OpsItemSpec& spec) {
  for (const std::string& id : spec.related)
    if (center.find(place, id) == nullptr)
      return invalid_parameter(
          fmt::format("RelatedOpsItems names {}, which does not exist", opsim::quoted(id)));
  return std::nullopt;
}

}  // namespace

OpsItem* OpsCenter::find(const Place& place, std::string_view id_or_arn) {
  const auto slash = id_or_arn.rfind('/');
  const auto here = items.find(place);
  if (here == items.end()) return nullptr;
  const auto found =
      here->second.find(slash == std::string_view::npos ? id_or_arn : id_or_arn.substr(slash + 1));
  return found == here->second.end() ? nullptr : &found->second;
}

ApiResult<OpsItem*> create_item(OpsCenter& center, const Caller& caller, OpsItemSpec spec) {
  if (auto wrong = check_related(center, caller.place, spec)) return *std::move(wrong);
  const std::string key = duplicate_key_of(spec);
  const std::pair duplicate{caller.place, key};
  if (!key.empty()) {
    const auto same = center.by_duplicate_key.find(duplicate);
    const OpsItem* old =
        same == center.by_duplicate_key.end() ? nullptr : center.find(caller.place, same->second);
    if (old != nullptr && keeps_others_out(old->spec.status))
      return ApiError{
          "OpsItemAlreadyExistsException",
          fmt::format("The OpsItem already exists: {} is {}", old->id, old->spec.status)};
  }
  auto& here = center.items[caller.place];
  if (here.size() >= kMostItems)
    return ApiError{"OpsItemLimitExceededException",
                    "an account has at most 500,000 OpsItems in a Region"};
  OpsItem item;
  item.id = "oi-0000" + center.cloud.next_id("");
  item.place = caller.place;
  item.spec = std::move(spec);
  item.duplicate_key = key;
  item.created_by = item.modified_by = caller.principal;
  item.created = item.modified = center.cloud.sim().now();
  if (!key.empty()) center.by_duplicate_key[duplicate] = item.id;
  OpsItem& made = here.emplace(item.id, std::move(item)).first->second;
  tell_created(center, made);
  return &made;
}

ApiResult<Json> create_ops_item(OpsCenter& center, const Request& request) {
  ApiResult<OpsItemSpec> spec = read_item(request.input);
  if (!spec) return spec.error();
  spec->status = "Open";  // CreateOpsItem takes no status
  const ApiResult<OpsItem*> made = create_item(center, request.caller, *std::move(spec));
  if (!made) return made.error();
  return Json{{"OpsItemId", (*made)->id}, {"OpsItemArn", arn_of(**made)}};
}

ApiResult<Json> get_ops_item(OpsCenter& center, const Request& request) {
  const std::string id = input::text(request.input, "OpsItemId");
  const OpsItem* item = center.find(request.place(), id);
  if (item == nullptr) return no_such_item(id);
  return Json{{"OpsItem", item_view(*item)}};
}

ApiResult<Json> update_ops_item(OpsCenter& center, const Request& request) {
  const std::string id = input::text(request.input, "OpsItemId");
  OpsItem* item = center.find(request.place(), id);
  if (item == nullptr) return no_such_item(id);
  ApiResult<OpsItemSpec> spec = read_item(request.input, item->spec);
  if (!spec) return spec.error();
  if (auto wrong = check_related(center, request.place(), *spec)) return *std::move(wrong);
  if (!input::text(request.input, "OpsItemType").empty() && spec->type != item->spec.type)
    return invalid_parameter("OpsItemType of an OpsItem cannot be changed");
  for (const std::string& key : input::texts(request.input, "OperationalDataToDelete")) {
    if (key == "/aws/dedup") return invalid_parameter("/aws/dedup cannot be deleted");
    spec->data.erase(key);
  }
  const std::string previous = std::exchange(item->spec, *std::move(spec)).status;
  item->modified_by = request.caller.principal;
  item->modified = center.cloud.sim().now();
  ++item->version;
  // One that is opened again is the newest of its kind again.
  if (!item->duplicate_key.empty() && keeps_others_out(item->spec.status) &&
      !keeps_others_out(previous))
    center.by_duplicate_key[{item->place, item->duplicate_key}] = item->id;
  tell_updated(center, *item, previous);
  return Json::object();
}

/// "If you delete an OpsItem that does not exist, the operation reports success."
ApiResult<Json> delete_ops_item(OpsCenter& center, const Request& request) {
  const std::string id = input::text(request.input, "OpsItemId");
  if (id.empty()) return ApiError{"ValidationException", "OpsItemId is required"};
  if (const OpsItem* item = center.find(request.place(), id))
    center.items[request.place()].erase(item->id);
  return Json::object();
}

}  // namespace opsim::ops_center

// What alarms and rules hand to OpsCenter, and AWS::SSM::OpsItem.
// AWS: Systems Manager User Guide, "Configuring CloudWatch to create OpsItems from alarms"
// (arn:aws:ssm:region:account:opsitem:severity#CATEGORY=name; severities 1 to 4), "Configuring
// EventBridge to create OpsItems" (the target's input names title, description, category, severity,
// source, resources and operationalData).
#include <fmt/format.h>

#include <algorithm>

#include "models/ops_center/ops_center.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ops_center {

namespace {

constexpr std::string_view kCategories[] = {"Availability", "Cost", "Performance", "Recovery",
                                            "Security"};

Json resources_text(const std::vector<std::string>& arns) {
  Json list = Json::array();
  for (const std::string& one : arns) list.push_back({{"arn", one}});
  return {{"Value", list.dump()}, {"Type", "SearchableString"}};
}

/// "opsitem:3#CATEGORY=Security" of an alarm's action.
ApiResult<Json> item_of_alarm(std::string_view resource, const std::string& alarm_arn) {
  const std::string_view words = resource.substr(std::string_view{"opsitem:"}.size());
  const auto hash = words.find('#');
  const std::string_view severity = words.substr(0, hash);
  if (severity.size() != 1 || severity[0] < '1' || severity[0] > '4')
    return invalid_parameter(
        fmt::format("the severity in {} must be 1, 2, 3 or 4", opsim::quoted(resource)));
  std::string_view category;
  if (hash != std::string_view::npos) {
    category = words.substr(hash + 1);
    if (!category.starts_with("CATEGORY="))
      return invalid_parameter(
          fmt::format("{} must end in #CATEGORY=name", opsim::quoted(resource)));
    category.remove_prefix(9);
    if (std::ranges::find(kCategories, category) == std::end(kCategories))
      return invalid_parameter(
          fmt::format("CATEGORY is {}; {}", opsim::quoted(category), one_of_text(kCategories)));
  }
  const std::string name = alarm_arn.substr(alarm_arn.rfind(':') + 1);
  const std::string title = fmt::format("CloudWatch alarm - '{}' is in ALARM state", name);
  // UNDOCUMENTED: the words of the dedup string. One alarm has one open OpsItem, whatever its
  // edits. The ARN could be longer than 64 characters; the resource tells alarms apart.
  const Json dedup{{"dedupString", "CloudWatch alarm"}};
  Json input{{"Title", title},
             {"Description", title},
             {"Source", "CloudWatch Alarm"},
             {"Severity", severity},
             {"OperationalData",
              {{"/aws/dedup", {{"Value", dedup.dump()}, {"Type", "SearchableString"}}},
               {"/aws/resources", resources_text({alarm_arn})}}}};
  if (!category.empty()) input["Category"] = category;
  return input;
}

/// The text as an event that no transformer touched.
/// UNDOCUMENTED: title and description are then the event's type.
Json item_of_event(const Json& event, const std::string& rule) {
  Json data{{"/aws/event", {{"Value", event.dump().substr(0, 15'000)}, {"Type", "String"}}}};
  data["/aws/resources"] = resources_text(input::texts(event, "resources"));
  const std::string type = input::text(event, "detail-type");
  return {{"Title", type},
          {"Description", fmt::format("{}, by the rule {}", type, rule)},
          {"Source", input::text(event, "source")},
          {"OperationalData", std::move(data)}};
}

/// What a rule's transformer wrote. Members begin with small letters there; `resources` is beside
/// operationalData.
ApiResult<Json> item_of_rule(const std::string& text, const std::string& rule) {
  Json input = Json::parse(text, nullptr, false);
  if (!input.is_object())
    return invalid_parameter("the input of an OpsItem target must be a JSON object");
  if (input.contains("detail-type")) return item_of_event(input, rule);
  if (input::text(input, "Source").empty()) input["Source"] = "EventBridge";
  if (input::text(input, "Description").empty()) input["Description"] = input::text(input, "Title");
  const std::vector<std::string> resources = input::texts(input, "resources");
  Json data = input::member(input, "OperationalData");
  if (!data.is_object()) data = Json::object();
  for (auto& [key, entry] : data.items())
    if (!input::member(entry, "Value").is_string() && !input::member(entry, "Value").is_null()) {
      const std::string value = input::member(entry, "Value").dump();
      entry = {{"Value", value}, {"Type", input::text(entry, "Type")}};
    }
  if (!resources.empty() && !data.contains("/aws/resources"))
    data["/aws/resources"] = resources_text(resources);
  input.erase("operationalData");
  input["OperationalData"] = std::move(data);
  return input;
}

}  // namespace

Process<ApiResult<Json>> take_delivery(OpsCenter& center, Delivery delivery) {
  ApiResult<Json> input = delivery.target.resource.starts_with("opsitem:")
                              ? item_of_alarm(delivery.target.resource, delivery.from)
                              : item_of_rule(delivery.text, delivery.from);
  if (!input) co_return input.error();
  Caller caller = delivery.caller;
  caller.place = delivery.target.place();
  Process<ApiResult<Json>> call =
      center.cloud.call(std::move(caller), "ssm", "CreateOpsItem", *std::move(input));
  ApiResult<Json> answer = co_await call;
  // A duplicate is what deduplication is for: the delivery worked.
  if (!answer && answer.error().code == "OpsItemAlreadyExistsException") co_return Json::object();
  co_return answer;
}

ApiResult<Created> create_ops_item_resource(OpsCenter& center, const ResourceRequest& request) {
  ApiResult<OpsItemSpec> spec = read_item(request.properties);
  if (!spec) return spec.error();
  const Caller caller{request.place, "cloudformation.amazonaws.com", ""};
  const ApiResult<OpsItem*> made = create_item(center, caller, *std::move(spec));
  if (!made) return made.error();
  return Created{.physical_id = (*made)->id,
                 .arn = arn_of(**made),
                 .attributes = {{"OpsItemId", (*made)->id}, {"OpsItemArn", arn_of(**made)}}};
}

}  // namespace opsim::ops_center

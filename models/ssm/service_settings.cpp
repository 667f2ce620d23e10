// AWS: Systems Manager API Reference, GetServiceSetting, UpdateServiceSetting, ResetServiceSetting;
// User Guide, "Running automations": adaptive concurrency lets up to 500 run and 5,000 wait.
// "Configuring automatic retry for throttled operations": from 0 to 3,600 seconds.
// SIMPLIFIED: of the settings only adaptive concurrency, the retries of throttled calls and the
// default role of hosts do something. UNDOCUMENTED: that the default of the retries is 0.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"

namespace opsim::ssm {

namespace {

struct Setting {
  std::string_view id;
  std::string_view otherwise;
};
constexpr Setting kSettings[] = {
    {"/ssm/appmanager/appmanager-enabled", "True"},
    {"/ssm/automation/customer-script-log-destination", ""},
    {"/ssm/automation/customer-script-log-group-name", ""},
    {kAdaptiveConcurrency, "False"},
    {kThrottledRetryLimit, "0"},
    {"/ssm/documents/console/public-sharing-permission", "Enable"},
    {"/ssm/managed-instance/activation-tier", "standard"},
    {kDefaultHostRole, "$None"},
    {"/ssm/opsinsights/opscenter", "Disabled"},
    {"/ssm/parameter-store/default-parameter-tier", "Standard"},
    {"/ssm/parameter-store/high-throughput-enabled", "false"},
};

/// An id, or the ARN that ends in it.
const Setting* setting_of(const Request& request) {
  std::string id = input::text(request.input, "SettingId");
  if (const std::optional<Arn> arn = Arn::parse(id);
      arn && arn->resource.starts_with("servicesetting/"))
    id = arn->resource.substr(std::string_view{"servicesetting"}.size());
  if (!id.starts_with('/')) id = "/" + id;
  const auto found = std::ranges::find(kSettings, id, &Setting::id);
  return found == std::end(kSettings) ? nullptr : &*found;
}

ApiError no_setting(const Request& request) {
  return {"ServiceSettingNotFound",
          fmt::format("Setting {} does not exist.", input::text(request.input, "SettingId"))};
}

}  // namespace

Answer get_service_setting(Ssm& ssm, const Request& request) {
  const Setting* setting = setting_of(request);
  if (setting == nullptr) return no_setting(request);
  const std::string id{setting->id};
  const auto written = ssm.settings.find({request.place(), id});
  const bool custom = written != ssm.settings.end();
  return Json{{"ServiceSetting",
               {{"SettingId", id},
                {"SettingValue", custom ? written->second : std::string{setting->otherwise}},
                {"Status", custom ? "Customized" : "Default"},
                {"ARN", arn(request.place(), "ssm", "servicesetting" + id)}}}};
}

Answer update_service_setting(Ssm& ssm, const Request& request) {
  const Setting* setting = setting_of(request);
  if (setting == nullptr) return no_setting(request);
  const std::string value = input::text(request.input, "SettingValue");
  if (value.empty()) return ApiError{"ValidationException", "SettingValue is required"};
  if (const auto seconds = input::integer(Json(value));
      setting->id == kThrottledRetryLimit && (!seconds || *seconds < 0 || *seconds > 3600))
    return ApiError{"ValidationException",
                    fmt::format("SettingValue is {}; from 0 to 3600 seconds", value)};
  ssm.settings[{request.place(), std::string{setting->id}}] = value;
  return Json::object();
}

Answer reset_service_setting(Ssm& ssm, const Request& request) {
  const Setting* setting = setting_of(request);
  if (setting == nullptr) return no_setting(request);
  ssm.settings.erase({request.place(), std::string{setting->id}});
  return get_service_setting(ssm, request);
}

}  // namespace opsim::ssm

// AWS: CloudWatch RUM API Reference; AWS::RUM::AppMonitor, whose properties are spelt the same.
#include <fmt/format.h>

#include <algorithm>

#include "models/rum/rum.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::rum {

namespace {

ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

/// API, Name: `(?!\.)[\.\-_#A-Za-z0-9]+`, 1 to 255.
bool is_monitor_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view{".-_#"}.find(c) != std::string_view::npos;
         });
}

ApiResult<AppMonitor> read_monitor(const Place& place, const Json& input) {
  AppMonitor monitor;
  monitor.name = input::text(input, "Name");
  monitor.place = place;
  if (!is_monitor_name(monitor.name)) return invalid("Name is not valid");
  monitor.domain = input::text(input, "Domain");
  if (const std::vector<std::string> list = input::texts(input, "DomainList");
      monitor.domain.empty() && !list.empty())
    monitor.domain = list.front();
  if (monitor.domain.empty()) return invalid("Domain or DomainList is required");
  const Json& how = input::member(input, "AppMonitorConfiguration");
  if (how.is_object()) monitor.configuration = how;
  const Json& rate = input::member(how, "SessionSampleRate");
  if (rate.is_number()) monitor.sample_rate = rate.get<double>();
  if (rate.is_string()) monitor.sample_rate = std::strtod(rate.get<std::string>().c_str(), nullptr);
  if (monitor.sample_rate < 0 || monitor.sample_rate > 1)
    return invalid("SessionSampleRate is from 0 to 1");
  for (const std::string& what : input::texts(how, "Telemetries")) {
    if (what != "errors" && what != "performance" && what != "http")
      return invalid(fmt::format("Telemetries has {}: one of errors, performance, http", what));
    monitor.errors = monitor.errors || what == "errors";
    monitor.performance = monitor.performance || what == "performance";
  }
  return monitor;
}

ApiResult<AppMonitor*> add(Rum& rum, const Place& place, const Json& input) {
  ApiResult<AppMonitor> read = read_monitor(place, input);
  if (!read) return read.error();
  if (rum.monitors.contains({place, read->name}))
    return ApiError{"ConflictException",
                    fmt::format("An app monitor called {} exists already", read->name), 409};
  read->id = rum.cloud.next_uuid("app-monitor");
  read->created = rum.cloud.sim().now();
  std::pair<Place, std::string> key{place, read->name};
  AppMonitor& monitor = rum.monitors.emplace(std::move(key), std::move(*read)).first->second;
  begin_collecting(rum, monitor);
  return &monitor;
}

std::string arn_of(const AppMonitor& monitor) {
  return arn(monitor.place, "rum", "appmonitor/" + monitor.name);
}

ApiError not_found(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("App monitor {} does not exist", name), 404};
}

}  // namespace

ApiResult<Json> create_app_monitor(Rum& rum, const Request& request) {
  const auto made = add(rum, request.place(), request.input);
  if (!made) return made.error();
  rum.cloud.resources().add({.type = "AWS::RUM::AppMonitor",
                             .physical_id = (*made)->name,
                             .arn = arn_of(**made),
                             .place = request.place()});
  return Json{{"Id", (*made)->id}};
}

ApiResult<Json> delete_app_monitor(Rum& rum, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  if (rum.monitors.erase({request.place(), name}) == 0) return not_found(name);
  rum.cloud.resources().remove(name);
  return Json::object();
}

ApiResult<Json> get_app_monitor(Rum& rum, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto found = rum.monitors.find({request.place(), name});
  if (found == rum.monitors.end()) return not_found(name);
  const AppMonitor& monitor = found->second;
  return Json{{"AppMonitor",
               {{"Id", monitor.id},
                {"Name", monitor.name},
                {"Domain", monitor.domain},
                {"State", "ACTIVE"},
                {"Created", iso8601(monitor.created)},
                {"AppMonitorConfiguration", monitor.configuration}}}};
}

ApiResult<Json> list_app_monitors(Rum& rum, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, monitor] : rum.monitors)
    if (key.first == request.place())
      list.push_back({{"Id", monitor.id},
                      {"Name", monitor.name},
                      {"State", "ACTIVE"},
                      {"Created", iso8601(monitor.created)}});
  return Json{{"AppMonitorSummaries", std::move(list)}};
}

/// Ref gives the name, Fn::GetAtt Id.
ApiResult<Created> make_app_monitor(Rum& rum, const ResourceRequest& request) {
  const auto made = add(rum, request.place, request.properties);
  if (!made) return made.error();
  return Created{(*made)->name, arn_of(**made), {{"Id", (*made)->id}}};
}

}  // namespace opsim::rum

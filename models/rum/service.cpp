#include "models/rum/service.hpp"

#include <algorithm>

#include "models/rum/rum.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using rum::Rum;

constexpr Operation kOperations[] = {
    {"CreateAppMonitor", Access::write, immediate<Rum, rum::create_app_monitor>},
    {"DeleteAppMonitor", Access::write, immediate<Rum, rum::delete_app_monitor>},
    {"GetAppMonitor", Access::read, immediate<Rum, rum::get_app_monitor>},
    {.name = "GetAppMonitorData", .access = Access::read, .not_simulated = "sessions are counted"},
    {"ListAppMonitors", Access::read, immediate<Rum, rum::list_app_monitors>},
    {.name = "PutRumEvents", .not_simulated = "front ends of the scenario report by themselves"},
    {.name = "UpdateAppMonitor", .not_simulated = "delete it and make another"},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Shape kFlag{.kind = Kind::boolean};
constexpr Shape kRate{.kind = Kind::number, .min = 0, .max = 1};
constexpr std::string_view kTelemetryWords[] = {"errors", "http", "performance"};
constexpr Shape kTelemetry{.kind = Kind::text, .allowed = kTelemetryWords};
constexpr Shape kTelemetries{.kind = Kind::list, .of = &kTelemetry};
constexpr Field kHowFields[] = {
    {.name = "AllowCookies", .shape = &kFlag, .simulated = Simulated::no},
    {.name = "EnableXRay", .shape = &kFlag, .simulated = Simulated::no},
    {.name = "ExcludedPages", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "FavoritePages", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "GuestRoleArn", .shape = &kText, .simulated = Simulated::no},
    {.name = "IdentityPoolId", .shape = &kText, .simulated = Simulated::no},
    {.name = "IncludedPages", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "MetricDestinations", .simulated = Simulated::no},
    {.name = "SessionSampleRate",
     .shape = &kRate,
     .doc = "The share of the sessions that is recorded. Default: 0.1."},
    {.name = "Telemetries", .shape = &kTelemetries, .doc = "JsErrorCount needs errors."},
};
constexpr Shape kHow{.kind = Kind::mapping, .fields = kHowFields};
constexpr Field kMonitorFields[] = {
    {.name = "AppMonitorConfiguration", .shape = &kHow},
    {.name = "CustomEvents", .simulated = Simulated::no},
    {.name = "CwLogEnabled", .shape = &kFlag, .simulated = Simulated::no},
    {.name = "DeobfuscationConfiguration", .simulated = Simulated::no},
    {.name = "Domain", .shape = &kText},
    {.name = "DomainList", .shape = &kTexts},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Platform", .shape = &kText, .simulated = Simulated::no},
    {.name = "ResourcePolicy", .simulated = Simulated::no},
    {.name = "Tags"},
};
constexpr Shape kMonitor{.kind = Kind::mapping, .fields = kMonitorFields};
constexpr std::string_view kMonitorType = "AWS::RUM::AppMonitor";
constexpr ResourceType kResources[] = {
    {kMonitorType, create<Rum, rum::make_app_monitor>, &kMonitor},
};

std::optional<double> read_events(Model& model, std::string_view name, std::string_view /*part*/) {
  for (const auto& [key, monitor] : static_cast<Rum&>(model).monitors)
    if (key.second == name) return monitor.events;
  return std::nullopt;
}
/// CloudWatch pricing, us-east-1: $1 for each 100,000 events.
std::optional<double> read_spent(Model& model, std::string_view name, std::string_view part) {
  const std::optional<double> events = read_events(model, name, part);
  return events ? std::optional{*events / 100'000} : std::nullopt;
}
constexpr PhysicalQuantity kQuantities[] = {
    {kMonitorType, "events", "", read_events, nullptr},
    {kMonitorType, "spent", "$", read_spent, nullptr},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "app monitors by domain, and the share of the sessions that they record",
     "CloudWatch-RUM"},
    {Grade::simulated, "SessionCount, PageViewCount and JsErrorCount", "CloudWatch-RUM-metrics"},
    {Grade::simplified,
     "a session that breaks reports one error; a page view for each of its steps"},
    {Grade::simplified, "a minute without errors has no datapoint of JsErrorCount: undocumented"},
    {Grade::absent,
     "web vitals, HTTP errors, durations, extended metrics, events in logs, mobile platforms"},
};

}  // namespace

extern const Service kRum{
    .name = "rum",
    .title = "CloudWatch RUM",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Rum>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .quantities = kQuantities,
    .fidelity = kFidelity,
};

}  // namespace opsim

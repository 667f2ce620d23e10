// The API of objectives. AWS: Application Signals API Reference.
#include <fmt/format.h>

#include <algorithm>

#include "models/application_signals/slo.hpp"

namespace opsim::application_signals {

namespace {

ApiError not_found(std::string_view id) {
  return {"ResourceNotFoundException", fmt::format("SLO {} was not found.", id), 404};
}

Json goal_json(const Goal& goal) {
  Json interval{{"Duration", goal.duration}, {"DurationUnit", goal.months ? "MONTH" : "DAY"}};
  if (goal.calendar) interval["StartTime"] = iso8601(goal.calendar_start);
  return {{"AttainmentGoal", goal.attainment},
          {"WarningThreshold", goal.warning},
          {"Interval",
           {{goal.calendar ? "CalendarInterval" : "RollingInterval", std::move(interval)}}}};
}

/// The indicator is told back with the member that the answer has, not that of the request.
Json sli_json(const Slo& slo) {
  Json sli = slo.sli;
  const auto rename = [&](const char* from, const char* to) {
    if (!sli.contains(from)) return;
    sli[to] = std::move(sli[from]);
    sli.erase(from);
  };
  rename("SliMetricConfig", "SliMetric");
  rename("RequestBasedSliMetricConfig", "RequestBasedSliMetric");
  return sli;
}

std::string_view evaluation_type(const Slo& slo) {
  return slo.indicator.by_request ? "RequestBased" : "PeriodBased";
}

Json slo_json(const Slo& slo) {
  Json json{{"Arn", slo.arn},
            {"Name", slo.name},
            {"CreatedTime", iso8601(slo.created)},
            {"LastUpdatedTime", iso8601(slo.updated)},
            {"EvaluationType", evaluation_type(slo)},
            {"Goal", goal_json(slo.goal)},
            {"BurnRateConfigurations", Json::array()}};
  json[slo.indicator.by_request ? "RequestBasedSli" : "Sli"] = sli_json(slo);
  if (!slo.description.empty()) json["Description"] = slo.description;
  for (const std::int64_t minutes : slo.burn_minutes)
    json["BurnRateConfigurations"].push_back({{"LookBackWindowMinutes", minutes}});
  return json;
}

Json report_json(const Slo& slo) {
  const Budget budget = budget_of(slo);
  const Tally seen = seen_in_interval(slo);
  Json json{{"Arn", slo.arn},
            {"Name", slo.name},
            {"EvaluationType", evaluation_type(slo)},
            {"BudgetStatus", budget_status(budget, seen, slo.goal.warning)},
            {"Goal", goal_json(slo.goal)}};
  if (seen.total > 0) json["Attainment"] = 100 * budget.attainment;
  if (slo.indicator.by_request) {
    json["TotalBudgetRequests"] = static_cast<std::int64_t>(budget.total);
    json["BudgetRequestsRemaining"] = static_cast<std::int64_t>(budget.remaining);
  } else {
    const double period = std::chrono::duration<double>(slo.period).count();
    json["TotalBudgetSeconds"] = static_cast<std::int64_t>(budget.total * period);
    json["BudgetSecondsRemaining"] = static_cast<std::int64_t>(budget.remaining * period);
  }
  return json;
}

ApiResult<Slo*> add(ApplicationSignals& signals, const Place& place, const Json& input) {
  ApiResult<Slo> read = read_slo(place, input);
  if (!read) return read.error();
  if (signals.slos.contains(read->arn))
    return ApiError{"ConflictException", fmt::format("SLO {} already exists.", read->name), 409};
  Slo& slo = signals.slos.emplace(read->arn, std::move(*read)).first->second;
  slo.created = slo.updated = signals.cloud.sim().now();
  begin_measuring(signals, slo);
  return &slo;
}

/// CloudFormation has SliMetric in Sli and RequestBasedSliMetric in RequestBasedSli
/// (aws-resource-applicationsignals-servicelevelobjective), where the API's names end in Config.
void rename_metric(Json& properties, const char* sli, const std::string& metric) {
  const auto written = properties.find(sli);
  if (written == properties.end() || !written->is_object() || !written->contains(metric)) return;
  Json moved = std::move((*written)[metric]);
  written->erase(metric);
  (*written)[metric + "Config"] = std::move(moved);
}

}  // namespace

ApiResult<Json> batch_get_budget_report(ApplicationSignals& signals, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "SloIds");
  if (ids.empty() || ids.size() > 50)
    return ApiError{"ValidationException", "SloIds must have 1 to 50 items"};
  Json reports = Json::array();
  Json errors = Json::array();
  for (const std::string& id : ids) {
    if (const Slo* slo = signals.find(request.place(), id)) {
      reports.push_back(report_json(*slo));
    } else {
      const ApiError error = not_found(id);
      errors.push_back(
          {{"Name", id}, {"Arn", id}, {"ErrorCode", error.code}, {"ErrorMessage", error.message}});
    }
  }
  return Json{{"Timestamp", iso8601(signals.cloud.sim().now())},
              {"Reports", std::move(reports)},
              {"Errors", std::move(errors)}};
}

ApiResult<Json> create_slo(ApplicationSignals& signals, const Request& request) {
  const ApiResult<Slo*> made = add(signals, request.place(), request.input);
  if (!made) return made.error();
  signals.cloud.resources().add({.type = "AWS::ApplicationSignals::ServiceLevelObjective",
                                 .physical_id = (*made)->arn,
                                 .arn = (*made)->arn,
                                 .place = request.place()});
  return Json{{"Slo", slo_json(**made)}};
}

ApiResult<Json> delete_slo(ApplicationSignals& signals, const Request& request) {
  const std::string id = input::text(request.input, "Id");
  Slo* const slo = signals.find(request.place(), id);
  if (slo == nullptr) return not_found(id);
  signals.cloud.sim().cancel(slo->counts);
  signals.cloud.sim().cancel(slo->looks);
  signals.cloud.resources().remove(slo->arn);
  signals.slos.erase(signals.slos.find(slo->arn));
  return Json::object();
}

ApiResult<Json> get_slo(ApplicationSignals& signals, const Request& request) {
  const std::string id = input::text(request.input, "Id");
  const Slo* const slo = signals.find(request.place(), id);
  if (slo == nullptr) return not_found(id);
  return Json{{"Slo", slo_json(*slo)}};
}

ApiResult<Json> list_slos(ApplicationSignals& signals, const Request& request) {
  Json summaries = Json::array();
  for (const auto& [arn, slo] : signals.slos) {
    if (slo.place != request.place()) continue;
    Json summary{{"Arn", arn},
                 {"Name", slo.name},
                 {"CreatedTime", iso8601(slo.created)},
                 {"EvaluationType", evaluation_type(slo)}};
    if (!slo.indicator.service.empty())
      summary["KeyAttributes"] = {{"Name", slo.indicator.service}};
    summaries.push_back(std::move(summary));
  }
  return Json{{"SloSummaries", std::move(summaries)}};
}

/// What was seen so far is kept; what changes holds from the next period on.
ApiResult<Json> update_slo(ApplicationSignals& signals, const Request& request) {
  const std::string id = input::text(request.input, "Id");
  Slo* const slo = signals.find(request.place(), id);
  if (slo == nullptr) return not_found(id);
  Json whole{
      {"Name", slo->name}, {"Description", slo->description}, {"Goal", goal_json(slo->goal)}};
  whole[slo->indicator.by_request ? "RequestBasedSliConfig" : "SliConfig"] = slo->sli;
  whole["BurnRateConfigurations"] = Json::array();
  for (const std::int64_t minutes : slo->burn_minutes)
    whole["BurnRateConfigurations"].push_back({{"LookBackWindowMinutes", minutes}});
  for (const auto& [name, value] : request.input.items())
    if (name != "Id" && name != "Name") whole[name] = value;
  ApiResult<Slo> read = read_slo(slo->place, whole);
  if (!read) return read.error();
  if (read->indicator.by_request != slo->indicator.by_request)
    return ApiError{"ValidationException",
                    "an SLO cannot change from period-based to request-based, or back"};
  const bool same_interval = read->interval.length() == slo->interval.length();
  slo->description = std::move(read->description);
  slo->indicator = std::move(read->indicator);
  slo->sli = std::move(read->sli);
  slo->goal = read->goal;
  if (!same_interval) slo->interval = std::move(read->interval);
  if (read->burn_minutes != slo->burn_minutes) {
    slo->burn_minutes = std::move(read->burn_minutes);
    slo->burn_windows = std::move(read->burn_windows);
  }
  slo->updated = signals.cloud.sim().now();
  return Json{{"Slo", slo_json(*slo)}};
}

ApiResult<Created> create_slo_resource(ApplicationSignals& signals,
                                       const ResourceRequest& request) {
  Json properties = request.properties;
  if (!properties.contains("Name")) properties["Name"] = request.logical_id;
  rename_metric(properties, "Sli", "SliMetric");
  rename_metric(properties, "RequestBasedSli", "RequestBasedSliMetric");
  const ApiResult<Slo*> made = add(signals, request.place, properties);
  if (!made) return made.error();
  const Slo& slo = **made;
  return Created{slo.arn,
                 slo.arn,
                 {{"Arn", slo.arn},
                  {"CreatedTime", iso8601(slo.created)},
                  {"EvaluationType", evaluation_type(slo)},
                  {"LastUpdatedTime", iso8601(slo.updated)}}};
}

Slo* ApplicationSignals::find(const Place& near, std::string_view id) {
  const std::string by_name = arn(near, "application-signals", fmt::format("slo/{}", id));
  auto found = slos.find(id);
  if (found == slos.end()) found = slos.find(by_name);
  return found == slos.end() ? nullptr : &found->second;
}

}  // namespace opsim::application_signals

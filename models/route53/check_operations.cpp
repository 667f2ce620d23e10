// Operations on health checks. AWS: Route 53 API Reference (2013-04-01).
#include <fmt/format.h>

#include <algorithm>

#include "models/route53/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

Json check_json(const HealthCheck& check) {
  return {{"Id", check.id},
          {"CallerReference", check.caller_reference},
          {"HealthCheckConfig", check.config.given},
          {"HealthCheckVersion", check.version}};
}

ApiResult<HealthCheck*> asked_for(Route53& dns, const Request& request) {
  const std::string id = input::text(request.input, "HealthCheckId");
  HealthCheck* check = dns.find_check(id);
  if (check == nullptr) return no_check(id);
  return check;
}

}  // namespace

ApiResult<Json> create_health_check(Route53& dns, const Request& request) {
  const ApiResult<HealthCheck*> made =
      add_check(dns, request.place().account, input::member(request.input, "HealthCheckConfig"),
                input::text(request.input, "CallerReference"));
  if (!made) return made.error();
  if (dns.cloud.resources().find((*made)->id) == nullptr)
    dns.cloud.resources().add({.type = "AWS::Route53::HealthCheck",
                               .physical_id = (*made)->id,
                               .place = request.place()});
  return Json{{"HealthCheck", check_json(**made)},
              {"Location", "https://route53.amazonaws.com/2013-04-01/healthcheck/" + (*made)->id}};
}

ApiResult<Json> update_health_check(Route53& dns, const Request& request) {
  const ApiResult<HealthCheck*> asked = asked_for(dns, request);
  if (!asked) return asked.error();
  HealthCheck& check = **asked;
  const auto version = input::integer(request.input, "HealthCheckVersion");
  if (version && *version != check.version)
    return ApiError{"HealthCheckVersionMismatch",
                    fmt::format("The value of HealthCheckVersion is {}, but the version of the "
                                "health check is {}",
                                *version, check.version),
                    409};
  if (auto done = update_check(dns, check, request.input); !done) return done.error();
  return Json{{"HealthCheck", check_json(check)}};
}

// A record that names a deleted health check keeps the name; Route 53 then takes it as healthy.
ApiResult<Json> delete_health_check(Route53& dns, const Request& request) {
  const ApiResult<HealthCheck*> asked = asked_for(dns, request);
  if (!asked) return asked.error();
  for (const auto& [id, other] : dns.checks)
    if (std::ranges::count(other.config.children, (*asked)->id) > 0)
      return ApiError{"HealthCheckInUse",
                      fmt::format("The health check is a child of the health check {}", id)};
  remove_check(dns, **asked);
  answers_changed(dns);
  return Json::object();
}

ApiResult<Json> get_health_check(Route53& dns, const Request& request) {
  const ApiResult<HealthCheck*> asked = asked_for(dns, request);
  if (!asked) return asked.error();
  return Json{{"HealthCheck", check_json(**asked)}};
}

ApiResult<Json> list_health_checks(Route53& dns, const Request& request) {
  Json list = Json::array();
  for (const auto& [id, check] : dns.checks)
    if (check.account == request.place().account) list.push_back(check_json(check));
  return Json{{"HealthChecks", std::move(list)}, {"IsTruncated", false}, {"MaxItems", "100"}};
}

// "You can't use GetHealthCheckStatus for calculated health checks or health checks that monitor
// alarms: they have no checkers."
ApiResult<Json> get_health_check_status(Route53& dns, const Request& request) {
  const ApiResult<HealthCheck*> asked = asked_for(dns, request);
  if (!asked) return asked.error();
  if ((*asked)->config.kind != CheckKind::endpoint)
    return invalid_input("The status of this type of health check cannot be told by its checkers");
  Json list = Json::array();
  for (Checker checker : (*asked)->checkers) {
    checker.track.settle(dns.sim().now());
    const bool fails = checker.track.health() == CheckedHealth::unhealthy;
    list.push_back({{"Region", checker.region},
                    {"IPAddress", checker.address},
                    {"StatusReport",
                     {{"Status", fails ? std::string{"Failure: the endpoint is unhealthy"}
                                       : std::string{"Success: HTTP Status Code 200, OK"}},
                      {"CheckedTime", iso8601(dns.sim().now())}}}});
  }
  return Json{{"HealthCheckObservations", std::move(list)}};
}

}  // namespace opsim::route53

// What Route 53 hears of the world, and what can be put on an endpoint from outside.
#include "models/route53/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

constexpr std::string_view kHealthCheck = "AWS::Route53::HealthCheck";

/// "answer": what its checkers get: an HTTP status, 0 refused, -1 no answer; 200 takes it away.
std::optional<double> read_answer(Model& model, std::string_view resource,
                                  std::string_view /*part*/) {
  const HealthCheck* check = static_cast<Route53&>(model).find_check(resource);
  if (check == nullptr) return std::nullopt;
  return check->told.value_or(check->answers ? 200 : (check->hangs ? -1 : 0));
}

void change_answer(Model& model, std::string_view resource, std::string_view /*part*/,
                   opsim::Change change) {
  Route53& dns = static_cast<Route53&>(model);
  HealthCheck* check = dns.find_check(resource);
  if (check == nullptr || !(change.value > -2 && change.value < 1'000)) return;
  const int told = static_cast<int>(change.value);
  check->told = told == 200 ? std::nullopt : std::optional{told};
  look_again_soon(dns);
}

/// "routing control": 1 while the routing control that the check follows is on.
std::optional<double> read_control(Model& model, std::string_view resource,
                                   std::string_view /*part*/) {
  const HealthCheck* check = static_cast<Route53&>(model).find_check(resource);
  if (check == nullptr || check->config.kind != CheckKind::recovery_control) return std::nullopt;
  return check->control_on ? 1 : 0;
}

void change_control(Model& model, std::string_view resource, std::string_view /*part*/,
                    opsim::Change change) {
  Route53& dns = static_cast<Route53&>(model);
  if (HealthCheck* check = dns.find_check(resource))
    control_changed(dns, *check, change.value > .5);
}

std::optional<double> read_healthy(Model& model, std::string_view resource,
                                   std::string_view /*part*/) {
  const HealthCheck* check = static_cast<Route53&>(model).find_check(resource);
  return check == nullptr ? std::nullopt : std::optional<double>{check->healthy ? 1 : 0};
}

constexpr PhysicalQuantity kQuantityRows[] = {
    {kHealthCheck, "answer", "", read_answer, change_answer},
    {kHealthCheck, "healthy", "", read_healthy, nullptr},
    {kHealthCheck, "routing control", "", read_control, change_control},
};

bool is_idle(const Route53& dns) { return dns.checks.empty() && dns.answers.empty(); }

}  // namespace

const std::span<const PhysicalQuantity> kQuantities = kQuantityRows;

void on_health(Model& model, std::string_view /*resource*/, Health /*health*/) {
  if (Route53& dns = static_cast<Route53&>(model); !is_idle(dns)) look_again_soon(dns);
}

void on_target_health(Model& model, const TargetHealth& /*told*/) {
  if (Route53& dns = static_cast<Route53&>(model); !is_idle(dns)) look_again_soon(dns);
}

// "Route 53 monitors the data stream of the alarm's metric, not the alarm: SetAlarmState changes
// nothing." An alarm that its data have changed says so in reasonData; SetAlarmState does not.
// SIMPLIFIED: between two changes of the alarm, the data are not looked at by Route 53 itself.
void on_event(Model& model, const Event& event) {
  Route53& dns = static_cast<Route53&>(model);
  if (dns.checks.empty() || event.source != "aws.cloudwatch" ||
      event.detail_type != "CloudWatch Alarm State Change")
    return;
  const Json& state = input::member(event.detail, "state");
  if (input::text(state, "reasonData").empty()) return;
  alarm_changed(dns, event.place.region, input::text(event.detail, "alarmName"),
                input::text(state, "value"));
}

}  // namespace opsim::route53

// Actions of listeners and rules, and which target groups serve which load balancers because of
// them.
// AWS: ELB API, Action, ForwardActionConfig; quotas: five target groups an action.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/elb.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

constexpr std::size_t kMostGroups = 5;

bool is_application_protocol(const TargetGroup& group) {
  return group.type == TargetType::lambda || group.protocol == "HTTP" || group.protocol == "HTTPS";
}

ApiResult<void> check_group(Elb& elb, const LoadBalancer& balancer, const std::string& arn) {
  const TargetGroup* group = elb.find_target_group(arn);
  if (group == nullptr)
    return ApiError{"TargetGroupNotFound", "One or more target groups not found"};
  if (is_application_protocol(*group) != balancer.is_application())
    return ApiError{"IncompatibleProtocols",
                    fmt::format("Target group '{}' has the protocol '{}', which load balancers of "
                                "type '{}' do not support",
                                arn, group->protocol, balancer.type)};
  // "A target group can be associated with one load balancer only" (Target groups).
  if (!group->load_balancers.empty() && !group->load_balancers.contains(balancer.arn))
    return ApiError{"TargetGroupAssociationLimit",
                    fmt::format("The following target groups cannot be associated with more than "
                                "one load balancer: {}",
                                arn)};
  return {};
}

ApiResult<Routing> read_forward(Elb& elb, const LoadBalancer& balancer, const Json& action) {
  Routing routing;
  const Json& config = input::member(action, "ForwardConfig");
  const Json& groups = input::member(config, "TargetGroups");
  if (groups.is_array()) {
    for (const Json& tuple : groups) {
      const auto weight = input::member(tuple, "Weight").is_null()
                              ? std::optional<std::int64_t>{1}
                              : input::integer(tuple, "Weight");
      if (!weight || *weight < 0 || *weight > 999)
        return validation_error("The weight of a target group must be from 0 to 999");
      routing.forward.emplace_back(input::text(tuple, "TargetGroupArn"), *weight);
    }
  }
  if (routing.forward.empty()) {
    const std::string arn = input::text(action, "TargetGroupArn");
    if (arn.empty()) return validation_error("A target group ARN must be specified");
    routing.forward.emplace_back(arn, 1);
  }
  if (routing.forward.size() > kMostGroups)
    return ApiError{"TooManyUniqueTargetGroupsPerLoadBalancer",
                    fmt::format("At most {} target groups can be specified", kMostGroups)};
  const Json& stickiness = input::member(config, "TargetGroupStickinessConfig");
  routing.sticky_groups = input::boolean(stickiness, "Enabled").value_or(false);
  for (const auto& [arn, weight] : routing.forward)
    if (auto fit = check_group(elb, balancer, arn); !fit) return fit.error();
  return routing;
}

/// "HTTP_301", "503": the status of what the load balancer itself answers.
int status_of(const std::string& text) {
  const std::string digits = text.starts_with("HTTP_") ? text.substr(5) : text;
  return static_cast<int>(input::integer(Json(digits)).value_or(0));
}

ApiResult<Routing> read_answer(const Json& action, const std::string& type) {
  Routing routing;
  if (type == "redirect") {
    routing.answers = status_of(input::text(input::member(action, "RedirectConfig"), "StatusCode"));
    if (routing.answers != 301 && routing.answers != 302)
      return validation_error("A redirect's StatusCode must be HTTP_301 or HTTP_302");
    return routing;
  }
  routing.answers =
      status_of(input::text(input::member(action, "FixedResponseConfig"), "StatusCode"));
  const int hundreds = routing.answers / 100;
  if (hundreds != 2 && hundreds != 4 && hundreds != 5)
    return validation_error("A fixed response's StatusCode must be 2XX, 4XX or 5XX");
  return routing;
}

void associate(Elb& elb, const Listener& listener, const Routing& routing) {
  for (const auto& [arn, weight] : routing.forward)
    if (TargetGroup* group = elb.find_target_group(arn))
      group->load_balancers.insert(listener.load_balancer);
}

}  // namespace

// "Each rule must include exactly one of forward, fixed-response or redirect, and it must be the
// last action to be performed." Authentication before it is kept and lets everybody in.
ApiResult<Routing> read_actions(Elb& elb, const LoadBalancer& balancer, const Json& actions) {
  if (!actions.is_array() || actions.empty())
    return validation_error("At least one action must be specified");
  std::optional<Routing> last;
  for (const Json& action : actions) {
    const std::string type = input::text(action, "Type");
    if (type == "authenticate-cognito" || type == "authenticate-oidc" || type == "jwt-validation")
      continue;
    if (last)
      return ApiError{"InvalidLoadBalancerAction", "A rule can only have one routing action"};
    if (type != "forward" && type != "redirect" && type != "fixed-response")
      return validation_error(fmt::format("Action type '{}' is not valid", type));
    if (type != "forward" && !balancer.is_application())
      return ApiError{"InvalidLoadBalancerAction",
                      fmt::format("Action type '{}' is not supported by load balancers of type "
                                  "'{}'",
                                  type, balancer.type)};
    ApiResult<Routing> read =
        type == "forward" ? read_forward(elb, balancer, action) : read_answer(action, type);
    if (!read) return read.error();
    last = *std::move(read);
  }
  if (!last)
    return ApiError{"InvalidLoadBalancerAction",
                    "The last action must be forward, redirect or fixed-response"};
  return *std::move(last);
}

void refresh_associations(Elb& elb, Stands stands) {
  std::map<std::string, std::set<std::string>> before;
  for (auto& [arn, group] : elb.target_groups)
    before[arn] = std::exchange(group.load_balancers, {});
  for (const auto& [arn, listener] : elb.listeners) {
    associate(elb, listener, listener.otherwise.routing);
    for (const auto& [priority, rule] : listener.rules) associate(elb, listener, rule.routing);
  }
  for (auto& [arn, group] : elb.target_groups) {
    if (before[arn] == group.load_balancers) {
      if (stands == Stands::no) refresh_group_health(elb, group);
      continue;
    }
    if (group.load_balancers.empty()) end_metrics(elb, group);
    refresh_use(elb, group, stands);
  }
}

}  // namespace opsim::elb

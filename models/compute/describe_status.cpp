// AWS: EC2 API reference, DescribeInstanceStatus: running instances only, unless
// IncludeAllInstances.
#include <algorithm>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/filters.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kStatusFilters[] = {
    "availability-zone",         "instance-state-code",  "instance-state-name",
    "instance-status.status",    "system-status.status", "instance-status.reachability",
    "system-status.reachability"};

std::string_view reachability(CheckStatus status) {
  switch (status) {
    case CheckStatus::ok: return "passed";
    case CheckStatus::impaired: return "failed";
    case CheckStatus::initializing: return "initializing";
    case CheckStatus::not_applicable: break;
  }
  return "insufficient-data";
}

Json status_json(const StatusChecks& checks, CheckStatus status) {
  Json json{{"Status", to_string(status)}};
  if (status == CheckStatus::not_applicable) return json;
  Json detail{{"Name", "reachability"}, {"Status", reachability(status)}};
  if (status == CheckStatus::impaired) detail["ImpairedSince"] = time_text(checks.impaired_since);
  json["Details"] = Json::array({std::move(detail)});
  return json;
}

std::vector<std::string> status_filter_values(const Instance& instance, std::string_view name) {
  const auto text = [](std::string_view value) { return std::vector{std::string{value}}; };
  if (name == "availability-zone") return {instance.zone};
  if (name == "instance-state-code") return {std::to_string(static_cast<int>(instance.state))};
  if (name == "instance-state-name") return text(to_string(instance.state));
  if (name == "instance-status.status") return text(to_string(instance.checks.instance));
  if (name == "system-status.status") return text(to_string(instance.checks.system));
  if (name == "instance-status.reachability") return text(reachability(instance.checks.instance));
  return text(reachability(instance.checks.system));
}

/// SIMPLIFIED: it tells at once, not with the next check.
Json attached_ebs_json(const Instance& instance) {
  return {{"Status", instance.stalled ? "impaired" : "ok"},
          {"Details", Json::array({Json{{"Name", "reachability"},
                                        {"Status", instance.stalled ? "failed" : "passed"}}})}};
}

Json entry(const Instance& instance) {
  Json json{{"AvailabilityZone", instance.zone},
            {"InstanceId", instance.id},
            {"InstanceState", state_json(instance.state)},
            {"InstanceStatus", status_json(instance.checks, instance.checks.instance)},
            {"SystemStatus", status_json(instance.checks, instance.checks.system)},
            {"AttachedEbsStatus", attached_ebs_json(instance)}};
  if (Json events = host_events_json(instance); !events.is_null())
    json["Events"] = std::move(events);
  return json;
}

}  // namespace

ApiResult<Json> describe_instance_status(Fleet& fleet, const Request& request) {
  const auto named = named_instances(fleet, request);
  if (!named) return named.error();
  const auto filters = read_filters(request.input, kStatusFilters);
  if (!filters) return filters.error();
  const auto page = read_page(request.input, 1'000'000);
  if (!page) return page.error();
  const bool all = boolean_of(request.input, "IncludeAllInstances").value_or(false);

  Json statuses = Json::array();
  std::size_t index = 0;
  bool more = false;
  const auto offer = [&](const Instance& instance) {
    if (!all && instance.state != InstanceState::running) return;
    const auto values = [&](std::string_view name) { return status_filter_values(instance, name); };
    if (!passes(*filters, instance.tags, values) || index++ < page->from) return;
    more = statuses.size() == page->size;
    if (!more) statuses.push_back(entry(instance));
  };
  if (!named->empty()) {
    for (const Instance* instance : *named) offer(*instance);
  } else {
    for (const auto& [id, instance] : fleet.instances) {
      if (instance.place == request.place() && is_visible(fleet, instance)) offer(instance);
      if (more) break;
    }
  }
  Json answer{{"InstanceStatuses", std::move(statuses)}};
  if (more) answer["NextToken"] = std::to_string(page->from + page->size);
  return answer;
}

}  // namespace opsim::compute

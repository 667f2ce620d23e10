// Attaching and detaching load balancers.
// AWS: EC2 Auto Scaling API reference, AttachLoadBalancerTargetGroups, AttachLoadBalancers,
// AttachTrafficSources, their Detach and Describe counterparts.
#include "models/compute/traffic_source_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"

namespace opsim::compute {

namespace {

using SourceKind = TrafficSource::Kind;

// API: "You can specify up to 10" in a call; service quotas: 50 target groups, 50 Classic Load
// Balancers a group.
constexpr std::size_t kMostInCall = 10;
constexpr std::ptrdiff_t kMostOfKind = 50;

ApiError source_error(std::string message) { return {"ValidationError", std::move(message)}; }

void append(std::vector<TrafficSource>& sources, const Json& members, std::string_view name,
            SourceKind kind) {
  for (std::string& id : texts_of(members, name)) {
    TrafficSource source;
    source.kind = kind;
    source.id = std::move(id);
    sources.push_back(std::move(source));
  }
}

/// `TrafficSources: [{Identifier, Type}]`: "Type: elb | elbv2 | vpc-lattice. Required if the
/// identifier is the name of a Classic Load Balancer".
void append_sources(std::vector<TrafficSource>& sources, const Json& members) {
  const Json& list = member(members, "TrafficSources");
  if (!list.is_array()) return;
  for (const Json& one : list) {
    TrafficSource source;
    source.id = text_of(one, "Identifier");
    const std::string type = text_of(one, "Type");
    if (type == "elb") source.kind = SourceKind::classic;
    if (type == "vpc-lattice" || source.id.find(":vpc-lattice:") != std::string::npos)
      source.kind = SourceKind::lattice;
    sources.push_back(std::move(source));
  }
}

/// "Provided Target Groups may not be valid": only where somebody knows of target groups at all.
std::optional<ApiError> unknown_source(Groups& groups, const Group& group,
                                       const TrafficSource& source) {
  if (source.id.empty()) return source_error("An identifier is missing");
  if (source.kind != SourceKind::target_group || groups.cloud.model("elbv2") == nullptr)
    return std::nullopt;
  const ApiResult<Json> answer = groups.cloud.inspect(group.place, "elbv2", "DescribeTargetGroups",
                                                      {{"TargetGroupArns", {source.id}}});
  if (answer) return std::nullopt;
  return source_error(
      "Provided Target Groups may not be valid. Please ensure they exist and try again.");
}

ApiResult<Json> attach(Groups& groups, const Request& request, std::vector<TrafficSource> sources) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  if (sources.empty() || sources.size() > kMostInCall)
    return source_error("Specify 1 to 10 of them");
  for (const TrafficSource& source : sources) {
    if (auto wrong = unknown_source(groups, group, source)) return *std::move(wrong);
    if (std::ranges::count(group.sources, source.kind, &TrafficSource::kind) >= kMostOfKind)
      return ApiError{"LimitExceeded", "A group may have 50 of them"};
  }
  for (TrafficSource& source : sources) add_source(groups, group, std::move(source));
  return Json::object();
}

ApiResult<Json> detach(Groups& groups, const Request& request,
                       const std::vector<TrafficSource>& sources) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  for (const TrafficSource& source : sources)
    if (std::ranges::count(group.sources, source.id, &TrafficSource::id) == 0)
      return source_error(fmt::format("Trying to remove {} that {} not part of the group",
                                      source.id,
                                      source.kind == SourceKind::target_group ? "is" : "are"));
  for (const TrafficSource& source : sources) remove_source(groups, group, source.id);
  return Json::object();
}

ApiResult<Json> describe(Groups& groups, const Request& request, SourceKind kind,
                         std::string_view list, std::string_view id) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  Json found = Json::array();
  for (const TrafficSource& source : (*group)->sources)
    if (source.kind == kind)
      found.push_back({{std::string{id}, source.id}, {"State", to_string(source.state)}});
  return Json{{std::string{list}, std::move(found)}};
}

std::vector<TrafficSource> listed(const Json& members, std::string_view name, SourceKind kind) {
  std::vector<TrafficSource> sources;
  append(sources, members, name, kind);
  return sources;
}

std::vector<TrafficSource> listed_sources(const Json& members) {
  std::vector<TrafficSource> sources;
  append_sources(sources, members);
  return sources;
}

}  // namespace

std::vector<TrafficSource> read_sources(const Json& members) {
  std::vector<TrafficSource> sources;
  append(sources, members, "TargetGroupARNs", SourceKind::target_group);
  append(sources, members, "LoadBalancerNames", SourceKind::classic);
  append_sources(sources, members);
  return sources;
}

Json source_ids(const Group& group, SourceKind kind) {
  Json ids = Json::array();
  for (const TrafficSource& source : group.sources)
    if (source.kind == kind && source.state != Attachment::removing) ids.push_back(source.id);
  return ids;
}

ApiResult<Json> attach_target_groups(Groups& groups, const Request& request) {
  return attach(groups, request,
                listed(request.input, "TargetGroupARNs", SourceKind::target_group));
}
ApiResult<Json> attach_load_balancers(Groups& groups, const Request& request) {
  return attach(groups, request, listed(request.input, "LoadBalancerNames", SourceKind::classic));
}
ApiResult<Json> attach_traffic_sources(Groups& groups, const Request& request) {
  return attach(groups, request, listed_sources(request.input));
}

ApiResult<Json> detach_target_groups(Groups& groups, const Request& request) {
  return detach(groups, request,
                listed(request.input, "TargetGroupARNs", SourceKind::target_group));
}
ApiResult<Json> detach_load_balancers(Groups& groups, const Request& request) {
  return detach(groups, request, listed(request.input, "LoadBalancerNames", SourceKind::classic));
}
ApiResult<Json> detach_traffic_sources(Groups& groups, const Request& request) {
  return detach(groups, request, listed_sources(request.input));
}

ApiResult<Json> describe_target_groups(Groups& groups, const Request& request) {
  return describe(groups, request, SourceKind::target_group, "LoadBalancerTargetGroups",
                  "LoadBalancerTargetGroupARN");
}
ApiResult<Json> describe_load_balancers(Groups& groups, const Request& request) {
  return describe(groups, request, SourceKind::classic, "LoadBalancers", "LoadBalancerName");
}

ApiResult<Json> describe_traffic_sources(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const std::string type = text_of(request.input, "TrafficSourceType");
  Json list = Json::array();
  for (const TrafficSource& source : (*group)->sources) {
    if (!type.empty() && type != to_string(source.kind)) continue;
    list.push_back({{"Identifier", source.id},
                    {"TrafficSource", source.id},
                    {"Type", to_string(source.kind)},
                    {"State", to_string(source.state)}});
  }
  return Json{{"TrafficSources", std::move(list)}};
}

}  // namespace opsim::compute

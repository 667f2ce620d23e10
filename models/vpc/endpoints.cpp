// VPC endpoints and flow logs.
// AWS: EC2 API reference, CreateVpcEndpoint, CreateFlowLogs ("FlowLogAlreadyExists") and their
// like. No request goes through an endpoint, and no flow is logged.
#include <fmt/format.h>

#include <algorithm>

#include "models/vpc/filters.hpp"

namespace opsim::vpc {

namespace {

using FilterTexts = std::vector<std::string>;

std::string time_of(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::seconds>(time));
}

Json endpoint_json(const Vpc& vpc, const Endpoint& endpoint) {
  return {{"VpcEndpointId", endpoint.id},
          {"VpcEndpointType", endpoint.kind},
          {"VpcId", endpoint.vpc},
          {"ServiceName", endpoint.service},
          {"State", "available"},
          {"OwnerId", endpoint.place.account},
          {"CreationTimestamp", time_of(endpoint.created)},
          {"Tags", tags_json(vpc, endpoint.id)}};
}

Json flow_log_json(const Vpc& vpc, const FlowLog& log) {
  Json view{{"FlowLogId", log.id},
            {"FlowLogStatus", "ACTIVE"},
            {"DeliverLogsStatus", "SUCCESS"},
            {"ResourceId", log.resource},
            {"TrafficType", log.traffic},
            {"LogDestinationType", log.destination_type},
            {"CreationTime", time_of(log.created)},
            {"Tags", tags_json(vpc, log.id)}};
  view[log.destination_type == "cloud-watch-logs" ? "LogGroupName" : "LogDestination"] =
      log.destination;
  return view;
}

}  // namespace

Endpoint& make_endpoint(Vpc& vpc, const Place& place, const Json& input) {
  Endpoint endpoint;
  endpoint.id = vpc.cloud.next_id("vpce-");
  endpoint.vpc = input::text(input, "VpcId");
  endpoint.service = input::text(input, "ServiceName");
  if (const std::string kind = input::text(input, "VpcEndpointType"); !kind.empty())
    endpoint.kind = kind;
  endpoint.place = place;
  endpoint.created = vpc.cloud.sim().now();
  return vpc.endpoints[endpoint.id] = endpoint;
}

FlowLog& make_flow_log(Vpc& vpc, const Place& place, const Json& input,
                       const std::string& resource) {
  FlowLog log;
  log.id = vpc.cloud.next_id("fl-");
  log.resource = resource;
  if (const std::string traffic = input::text(input, "TrafficType"); !traffic.empty())
    log.traffic = traffic;
  if (const std::string kind = input::text(input, "LogDestinationType"); !kind.empty())
    log.destination_type = kind;
  log.destination = input::text(input, "LogDestination");
  if (log.destination.empty()) log.destination = input::text(input, "LogGroupName");
  log.place = place;
  log.created = vpc.cloud.sim().now();
  return vpc.flow_logs[log.id] = log;
}

Answer create_endpoint(Vpc& vpc, const Request& request) {
  for (const std::string_view needed : {"VpcId", "ServiceName"})
    if (input::text(request.input, needed).empty())
      return ApiError{"MissingParameter",
                      fmt::format("The request must contain the parameter {}", needed)};
  const Endpoint& made = make_endpoint(vpc, request.place(), request.input);
  enter(vpc, request.place(), "AWS::EC2::VPCEndpoint", made.id,
        input::member(request.input, "TagSpecifications"), {{"Id", made.id}});
  return Json{{"VpcEndpoint", endpoint_json(vpc, made)}};
}

Answer delete_endpoints(Vpc& vpc, const Request& request) {
  Json failed = Json::array();
  for (const std::string& id : input::texts(request.input, "VpcEndpointIds")) {
    vpc.cloud.resources().remove(id);
    if (vpc.endpoints.erase(id) == 0)
      failed.push_back(
          {{"ResourceId", id},
           {"Error",
            {{"Code", "InvalidVpcEndpoint.NotFound"},
             {"Message", fmt::format("The VpcEndpoint Id '{}' does not exist", id)}}}});
  }
  return Json{{"Unsuccessful", std::move(failed)}};
}

Answer describe_endpoints(Vpc& vpc, const Request& request) {
  const FilterTexts ids = input::texts(request.input, "VpcEndpointIds");
  for (const std::string& id : ids)
    if (!vpc.endpoints.contains(id))
      return ApiError{"InvalidVpcEndpointId.NotFound",
                      fmt::format("The Vpc Endpoint Id '{}' does not exist", id)};
  Json list = Json::array();
  for (const auto& [id, endpoint] : vpc.endpoints) {
    if (endpoint.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto wanted =
        passes(vpc, request.input, id,
               [&endpoint = endpoint](std::string_view name) -> std::optional<FilterTexts> {
                 if (name == "vpc-endpoint-id") return FilterTexts{endpoint.id};
                 if (name == "vpc-id") return FilterTexts{endpoint.vpc};
                 if (name == "service-name") return FilterTexts{endpoint.service};
                 if (name == "vpc-endpoint-type") return FilterTexts{endpoint.kind};
                 if (name == "vpc-endpoint-state") return FilterTexts{"available"};
                 return std::nullopt;
               });
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(endpoint_json(vpc, endpoint));
  }
  return Json{{"VpcEndpoints", std::move(list)}};
}

Answer create_flow_logs(Vpc& vpc, const Request& request) {
  Json made = Json::array();
  Json failed = Json::array();
  for (const std::string& resource : input::texts(request.input, "ResourceIds")) {
    const auto same = [&](const auto& entry) {
      const FlowLog& log = entry.second;
      const std::string group = input::text(request.input, "LogGroupName");
      const std::string target = input::text(request.input, "LogDestination");
      return log.place == request.place() && log.resource == resource &&
             log.destination == (target.empty() ? group : target);
    };
    if (std::ranges::any_of(vpc.flow_logs, same)) {
      failed.push_back({{"ResourceId", resource},
                        {"Error",
                         {{"Code", "FlowLogAlreadyExists"},
                          {"Message",
                           "Error. There is an existing Flow Log with the same "
                           "configuration and log destination."}}}});
      continue;
    }
    const FlowLog& log = make_flow_log(vpc, request.place(), request.input, resource);
    enter(vpc, request.place(), "AWS::EC2::FlowLog", log.id,
          input::member(request.input, "TagSpecifications"), {{"Id", log.id}});
    made.push_back(log.id);
  }
  return Json{{"FlowLogIds", std::move(made)}, {"Unsuccessful", std::move(failed)}};
}

Answer delete_flow_logs(Vpc& vpc, const Request& request) {
  const FilterTexts ids = input::texts(request.input, "FlowLogIds");
  for (const std::string& id : ids)
    if (!vpc.flow_logs.contains(id))
      return ApiError{
          "InvalidFlowLogId.NotFound",
          fmt::format("These flow log ids in the input list are not found: [FlowLogIds: "
                      "{}]",
                      id)};
  for (const std::string& id : ids) {
    vpc.cloud.resources().remove(id);
    vpc.flow_logs.erase(id);
  }
  return Json{{"Unsuccessful", Json::array()}};
}

Answer describe_flow_logs(Vpc& vpc, const Request& request) {
  const FilterTexts ids = input::texts(request.input, "FlowLogIds");
  Json input = request.input;  // "Filter" here, not "Filters"
  if (const Json& filter = input::member(request.input, "Filter"); filter.is_array())
    input["Filters"] = filter;
  Json list = Json::array();
  for (const auto& [id, log] : vpc.flow_logs) {
    if (log.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto wanted =
        passes(vpc, input, id, [&log = log](std::string_view name) -> std::optional<FilterTexts> {
          if (name == "flow-log-id") return FilterTexts{log.id};
          if (name == "resource-id") return FilterTexts{log.resource};
          if (name == "traffic-type") return FilterTexts{log.traffic};
          if (name == "log-destination-type") return FilterTexts{log.destination_type};
          if (name == "log-group-name") return FilterTexts{log.destination};
          return std::nullopt;
        });
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(flow_log_json(vpc, log));
  }
  return Json{{"FlowLogs", std::move(list)}};
}

}  // namespace opsim::vpc

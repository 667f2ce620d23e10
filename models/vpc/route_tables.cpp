// Route tables: where the traffic of a subnet goes.
// AWS: VPC User Guide, "Route tables" (a VPC has a main table; a subnet without another one uses
// it; each table has a local route); EC2 API reference, the operations on them.
#include <fmt/format.h>

#include <algorithm>

#include "models/vpc/filters.hpp"

namespace opsim::vpc {

namespace {

/// Members of a route that say where it leads, as CreateRoute takes and DescribeRouteTables gives
/// them.
constexpr std::string_view kTargets[] = {"CarrierGatewayId",   "EgressOnlyInternetGatewayId",
                                         "GatewayId",          "InstanceId",
                                         "LocalGatewayId",     "NatGatewayId",
                                         "NetworkInterfaceId", "TransitGatewayId",
                                         "VpcEndpointId",      "VpcPeeringConnectionId"};
constexpr std::string_view kRanges[] = {"DestinationCidrBlock", "DestinationIpv6CidrBlock",
                                        "DestinationPrefixListId"};

std::string range_of(const Json& input) {
  for (const std::string_view name : kRanges)
    if (std::string range = input::text(input, name); !range.empty()) return range;
  return "";
}

std::string_view range_name(std::string_view range) {
  if (range.starts_with("pl-")) return kRanges[2];
  return range.find(':') == std::string_view::npos ? kRanges[0] : kRanges[1];
}

/// The main table of each VPC in which something stands: "rtb-d" with the end of the VPC's id.
void know_main_tables(Vpc& vpc, const Place& place) {
  const auto answer = vpc.cloud.inspect(place, "ec2", "DescribeSubnets", Json::object());
  if (!answer) return;
  for (const Json& subnet : answer->at("Subnets")) {
    const std::string of_vpc = input::text(subnet, "VpcId");
    const std::string id = "rtb-d" + (of_vpc.size() > 5 ? of_vpc.substr(5) : of_vpc);
    const auto [at, fresh] = vpc.route_tables.try_emplace(id);
    if (!fresh) continue;
    at->second = {id, of_vpc, true, place, {{"local", "GatewayId", "local"}}};
    vpc.route_table_uses["rtbassoc-d" + id.substr(5)] = {id, "", place};
  }
}

RouteTable* find_table(Vpc& vpc, const Place& place, const std::string& id) {
  know_main_tables(vpc, place);
  const auto found = vpc.route_tables.find(id);
  return found == vpc.route_tables.end() || found->second.place != place ? nullptr : &found->second;
}

ApiError no_table(const std::string& id) {
  return {"InvalidRouteTableID.NotFound", fmt::format("The routeTable ID '{}' does not exist", id)};
}

ApiError no_association(const std::string& id) {
  return {"InvalidAssociationID.NotFound",
          fmt::format("The association ID '{}' does not exist", id)};
}

Route* find_route(RouteTable& table, const std::string& range) {
  const auto found = std::ranges::find(table.routes, range, &Route::range);
  return found == table.routes.end() ? nullptr : &*found;
}

/// A route whose gateway is gone leads nowhere.
std::string_view state_of(const Vpc& vpc, const Route& route) {
  const bool gone =
      (route.target.starts_with("igw-") && !vpc.internet_gateways.contains(route.target)) ||
      (route.target.starts_with("nat-") &&
       (!vpc.nat_gateways.contains(route.target) ||
        vpc.nat_gateways.find(route.target)->second.state == "deleted"));
  return gone ? "blackhole" : "active";
}

Json table_json(const Vpc& vpc, const RouteTable& table) {
  Json routes = Json::array();
  for (const Route& route : table.routes)
    routes.push_back({{std::string{range_name(route.range)}, route.range},
                      {route.target_kind, route.target},
                      {"Origin", route.target == "local" ? "CreateRouteTable" : "CreateRoute"},
                      {"State", state_of(vpc, route)}});
  Json associations = Json::array();
  for (const auto& [id, use] : vpc.route_table_uses) {
    if (use.table != table.id) continue;
    Json one{{"RouteTableAssociationId", id},
             {"RouteTableId", table.id},
             {"Main", use.subnet.empty()},
             {"AssociationState", {{"State", "associated"}}}};
    if (!use.subnet.empty()) one["SubnetId"] = use.subnet;
    associations.push_back(std::move(one));
  }
  return {{"RouteTableId", table.id},
          {"VpcId", table.vpc},
          {"OwnerId", table.place.account},
          {"Routes", std::move(routes)},
          {"Associations", std::move(associations)},
          {"Tags", tags_json(vpc, table.id)}};
}

}  // namespace

RouteTable& make_route_table(Vpc& vpc, const Place& place, const std::string& of_vpc) {
  std::string id = vpc.cloud.next_id("rtb-");
  const Resource* known = vpc.cloud.resources().find(of_vpc);
  std::string local = known == nullptr ? "" : input::text(known->attributes, "CidrBlock");
  if (local.empty()) local = "172.31.0.0/16";  // of a default VPC
  RouteTable table{id, of_vpc, false, place, {{std::move(local), "GatewayId", "local"}}};
  return vpc.route_tables[id] = std::move(table);
}

std::optional<ApiError> put_route(RouteTable& table, const Json& input, bool replaces) {
  Route route;
  route.range = range_of(input);
  for (const std::string_view name : kTargets)
    if (std::string target = input::text(input, name); !target.empty()) {
      route.target_kind = name;
      route.target = std::move(target);
    }
  if (route.range.empty())
    return ApiError{"MissingParameter",
                    "The request must contain the parameter destinationCidrBlock"};
  if (route.target.empty())
    return ApiError{"MissingParameter",
                    "The request must contain exactly one of gatewayId, natGatewayId, instanceId, "
                    "networkInterfaceId, vpcPeeringConnectionId, transitGatewayId"};
  Route* standing = find_route(table, route.range);
  if (replaces && standing == nullptr)
    return ApiError{"InvalidRoute.NotFound",
                    fmt::format("There is no route defined for '{}' in the route table. Use "
                                "CreateRoute instead.",
                                route.range)};
  if (!replaces && standing != nullptr)
    return ApiError{"RouteAlreadyExists",
                    fmt::format("The route identified by {} already exists.", route.range)};
  if (standing != nullptr) {
    *standing = std::move(route);
  } else {
    table.routes.push_back(std::move(route));
  }
  return std::nullopt;
}

std::string use_route_table(Vpc& vpc, const Place& place, const std::string& table,
                            const std::string& subnet) {
  std::erase_if(vpc.route_table_uses, [&](const auto& entry) {
    return entry.second.subnet == subnet && entry.second.place == place;
  });
  std::string id = vpc.cloud.next_id("rtbassoc-");
  vpc.route_table_uses[id] = {table, subnet, place};
  return id;
}

Answer create_route_table(Vpc& vpc, const Request& request) {
  const std::string of_vpc = input::text(request.input, "VpcId");
  if (of_vpc.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter vpcId"};
  const RouteTable& table = make_route_table(vpc, request.place(), of_vpc);
  enter(vpc, request.place(), "AWS::EC2::RouteTable", table.id,
        input::member(request.input, "TagSpecifications"), {{"RouteTableId", table.id}});
  return Json{{"RouteTable", table_json(vpc, table)}};
}

Answer delete_route_table(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "RouteTableId");
  if (find_table(vpc, request.place(), id) == nullptr) return no_table(id);
  const auto uses = [&](const auto& entry) { return entry.second.table == id; };
  if (std::ranges::any_of(vpc.route_table_uses, uses))
    return ApiError{"DependencyViolation",
                    fmt::format("The routeTable '{}' has dependencies and cannot be deleted.", id)};
  vpc.cloud.resources().remove(id);
  vpc.route_tables.erase(id);
  return Json::object();
}

Answer create_route(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "RouteTableId");
  RouteTable* table = find_table(vpc, request.place(), id);
  if (table == nullptr) return no_table(id);
  if (auto wrong = put_route(*table, request.input, false)) return *std::move(wrong);
  return Json{{"Return", true}};
}

Answer replace_route(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "RouteTableId");
  RouteTable* table = find_table(vpc, request.place(), id);
  if (table == nullptr) return no_table(id);
  if (auto wrong = put_route(*table, request.input, true)) return *std::move(wrong);
  return Json::object();
}

Answer delete_route(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "RouteTableId");
  RouteTable* table = find_table(vpc, request.place(), id);
  if (table == nullptr) return no_table(id);
  const std::string range = range_of(request.input);
  const Route* route = find_route(*table, range);
  if (route == nullptr || route->target == "local")
    return ApiError{
        "InvalidRoute.NotFound",
        fmt::format("no route with destination-cidr-block {} in route table {}", range, id)};
  std::erase_if(table->routes, [&](const Route& one) { return one.range == range; });
  return Json::object();
}

Answer associate_route_table(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "RouteTableId");
  if (find_table(vpc, request.place(), id) == nullptr) return no_table(id);
  const std::string subnet = input::text(request.input, "SubnetId");
  for (const auto& [association, use] : vpc.route_table_uses)
    if (!subnet.empty() && use.subnet == subnet && use.place == request.place())
      return ApiError{"Resource.AlreadyAssociated",
                      fmt::format("the specified association for route table {} conflicts with an "
                                  "existing association",
                                  id)};
  return Json{{"AssociationId", use_route_table(vpc, request.place(), id, subnet)},
              {"AssociationState", {{"State", "associated"}}}};
}

Answer disassociate_route_table(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "AssociationId");
  return vpc.route_table_uses.erase(id) > 0 ? Answer{Json::object()} : Answer{no_association(id)};
}

Answer replace_route_table_association(Vpc& vpc, const Request& request) {
  const std::string table = input::text(request.input, "RouteTableId");
  if (find_table(vpc, request.place(), table) == nullptr) return no_table(table);
  const std::string id = input::text(request.input, "AssociationId");
  const auto found = vpc.route_table_uses.find(id);
  if (found == vpc.route_table_uses.end()) return no_association(id);
  const std::string subnet = found->second.subnet;
  return Json{{"NewAssociationId", use_route_table(vpc, request.place(), table, subnet)},
              {"AssociationState", {{"State", "associated"}}}};
}

Answer describe_route_tables(Vpc& vpc, const Request& request) {
  know_main_tables(vpc, request.place());
  const std::vector<std::string> ids = input::texts(request.input, "RouteTableIds");
  for (const std::string& id : ids)
    if (find_table(vpc, request.place(), id) == nullptr) return no_table(id);
  Json list = Json::array();
  for (const auto& [id, table] : vpc.route_tables) {
    if (table.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto values =
        [&, &table = table](std::string_view name) -> std::optional<std::vector<std::string>> {
      if (name == "route-table-id") return std::vector{table.id};
      if (name == "vpc-id") return std::vector{table.vpc};
      if (name == "association.main")
        return std::vector<std::string>{table.is_main ? "true" : "false"};
      std::vector<std::string> found;
      for (const auto& [association, use] : vpc.route_table_uses) {
        if (use.table != table.id) continue;
        if (name == "association.subnet-id") found.push_back(use.subnet);
        if (name == "association.route-table-association-id") found.push_back(association);
      }
      for (const Route& route : table.routes) {
        if (name == "route.destination-cidr-block") found.push_back(route.range);
        if (name == "route.gateway-id" && route.target_kind == "GatewayId")
          found.push_back(route.target);
        if (name == "route.nat-gateway-id" && route.target_kind == "NatGatewayId")
          found.push_back(route.target);
      }
      if (name.starts_with("association.") || name.starts_with("route.")) return found;
      return std::nullopt;
    };
    const auto wanted = passes(vpc, request.input, id, values);
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(table_json(vpc, table));
  }
  return Json{{"RouteTables", std::move(list)}};
}

}  // namespace opsim::vpc

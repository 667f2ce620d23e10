// AWS: EC2 User Guide, "Amazon EC2 instance state changes" (ec2-instance-lifecycle), the table of
// what is billed: running is; pending, stopping, stopped, shutting-down and terminated are not.
// "Billed per second, with a minimum of 60 seconds" (Amazon EC2 On-Demand Pricing).
#include <fmt/format.h>

#include <algorithm>

#include "models/costs/costs.hpp"
#include "models/costs/prices.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::costs {

namespace {

constexpr double kLeastSeconds = 60;

struct Running {
  std::string id;
  std::string type;
  SimTime since{};
};

Running described(Costs& costs, std::string id, std::string type) {
  Running running{.id = std::move(id), .type = std::move(type), .since = costs.cloud.sim().start()};
  if (const auto known = costs.running_since.find(running.id); known != costs.running_since.end())
    running.since = known->second;
  return running;
}

std::vector<Running> describe(Costs& costs, const Place& place, const Json& asked) {
  std::vector<Running> found;
  const auto answer = costs.cloud.inspect(place, "ec2", "DescribeInstances", asked);
  if (!answer) return found;
  for (const Json& reservation : input::member(*answer, "Reservations"))
    for (const Json& instance : input::member(reservation, "Instances"))
      found.push_back(described(costs, input::text(instance, "InstanceId"),
                                input::text(instance, "InstanceType")));
  return found;
}

/// One instance: asked only for what decides its price.
std::optional<Running> running(Costs& costs, const Place& place, const std::string& instance) {
  Json asked = Json::object();
  asked["Attribute"] = "instanceType";
  asked["InstanceId"] = instance;
  const auto answer = costs.cloud.inspect(place, "ec2", "DescribeInstanceAttribute", asked);
  if (!answer) return std::nullopt;
  return described(costs, instance, input::text(input::member(*answer, "InstanceType"), "Value"));
}

double cost_of(Costs& costs, const Place& place, const Running& running) {
  const std::optional<double> price = hourly_price(place.region, running.type);
  if (!price) {
    costs.unpriced.insert(fmt::format("{} in {}", running.type, place.region));
    return 0;
  }
  const double seconds =
      std::chrono::duration<double>(costs.cloud.sim().now() - running.since).count();
  return std::max(kLeastSeconds, seconds) / 3600 * *price;
}

/// Every place in which an instance stands.
std::set<Place> places_of(Costs& costs) {
  std::set<Place> places;
  for (const Resource* one : costs.cloud.resources().of_type("AWS::EC2::Instance"))
    places.insert(one->place);
  return places;
}

}  // namespace

void instance_changed(Costs& costs, const Place& place, const std::string& instance,
                      std::string_view state) {
  if (state == "running") {
    costs.running_since[instance] = costs.cloud.sim().now();
    costs.most_more = std::max(costs.most_more, ++costs.more);
    return;
  }
  const bool ends = state == "stopping" || state == "shutting-down";
  if (!ends) return;
  if (const auto one = running(costs, place, instance)) costs.spent += cost_of(costs, place, *one);
  costs.running_since.erase(instance);
  --costs.more;
}

ApiResult<Json> inspect_costs(Costs& costs, const Request& /*request*/) {
  double cost = costs.spent;
  std::int64_t running = 0;
  const Json asked{
      {"Filters", {{{"Name", "instance-state-name"}, {"Values", Json::array({"running"})}}}}};
  for (const Place& place : places_of(costs))
    for (const Running& one : describe(costs, place, asked)) {
      cost += cost_of(costs, place, one);
      ++running;
    }
  return Json{{"Cost", cost},
              {"Running", running},
              {"Peak", running - costs.more + costs.most_more},
              {"Unpriced", costs.unpriced}};
}

}  // namespace opsim::costs

#pragma once
/// A world of Route 53 for tests, with load balancers behind some names.
#include <string>
#include <vector>

#include "models/cloudwatch/service.hpp"
#include "models/compute/service.hpp"
#include "models/elb/service.hpp"
#include "models/route53/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kDnsServices[] = {&kEc2, &kElbV2, &kCloudWatch, &kRoute53};

struct Dns : SmallWorld {
  explicit Dns(Seed seed = Seed{1}) : SmallWorld{kDnsServices, seed} {
    zone = make("AWS::Route53::HostedZone", "Zone", {{"Name", "example.com"}});
  }
  std::string zone;

  std::string check(const std::string& name, const Json& config) {
    return make("AWS::Route53::HealthCheck", name, {{"HealthCheckConfig", config}});
  }
  /// An endpoint that nothing in the world holds.
  std::string endpoint(const std::string& name, Json more = Json::object()) {
    Json config{{"Type", "HTTP"}, {"IPAddress", "192.0.2.1"}, {"Port", 80}};
    config.update(more);
    return check(name, config);
  }
  void answer(const std::string& check, double status) {
    cloud.change_quantity(check, "answer", {opsim::Change::How::to, status});
  }
  [[nodiscard]] bool healthy(const std::string& check) {
    return cloud.read_quantity(check, "healthy").value_or(-1) > 0;
  }
  /// How long until the check thinks otherwise.
  Duration until(const std::string& check, bool wanted) {
    const SimTime from = sim.now();
    while (healthy(check) != wanted && sim.now() - from < 1h) run_for(100ms);
    return sim.now() - from;
  }
  void record(const Json& more) {
    Json properties{{"HostedZoneId", zone}, {"Type", "A"}};
    if (!more.contains("AliasTarget")) properties["TTL"] = 60;
    properties.update(more);
    const std::string name = more.value("SetIdentifier", more.at("Name").get<std::string>());
    make("AWS::Route53::RecordSet", name, properties);
  }
  Json resolution(const std::string& name, Json more = Json::object()) {
    more["Name"] = name;
    const auto told = cloud.inspect(cloud.home(), "route53", "InspectResolution", more);
    REQUIRE(told.has_value());
    return *told;
  }
  /// "192.0.2.1 0.750, 192.0.2.2 0.250"
  static std::string text(const Json& mix) {
    std::map<std::string, double> sorted;
    for (const Json& one : mix)
      sorted[one.at("Data").get<std::string>()] += one.at("Share").get<double>();
    std::string all;
    for (const auto& [data, share] : sorted)
      all += fmt::format("{}{} {:.3f}", all.empty() ? "" : ", ", data, share);
    return all;
  }
  std::string answers(const std::string& name, Json more = Json::object()) {
    return text(resolution(name, std::move(more)).at("Answers"));
  }
  std::string clients(const std::string& name) { return text(resolution(name).at("Clients")); }
};

}  // namespace opsim::tests

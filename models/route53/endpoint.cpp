// What stands behind an endpoint or an alias. The only file that looks at other models' things.
#include <algorithm>
#include <optional>

#include "models/route53/route53.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

constexpr int kLongestChain = 8;  // names that point to names

bool is_ok(int answer) { return answer >= 200 && answer < 400; }

std::optional<Json> traffic_to(Route53& dns, const std::string& name) {
  auto answer =
      dns.cloud.inspect(dns.cloud.home(), "elbv2", "InspectTraffic", {{"LoadBalancer", name}});
  return answer ? std::optional{*std::move(answer)} : std::nullopt;
}

/// What most of its clients get: an Application Load Balancer answers 502 and 504 for targets that
/// refuse and that hang, and 503 where there is none.
int answer_of_balancer(const Json& traffic) {
  double ok = 0;
  double hangs = 0;
  double worst = 0;
  int code = 502;
  for (const Json& target : traffic.at("Targets")) {
    const auto answer = static_cast<int>(target.at("Answer").get<int>());
    const double share = target.at("Share").get<double>();
    if (is_ok(answer)) ok += share;
    if (answer < 0) hangs += share;
    if (!is_ok(answer) && share > worst) {
      worst = share;
      code = answer > 0 ? answer : (answer == 0 ? 502 : 504);
    }
  }
  for (const auto& [answered, share] : traffic.at("Answered").items())
    if (is_ok(static_cast<int>(input::integer(Json(answered)).value_or(0))))
      ok += share.get<double>();
  if (ok >= 0.5) return 200;
  const bool unserved = traffic.at("Unserved").get<double>() > 0.5;
  // A Network Load Balancer passes on what it meets.
  if (traffic.at("Type") == "network") return unserved ? 0 : (hangs >= 0.5 ? -1 : 0);
  return unserved ? 503 : code;
}

int answer_of_resource(Route53& dns, const Resource& resource) {
  if (resource.type.empty()) return -1;
  if (const auto answer = dns.cloud.read_quantity(resource.physical_id, "answer"))
    return static_cast<int>(*answer);
  return dns.cloud.health(resource.physical_id) == Health::down ? 500 : 200;
}

/// By our own records, as this host's clients would go.
std::optional<int> answer_by_records(Route53& dns, const std::string& account,
                                     const std::string& host, int depth) {
  const HostedZone* zone = dns.zone_of(account, host);
  if (zone == nullptr) return std::nullopt;
  double ok = 0;
  int last = -1;
  const Mix mix = resolve(dns, *zone, host, "A", {});
  if (mix.empty()) return std::nullopt;
  for (const Answered& one : mix) {
    const std::string first = one.data.substr(0, one.data.find(','));
    const int answer = answer_at(dns, account, first, depth + 1);
    if (is_ok(answer))
      ok += one.share;
    else
      last = answer;
  }
  return ok >= 0.5 ? 200 : last;
}

}  // namespace

int answer_at(Route53& dns, const std::string& account, const std::string& host, int depth) {
  if (depth > kLongestChain || host.empty()) return 200;
  const std::string name = plain_name(host);
  const Place place{account, dns.cloud.home().region};
  if (const Resource* resource = dns.cloud.resources().at_address(place, name))
    return answer_of_resource(dns, *resource);
  if (const auto traffic = traffic_to(dns, name)) return answer_of_balancer(*traffic);
  return answer_by_records(dns, account, name, depth).value_or(200);
}

std::optional<bool> service_is_healthy(Route53& dns, const std::string& name) {
  const auto traffic = traffic_to(dns, name);
  if (!traffic) return std::nullopt;
  return traffic->at("Healthy").get<bool>();
}

}  // namespace opsim::route53

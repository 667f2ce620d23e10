// DescribeAccountLimits: the default quotas. AWS: ELB API, Limit (the names); ALB, NLB and GWLB
// User Guides, "Quotas".
#include "models/elb/operations.hpp"

namespace opsim::elb {

namespace {

struct LimitRow {
  std::string_view name;
  std::string_view most;
};
constexpr LimitRow kLimits[] = {
    {"application-load-balancers", "50"},
    {"certificates-per-application-load-balancer", "25"},
    {"certificates-per-network-load-balancer", "25"},
    {"condition-values-per-alb-rule", "5"},
    {"condition-wildcards-per-alb-rule", "6"},
    {"gateway-load-balancers", "100"},
    {"gateway-load-balancers-per-vpc", "100"},
    {"geneve-target-groups", "100"},
    {"listeners-per-application-load-balancer", "50"},
    {"listeners-per-network-load-balancer", "50"},
    {"network-load-balancers", "50"},
    {"rules-per-application-load-balancer", "100"},
    {"target-groups", "3000"},
    {"target-groups-per-action-on-application-load-balancer", "5"},
    {"target-groups-per-action-on-network-load-balancer", "1"},
    {"target-groups-per-application-load-balancer", "100"},
    {"targets-per-application-load-balancer", "1000"},
    {"targets-per-availability-zone-per-gateway-load-balancer", "300"},
    {"targets-per-availability-zone-per-network-load-balancer", "500"},
    {"targets-per-network-load-balancer", "3000"},
};

}  // namespace

ApiResult<Json> describe_account_limits(Elb& /*elb*/, const Request& request) {
  Json list = Json::array();
  for (const LimitRow& row : kLimits) list.push_back({{"Name", row.name}, {"Max", row.most}});
  return page_of(list, "Limits", request.input);
}

}  // namespace opsim::elb

// Source: https://aws.amazon.com/ec2/pricing/on-demand/ (Linux, shared tenancy, no upfront), as
// published there in June 2026 and quoted since 2021 for these types; us-east-2 and us-west-2 have
// the prices of us-east-1. US dollars an hour.
#include <algorithm>
#include <iterator>

#include "models/costs/prices.hpp"

namespace opsim::costs {

namespace {

struct Price {
  std::string_view type;
  double virginia;
};

// Sorted by type.
constexpr Price kPrices[] = {
    {"c5.2xlarge", .34},   {"c5.4xlarge", .68},    {"c5.large", .085},    {"c5.xlarge", .17},
    {"c6i.2xlarge", .34},  {"c6i.large", .085},    {"c6i.xlarge", .17},   {"m5.2xlarge", .384},
    {"m5.4xlarge", .768},  {"m5.large", .096},     {"m5.xlarge", .192},   {"m6i.2xlarge", .384},
    {"m6i.4xlarge", .768}, {"m6i.large", .096},    {"m6i.xlarge", .192},  {"m7g.large", .0816},
    {"m7g.xlarge", .1632}, {"m7i.2xlarge", .4032}, {"m7i.large", .1008},  {"m7i.xlarge", .2016},
    {"r5.2xlarge", .504},  {"r5.large", .126},     {"r5.xlarge", .252},   {"t2.large", .0928},
    {"t2.medium", .0464},  {"t2.micro", .0116},    {"t2.small", .023},    {"t3.2xlarge", .3328},
    {"t3.large", .0832},   {"t3.medium", .0416},   {"t3.micro", .0104},   {"t3.nano", .0052},
    {"t3.small", .0208},   {"t3.xlarge", .1664},   {"t3a.large", .0752},  {"t3a.medium", .0376},
    {"t3a.micro", .0094},  {"t3a.small", .0188},   {"t3a.xlarge", .1504}, {"t4g.large", .0672},
    {"t4g.medium", .0336}, {"t4g.micro", .0084},   {"t4g.small", .0168},  {"t4g.xlarge", .1344},
};
static_assert(std::ranges::adjacent_find(kPrices, std::ranges::greater_equal{}, &Price::type) ==
                  std::end(kPrices),
              "sorted by type, no duplicates");

constexpr std::string_view kSamePrices[] = {"us-east-1", "us-east-2", "us-west-2"};

}  // namespace

std::optional<double> hourly_price(std::string_view region, std::string_view type) {
  if (std::ranges::find(kSamePrices, region) == std::end(kSamePrices)) return std::nullopt;
  const auto found = std::ranges::lower_bound(kPrices, type, {}, &Price::type);
  if (found == std::end(kPrices) || found->type != type) return std::nullopt;
  return found->virginia;
}

}  // namespace opsim::costs

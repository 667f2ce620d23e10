// Components that are DynamoDB tables: what they were provisioned for is what they take; more is
// throttled, and nobody waits.
// AWS: DynamoDB Developer Guide, "Provisioned capacity mode": a read unit is a strongly consistent
// read of up to 4 KB a second, a write unit a write of up to 1 KB.
// SIMPLIFIED: a request is one read or one write of one unit; the capacity of the last 300 seconds
// that a table saves ("burst capacity") helps calls of the API only, not this flow.
#include <algorithm>

#include "models/workload/workload.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::workload {

namespace {

/// Requests a second that units allow, where so large a share of the requests takes one.
double allowed(const Json& provisioned, std::string_view units, double share) {
  const double number = static_cast<double>(input::integer(provisioned, units).value_or(0));
  return share > 0 ? number / share : 1e12;
}

}  // namespace

void take_table(Workload& all, std::size_t number) {
  Live& live = all.lives[number];
  if (live.type != "AWS::DynamoDB::Table") return;
  Work& work = all.system.components[number].work;
  const auto told =
      all.cloud.inspect(live.place, "dynamodb", "DescribeTable", {{"TableName", live.resource}});
  double limit = 0;  // on demand: any
  if (told) {
    const Json& table = input::member(*told, "Table");
    const Json& provisioned = input::member(table, "ProvisionedThroughput");
    const bool on_demand =
        input::text(input::member(table, "BillingModeSummary"), "BillingMode") == "PAY_PER_REQUEST";
    if (!on_demand)
      limit = std::min(allowed(provisioned, "ReadCapacityUnits", work.reads),
                       allowed(provisioned, "WriteCapacityUnits", 1 - work.reads));
  }
  if (limit == work.limit) return;
  work.limit = limit;
  all.system.components[number].touched = true;
  all.changed();
}

}  // namespace opsim::workload

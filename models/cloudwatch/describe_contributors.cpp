// AWS: API DescribeAlarmContributors: "Returns the information of the current alarm contributors
// that are in ALARM state." ResourceNotFoundException where there is no such alarm.
// UNDOCUMENTED: the size of a page; here all of them, which are at most 100.
#include <fmt/format.h>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"

namespace opsim::cloudwatch {

ApiResult<Json> describe_alarm_contributors(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("AlarmName");
  const std::string token = input.text("NextToken").value_or("");
  if (const auto error = input.error()) return *error;
  if (!token.empty())
    return ApiError{"InvalidNextToken", "The next token specified is invalid.", 400};
  const Alarm* alarm = cw.find(request.place(), name);
  if (alarm == nullptr) {
    return ApiError{"ResourceNotFoundException", fmt::format("Unknown alarm: {}", name), 404};
  }
  Json contributors = Json::array();
  for (const auto& [group, contributor] : alarm->contributors().in_alarm()) {
    contributors.push_back({{"ContributorId", contributor.id},
                            {"ContributorAttributes", contributor.attributes_json()},
                            {"StateReason", contributor.reason},
                            {"StateTransitionedTimestamp", time_json(contributor.transitioned)}});
  }
  return Json{{"AlarmContributors", std::move(contributors)}};
}

}  // namespace opsim::cloudwatch

// Alarms on connected data sources: a Lambda function behind LAMBDA(...).
// Expected values: CloudWatch User Guide, alarm-limits, "Limits that apply to alarms based on
// connected data sources".
#include <doctest/doctest.h>

#include "models/cloudwatch/connected_source.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

/// A stand-in for Lambda, which answers as its test says.
class Functions : public Model {
 public:
  explicit Functions(Cloud& of) : cloud{of} {}
  Cloud& cloud;
  std::vector<Json> asked;
  std::optional<ApiError> refuses;
  bool fails = false;
  double value = 50;
};
std::unique_ptr<Model> make_functions(Cloud& cloud) { return std::make_unique<Functions>(cloud); }

ApiResult<Json> invoke_function(Functions& functions, const Request& request) {
  if (functions.refuses) return *functions.refuses;
  functions.asked.push_back(Json::parse(request.input["Payload"].get<std::string>()));
  if (functions.fails) return Json{{"FunctionError", "Unhandled"}, {"Payload", "{}"}};
  const Json& wanted = functions.asked.back()["GetMetricDataRequest"];
  Json stamps = Json::array();
  Json values = Json::array();
  for (auto at = wanted["StartTime"].get<std::int64_t>(); at < wanted["EndTime"];
       at += wanted["Period"].get<std::int64_t>()) {
    stamps.push_back(at);
    values.push_back(functions.value);
  }
  Json result{
      {"StatusCode", "Complete"}, {"Label", "m"}, {"Timestamps", stamps}, {"Values", values}};
  const Json answer{{"MetricDataResults", Json::array({std::move(result)})}};
  return Json{{"StatusCode", 200}, {"Payload", answer.dump()}};
}
constexpr Operation kInvoke[] = {{.name = "Invoke", .now = &immediate<Functions, invoke_function>}};
const Service kFunctions{
    .name = "lambda", .title = "stand-in", .make = &make_functions, .operations = kInvoke};
const Service* const kWithFunctions[] = {&kCloudWatch, &kFunctions};

struct SourceWorld {
  Simulation sim{kStart, Seed{1}};
  Journal journal{sim, Level::everything};
  Cloud cloud{sim, journal, kWithFunctions, kHome};

  Functions& functions() { return *static_cast<Functions*>(cloud.model("lambda")); }
  AlarmState state() {
    return static_cast<CloudWatch*>(cloud.model("cloudwatch"))
        ->find(kHome, "source")
        ->state()
        .state;
  }
  void put(const char* treatment) {
    Json query{{"Id", "q1"},
               {"Expression", "LAMBDA('prometheus', 'up{job=\"api\"}', 5)"},
               {"Period", 300}};
    const Json alarm{
        {"AlarmName", "source"},         {"Metrics", Json::array({std::move(query)})},
        {"EvaluationPeriods", 3},        {"Threshold", 90},
        {"TreatMissingData", treatment}, {"ComparisonOperator", "GreaterThanThreshold"}};
    const Caller caller{kHome, "arn:aws:iam::012345678901:user/tester", ""};
    for (const Operation& row : kCloudWatch.operations) {
      if (row.name != "PutMetricAlarm") continue;
      const auto answer = row.now(*cloud.model("cloudwatch"),
                                  Request{cloud, caller, "cloudwatch", row.name, alarm});
      REQUIRE(answer);
    }
  }
};

TEST_SUITE("cloudwatch: connected data sources") {
  TEST_CASE("the function is asked every minute for windows that shift by a minute") {
    SourceWorld world;
    world.put("missing");
    world.sim.run_until(kStart + 3min);
    CHECK(world.functions().asked.size() >= 2);
    const Json& first = world.functions().asked[0];
    CHECK(first["EventType"] == "GetMetricData");
    const Json& wanted = first["GetMetricDataRequest"];
    CHECK(wanted["Period"] == 300);
    CHECK(wanted["Arguments"] == Json::array({"up{job=\"api\"}", 5.0}));
    CHECK(world.functions().asked[1]["GetMetricDataRequest"]["EndTime"].get<std::int64_t>() -
              wanted["EndTime"].get<std::int64_t>() ==
          60);
    CHECK(world.state() == AlarmState::ok);
    world.functions().value = 95;
    world.sim.run_until(kStart + 5min);
    CHECK(world.state() == AlarmState::alarm);
  }

  TEST_CASE("an error of the function: INSUFFICIENT_DATA, whatever the treatment") {
    SourceWorld world;
    world.put("breaching");
    world.sim.run_until(kStart + 3min);
    CHECK(world.state() == AlarmState::ok);
    world.functions().fails = true;
    world.sim.run_until(kStart + 5min);
    CHECK(world.state() == AlarmState::insufficient_data);
  }

  TEST_CASE("a permission problem: missing data, treated as the alarm treats them") {
    SourceWorld world;
    world.put("breaching");
    world.functions().refuses = ApiError{"AccessDeniedException", "not authorized", 403};
    world.sim.run_until(kStart + 3min);
    CHECK(world.state() == AlarmState::alarm);
  }

  TEST_CASE("an answer that is none of the documented shape is no data") {
    const ExpectedTimes times{kStart, 5min, 3};
    CHECK_FALSE(aligned(times, Json()));
    CHECK_FALSE(aligned(times, {{"Error", {{"Code", "Validation"}, {"Value", "no"}}}}));
    CHECK_FALSE(aligned(times, {{"MetricDataResults", Json::array()}}));
  }
}

}  // namespace
}  // namespace opsim::tests

// Log alarms: a query of Logs Insights on a schedule.
// Expected values: CloudWatch User Guide, "Log alarms" (alarm-log) and "Alarming on logs"
// (Alarm-On-Logs); API PutLogAlarm.
#include <doctest/doctest.h>

#include "models/cloudwatch/insight_report.hpp"
#include "models/cloudwatch/log_alarm_spec.hpp"
#include "models/logs/service.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

const Service* const kWithLogs[] = {&kCloudWatch, &kLogs, &kStandIn};

/// The example of the guide, on one of two results.
Json log_alarm(Json query = Json::object(), Json members = Json::object()) {
  Json configuration{{"QueryString", "fields @timestamp, @message | filter @message like /ERROR/"},
                     {"LogGroupIdentifiers", Json::array({"/aws/lambda/my-function"})},
                     {"ScheduledQueryRoleARN", "arn:aws:iam::012345678901:role/ScheduledQueryRole"},
                     {"AggregationExpression", "count(*)"},
                     {"ScheduleConfiguration",
                      {{"ScheduleExpression", "rate(5 minutes)"}, {"StartTimeOffset", 300}}}};
  configuration.update(query);
  Json alarm{{"AlarmName", "errors"},
             {"ScheduledQueryConfiguration", std::move(configuration)},
             {"QueryResultsToEvaluate", 3},
             {"QueryResultsToAlarm", 2},
             {"Threshold", 2},
             {"ComparisonOperator", "GreaterThanThreshold"},
             {"AlarmActions", Json::array({"arn:aws:sns:us-east-1:012345678901:on-call"})}};
  alarm.update(members);
  return alarm;
}

struct LogWorld {
  LogWorld() {
    call("logs", "CreateLogGroup", {{"logGroupName", "/aws/lambda/my-function"}});
    call("logs", "CreateLogStream",
         {{"logGroupName", "/aws/lambda/my-function"}, {"logStreamName", "s"}});
  }
  ApiResult<Json> call(std::string service, std::string operation, const Json& input) {
    ApiResult<Json> answer = Json{};
    const auto run = [](Cloud& in, std::string at, std::string what, Json with,
                        ApiResult<Json>& out) -> Process<> {
      Caller caller{kHome, "arn:aws:iam::012345678901:user/tester", ""};
      out = co_await in.call(std::move(caller), std::move(at), std::move(what), std::move(with));
    };
    sim.spawn(run(cloud, std::move(service), std::move(operation), input, answer));
    sim.run_until(sim.now() + 5s);
    return answer;
  }
  ApiResult<Json> put(const Json& alarm) { return call("cloudwatch", "PutLogAlarm", alarm); }
  void write(int times, const std::string& line) {
    Json events = Json::array();
    const auto at = std::chrono::floor<std::chrono::milliseconds>(sim.now().time_since_epoch());
    for (int i = 0; i < times; ++i)
      events.push_back({{"timestamp", at.count()}, {"message", line}});
    REQUIRE(call("logs", "PutLogEvents",
                 {{"logGroupName", "/aws/lambda/my-function"},
                  {"logStreamName", "s"},
                  {"logEvents", events}}));
  }
  void pass(Duration time) { sim.run_until(sim.now() + time); }
  Alarm& alarm() {
    return *static_cast<CloudWatch*>(cloud.model("cloudwatch"))->find(kHome, "errors");
  }
  AlarmState state() { return alarm().state().state; }
  std::string reason() { return alarm().state().reason(); }
  std::vector<Received>& received() { return static_cast<Recorder*>(cloud.model("ec2"))->received; }

  Simulation sim{kStart, Seed{1}};
  Journal journal{sim, Level::everything};
  Cloud cloud{sim, journal, kWithLogs, kHome};
};

std::string complaint(const Json& alarm) {
  LogWorld world;
  const auto answer = world.put(alarm);
  return answer ? "" : answer.error().message;
}

TEST_SUITE("cloudwatch: log alarms") {
  TEST_CASE("M of the last N results of the scheduled query") {
    LogWorld world;
    REQUIRE(world.put(log_alarm()));
    CHECK(world.state() == AlarmState::insufficient_data);
    CHECK(world.reason() == "Unchecked: Initial alarm creation");
    world.pass(6min);
    CHECK(world.state() == AlarmState::insufficient_data);  // one result of two that it needs
    world.pass(5min);
    CHECK(world.state() == AlarmState::ok);  // "count(*) on an empty result set returns 0"
    for (int i = 0; i < 2; ++i) {
      world.write(3, "ERROR: no database");
      world.write(9, "INFO: fine");
      world.pass(5min);
    }
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.reason().starts_with(
        "Threshold Crossed: 2 out of the last 3 query results [3.0 (02/03/26 09:20:10), 3.0 "
        "(02/03/26 09:15:10)] were greater than the threshold (2.0) (minimum 2 datapoints for OK "
        "-> ALARM transition)."));
    const Json data = Json::parse(world.alarm().state().reason_data());
    CHECK(data["queryResultsToEvaluate"] == 3);
    CHECK(data["queryResultsToAlarm"] == 2);
    CHECK(data["threshold"] == 2.0);
    REQUIRE(data["results"].size() == 3);
    CHECK(data["results"][0]["status"] == "COMPLETE");
    CHECK(data["results"][0]["value"] == 3.0);
    REQUIRE(world.received().size() == 1);
    const Json message = Json::parse(world.received()[0].text);
    CHECK(message["NewStateValue"] == "ALARM");
    CHECK(message["NewStateReasonData"]["results"].size() == 3);
  }

  TEST_CASE("a field that no result has is missing data") {
    LogWorld world;
    REQUIRE(world.put(log_alarm({{"AggregationExpression", "avg(latency)"}},
                                {{"TreatMissingData", "breaching"}})));
    world.write(1, "ERROR: no number");
    world.pass(11min);
    CHECK(world.state() == AlarmState::alarm);
    LogWorld calm;
    REQUIRE(calm.put(log_alarm({{"AggregationExpression", "avg(latency)"}},
                               {{"TreatMissingData", "notBreaching"}})));
    calm.pass(11min);
    CHECK(calm.state() == AlarmState::ok);
  }

  TEST_CASE("each group of the by clause is a contributor") {
    LogWorld world;
    REQUIRE(world.put(log_alarm({{"QueryString", "filter level = 'ERROR'"},
                                 {"AggregationExpression", "count(*) by service | sort desc"}},
                                {{"QueryResultsToEvaluate", 1}, {"QueryResultsToAlarm", 1}})));
    world.write(3, R"({"level": "ERROR", "service": "cart"})");
    world.write(1, R"({"level": "ERROR", "service": "search"})");
    world.pass(5min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.reason() == "1 out of 2 contributors evaluated to ALARM");
    REQUIRE(world.received().size() == 1);
    const Json message = Json::parse(world.received()[0].text);
    CHECK(message["AlarmContributorAttributes"] == Json{{"service", "cart"}});
    CHECK(message["NewStateReason"] == "1 out of 2 contributors evaluated to ALARM");
    // "If a contributor disappears from query results, that contributor transitions to OK."
    world.write(1, R"({"level": "ERROR", "service": "search"})");
    world.pass(5min);
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.reason() == "1 contributors evaluated to OK");
  }

  TEST_CASE("a query that fails is EVALUATION_ERROR, and it recovers") {
    LogWorld world;
    REQUIRE(world.put(log_alarm({{"LogGroupIdentifiers", Json::array({"/gone"})}})));
    world.pass(11min);
    CHECK(world.state() == AlarmState::insufficient_data);
    CHECK(world.alarm().evaluation_state() == "EVALUATION_ERROR");
    CHECK(world.reason().find("ResourceNotFoundException") != std::string::npos);
    world.call("logs", "CreateLogGroup", {{"logGroupName", "/gone"}});
    world.pass(6min);
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.alarm().evaluation_state().empty());
  }

  TEST_CASE("another query starts anew; another threshold does not") {
    LogWorld world;
    REQUIRE(world.put(log_alarm()));
    world.pass(11min);
    REQUIRE(world.state() == AlarmState::ok);
    REQUIRE(world.put(log_alarm(Json::object(), {{"Threshold", 5}})));
    CHECK(world.state() == AlarmState::ok);
    REQUIRE(world.put(log_alarm({{"AggregationExpression", "sum(bytes)"}})));
    CHECK(world.state() == AlarmState::insufficient_data);
  }

  TEST_CASE("DescribeAlarms tells of it where log alarms are asked for") {
    LogWorld world;
    REQUIRE(world.put(log_alarm()));
    auto answer = world.call("cloudwatch", "DescribeAlarms", Json::object());
    CHECK((*answer)["MetricAlarms"].empty());
    answer = world.call("cloudwatch", "DescribeAlarms", {{"AlarmTypes", {"LogAlarm"}}});
    REQUIRE((*answer)["LogAlarms"].size() == 1);
    const Json& alarm = (*answer)["LogAlarms"][0];
    CHECK(alarm["QueryResultsToEvaluate"] == 3);
    CHECK(alarm["ScheduledQueryConfiguration"]["AggregationExpression"] == "count(*)");
    CHECK(alarm["ScheduledQueryConfiguration"].contains("QueryARN"));
    CHECK_FALSE(alarm.contains("EvaluationPeriods"));
    answer = world.call("cloudwatch", "DescribeAlarmHistory", {{"AlarmName", "errors"}});
    CHECK((*answer)["AlarmHistoryItems"][0]["AlarmType"] == "LogAlarm");
    REQUIRE(world.call("cloudwatch", "DeleteAlarms", {{"AlarmNames", {"errors"}}}));
    answer = world.call("cloudwatch", "DescribeAlarms", {{"AlarmTypes", {"LogAlarm"}}});
    CHECK((*answer)["LogAlarms"].empty());
    world.pass(20min);  // nothing runs its query any more
  }

  TEST_CASE("composite alarms and mute rules take it as any alarm") {
    LogWorld world;
    REQUIRE(world.put(log_alarm()));
    REQUIRE(world.call("cloudwatch", "PutCompositeAlarm",
                       {{"AlarmName", "both"}, {"AlarmRule", "ALARM(errors)"}}));
    REQUIRE(world.call(
        "cloudwatch", "PutAlarmMuteRule",
        {{"Name", "quiet"},
         {"Rule", {{"Schedule", {{"Expression", "cron(0 9 * * *)"}, {"Duration", "PT1H"}}}}},
         {"MuteTargets", {{"AlarmNames", {"errors"}}}}}));
    for (int i = 0; i < 3; ++i) {
      world.write(3, "ERROR: no database");
      world.pass(5min);
    }
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.received().empty());  // muted until ten
    auto answer = world.call("cloudwatch", "DescribeAlarms", {{"AlarmTypes", {"CompositeAlarm"}}});
    CHECK((*answer)["CompositeAlarms"][0]["StateValue"] == "ALARM");
    answer = world.call("cloudwatch", "DescribeAlarms", {{"ChildrenOfAlarmName", "both"}});
    REQUIRE((*answer)["LogAlarms"].size() == 1);
    CHECK((*answer)["LogAlarms"][0]["AlarmName"] == "errors");
  }

  TEST_CASE("what PutLogAlarm refuses") {
    CHECK(complaint(log_alarm()).empty());
    const auto aggregated = [](const char* text) {
      return complaint(log_alarm({{"AggregationExpression", text}}));
    };
    CHECK(aggregated("avg(latency) by a, b, c, d, e | sort asc").empty());
    CHECK(aggregated("avg(latency) by a, b, c, d, e, f").find("at most 5") != std::string::npos);
    CHECK(aggregated("count(*) by bin(5m)").find("bin()") != std::string::npos);
    CHECK_FALSE(aggregated("count(*), avg(latency)").empty());
    CHECK_FALSE(aggregated("pct(latency, 99)").empty());
    CHECK_FALSE(aggregated("count(*) | limit 5").empty());
    CHECK(complaint(log_alarm(Json::object(), {{"QueryResultsToAlarm", 4}})) ==
          "QueryResultsToAlarm 4 must be less than or equal to QueryResultsToEvaluate 3.");
    CHECK_FALSE(complaint(log_alarm(Json::object(), {{"ActionLogLineCount", 5}})).empty());
    CHECK_FALSE(
        complaint(log_alarm(Json::object(),
                            {{"AlarmActions", Json::array({"arn:aws:ssm-incidents::012345678901:"
                                                           "response-plan/web"})}}))
            .empty());
    CHECK_FALSE(complaint(log_alarm({{"ScheduleConfiguration",
                                      {{"ScheduleExpression", "every 5 minutes"}}}}))
                    .empty());
  }
}

TEST_SUITE("cloudwatch: reports of Contributor Insights") {
  /// The example of "Contributor Insights rule syntax".
  const char* const kPuts =
      R"({"Schema":{"Name":"CloudWatchLogRule","Version":1},"LogGroupNames":["/aws/lambda/my*"],)"
      R"("LogFormat":"JSON","Contribution":{"Keys":["$.ip"],"ValueOf":"$.requestBytes",)"
      R"("Filters":[{"Match":"$.httpMethod","In":["PUT"]}]},"AggregateOn":"Sum"})";

  TEST_CASE("contributors by their sums, and the statistics of each period") {
    LogWorld world;
    REQUIRE(
        world.call("cloudwatch", "PutInsightRule",
                   {{"RuleName", "puts"}, {"RuleState", "ENABLED"}, {"RuleDefinition", kPuts}}));
    world.write(3, R"({"ip": "10.0.0.1", "httpMethod": "PUT", "requestBytes": 100})");
    world.write(1, R"({"ip": "10.0.0.2", "httpMethod": "PUT", "requestBytes": 500})");
    world.write(9, R"({"ip": "10.0.0.3", "httpMethod": "GET", "requestBytes": 900})");
    world.write(1, "not JSON");
    const auto answer =
        world.call("cloudwatch", "GetInsightRuleReport",
                   {{"RuleName", "puts"},
                    {"StartTime", "2026-03-02T09:00:00Z"},
                    {"EndTime", "2026-03-02T09:05:00Z"},
                    {"Period", 60},
                    {"MaxContributorCount", 1},
                    {"Metrics", {"UniqueContributors", "MaxContributorValue", "SampleCount"}}});
    REQUIRE(answer);
    CHECK((*answer)["KeyLabels"] == Json::array({"$.ip"}));
    CHECK((*answer)["AggregationStatistic"] == "Sum");
    CHECK((*answer)["AggregateValue"] == 800.0);
    CHECK((*answer)["ApproximateUniqueCount"] == 2);
    REQUIRE((*answer)["Contributors"].size() == 1);
    CHECK((*answer)["Contributors"][0]["Keys"] == Json::array({"10.0.0.2"}));
    CHECK((*answer)["Contributors"][0]["ApproximateAggregateValue"] == 500.0);
    REQUIRE((*answer)["MetricDatapoints"].size() == 1);
    const Json& point = (*answer)["MetricDatapoints"][0];
    CHECK(point["UniqueContributors"] == 2.0);
    CHECK(point["MaxContributorValue"] == 500.0);
    CHECK(point["SampleCount"] == 4.0);
    CHECK_FALSE(point.contains("Average"));
  }

  TEST_CASE("INSIGHT_RULE_METRIC in GetMetricData, and an alarm on it") {
    LogWorld world;
    REQUIRE(
        world.call("cloudwatch", "PutInsightRule",
                   {{"RuleName", "puts"}, {"RuleState", "ENABLED"}, {"RuleDefinition", kPuts}}));
    const Json query{{"Id", "r1"},
                     {"Expression", "INSIGHT_RULE_METRIC('puts', 'UniqueContributors')"},
                     {"Period", 60}};
    REQUIRE(world.call("cloudwatch", "PutMetricAlarm",
                       {{"AlarmName", "errors"},
                        {"Metrics", Json::array({query})},
                        {"EvaluationPeriods", 1},
                        {"Threshold", 1},
                        {"ComparisonOperator", "GreaterThanThreshold"}}));
    world.write(2, R"({"ip": "10.0.0.1", "httpMethod": "PUT", "requestBytes": 1})");
    world.pass(2min);
    CHECK(world.state() == AlarmState::ok);
    world.write(1, R"({"ip": "10.0.0.1", "httpMethod": "PUT", "requestBytes": 1})");
    world.write(1, R"({"ip": "10.0.0.2", "httpMethod": "PUT", "requestBytes": 1})");
    world.pass(1min);
    CHECK(world.state() == AlarmState::alarm);
    const auto data = world.call("cloudwatch", "GetMetricData",
                                 {{"StartTime", "2026-03-02T09:00:00Z"},
                                  {"EndTime", "2026-03-02T09:05:00Z"},
                                  {"ScanBy", "TimestampAscending"},
                                  {"MetricDataQueries", Json::array({query})}});
    REQUIRE(data);
    CHECK((*data)["MetricDataResults"][0]["Values"] == Json::array({1.0, 2.0}));
  }

  TEST_CASE("lines in Common Log Format, by number and by alias") {
    const auto body = RuleBody::parse(
        R"({"Schema":{},"LogGroupNames":["g"],"LogFormat":"CLF","Fields":{"4":"IpAddress"},)"
        R"("Contribution":{"Keys":["IpAddress"],"Filters":[{"Match":"9","GreaterThan":399}]},)"
        R"("AggregateOn":"Count"})");
    const auto* rule = std::get_if<RuleBody>(&body);
    REQUIRE(rule != nullptr);
    const std::string line = R"(a - b 10.0.0.7 u [02/Mar/2026:09:00:00 +0000] "GET / HTTP/1.1" x )";
    const auto bad = match_rule(*rule, kStart, line + "503 12");
    REQUIRE(bad);
    CHECK(bad->keys == std::vector<std::string>{"10.0.0.7"});
    CHECK_FALSE(match_rule(*rule, kStart, line + "200 12"));
  }

  TEST_CASE("filters, paths into lists, and what is no rule") {
    const auto body = RuleBody::parse(
        R"({"Schema":{},"LogGroupNames":["g"],"Contribution":{"Keys":["$.items[1].id","$.user"],)"
        R"("Filters":[{"Match":"$.error","IsPresent":false},{"Match":"$.user","StartsWith":["a"]},)"
        R"({"Match":"$.zone","NotIn":["x"]}]},"AggregateOn":"Count"})");
    const auto* rule = std::get_if<RuleBody>(&body);
    REQUIRE(rule != nullptr);
    const auto matches = [&](const char* event) {
      return match_rule(*rule, kStart, event).has_value();
    };
    CHECK(matches(R"({"items": [{"id": 1}, {"id": 2}], "user": "ann", "zone": "y"})"));
    CHECK_FALSE(matches(R"({"items": [{"id": 1}], "user": "ann"})"));  // no such key
    CHECK_FALSE(matches(R"({"items": [{"id": 1}, {"id": 2}], "user": "bob"})"));
    CHECK_FALSE(matches(R"({"items": [{"id": 1}, {"id": 2}], "user": "ann", "zone": "x"})"));
    CHECK_FALSE(matches(R"({"items": [{"id": 1}, {"id": 2}], "user": "ann", "error": "e"})"));
    const auto complaint = [](const char* text) {
      const auto read = RuleBody::parse(text);
      return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
    };
    CHECK(complaint(R"({"Schema":{},"Contribution":{"Keys":[]},"AggregateOn":"Count"})") ==
          "Contribution must contain 1 to 4 Keys");
    CHECK(complaint(R"({"Schema":{},"Contribution":{"Keys":["a"]},"AggregateOn":"Sum"})") ==
          "Contribution must contain ValueOf when AggregateOn is Sum");
    CHECK_FALSE(complaint(R"({"Schema":{},"Contribution":7,"AggregateOn":"Sum"})").empty());
  }
}

}  // namespace
}  // namespace opsim::tests

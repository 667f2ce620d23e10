#include "models/logs/logs.hpp"

#include "models/logs/gzip.hpp"
#include "models/logs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

using logs::base64;
using logs::gzip;

/// Takes what subscriptions hand on.
struct LogTaker : Model {
  std::vector<std::string> got;
};
Process<ApiResult<Json>> take_logs(LogTaker& taker, Delivery delivery) {
  taker.got.push_back(delivery.text);
  co_return Json::object();
}
constexpr DeliveryTarget kLogTargets[] = {{"lambda", "", deliver<LogTaker, take_logs>}};
constexpr Service kLogTaker{
    .name = "lambda",
    .title = "stand-in",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<LogTaker>(); },
    .targets = kLogTargets};
constexpr const Service* kLogServices[] = {&kLogs, &kLogTaker};

struct LogWorld : SmallWorld {
  LogWorld() : SmallWorld{kLogServices} {
    must("logs", "CreateLogGroup", {{"logGroupName", "app"}});
    must("logs", "CreateLogStream", {{"logGroupName", "app"}, {"logStreamName", "one"}});
  }
  [[nodiscard]] std::int64_t now() const { return logs::milliseconds(sim.now()); }
  Json write(const std::vector<std::string>& messages) {
    Json events = Json::array();
    for (const std::string& message : messages)
      events.push_back({{"timestamp", now()}, {"message", message}});
    return must("logs", "PutLogEvents",
                {{"logGroupName", "app"}, {"logStreamName", "one"}, {"logEvents", events}});
  }
  std::optional<double> metric(std::string_view name, Dimensions dimensions = {}) {
    const auto series =
        cloud.metrics().find({cloud.home(), "App", std::string{name}, std::move(dimensions)});
    if (!series) return std::nullopt;
    const SimTime to = sim.now() + 1min;
    return cloud.metrics().statistic(*series, *Statistic::parse("Sum"), {sim.now() - 1h, to, to});
  }
};

TEST_SUITE("logs: groups, streams, events") {
  TEST_CASE("events are read in pages, from either end") {
    LogWorld world;
    world.write({"a", "b", "c"});
    const Json names{{"logGroupName", "app"}, {"logStreamName", "one"}, {"limit", 2}};
    const Json tail = world.must("logs", "GetLogEvents", names);
    REQUIRE(tail["events"].size() == 2);
    CHECK(tail["events"][0]["message"] == "b");
    Json more = names;
    more["nextToken"] = tail["nextBackwardToken"];
    CHECK(world.must("logs", "GetLogEvents", more)["events"][0]["message"] == "a");
    more["nextToken"] = tail["nextForwardToken"];
    const Json end = world.must("logs", "GetLogEvents", more);
    CHECK(end["events"].empty());
    CHECK(end["nextForwardToken"] == tail["nextForwardToken"]);  // the end: the same token
    Json head = names;
    head["startFromHead"] = true;
    CHECK(world.must("logs", "GetLogEvents", head)["events"][0]["message"] == "a");
  }

  TEST_CASE("events are searched over streams, in order of time") {
    LogWorld world;
    world.write({"ERROR one", "INFO two"});
    world.run_for(1min);
    world.write({"ERROR three"});
    const Json found = world.must("logs", "FilterLogEvents",
                                  {{"logGroupName", "app"}, {"filterPattern", "ERROR"}});
    REQUIRE(found["events"].size() == 2);
    CHECK(found["events"][1]["message"] == "ERROR three");
    CHECK(found["events"][1]["logStreamName"] == "one");
  }

  TEST_CASE("events that are too old or too new are rejected, the rest is kept") {
    LogWorld world;
    const std::int64_t hour = 3'600'000;
    const Json answer =
        world.must("logs", "PutLogEvents",
                   {{"logGroupName", "app"},
                    {"logStreamName", "one"},
                    {"logEvents",
                     {{{"timestamp", world.now()}, {"message", "now"}},
                      {{"timestamp", world.now() + 3 * hour}, {"message", "tomorrow"}}}}});
    CHECK(answer["rejectedLogEventsInfo"] == Json{{"tooNewLogEventStartIndex", 1}});
    const Json names{{"logGroupName", "app"}, {"logStreamName", "one"}};
    CHECK(world.must("logs", "GetLogEvents", names)["events"].size() == 1);
    Json unsorted = names;
    unsorted["logEvents"] = {{{"timestamp", world.now()}, {"message", "b"}},
                             {{"timestamp", world.now() - 1}, {"message", "a"}}};
    CHECK(world.refusal("logs", "PutLogEvents", unsorted) == "InvalidParameterException");
  }

  TEST_CASE("events older than the retention are gone") {
    LogWorld world;
    world.must("logs", "PutRetentionPolicy", {{"logGroupName", "app"}, {"retentionInDays", 1}});
    CHECK(world.refusal("logs", "PutRetentionPolicy",
                        {{"logGroupName", "app"}, {"retentionInDays", 2}}) ==
          "InvalidParameterException");
    world.write({"old"});
    world.run_for(25h);
    CHECK(world.must("logs", "FilterLogEvents", {{"logGroupName", "app"}})["events"].empty());
  }

  TEST_CASE("errors are AWS's") {
    LogWorld world;
    CHECK(world.refusal("logs", "CreateLogGroup", {{"logGroupName", "app"}}) ==
          "ResourceAlreadyExistsException");
    CHECK(world.refusal("logs", "GetLogEvents",
                        {{"logGroupName", "app"}, {"logStreamName", "none"}}) ==
          "ResourceNotFoundException");
    CHECK(world.refusal("logs", "DeleteLogGroup", {{"logGroupName", "none"}}) ==
          "ResourceNotFoundException");
    CHECK(world.refusal("logs", "FilterLogEvents",
                        {{"logGroupName", "app"}, {"logStreamNames", {"none"}}}) ==
          "ResourceNotFoundException");
    const auto wrong = world.call("logs", "CreateLogGroup", {{"logGroupName", "a b"}});
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().message ==
          "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy "
          R"(constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+)");
    const auto days =
        world.call("logs", "PutRetentionPolicy", {{"logGroupName", "app"}, {"retentionInDays", 2}});
    REQUIRE_FALSE(days.has_value());
    CHECK(days.error().message.starts_with(
        "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy "
        "constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, "));
  }
}

TEST_SUITE("logs: what reads along") {
  TEST_CASE("metric filters count, add up and report their default") {
    LogWorld world;
    const auto filter = [&](std::string_view name, std::string_view pattern, Json to) {
      to["metricNamespace"] = "App";
      to["metricName"] = name;
      world.must("logs", "PutMetricFilter",
                 {{"logGroupName", "app"},
                  {"filterName", name},
                  {"filterPattern", pattern},
                  {"metricTransformations", Json::array({to})}});
    };
    world.write({"ERROR before the filter"});  // not retroactive
    filter("errors", "ERROR", {{"metricValue", "1"}});
    filter("bytes", "[status, bytes]", {{"metricValue", "$bytes"}, {"unit", "Bytes"}});
    filter("latency", "{ $.ms = * }",
           {{"metricValue", "$.ms"}, {"dimensions", {{"Path", "$.path"}}}});
    filter("panics", "PANIC", {{"metricValue", "1"}, {"defaultValue", 0}});
    world.write({"ERROR a b", "ERROR b c", "200 512", R"({"ms": 7.5, "path": "/x"})"});
    CHECK(world.metric("errors") == 2);
    CHECK(world.metric("bytes") == 512);
    CHECK(world.metric("latency", {{"Path", "/x"}}) == 7.5);
    CHECK(world.metric("panics") == 0);
  }

  // MonitoringLogData: the default value is reported for a minute without a match, not for a batch.
  TEST_CASE("a default value is put once a minute") {
    LogWorld world;
    world.must("logs", "PutMetricFilter",
               {{"logGroupName", "app"},
                {"filterName", "f"},
                {"filterPattern", "PANIC"},
                {"metricTransformations",
                 {{{"metricName", "panics"},
                   {"metricNamespace", "App"},
                   {"metricValue", "1"},
                   {"defaultValue", 0}}}}});
    world.write({"PANIC"});
    world.write({"calm"});
    world.run_for(1min);
    world.write({"calm"});
    world.write({"calm"});
    const auto series = world.cloud.metrics().find({world.cloud.home(), "App", "panics", {}});
    REQUIRE(series);
    const SimTime to = world.sim.now() + 1min;
    CHECK(world.cloud.metrics().statistic(*series, *Statistic::parse("SampleCount"),
                                          {to - 1h, to, to}) == 2);
  }

  TEST_CASE("a stream is a destination with a role only") {
    LogWorld world;
    CHECK(world.refusal("logs", "PutSubscriptionFilter",
                        {{"logGroupName", "app"},
                         {"filterName", "f"},
                         {"filterPattern", ""},
                         {"destinationArn", "arn:aws:kinesis:us-east-1:123456789012:stream/s"}}) ==
          "InvalidParameterException");
  }

  TEST_CASE("TestMetricFilter tells what is extracted") {
    LogWorld world;
    const Json answer = world.must(
        "logs", "TestMetricFilter",
        {{"filterPattern", "[ip, bytes > 10]"}, {"logEventMessages", {"1.2.3.4 5", "1.2.3.4 50"}}});
    REQUIRE(answer["matches"].size() == 1);
    CHECK(answer["matches"][0]["eventNumber"] == 2);
    CHECK(answer["matches"][0]["extractedValues"] == Json{{"$ip", "1.2.3.4"}, {"$bytes", "50"}});
  }

  TEST_CASE("subscriptions hand matching events on, in base64 of gzip") {
    CHECK(base64("Man is") == "TWFuIGlz");
    CHECK(base64("M") == "TQ==");
    // RFC 1952: magic, one stored block, the checksum of "abc" is 352441c2.
    const std::string packed = gzip("abc");
    CHECK(packed.substr(0, 2) == "\x1f\x8b");
    CHECK(packed.substr(packed.size() - 8, 4) == "\xc2\x41\x24\x35");
    CHECK(packed.find("abc") == 15);

    LogWorld world;
    world.must("logs", "PutSubscriptionFilter",
               {{"logGroupName", "app"},
                {"filterName", "errors"},
                {"filterPattern", "ERROR"},
                {"destinationArn", "arn:aws:lambda:us-east-1:123456789012:function:f"}});
    world.write({"ERROR a", "INFO b"});
    world.run_for(1s);
    const auto& got = static_cast<LogTaker&>(*world.cloud.model("lambda")).got;
    REQUIRE(got.size() == 1);
    CHECK(Json::parse(got[0])["awslogs"]["data"].get<std::string>().starts_with("H4sIA"));
  }

  TEST_CASE("templates make groups, streams and filters") {
    LogWorld world;
    const std::string group =
        world.make("AWS::Logs::LogGroup", "Group", {{"RetentionInDays", "7"}});
    world.make("AWS::Logs::LogStream", "Stream", {{"LogGroupName", group}});
    world.make("AWS::Logs::MetricFilter", "Filter",
               {{"LogGroupName", group},
                {"FilterPattern", "ERROR"},
                {"MetricTransformations",
                 {{{"MetricName", "errors"}, {"MetricNamespace", "App"}, {"MetricValue", "1"}}}}});
    const Json groups = world.must("logs", "DescribeLogGroups", {{"logGroupNamePrefix", group}});
    REQUIRE(groups["logGroups"].size() == 1);
    CHECK(groups["logGroups"][0]["retentionInDays"] == 7);
    CHECK(groups["logGroups"][0]["metricFilterCount"] == 1);
  }
}

TEST_SUITE("logs: queries, policies, targets") {
  // API StartQuery, GetQueryResults: a query runs for a while; its times are in seconds.
  TEST_CASE("a query of Logs Insights runs, then answers") {
    LogWorld world;
    world.write({R"({"level": "ERROR"})", R"({"level": "INFO"})"});
    const std::int64_t second = world.now() / 1000;
    const Json input{{"logGroupName", "app"},
                     {"startTime", second - 60},
                     {"endTime", second + 60},
                     {"queryString", "filter level = 'ERROR' | stats count(*) as n"}};
    const Json query{{"queryId", world.must("logs", "StartQuery", input)["queryId"]}};
    CHECK(world.must("logs", "GetQueryResults", query)["status"] != "Complete");
    world.run_for(5s);
    const Json answer = world.must("logs", "GetQueryResults", query);
    CHECK(answer["status"] == "Complete");
    CHECK(answer["results"] == Json::array({Json::array({Json{{"field", "n"}, {"value", "1"}}})}));
    CHECK(answer["statistics"]["recordsMatched"] == 1.0);
    CHECK(answer["statistics"]["recordsScanned"] == 2.0);
    CHECK(world.refusal("logs", "StopQuery", query) == "InvalidParameterException");

    Json bad = input;
    bad["queryString"] = "stats count(*) by";
    CHECK(world.refusal("logs", "StartQuery", bad) == "MalformedQueryException");
    bad["queryString"] = "fields @message";
    bad["logGroupName"] = "none";
    CHECK(world.refusal("logs", "StartQuery", bad) == "ResourceNotFoundException");
    bad["logGroupName"] = "app";
    bad["endTime"] = second - 120;
    CHECK(world.refusal("logs", "StartQuery", bad) == "InvalidParameterException");
  }

  // CWL_QuerySyntax-Join: what it scans counts; a group that is not there is told.
  TEST_CASE("a join reads another log group over the same time") {
    LogWorld world;
    world.write({R"({"id": "r1"})", R"({"id": "r2"})"});
    const std::int64_t second = world.now() / 1000;
    Json input{{"logGroupName", "app"},
               {"startTime", second - 60},
               {"endTime", second + 60},
               {"queryString",
                "filter id = 'r1' | join left=a right=b where a.id=b.id (SOURCE 'app') | stats "
                "count(*) as n"}};
    const Json query{{"queryId", world.must("logs", "StartQuery", input)["queryId"]}};
    world.run_for(5s);
    const Json answer = world.must("logs", "GetQueryResults", query);
    CHECK(answer["results"] == Json::array({Json::array({Json{{"field", "n"}, {"value", "1"}}})}));
    CHECK(answer["statistics"]["recordsScanned"] == 4.0);
    input["queryString"] = "filter id in (SOURCE 'none' | fields id)";
    CHECK(world.refusal("logs", "StartQuery", input) == "ResourceNotFoundException");
  }

  TEST_CASE("a running query can be stopped, and at most 30 run at once") {
    LogWorld world;
    const Json input{{"logGroupName", "app"},
                     {"startTime", 0},
                     {"endTime", 1},
                     {"queryString", "fields @message"}};
    const Json query{{"queryId", world.must("logs", "StartQuery", input)["queryId"]}};
    CHECK(world.must("logs", "StopQuery", query) == Json{{"success", true}});
    CHECK(world.must("logs", "GetQueryResults", query)["status"] == "Cancelled");
    CHECK(world.must("logs", "DescribeQueries")["queries"].size() == 1);
  }

  // CloudWatch-Logs-Monitoring-CloudWatch-Metrics.
  TEST_CASE("what comes in is counted in AWS/Logs") {
    LogWorld world;
    world.write({"four", "more"});
    const auto sum = [&](const char* name) {
      const auto series = world.cloud.metrics().find(
          {world.cloud.home(), "AWS/Logs", name, {{"LogGroupName", "app"}}});
      REQUIRE(series);
      const SimTime to = world.sim.now() + 1min;
      return world.cloud.metrics().statistic(*series, *Statistic::parse("Sum"), {to - 1h, to, to});
    };
    CHECK(sum("IncomingLogEvents") == 2);
    CHECK(sum("IncomingBytes") == 8);
  }

  // EventBridge User Guide, eb-use-resource-based, "CloudWatch Logs permissions".
  TEST_CASE("a rule writes to a log group where a resource policy lets it") {
    LogWorld world;
    world.must("logs", "CreateLogGroup", {{"logGroupName", "/aws/events/all"}});
    const auto deliver = [&] {
      Delivery delivery{
          .caller = {world.cloud.home(), "events.amazonaws.com", "events.amazonaws.com"},
          .target = *Arn::parse("arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/all"),
          .text = R"({"id": "1"})"};
      const auto answer = world.finish(world.cloud.deliver(std::move(delivery)));
      return answer ? "ok" : answer.error().code;
    };
    CHECK(deliver() == "AccessDeniedException");
    const Json policy{
        {"Statement",
         {{{"Effect", "Allow"},
           {"Principal", {{"Service", {"events.amazonaws.com", "delivery.logs.amazonaws.com"}}}},
           {"Action", {"logs:CreateLogStream", "logs:PutLogEvents"}},
           {"Resource", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/*:*"}}}}};
    world.must("logs", "PutResourcePolicy",
               {{"policyName", "events"}, {"policyDocument", policy.dump()}});
    CHECK(deliver() == "ok");
    const Json found = world.must("logs", "FilterLogEvents", {{"logGroupName", "/aws/events/all"}});
    REQUIRE(found["events"].size() == 1);
    CHECK(found["events"][0]["message"] == R"({"id": "1"})");
  }

  TEST_CASE("log groups have tags; policies and queries are kept") {
    LogWorld world;
    const Json arn{{"resourceArn", "arn:aws:logs:us-east-1:123456789012:log-group:app"}};
    Json tagged = arn;
    tagged["tags"] = {{"team", "ops"}};
    world.must("logs", "TagResource", tagged);
    CHECK(world.must("logs", "ListTagsForResource", arn)["tags"] == Json{{"team", "ops"}});
    Json less = arn;
    less["tagKeys"] = {"team"};
    world.must("logs", "UntagResource", less);
    CHECK(world.must("logs", "ListTagsLogGroup", {{"logGroupName", "app"}})["tags"].empty());

    const std::string id = world.make("AWS::Logs::QueryDefinition", "Errors",
                                      {{"Name", "errors"}, {"QueryString", "fields @message"}});
    const Json kept = world.must("logs", "DescribeQueryDefinitions");
    REQUIRE(kept["queryDefinitions"].size() == 1);
    CHECK(kept["queryDefinitions"][0]["queryDefinitionId"] == id);
    CHECK(world.make("AWS::Logs::ResourcePolicy", "Policy",
                     {{"PolicyName", "p"}, {"PolicyDocument", R"({"Statement": []})"}}) == "p");
    CHECK(world.refusal("logs", "DeleteResourcePolicy", {{"policyName", "q"}}) ==
          "ResourceNotFoundException");
  }

  // API PutMetricFilter with regex-expressions: at most 5 filters with such patterns a log group.
  TEST_CASE("a log group takes five filters with regular expressions") {
    LogWorld world;
    const auto put = [&](int number) {
      return world.refusal(
          "logs", "PutMetricFilter",
          {{"logGroupName", "app"},
           {"filterName", "f" + std::to_string(number)},
           {"filterPattern", "%x%"},
           {"metricTransformations",
            {{{"metricName", "m"}, {"metricNamespace", "App"}, {"metricValue", "1"}}}}});
    };
    for (int i = 0; i < 5; ++i) CHECK(put(i) == "");
    world.run_for(1s);  // five calls a second
    CHECK(put(5) == "LimitExceededException");
    CHECK(put(0) == "");  // one that stands is replaced
  }
}

}  // namespace
}  // namespace opsim::tests

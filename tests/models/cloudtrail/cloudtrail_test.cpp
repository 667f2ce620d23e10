#include "models/cloudtrail/cloudtrail.hpp"

#include <doctest/doctest.h>

#include "models/cloudtrail/service.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::tests {

namespace {

const Place kHome{"012345678901", "us-east-1"};
const SimTime kStart = *parse_iso8601("2026-03-02T09:00:00Z");

/// EventBridge with the rules it is told, and the events that reach it.
class Bus : public Model {
 public:
  Json rules = Json::array();
  std::vector<Event> events;
};
ApiResult<Json> list_rules(Bus& bus, const Request& /*request*/) {
  return Json{{"Rules", bus.rules}};
}
ApiResult<Json> put_rule(Bus& bus, const Request& request) {
  bus.rules.push_back(request.input);
  return Json::object();
}
ApiResult<Json> put_events(Bus& /*bus*/, const Request& /*request*/) { return Json::object(); }
ApiResult<Json> refuse(Bus& /*bus*/, const Request& /*request*/) {
  return ApiError{"ResourceNotFoundException", "no such rule"};
}
constexpr Operation kOperations[] = {
    {.name = "DeleteRule", .now = &immediate<Bus, refuse>},
    {.name = "ListRules", .access = Access::read, .now = &immediate<Bus, list_rules>},
    {.name = "PutEvents", .now = &immediate<Bus, put_events>},
    {.name = "PutRule", .now = &immediate<Bus, put_rule>}};
const Service kBus{
    .name = "events",
    .title = "stand-in",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Bus>(); },
    .operations = kOperations,
    .on_event = [](Model& model,
                   const Event& event) { static_cast<Bus&>(model).events.push_back(event); }};
/// CloudWatch Logs, where the stream must be made first.
class Streams : public Model {
 public:
  bool made = false;
  std::vector<Json> put;
};
ApiResult<Json> make_stream(Streams& streams, const Request& /*request*/) {
  streams.made = true;
  return Json::object();
}
ApiResult<Json> put_log_events(Streams& streams, const Request& request) {
  if (!streams.made) return ApiError{"ResourceNotFoundException", "no such stream"};
  streams.put.push_back(request.input);
  return Json::object();
}
constexpr Operation kLogOperations[] = {
    {.name = "CreateLogStream", .now = &immediate<Streams, make_stream>},
    {.name = "PutLogEvents", .now = &immediate<Streams, put_log_events>}};
const Service kStreams{
    .name = "logs",
    .title = "stand-in",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Streams>(); },
    .operations = kLogOperations};
const Service* const kServices[] = {&kCloudTrail, &kBus, &kStreams};

struct World {
  World() : sim{kStart}, journal{sim, Level::story}, cloud{sim, journal, kServices, kHome} {}
  void call(std::string operation, const Json& input = Json::object(),
            std::string principal = "arn:aws:iam::012345678901:user/anna") {
    cloud.call_later({kHome, std::move(principal), ""}, "events", std::move(operation), input);
    sim.run_until(sim.now() + 10s);
  }
  Json look_up(const Json& input = Json::object()) {
    const ApiResult<Json> answer = cloud.inspect(kHome, "cloudtrail", "LookupEvents", input);
    return answer ? *answer : Json(answer.error().code);
  }
  Bus& bus() { return *static_cast<Bus*>(cloud.model("events")); }
  Streams& logs() { return *static_cast<Streams*>(cloud.model("logs")); }

  Simulation sim;
  Journal journal;
  Cloud cloud;
};

std::vector<std::string> names(const Json& answer) {
  std::vector<std::string> found;
  for (const Json& event : answer["Events"]) found.push_back(event["EventName"].get<std::string>());
  return found;
}

Json by(const char* key, const char* value) {
  return {{"LookupAttributes", {{{"AttributeKey", key}, {"AttributeValue", value}}}}};
}

}  // namespace

TEST_SUITE("cloudtrail: looking up what was called") {
  TEST_CASE("finds calls, the newest first, refused ones too") {
    World world;
    world.call("PutRule", {{"Name", "a"}});
    world.call("ListRules");
    world.call("DeleteRule", {{"Name", "b"}});
    const Json answer = world.look_up();
    CHECK(names(answer) == std::vector<std::string>{"DeleteRule", "ListRules", "PutRule"});
    const Json& refused = answer["Events"][0];
    CHECK(refused["Username"] == "anna");
    CHECK(refused["EventSource"] == "events.amazonaws.com");
    CHECK(refused["ReadOnly"] == "false");
    const Json record = Json::parse(refused["CloudTrailEvent"].get<std::string>());
    CHECK(record["errorCode"] == "ResourceNotFoundException");
    CHECK(record["requestParameters"] == Json{{"name", "b"}});
  }

  TEST_CASE("finds them by attribute and by time") {
    World world;
    world.call("PutRule", {{"Name", "a"}});
    world.call("ListRules");
    world.call("PutRule", {{"Name", "b"}}, "events.amazonaws.com");
    CHECK(names(world.look_up(by("EventName", "PutRule"))).size() == 2);
    CHECK(names(world.look_up(by("ReadOnly", "true"))).size() == 1);
    CHECK(names(world.look_up(by("Username", "anna"))).size() == 2);
    CHECK(names(world.look_up(by("ResourceName", "b"))).size() == 1);
    CHECK(names(world.look_up(by("EventSource", "ec2.amazonaws.com"))).empty());
    const Json late{{"StartTime", iso8601(kStart + 15s)}};
    CHECK(names(world.look_up(late)).size() == 1);
    const Json early{{"EndTime", iso8601(kStart + 15s)}};
    CHECK(names(world.look_up(early)).size() == 2);
  }

  TEST_CASE("tells pages, and refuses what AWS refuses") {
    World world;
    for (int i = 0; i < 3; ++i) world.call("PutRule", {{"Name", "a"}});
    const Json first = world.look_up({{"MaxResults", 2}});
    CHECK(first["Events"].size() == 2);
    const Json second = world.look_up({{"MaxResults", 2}, {"NextToken", first["NextToken"]}});
    CHECK(second["Events"].size() == 1);
    CHECK_FALSE(second.contains("NextToken"));
    CHECK(world.look_up({{"MaxResults", 51}}) == "InvalidMaxResultsException");
    CHECK(world.look_up(by("Colour", "red")) == "InvalidLookupAttributesException");
    CHECK(world.look_up({{"StartTime", iso8601(kStart + 1h)}, {"EndTime", iso8601(kStart)}}) ==
          "InvalidTimeRangeException");
  }

  TEST_CASE("keeps ninety days") {
    World world;
    world.call("PutRule", {{"Name", "a"}});
    world.sim.run_until(kStart + std::chrono::days{89});
    CHECK(names(world.look_up()).size() == 1);
    world.sim.run_until(kStart + std::chrono::days{91});
    CHECK(names(world.look_up()).empty());
  }
}

TEST_SUITE("cloudtrail: what EventBridge hears") {
  TEST_CASE("calls that change something, when a rule may want to know") {
    World world;
    world.call("DeleteRule", {{"Name", "x"}});
    CHECK(world.bus().events.empty());  // nobody listens
    world.call("PutRule",
               {{"Name", "audit"},
                {"EventPattern", R"({"detail-type": ["AWS API Call via CloudTrail"]})"}});
    world.bus().events.clear();
    world.call("DeleteRule", {{"Name", "x"}});
    world.call("ListRules");
    REQUIRE(world.bus().events.size() == 1);
    const Event& event = world.bus().events[0];
    CHECK(event.source == "aws.events");
    CHECK(event.detail_type == "AWS API Call via CloudTrail");
    CHECK(event.detail["eventName"] == "DeleteRule");
    CHECK(event.detail["errorCode"] == "ResourceNotFoundException");
  }

  // EventBridge User Guide, eb-service-event-cloudtrail: "read-only management events" only by
  // ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS.
  TEST_CASE("reads too, where a rule's state asks for all management events") {
    World world;
    world.bus().rules = {{{"Name", "r"},
                          {"State", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"},
                          {"EventPattern", R"({"source": ["aws.events"]})"}}};
    world.call("ListRules");
    REQUIRE(world.bus().events.size() == 1);
    CHECK(world.bus().events[0].detail["readOnly"] == true);
  }

  // CloudTrail User Guide, send-cloudtrail-events-to-cloudwatch-logs.
  TEST_CASE("a trail with a log group writes its records there, minutes later") {
    World world;
    const char* group = "arn:aws:logs:us-east-1:012345678901:log-group:audit:*";
    world.cloud.call_later({kHome, "arn:aws:iam::012345678901:user/anna", ""}, "cloudtrail",
                           "CreateTrail",
                           {{"Name", "trail"},
                            {"S3BucketName", "audit"},
                            {"CloudWatchLogsLogGroupArn", group},
                            {"CloudWatchLogsRoleArn", "arn:aws:iam::012345678901:role/r"}});
    world.sim.run_until(world.sim.now() + 10s);
    world.call("PutRule", {{"Name", "a"}});
    CHECK(world.logs().put.empty());
    world.sim.run_until(world.sim.now() + 6min);
    CHECK(world.logs().put.empty());  // CreateTrail does not start it
    world.cloud.call_later({kHome, "arn:aws:iam::012345678901:user/anna", ""}, "cloudtrail",
                           "StartLogging", {{"Name", "trail"}});
    world.sim.run_until(world.sim.now() + 10s);
    world.call("PutRule", {{"Name", "b"}});
    world.sim.run_until(world.sim.now() + 6min);
    REQUIRE(world.logs().put.size() == 1);
    const Json& put = world.logs().put[0];
    CHECK(put["logGroupName"] == "audit");
    CHECK(put["logStreamName"] == "012345678901_CloudTrail_us-east-1");
    const Json record = Json::parse(put["logEvents"].back()["message"].get<std::string>());
    CHECK(record["eventName"] == "PutRule");
    CHECK(record["requestParameters"] == Json{{"name", "b"}});
  }

  TEST_CASE("rules for other types of events are no listeners, rules for any type are") {
    struct Row {
      const char* pattern;
      bool listens;
    };
    constexpr Row rows[] = {
        {R"({"detail-type": ["CloudWatch Alarm State Change"]})", false},
        {R"({"detail-type": [{"prefix": "AWS API"}]})", true},
        {R"({"source": ["aws.events"]})", true},
        {"not json", false},
    };
    for (const auto& [pattern, listens] : rows) {
      CAPTURE(pattern);
      World world;
      world.bus().rules = {{{"Name", "r"}, {"EventPattern", pattern}}};
      world.call("DeleteRule", {{"Name", "x"}});
      CHECK(world.bus().events.empty() != listens);
    }
  }

  TEST_CASE("data events leave no record and are not sent") {
    World world;
    world.bus().rules = {{{"Name", "r"}, {"EventPattern", R"({"source": [{"prefix": ""}]})"}}};
    world.call("PutEvents");
    CHECK(world.bus().events.empty());
    CHECK(names(world.look_up()).empty());
  }

  TEST_CASE("nothing, where the only trail does not log") {
    World world;
    world.bus().rules = {{{"Name", "r"}, {"EventPattern", R"({"source": ["aws.events"]})"}}};
    const Json properties{{"IsLogging", false}, {"S3BucketName", "audit"}, {"TrailName", "t"}};
    const Json beside = Json::object();
    const auto row =
        std::ranges::find(kCloudTrail.resources, "AWS::CloudTrail::Trail", &ResourceType::type);
    REQUIRE(row != kCloudTrail.resources.end());
    const auto made = row->create(*world.cloud.model("cloudtrail"),
                                  {world.cloud, kHome, "web", "Trail", "AWS::CloudTrail::Trail",
                                   properties, beside, "", Node{}});
    REQUIRE(made.has_value());
    CHECK(made->arn == "arn:aws:cloudtrail:us-east-1:012345678901:trail/t");
    world.call("DeleteRule", {{"Name", "x"}});
    CHECK(world.bus().events.empty());
    CHECK(names(world.look_up()).size() == 1);  // event history needs no trail
  }
}

}  // namespace opsim::tests

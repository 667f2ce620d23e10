// Zonal shift and autoshift at the waists.
#include <doctest/doctest.h>

#include "models/cloudwatch/service.hpp"
#include "models/compute/service.hpp"
#include "models/elb/service.hpp"
#include "models/zonal_shift/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kShiftServices[] = {&kAutoScaling, &kEc2, &kElbV2, &kCloudWatch, &kZonalShift};
constexpr std::string_view kArc = "arc-zonal-shift";

struct Shifting : SmallWorld {
  std::string lb;
  std::string group;
  explicit Shifting(bool opted_in = true) : SmallWorld{kShiftServices} {
    group = make("AWS::ElasticLoadBalancingV2::TargetGroup", "Group",
                 {{"Name", "web"},
                  {"Protocol", "HTTP"},
                  {"Port", 80},
                  {"VpcId", "vpc-1"},
                  {"TargetType", "ip"},
                  {"Targets",
                   {{{"Id", "10.0.0.1"}, {"AvailabilityZone", "us-east-1a"}},
                    {{"Id", "10.0.1.1"}, {"AvailabilityZone", "us-east-1b"}}}}});
    lb =
        make("AWS::ElasticLoadBalancingV2::LoadBalancer", "Balancer",
             {{"Name", "web"},
              {"Subnets", {"subnet-a", "subnet-b"}},
              {"LoadBalancerAttributes",
               {{{"Key", "zonal_shift.config.enabled"}, {"Value", opted_in ? "true" : "false"}}}}});
    make("AWS::ElasticLoadBalancingV2::Listener", "Listener",
         {{"LoadBalancerArn", lb},
          {"Protocol", "HTTP"},
          {"Port", 80},
          {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", group}}}}});
    for (const char* name : {"outcome", "blocking"})
      must("cloudwatch", "PutMetricAlarm",
           {{"AlarmName", name},
            {"Namespace", "App"},
            {"MetricName", name},
            {"Statistic", "Sum"},
            {"Period", 60},
            {"EvaluationPeriods", 1},
            {"Threshold", 5},
            {"TreatMissingData", "notBreaching"},
            {"ComparisonOperator", "GreaterThanThreshold"}});
    run_for(2min);
  }
  static std::string alarm(const std::string& name) {
    return "arn:aws:cloudwatch:us-east-1:123456789012:alarm:" + name;
  }
  Json start(const std::string& zone, const std::string& expires = "1h") {
    return must(std::string{kArc}, "StartZonalShift",
                {{"resourceIdentifier", lb},
                 {"awayFrom", zone},
                 {"expiresIn", expires},
                 {"comment", "test"}});
  }
  std::string refused(const Json& input) {
    return refusal(std::string{kArc}, "StartZonalShift", input);
  }
  /// Which zones get traffic now.
  std::string zones() {
    const auto told =
        cloud.inspect(cloud.home(), "elbv2", "InspectTraffic", {{"LoadBalancer", lb}});
    REQUIRE(told.has_value());
    std::string text;
    for (const auto& [zone, share] : told->at("Zones").items())
      text += (text.empty() ? "" : " ") + zone.substr(9);
    return text;
  }
  void configure() {
    must(std::string{kArc}, "CreatePracticeRunConfiguration",
         {{"resourceIdentifier", lb},
          {"outcomeAlarms", {{{"type", "CLOUDWATCH"}, {"alarmIdentifier", alarm("outcome")}}}},
          {"blockingAlarms", {{{"type", "CLOUDWATCH"}, {"alarmIdentifier", alarm("blocking")}}}}});
    must(std::string{kArc}, "UpdateZonalAutoshiftConfiguration",
         {{"resourceIdentifier", lb}, {"zonalAutoshiftStatus", "ENABLED"}});
  }
  void breach(const std::string& name) {
    must("cloudwatch", "PutMetricData",
         {{"Namespace", "App"}, {"MetricData", {{{"MetricName", name}, {"Value", 9}}}}});
    run_for(3min);
  }
  std::vector<std::string> events() {
    std::vector<std::string> all;
    for (const JournalEntry& entry : journal.entries())
      if (entry.kind == EntryKind::event && entry.subject == "aws.arc-zonal-shift")
        all.push_back(entry.text);
    return all;
  }
  std::string outcome() {
    const Json items = must(std::string{kArc}, "ListZonalShifts").at("items");
    return items.empty() ? "none"
                         : items.back().value("practiceRunOutcome", std::string{"no practice"});
  }
};

}  // namespace

TEST_SUITE("zonal shift") {
  TEST_CASE("a group launches elsewhere while traffic is shifted from one of its zones") {
    Shifting world;
    const auto launched =
        world.make("AWS::EC2::LaunchTemplate", "Template",
                   {{"LaunchTemplateData", {{"ImageId", "ami-1"}, {"InstanceType", "m6i.large"}}}});
    const auto name = world.make(
        "AWS::AutoScaling::AutoScalingGroup", "Fleet",
        {{"LaunchTemplate", {{"LaunchTemplateId", launched}, {"Version", "1"}}},
         {"AvailabilityZones", {"us-east-1a", "us-east-1b"}},
         {"AvailabilityZoneImpairmentPolicy",
          {{"ZonalShiftEnabled", true}, {"ImpairedZoneHealthCheckBehavior", "IgnoreUnhealthy"}}},
         {"MinSize", 2},
         {"MaxSize", 4}});
    world.run_for(1min);
    const Json groups = world.must("autoscaling", "DescribeAutoScalingGroups", Json::object());
    const Json& group = groups.at("AutoScalingGroups").at(0);
    world.must(std::string{kArc}, "StartZonalShift",
               {{"resourceIdentifier", group.at("AutoScalingGroupARN")},
                {"awayFrom", "use1-az1"},
                {"expiresIn", "30m"},
                {"comment", "test"}});
    CHECK(world.cloud.read_quantity(name, "shifted us-east-1a") == 1);
    CHECK(world.cloud.read_quantity(name, "shifted us-east-1b") == 0);
    world.run_for(31min);
    CHECK(world.cloud.read_quantity(name, "shifted us-east-1a") == 0);
  }

  TEST_CASE("traffic leaves the zone at once and comes back when the shift expires") {
    Shifting world;
    CHECK(world.zones() == "a b");
    const Json shift = world.start("use1-az1", "30m");
    CHECK(shift.at("status") == "ACTIVE");
    CHECK(shift.at("awayFrom") == "use1-az1");
    CHECK(world.zones() == "b");
    const Json resource =
        world.must(std::string{kArc}, "GetManagedResource", {{"resourceIdentifier", world.lb}});
    CHECK(resource.at("appliedWeights") == Json{{"use1-az1", 0.0}, {"use1-az2", 1.0}});
    world.run_for(31min);
    CHECK(world.zones() == "a b");
    const Json items = world.must(std::string{kArc}, "ListZonalShifts").at("items");
    REQUIRE(items.size() == 1);
    CHECK(items[0].at("status") == "EXPIRED");
  }

  TEST_CASE("it is renewed, and cancelled") {
    Shifting world;
    const Json id = world.start("us-east-1a", "30m").at("zonalShiftId");
    world.run_for(20min);
    world.must(std::string{kArc}, "UpdateZonalShift", {{"zonalShiftId", id}, {"expiresIn", "2h"}});
    world.run_for(90min);
    CHECK(world.zones() == "b");
    CHECK(world.must(std::string{kArc}, "CancelZonalShift", {{"zonalShiftId", id}}).at("status") ==
          "CANCELED");
    CHECK(world.zones() == "a b");
    CHECK(world.refusal(std::string{kArc}, "CancelZonalShift", {{"zonalShiftId", id}}) ==
          "ConflictException");
  }

  TEST_CASE("a shift has no effect once nothing else is healthy") {
    Shifting world;
    world.start("us-east-1a");
    world.cloud.change_quantity(world.group, "answer 10.0.1.1:80", {Change::How::to, 0});
    world.run_for(2min);
    const auto told = world.cloud.inspect(world.cloud.home(), "elbv2", "InspectTraffic",
                                          {{"LoadBalancer", world.lb}});
    REQUIRE(told.has_value());
    for (const Json& target : told->at("Targets")) CHECK(target.at("Id") == "10.0.0.1");
  }

  TEST_CASE("what is refused") {
    Shifting world;
    Json input{{"resourceIdentifier", world.lb},
               {"awayFrom", "use1-az1"},
               {"expiresIn", "73h"},
               {"comment", ""}};
    CHECK(world.refused(input) == "ValidationException");
    input["expiresIn"] = "1h";
    input["awayFrom"] = "use1-az3";
    CHECK(world.refused(input) == "ValidationException");
    input["awayFrom"] = "euw1-az1";
    CHECK(world.refused(input) == "ValidationException");
    input["resourceIdentifier"] = "nothing";
    CHECK(world.refused(input) == "ResourceNotFoundException");
    world.start("use1-az1");
    input["resourceIdentifier"] = world.lb;
    input["awayFrom"] = "use1-az2";
    CHECK(world.refused(input) == "ConflictException");
    Shifting closed{false};
    input["resourceIdentifier"] = closed.lb;
    CHECK(closed.refused(input) == "ResourceNotFoundException");
    CHECK(world.refusal(std::string{kArc}, "UpdateZonalAutoshiftConfiguration",
                        {{"resourceIdentifier", world.lb}, {"zonalAutoshiftStatus", "ENABLED"}}) ==
          "ConflictException");
  }
}

TEST_SUITE("zonal autoshift") {
  TEST_CASE("a practice run succeeds after half an hour, fails by its outcome alarm") {
    Shifting world;
    world.configure();
    const Json run{{"resourceIdentifier", world.lb}, {"awayFrom", "use1-az2"}, {"comment", "now"}};
    world.must(std::string{kArc}, "StartPracticeRun", run);
    CHECK(world.zones() == "a");
    CHECK(world.outcome() == "PENDING");
    world.run_for(31min);
    CHECK(world.zones() == "a b");
    CHECK(world.outcome() == "SUCCEEDED");
    world.must(std::string{kArc}, "StartPracticeRun", run);
    world.breach("outcome");
    CHECK(world.outcome() == "FAILED");
    CHECK(world.zones() == "a b");
    world.run_for(5min);
    world.must(std::string{kArc}, "StartPracticeRun", run);
    world.breach("blocking");
    CHECK(world.outcome() == "INTERRUPTED");
    world.run_for(5min);
    world.must(std::string{kArc}, "StartPracticeRun", run);
    world.start("use1-az1");
    CHECK(world.zones() == "b");
    CHECK(world.events().size() == 8);
  }

  // CloudFormation, AWS::ARCZonalShift::ZonalAutoshiftConfiguration; API, ListManagedResources.
  TEST_CASE("a template enables zonal autoshift, with its practice runs") {
    Shifting world;
    const Json practice{
        {"OutcomeAlarms", {{{"Type", "CLOUDWATCH"}, {"AlarmIdentifier", world.alarm("outcome")}}}},
        {"BlockedDates", Json::array({"2026-03-02"})},
        {"BlockedWindows", Json::array({"Tue:00:00-Tue:12:00"})}};
    world.make("AWS::ARCZonalShift::ZonalAutoshiftConfiguration", "Autoshift",
               {{"ResourceIdentifier", world.lb},
                {"ZonalAutoshiftStatus", "ENABLED"},
                {"PracticeRunConfiguration", practice}});
    const Json items = world.must(std::string{kArc}, "ListManagedResources").at("items");
    REQUIRE(items.size() == 1);
    CHECK(items[0]["zonalAutoshiftStatus"] == "ENABLED");
    CHECK(items[0]["practiceRunStatus"] == "ENABLED");
    CHECK(items[0]["availabilityZones"] == Json::array({"use1-az1", "use1-az2"}));
    // ConflictException: PracticeInBlockedDates today, PracticeInBlockedWindows tomorrow morning.
    const auto practise = [&] {
      const ApiResult<Json> answer = world.call(
          std::string{kArc}, "StartPracticeRun",
          {{"resourceIdentifier", world.lb}, {"awayFrom", "us-east-1a"}, {"comment", "c"}});
      return answer ? std::string{} : answer.error().message;
    };
    CHECK(practise().find("PracticeInBlockedDates") != std::string::npos);
    world.run_for(20h);  // 05:00 on Tuesday
    CHECK(practise().find("PracticeInBlockedWindows") != std::string::npos);
  }

  TEST_CASE("one practice run a week, zones in turn") {
    Shifting world;
    world.configure();
    world.run_for(28 * 24h);
    const Json items = world.must(std::string{kArc}, "ListZonalShifts").at("items");
    CHECK(items.size() >= 3);
    CHECK(items.size() <= 5);
    for (const Json& item : items) {
      CHECK(item.at("shiftType") == "PRACTICE_RUN");
      CHECK(item.at("practiceRunOutcome") == "SUCCEEDED");
    }
    if (items.size() >= 2) CHECK(items[0].at("awayFrom") != items[1].at("awayFrom"));
  }

  TEST_CASE("AWS starts an autoshift: a customer's shift takes precedence") {
    Shifting world;
    world.configure();
    const Document said = read_yaml("t.yaml", "{from: us-east-1a, for: 2h}");
    const FaultRequest fault{world.cloud, said.root, {}, "t.yaml:1"};
    kZonalShift.faults[0].begin(*world.cloud.model(kArc), fault);
    CHECK(world.zones() == "b");
    const auto autoshifts = [&] {
      return world.must(std::string{kArc}, "ListAutoshifts").at("items")[0].at("status");
    };
    CHECK(autoshifts() == "ACTIVE");
    const Json id = world.start("us-east-1b").at("zonalShiftId");
    CHECK(world.zones() == "a");
    world.must(std::string{kArc}, "CancelZonalShift", {{"zonalShiftId", id}});
    CHECK(world.zones() == "b");
    world.run_for(2h);
    CHECK(autoshifts() == "COMPLETED");
    CHECK(world.zones() == "a b");
  }
}

}  // namespace opsim::tests

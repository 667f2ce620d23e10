// EC2 Auto Scaling User Guide, "Create a custom termination policy with Lambda"
// (lambda-custom-termination-policy).
#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

/// A function as the test wants it.
class Decider : public Model {
 public:
  std::vector<Json> asked;
  Json answer = Json::object();
  bool fails = false;
};
ApiResult<Json> invoke(Decider& decider, const Request& request) {
  decider.asked.push_back(Json::parse(request.input.at("Payload").get<std::string>()));
  Json answer{{"StatusCode", 200}, {"Payload", decider.answer.dump()}};
  if (decider.fails) answer["FunctionError"] = "Unhandled";
  return answer;
}
constexpr Operation kInvoke[] = {
    {.name = "Invoke", .access = Access::write, .now = &immediate<Decider, invoke>}};
const Service kDecider{
    .name = "lambda",
    .title = "stand-in",
    .make = [](Cloud& /*cloud*/) -> std::unique_ptr<Model> { return std::make_unique<Decider>(); },
    .operations = kInvoke};
const Service* const kWithFunction[] = {&kAutoScaling, &kEc2, &kDecider, &kListener};

struct DecidedWorld : World {
  explicit DecidedWorld(int size) : World{Seed{1}, Level::everything, kWithFunction} {
    fleet_of(size, {{"TerminationPolicies",
                     {"arn:aws:lambda:us-east-1:012345678901:function:decide", "NewestInstance"}}});
    autoscaling("UpdateAutoScalingGroup",
                {{"AutoScalingGroupName", "web-WebFleet"}, {"MinSize", 0}});
  }
  Decider& decider() { return *static_cast<Decider*>(cloud.model("lambda")); }
  void want(int size) {
    autoscaling("SetDesiredCapacity",
                {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", size}});
  }
  std::vector<std::string> in_service() {
    std::vector<std::string> ids;
    const Json described = group();
    for (const Json& one : described["Instances"])
      if (one["LifecycleState"] == "InService") ids.push_back(one["InstanceId"].get<std::string>());
    return ids;
  }
};

}  // namespace

TEST_SUITE("autoscaling: custom termination policies") {
  TEST_CASE("the function is told what should go, and decides who does") {
    DecidedWorld world{6};
    world.decider().answer = {{"InstanceIDs", {"i-00000002", "i-00000005"}}};
    world.want(4);
    CHECK(world.in_service().size() == 6);  // nobody goes before it has answered
    world.run(10s);
    REQUIRE(world.decider().asked.size() == 1);
    const Json& asked = world.decider().asked[0];
    CHECK(asked["Cause"] == "SCALE_IN");
    CHECK(asked["AutoScalingGroupName"] == "web-WebFleet");
    CHECK(asked["CapacityToTerminate"][0] == Json({{"AvailabilityZone", "us-east-1a"},
                                                   {"Capacity", 1},
                                                   {"InstanceMarketOption", "on-demand"}}));
    CHECK(asked["Instances"][0]["InstanceId"] == "i-00000001");
    CHECK(asked["Instances"][0]["InstanceMarketOption"] == "on-demand");
    CHECK(world.in_service() ==
          std::vector<std::string>{"i-00000001", "i-00000003", "i-00000004", "i-00000006"});
  }

  TEST_CASE("of more than are required, the next policy of the list chooses") {
    DecidedWorld world{3};
    world.decider().answer = {{"InstanceIDs", {"i-00000001", "i-00000002", "i-00000003"}}};
    world.run(1h);
    world.want(4);
    world.run(1h);
    world.decider().answer = {{"InstanceIDs", {"i-00000001", "i-00000004"}}};
    world.want(3);
    world.run(1min);
    // The newest of those two.
    CHECK(world.in_service() == std::vector<std::string>{"i-00000001", "i-00000002", "i-00000003"});
  }

  TEST_CASE("no instances, or a failure: it is asked again, until it lets one go") {
    DecidedWorld world{3};
    world.decider().answer = {{"InstanceIDs", Json::array()}};
    world.want(2);
    world.run(2min);
    CHECK(world.in_service().size() == 3);
    const std::size_t asked = world.decider().asked.size();
    CHECK(asked >= 3);
    world.decider().fails = true;
    world.decider().answer = {{"InstanceIDs", {"i-00000002"}}};
    world.run(1min);
    CHECK(world.in_service().size() == 3);
    CHECK(world.decider().asked.size() > asked);
    world.decider().fails = false;
    world.run(1min);
    CHECK(world.in_service() == std::vector<std::string>{"i-00000001", "i-00000003"});
    const std::size_t until = world.decider().asked.size();
    world.run(10min);
    CHECK(world.decider().asked.size() == until);  // nothing more to end
  }

  TEST_CASE("it cannot end what is protected from scale-in") {
    DecidedWorld world{2};
    world.autoscaling("SetInstanceProtection", {{"AutoScalingGroupName", "web-WebFleet"},
                                                {"InstanceIds", {"i-00000001"}},
                                                {"ProtectedFromScaleIn", true}});
    world.decider().answer = {{"InstanceIDs", {"i-00000001"}}};
    world.want(1);
    world.run(5min);
    CHECK(world.in_service().size() == 2);
  }

  TEST_CASE("limitations: one function, first, and never $LATEST") {
    DecidedWorld world{1};
    const std::string arn = "arn:aws:lambda:us-east-1:012345678901:function:decide";
    const auto refused = [&](std::vector<std::string> policies) {
      return world.refusal("autoscaling", "UpdateAutoScalingGroup",
                           {{"AutoScalingGroupName", "web-WebFleet"},
                            {"TerminationPolicies", std::move(policies)}}) == "ValidationError";
    };
    CHECK(refused({"OldestInstance", arn}));
    CHECK(refused({arn, arn}));
    CHECK(refused({arn + ":$LATEST"}));
    CHECK_FALSE(refused({arn + ":prod", "Default"}));
  }
}

}  // namespace opsim::tests

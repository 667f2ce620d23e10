// How long instances are without an agent that has to run on them.
#include "models/agents/agents.hpp"
#include "models/agents/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

/// A group of instances, as far as an agent cares.
struct SomeGroup : Model {
  std::vector<std::string> members = {"i-1", "i-2"};
};
std::vector<std::string> members_of(Model& group, std::string_view) {
  return static_cast<SomeGroup&>(group).members;
}
constexpr Membership kMembers[] = {{"AWS::AutoScaling::AutoScalingGroup", members_of}};
const Service kSomeGroup{
    .name = "autoscaling",
    .title = "A group",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<SomeGroup>(); },
    .memberships = kMembers};
const Service* const kAgentServices[] = {&kSomeGroup, &kAgents};

struct AgentWorld : SmallWorld {
  explicit AgentWorld(const std::string& settings) : SmallWorld{kAgentServices} {
    cloud.resources().add({.logical_id = "Fleet",
                           .type = "AWS::AutoScaling::AutoScalingGroup",
                           .physical_id = "fleet",
                           .place = cloud.home()});
    for (const char* const id : {"i-1", "i-2", "i-3"})
      cloud.resources().add({.logical_id = id,
                             .type = "AWS::EC2::Instance",
                             .physical_id = id,
                             .place = cloud.home(),
                             .owner = "fleet"});
    const Document document = read_yaml("scenario.yaml", "Guard: { on: Fleet" + settings + " }");
    kAgents.sections[0].read(*cloud.model("agents"), cloud, document.root);
    run_for(1min);
  }
  double read(std::string_view what) { return cloud.read_quantity("Guard", what).value_or(-1); }
  void change(const char* instance, double to) {
    cloud.change_quantity(instance, "agent Guard", {Change::How::to, to});
  }
  void end(const char* instance) {
    cloud.emit({.source = "aws.ec2",
                .detail_type = "EC2 Instance State-change Notification",
                .place = cloud.home(),
                .detail = {{"instance-id", instance}, {"state", "shutting-down"}}});
  }
};

}  // namespace

TEST_SUITE("agents") {
  TEST_CASE("a gap lasts until somebody starts the agent again") {
    AgentWorld world{""};
    world.change("i-1", 0);
    CHECK(world.cloud.health("Guard") == Health::in_danger);
    CHECK(world.cloud.health("i-1") == Health::ok);  // it serves as before
    world.run_for(20min);
    CHECK(world.read("minutes-without") == 20);  // an open one counts
    CHECK(world.read("silent") == 1);
    world.change("i-1", 1);
    world.run_for(1h);
    CHECK(world.cloud.health("Guard") == Health::ok);
    CHECK(world.read("minutes-without") == 20);
    CHECK(world.read("mean-minutes-without") == 10);  // 20 minutes of one of two
  }

  TEST_CASE("somebody who logs in starts it wherever it does not run") {
    AgentWorld world{""};
    world.change("i-1", 0);
    world.change("i-2", 0);
    world.cloud.change_quantity("Guard", "silent", {Change::How::to, 0});
    CHECK(world.read("silent") == 0);
    CHECK(world.cloud.read_quantity("i-1", "agent Guard") == 1);
  }

  TEST_CASE("a new instance may come without it, and takes its gap with it when it goes") {
    AgentWorld world{", at launch: 0 %"};
    auto& group = static_cast<SomeGroup&>(*world.cloud.model("autoscaling"));
    group.members.push_back("i-3");
    world.cloud.tell_ready("i-3");
    world.run_for(30min);
    CHECK(world.read("silent") == 1);
    group.members.pop_back();
    world.end("i-3");
    world.cloud.tell_ready("i-3");  // it is well once it is gone
    world.run_for(30min);
    CHECK(world.read("silent") == 0);
    CHECK(world.read("minutes-without") == 30);
    CHECK(world.cloud.health("Guard") == Health::ok);
  }

  TEST_CASE("what a script installed before the instance served is there when it serves") {
    AgentWorld world{", at launch: 0 %"};
    auto& group = static_cast<SomeGroup&>(*world.cloud.model("autoscaling"));
    group.members.push_back("i-3");
    world.change("i-3", 1);
    world.cloud.tell_ready("i-3");
    CHECK(world.read("silent") == 0);
  }

  TEST_CASE("it stops by itself, and again after each start") {
    AgentWorld world{", stops: 2h"};
    world.run_for(2h);
    CHECK(world.read("silent") == 2);
    world.change("i-2", 1);
    CHECK(world.read("silent") == 1);
    world.run_for(2h);
    CHECK(world.read("silent") == 2);
  }
}

}  // namespace opsim::tests

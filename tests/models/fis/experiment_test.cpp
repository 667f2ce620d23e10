#include "tests/models/fis/world.hpp"

namespace opsim::tests {

TEST_SUITE("fis: experiments") {
  TEST_CASE("startAfter is a sequence: A for five minutes, then B for five (fis-dur-001)") {
    Laboratory world;
    const std::string id = world.start(
        world.experiment({{"A", world.wait("PT5M")}, {"B", world.wait("PT5M", {"A"})}}));
    CHECK(world.status(id) == "initiating");
    world.run_for(1min);
    CHECK(world.action_status(id, "A") == "running");
    CHECK(world.action_status(id, "B") == "pending");
    world.run_for(15min);
    const Json done = world.get(id);
    const auto seconds = [&](const char* action, const char* when) {
      return done["actions"][action][when].get<double>();
    };
    CHECK(seconds("A", "endTime") - seconds("A", "startTime") == doctest::Approx(300));
    CHECK(seconds("B", "startTime") == doctest::Approx(seconds("A", "endTime")));
    CHECK(seconds("B", "endTime") - seconds("B", "startTime") == doctest::Approx(300));
    CHECK(done["state"]["status"] == "completed");
    CHECK(world.heard() == "initiating, running, completed");
  }

  // action-sequence: "If an action has a post action, such as starting instances again, this is
  // done after the duration, and can delay the next action"; an action that is skipped is complete
  // at once.
  TEST_CASE(
      "what comes after a post action waits for it; what comes after a skipped action does not") {
    Laboratory world;
    world.instances(1);
    Json nobody = world.target();
    nobody["resourceTags"] = {{"Ready", "never"}};
    Json skipped = world.on_instances("aws:ec2:reboot-instances");
    skipped["targets"] = {{"Instances", "nobody"}};
    Json members = world.experiment(
        {{"stop",
          world.on_instances("aws:ec2:stop-instances", {{"startInstancesAfterDuration", "PT5M"}})},
         {"afterStop", world.wait("PT1M", {"stop"})},
         {"skipped", skipped},
         {"afterSkipped", world.wait("PT1M", {"skipped"})}},
        {{"some", world.target()}, {"nobody", nobody}});
    members["experimentOptions"] = {{"emptyTargetResolutionMode", "skip"}};
    const std::string id = world.start(members);
    world.run_for(20min);
    const Json done = world.get(id);
    CHECK(done["state"]["status"] == "completed");
    const double began = done["actions"]["stop"]["startTime"].get<double>();
    CHECK(done["actions"]["afterSkipped"]["startTime"].get<double>() == doctest::Approx(began));
    CHECK(done["actions"]["afterStop"]["startTime"].get<double>() >= began + 300);
    CHECK(done["actions"]["afterStop"]["startTime"] == done["actions"]["stop"]["endTime"]);
  }

  TEST_CASE("stopped instances start again after their time, and the action is then complete") {
    Laboratory world;
    const auto ids = world.instances(2);
    const std::string id = world.start(world.experiment(
        {{"stop",
          world.on_instances("aws:ec2:stop-instances", {{"startInstancesAfterDuration", "PT5M"}})}},
        {{"some", world.target("COUNT(1)")}}));
    world.run_for(3min);
    const int stopped =
        (world.state_of(ids[0]) == "stopped") + (world.state_of(ids[1]) == "stopped");
    CHECK(stopped == 1);
    CHECK(world.action_status(id, "stop") == "running");
    world.run_for(10min);
    CHECK(world.state_of(ids[0]) == "running");
    CHECK(world.state_of(ids[1]) == "running");
    CHECK(world.status(id) == "completed");
  }

  TEST_CASE("an action on instances that others terminated fails, unless it may complete") {
    for (const char* may : {"false", "true"}) {
      Laboratory world;
      const auto ids = world.instances(1);
      const std::string id = world.start(
          world.experiment({{"stop", world.on_instances("aws:ec2:stop-instances",
                                                        {{"startInstancesAfterDuration", "PT5M"},
                                                         {"completeIfInstancesTerminated", may}})}},
                           {{"some", world.target()}}));
      world.run_for(2min);
      world.must("ec2", "TerminateInstances", {{"InstanceIds", ids}});
      world.run_for(10min);
      CHECK(world.status(id) == (std::string{may} == "true" ? "completed" : "failed"));
    }
  }

  TEST_CASE(
      "no target: fail, skip, and never skipped by ARN (fis-empty-001, fis-empty-002, "
      "fis-empty-003)") {
    struct Row {
      const char* mode;
      bool by_arn;
      const char* experiment;
      const char* action;
    };
    constexpr Row rows[] = {{"fail", false, "failed", "cancelled"},
                            {"skip", false, "completed", "skipped"},
                            {"skip", true, "failed", "cancelled"}};
    for (const Row& row : rows) {
      CAPTURE(row.mode);
      Laboratory world;
      Json target = world.target();
      if (row.by_arn) {
        target.erase("resourceTags");
        target["resourceArns"] =
            Json::array({"arn:aws:ec2:us-east-1:123456789012:instance/i-00000099"});
      }
      Json members = world.experiment({{"stop", world.on_instances("aws:ec2:stop-instances")}},
                                      {{"some", target}});
      members["experimentOptions"] = {{"emptyTargetResolutionMode", row.mode}};
      const std::string id = world.start(members);
      world.run_for(1min);
      CHECK(world.status(id) == row.experiment);
      CHECK(world.action_status(id, "stop") == row.action);
    }
  }

  TEST_CASE("a percentage below one resource selects nothing: the experiment fails") {
    Laboratory world;
    world.instances(4);
    const std::string id =
        world.start(world.experiment({{"reboot", world.on_instances("aws:ec2:reboot-instances")}},
                                     {{"some", world.target("PERCENT(5)")}}));
    world.run_for(1min);
    CHECK(world.status(id) == "failed");
    // "Troubleshooting AWS FIS": InvalidTarget, "a target was unable to be resolved"; the location
    // is the part of the template that failed.
    const Json state = world.get(id)["state"];
    CHECK(state["reason"] == "Target resolution returned empty set.");
    CHECK(state["error"]["code"] == "InvalidTarget");
    CHECK(state["error"]["location"] == "some");
    CHECK(state["error"]["accountId"] == "123456789012");
  }

  TEST_CASE("filters are paths of the answer that describes the resource") {
    Laboratory world;
    const auto ids = world.instances(3);
    const Json all = world.must("ec2", "DescribeInstances", {{"InstanceIds", ids}});
    std::map<std::string, int> zones;
    std::string zone;
    for (const Json& reservation : all["Reservations"])
      for (const Json& one : reservation["Instances"])
        ++zones[zone = one["Placement"]["AvailabilityZone"].get<std::string>()];
    Json target = world.target();
    target["filters"] = {{{"path", "State.Name"}, {"values", {"running", "stopped"}}},
                         {{"path", "Placement.AvailabilityZone"}, {"values", Json::array({zone})}}};
    const std::string id = world.start(world.experiment(
        {{"stop", world.on_instances("aws:ec2:stop-instances")}}, {{"some", target}}));
    world.run_for(3min);
    int stopped = 0;
    for (const std::string& one : ids) stopped += world.state_of(one) == "stopped";
    CHECK(stopped == zones[zone]);
    CHECK(
        world
            .must("fis", "ListExperimentResolvedTargets", {{"experimentId", id}})["resolvedTargets"]
            .size() == static_cast<std::size_t>(zones[zone]));
  }

  TEST_CASE("a stop condition stops the experiment, which undoes what it did") {
    Laboratory world;
    const auto ids = world.instances(1);
    const std::string alarm = world.alarm("Pain");
    Json members = world.experiment(
        {{"stop",
          world.on_instances("aws:ec2:stop-instances", {{"startInstancesAfterDuration", "PT1H"}})},
         {"then", world.wait("PT5M", {"stop"})}},
        {{"some", world.target()}});
    members["stopConditions"] = {{{"source", "aws:cloudwatch:alarm"}, {"value", alarm}}};
    const std::string id = world.start(members);
    world.run_for(5min);
    CHECK(world.state_of(ids[0]) == "stopped");
    world.must("cloudwatch", "SetAlarmState",
               {{"AlarmName", "Pain"}, {"StateValue", "ALARM"}, {"StateReason", "it hurts"}});
    CHECK(world.status(id) == "stopping");
    world.run_for(5min);
    CHECK(world.status(id) == "stopped");
    CHECK(world.action_status(id, "stop") == "stopped");
    CHECK(world.action_status(id, "then") == "cancelled");
    CHECK(world.state_of(ids[0]) == "running");
    CHECK(world.heard() == "initiating, running, stopping, stopped");
  }

  TEST_CASE(
      "the safety lever stops what runs and cancels what starts (fis-safety-001, fis-safety-002)") {
    Laboratory world;
    const Json members = world.experiment({{"w", world.wait("PT5M")}});
    const std::string running = world.start(members);
    world.run_for(1min);
    world.must("fis", "UpdateSafetyLeverState",
               {{"id", "default"}, {"state", {{"status", "engaged"}, {"reason", "peak"}}}});
    world.run_for(1s);
    CHECK(world.status(running) == "stopped");
    const Json lever = world.must("fis", "GetSafetyLever", {{"id", "default"}})["safetyLever"];
    CHECK(lever["state"]["status"] == "engaged");
    CHECK(lever["state"]["reason"] == "peak");
    const std::string late = world.start(members);
    CHECK(world.status(late) == "cancelled");
    world.must("fis", "UpdateSafetyLeverState",
               {{"id", "default"}, {"state", {{"status", "disengaged"}, {"reason", "over"}}}});
    CHECK(world.status(world.start(members)) == "initiating");
  }

  TEST_CASE("API errors hit the calls of the role alone, a share of them, while the action lasts") {
    Laboratory world;
    world.instances(1);
    const std::string role = "arn:aws:iam::123456789012:role/app";
    const Json roles{{"roles",
                      {{"resourceType", "aws:iam:role"},
                       {"resourceArns", Json::array({role})},
                       {"selectionMode", "ALL"}}}};
    const Json inject{{"actionId", "aws:fis:inject-api-throttle-error"},
                      {"parameters",
                       {{"duration", "PT10M"},
                        {"service", "ec2"},
                        {"percentage", "40"},
                        {"operations", "DescribeInstances, DescribeVolumes"}}},
                      {"targets", {{"Roles", "roles"}}}};
    world.start(world.experiment({{"inject", inject}}, roles));
    world.run_for(1min);
    const auto refused = [&](const std::string& principal) {
      int count = 0;
      for (int i = 0; i < 100; ++i) {
        world.run_for(1s);
        const ApiResult<Json> answer = world.finish(world.cloud.call(
            {world.cloud.home(), principal, "", true}, "ec2", "DescribeInstances", Json::object()));
        count += !answer && answer.error().code == "RequestLimitExceeded";
      }
      return count;
    };
    const int hit = refused(role);
    CHECK(hit > 25);
    CHECK(hit < 55);
    CHECK(refused("arn:aws:iam::123456789012:role/other") == 0);
    world.run_for(15min);
    CHECK(refused(role) == 0);
  }

  TEST_CASE("asserting an alarm state fails the experiment where the alarm is in another") {
    for (const char* states : {"OK", "ALARM,INSUFFICIENT_DATA"}) {
      Laboratory world;
      const Json check{
          {"actionId", "aws:cloudwatch:assert-alarm-state"},
          {"parameters", {{"alarmArns", world.alarm("Pain")}, {"alarmStates", states}}}};
      const std::string id =
          world.start(world.experiment({{"check", check}, {"go", world.wait("PT1M", {"check"})}}));
      world.run_for(5min);
      const bool fits = std::string{states} != "OK";
      CHECK(world.status(id) == (fits ? "completed" : "failed"));
      CHECK(world.action_status(id, "go") == (fits ? "completed" : "cancelled"));
    }
  }

  TEST_CASE(
      "a subnet that is cut off: its instances are down for the duration, their checks pass") {
    Laboratory world;
    const auto ids = world.instances(1);
    const Json found = world.must("ec2", "DescribeInstances", {{"InstanceIds", ids}});
    const std::string subnet =
        found["Reservations"][0]["Instances"][0]["SubnetId"].get<std::string>();
    const Json cut{{"actionId", "aws:network:disrupt-connectivity"},
                   {"parameters", {{"duration", "PT2M"}, {"scope", "all"}}},
                   {"targets", {{"Subnets", "nets"}}}};
    const Json nets{
        {"nets",
         {{"resourceType", "aws:ec2:subnet"},
          {"resourceArns", Json::array({"arn:aws:ec2:us-east-1:123456789012:subnet/" + subnet})},
          {"selectionMode", "ALL"}}}};
    const std::string id = world.start(world.experiment({{"cut", cut}}, nets));
    world.run_for(1min);
    CHECK(world.cloud.health(ids[0]) == Health::down);
    CHECK(world.cloud.read_quantity(ids[0], "reachable") == 0.0);
    world.run_for(3min);
    CHECK(world.cloud.health(ids[0]) == Health::ok);
    CHECK(world.status(id) == "completed");
  }

  TEST_CASE("skip-all looks targets up and does nothing") {
    Laboratory world;
    const auto ids = world.instances(1);
    const std::string of = world.create(world.experiment(
        {{"stop", world.on_instances("aws:ec2:terminate-instances")}}, {{"some", world.target()}}));
    const Json started = world.must(
        "fis", "StartExperiment",
        {{"experimentTemplateId", of}, {"experimentOptions", {{"actionsMode", "skip-all"}}}});
    world.run_for(2min);
    const std::string id = started["experiment"]["id"].get<std::string>();
    CHECK(world.status(id) == "completed");
    CHECK(world.action_status(id, "stop") == "skipped");
    CHECK(world.state_of(ids[0]) == "running");
  }

  TEST_CASE("five experiments may be active; a client token starts one only") {
    Laboratory world;
    const std::string of = world.create(world.experiment({{"w", world.wait("PT5M")}}));
    const auto start = [&](const std::string& token) {
      return world.call("fis", "StartExperiment",
                        {{"experimentTemplateId", of}, {"clientToken", token}});
    };
    const ApiResult<Json> first = start("one");
    CHECK((*start("one"))["experiment"]["id"] == (*first)["experiment"]["id"]);
    for (const char* token : {"two", "three", "four", "five"}) CHECK(start(token).has_value());
    CHECK(start("six").error().code == "ServiceQuotaExceededException");
    world.run_for(10min);
    CHECK(start("seven").has_value());
  }

  TEST_CASE("the journal tells each action as a fault that causes what follows") {
    Laboratory world;
    world.instances(1);
    world.start(world.experiment({{"stop", world.on_instances("aws:ec2:stop-instances")}},
                                 {{"some", world.target()}}));
    world.run_for(3min);
    CauseId fault{};
    for (const JournalEntry& entry : world.journal.entries())
      if (entry.kind == EntryKind::fault) fault = entry.id;
    bool caused = false;
    for (const JournalEntry& entry : world.journal.entries())
      caused |= entry.kind == EntryKind::health && world.journal.caused_by(entry.id, fault);
    CHECK(caused);
  }
}

}  // namespace opsim::tests

// What FIS refuses, and how it says so.
#include "models/fis/experiment_template.hpp"
#include "tests/models/fis/world.hpp"

namespace opsim::tests {

namespace {

std::string complaint(Laboratory& world, const Json& members) {
  const ApiResult<Json> answer = world.call("fis", "CreateExperimentTemplate", members);
  return answer ? "" : answer.error().code + ": " + answer.error().message;
}

bool says(const std::string& complaint, std::string_view part) {
  return complaint.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("fis: templates") {
  TEST_CASE("durations are ISO 8601") {
    using fis::parse_iso_duration;
    CHECK(parse_iso_duration("PT5M") == 5min);
    CHECK(parse_iso_duration("PT1H30M") == 90min);
    CHECK(parse_iso_duration("PT90S") == 90s);
    CHECK(parse_iso_duration("P1DT1S") == 24h + 1s);
    for (const char* wrong :
         {"", "P", "PT", "5M", "PT5", "PTM", "PT5D", "P5M", "PT-5M", "PT1.5H", "PT99999999999999S"})
      CHECK_FALSE(parse_iso_duration(wrong));
  }

  TEST_CASE("selections: ALL, COUNT and PERCENT, rounded down") {
    using fis::chosen;
    using fis::parse_selection;
    CHECK(chosen(parse_selection("ALL").value(), 7) == 7);
    CHECK(chosen(parse_selection("COUNT(2)").value(), 7) == 2);
    CHECK(chosen(parse_selection("COUNT(9)").value(), 7) == 7);
    // "If 50% of 5 targets, AWS FIS rounds down to 2; 5% of 4 cannot be selected" (targets).
    CHECK(chosen(parse_selection("PERCENT(50)").value(), 5) == 2);
    CHECK(chosen(parse_selection("PERCENT(5)").value(), 4) == 0);
    for (const char* wrong : {"", "all", "COUNT", "COUNT()", "COUNT(0)", "COUNT(1", "PERCENT(0)",
                              "PERCENT(101)", "PERCENT(-5)", "PERCENT(5.5)", "SOME(2)"})
      CHECK_FALSE(parse_selection(wrong));
  }

  TEST_CASE("names that lead nowhere are told with the nearest that do") {
    Laboratory world;
    Json actions{{"stop", world.on_instances("aws:ec2:stop-instances")}};
    actions["stop"]["targets"] = {{"Instances", "sone"}};
    CHECK(says(complaint(world, world.experiment(actions, {{"some", world.target()}})),
               "Target \"sone\" of action \"stop\" is not defined; did you mean \"some\"?"));
    actions["stop"]["targets"] = {{"Clusters", "some"}};
    CHECK(says(complaint(world, world.experiment(actions, {{"some", world.target()}})),
               "Unexpected target \"Clusters\" found in action \"stop\"."));
    CHECK(says(complaint(world, world.experiment({{"x", {{"actionId", "aws:ec2:stop-instance"}}}})),
               "ResourceNotFoundException: Action with ID aws:ec2:stop-instance not found"));
    CHECK(says(complaint(world, world.experiment({{"w", world.wait("PT1M", {"v"})}})),
               "startAfter of action \"w\" names \"v\", which is not defined"));
    CHECK(says(complaint(world, world.experiment({{"w", world.wait("PT1M")}},
                                                 {{"t",
                                                   {{"resourceType", "aws:ec2:instances"},
                                                    {"resourceTags", {{"a", "b"}}},
                                                    {"selectionMode", "ALL"}}}})),
               "did you mean \"aws:ec2:instance\"?"));
  }

  TEST_CASE("a cycle in startAfter is told whole") {
    Laboratory world;
    const std::string told = complaint(world, world.experiment({{"a", world.wait("PT1M", {"c"})},
                                                                {"b", world.wait("PT1M", {"a"})},
                                                                {"c", world.wait("PT1M", {"b"})}}));
    CHECK(says(told, "ValidationException"));
    CHECK(says(told, "is a cycle: a -> c -> b -> a"));
    CHECK(says(complaint(world, world.experiment({{"a", world.wait("PT1M", {"a"})}})),
               "is a cycle: a -> a"));
  }

  TEST_CASE("durations, selections, quotas and doubles are checked") {
    Laboratory world;
    const auto told = [&](Json actions, Json targets = Json::object()) {
      return complaint(world, world.experiment(std::move(actions), std::move(targets)));
    };
    CHECK(says(told({{"w", world.wait("PT30S")}}), "must be PT1M to PT12H"));
    CHECK(says(told({{"w", world.wait("PT13H")}}), "must be PT1M to PT12H"));
    CHECK(says(told({{"w", {{"actionId", "aws:fis:wait"}}}}),
               "Required parameter \"duration\" not found in action \"w\"."));
    CHECK(says(told({{"w", world.wait("PT1M")}}, {{"some", world.target("PERCENT(0)")}}),
               "Selection mode \"PERCENT(0)\" of target \"some\" is not valid"));
    Json both = world.target();
    both["resourceArns"] = Json::array({"arn:aws:ec2:us-east-1:123456789012:instance/i-1"});
    CHECK(says(told({{"w", world.wait("PT1M")}}, {{"some", both}}),
               "You cannot specify both resource ARNs and resource tags for target some."));
    Json many;
    for (int i = 0; i < 21; ++i) many[fmt::format("w{}", i)] = world.wait("PT1M");
    CHECK(says(told(many), "Actions has 21 actions; at most 20"));
    CHECK(says(told(Json::object()), "Actions must not be empty"));
  }

  // The bounds of fis-actions-reference.
  TEST_CASE("parameters stay within what the reference says of them") {
    Laboratory world;
    struct Row {
      const char* action;
      const char* key;
      const char* type;
      Json parameters;
      const char* told;  // "" where it is right
    };
    const Row rows[] = {
        {"aws:ec2:send-spot-instance-interruptions",
         "SpotInstances",
         "aws:ec2:spot-instance",
         {{"durationBeforeInterruption", "PT1M"}},
         "must be PT2M to PT15M"},
        {"aws:ec2:send-spot-instance-interruptions",
         "SpotInstances",
         "aws:ec2:spot-instance",
         {{"durationBeforeInterruption", "PT15M"}},
         ""},
        {"aws:directconnect:virtual-interface-disconnect",
         "VirtualInterfaces",
         "aws:directconnect:virtual-interface",
         {{"duration", "PT9M"}},
         "must be PT10M to PT12H"},
        {"aws:ebs:pause-volume-io", "Volumes", "aws:ec2:ebs-volume", {{"duration", "PT1S"}}, ""},
        {"aws:ebs:volume-io-latency",
         "Volumes",
         "aws:ec2:ebs-volume",
         {{"duration", "PT1S"}, {"readIOPercentage", "0.1"}},
         ""},
        {"aws:ebs:volume-io-latency",
         "Volumes",
         "aws:ec2:ebs-volume",
         {{"duration", "PT1S"}, {"readIOPercentage", "0"}},
         "must be 0.1 to 100"},
        {"aws:ebs:volume-io-latency",
         "Volumes",
         "aws:ec2:ebs-volume",
         {{"duration", "PT1S"}, {"readIOLatencyMilliseconds", "60001"}},
         "must be 1 to 60000"},
        {"aws:lambda:invocation-error",
         "Functions",
         "aws:lambda:function",
         {{"duration", "PT1M"}, {"preventExecution", "true"}, {"invocationPercentage", "0"}},
         "must be 1 to 100"},
        {"aws:lambda:invocation-error",
         "Functions",
         "aws:lambda:function",
         {{"duration", "PT1M"}},
         "Required parameter \"preventExecution\" not found in action \"act\"."},
        {"aws:lambda:invocation-add-delay",
         "Functions",
         "aws:lambda:function",
         {{"duration", "PT1M"}, {"startupDelayMilliseconds", "900001"}},
         "must be 0 to 900000"},
        {"aws:network:disrupt-connectivity",
         "Subnets",
         "aws:ec2:subnet",
         {{"duration", "PT1M"}, {"scope", "everything"}},
         "must be one of all, availability-zone"},
        {"aws:network:disrupt-connectivity",
         "Subnets",
         "aws:ec2:subnet",
         {{"duration", "PT1M"}, {"scope", "prefix-list"}},
         "Required parameter \"prefixListIdentifier\""},
        {"aws:ecs:task-network-blackhole-port",
         "Tasks",
         "aws:ecs:task",
         {{"duration", "PT1M"}, {"port", "80"}, {"trafficType", "both"}},
         "must be one of ingress, egress"},
        {"aws:arc:start-zonal-autoshift",
         "ManagedResources",
         "aws:arc:zonal-shift-managed-resource",
         {{"duration", "PT1M"},
          {"availabilityZoneIdentifier", "use1-az1"},
          {"managedResourceTypes", "ALB, ASG"},
          {"zonalAutoshiftStatus", "ANY"}},
         ""},
        {"aws:arc:start-zonal-autoshift",
         "ManagedResources",
         "aws:arc:zonal-shift-managed-resource",
         {{"duration", "PT1M"},
          {"availabilityZoneIdentifier", "use1-az1"},
          {"managedResourceTypes", "ALB,ELB"}},
         "must be one of ASG, ALB, NLB, EKS"},
        {"aws:memorydb:multi-region-cluster-pause-replication",
         "MultiRegionClusters",
         "aws:memorydb:multi-region-cluster",
         {{"duration", "PT1M"}},
         ""},
    };
    for (const auto& [action, key, type, parameters, told] : rows) {
      CAPTURE(action);
      CAPTURE(parameters.dump());
      const Json members = world.experiment(
          {{"act", {{"actionId", action}, {"parameters", parameters}, {"targets", {{key, "t"}}}}}},
          {{"t",
            {{"resourceType", type}, {"resourceTags", {{"a", "b"}}}, {"selectionMode", "ALL"}}}});
      const std::string complained = complaint(world, members);
      if (std::string_view{told}.empty())
        CHECK(complained.empty());
      else
        CHECK_MESSAGE(says(complained, told), complained);
    }
  }

  // "This action only supports targeting by tags"; "doesn't support defining targets using resource
  // tags, filters, or parameters".
  TEST_CASE("some actions want their targets by tags, some by ARN") {
    Laboratory world;
    const Json pause{{"actionId", "aws:s3:bucket-pause-replication"},
                     {"parameters", {{"duration", "PT1M"}, {"region", "eu-west-1"}}},
                     {"targets", {{"Buckets", "t"}}}};
    Json target{{"resourceType", "aws:s3:bucket"},
                {"resourceArns", Json::array({"arn:aws:s3:::original"})},
                {"selectionMode", "ALL"}};
    CHECK(says(complaint(world, world.experiment({{"pause", pause}}, {{"t", target}})),
               "supports targets by resource tags only"));
    const Json scarce{{"actionId", "aws:ec2:api-insufficient-instance-capacity-error"},
                      {"parameters",
                       {{"duration", "PT1M"},
                        {"availabilityZoneIdentifiers", "us-east-1a"},
                        {"percentage", "100"}}},
                      {"targets", {{"Roles", "t"}}}};
    target = {
        {"resourceType", "aws:iam:role"}, {"resourceTags", {{"a", "b"}}}, {"selectionMode", "ALL"}};
    CHECK(says(complaint(world, world.experiment({{"scarce", scarce}}, {{"t", target}})),
               "supports targets by resource ARNs only"));
  }

  // API Reference, CreateExperimentTemplate, and the schema of AWS::FIS::ExperimentTemplate:
  // description, maximum length of 512.
  TEST_CASE("a description has from 1 to 512 characters") {
    Laboratory world;
    Json members = world.experiment({{"w", world.wait("PT1M")}});
    members["description"] = std::string(512, 'x');
    CHECK(complaint(world, members).empty());
    members["description"] = std::string(513, 'x');
    CHECK(
        says(complaint(world, members),
             "at 'description' failed to satisfy constraint: Member must have length less than or "
             "equal to 512"));
    members.erase("description");
    CHECK(says(complaint(world, members), "Value null at 'description'"));
  }

  TEST_CASE("tags are put on templates and taken away") {
    Laboratory world;
    const Json made = world.must("fis", "CreateExperimentTemplate",
                                 world.experiment({{"w", world.wait("PT1M")}}));
    const Json arn = made["experimentTemplate"]["arn"];
    world.must("fis", "TagResource", {{"resourceArn", arn}, {"tags", {{"a", "1"}, {"b", "2"}}}});
    world.must("fis", "UntagResource", {{"resourceArn", arn}, {"tagKeys", Json::array({"a"})}});
    CHECK(world.must("fis", "ListTagsForResource", {{"resourceArn", arn}})["tags"] ==
          Json{{"b", "2"}});
  }

  TEST_CASE("two of the same on the same at the same time overlap; one after the other may be") {
    Laboratory world;
    const Json cut{{"actionId", "aws:network:disrupt-connectivity"},
                   {"parameters", {{"duration", "PT5M"}, {"scope", "all"}}},
                   {"targets", {{"Subnets", "nets"}}}};
    const Json nets{{"nets",
                     {{"resourceType", "aws:ec2:subnet"},
                      {"resourceTags", {{"Ready", "yes"}}},
                      {"selectionMode", "ALL"}}}};
    CHECK(says(complaint(world, world.experiment({{"one", cut}, {"two", cut}}, nets)),
               "Actions \"one\" and \"two\" overlap"));
    Json later = cut;
    later["startAfter"] = Json::array({"w"});
    CHECK(complaint(world,
                    world.experiment(
                        {{"one", cut}, {"two", later}, {"w", world.wait("PT1M", {"one"})}}, nets))
              .empty());
  }

  TEST_CASE("everything that is wrong is told at once") {
    Laboratory world;
    const std::string told = complaint(world, {{"actions", {{"w", {{"actionId", "aws:fis:wiat"}}}}},
                                               {"targets", {{"t", {{"selectionMode", "TWO"}}}}}});
    for (const char* part : {"Action with ID aws:fis:wiat", "Resource type", "Selection mode",
                             "Stop conditions must not be empty", "RoleArn must be specified"})
      CHECK_MESSAGE(says(told, part), part);
  }

  TEST_CASE("CloudFormation's spelling reads as the API's") {
    Laboratory world;
    const std::string id =
        world.make("AWS::FIS::ExperimentTemplate", "Lab",
                   {{"Description", "d"},
                    {"RoleArn", "arn:aws:iam::123456789012:role/fis"},
                    {"StopConditions", {{{"Source", "none"}}}},
                    {"Targets",
                     {{"some",
                       {{"ResourceType", "aws:ec2:instance"},
                        {"ResourceTags", {{"Ready", "yes"}}},
                        {"Filters", {{{"Path", "State.Name"}, {"Values", {"running"}}}}},
                        {"SelectionMode", "COUNT(1)"}}}}},
                    {"Actions",
                     {{"stop",
                       {{"ActionId", "aws:ec2:stop-instances"},
                        {"Parameters", {{"startInstancesAfterDuration", "PT2M"}}},
                        {"Targets", {{"Instances", "some"}}}}}}}});
    const Json made =
        world.must("fis", "GetExperimentTemplate", {{"id", id}})["experimentTemplate"];
    CHECK(made["targets"]["some"]["selectionMode"] == "COUNT(1)");
    CHECK(made["targets"]["some"]["filters"][0]["path"] == "State.Name");
    CHECK(made["actions"]["stop"]["parameters"]["startInstancesAfterDuration"] == "PT2M");
    CHECK(world.refusal("fis", "GetExperimentTemplate", {{"id", "EXT9"}}) ==
          "ResourceNotFoundException");
  }
}

}  // namespace opsim::tests

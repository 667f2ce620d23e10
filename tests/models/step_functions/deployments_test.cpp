// Versions, aliases, activities, redriving, Map Runs.
// AWS: concepts-cd-aliasing-versioning, concepts-activities, redrive-executions,
// concepts-examine-map-run.
#include <doctest/doctest.h>

#include <memory>

#include "tests/models/step_functions/world.hpp"

namespace opsim::tests {

namespace {

/// As much of Amazon S3 as a Map reads and writes, and a service whose jobs end when told to.
struct Objects : Model {
  explicit Objects(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  std::map<std::string, std::string> bodies;  // by key
};
ApiResult<Json> get_body(Objects& objects, const Request& request) {
  const auto at = objects.bodies.find(request.input.value("Key", ""));
  if (at == objects.bodies.end()) return ApiError{"NoSuchKey", "The specified key does not exist."};
  return Json{{"Body", at->second}};
}
ApiResult<Json> list_keys(Objects& objects, const Request&) {
  Json contents = Json::array();
  for (const auto& [key, body] : objects.bodies) contents.push_back({{"Key", key}});
  return Json{{"Contents", contents}};
}
ApiResult<Json> put_body(Objects& objects, const Request& request) {
  objects.bodies[request.input.at("Key").get<std::string>()] =
      request.input.at("Body").get<std::string>();
  return Json::object();
}
constexpr Operation kObjectOperations[] = {
    {.name = "GetObject", .access = Access::read, .now = immediate<Objects, get_body>},
    {.name = "ListObjectsV2", .access = Access::read, .now = immediate<Objects, list_keys>},
    {.name = "PutObject", .now = immediate<Objects, put_body>},
};
constexpr Service kObjects{
    .name = "s3",
    .title = "objects",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Objects>(cloud); },
    .operations = kObjectOperations};

struct Builds : Model {
  std::string status = "IN_PROGRESS";
};
ApiResult<Json> start_build(Builds&, const Request&) {
  return Json{{"build", {{"id", "b:1"}, {"buildStatus", "IN_PROGRESS"}}}};
}
ApiResult<Json> get_builds(Builds& builds, const Request&) {
  return Json{{"builds", Json::array({{{"id", "b:1"}, {"buildStatus", builds.status}}})}};
}
ApiResult<Json> stop_build(Builds& builds, const Request&) {
  builds.status = "STOPPED";
  return Json::object();
}
constexpr Operation kBuildOperations[] = {
    {.name = "BatchGetBuilds", .access = Access::read, .now = immediate<Builds, get_builds>},
    {.name = "StartBuild", .now = immediate<Builds, start_build>},
    {.name = "StopBuild", .now = immediate<Builds, stop_build>},
};
constexpr Service kBuilds{
    .name = "codebuild",
    .title = "builds",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Builds>(); },
    .operations = kBuildOperations};

const Service* const kDeploymentServices[] = {&kLambda, &kSqs, &kObjects, &kBuilds,
                                              &kStepFunctions};

struct DeploymentWorld : StatesWorld {
  DeploymentWorld() : StatesWorld{kDeploymentServices} {}
  std::vector<std::string> types_of(const Json& execution) {
    std::vector<std::string> types;
    const Json history =
        must("states", "GetExecutionHistory",
             {{"executionArn", execution.at("executionArn")}, {"maxResults", 1000}});
    for (const Json& event : history.at("events"))
      types.push_back(event.at("type").get<std::string>());
    return types;
  }
  Json described(const Json& begun) {
    return must("states", "DescribeExecution", {{"executionArn", begun.at("executionArn")}});
  }
};

Json passes(const char* result) {
  return {{"A", {{"Type", "Pass"}, {"Result", result}, {"End", true}}}};
}
Json definition_of(const Json& states) {
  return {{"StartAt", states.begin().key()}, {"States", states}};
}

}  // namespace

TEST_SUITE("step functions: versions and aliases") {
  TEST_CASE("an alias leads to its versions by their weights; a version does not change") {
    DeploymentWorld world;
    const std::string machine = world.machine(passes("one"));
    const auto publish = [&] {
      return world.must("states", "PublishStateMachineVersion", {{"stateMachineArn", machine}})
          .at("stateMachineVersionArn")
          .get<std::string>();
    };
    const std::string one = publish();
    CHECK(one == machine + ":1");
    CHECK(publish() == one);  // nothing has changed
    world.must("states", "UpdateStateMachine",
               {{"stateMachineArn", machine}, {"definition", definition_of(passes("two")).dump()}});
    const std::string two = publish();
    CHECK(two == machine + ":2");
    CHECK(world.play(one, Json::object()).at("output") == "\"one\"");
    const Json routes = Json::array({{{"stateMachineVersionArn", one}, {"weight", 80}},
                                     {{"stateMachineVersionArn", two}, {"weight", 20}}});
    const std::string alias = world
                                  .must("states", "CreateStateMachineAlias",
                                        {{"name", "PROD"}, {"routingConfiguration", routes}})
                                  .at("stateMachineAliasArn")
                                  .get<std::string>();
    CHECK(alias == machine + ":PROD");
    int newer = 0;
    for (int i = 0; i < 200; ++i) {
      const Json begun = world.must("states", "StartExecution", {{"stateMachineArn", alias}});
      world.run_for(1s);
      const Json told = world.described(begun);
      CHECK(told.at("stateMachineAliasArn") == alias);
      newer += told.at("stateMachineVersionArn") == two;
      CHECK(told.at("output") ==
            (told.at("stateMachineVersionArn") == two ? "\"two\"" : "\"one\""));
    }
    CHECK(newer > 20);
    CHECK(newer < 60);
    CHECK(world.refusal("states", "DeleteStateMachineVersion", {{"stateMachineVersionArn", one}}) ==
          "ConflictException");
    CHECK(world.must("states", "ListExecutions", {{"stateMachineArn", one}, {"maxResults", 1000}})
              .at("executions")
              .size() == static_cast<std::size_t>(201 - newer));
  }

  TEST_CASE("aliases that are refused") {
    DeploymentWorld world;
    const std::string machine = world.machine(passes("one"));
    world.must("states", "PublishStateMachineVersion", {{"stateMachineArn", machine}});
    const auto refusal = [&](const char* name, Json routes) {
      return world.refusal("states", "CreateStateMachineAlias",
                           {{"name", name}, {"routingConfiguration", std::move(routes)}});
    };
    const Json all{{"stateMachineVersionArn", machine + ":1"}, {"weight", 100}};
    const Json half{{"stateMachineVersionArn", machine + ":1"}, {"weight", 50}};
    const Json gone{{"stateMachineVersionArn", machine + ":9"}, {"weight", 100}};
    CHECK(refusal("7", Json::array({all})) == "ValidationException");
    CHECK(refusal("a", Json::array({half})) == "ValidationException");
    CHECK(refusal("a", Json::array({half, half})) == "ValidationException");
    CHECK(refusal("a", Json::array({gone})) == "ResourceNotFound");
    CHECK(refusal("a", Json::array()) == "ValidationException");
    CHECK(refusal("a", Json::array({all})) == "");
    CHECK(world.refusal("states", "StartExecution", {{"stateMachineArn", machine + ":b"}}) ==
          "StateMachineDoesNotExist");
  }
}

TEST_SUITE("step functions: activities") {
  TEST_CASE("a worker fetches a task, keeps it alive and answers for it") {
    DeploymentWorld world;
    const std::string activity = world.must("states", "CreateActivity", {{"name", "review"}})
                                     .at("activityArn")
                                     .get<std::string>();
    const std::string machine = world.machine(
        {{"A",
          {{"Type", "Task"}, {"Resource", activity}, {"HeartbeatSeconds", 30}, {"End", true}}}});
    const Json begun = world.must("states", "StartExecution",
                                  {{"stateMachineArn", machine}, {"input", R"({"n":1})"}});
    world.run_for(10min);  // nobody has fetched it: no heartbeat is due
    const Json task =
        world.must("states", "GetActivityTask", {{"activityArn", activity}, {"workerName", "ann"}});
    CHECK(task.at("input") == R"({"n":1})");
    const Json token{{"taskToken", task.at("taskToken")}};
    for (int i = 0; i < 5; ++i) {
      world.run_for(25s);
      world.must("states", "SendTaskHeartbeat", token);
    }
    Json answer = token;
    answer["output"] = "\"fine\"";
    world.must("states", "SendTaskSuccess", answer);
    world.run_for(1s);
    CHECK(world.described(begun).at("output") == "\"fine\"");
    const std::vector<std::string> wanted{
        "ExecutionStarted",  "TaskStateEntered", "ActivityScheduled", "ActivityStarted",
        "ActivitySucceeded", "TaskStateExited",  "ExecutionSucceeded"};
    CHECK(world.types_of(begun) == wanted);
  }

  TEST_CASE("a worker that falls silent lets its task time out; a poll without work ends empty") {
    DeploymentWorld world;
    const std::string activity = world.must("states", "CreateActivity", {{"name", "review"}})
                                     .at("activityArn")
                                     .get<std::string>();
    const SimTime before = world.sim.now();
    const Json none = world.must("states", "GetActivityTask", {{"activityArn", activity}});
    CHECK(none.at("taskToken").is_null());
    CHECK(world.sim.now() - before >= 60s);
    const std::string machine = world.machine(
        {{"A",
          {{"Type", "Task"}, {"Resource", activity}, {"HeartbeatSeconds", 30}, {"End", true}}}});
    const Json begun = world.must("states", "StartExecution", {{"stateMachineArn", machine}});
    world.run_for(1s);
    const Json task = world.must("states", "GetActivityTask", {{"activityArn", activity}});
    world.run_for(1min);
    CHECK(world.described(begun).at("error") == "States.HeartbeatTimeout");
    CHECK(world.refusal("states", "SendTaskHeartbeat", {{"taskToken", task.at("taskToken")}}) ==
          "TaskTimedOut");
  }
}

TEST_SUITE("step functions: jobs and redriving") {
  TEST_CASE(".sync follows a job by the events of its service, and ends it with the execution") {
    DeploymentWorld world;
    auto& builds = static_cast<Builds&>(*world.cloud.model("codebuild"));
    const auto tell = [&](const char* status) {
      builds.status = status;
      world.cloud.emit({.source = "aws.codebuild",
                        .detail_type = "CodeBuild Build State Change",
                        .place = world.cloud.home()});
      world.run_for(1s);
    };
    const std::string machine =
        world.machine({{"A",
                        {{"Type", "Task"},
                         {"Resource", "arn:aws:states:::codebuild:startBuild.sync"},
                         {"Parameters", {{"ProjectName", "p"}}},
                         {"End", true}}}});
    const Json first = world.must("states", "StartExecution", {{"stateMachineArn", machine}});
    world.run_for(1min);
    tell("IN_PROGRESS");
    CHECK(world.described(first).at("status") == "RUNNING");
    tell("SUCCEEDED");
    CHECK(world.described(first).at("status") == "SUCCEEDED");
    builds.status = "IN_PROGRESS";
    const Json second = world.must("states", "StartExecution", {{"stateMachineArn", machine}});
    world.run_for(1min);
    world.must("states", "StopExecution", {{"executionArn", second.at("executionArn")}});
    world.run_for(1min);
    CHECK(builds.status == "STOPPED");
  }

  TEST_CASE("a redriven execution goes on from the state that failed, with its variables") {
    DeploymentWorld world;
    world.function("f", "{ takes: 1s, succeeds: 0 %, cold start: 0s }");
    const std::string machine = world.machine(
        {{"A",
          {{"Type", "Pass"}, {"Result", {{"n", 1}}}, {"Assign", {{"kept", 5}}}, {"Next", "B"}}},
         {"B",
          {{"Type", "Task"},
           {"Resource", "arn:aws:lambda:us-east-1:123456789012:function:f"},
           {"ResultPath", nullptr},
           {"Next", "C"}}},
         {"C",
          {{"Type", "Pass"},
           {"Parameters", {{"n.$", "$.n"}, {"kept.$", "$kept"}}},
           {"End", true}}}});
    const Json begun = world.must("states", "StartExecution", {{"stateMachineArn", machine}});
    const Json which{{"executionArn", begun.at("executionArn")}};
    world.run_for(100ms);
    CHECK(world.described(begun).at("redriveStatus") == "NOT_REDRIVABLE");
    CHECK(world.refusal("states", "RedriveExecution", which) == "ExecutionNotRedrivable");
    world.run_for(1min);
    CHECK(world.described(begun).at("status") == "FAILED");
    CHECK(world.described(begun).at("redriveStatus") == "REDRIVABLE");
    const Document better = read_yaml("scenario.yaml", "{ takes: 1s, cold start: 0s }");
    kLambda.physics[0].apply(
        *world.cloud.model("lambda"),
        {world.cloud, "f", "", world.cloud.resources().find("f"), better.root});
    world.must("states", "RedriveExecution", which);
    world.run_for(1min);
    const Json told = world.described(begun);
    CHECK(told.at("status") == "SUCCEEDED");
    CHECK(told.at("output") == R"({"kept":5,"n":1})");
    CHECK(told.at("redriveCount") == 1);
    const auto types = world.types_of(begun);
    CHECK(std::ranges::count(types, "ExecutionRedriven") == 1);
    CHECK(std::ranges::count(types, "PassStateEntered") == 2);
    CHECK(std::ranges::count(types, "TaskStateEntered") == 2);
    CHECK(world
              .must("states", "ListExecutions",
                    {{"stateMachineArn", machine}, {"redriveFilter", "REDRIVEN"}})
              .at("executions")
              .size() == 1);
    CHECK(world
              .must("states", "ListExecutions",
                    {{"stateMachineArn", machine}, {"statusFilter", "FAILED"}})
              .at("executions")
              .empty());
  }
}

TEST_SUITE("step functions: Map Runs") {
  TEST_CASE("a distributed Map reads rows, counts its children, and writes its results") {
    DeploymentWorld world;
    auto& objects = static_cast<Objects&>(*world.cloud.model("s3"));
    objects.bodies["rows.csv"] = "id,text\n1,\"a, b\"\n2,c\n3,d\n";
    const Json processor{
        {"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", "STANDARD"}}},
        {"StartAt", "P"},
        {"States",
         {{"P",
           {{"Type", "Choice"},
            {"Choices", {{{"Variable", "$.id"}, {"StringEquals", "2"}, {"Next", "No"}}}},
            {"Default", "Yes"}}},
          {"Yes", {{"Type", "Pass"}, {"End", true}}},
          {"No", {{"Type", "Fail"}, {"Error", "Even"}}}}}};
    const Json reader{{"Resource", "arn:aws:states:::s3:getObject"},
                      {"ReaderConfig", {{"InputType", "CSV"}, {"CSVHeaderLocation", "FIRST_ROW"}}},
                      {"Parameters", {{"Bucket", "b"}, {"Key", "rows.csv"}}}};
    const Json writer{{"Resource", "arn:aws:states:::s3:putObject"},
                      {"Parameters", {{"Bucket", "b"}, {"Prefix", "out"}}}};
    const std::string machine = world.machine({{"M",
                                                {{"Type", "Map"},
                                                 {"ItemReader", reader},
                                                 {"ItemProcessor", processor},
                                                 {"ResultWriter", writer},
                                                 {"ToleratedFailureCount", 1},
                                                 {"End", true}}}});
    const Json told = world.play(machine, Json::object());
    REQUIRE(told.at("status") == "SUCCEEDED");
    const Json runs =
        world.must("states", "ListMapRuns", {{"executionArn", told.at("executionArn")}});
    REQUIRE(runs.at("mapRuns").size() == 1);
    const Json run{{"mapRunArn", runs.at("mapRuns")[0].at("mapRunArn")}};
    const Json described = world.must("states", "DescribeMapRun", run);
    CHECK(described.at("status") == "SUCCEEDED");
    CHECK(described.at("itemCounts").at("total") == 3);
    CHECK(described.at("executionCounts").at("succeeded") == 2);
    CHECK(described.at("executionCounts").at("failed") == 1);
    Json failed = run;
    failed["statusFilter"] = "FAILED";
    CHECK(world.must("states", "ListExecutions", failed).at("executions").size() == 1);
    const Json output = Json::parse(told.at("output").get<std::string>());
    const std::string key = output.at("ResultWriterDetails").at("Key").get<std::string>();
    CHECK(key.starts_with("out/"));
    const Json manifest = Json::parse(objects.bodies.at(key));
    const Json rows = Json::parse(objects.bodies.at(
        manifest.at("ResultFiles").at("SUCCEEDED")[0].at("Key").get<std::string>()));
    CHECK(rows[0].at("Output") == R"({"id":"1","text":"a, b"})");
  }

  TEST_CASE("an object that is not there fails the Map as States.ItemReaderFailed") {
    DeploymentWorld world;
    const Json processor{
        {"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", "STANDARD"}}},
        {"StartAt", "P"},
        {"States", {{"P", {{"Type", "Pass"}, {"End", true}}}}}};
    const Json reader{{"Resource", "arn:aws:states:::s3:getObject"},
                      {"ReaderConfig", {{"InputType", "JSON"}}},
                      {"Parameters", {{"Bucket", "b"}, {"Key", "gone"}}}};
    const std::string machine = world.machine(
        {{"M",
          {{"Type", "Map"}, {"ItemReader", reader}, {"ItemProcessor", processor}, {"End", true}}}});
    CHECK(world.play(machine, Json::object()).at("error") == "States.ItemReaderFailed");
  }

  TEST_CASE("redriven, a Map runs again only what had not succeeded") {
    DeploymentWorld world;
    world.function("f", "{ takes: 1s, succeeds: 0 %, cold start: 0s }");
    const Json processor{
        {"StartAt", "P"},
        {"States",
         {{"P",
           {{"Type", "Choice"},
            {"Choices", {{{"Variable", "$"}, {"NumericEquals", 2}, {"Next", "F"}}}},
            {"Default", "Yes"}}},
          {"Yes", {{"Type", "Pass"}, {"End", true}}},
          {"F",
           {{"Type", "Task"},
            {"Resource", "arn:aws:lambda:us-east-1:123456789012:function:f"},
            {"ResultPath", nullptr},
            {"End", true}}}}}};
    const std::string machine =
        world.machine({{"M", {{"Type", "Map"}, {"ItemProcessor", processor}, {"End", true}}}});
    const Json failed = world.play(machine, {1, 2, 3}, 1min);
    CHECK(failed.at("status") == "FAILED");
    const Document better = read_yaml("scenario.yaml", "{ takes: 1s, cold start: 0s }");
    kLambda.physics[0].apply(
        *world.cloud.model("lambda"),
        {world.cloud, "f", "", world.cloud.resources().find("f"), better.root});
    world.must("states", "RedriveExecution", {{"executionArn", failed.at("executionArn")}});
    world.run_for(1min);
    CHECK(world.described(failed).at("output") == "[1,2,3]");
    const auto types = world.types_of(failed);
    CHECK(std::ranges::count(types, "MapIterationSucceeded") == 3);
  }
}

}  // namespace opsim::tests

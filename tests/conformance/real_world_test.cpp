// Artefacts that people really use, unmodified, in a world of ours. Skipped where they are not
// beside the clone.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/catalog.hpp"
#include "opsim/scenario/world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGroupTemplate =
    "aws-samples__aws-fault-injection-simulator-workshop__resources__templates__asg__"
    "fis-ec2-nginx-asg.template.yaml";
constexpr std::string_view kRebootRunbook =
    "esabitova__aws-digito-artifacts-gameday__documents__compute__sop__ec2_reboot__2020-05-20__"
    "Documents__AutomationDocument.yml";
constexpr std::string_view kLaunchPattern =
    "aws-samples__ssm-automation-custom-ad-domain-join-unjoin__EVB-README.md_block3.json";

std::string text_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

/// A scenario file of the test's own, gone with it.
class ScenarioFile {
 public:
  explicit ScenarioFile(const std::string& text)
      : path_{fs::temp_directory_path() / "opsim-real-world-scenario.yaml"} {
    std::ofstream{path_} << text;
  }
  ~ScenarioFile() { fs::remove(path_); }
  ScenarioFile(const ScenarioFile&) = delete;
  ScenarioFile& operator=(const ScenarioFile&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::vector<const JournalEntry*> entries(const Journal& journal, EntryKind kind,
                                         std::string_view subject) {
  std::vector<const JournalEntry*> found;
  for (const JournalEntry& entry : journal.entries())
    if (entry.kind == kind && (subject.empty() || entry.subject == subject))
      found.push_back(&entry);
  return found;
}

std::string state_of(const JournalEntry& alarm) { return alarm.detail.value("state", ""); }

/// One call, answered; time moves by what the call takes.
Json call(World& world, std::string service, std::string operation, Json input) {
  std::optional<ApiResult<Json>> answer;
  static constexpr auto ask = [](World& in, std::string at, std::string what, Json with,
                                 std::optional<ApiResult<Json>>& out) -> Process<> {
    ApiResult<Json> given =
        co_await in.cloud().call(in.user(), std::move(at), std::move(what), std::move(with));
    out = std::move(given);
  };
  world.sim().spawn(ask(world, std::move(service), std::move(operation), std::move(input), answer));
  while (!answer && world.sim().run_one()) {
  }
  REQUIRE(answer.has_value());
  if (answer->has_error()) FAIL(answer->error().code, ": ", answer->error().message);
  return answer->value();
}

TEST_SUITE("real artefacts") {
  TEST_CASE("an instance of a real template's group dies; the group replaces it") {
    const auto shared = tests::shared_folder();
    if (!shared || !fs::exists(*shared / "corpus/cfn" / kGroupTemplate)) {
      MESSAGE("skipped: no corpus");
      return;
    }
    const fs::path stack = fs::absolute(*shared / "corpus/cfn" / kGroupTemplate);
    const ScenarioFile file{fmt::format(R"(scenario: An instance dies; the group replaces it
clock: {{ duration: 3h }}
stacks:
  - {{ template: {}, name: nginx, parameters: {{ LoadGenFunctionName: goad, InstanceType: m5.large }} }}
physics:
  WebServerGroup: {{ cpu: {{ level: 50 % }} }}
timeline:
  - {{ at: 1h, do: terminate instance on WebServerGroup hitting one }}
goals:
  - recovery time: {{ of: WebServerGroup, at most: 15min }}
)",
                                        stack.string())};
    const Scenario scenario = read_scenario(file.path(), catalog());
    World world{scenario, catalog(), {}};
    world.run();
    CHECK(world.diagnosis() == "");

    const std::vector<Incident> incidents = world.incidents();
    // Its only instance was the only target of its load balancer, too.
    REQUIRE(incidents.size() == 2);
    CHECK(incidents[0].of == "WebServerGroup");
    CHECK(incidents[1].of == "ALBTargetGroup");
    CHECK(incidents[0].harmed_at == scenario.start + std::chrono::hours{1});
    CHECK(incidents[0].resolved_by == ResolvedBy::automation);
    REQUIRE(world.verdicts().size() == 1);
    CHECK(world.verdicts()[0].met);

    // The group is whole again, by an instance that was not there at the start.
    const auto group = world.cloud().inspect(world.cloud().home(), "autoscaling",
                                             "DescribeAutoScalingGroups", Json::object());
    REQUIRE(group.has_value());
    const Json instances = group.value()["AutoScalingGroups"][0]["Instances"];
    REQUIRE(instances.size() == 1);
    CHECK(instances[0]["InstanceId"] != "i-00000001");
    CHECK(instances[0]["LifecycleState"] == "InService");

    // 50 % is neither over 90 nor under 20: its two CPU alarms never fire.
    for (const JournalEntry* alarm : entries(world.journal(), EntryKind::alarm, ""))
      CHECK(state_of(*alarm) != "ALARM");
  }

  TEST_CASE("its alarm fires when the group idles below 20 % for five minutes") {
    const auto shared = tests::shared_folder();
    if (!shared || !fs::exists(*shared / "corpus/cfn" / kGroupTemplate)) {
      MESSAGE("skipped: no corpus");
      return;
    }
    const fs::path stack = fs::absolute(*shared / "corpus/cfn" / kGroupTemplate);
    const ScenarioFile file{fmt::format(R"(scenario: The group idles
clock: {{ duration: 1h }}
stacks:
  - {{ template: {}, name: nginx, parameters: {{ LoadGenFunctionName: goad }} }}
physics:
  WebServerGroup: {{ cpu: {{ level: 10 %, noise: 1 % }} }}
)",
                                        stack.string())};
    const Scenario scenario = read_scenario(file.path(), catalog());
    World world{scenario, catalog(), {}};
    world.run();
    const auto alarms = entries(world.journal(), EntryKind::alarm, "");
    const auto fired = std::ranges::find_if(
        alarms, [](const JournalEntry* alarm) { return state_of(*alarm) == "ALARM"; });
    REQUIRE(fired != alarms.end());
    CHECK((*fired)->subject.find("CPUAlarmLow") != std::string::npos);
    CHECK((*fired)->at >= scenario.start + std::chrono::minutes{5});
    CHECK((*fired)->at <= scenario.start + std::chrono::minutes{15});
  }

  TEST_CASE("a real event pattern starts a real runbook, which reboots the instance") {
    const auto shared = tests::shared_folder();
    if (!shared || !fs::exists(*shared / "corpus/ssm-automation" / kRebootRunbook)) {
      MESSAGE("skipped: no corpus");
      return;
    }
    World world{catalog(),
                {"111122223333", "us-east-1"},
                SimTime{std::chrono::days{20'500}},
                Seed{1},
                Level::everything};
    const Json launched = call(world, "ec2", "RunInstances",
                               {{"ImageId", "ami-1"}, {"MinCount", 1}, {"MaxCount", 1}});
    const auto instance = launched["Instances"][0]["InstanceId"].get<std::string>();
    world.run_until(world.sim().now() + std::chrono::minutes{10});

    call(world, "ssm", "CreateDocument",
         {{"Name", "RebootInstance"},
          {"DocumentType", "Automation"},
          {"DocumentFormat", "YAML"},
          {"Content", text_of(*shared / "corpus/ssm-automation" / kRebootRunbook)}});
    call(world, "events", "PutRule",
         {{"Name", "on-launch"},
          {"EventPattern", text_of(*shared / "corpus/event-pattern" / kLaunchPattern)}});
    call(
        world, "events", "PutTargets",
        {{"Rule", "on-launch"},
         {"Targets",
          {{{"Id", "reboot"},
            {"Arn", "arn:aws:ssm:us-east-1:111122223333:automation-definition/RebootInstance"},
            {"RoleArn", "arn:aws:iam::111122223333:role/start"},
            {"InputTransformer",
             {{"InputPathsMap", {{"id", "$.detail.EC2InstanceId"}}},
              {"InputTemplate",
               R"({"EC2InstanceIdentifier": [<id>], "AutomationAssumeRole": ["arn:aws:iam::111122223333:role/run"]})"}}}}}}});

    const auto send = [&](std::string group) {
      world.cloud().emit(
          {.source = "aws.autoscaling",
           .detail_type = "EC2 Instance-launch Lifecycle Action",
           .place = world.cloud().home(),
           .detail = {{"AutoScalingGroupName", std::move(group)}, {"EC2InstanceId", instance}}});
      world.run_until(world.sim().now() + std::chrono::hours{1});
    };
    send("another group");
    CHECK(entries(world.journal(), EntryKind::runbook, "RebootInstance").empty());

    send("YOURASGNAME");
    const auto runs = entries(world.journal(), EntryKind::runbook, "RebootInstance");
    REQUIRE(runs.size() == 2);
    CHECK(runs.front()->detail["status"] == "InProgress");
    CHECK(runs.back()->detail["status"] == "Success");
    CHECK(entries(world.journal(), EntryKind::call, "ec2:RebootInstances").size() == 1);
    CHECK(entries(world.journal(), EntryKind::step, "").size() == 5);
  }
}

}  // namespace
}  // namespace opsim

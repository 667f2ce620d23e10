// A real template of automated incident response, unmodified: findings reach its rules, its
// functions act, and its alarms tell when they fail. Skipped where it is not beside the clone.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "models/catalog.hpp"
#include "opsim/scenario/world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim {
namespace {

constexpr std::string_view kIncidentResponse =
    "corpus/cfn/aws-samples__automated-incident-response-with-ssm__src__cfn__master-acc__"
    "master-account-main.yaml";

/// Functions as their owners know them: isolating an instance fails today.
constexpr std::string_view kResponsePhysics = R"(
physics:
  IsolateEC2Lambda: { takes: 2s, succeeds: 0 %, fails with: the instance has no security group }
  StartSsmAutomatonLambda: { takes: 1s }
)";

class ResponseScenario {
 public:
  explicit ResponseScenario(const std::filesystem::path& stack)
      : path_{std::filesystem::temp_directory_path() / "opsim-incident-response.yaml"} {
    std::ofstream{path_} << "scenario: Findings are answered by functions\n"
                            "clock: { duration: 6h }\n"
                            "stacks:\n  - { template: "
                         << std::filesystem::absolute(stack).string() << ", name: response }\n"
                         << kResponsePhysics;
  }
  ~ResponseScenario() { std::filesystem::remove(path_); }
  ResponseScenario(const ResponseScenario&) = delete;
  ResponseScenario& operator=(const ResponseScenario&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Event finding(const Place& place, std::string type) {
  Event event;
  event.source = "aws.guardduty";
  event.detail_type = "GuardDuty Finding";
  event.place = place;
  event.detail = {{"type", std::move(type)},
                  {"resource", {{"instanceDetails", {{"instanceId", "i-1234567890abcdef0"}}}}}};
  return event;
}

Event not_compliant(const Place& place, std::string rule) {
  Event event;
  event.source = "aws.config";
  event.detail_type = "Config Rules Compliance Change";
  event.place = place;
  event.detail = {{"messageType", "ComplianceChangeNotification"},
                  {"configRuleName", std::move(rule)},
                  {"resourceId", "logs-of-the-shop"},
                  {"newEvaluationResult", {{"complianceType", "NON_COMPLIANT"}}}};
  return event;
}

std::size_t count_entries(const Journal& journal, EntryKind kind, std::string_view subject,
                          std::string_view text = "") {
  return static_cast<std::size_t>(
      std::ranges::count_if(journal.entries(), [&](const JournalEntry& entry) {
        return entry.kind == kind && entry.subject.find(subject) != std::string::npos &&
               entry.text.find(text) != std::string::npos;
      }));
}

std::vector<std::string> alarms_that_fired(const Journal& journal) {
  std::vector<std::string> names;
  for (const JournalEntry& entry : journal.entries())
    if (entry.kind == EntryKind::alarm && detail_text(entry, "state") == "ALARM")
      names.push_back(entry.subject);
  return names;
}

TEST_SUITE("real artefacts: automated incident response") {
  TEST_CASE("a finding that the template lists starts its function; the failure raises its alarm") {
    const auto shared = tests::shared_folder();
    if (!shared || !std::filesystem::exists(*shared / kIncidentResponse)) {
      MESSAGE("skipped: no corpus");
      return;
    }
    const ResponseScenario file{*shared / kIncidentResponse};
    const Scenario scenario = read_scenario(file.path(), catalog());
    World world{scenario, catalog(), {}};
    const Place& place = world.cloud().home();
    const auto minute = [&](int number) { return scenario.start + std::chrono::minutes{number}; };

    world.run_until(minute(5));
    world.cloud().emit(finding(place, "Recon:EC2/Portscan"));  // not in its list
    world.run_until(minute(10));
    CHECK(count_entries(world.journal(), EntryKind::rule, "IsolateEc2onGD-response") == 0);
    world.cloud().emit(finding(place, "Backdoor:EC2/Spambot"));
    world.run_until(minute(60));
    world.cloud().emit(not_compliant(place, "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED"));
    world.run();
    CHECK(world.diagnosis() == "");

    const Journal& journal = world.journal();
    CHECK(count_entries(journal, EntryKind::rule, "IsolateEc2onGD-response", "matched") == 1);
    CHECK(count_entries(journal, EntryKind::rule, "S3EnableDefaultEncryption-response",
                        "matched") == 1);
    CHECK(count_entries(journal, EntryKind::rule, "DisablePrincipalOnGD-response") == 0);

    // An asynchronous invocation that fails is tried twice more (Lambda Developer Guide).
    const auto errors = world.cloud().inspect(
        place, "cloudwatch", "GetMetricStatistics",
        {{"Namespace", "AWS/Lambda"},
         {"MetricName", "Errors"},
         {"Dimensions",
          Json::array({{{"Name", "FunctionName"}, {"Value", "IsolateEc2-response"}}})},
         {"StartTime", iso8601(scenario.start)},
         {"EndTime", iso8601(scenario.start + scenario.duration)},
         {"Period", 21'600},
         {"Statistics", Json::array({"Sum"})}});
    REQUIRE(errors.has_value());
    REQUIRE(errors.value()["Datapoints"].size() == 1);
    CHECK(errors.value()["Datapoints"][0]["Sum"] == 3.0);

    // One of the four alarms fires, once. It stays for hours: with TreatMissingData notBreaching
    // the real datapoint counts as long as the evaluation range, longer than one period, holds it.
    CHECK(alarms_that_fired(journal) ==
          std::vector<std::string>{"EC2 isolate function (response)"});
    const auto alarms =
        world.cloud().inspect(place, "cloudwatch", "DescribeAlarms", Json::object());
    REQUIRE(alarms.has_value());
    REQUIRE(alarms.value()["MetricAlarms"].size() == 4);
    for (const Json& alarm : alarms.value()["MetricAlarms"]) CHECK(alarm["StateValue"] == "OK");
  }
}

}  // namespace
}  // namespace opsim

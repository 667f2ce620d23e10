// AWS: Config Developer Guide, "Remediating noncompliant resources"; API Reference,
// RemediationConfiguration (five attempts, 60 seconds apart).
#include <doctest/doctest.h>

#include "models/config/service.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

/// Systems Manager as Config sees it: starts are counted, and end after ten seconds.
struct Automation : Model {
  explicit Automation(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  std::vector<Json> starts;
  std::size_t failures = 0;  // of the first so many
};
ApiResult<Json> start(Automation& automation, const Request& request) {
  automation.starts.push_back(request.input);
  const std::string id = fmt::format("execution-{}", automation.starts.size());
  const bool fails = automation.starts.size() <= automation.failures;
  automation.cloud.sim().after(10s, [&automation, id, fails] {
    automation.cloud.emit(
        {.source = "aws.ssm",
         .detail_type = "EC2 Automation Execution Status-change Notification",
         .place = automation.cloud.home(),
         .detail = {{"ExecutionId", id}, {"Status", fails ? "Failed" : "Success"}}});
  });
  return Json{{"AutomationExecutionId", id}};
}
constexpr Operation kStart[] = {
    {"StartAutomationExecution", Access::write, immediate<Automation, start>}};
const Service kAutomation{.name = "ssm",
                          .title = "Automation",
                          .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
                            return std::make_unique<Automation>(cloud);
                          },
                          .operations = kStart};
const Service* const kConfigServices[] = {&kConfig, &kAutomation};

struct RuleWorld : SmallWorld {
  explicit RuleWorld(const Json& remediation = Json{}) : SmallWorld{kConfigServices} {
    make("AWS::Config::ConfigRule", "Encrypted",
         {{"ConfigRuleName", "encrypted"},
          {"Source", {{"Owner", "AWS"}, {"SourceIdentifier", "S3_BUCKET_SSE_ENABLED"}}}});
    cloud.resources().add({.logical_id = "Files",
                           .type = "AWS::S3::Bucket",
                           .physical_id = "files",
                           .place = cloud.home()});
    if (remediation.is_null()) return;
    Json all{{"ConfigRuleName", "encrypted"},
             {"TargetType", "SSM_DOCUMENT"},
             {"TargetId", "Encrypt"},
             {"Parameters",
              {{"Bucket", {{"ResourceValue", {{"Value", "RESOURCE_ID"}}}}},
               {"Algorithm", {{"StaticValue", {{"Values", {"AES256"}}}}}}}}};
    all.update(remediation);
    make("AWS::Config::RemediationConfiguration", "Remedy", all);
  }
  Automation& automation() { return static_cast<Automation&>(*cloud.model("ssm")); }
  void break_it() {
    const Document text = read_yaml("t.yaml", "{ on: Files, of: Encrypted }");
    kConfig.faults[0].begin(*cloud.model("config"),
                            {cloud, text.root, {"files"}, "t.yaml:1", "luck"});
  }
  std::string compliance() {
    const Json told = must("config", "DescribeComplianceByConfigRule");
    return told["ComplianceByConfigRules"][0]["Compliance"]["ComplianceType"].get<std::string>();
  }
};

}  // namespace

TEST_SUITE("config") {
  TEST_CASE("a rule knows nothing, then finds something, and tells changes only") {
    RuleWorld world;
    CHECK(world.compliance() == "INSUFFICIENT_DATA");
    const auto evaluate = [&](const char* compliance) {
      world.must("config", "PutExternalEvaluation",
                 {{"ConfigRuleName", "encrypted"},
                  {"ExternalEvaluation",
                   {{"ComplianceResourceId", "files"},
                    {"ComplianceResourceType", "AWS::S3::Bucket"},
                    {"ComplianceType", compliance}}}});
    };
    evaluate("COMPLIANT");
    evaluate("COMPLIANT");
    CHECK(world.compliance() == "COMPLIANT");
    evaluate("NON_COMPLIANT");
    CHECK(world.compliance() == "NON_COMPLIANT");
    CHECK(world.told({EntryKind::event}).size() == 2);
  }

  TEST_CASE("a remediation that works by itself makes the resource compliant") {
    RuleWorld world{Json{{"Automatic", true}}};
    world.break_it();
    CHECK(world.compliance() == "NON_COMPLIANT");
    world.run_for(1min);
    REQUIRE(world.automation().starts.size() == 1);
    CHECK(world.automation().starts[0]["Parameters"].dump() ==
          R"({"Algorithm":["AES256"],"Bucket":["files"]})");
    CHECK(world.compliance() == "COMPLIANT");
  }

  TEST_CASE("what fails is tried again, five times in all") {
    RuleWorld world{Json{{"Automatic", true}}};
    world.automation().failures = 100;
    world.break_it();
    world.run_for(1h);
    CHECK(world.automation().starts.size() == 5);
    CHECK(world.compliance() == "NON_COMPLIANT");
    RuleWorld lucky{Json{{"Automatic", true}, {"RetryAttemptSeconds", 120}}};
    lucky.automation().failures = 1;
    lucky.break_it();
    lucky.run_for(2min);
    CHECK(lucky.automation().starts.size() == 1);
    lucky.run_for(2min);
    CHECK(lucky.compliance() == "COMPLIANT");
  }

  TEST_CASE("a remediation by hand waits for somebody to start it") {
    RuleWorld world{Json::object()};
    world.break_it();
    world.run_for(10min);
    CHECK(world.automation().starts.empty());
    world.must(
        "config", "StartRemediationExecution",
        {{"ConfigRuleName", "encrypted"},
         {"ResourceKeys", {{{"resourceType", "AWS::S3::Bucket"}, {"resourceId", "files"}}}}});
    world.run_for(1min);
    CHECK(world.compliance() == "COMPLIANT");
  }

  TEST_CASE("rules that are not there") {
    RuleWorld world;
    CHECK(world.refusal("config", "DescribeConfigRules", {{"ConfigRuleNames", {"none"}}}) ==
          "NoSuchConfigRuleException");
    CHECK(world.refusal("config", "StartRemediationExecution",
                        {{"ConfigRuleName", "encrypted"}, {"ResourceKeys", Json::array()}}) ==
          "NoSuchRemediationConfigurationException");
  }
}

}  // namespace opsim::tests

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
          {"Source", {{"Owner", "CUSTOM_LAMBDA"}, {"SourceIdentifier", "a-function"}}}});
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
  void find(const char* compliance) {
    must("config", "PutExternalEvaluation",
         {{"ConfigRuleName", "encrypted"},
          {"ExternalEvaluation",
           {{"ComplianceResourceId", "files"},
            {"ComplianceResourceType", "AWS::S3::Bucket"},
            {"ComplianceType", compliance}}}});
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
    world.find("COMPLIANT");
    world.find("COMPLIANT");
    CHECK(world.compliance() == "COMPLIANT");
    world.find("NON_COMPLIANT");
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

  // API Reference, RemediationConfiguration: "MaximumAutomaticAttempts ... the default is 5",
  // "RetryAttemptSeconds: Maximum time in seconds that AWS Config runs auto-remediation ... the
  // default is 60 seconds"; "AWS Config will put a RemediationException on your behalf for the
  // failing resource after the 5th failed attempt".
  TEST_CASE("what fails is tried again, and is an exception after the last attempt") {
    RuleWorld world{Json{{"Automatic", true}, {"RetryAttemptSeconds", 600}}};
    world.automation().failures = 100;
    world.break_it();
    world.run_for(1h);
    CHECK(world.automation().starts.size() == 5);
    CHECK(world.compliance() == "NON_COMPLIANT");
    const Json exceptions = world.must("config", "DescribeRemediationExceptions",
                                       {{"ConfigRuleName", "encrypted"}})["RemediationExceptions"];
    REQUIRE(exceptions.size() == 1);
    CHECK(exceptions[0]["ResourceId"].get<std::string>() == "files");
    const Json states =
        world.must("config", "DescribeRemediationExecutionStatus",
                   {{"ConfigRuleName", "encrypted"}})["RemediationExecutionStatuses"];
    REQUIRE(states.size() == 1);
    CHECK(states[0]["State"].get<std::string>() == "FAILED");

    SUBCASE("which blocks remediation until it is deleted") {
      world.find("COMPLIANT");
      world.break_it();
      world.run_for(1h);
      CHECK(world.automation().starts.size() == 5);
      world.must(
          "config", "DeleteRemediationExceptions",
          {{"ConfigRuleName", "encrypted"},
           {"ResourceKeys", {{{"ResourceType", "AWS::S3::Bucket"}, {"ResourceId", "files"}}}}});
      world.find("COMPLIANT");
      world.break_it();
      world.run_for(1h);
      CHECK(world.automation().starts.size() == 10);
    }
  }

  TEST_CASE("no attempt begins after RetryAttemptSeconds") {
    RuleWorld world{Json{{"Automatic", true}, {"RetryAttemptSeconds", 20}}};
    world.automation().failures = 100;
    world.break_it();
    world.run_for(1h);
    CHECK(world.automation().starts.size() == 2);  // each takes ten seconds
    RuleWorld lucky{Json{{"Automatic", true}}};
    lucky.automation().failures = 1;
    lucky.break_it();
    lucky.run_for(1min);
    CHECK(lucky.automation().starts.size() == 2);
    CHECK(lucky.compliance() == "COMPLIANT");
  }

  // API Reference, PutRemediationExceptions: "If you use this API for COMPLIANT resources ... a
  // remediation exception will not be generated."
  TEST_CASE("only what is noncompliant becomes an exception") {
    RuleWorld world{Json{{"Automatic", true}}};
    const Json except{
        {"ConfigRuleName", "encrypted"},
        {"ResourceKeys", {{{"ResourceType", "AWS::S3::Bucket"}, {"ResourceId", "files"}}}}};
    world.find("COMPLIANT");
    world.must("config", "PutRemediationExceptions", except);
    CHECK(world
              .must("config", "DescribeRemediationExceptions",
                    {{"ConfigRuleName", "encrypted"}})["RemediationExceptions"]
              .empty());
  }

  // API Reference, SsmControls: "ConcurrentExecutionRatePercentage ... The default value is 10%".
  TEST_CASE("a tenth of what is noncompliant is remedied at a time, one at least") {
    RuleWorld world{Json::object()};
    Json keys = Json::array();
    for (int i = 0; i < 20; ++i) {
      const std::string id = fmt::format("files-{:02}", i);
      world.must("config", "PutExternalEvaluation",
                 {{"ConfigRuleName", "encrypted"},
                  {"ExternalEvaluation",
                   {{"ComplianceResourceId", id},
                    {"ComplianceResourceType", "AWS::S3::Bucket"},
                    {"ComplianceType", "NON_COMPLIANT"}}}});
      keys.push_back({{"resourceType", "AWS::S3::Bucket"}, {"resourceId", id}});
    }
    world.must("config", "StartRemediationExecution",
               {{"ConfigRuleName", "encrypted"}, {"ResourceKeys", keys}});
    world.run_for(5s);
    CHECK(world.automation().starts.size() == 2);
    world.run_for(10min);
    CHECK(world.automation().starts.size() == 20);
    CHECK(world.compliance() == "COMPLIANT");
  }

  // API Reference, DeleteConfigRule, ResourceInUseException: "a remediation action is associated
  // with the rule and AWS Config cannot delete this rule".
  TEST_CASE("a rule with a remediation is not deleted") {
    RuleWorld world{Json{{"Automatic", true}}};
    const Json rule{{"ConfigRuleName", "encrypted"}};
    CHECK(world.refusal("config", "DeleteConfigRule", rule) == "ResourceInUseException");
    world.must("config", "DeleteRemediationConfiguration", rule);
    CHECK(world.refusal("config", "DeleteRemediationConfiguration", rule) ==
          "NoSuchRemediationConfigurationException");
    world.must("config", "DeleteConfigRule", rule);
    CHECK(world.refusal("config", "DeleteConfigRule", rule) == "NoSuchConfigRuleException");
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

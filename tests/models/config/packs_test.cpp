// AWS: Config Developer Guide, "Conformance Packs", "Managing Conformance Packs Across all Accounts
// in Your Organization"; API Reference, PutConformancePack, PutOrganizationConformancePack.
#include <doctest/doctest.h>

#include "models/config/service.hpp"
#include "models/organizations/service.hpp"
#include "models/s3/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kPackServices[] = {&kConfig, &kOrganizations, &kS3};
const std::string kFirst = "200000000001";
const std::string kSecond = "200000000002";

const std::string kTemplate = R"(
Parameters:
  Checks: { Type: String, Default: 'yes' }
  Document: { Type: String }
Conditions:
  ChecksVersions: !Equals [!Ref Checks, 'yes']
Resources:
  PublicRead:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: public-read
      Source: { Owner: AWS, SourceIdentifier: S3_BUCKET_PUBLIC_READ_PROHIBITED }
  Versions:
    Type: AWS::Config::ConfigRule
    Condition: ChecksVersions
    Properties:
      ConfigRuleName: versions
      Source: { Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED }
  Close:
    Type: AWS::Config::RemediationConfiguration
    Properties:
      { ConfigRuleName: public-read, TargetType: SSM_DOCUMENT, TargetId: !Ref Document, Automatic: true })";

struct PackWorld : SmallWorld {
  PackWorld() : SmallWorld{kPackServices} {
    run_for(1s);  // what stands before time begins needs no minute to be deployed
    for (const char* name : {"one", "two"}) open(name);
  }
  void open(const std::string& name) {
    must("organizations", "CreateAccount",
         {{"AccountName", name}, {"Email", name + "@example.com"}});
  }
  ApiResult<Json> in(const std::string& account, std::string operation, Json input) {
    const Caller caller{{account, "us-east-1"}, "arn:aws:iam::" + account + ":user/ann", ""};
    return finish(cloud.call(caller, "config", std::move(operation), std::move(input)));
  }
  void record(const std::string& account) {
    CHECK(in(account, "PutConfigurationRecorder",
             {{"ConfigurationRecorder", {{"name", "default"}, {"roleARN", "role"}}}})
              .has_value());
  }
  std::vector<std::string> rules(const std::string& account) {
    std::vector<std::string> names;
    const ApiResult<Json> answer = in(account, "DescribeConfigRules", Json::object());
    REQUIRE(answer.has_value());
    for (const Json& rule : answer->at("ConfigRules"))
      names.push_back(rule["ConfigRuleName"].get<std::string>());
    return names;
  }
  std::string refused(const std::string& account, std::string operation, Json input) {
    const ApiResult<Json> answer = in(account, std::move(operation), std::move(input));
    return answer ? "" : answer.error().code;
  }
  static Json pack(const Json& more = Json::object()) {
    Json given{{"ConformancePackName", "baseline"},
               {"TemplateBody", kTemplate},
               {"ConformancePackInputParameters",
                {{{"ParameterName", "Document"}, {"ParameterValue", "CloseBucket"}}}}};
    given.update(more);
    return given;
  }
  static Json organization_pack() {
    Json given = pack();
    given["OrganizationConformancePackName"] = "baseline";
    return given;
  }
};

}  // namespace

TEST_SUITE("config: conformance packs") {
  TEST_CASE("rules and remediations come together, under the pack's suffix, and go together") {
    PackWorld world;
    world.record(kFirst);
    REQUIRE(world.in(kFirst, "PutConformancePack", PackWorld::pack()).has_value());
    const auto state = [&] {
      return (*world.in(kFirst, "DescribeConformancePackStatus",
                        Json::object()))["ConformancePackStatusDetails"][0]["ConformancePackState"]
          .get<std::string>();
    };
    CHECK(state() == "CREATE_IN_PROGRESS");
    CHECK(world.refused(kFirst, "PutConformancePack", PackWorld::pack()) ==
          "ResourceInUseException");
    world.run_for(15min);
    CHECK(state() == "CREATE_COMPLETE");
    const std::vector<std::string> rules = world.rules(kFirst);
    REQUIRE(rules.size() == 2);
    CHECK(rules[0].starts_with("public-read-conformance-pack-"));
    const Json remedies =
        (*world.in(kFirst, "DescribeRemediationConfigurations",
                   {{"ConfigRuleNames", {rules[0]}}}))["RemediationConfigurations"];
    REQUIRE(remedies.size() == 1);
    CHECK(remedies[0]["TargetId"].get<std::string>() == "CloseBucket");
    CHECK(world.refused(kFirst, "DeleteConfigRule", {{"ConfigRuleName", rules[1]}}) ==
          "ResourceInUseException");
    CHECK(world.refused(kFirst, "DeleteConformancePack", {{"ConformancePackName", "baseline"}})
              .empty());
    CHECK(world.rules(kFirst).empty());
    CHECK(world.refused(kFirst, "DeleteConformancePack", {{"ConformancePackName", "baseline"}}) ==
          "NoSuchConformancePackException");
  }

  TEST_CASE("parameters and conditions are worked out; other resources are refused") {
    PackWorld world;
    world.record(kFirst);
    const Json parameters = {{{"ParameterName", "Checks"}, {"ParameterValue", "no"}}};
    REQUIRE(world
                .in(kFirst, "PutConformancePack",
                    PackWorld::pack({{"ConformancePackInputParameters", parameters}}))
                .has_value());
    world.run_for(15min);
    CHECK(world.rules(kFirst).size() == 1);
    const char* const bucket = "Resources: { Files: { Type: AWS::S3::Bucket } }";
    CHECK(
        world.refused(kFirst, "PutConformancePack", PackWorld::pack({{"TemplateBody", bucket}})) ==
        "ConformancePackTemplateValidationException");
  }

  // "Only a management account and a delegated administrator can call this API."
  TEST_CASE("who may put a pack of the organization") {
    PackWorld world;
    CHECK(world.refused(kFirst, "PutOrganizationConformancePack", PackWorld::organization_pack()) ==
          "OrganizationAccessDeniedException");
    const Json administers{{"AccountId", kFirst},
                           {"ServicePrincipal", "config-multiaccountsetup.amazonaws.com"}};
    world.must("organizations", "RegisterDelegatedAdministrator", administers);
    CHECK(world.refusal("organizations", "RegisterDelegatedAdministrator", administers) ==
          "AccountAlreadyRegisteredException");
    CHECK(world.refused(kFirst, "PutOrganizationConformancePack", PackWorld::organization_pack()) ==
          "");
    world.must("organizations", "DeregisterDelegatedAdministrator", administers);
    CHECK(world.refused(kFirst, "DescribeOrganizationConformancePacks", Json::object()) ==
          "OrganizationAccessDeniedException");
  }

  // "If a new account joins an organization, the rule or conformance pack is deployed to that
  // account. When an account leaves an organization, the rule or conformance pack is removed."
  TEST_CASE("every account has it, also one that joins, and no account can take it away") {
    PackWorld world;
    for (const std::string& account : {kFirst, kSecond}) world.record(account);
    world.must("config", "PutOrganizationConformancePack", PackWorld::organization_pack());
    world.run_for(2h);
    for (const std::string& account : {kFirst, kSecond}) CHECK(world.rules(account).size() == 2);
    const Json packs =
        (*world.in(kFirst, "DescribeConformancePacks", Json::object()))["ConformancePackDetails"];
    REQUIRE(packs.size() == 1);
    const std::string name = packs[0]["ConformancePackName"].get<std::string>();
    CHECK(name.starts_with("OrgConformsPack-"));
    CHECK(world.refused(kFirst, "DeleteConformancePack", {{"ConformancePackName", name}}) ==
          "InsufficientPermissionsException");
    world.open("three");
    world.record("200000000003");
    world.run_for(2h);
    CHECK(world.rules("200000000003").size() == 2);
    world.must("organizations", "CloseAccount", {{"AccountId", kSecond}});
    CHECK(world.rules(kSecond).empty());
    world.must("config", "DeleteOrganizationConformancePack",
               {{"OrganizationConformancePackName", "baseline"}});
    CHECK(world.rules(kFirst).empty());
  }

  // "Deployment ... will only be retried for 7 hours after an account is added to your organization
  // if a recorder is not available."
  TEST_CASE("an account without a recorder is tried again for seven hours") {
    PackWorld world;
    world.must("config", "PutOrganizationConformancePack", PackWorld::organization_pack());
    world.run_for(6h);
    const Json detail = world.must("config", "GetOrganizationConformancePackDetailedStatus",
                                   {{"OrganizationConformancePackName",
                                     "baseline"}})["OrganizationConformancePackDetailedStatuses"];
    REQUIRE(detail.size() == 2);
    CHECK(detail[0]["Status"].get<std::string>() == "CREATE_FAILED");
    world.record(kFirst);
    world.run_for(3h);
    CHECK(world.rules(kFirst).size() == 2);
    world.record(kSecond);
    world.run_for(24h);
    CHECK(world.rules(kSecond).empty());
  }
}

}  // namespace opsim::tests

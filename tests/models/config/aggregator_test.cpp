// AWS: Config Developer Guide, "Multi-Account Multi-Region Data Aggregation for AWS Config"; API
// Reference, PutConfigurationAggregator and its like.
#include <doctest/doctest.h>

#include "models/config/aggregators.hpp"
#include "models/config/service.hpp"
#include "models/organizations/service.hpp"
#include "models/s3/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kAggregateServices[] = {&kConfig, &kOrganizations, &kS3};

struct ManyAccounts : SmallWorld {
  ManyAccounts() : SmallWorld{kAggregateServices} {
    for (const char* name : {"one", "two", "three"})
      must("organizations", "CreateAccount",
           {{"AccountName", name}, {"Email", std::string{name} + "@example.com"}});
    make("AWS::Config::ConfigurationAggregator", "Everywhere",
         {{"ConfigurationAggregatorName", "everywhere"},
          {"OrganizationAggregationSource", {{"AllAwsRegions", true}, {"RoleArn", "role"}}}});
  }
  Json in(const std::string& account, std::string operation, Json input) {
    const Caller caller{{account, "us-east-1"}, "arn:aws:iam::" + account + ":user/ann", ""};
    return *finish(cloud.call(caller, "config", std::move(operation), std::move(input)));
  }
  void record(const std::string& account) {
    in(account, "PutConfigurationRecorder",
       {{"ConfigurationRecorder", {{"name", "default"}, {"roleARN", "role"}}}});
    in(account, "PutConfigRule",
       {{"ConfigRule",
         {{"ConfigRuleName", "tagged"},
          {"Source", {{"Owner", "CUSTOM_LAMBDA"}, {"SourceIdentifier", "f"}}}}}});
  }
  void find(const std::string& account, const std::string& resource, const char* compliance) {
    in(account, "PutExternalEvaluation",
       {{"ConfigRuleName", "tagged"},
        {"ExternalEvaluation",
         {{"ComplianceResourceId", resource},
          {"ComplianceResourceType", "AWS::S3::Bucket"},
          {"ComplianceType", compliance}}}});
  }
  double quantity(std::string_view name) {
    return cloud.read_quantity("everywhere", name).value_or(-1);
  }
};
const std::string kOne = "200000000001";
const std::string kTwo = "200000000002";

}  // namespace

TEST_SUITE("config: aggregators") {
  TEST_CASE("what rules of all accounts found, in one place") {
    ManyAccounts world;
    for (const std::string& account : {kOne, kTwo}) world.record(account);
    world.find(kOne, "files", "NON_COMPLIANT");
    world.find(kTwo, "films", "COMPLIANT");
    const Json which{{"ConfigurationAggregatorName", "everywhere"}};
    const Json rules = world.must("config", "DescribeAggregateComplianceByConfigRules",
                                  which)["AggregateComplianceByConfigRules"];
    REQUIRE(rules.size() == 2);
    CHECK(rules[0]["AccountId"].get<std::string>() == kOne);
    CHECK(rules[0]["Compliance"]["ComplianceType"].get<std::string>() == "NON_COMPLIANT");
    CHECK(rules[1]["Compliance"]["ComplianceType"].get<std::string>() == "COMPLIANT");
    Json details = which;
    details.update({{"ConfigRuleName", "tagged"}, {"AccountId", kOne}, {"AwsRegion", "us-east-1"}});
    const Json found = world.must("config", "GetAggregateComplianceDetailsByConfigRule",
                                  details)["AggregateEvaluationResults"];
    REQUIRE(found.size() == 1);
    CHECK(found[0]["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]
              .get<std::string>() == "files");
    CHECK(world.quantity("noncompliant") == 1);
    CHECK(world.quantity("accounts with tagged") == doctest::Approx(66.6));
    const std::vector<std::string> why =
        kConfig.explain(*world.cloud.model("config"), "Everywhere");
    REQUIRE(why.size() == 2);
    CHECK(why[0].starts_with("tagged of account 200000000001 finds files NON_COMPLIANT"));
    CHECK(why[1].starts_with("no rule stands in account 200000000003"));
    CHECK(world.refusal("config", "DescribeAggregateComplianceByConfigRules",
                        {{"ConfigurationAggregatorName", "nowhere"}}) ==
          "NoSuchConfigurationAggregatorException");
  }

  TEST_CASE("an account that is closed, and a Region that is not named, are not seen") {
    ManyAccounts world;
    for (const std::string& account : {kOne, kTwo}) world.record(account);
    world.find(kOne, "files", "NON_COMPLIANT");
    world.must("organizations", "CloseAccount", {{"AccountId", kOne}});
    CHECK(world.quantity("noncompliant") == 0);
    world.must(
        "config", "PutConfigurationAggregator",
        {{"ConfigurationAggregatorName", "abroad"},
         {"AccountAggregationSources", {{{"AccountIds", {kOne}}, {"AwsRegions", {"eu-west-1"}}}}}});
    CHECK(world
              .must("config", "DescribeAggregateComplianceByConfigRules",
                    {{"ConfigurationAggregatorName", "abroad"}})["AggregateComplianceByConfigRules"]
              .empty());
    CHECK(world.refusal("config", "PutConfigurationAggregator",
                        {{"ConfigurationAggregatorName", "of nothing"}}) ==
          "InvalidParameterValueException");
  }

  TEST_CASE("people work through it one after the other, as long as each takes") {
    ManyAccounts world;
    for (const std::string& account : {kOne, kTwo}) world.record(account);
    for (const char* bucket : {"files", "films"})
      world.make("AWS::S3::Bucket", bucket, {{"BucketName", bucket}});
    world.find(kOne, "files", "NON_COMPLIANT");
    world.find(kTwo, "films", "NON_COMPLIANT");
    const Document text = read_yaml("t.yaml", R"(
by hand:
  takes: 10min
  forgets: 0 %
  looks every: 5min
  calls: s3:PutBucketTagging
  with: { Bucket: RESOURCE_ID, Tagging: { TagSet: [ { Key: owner, Value: ann } ] } })");
    config::apply_aggregator_physics(
        *world.cloud.model("config"),
        {world.cloud, "Everywhere", "", world.cloud.resources().find("everywhere"), text.root});
    const auto tagged = [&](const char* bucket) {
      return world.refusal("s3", "GetBucketTagging", {{"Bucket", bucket}}).empty();
    };
    world.run_for(9min);
    CHECK_FALSE(tagged("files"));
    world.run_for(2min);
    CHECK(tagged("files"));
    CHECK_FALSE(tagged("films"));
    world.run_for(10min);
    CHECK(tagged("films"));
  }
}

}  // namespace opsim::tests

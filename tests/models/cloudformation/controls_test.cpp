// Updates of buckets, their policies and the rules that watch them reach the services.
// AWS: CloudFormation Template Reference, AWS::S3::Bucket, AWS::S3::BucketPolicy,
// AWS::Config::ConfigRule, AWS::Config::RemediationConfiguration, AWS::Config::ConformancePack.
#include "tests/models/cloudformation/stacks.hpp"

namespace opsim::tests {

namespace {

const std::string kRecorder = R"(
  Recorder:
    Type: AWS::Config::ConfigurationRecorder
    Properties: { Name: default, RoleARN: 'arn:aws:iam::123456789012:role/config' }
)";

std::string files(const std::string& blocked, const std::string& effect) {
  return R"(Resources:
  Files:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: files
      PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: )" +
         blocked + R"( }
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Files
      PolicyDocument:
        Statement: [{ Effect: )" +
         effect + R"(, Principal: '*', Action: 's3:GetObject', Resource: !Sub '${Files.Arn}/*' }]
)";
}

std::string rule(const std::string& identifier, const std::string& document) {
  return "Resources:" + kRecorder + R"(
  Watch:
    Type: AWS::Config::ConfigRule
    DependsOn: Recorder
    Properties:
      ConfigRuleName: watch
      Source: { Owner: AWS, SourceIdentifier: )" +
         identifier + R"( }
  Remedy:
    Type: AWS::Config::RemediationConfiguration
    Properties:
      { ConfigRuleName: !Ref Watch, TargetType: SSM_DOCUMENT, TargetId: )" +
         document + " }\n";
}

}  // namespace

TEST_SUITE("cloudformation: controls") {
  TEST_CASE("a bucket's access block and its policy are updated where they stand") {
    Stacks world;
    CHECK(world.create("app", files("true", "Allow")) == "CREATE_COMPLETE");
    CHECK(world.cloud.read_quantity("files", "public") == 0.0);
    CHECK(world.update("app", files("false", "Allow")) == "UPDATE_COMPLETE");
    CHECK(world.cloud.read_quantity("files", "public") == 1.0);
    CHECK(world.update("app", files("false", "Deny")) == "UPDATE_COMPLETE");
    CHECK(world.cloud.read_quantity("files", "public") == 0.0);
  }

  TEST_CASE("a rule and its remediation are put again, and are gone with their stack") {
    Stacks world;
    CHECK(world.create("app", rule("S3_BUCKET_VERSIONING_ENABLED", "One")) == "CREATE_COMPLETE");
    CHECK(world.update("app", rule("S3_BUCKET_LOGGING_ENABLED", "Two")) == "UPDATE_COMPLETE");
    const Json rules = world.must("config", "DescribeConfigRules")["ConfigRules"];
    REQUIRE(rules.size() == 1);
    CHECK(rules[0]["Source"]["SourceIdentifier"].get<std::string>() == "S3_BUCKET_LOGGING_ENABLED");
    const Json remedies = world.must("config", "DescribeRemediationConfigurations",
                                     {{"ConfigRuleNames", {"watch"}}})["RemediationConfigurations"];
    REQUIRE(remedies.size() == 1);
    CHECK(remedies[0]["TargetId"].get<std::string>() == "Two");
    world.must("cloudformation", "DeleteStack", {{"StackName", "app"}});
    world.run_for(30min);
    CHECK(world.must("config", "DescribeConfigRules")["ConfigRules"].empty());
  }
}

}  // namespace opsim::tests

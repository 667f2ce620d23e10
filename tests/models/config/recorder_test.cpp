// AWS: Config Developer Guide, "Working with the configuration recorder", "Evaluation mode and
// trigger types", the pages of the managed rules; API Reference.
#include <doctest/doctest.h>

#include "models/config/service.hpp"
#include "models/s3/service.hpp"
#include "models/vpc/service.hpp"
#include "opsim/cloud/input.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kRecorderServices[] = {&kConfig, &kS3, &kVpc};

struct RecorderWorld : SmallWorld {
  RecorderWorld() : SmallWorld{kRecorderServices} {}

  void record(const Json& more = Json::object()) {
    Json recorder{{"name", "default"}, {"roleARN", "arn:aws:iam::123456789012:role/config"}};
    recorder.update(more);
    must("config", "PutConfigurationRecorder", {{"ConfigurationRecorder", recorder}});
    must("config", "PutDeliveryChannel",
         {{"DeliveryChannel", {{"name", "default"}, {"s3BucketName", "history"}}}});
    must("config", "StartConfigurationRecorder", {{"ConfigurationRecorderName", "default"}});
  }
  void put_rule(std::string_view identifier, const Json& more = Json::object()) {
    Json rule{{"ConfigRuleName", "rule"},
              {"Source", {{"Owner", "AWS"}, {"SourceIdentifier", identifier}}}};
    rule.update(more);
    must("config", "PutConfigRule", {{"ConfigRule", rule}});
  }
  void open_files() {
    must("s3", "DeletePublicAccessBlock", {{"Bucket", "files"}});
    must("s3", "PutBucketPolicy", {{"Bucket", "files"}, {"Policy", policy("s3:GetObject")}});
  }
  void close_files() {
    must("s3", "PutPublicAccessBlock",
         {{"Bucket", "files"},
          {"PublicAccessBlockConfiguration",
           {{"BlockPublicAcls", true},
            {"BlockPublicPolicy", true},
            {"IgnorePublicAcls", true},
            {"RestrictPublicBuckets", true}}}});
  }
  static std::string policy(std::string_view action) {
    return Json{{"Statement",
                 {{{"Effect", "Allow"},
                   {"Principal", "*"},
                   {"Action", action},
                   {"Resource", "arn:aws:s3:::files/*"}}}}}
        .dump();
  }
  /// Of the one resource that the rule has looked at; "" where it has not.
  std::string compliance() {
    const Json told = must("config", "GetComplianceDetailsByConfigRule",
                           {{"ConfigRuleName", "rule"}})["EvaluationResults"];
    return told.empty() ? "" : told[0]["ComplianceType"].get<std::string>();
  }
};

}  // namespace

TEST_SUITE("config: what is recorded, and what rules see of it") {
  // PutConfigRule, errors: "There are no configuration recorders available".
  TEST_CASE("a rule needs a recorder, a recorder a delivery channel, and there is one") {
    RecorderWorld world;
    const Json rule{
        {"ConfigRule",
         {{"ConfigRuleName", "rule"}, {"Source", {{"Owner", "AWS"}, {"SourceIdentifier", "X"}}}}}};
    CHECK(world.refusal("config", "PutConfigRule", rule) ==
          "NoAvailableConfigurationRecorderException");
    const Json channel{{"DeliveryChannel", {{"s3BucketName", "history"}}}};
    CHECK(world.refusal("config", "PutDeliveryChannel", channel) ==
          "NoAvailableConfigurationRecorderException");
    Json recorder{{"name", "default"}};
    CHECK(world.refusal("config", "PutConfigurationRecorder",
                        {{"ConfigurationRecorder", recorder}}) == "InvalidRoleException");
    recorder["roleARN"] = "arn:aws:iam::123456789012:role/config";
    world.must("config", "PutConfigurationRecorder", {{"ConfigurationRecorder", recorder}});
    CHECK(world.refusal("config", "StartConfigurationRecorder",
                        {{"ConfigurationRecorderName", "default"}}) ==
          "NoAvailableDeliveryChannelException");
    CHECK(world.refusal("config", "StartConfigurationRecorder",
                        {{"ConfigurationRecorderName", "other"}}) ==
          "NoSuchConfigurationRecorderException");
    recorder["name"] = "another";
    CHECK(world.refusal("config", "PutConfigurationRecorder",
                        {{"ConfigurationRecorder", recorder}}) ==
          "MaxNumberOfConfigurationRecordersExceededException");
  }

  // s3-bucket-public-read-prohibited: "If the Block Public Access setting does not restrict public
  // policies, AWS Config evaluates whether the policy allows public read access."
  TEST_CASE("a bucket that is opened is found some minutes later, and found closed again") {
    RecorderWorld world;
    world.make("AWS::S3::Bucket", "Files", {{"BucketName", "files"}});
    world.record();
    world.put_rule("S3_BUCKET_PUBLIC_READ_PROHIBITED");
    world.run_for(5min);
    CHECK(world.compliance() == "COMPLIANT");
    world.open_files();
    world.run_for(5s);
    CHECK(world.compliance() == "COMPLIANT");  // nothing is recorded yet
    world.run_for(15min);
    CHECK(world.compliance() == "NON_COMPLIANT");
    world.close_files();
    world.run_for(15min);
    CHECK(world.compliance() == "COMPLIANT");
    const Json history = world.must(
        "config", "GetResourceConfigHistory",
        {{"resourceType", "AWS::S3::Bucket"}, {"resourceId", "files"}})["configurationItems"];
    CHECK(history.size() == 2);  // one item for the two calls that opened it, one for the third
    CHECK(history[0]["configurationStateId"].get<std::string>() == "2");
    // "Example Configuration Item Change Notification": each item is an event, too.
    const auto events = world.told({EntryKind::event});
    CHECK(std::ranges::count_if(events, [](const std::string& line) {
            return line.find("Config Configuration Item Change of files") != std::string::npos;
          }) == 2);
  }

  TEST_CASE("what is not recorded is not found by a rule that changes trigger") {
    RecorderWorld world;
    world.make("AWS::S3::Bucket", "Files", {{"BucketName", "files"}});
    world.record(
        {{"recordingGroup", {{"allSupported", false}, {"resourceTypes", {"AWS::EC2::Instance"}}}}});
    world.put_rule("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED");
    world.run_for(5min);
    world.open_files();
    world.run_for(48h);
    CHECK(world.compliance() == "COMPLIANT");
    // "Runs an on-demand evaluation for the specified AWS Config rules".
    world.must("config", "StartConfigRulesEvaluation", {{"ConfigRuleNames", {"rule"}}});
    world.run_for(5min);
    CHECK(world.compliance() == "NON_COMPLIANT");
  }

  // "Daily recording allows you to receive a configuration item ... only if it's different from the
  // previous CI recorded": once in 24 hours.
  TEST_CASE("daily recording sees a change at the end of the day; the frequency does not wait") {
    RecorderWorld world;
    world.make("AWS::S3::Bucket", "Files", {{"BucketName", "files"}});
    world.record({{"recordingMode", {{"recordingFrequency", "DAILY"}}}});
    SUBCASE("a rule that changes trigger") {
      world.put_rule("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED");
      world.run_for(1h);
      world.open_files();
      world.run_for(22h);
      CHECK(world.compliance() == "COMPLIANT");
      world.run_for(2h);
      CHECK(world.compliance() == "NON_COMPLIANT");
    }
    SUBCASE("one with a periodic trigger, too") {
      world.put_rule("S3_BUCKET_PUBLIC_READ_PROHIBITED",
                     {{"MaximumExecutionFrequency", "Three_Hours"}});
      world.run_for(1h);
      world.open_files();
      world.run_for(1h + 50min);
      CHECK(world.compliance() == "COMPLIANT");
      world.run_for(20min);
      CHECK(world.compliance() == "NON_COMPLIANT");
    }
  }

  // restricted-ssh: "The rule is COMPLIANT if the IP addresses of the incoming SSH traffic in the
  // security groups are restricted (CIDR other than 0.0.0.0/0 or ::/0)."
  TEST_CASE("INCOMING_SSH_DISABLED: open to the world, and by any range of ports") {
    struct Row {
      Json permission;
      const char* expected;
    };
    const Row rows[] = {
        {{{"IpProtocol", "tcp"},
          {"FromPort", 22},
          {"ToPort", 22},
          {"IpRanges", {{{"CidrIp", "10.0.0.0/8"}}}}},
         "COMPLIANT"},
        {{{"IpProtocol", "tcp"},
          {"FromPort", 22},
          {"ToPort", 22},
          {"IpRanges", {{{"CidrIp", "0.0.0.0/0"}}}}},
         "NON_COMPLIANT"},
        {{{"IpProtocol", "tcp"},
          {"FromPort", 0},
          {"ToPort", 1024},
          {"Ipv6Ranges", {{{"CidrIpv6", "::/0"}}}}},
         "NON_COMPLIANT"},
        {{{"IpProtocol", "tcp"},
          {"FromPort", 443},
          {"ToPort", 443},
          {"IpRanges", {{{"CidrIp", "0.0.0.0/0"}}}}},
         "COMPLIANT"},
    };
    for (const auto& [permission, expected] : rows) {
      CAPTURE(permission.dump());
      RecorderWorld world;
      world.record();
      const std::string group =
          world.make("AWS::EC2::SecurityGroup", "Web", {{"GroupDescription", "web"}});
      world.put_rule("INCOMING_SSH_DISABLED", {{"Scope", {{"ComplianceResourceId", group}}}});
      world.must("ec2", "AuthorizeSecurityGroupIngress",
                 {{"GroupId", group}, {"IpPermissions", Json::array({permission})}});
      world.run_for(20min);
      CHECK(world.compliance() == expected);
    }
  }

  // s3-bucket-public-write-prohibited and -read-: each looks for its own permissions.
  TEST_CASE("reading is not writing; a policy or an ACL lets in, where nothing ignores it") {
    struct Row {
      const char* rule;
      const char* action;
      const char* expected;
    };
    const Row rows[] = {
        {"S3_BUCKET_PUBLIC_READ_PROHIBITED", "s3:GetObject", "NON_COMPLIANT"},
        {"S3_BUCKET_PUBLIC_READ_PROHIBITED", "s3:PutObject", "COMPLIANT"},
        {"S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "s3:PutObject", "NON_COMPLIANT"},
        {"S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "s3:GetObject", "COMPLIANT"},
        {"S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "s3:*", "NON_COMPLIANT"},
    };
    for (const auto& [rule, action, expected] : rows) {
      CAPTURE(rule);
      CAPTURE(action);
      RecorderWorld world;
      world.make("AWS::S3::Bucket", "Files", {{"BucketName", "files"}});
      world.record();
      world.must("s3", "DeletePublicAccessBlock", {{"Bucket", "files"}});
      world.must("s3", "PutBucketPolicy",
                 {{"Bucket", "files"}, {"Policy", RecorderWorld::policy(action)}});
      world.put_rule(rule);
      world.run_for(5min);
      CHECK(world.compliance() == expected);
    }
  }
}

}  // namespace opsim::tests

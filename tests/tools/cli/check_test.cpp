// opsim check: what is told of files, and where.
#include <doctest/doctest.h>

#include "tests/tools/cli/program.hpp"

namespace opsim::cli {

TEST_SUITE("opsim check") {
  TEST_CASE("check hands templates, machines and experiments to the services that read them") {
    const TemporaryFile stack{"opsim-check-fis.yaml", R"(Resources:
  Drill:
    Type: AWS::FIS::ExperimentTemplate
    Properties:
      Description: stops one instance
      RoleArn: arn:aws:iam::123456789012:role/fis
      StopConditions: [{ Source: none }]
      Tags: {}
      Targets: {}
      Actions:
        Stop: { ActionId: aws:ec2:stop-instances, Targets: { Instances: Some }, StartAfter: [Stop] }
)"};
    const Outcome refused = opsim({"check", stack.path()});
    CHECK(refused.status == 2);
    CHECK(contains(refused.out, "Target \"Some\" of action \"Stop\" is not defined"));
    CHECK(contains(refused.out, "is a cycle: Stop -> Stop"));

    const TemporaryFile machine{"opsim-check-machine.json", R"({
  "StartAt": "A",
  "States": {
    "A": { "Type": "Choice",
           "Choices": [ { "Variable": "$.x", "NumericEquals": 1,
                          "Next": "Nowhere" } ] }
  }
})"};
    const Outcome wrong = opsim({"check", machine.path()});
    CHECK(wrong.status == 2);
    CHECK(contains(wrong.out, "opsim-check-machine.json:6:35: Missing 'Next' target: Nowhere"));

    const TemporaryFile revision{"opsim-check-appspec.yml",
                                 "version: 0.0\nos: beos\nhooks: { ApplicationStart: "
                                 "[{ location: start.sh }] }\n"};
    const Outcome system = opsim({"check", revision.path()});
    CHECK(system.status == 2);
    CHECK(contains(system.out, "os is \"beos\"; must be linux or windows"));

    const TemporaryFile build{"opsim-check-buildspec.yml",
                              "version: 0.2\nphases: { build: { commands: [make], "
                              "on-failure: PERHAPS } }\n"};
    CHECK(contains(opsim({"check", build.path()}).out,
                   "build: on-failure is PERHAPS; expected ABORT, CONTINUE or RETRY"));

    const TemporaryFile experiment{"opsim-check-experiment.json", R"json({
  "description": "d", "roleArn": "arn:aws:iam::123456789012:role/fis",
  "stopConditions": [ { "source": "none" } ],
  "targets": {
    "half": { "resourceType": "aws:ec2:instance", "resourceTags": { "a": "b" },
              "selectionMode": "PERCENT(0)" } },
  "actions": {
    "a": { "actionId": "aws:ec2:stop-instance" },
    "b": { "actionId": "aws:fis:wait", "parameters": { "duration": "PT1M" }, "startAfter": ["b"] }
  } })json"};
    const Outcome unknown = opsim({"check", experiment.path()});
    CHECK(unknown.status == 2);
    // Each complaint at its line.
    CHECK(contains(unknown.out, "opsim-check-experiment.json:6:32: Selection mode \"PERCENT(0)\""));
    CHECK(contains(unknown.out, "opsim-check-experiment.json:8:24: Action with ID"));
    CHECK(contains(unknown.out, "did you mean \"aws:ec2:stop-instances\""));
    CHECK(contains(unknown.out, "opsim-check-experiment.json:9:"));
    CHECK(contains(unknown.out, "is a cycle: b -> b"));
  }

  TEST_CASE("check looks into documents within a template, and judges what has no made-up value") {
    const TemporaryFile stack{"opsim-check-inside.yaml", R"(Parameters:
  Name: { Type: String }
Resources:
  Doc:
    Type: AWS::SSM::Document
    Properties:
      DocumentType: Automation
      Content:
        schemaVersion: '0.3'
        mainSteps:
          - { name: wait, action: 'aws:sleep', inputs: { Duration: 5 minutes }, nextStep: b }
  Guess: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub '${Name}_x' } }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 minutes)
      NameSpace: x
  Group:
    Type: AWS::Events::Rule
    Properties: { description: x, ScheduleExpression: rate(5 minutes) }
  Odd: !If [Name, a, b]
Outputs:
  Url: !Ref Doc
)"};
    const std::string told = opsim({"check", stack.path()}).out;
    CHECK(contains(told,
                   "yaml:11:68: AWS::SSM::Document Doc: step wait: Duration is \"5 minutes\"; "
                   "write it as ISO 8601 has it"));
    CHECK(
        contains(told, "yaml:11:91: AWS::SSM::Document Doc: step wait: nextStep \"b\" names no "));
    CHECK(contains(told,
                   "yaml:20:19: AWS::Events::Rule Group: \"description\" is not known here; "
                   "did you mean \"Description\"?"));
    CHECK(contains(told, "yaml:21:8: resource Odd is Fn::If; it must have a Type"));
    CHECK(contains(told, "yaml:23:8: output Url is Ref; write it under Value"));
    const TemporaryFile sound{"opsim-check-sound.yaml", R"(Parameters:
  Name: { Type: String }
Resources:
  Guess: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub '${Name}_x' } }
  Rule:
    Type: AWS::Events::Rule
    Properties: { ScheduleExpression: rate(1 minutes) }
)"};
    const std::string judged = opsim({"check", sound.path()}).out;
    CHECK(contains(judged, "yaml:7:39: AWS::Events::Rule Rule: ValidationException: "));
    CHECK(contains(judged, "1 error."));  // the bucket's name hangs on a value that nobody gave
  }
  TEST_CASE("check reads what is nearly an event pattern as one, and an experiment line by line") {
    const TemporaryFile pattern{"opsim-check-pattern.json", R"({"source": "aws.ec2"})"};
    CHECK(contains(opsim({"check", pattern.path()}).out,
                   "Reason: \"source\" must be an object or an array"));
    const TemporaryFile experiment{"opsim-check-lines.json", R"({"description": "x",
 "targets": {"I": {"resourceType": "aws:ec2:instances", "selectionMode": "ALL", "resourceTags": {"a": "b"}}},
 "actions": {"s": {"actionId": "aws:ec2:stop-instance", "targets": {"Instances": "I"}}},
 "stopConditions": [{"source": "none"}], "roleArn": "arn:aws:iam::111122223333:role/fis"}
)"};
    const std::string told = opsim({"check", experiment.path()}).out;
    CHECK(contains(told, "json:2:36: Resource type \"aws:ec2:instances\" of target"));
    CHECK(contains(told, "json:3:32: Action with ID"));
    CHECK(contains(told, "2 errors."));
  }
  TEST_CASE("check tells all errors at once, then what is not simulated") {
    const TemporaryFile stack{"opsim-check-stack.yaml", R"(Resources:
  DiskAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      MetricName: disk_used_percent
      Namespace: CWAgent
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 2
      Threshold: 90
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: breech
  Other:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmActions: [!Ref Topik]
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 2
  Topic:
    Type: AWS::SNS::Topic
)"};
    const Outcome outcome = opsim({"check", stack.path()});
    CAPTURE(outcome.out);
    CHECK(outcome.status == 2);
    CHECK(contains(outcome.out,
                   ":12:25: AWS::CloudWatch::Alarm DiskAlarm: TreatMissingData is "
                   "\"breech\"; one of breaching, notBreaching, ignore, missing"));
    CHECK(contains(outcome.out, "did you mean \"Topic\"?"));
    CHECK(opsim({"check", "scenarios/automation-first/q1-disk-full"}).status == 0);
  }
  TEST_CASE("check tells of alarms that stand and that nothing here evaluates") {
    const TemporaryFile stack{"opsim-check-promql.yaml", R"(Resources:
  Latency:
    Type: AWS::CloudWatch::Alarm
    Properties:
      EvaluationCriteria:
        PromQLCriteria:
          Query: histogram_quantile(0.99, rate(latency_bucket[5m])) > 0.5
      EvaluationInterval: 60
  Queue:
    Type: AWS::CloudWatch::Alarm
    Properties:
      EvaluationCriteria:
        PromQLCriteria: { Query: queue_depth > 100, PendingPeriod: 300 }
      EvaluationInterval: 60
)"};
    const Outcome outcome = opsim({"check", stack.path()});
    CAPTURE(outcome.out);
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.out,
                   "Not simulated here, accepted as written: an alarm, since the PromQL function "
                   "rate is not simulated (1)."));
  }
}

}  // namespace opsim::cli

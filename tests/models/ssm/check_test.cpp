// What `opsim check` says of SSM documents.
#include "models/ssm/check.hpp"

#include <doctest/doctest.h>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

/// The complaints of a document named runbook.yaml, one a line.
std::string complaints(std::string_view yaml) {
  Diagnostics diagnostics;
  ssm::check_document(read_yaml("runbook.yaml", yaml).root, fake_catalog(), diagnostics);
  std::string text = diagnostics.text();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::vector<std::string> not_simulated(std::string_view yaml) {
  Diagnostics diagnostics;
  std::vector<std::string> list;
  ssm::check_document(read_yaml("runbook.yaml", yaml).root, fake_catalog(), diagnostics, &list);
  return list;
}

}  // namespace

TEST_SUITE("ssm: check") {
  TEST_CASE("a good document has no complaints") {
    CHECK(complaints(R"(schemaVersion: '0.3'
mainSteps:
  - { name: wait, action: 'aws:sleep', inputs: { Duration: PT5M } }
)") == "");
  }
  TEST_CASE("what would fail only when a step runs is told where it is written out") {
    CHECK(complaints(R"(schemaVersion: '0.3'
mainSteps:
  - { name: wait, action: 'aws:sleep', inputs: { Duration: 5m } }
  - name: list
    action: aws:runCommand
    inputs: { DocumentName: AWS-RunShellScript, InstanceIds: [i-1], Parameters: { command: [ls] } }
  - name: snapshot
    action: aws:executeAutomation
    inputs: { DocumentName: AWS-CreateSnapshott, RuntimeParameters: { VolumeId: [vol-1] } }
  - name: script
    action: aws:executeScript
    inputs: { Runtime: python3.11, Handler: main, Script: 'def handler(events, context): pass' }
)") == "runbook.yaml:3:60: step wait: Duration is \"5m\"; write it as ISO 8601 has it: PT5M is "
       "five "
       "minutes, PT30S thirty seconds\n"
       "runbook.yaml:6:81: step list: AWS-RunShellScript needs the parameter commands\n"
       "runbook.yaml:6:83: note: step list: AWS-RunShellScript has no parameter \"command\" here; "
       "did "
       "you mean \"commands\"?\n"
       "runbook.yaml:9:29: note: step snapshot: \"AWS-CreateSnapshott\" is no document of AWS's "
       "known "
       "here; did you mean \"AWS-CreateSnapshot\"?\n"
       "runbook.yaml:12:45: step script: the script has no function \"main\"");
  }
  TEST_CASE("an index in a placeholder is told: it is none") {
    CHECK(complaints(R"(schemaVersion: '0.3'
mainSteps:
  - { name: launch, action: 'aws:runInstances', inputs: { ImageId: ami-1 } }
  - name: look
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DescribeInstances, InstanceIds: ['{{ launch.InstanceIds[0] }}'] }
)") == "runbook.yaml:6:67: note: {{ launch.InstanceIds[0] }}: a placeholder takes no index and "
       "stays as written; an output with a Selector such as $.Ids[0] has one");
  }
  TEST_CASE("a key in another case is shown as the one that is missing") {
    CHECK(complaints(R"(schemaVersion: '0.3'
mainSteps:
  - { name: look, action: 'aws:executeAwsApi', inputs: { service: ec2, Api: DescribeVolumes } }
)") == "runbook.yaml:3:56: step look: inputs have no Service; is \"service\" meant?");
    CHECK(complaints("schemaVersion: '0.3'\nmainSteps: { name: wait }\n") ==
          "runbook.yaml:2:12: mainSteps is a mapping; it must be a list of steps: each begins with "
          "\"- name:\"");
  }
  TEST_CASE("everything that is wrong is told at once, each at its place") {
    CHECK(complaints(R"(schemaVersion: '0.3'
parameters:
  InstanceId: { type: String }
  Mode: { type: Strng }
mainSteps:
  - name: checkSpace
    action: aws:runComand
    inputs: { DocumentName: AWS-RunShellScript }
  - name: clean
    action: aws:runCommand
    onFailure: stop
    timeOutSeconds: 30
    inputs: { InstanceIds: ['{{ InstanceID }}'] }
  - name: verify
    action: aws:sleep
    nextStep: finish
    inputs: { Duration: '{{ chekSpace.Status }}' }
)") == "runbook.yaml:4:17: parameter Mode: type \"Strng\"; one of Boolean, Integer, MapList, "
       "String, StringList, StringMap; did you mean \"String\"?\n"
       "runbook.yaml:7:13: step checkSpace: \"aws:runComand\" is no action of Automation; did "
       "you mean \"aws:runCommand\"?\n"
       "runbook.yaml:11:16: step clean: onFailure is \"stop\"; expected Abort, Continue, "
       "step:<name of a step>\n"
       "runbook.yaml:12:5: step clean: \"timeOutSeconds\" is not known here; did you mean "
       "\"timeoutSeconds\"?\n"
       "runbook.yaml:13:13: step clean: DocumentName is missing; must be a text\n"
       "runbook.yaml:13:29: {{ InstanceID }}: \"InstanceID\" is no parameter of the document; "
       "did you mean \"InstanceId\"?\n"
       "runbook.yaml:16:15: step verify: nextStep \"finish\" names no step; steps are "
       "checkSpace, clean, verify\n"
       "runbook.yaml:17:25: {{ chekSpace.Status }}: \"chekSpace.Status\" names no step and no "
       "parameter; did you mean \"checkSpace\"?");
  }
  TEST_CASE("names, branches, outputs and selectors") {
    struct Row {
      std::string_view steps, complaint;
    };
    const Row rows[] = {
        {"  - { name: a, action: 'aws:sleep', inputs: { Duration: PT1S } }\n"
         "  - { name: a, action: 'aws:sleep', inputs: { Duration: PT1S } }\n",
         "runbook.yaml:4:13: step a: a step of that name stands before; names are unique"},
        {"  - { name: a, action: 'aws:branch', inputs: { Choices: [{ NextStep: b, Variable: x, "
         "StringEqual: x }] } }\n",
         "runbook.yaml:3:70: step a: NextStep \"b\" names no step; steps are a\n"
         "runbook.yaml:3:86: step a: \"StringEqual\" is no operator; one of BooleanEquals, "
         "Contains, EndsWith, EqualsIgnoreCase, NumericEquals, NumericGreater, "
         "NumericGreaterOrEquals, NumericLesser, NumericLesserOrEquals, StartsWith, StringEquals; "
         "did you mean \"StringEquals\"?"},
        {"  - { name: a, action: 'aws:executeAwsApi', inputs: { Service: ec2 } }\n",
         "runbook.yaml:3:53: step a: inputs have no Api"},
        {"  - { name: a, action: 'aws:executeAwsApi', inputs: { Service: ec2, Api: X },\n"
         "      outputs: [{ Name: O, Selector: Payload, Type: Text }] }\n",
         "runbook.yaml:4:38: step a: Selector \"Payload\": a path begins with \"$\""},
        {"  - { name: a, action: 'aws:sleep', inputs: { Duration: PT1S }, onCancel: 'step:a' }\n",
         "runbook.yaml:3:75: note: step a: onCancel leads to aws:sleep, which AWS does not "
         "support"},
        {"  - { name: a, action: 'aws:sleep', inputs: { Duration: PT1S }, maxAttempts: often }\n",
         "runbook.yaml:3:78: step a: maxAttempts is \"often\"; expected a whole number from 1"},
        {"  - { name: a, action: 'aws:sleep', inputs: { Duration: '{{ global:REGON }}' } }\n",
         "runbook.yaml:3:57: {{ global:REGON }}: global:REGON is not known; one of ACCOUNT_ID, "
         "AWS_PARTITION, DATE, DATE_TIME, ORGANIZATION_ID, ORGANIZATIONAL_UNIT_PATH, REGION; did "
         "you mean \"REGION\"?"},
        {"  - { name: a, action: 'aws:sleep', isEnd: true, inputs: { Duration: PT1S } }\n"
         "  - { name: b, action: 'aws:sleep', inputs: { Duration: PT1S } }\n",
         "runbook.yaml:4:5: note: step b: no step leads here"},
        {"  - { name: a, action: 'aws:sleep', isEnd: true, nextStep: b, "
         "inputs: { Duration: PT1S } }\n"
         "  - { name: b, action: 'aws:sleep', inputs: { Duration: PT1S } }\n",
         "runbook.yaml:3:60: step a: isEnd and nextStep exclude each other\n"
         "runbook.yaml:4:5: note: step b: no step leads here"},
        {"  - { name: a, action: 'aws:loop', onCancel: Abort, inputs: { Iterators: [x],\n"
         "      Steps: [{ name: b, action: 'aws:sleep', inputs: { Duration: PT1S } }] } }\n",
         "runbook.yaml:3:46: note: step a: AWS does not support onCancel of aws:loop; the steps in "
         "it may have one"},
        {"  - { name: a-b, action: 'aws:sleep', inputs: { Duration: PT1S } }\n",
         "runbook.yaml:3:13: step a-b: a step's name has only letters, digits and \"_\""},
    };
    for (const Row& row : rows) {
      CAPTURE(row.steps);
      CHECK(complaints("schemaVersion: '0.3'\nmainSteps:\n" + std::string{row.steps}) ==
            row.complaint);
    }
  }
  TEST_CASE("names of parameters have only letters and digits") {
    CHECK(complaints("schemaVersion: '0.3'\nparameters: { Wait_Time: { type: String } }\n"
                     "mainSteps: [{ name: a, action: 'aws:sleep', inputs: { Duration: PT1S } }]") ==
          "runbook.yaml:2:13: parameter Wait_Time: a parameter's name has only letters and digits");
  }
  TEST_CASE("preconditions of a Command document name a platform as AWS spells it") {
    const auto with = [](std::string_view pair) {
      return complaints(
          "schemaVersion: '2.2'\nmainSteps: [{ name: a, action: 'aws:runShellScript',\n"
          "  precondition: { StringEquals: [" +
          std::string{pair} + "] } }]");
    };
    CHECK(with("platformType, linux") ==
          "runbook.yaml:3:48: step a: platformType is never \"linux\"; one of Linux, MacOS, "
          "Windows; did you mean \"Linux\"?");
    CHECK(with("platformType, Linux") == "");
    CHECK(with("Windows, platformType") == "");
  }
  TEST_CASE("runtimeConfig is of schema 1.2 only") {
    CHECK(complaints("schemaVersion: '2.2'\nruntimeConfig: { 'aws:runShellScript': {} }\n"
                     "mainSteps: [{ name: a, action: 'aws:runShellScript' }]") ==
          "runbook.yaml:2:16: runtimeConfig belongs to schemaVersion 1.2; here mainSteps");
  }
  TEST_CASE("documents that are none") {
    CHECK(complaints("[1, 2]") ==
          "runbook.yaml:1:1: the document is a list; expected a mapping with schemaVersion and "
          "mainSteps");
    CHECK(complaints("schemaVersion: '9'") ==
          "runbook.yaml:1:16: schemaVersion \"9\"; expected one of 0.3, 1.2, 2.0, 2.2");
    CHECK(complaints("schemaVersion: '0.3'\nmainSteps: []") ==
          "runbook.yaml:2:12: mainSteps is empty; a runbook needs a step");
    CHECK(
        complaints("schemaVersion: '2.2'\nmainSteps: [{ action: 'aws:runShelScript', name: a }]") ==
        "runbook.yaml:2:23: \"aws:runShelScript\" is no plugin of Command documents; did you mean "
        "\"aws:runShellScript\"?");
  }
  TEST_CASE("what will not be simulated is listed") {
    const auto list = not_simulated(R"(schemaVersion: '0.3'
mainSteps:
  - { name: a, action: 'aws:executeAwsApi', inputs: { Service: rds, Api: DescribeDBInstances } }
  - { name: b, action: 'aws:executeAwsApi', inputs: { Service: EC2, Api: describe_instances } }
  - { name: c, action: 'aws:createStack', inputs: { StackName: s } }
)");
    REQUIRE(list.size() == 2);
    CHECK(list[0] == "API rds:DescribeDBInstances");
    CHECK(list[1] == "API cloudformation:CreateStack");
  }
}

}  // namespace opsim::tests

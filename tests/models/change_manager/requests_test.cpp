// Systems Manager API Reference, StartChangeRequestExecution; User Guide, "AWS Systems Manager
// Change Manager".
#include "tests/models/change_manager/office.hpp"

namespace opsim::tests {
namespace {

constexpr const char* kEvent = "Change Request Status Update";

TEST_SUITE("change manager: requests") {
  TEST_CASE("what a request may not say") {
    ChangeOffice office;
    office.must_define("Standard",
                       "executableRunBooks: [{name: Restart}]\n"
                       "parameters: {Approver: {type: String}}\n" +
                           steps_of({kBob}));
    const Json well{{"Parameters", {{"Approver", {"bob"}}}}};
    const auto code = [&](Json more, const std::string& name = "Standard") {
      Json input = well;
      input.update(more);
      return office.refusal("ssm", "StartChangeRequestExecution",
                            ChangeOffice::asking(name, std::move(input)));
    };
    CHECK(code(Json::object()) == "");
    CHECK(code(Json::object(), "Nothing") == "AutomationDefinitionNotFoundException");
    CHECK(code(Json::object(), "Restart") == "AutomationDefinitionNotFoundException");  // a runbook
    CHECK(code({{"DocumentVersion", "7"}}) == "AutomationDefinitionVersionNotFoundException");
    const char* const parameters = "InvalidAutomationExecutionParametersException";
    CHECK(code({{"Parameters", Json::object()}}) == parameters);
    CHECK(code({{"Parameters", {{"Approver", {"bob"}}, {"Colour", {"red"}}}}}) == parameters);
    const auto with_runbook = [](const char* name) {
      return Json{{"Runbooks", Json::array({{{"DocumentName", name}}})}};
    };
    CHECK(code(with_runbook("AWS-StopEC2Instance")) == parameters);  // not among the template's
    CHECK(code(with_runbook("Nothing")) == "AutomationDefinitionNotFoundException");
    CHECK(code({{"Runbooks", Json::array()}}) == "ValidationException");
    CHECK(code({{"ScheduledTime", "2026-03-03T00:00:00Z"},
                {"ScheduledEndTime", "2026-03-02T23:00:00Z"}}) == "ValidationException");
  }

  TEST_CASE("the same token gives the same request; with other parameters it is refused") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    const Json token{{"ClientToken", "11111111-2222-3333-4444-555555555555"}};
    const std::string first = office.request("Standard", token);
    CHECK(office.request("Standard", token) == first);
    Json other = token;
    other["ChangeDetails"] = "another one";
    CHECK(office.refusal("ssm", "StartChangeRequestExecution",
                         ChangeOffice::asking("Standard", other)) ==
          "IdempotentParameterMismatchException");
  }

  TEST_CASE("a change request is an execution of subtype ChangeRequest, with its steps") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    office.approve("user/bob", id);
    office.run_for(2min);
    const Json execution = office.execution(id);
    CHECK(execution.at("AutomationSubtype").get<std::string>() == "ChangeRequest");
    CHECK(execution.at("ChangeRequestName").get<std::string>() == "restart it");
    CHECK(execution.at("DocumentName").get<std::string>() == "Standard");
    CHECK(execution.at("StepExecutions").size() == 1);
    CHECK(execution.at("StepExecutions")[0].at("StepStatus").get<std::string>() == "Success");
    const auto listed = [&](const char* key, const char* value) {
      const Json filters = Json::array({{{"Key", key}, {"Values", Json::array({value})}}});
      return office.must("ssm", "DescribeAutomationExecutions", {{"Filters", filters}})
          .at("AutomationExecutionMetadataList")
          .size();
    };
    CHECK(listed("AutomationSubtype", "ChangeRequest") == 1);
    CHECK(listed("ExecutionStatus", "CompletedWithSuccess") == 1);
    CHECK(listed("ExecutionStatus", "Rejected") == 0);
  }

  // "In the system, change requests are a type of OpsItem in AWS Systems Manager OpsCenter."
  TEST_CASE("a change request is an OpsItem of type /aws/changerequest with its status") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    const auto item = [&] {
      const Json filters = Json::array({{{"Key", "OpsItemType"},
                                         {"Values", Json::array({"/aws/changerequest"})},
                                         {"Operator", "Equal"}}});
      const Json list = office.must("ssm", "DescribeOpsItems", {{"OpsItemFilters", filters}})
                            .at("OpsItemSummaries");
      REQUIRE(list.size() == 1);
      return Json(list[0]);
    };
    CHECK(item().at("Status").get<std::string>() == "PendingApproval");
    CHECK(item().at("Title").get<std::string>() == "restart it");
    office.approve("user/bob", id);
    office.run_for(2min);
    CHECK(item().at("Status").get<std::string>() == "CompletedWithSuccess");
    CHECK(office.told({EntryKind::message}).size() >= 2);  // kept, on no timeline
  }

  // "You can filter the results for a specific approver by specifying the approver's ARN."
  TEST_CASE("OpsItems of change requests are found by approver, requester and template") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    office.request("Standard");
    office.run_for(1min);
    const auto found = [&](const char* key, const char* value) {
      const Json filters =
          Json::array({{{"Key", key}, {"Values", Json::array({value})}, {"Operator", "Equal"}}});
      return office.must("ssm", "DescribeOpsItems", {{"OpsItemFilters", filters}})
          .at("OpsItemSummaries")
          .size();
    };
    CHECK(found("ChangeRequestByApproverArn", "arn:aws:iam::123456789012:user/bob") == 1);
    CHECK(found("ChangeRequestByApproverArn", "arn:aws:iam::123456789012:user/carol") == 0);
    CHECK(found("ChangeRequestByApproverName", "bob") == 1);
    CHECK(found("ChangeRequestByRequesterArn", "arn:aws:iam::123456789012:user/ann") == 1);
    CHECK(found("ChangeRequestByRequesterName", "bob") == 0);
    CHECK(found("ChangeRequestByTemplate", "Standard") == 1);
  }

  // User Guide, "Controlling access to auto-approval runbook workflows".
  TEST_CASE("a policy may keep a user from changes that approve themselves") {
    ChangeOffice office;
    office.must_define("Easy", "autoApprovable: true\n" + steps_of({kBob}));
    office.must("iam", "CreateUser", {{"UserName", "eve"}});
    const Json policy{{"Version", "2012-10-17"},
                      {"Statement",
                       {{{"Effect", "Allow"},
                         {"Action", "ssm:StartChangeRequestExecution"},
                         {"Resource", "*"},
                         {"Condition", {{"BoolIfExists", {{"ssm:AutoApprove", "false"}}}}}}}}};
    office.must("iam", "PutUserPolicy",
                {{"UserName", "eve"}, {"PolicyName", "some"}, {"PolicyDocument", policy.dump()}});
    const auto code = [&](Json more) {
      Caller caller{office.cloud.home(), "arn:aws:iam::123456789012:user/eve", ""};
      Json input = ChangeOffice::asking("Easy", std::move(more));
      const ApiResult<Json> answer = office.finish(office.cloud.call(
          std::move(caller), "ssm", "StartChangeRequestExecution", std::move(input)));
      return answer ? "" : answer.error().code;
    };
    CHECK(code({{"AutoApprove", true}}) == "AccessDeniedException");
    CHECK(code({{"AutoApprove", false}}) == "");
    CHECK(code(Json::object()) == "");
  }

  // "Configuring Amazon SNS topics for Change Manager notifications", task 2.
  TEST_CASE("a topic must let Systems Manager publish, or nobody is told") {
    for (const bool lets : {false, true}) {
      CAPTURE(lets);
      ChangeOffice office;
      const std::string topic = office.make("AWS::SNS::Topic", "Reviews", Json::object());
      const Json statement{
          {"Sid", "Allow Change Manager to publish to this topic"},
          {"Effect", "Allow"},
          {"Principal", {{"Service", "ssm.amazonaws.com"}}},
          {"Action", "sns:Publish"},
          {"Resource", topic},
          {"Condition",
           {{"StringEquals", {{"aws:SourceAccount", Json::array({"123456789012"})}}}}}};
      const Json policy{{"Version", "2012-10-17"}, {"Statement", Json::array({statement})}};
      if (lets)
        office.must(
            "sns", "SetTopicAttributes",
            {{"TopicArn", topic}, {"AttributeName", "Policy"}, {"AttributeValue", policy.dump()}});
      office.must_define("Standard", steps_of({"{NotificationArn: '" + topic +
                                               "', Approvers: [{approver: bob, type: IamUser}]}"}));
      office.request("Standard");
      office.run_for(1min);
      CHECK(office.told({EntryKind::note}).size() == (lets ? 0 : 1));
    }
  }

  TEST_CASE("each change of status is an event") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    office.approve("user/bob", id);
    office.run_for(2min);
    std::vector<std::string> statuses;
    for (const Event& event : office.events()) {
      if (event.detail_type != kEvent) continue;
      CHECK(event.source == "aws.ssm");
      CHECK(event.detail.at("change-request-id").get<std::string>() == id);
      statuses.push_back(event.detail.at("ops-item-status").get<std::string>());
    }
    CHECK(statuses == std::vector<std::string>{"PendingApproval", "Approved", "RunbookInProgress",
                                               "CompletedWithSuccess"});
  }

  TEST_CASE("a runbook that fails makes the request CompletedWithFailure") {
    ChangeOffice office;
    office.must("ssm", "CreateDocument",
                {{"Name", "Broken"},
                 {"DocumentType", "Automation"},
                 {"DocumentFormat", "YAML"},
                 {"Content",
                  "schemaVersion: '0.3'\nmainSteps: [{name: call, action: 'aws:executeAwsApi', "
                  "inputs: {Service: ssm, Api: GetDocument, Name: nothing-of-this-name}}]"}});
    office.must_define("Standard", "autoApprovable: true\n" + steps_of({kBob}));
    const std::string id = office.request(
        "Standard",
        {{"AutoApprove", true}, {"Runbooks", Json::array({{{"DocumentName", "Broken"}}})}});
    office.run_for(5min);
    CHECK(office.status(id) == "CompletedWithFailure");
  }

  TEST_CASE("a change template is not started as a runbook") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    CHECK(office.refusal("ssm", "StartAutomationExecution", {{"DocumentName", "Standard"}}) ==
          "AutomationDefinitionNotFoundException");
  }
}

}  // namespace
}  // namespace opsim::tests

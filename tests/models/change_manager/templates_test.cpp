// Systems Manager User Guide, "Creating change templates using Editor": "You can specify up to five
// levels of approvals, but only one level is required."
#include "models/change_manager/change_template.hpp"
#include "models/change_manager/check.hpp"
#include "tests/models/change_manager/office.hpp"

namespace opsim::tests {
namespace {

using change_manager::ChangeTemplate;

TEST_SUITE("change manager: templates") {
  TEST_CASE("what is no change template is refused when it is made, with its place") {
    ChangeOffice office;
    const std::vector<std::string> five(5, kBob);
    const std::vector<std::string> six(6, kBob);
    const auto refusal = [&](const std::string& content) {
      const ApiResult<Json> answer = office.define("Template", content);
      if (!answer) CHECK(answer.error().code == "InvalidDocumentContent");
      if (answer) office.must("ssm", "DeleteDocument", {{"Name", "Template"}});
      return answer ? "" : answer.error().message;
    };
    CHECK(refusal(steps_of(five)) == "");
    CHECK(refusal(steps_of(six)) != "");
    CHECK(refusal("description: nobody is asked") != "");
    CHECK(refusal("autoApprovable: true") == "");
    CHECK(refusal("emergencyChnage: true\n" + steps_of(five)).find("emergencyChange") !=
          std::string::npos);
    CHECK(
        refusal("mainSteps: [{name: rest, action: 'aws:sleep', inputs: {}}]").find("aws:approve") !=
        std::string::npos);
    CHECK(refusal(steps_of({"{Approvers: [{approver: bob, type: Person}]}"})).find("IamUser") !=
          std::string::npos);
    CHECK(refusal(steps_of(
              {"{Approvers: [{approver: bob, type: IamUser, minRequiredApprovals: 2}]}"})) != "");
    CHECK(refusal(steps_of({"{Approvers: [{approver: bob, type: IamUser}], "
                            "MinRequiredApprovals: 2}"})) != "");
    std::string crowd;
    for (int i = 0; i < 6; ++i) crowd += fmt::format("{{approver: u{}, type: IamUser}}, ", i);
    CHECK(refusal(steps_of({"{Approvers: [" + crowd + "]}"})) != "");
    // The line of the content, behind the template's name.
    CHECK(refusal("mainSteps: []\nemergencyChange: maybe").starts_with("Template:3:"));
  }

  TEST_CASE("in a stack's template a value may be an intrinsic function") {
    Diagnostics diagnostics;
    const Document stack = read_yaml("stack.yaml",
                                     "schemaVersion: '0.3'\nemergencyChange: !If [A, true, false]\n"
                                     "executableRunBooks: [{name: !Ref Restart}]\n" +
                                         steps_of({"{NotificationArn: !Ref Topic, Approvers: "
                                                   "[{approver: !Ref Boss, type: IamUser}]}"}));
    CHECK(change_manager::recognises(stack.root));
    change_manager::check_template(stack.root, diagnostics);
    CHECK(diagnostics.text() == "");
    const Document wrong = read_yaml("stack.yaml", "emergencyChange: true\nschemaVersion: '0.2'");
    change_manager::check_template(wrong.root, diagnostics);
    CHECK(diagnostics.text().starts_with("stack.yaml:2:16:"));
  }

  // The example of that page gives approver, type and topic as parameters of the template.
  TEST_CASE("placeholders take the parameters of the request") {
    Diagnostics diagnostics;
    const ChangeTemplate written = change_manager::read_template("HelloWorldChangeTemplate", R"({
      "description": "an example", "schemaVersion": "0.3",
      "parameters": {"ApproverSnsTopicArn": {"type": "String"}, "Approver": {"type": "String"},
                     "ApproverType": {"type": "String", "default": "IamUser"},
                     "Patience": {"type": "String"}},
      "executableRunBooks": [{"name": "AWS-HelloWorld", "version": "1"}],
      "emergencyChange": false, "autoApprove": false,
      "mainSteps": [{"name": "ApproveAction1", "action": "aws:approve", "timeoutSeconds": "{{ Patience }}",
        "inputs": {"Message": "decide", "EnhancedApprovals": {
          "NotificationArn": "{{ ApproverSnsTopicArn }}",
          "Approvers": [{"approver": "{{ Approver }}", "type": "{{ ApproverType }}",
                         "minRequiredApprovals": 1}]}}}]})",
                                                                 diagnostics);
    REQUIRE(diagnostics.count() == 0);
    CHECK(written.runbooks.at(0).version == "1");
    CHECK(written.levels.at(0).timeout == Duration{168h});  // AWS's default, until it is said
    const ChangeTemplate made = change_manager::filled(
        written, {{"ApproverSnsTopicArn", "arn:aws:sns:us-east-2:123456789012:Topic"},
                  {"Approver", "JohnDoe"},
                  {"ApproverType", "IamUser"},
                  {"Patience", "3600"}});
    CHECK(made.levels.at(0).topic == "arn:aws:sns:us-east-2:123456789012:Topic");
    CHECK(made.levels.at(0).approvers.at(0).approver == "JohnDoe");
    CHECK(made.levels.at(0).approvers.at(0).type == "IamUser");
    CHECK(made.levels.at(0).timeout == Duration{1h});
  }
}

}  // namespace
}  // namespace opsim::tests

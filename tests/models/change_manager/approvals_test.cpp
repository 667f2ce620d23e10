// Who must approve: Systems Manager User Guide, "About approvals in your change templates" and
// "Reviewing and approving or rejecting change requests".
#include "tests/models/change_manager/office.hpp"

namespace opsim::tests {
namespace {

TEST_SUITE("change manager: approvals") {
  TEST_CASE("levels are asked one after the other, and the runbook runs after the last") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob, kCarol}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    CHECK(office.status(id) == "PendingApproval");
    CHECK(office.approve("user/carol", id) == "AccessDeniedException");  // not her turn
    CHECK(office.approve("user/bob", id) == "");
    office.run_for(1min);
    CHECK(office.status(id) == "PendingApproval");
    CHECK(office.runs() == 0);
    CHECK(office.approve("user/carol", id) == "");
    office.run_for(10s);
    CHECK(office.status(id) == "RunbookInProgress");
    CHECK(office.runs() == 1);
    office.run_for(2min);
    CHECK(office.status(id) == "CompletedWithSuccess");
  }

  TEST_CASE("one rejection ends the request, and nothing runs") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob, kCarol}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    CHECK(office.signal("user/bob", id, "Reject") == "");
    office.run_for(1h);
    CHECK(office.status(id) == "Rejected");
    CHECK(office.runs() == 0);
    CHECK(office.approve("user/bob", id) == "InvalidAutomationStatusUpdateException");
  }

  TEST_CASE("a level that nobody decides times out after its timeoutSeconds") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    const std::string id = office.request("Standard");
    office.run_for(59min);
    CHECK(office.status(id) == "PendingApproval");
    office.run_for(2min);
    CHECK(office.status(id) == "TimedOut");
  }

  // The example of "Creating change templates using command line tools": a user, then three members
  // of a role.
  TEST_CASE("minRequiredApprovals of a role counts its members") {
    ChangeOffice office;
    office.must_define(
        "Standard",
        steps_of({"{Approvers: [{approver: Admin, type: IamRole, minRequiredApprovals: 3}]}"}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    CHECK(office.approve("assumed-role/Admin/ann", id) == "");
    CHECK(office.approve("assumed-role/Admin/ann", id) == "InvalidAutomationSignalException");
    CHECK(office.approve("assumed-role/Other/eve", id) == "AccessDeniedException");
    CHECK(office.approve("assumed-role/Admin/bob", id) == "");
    office.run_for(1min);
    CHECK(office.status(id) == "PendingApproval");
    CHECK(office.approve("assumed-role/Admin/carol", id) == "");
    office.run_for(2min);
    CHECK(office.status(id) == "CompletedWithSuccess");
  }

  TEST_CASE("lines and level both count: the larger number wins") {
    const std::string lines =
        "Approvers: [{approver: bob, type: IamUser}, {approver: carol, type: IamUser}, {approver: "
        "team, type: IamGroup, minRequiredApprovals: ";
    for (const auto& [more, needed] : {std::pair{"1}]}", 2U}, std::pair{"3}]}", 3U},
                                       std::pair{"1}], MinRequiredApprovals: 3}", 3U}}) {
      CAPTURE(more);
      ChangeOffice office;
      office.must_define("Standard", steps_of({"{" + lines + more}));
      const std::string id = office.request("Standard");
      office.run_for(1min);
      std::size_t given = 0;
      for (const char* who : {"user/bob", "user/carol", "user/dave"}) {
        if (office.status(id) != "PendingApproval") break;
        CHECK(office.approve(who, id) == "");
        office.run_for(1s);
        ++given;
      }
      CHECK(given == needed);
    }
  }

  // "Sample per-level approval configuration": three approvals, from any of two users, a group and
  // a role; each line's minRequiredApprovals is 0.
  TEST_CASE("a level's number is met by any of its approvers") {
    ChangeOffice office;
    office.must_define(
        "Standard",
        steps_of(
            {"{Approvers: [{approver: stiles, type: IamUser, minRequiredApprovals: 0}, "
             "{approver: silva, type: IamUser, minRequiredApprovals: 0}, {approver: RoleOfTen, "
             "type: IamRole, minRequiredApprovals: 0}], MinRequiredApprovals: 3}"}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    CHECK(office.approve("user/silva", id) == "");
    CHECK(office.approve("user/eve", id) == "AccessDeniedException");
    CHECK(office.approve("assumed-role/RoleOfTen/ann", id) == "");
    office.run_for(1s);
    CHECK(office.status(id) == "PendingApproval");
    CHECK(office.approve("assumed-role/RoleOfTen/bob", id) == "");
    office.run_for(2min);
    CHECK(office.status(id) == "CompletedWithSuccess");  // stiles was not needed
  }

  TEST_CASE(
      "a change that its template lets pass needs no reviewer, and is on record all the same") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    office.must_define("Easy", "autoApprovable: true\n" + steps_of({kBob}));
    CHECK(office.refusal("ssm", "StartChangeRequestExecution",
                         ChangeOffice::asking("Standard", {{"AutoApprove", true}})) ==
          "InvalidAutomationExecutionParametersException");
    // Auto-approvable is a permission, not a wish: who does not ask for it is reviewed.
    const std::string reviewed = office.request("Easy");
    const std::string automatic = office.request("Easy", {{"AutoApprove", true}});
    office.run_for(2min);
    CHECK(office.status(reviewed) == "PendingApproval");
    CHECK(office.status(automatic) == "CompletedWithSuccess");
  }

  TEST_CASE("a group is whoever IAM says belongs to it") {
    ChangeOffice office;
    office.must("iam", "CreateGroup", {{"GroupName", "Leads"}});
    for (const char* name : {"bob", "carol"})
      office.must("iam", "CreateUser", {{"UserName", name}});
    office.must("iam", "AddUserToGroup", {{"GroupName", "Leads"}, {"UserName", "bob"}});
    // Users that IAM knows need a policy to call anything.
    const Json allow{{"Version", "2012-10-17"},
                     {"Statement", {{{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}}}}};
    for (const char* name : {"bob", "carol"})
      office.must("iam", "PutUserPolicy",
                  {{"UserName", name}, {"PolicyName", "all"}, {"PolicyDocument", allow.dump()}});
    office.must_define("Standard", steps_of({"{Approvers: [{approver: Leads, type: IamGroup}]}"}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    CHECK(office.approve("user/carol", id) == "AccessDeniedException");
    CHECK(office.approve("user/bob", id) == "");
    office.run_for(2min);
    CHECK(office.status(id) == "CompletedWithSuccess");
  }

  TEST_CASE("one may stop a request that waits") {
    ChangeOffice office;
    office.must_define("Standard", steps_of({kBob}));
    const std::string id = office.request("Standard");
    office.run_for(1min);
    office.must("ssm", "StopAutomationExecution", {{"AutomationExecutionId", id}});
    CHECK(office.status(id) == "Cancelled");
    CHECK(office.refusal("ssm", "StopAutomationExecution", {{"AutomationExecutionId", id}}) ==
          "InvalidAutomationStatusUpdateException");
    office.run_for(2h);
    CHECK(office.status(id) == "Cancelled");
  }
}

}  // namespace
}  // namespace opsim::tests

#pragma once
/// An account with a change template, a runbook that takes a minute, and people who decide.
#include <doctest/doctest.h>

#include "models/change_calendar/service.hpp"
#include "models/change_manager/service.hpp"
#include "models/iam/service.hpp"
#include "models/ops_center/service.hpp"
#include "models/sns/service.hpp"
#include "models/ssm/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

struct EventLog : Model {
  std::vector<Event> events;
};
inline constexpr Service kEventLog{
    .name = "log",
    .title = "What tests see of buses",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<EventLog>(); },
    .on_event = [](Model& model,
                   const Event& event) { static_cast<EventLog&>(model).events.push_back(event); },
};
inline const Service* const kOfficeServices[] = {
    &kSsm, &kChangeManager, &kChangeCalendar, &kIam, &kOpsCenter, &kSns, &kEventLog};

/// "mainSteps:" with these levels; each is what stands under EnhancedApprovals.
inline std::string steps_of(const std::vector<std::string>& levels) {
  std::string text = "mainSteps:\n";
  int number = 0;
  for (const std::string& level : levels)
    text += fmt::format(
        "  - {{name: ApproveAction{}, action: 'aws:approve', timeoutSeconds: 3600,\n"
        "     inputs: {{Message: please decide, EnhancedApprovals: {}}}}}\n",
        ++number, level);
  return text;
}
inline const std::string kBob = "{Approvers: [{approver: bob, type: IamUser}]}";
inline const std::string kCarol = "{Approvers: [{approver: carol, type: IamUser}]}";

struct ChangeOffice : SmallWorld {
  ChangeOffice() : SmallWorld{kOfficeServices} {
    must("ssm", "CreateDocument",
         {{"Name", "Restart"},
          {"DocumentType", "Automation"},
          {"DocumentFormat", "YAML"},
          {"Content",
           "schemaVersion: '0.3'\nmainSteps: [{name: rest, action: 'aws:sleep', inputs: {Duration: "
           "PT1M}}]"}});
  }
  ApiResult<Json> define(const std::string& name, const std::string& content) {
    return call("ssm", "CreateDocument",
                {{"Name", name},
                 {"DocumentType", "Automation.ChangeTemplate"},
                 {"DocumentFormat", "YAML"},
                 {"Content", "schemaVersion: '0.3'\n" + content}});
  }
  void must_define(const std::string& name, const std::string& content) {
    const ApiResult<Json> made = define(name, content);
    if (!made) FAIL(made.error().message);
  }
  void settings(const std::string& yaml) {
    const Document document = read_yaml("scenario.yaml", yaml);
    kChangeManager.sections[0].read(*cloud.model("changemanager"), cloud, document.root);
  }
  static Json asking(const std::string& name, Json more = Json::object()) {
    Json input{{"DocumentName", name},
               {"ChangeRequestName", "restart it"},
               {"Runbooks", Json::array({{{"DocumentName", "Restart"}}})}};
    input.update(more);
    return input;
  }
  std::string request(const std::string& name, Json more = Json::object()) {
    return must("ssm", "StartChangeRequestExecution", asking(name, std::move(more)))
        .at("AutomationExecutionId")
        .get<std::string>();
  }
  Json execution(const std::string& id) {
    return must("ssm", "GetAutomationExecution", {{"AutomationExecutionId", id}})
        .at("AutomationExecution");
  }
  std::string status(const std::string& id) {
    return execution(id).at("AutomationExecutionStatus").get<std::string>();
  }
  /// "" when the decision is taken, else AWS's code. `who` is "user/bob", or a session of a role.
  std::string signal(const std::string& who, const std::string& id, const std::string& type) {
    const bool role = who.starts_with("assumed-role/");
    Caller caller{cloud.home(),
                  fmt::format("arn:aws:{}::123456789012:{}", role ? "sts" : "iam", who), ""};
    Json input{{"AutomationExecutionId", id}, {"SignalType", type}};
    const ApiResult<Json> answer =
        finish(cloud.call(std::move(caller), "ssm", "SendAutomationSignal", std::move(input)));
    return answer ? "" : answer.error().code;
  }
  std::string approve(const std::string& who, const std::string& id) {
    return signal(who, id, "Approve");
  }
  std::size_t runs() {
    std::size_t count = 0;
    const Json list = must(
        "ssm", "DescribeAutomationExecutions",
        {{"Filters",
          Json::array({{{"Key", "DocumentNamePrefix"}, {"Values", Json::array({"Restart"})}}})}});
    count = list.at("AutomationExecutionMetadataList").size();
    return count;
  }
  std::vector<Event>& events() { return static_cast<EventLog*>(cloud.model("log"))->events; }
};

}  // namespace opsim::tests

// Findings: Incident Manager API, Finding: "a specific CodeDeploy deployment or CloudFormation
// stack creation or update that occurred around the time of a reported incident".
#include <doctest/doctest.h>

#include "tests/models/incident_manager/team.hpp"

namespace opsim::tests {
namespace {

/// A stand-in for CodeDeploy: one deployment that failed ten minutes before, and an old one.
struct Deployments : Model {};
ApiResult<Json> list_ids(Deployments& /*model*/, const Request& /*request*/) {
  return Json{{"deployments", Json::array({"d-OLD", "d-NEW"})}};
}
ApiResult<Json> get_one(Deployments& /*model*/, const Request& request) {
  const bool fresh = request.input["deploymentId"] == "d-NEW";
  const double now =
      std::chrono::duration<double>(request.cloud.sim().start().time_since_epoch()).count();
  return Json{{"deploymentInfo",
               {{"applicationName", "web"},
                {"deploymentGroupName", "fleet"},
                {"createTime", fresh ? now - 600 : now - 100'000},
                {"completeTime", fresh ? now - 60 : now - 90'000}}}};
}
constexpr Operation kDeployOperations[] = {
    {.name = "GetDeployment", .access = Access::read, .now = immediate<Deployments, get_one>},
    {.name = "ListDeployments", .access = Access::read, .now = immediate<Deployments, list_ids>}};
constexpr Service kDeployments{
    .name = "codedeploy",
    .title = "deployments",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Deployments>(); },
    .operations = kDeployOperations,
};
const Service* const kFindingServices[] = {&kOutside, &kDeployments, &kSsmContacts, &kSsmIncidents};

}  // namespace

TEST_SUITE("incident manager: findings") {
  TEST_CASE("a deployment shortly before the incident is a finding, an old one is none") {
    SmallWorld world{kFindingServices};
    const Json incident_template{{"Title", "Errors"}, {"Impact", 1}};
    const std::string plan = "arn:aws:ssm-incidents::123456789012:response-plan/errors";
    world.make("AWS::SSMIncidents::ResponsePlan", "Plan",
               {{"Name", "errors"}, {"IncidentTemplate", incident_template}});
    const std::string arn =
        world.must("ssm-incidents", "StartIncident", {{"responsePlanArn", plan}})
            .at("incidentRecordArn")
            .get<std::string>();
    const Json listed =
        world.must("ssm-incidents", "ListIncidentFindings", {{"incidentRecordArn", arn}});
    REQUIRE(listed.at("findings").size() == 1);
    const Json id = listed.at("findings").at(0).at("id");
    const Json told =
        world.must("ssm-incidents", "BatchGetIncidentFindings",
                   {{"incidentRecordArn", arn}, {"findingIds", Json::array({id, "finding-none"})}});
    const Json& deployment = told.at("findings").at(0).at("details").at("codeDeployDeployment");
    CHECK(deployment.at("deploymentId") == "d-NEW");
    CHECK(deployment.at("deploymentGroupArn") ==
          "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:web/fleet");
    CHECK(deployment.contains("startTime"));
    CHECK(deployment.contains("endTime"));
    CHECK(told.at("errors").at(0).at("findingId") == "finding-none");
  }
}

}  // namespace opsim::tests

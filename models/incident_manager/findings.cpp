// Findings: what was deployed around the time of an incident, as a potential cause of it.
// AWS: Incident Manager User Guide, "Working with findings"; API ListIncidentFindings,
// BatchGetIncidentFindings, Finding.
// SIMPLIFIED: they are looked for when somebody asks, in the incident's own account and Region, and
// the feature is always enabled. UNDOCUMENTED: how long before the incident; here four hours.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/incidents.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

constexpr Duration kBefore = std::chrono::hours{4};
constexpr std::size_t kMostFindings = 100;

struct FindingOf {
  std::string id;
  SimTime from{};
  std::optional<SimTime> until = {};
  Json details = {};
};

std::optional<SimTime> time_of(const Json& object, std::string_view name) {
  return input::time(object, name);
}

/// Whether it went on, or ended, within the time before the incident.
bool is_near(const Incident& incident, const FindingOf& finding) {
  const SimTime end = finding.until.value_or(SimTime::max());
  return finding.from <= incident.created && end >= incident.created - kBefore;
}

void add_times(Json& change, const FindingOf& finding) {
  change["startTime"] = iso8601(finding.from);
  if (finding.until) change["endTime"] = iso8601(*finding.until);
}

void add_deployments(Cloud& cloud, const Incident& incident, std::vector<FindingOf>& found) {
  const auto listed =
      cloud.inspect(incident.place, "codedeploy", "ListDeployments", Json::object());
  if (!listed) return;
  for (const Json& id : listed->at("deployments")) {
    const auto told =
        cloud.inspect(incident.place, "codedeploy", "GetDeployment", {{"deploymentId", id}});
    if (!told) continue;
    const Json& info = told->at("deploymentInfo");
    const auto began = time_of(info, "createTime");
    if (!began) continue;
    FindingOf finding{.id = fmt::format("codedeploy-{}", input::text(id)),
                      .from = *began,
                      .until = time_of(info, "completeTime")};
    if (!is_near(incident, finding)) continue;
    const std::string group =
        opsim::arn(incident.place, "codedeploy",
                   fmt::format("deploymentgroup:{}/{}", input::text(info, "applicationName"),
                               input::text(info, "deploymentGroupName")));
    Json change{{"deploymentGroupArn", group}, {"deploymentId", id}};
    add_times(change, finding);
    finding.details = {{"codeDeployDeployment", std::move(change)}};
    found.push_back(std::move(finding));
  }
}

void add_stacks(Cloud& cloud, const Incident& incident, std::vector<FindingOf>& found) {
  const auto told =
      cloud.inspect(incident.place, "cloudformation", "DescribeStacks", Json::object());
  if (!told) return;
  for (const Json& stack : told->at("Stacks")) {
    auto began = time_of(stack, "LastUpdatedTime");
    if (!began) began = time_of(stack, "CreationTime");
    // A stack that stands since the world began was not deployed just now.
    if (!began || *began <= cloud.sim().start()) continue;
    FindingOf finding{
        .id = fmt::format("cloudformation-{}-{}", input::text(stack, "StackName"), iso8601(*began)),
        .from = *began};
    if (!input::text(stack, "StackStatus").ends_with("IN_PROGRESS")) finding.until = *began;
    if (!is_near(incident, finding)) continue;
    Json change{{"stackArn", input::text(stack, "StackId")}};
    add_times(change, finding);
    finding.details = {{"cloudFormationStackUpdate", std::move(change)}};
    found.push_back(std::move(finding));
  }
}

std::vector<FindingOf> findings_of(Cloud& cloud, const Incident& incident) {
  std::vector<FindingOf> found;
  add_deployments(cloud, incident, found);
  add_stacks(cloud, incident, found);
  std::ranges::stable_sort(found, {}, &FindingOf::from);
  if (found.size() > kMostFindings) found.resize(kMostFindings);
  return found;
}

ApiResult<Incident*> incident_asked_for(Incidents& incidents, const Request& request) {
  const std::string arn = input::text(request.input, "incidentRecordArn");
  Incident* incident = incidents.incident(arn);
  if (incident == nullptr)
    return ApiError{"ResourceNotFoundException", fmt::format("the incident {} does not exist", arn),
                    404};
  return incident;
}

}  // namespace

ApiResult<Json> list_incident_findings(Incidents& incidents, const Request& request) {
  const auto incident = incident_asked_for(incidents, request);
  if (!incident) return incident.error();
  Json findings = Json::array();
  for (const FindingOf& finding : findings_of(incidents.cloud, **incident))
    findings.push_back(
        {{"id", finding.id},
         {"lastModifiedTime",
          iso8601(std::max((*incident)->created, finding.until.value_or(finding.from)))}});
  return Json{{"findings", std::move(findings)}};
}

ApiResult<Json> batch_get_incident_findings(Incidents& incidents, const Request& request) {
  const auto incident = incident_asked_for(incidents, request);
  if (!incident) return incident.error();
  const std::vector<FindingOf> all = findings_of(incidents.cloud, **incident);
  Json findings = Json::array();
  Json errors = Json::array();
  for (const std::string& id : input::texts(request.input, "findingIds")) {
    const auto found = std::ranges::find(all, id, &FindingOf::id);
    if (found == all.end()) {
      errors.push_back({{"code", "ResourceNotFoundException"},
                        {"findingId", id},
                        {"message", fmt::format("The finding {} does not exist.", id)}});
      continue;
    }
    const SimTime created = (*incident)->created;
    findings.push_back(
        {{"id", id},
         {"creationTime", iso8601(created)},
         {"lastModifiedTime", iso8601(std::max(created, found->until.value_or(found->from)))},
         {"details", found->details}});
  }
  return Json{{"findings", std::move(findings)}, {"errors", std::move(errors)}};
}

}  // namespace opsim::incident_manager

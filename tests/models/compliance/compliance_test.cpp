// AWS: Systems Manager API Reference, PutComplianceItems, ListComplianceItems,
// ListComplianceSummaries, ListResourceComplianceSummaries; AWS CLI Command Reference, the examples
// of list-compliance-summaries and list-resource-compliance-summaries.
#include "models/compliance/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

/// Stands for Patch Manager and State Manager: two nodes with patches, one with an association.
struct Known : Model {};
Json item(const char* id, const char* severity, const char* status) {
  return {{"Id", id}, {"Title", id}, {"Severity", severity}, {"Status", status}};
}
ApiResult<Json> patches(Known&, const Request&) {
  const Json fine = item("vim", "UNSPECIFIED", "COMPLIANT");
  return Json{{"Resources",
               {{{"ResourceId", "i-1"},
                 {"ExecutionSummary", {{"ExecutionType", "Command"}}},
                 {"Items",
                  {fine, item("kernel", "CRITICAL", "NON_COMPLIANT"),
                   item("curl", "LOW", "NON_COMPLIANT")}}},
                {{"ResourceId", "i-2"}, {"Items", Json::array({fine})}}}}};
}
ApiResult<Json> associations(Known&, const Request&) {
  return Json{
      {"Resources", Json::array({{{"ResourceId", "i-1"},
                                  {"Items", Json::array({item("a-1", "HIGH", "COMPLIANT")})}}})}};
}
constexpr Operation kKnownOperations[] = {
    {"InspectAssociationCompliance", Access::read, immediate<Known, associations>},
    {"InspectPatchCompliance", Access::read, immediate<Known, patches>}};
const Service kKnown{
    .name = "known",
    .title = "What is known",
    .endpoint = "ssm",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Known>(); },
    .operations = kKnownOperations};
const Service* const kComplianceServices[] = {&kKnown, &kCompliance};

struct ComplianceWorld : SmallWorld {
  ComplianceWorld() : SmallWorld{kComplianceServices} {}
  Json put(Json items, const char* type = "Custom:Antivirus", const char* upload = "COMPLETE") {
    return {{"ComplianceType", type},
            {"ResourceId", "i-1"},
            {"ResourceType", "ManagedInstance"},
            {"ExecutionSummary", {{"ExecutionTime", "2026-03-02T09:00:00Z"}}},
            {"Items", std::move(items)},
            {"UploadType", upload}};
  }
  std::string ids(Json asked) {
    std::string all;
    const Json answer = must("ssm", "ListComplianceItems", asked);
    for (const Json& one : answer.at("ComplianceItems")) all += one["Id"].get<std::string>() + " ";
    return all;
  }
};

Json filter(const char* key, const char* value, const char* type = "EQUAL") {
  return {{"Filters", Json::array({{{"Key", key}, {"Values", {value}}, {"Type", type}}})}};
}

}  // namespace

TEST_SUITE("compliance") {
  TEST_CASE("patches and associations of a node stand in one list") {
    ComplianceWorld world;
    CHECK(world.ids({{"ResourceIds", {"i-1"}}}) == "a-1 vim kernel curl ");
    CHECK(world.ids({{"ResourceIds", {"i-2"}}}) == "vim ");
    CHECK(world.ids(filter("ComplianceType", "Association")) == "a-1 ");
    CHECK(world.ids(filter("Status", "NON_COMPLIANT")) == "kernel curl ");
    CHECK(world.ids(filter("Severity", "CRITICAL", "NOT_EQUAL")) == "a-1 vim curl vim ");
    CHECK(world.ids(filter("Id", "ker", "BEGIN_WITH")) == "kernel ");
    // "Currently, you can only specify one resource ID per call."
    CHECK(world.refusal("ssm", "ListComplianceItems", {{"ResourceIds", {"i-1", "i-2"}}}) ==
          "ValidationException");
    CHECK(world.refusal("ssm", "ListComplianceItems", filter("Id", "x", "LIKE")) ==
          "InvalidFilter");
  }

  TEST_CASE("a node is not compliant while one item is not, as severe as the worst of them") {
    ComplianceWorld world;
    const Json all =
        world.must("ssm", "ListResourceComplianceSummaries")["ResourceComplianceSummaryItems"];
    REQUIRE(all.size() == 3);  // i-1 Association, i-1 Patch, i-2 Patch
    CHECK(all[0]["Status"].get<std::string>() == "COMPLIANT");
    CHECK(all[0]["OverallSeverity"].get<std::string>() == "UNSPECIFIED");
    CHECK(all[0]["CompliantSummary"]["SeveritySummary"]["HighCount"] == 1);
    CHECK(all[1]["Status"].get<std::string>() == "NON_COMPLIANT");
    CHECK(all[1]["OverallSeverity"].get<std::string>() == "CRITICAL");
    CHECK(all[1]["NonCompliantSummary"]["NonCompliantCount"] == 2);
    CHECK(all[1]["CompliantSummary"]["CompliantCount"] == 1);
    CHECK(all[1]["ExecutionSummary"]["ExecutionType"].get<std::string>() == "Command");
  }

  TEST_CASE("a summary counts nodes by type, each by its overall severity") {
    ComplianceWorld world;
    const Json all = world.must("ssm", "ListComplianceSummaries")["ComplianceSummaryItems"];
    REQUIRE(all.size() == 2);
    CHECK(all[1]["ComplianceType"].get<std::string>() == "Patch");
    CHECK(all[1]["CompliantSummary"]["CompliantCount"] == 1);
    CHECK(all[1]["CompliantSummary"]["SeveritySummary"]["UnspecifiedCount"] == 1);
    CHECK(all[1]["NonCompliantSummary"]["NonCompliantCount"] == 1);
    CHECK(all[1]["NonCompliantSummary"]["SeveritySummary"]["CriticalCount"] == 1);
    CHECK(all[1]["NonCompliantSummary"]["SeveritySummary"]["LowCount"] == 0);
  }

  // "This operation overwrites existing compliance information on the resource, so you must provide
  // a full list of compliance items each time"; UploadType PARTIAL only adds.
  TEST_CASE("customers report types of their own, whole or in part") {
    ComplianceWorld world;
    world.must("ssm", "PutComplianceItems",
               world.put({item("engine", "HIGH", "COMPLIANT"), item("rules", "LOW", "COMPLIANT")}));
    const Json by = filter("ComplianceType", "Custom:Antivirus");
    CHECK(world.ids(by) == "engine rules ");
    world.must("ssm", "PutComplianceItems",
               world.put(Json::array({item("rules", "LOW", "NON_COMPLIANT")}), "Custom:Antivirus",
                         "PARTIAL"));
    CHECK(world.ids(by) == "engine rules ");
    world.must("ssm", "PutComplianceItems",
               world.put(Json::array({item("rules", "LOW", "NON_COMPLIANT")})));
    CHECK(world.ids(by) == "rules ");
    // The state changed twice: known, then not compliant.
    CHECK(world.told({EntryKind::event}).size() == 2);
  }

  TEST_CASE("what is put is checked") {
    ComplianceWorld world;
    const auto refused = [&](Json put) { return world.refusal("ssm", "PutComplianceItems", put); };
    CHECK(refused(world.put(Json::array(), "Antivirus")) == "ValidationException");
    CHECK(refused(world.put(Json::array({item("x", "UGLY", "COMPLIANT")}))) ==
          "InvalidItemContentException");
    Json untimed = world.put(Json::array());
    untimed["ExecutionSummary"] = Json::object();
    CHECK(refused(untimed) == "ValidationException");
    for (int i = 0; i < 10; ++i)
      world.must("ssm", "PutComplianceItems",
                 world.put(Json::array(), ("Custom:" + std::to_string(i)).c_str()));
    CHECK(refused(world.put(Json::array())) == "ComplianceTypeCountLimitExceededException");
  }
}

}  // namespace opsim::tests

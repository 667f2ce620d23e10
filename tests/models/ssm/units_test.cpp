// AWS: Systems Manager API Reference, TargetLocation: Accounts may name organizational units;
// IncludeChildOrganizationUnits, ExcludeAccounts.
#include <doctest/doctest.h>

#include "models/organizations/service.hpp"
#include "models/ssm/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kUnitServices[] = {&kSsm, &kOrganizations};

/// A unit with two accounts, below it one with a third.
struct UnitWorld : SmallWorld {
  UnitWorld() : SmallWorld{kUnitServices} {
    above = unit("r-0001", "Production");
    const std::string below = unit(above, "Payments");
    for (const std::string& parent : {above, above, below}) {
      const Json made = must("organizations", "CreateAccount",
                             {{"AccountName", "one"}, {"Email", "one@example.com"}});
      must("organizations", "MoveAccount",
           {{"AccountId", made["CreateAccountStatus"]["AccountId"]},
            {"SourceParentId", "r-0001"},
            {"DestinationParentId", parent}});
    }
    must("ssm", "CreateDocument",
         {{"Name", "Nap"},
          {"DocumentType", "Automation"},
          {"DocumentFormat", "YAML"},
          {"Content",
           "schemaVersion: '0.3'\n"
           "mainSteps: [{ name: nap, action: 'aws:sleep', inputs: { Duration: PT1S } }]"}});
  }
  std::string unit(const std::string& parent, const std::string& name) {
    return must("organizations", "CreateOrganizationalUnit",
                {{"ParentId", parent}, {"Name", name}})["OrganizationalUnit"]["Id"]
        .get<std::string>();
  }
  /// The accounts in which the document ran.
  std::vector<std::string> accounts(const Json& more) {
    Json location{{"Accounts", {above}}, {"Regions", {"us-east-1"}}};
    location.update(more);
    const Json started =
        must("ssm", "StartAutomationExecution",
             {{"DocumentName", "Nap"}, {"TargetLocations", Json::array({location})}});
    run_for(1h);
    const Json seen = must("ssm", "GetAutomationExecution",
                           {{"AutomationExecutionId", started["AutomationExecutionId"]}});
    std::vector<std::string> found;
    for (const Json& step : seen["AutomationExecution"]["StepExecutions"])
      found.push_back(step["TargetLocation"]["Accounts"][0].get<std::string>());
    return found;
  }
  std::string above;
};
using Accounts = std::vector<std::string>;

}  // namespace

TEST_SUITE("ssm: organizational units") {
  TEST_CASE("a unit stands for its accounts; those below are asked for, some are left out") {
    UnitWorld world;
    CHECK(world.accounts(Json::object()) == Accounts{"200000000001", "200000000002"});
    CHECK(world.accounts({{"IncludeChildOrganizationUnits", true}}) ==
          Accounts{"200000000001", "200000000002", "200000000003"});
    CHECK(world.accounts({{"ExcludeAccounts", {"200000000001"}}}) == Accounts{"200000000002"});
    world.must("organizations", "CloseAccount", {{"AccountId", "200000000002"}});
    CHECK(world.accounts(Json::object()) == Accounts{"200000000001"});
  }
}

}  // namespace opsim::tests

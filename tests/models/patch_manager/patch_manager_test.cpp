// AWS-RunPatchBaseline on instances, and what is known of them afterwards.
#include <doctest/doctest.h>

#include "models/compliance/service.hpp"
#include "models/patch_manager/patch_manager.hpp"
#include "models/patch_manager/service.hpp"
#include "models/ssm/service.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

/// Stands for EC2: two instances of one patch group, and who was rebooted.
struct Machines : Model {
  std::vector<std::string> rebooted;
  Duration reboot_takes{};
  SimTime up_since{};
  Cloud* cloud = nullptr;
};
std::optional<double> is_reachable(Model& model, std::string_view, std::string_view) {
  auto& machines = static_cast<Machines&>(model);
  return machines.cloud->sim().now() >= machines.up_since ? 1 : 0;
}
constexpr PhysicalQuantity kMachineQuantities[] = {
    {"AWS::EC2::Instance", "reachable", "", is_reachable, nullptr}};
ApiResult<Json> describe_machines(Machines&, const Request& request) {
  Json instances = Json::array();
  const std::vector<std::string> ids = input::texts(request.input, "InstanceIds");
  for (const char* id : {"i-1", "i-2"}) {
    if (!ids.empty() && std::ranges::find(ids, id) == ids.end()) continue;
    instances.push_back({{"InstanceId", id},
                         {"State", {{"Name", "running"}}},
                         {"IamInstanceProfile", {{"Arn", "arn:aws:iam::1:instance-profile/p"}}},
                         {"Tags", {{{"Key", "Patch Group"}, {"Value", "web"}}}}});
  }
  return Json{{"Reservations", {{{"Instances", instances}}}}};
}
ApiResult<Json> reboot_machines(Machines& machines, const Request& request) {
  for (std::string& id : input::texts(request.input, "InstanceIds"))
    machines.rebooted.push_back(std::move(id));
  machines.up_since = request.cloud.sim().now() + machines.reboot_takes;
  return Json::object();
}
constexpr Operation kMachineOperations[] = {
    {.name = "DescribeInstances",
     .access = Access::read,
     .now = immediate<Machines, describe_machines>},
    {.name = "RebootInstances", .now = immediate<Machines, reboot_machines>},
};
constexpr Service kMachines{
    .name = "ec2",
    .title = "machines",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      auto machines = std::make_unique<Machines>();
      machines->cloud = &cloud;
      return machines;
    },
    .operations = kMachineOperations,
    .quantities = kMachineQuantities,
};
const Service* const kPatchServices[] = {&kMachines, &kPatchManager, &kCompliance, &kSsm};

struct Patching : SmallWorld {
  Patching() : SmallWorld{kPatchServices} {
    // The world begins at 2026-03-02T09:00:00Z.
    const Document section = read_yaml("scenario.yaml", R"(
kernel-5.10.230: { released: 2026-02-20T00:00:00Z, severity: Critical, reboots: yes }
openssl-3.0.13: { released: 2026-02-28T00:00:00Z }
vim-9.1: { released: 2026-02-01T00:00:00Z, classification: Enhancement, severity: Low }
)");
    patch_manager::read_releases(manager(), cloud, section.root);
    for (const char* const id : {"i-1", "i-2"})
      cloud.resources().add({.logical_id = id,
                             .type = "AWS::EC2::Instance",
                             .physical_id = id,
                             .place = cloud.home()});
  }
  patch_manager::PatchManager& manager() {
    return static_cast<patch_manager::PatchManager&>(*cloud.model("patch_manager"));
  }
  void run(const char* operation, const char* reboot = "RebootIfNeeded",
           const char* instance = "i-1") {
    must("ssm", "SendCommand",
         {{"DocumentName", "AWS-RunPatchBaseline"},
          {"InstanceIds", {instance}},
          {"Parameters", {{"Operation", {operation}}, {"RebootOption", {reboot}}}}});
    run_for(1h);
  }
  Json state(const char* instance = "i-1") {
    const Json states = must("ssm", "DescribeInstancePatchStates", {{"InstanceIds", {instance}}});
    return states.at("InstancePatchStates").at(0);
  }
  std::vector<std::string>& rebooted() {
    return static_cast<Machines*>(cloud.model("ec2"))->rebooted;
  }
};

}  // namespace

TEST_SUITE("patch manager") {
  // User Guide, AWS-RunPatchBaseline, "RebootIfNeeded": the node is rebooted, and the command goes
  // on once its agent is back ("Rebooting your managed node from scripts").
  TEST_CASE("the reboot is a part of the command: patches count when it is over") {
    Patching world;
    auto& machines = static_cast<Machines&>(*world.cloud.model("ec2"));
    machines.reboot_takes = 10min;
    const SimTime begun = world.sim.now();
    world.must("ssm", "SendCommand",
               {{"DocumentName", "AWS-RunPatchBaseline"},
                {"InstanceIds", {"i-1"}},
                {"Parameters", {{"Operation", {"Install"}}}}});
    const auto status = [&] {
      const Json all = world.must("ssm", "ListCommandInvocations");
      return all.at("CommandInvocations").at(0).at("Status").get<std::string>();
    };
    while (machines.rebooted.empty() && world.sim.now() < begun + 1h) world.run_for(10s);
    world.run_for(5min);
    CHECK(status() == "InProgress");
    CHECK(world.cloud.read_quantity("i-1", "patches exposed") == 2);
    world.run_for(6min);
    CHECK(status() == "Success");
    CHECK(world.cloud.read_quantity("i-1", "patches exposed") == 1);  // openssl: approved later
    CHECK(machines.rebooted.size() == 1);
  }

  // API Reference, InstancePatchState: CriticalNonCompliantCount is of the baseline's level
  // Critical, SecurityNonCompliantCount of what the advisory calls Security, OtherNonCompliantCount
  // the rest.
  TEST_CASE("what is not compliant is counted as critical, as security, and as neither") {
    Patching world;
    const auto rule = [](const char* classification, const char* level) {
      return Json{
          {"ApproveAfterDays", 0},
          {"ComplianceLevel", level},
          {"PatchFilterGroup",
           {{"PatchFilters", {{{"Key", "CLASSIFICATION"}, {"Values", {classification}}}}}}}};
    };
    const std::string all =
        world
            .must("ssm", "CreatePatchBaseline",
                  {{"Name", "all"},
                   {"OperatingSystem", "AMAZON_LINUX_2"},
                   {"ApprovalRules",
                    {{"PatchRules",
                      {rule("Security", "HIGH"), rule("Enhancement", "LOW")}}}}})["BaselineId"]
            .get<std::string>();
    world.must("ssm", "RegisterPatchBaselineForPatchGroup",
               {{"BaselineId", all}, {"PatchGroup", "web"}});
    world.run("Scan");
    CHECK(world.state().at("CriticalNonCompliantCount") == 0);
    CHECK(world.state().at("SecurityNonCompliantCount") == 2);  // kernel, openssl
    CHECK(world.state().at("OtherNonCompliantCount") == 1);     // vim
    const Json group = world.must("ssm", "DescribePatchGroupState", {{"PatchGroup", "web"}});
    CHECK(group.at("InstancesWithSecurityNonCompliantPatches") == 1);
    CHECK(group.at("InstancesWithCriticalNonCompliantPatches") == 0);
  }

  // Two urgent patches came out on 20 and 28 February; it is 2 March, 9:00.
  TEST_CASE("a report of what is not approved is green, and the instance is exposed") {
    Patching world;
    const std::string none =
        world
            .must("ssm", "CreatePatchBaseline",
                  {{"Name", "nothing"}, {"OperatingSystem", "AMAZON_LINUX_2"}})["BaselineId"]
            .get<std::string>();
    world.must("ssm", "RegisterPatchBaselineForPatchGroup",
               {{"BaselineId", none}, {"PatchGroup", "web"}});
    const auto read = [&](const char* what) {
      return world.cloud.read_quantity("i-1", std::string{"patches "} + what).value_or(-1);
    };
    world.run("Install");
    CHECK(read("missing") == 0);
    CHECK(read("proven") == 1);
    CHECK(read("exposed") == 2);
    CHECK(read("lag-days") == doctest::Approx(10.4).epsilon(.01));
    world.must("ssm", "UpdatePatchBaseline",
               {{"BaselineId", none}, {"ApprovedPatches", {"kernel*", "openssl*"}}});
    CHECK(read("missing") == 2);
    world.run("Install", "NoReboot");
    CHECK(read("exposed") == 1);  // the kernel waits for its reboot
    CHECK(read("proven") == 0);
    world.run("Install");
    CHECK(read("exposed") == 0);
    CHECK(read("proven") == 1);
    const double lag = read("lag-days");
    world.run_for(24h);
    CHECK(read("lag-days") == lag);  // it works
  }

  // The predefined baseline approves security patches seven days after their release: the kernel,
  // and not yet openssl.
  TEST_CASE("a scan tells what is missing and changes nothing") {
    Patching world;
    world.run("Scan");
    CHECK(world.state().at("MissingCount") == 1);
    CHECK(world.state().at("Operation") == "Scan");
    CHECK(world.state().at("NotApplicableCount") == 2);
    CHECK(world.rebooted().empty());
    const Json summary =
        world.must("ssm", "ListComplianceSummaries").at("ComplianceSummaryItems").at(0);
    CHECK(summary.at("NonCompliantSummary").at("NonCompliantCount") == 1);
  }

  TEST_CASE("an install reboots where a patch needs it, and leaves the instance compliant") {
    Patching world;
    world.run("Install");
    CHECK(world.state().at("InstalledCount") == 1);
    CHECK(world.state().at("MissingCount") == 0);
    CHECK(world.rebooted() == std::vector<std::string>{"i-1"});
    world.run("Install");
    CHECK(world.rebooted().size() == 1);  // nothing new: no reboot
    const Json all = world.must("ssm", "ListResourceComplianceSummaries");
    CHECK(all.at("ResourceComplianceSummaryItems").at(0).at("Status") == "COMPLIANT");
    // What nobody looked at is not known.
    CHECK(all.at("ResourceComplianceSummaryItems").size() == 1);
  }

  // "NoReboot: ... patches ... are given a status of InstalledPendingReboot".
  TEST_CASE("without a reboot the patch waits for one, and the instance is not compliant") {
    Patching world;
    world.run("Install", "NoReboot");
    CHECK(world.rebooted().empty());
    CHECK(world.state().at("InstalledPendingRebootCount") == 1);
    const Json patches =
        world.must("ssm", "DescribeInstancePatches", {{"InstanceId", "i-1"}}).at("Patches");
    CHECK(patches.at(0).at("State") == "INSTALLED_PENDING_REBOOT");
  }

  TEST_CASE("a patch group has the baseline that is registered for it; one for each system") {
    Patching world;
    Json rule{
        {"ApproveAfterDays", 0},
        {"ComplianceLevel", "CRITICAL"},
        {"PatchFilterGroup", {{"PatchFilters", {{{"Key", "CLASSIFICATION"}, {"Values", {"*"}}}}}}}};
    Json baseline{{"Name", "everything"},
                  {"OperatingSystem", "AMAZON_LINUX_2"},
                  {"ApprovalRules", {{"PatchRules", Json::array({rule})}}},
                  {"PatchGroups", {"web"}}};
    const std::string id = world.make("AWS::SSM::PatchBaseline", "Everything", baseline);
    CHECK(world
              .must("ssm", "GetPatchBaselineForPatchGroup",
                    {{"PatchGroup", "web"}, {"OperatingSystem", "AMAZON_LINUX_2"}})
              .at("BaselineId") == id);
    world.run("Scan");
    CHECK(world.state().at("MissingCount") == 3);
    CHECK(world.state().at("BaselineId") == id);
    CHECK(world.state().at("CriticalNonCompliantCount") == 3);
    CHECK(world.must("ssm", "DescribePatchGroupState", {{"PatchGroup", "web"}})
              .at("InstancesWithMissingPatches") == 1);
    const Json other = world.must("ssm", "CreatePatchBaseline",
                                  {{"Name", "other"}, {"OperatingSystem", "AMAZON_LINUX_2"}});
    CHECK(world.refusal("ssm", "RegisterPatchBaselineForPatchGroup",
                        {{"BaselineId", other.at("BaselineId")}, {"PatchGroup", "web"}}) ==
          "AlreadyExistsException");
    CHECK(world.refusal("ssm", "DeletePatchBaseline", {{"BaselineId", id}}) ==
          "ResourceInUseException");
    CHECK(world.refusal(
              "ssm", "CreatePatchBaseline",
              {{"Name", "late"},
               {"ApprovalRules", {{"PatchRules", Json::array({{{"ApproveAfterDays", 361}}})}}}}) ==
          "ValidationException");
  }

  TEST_CASE("a patch that cannot be installed is FAILED, and tried again by the next run") {
    Patching world;
    world.manager().releases[1].failure_share = 1;  // the kernel
    REQUIRE(world.manager().releases[1].id == "kernel-5.10.230");
    world.run("Install");
    CHECK(world.state().at("FailedCount") == 1);
    CHECK(world.state().at("MissingCount") == 0);
    CHECK(world.rebooted().empty());
    const Json patches =
        world.must("ssm", "DescribeInstancePatches", {{"InstanceId", "i-1"}}).at("Patches");
    CHECK(patches.at(0).at("State").get<std::string>() == "FAILED");
    world.manager().releases[1].failure_share = 0;
    world.run("Install");
    CHECK(world.state().at("FailedCount") == 0);
    CHECK(world.state().at("InstalledCount") == 1);
  }

  TEST_CASE("scenarios can ask what is missing, and whether it is proven") {
    Patching world;
    using patch_manager::quantities;
    const auto read = [&](std::string_view part) {
      return quantities().front().read(world.manager(), "i-1", part).value_or(-1);
    };
    CHECK(read("missing") == 1);
    CHECK(read("proven") == 0);
    world.run("Install");
    CHECK(read("missing") == 0);
    CHECK(read("proven") == 1);
    world.run_for(std::chrono::days{10});  // openssl is approved by now, and nobody has looked
    CHECK(read("missing") == 1);
    CHECK(read("proven") == 1);
  }
}

}  // namespace opsim::tests

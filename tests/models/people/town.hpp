#pragma once
/// A town of machines whose disks fill, and of people who are called.
#include <doctest/doctest.h>
#include "models/incident_manager/service.hpp"
#include "models/people/people.hpp"
#include "models/people/service.hpp"
#include "models/sns/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

using Lines = std::vector<std::string>;

/// Machines with a disk each: in danger above 90 per cent. A reboot mends what is stuck.
struct Machines : Model {
  explicit Machines(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  std::map<std::string, double, std::less<>> disks;
  Duration shows_after{};  // of a change: a backlog has to be worked off first
  std::string stopped;     // the one that is
  void set_disk(const std::string& id, double percent) {
    disks[id] = percent;
    cloud.set_health(id, percent > 90 ? Health::in_danger : Health::ok,
                     fmt::format("disk at {} %", percent));
  }
};
inline ApiResult<Json> reboot(Machines& machines, const Request& request) {
  for (const Json& id : request.input.at("InstanceIds"))
    machines.set_disk(id.get<std::string>(), machines.disks[id.get<std::string>()]);
  return Json::object();
}
inline ApiResult<Json> describe(Machines& machines, const Request& request) {
  const std::string id = request.input.at("InstanceIds")[0].get<std::string>();
  const Json state{{"Name", id == machines.stopped ? "stopped" : "running"}};
  const Json one{{"InstanceId", id}, {"State", state}};
  const Json reservation{{"Instances", Json::array({one})}};
  return Json{{"Reservations", Json::array({reservation})}};
}
inline ApiResult<Json> start(Machines& machines, const Request& request) {
  machines.stopped.clear();
  machines.cloud.set_health(request.input.at("InstanceIds")[0].get<std::string>(), Health::ok,
                            "running");
  return Json::object();
}
inline std::optional<double> read_disk(Model& model, std::string_view id, std::string_view) {
  const auto& disks = static_cast<Machines&>(model).disks;
  const auto found = disks.find(id);
  return found == disks.end() ? std::nullopt : std::optional{found->second};
}
inline void change_disk(Model& model, std::string_view id, std::string_view, Change change) {
  auto& machines = static_cast<Machines&>(model);
  if (machines.shows_after == Duration{}) return machines.set_disk(std::string{id}, change.value);
  machines.disks.insert_or_assign(std::string{id}, change.value);
  machines.cloud.sim().after(
      machines.shows_after,
      [&machines, one = std::string{id}, value = change.value] { machines.set_disk(one, value); });
}
/// What a runbook of a person may call: it sets a disk to what the input says.
inline ApiResult<Json> clean(Machines& machines, const Request& request) {
  machines.set_disk(request.input.at("Instance").get<std::string>(),
                    request.input.at("To").get<double>());
  return Json::object();
}
inline constexpr Operation kMachineOperations[] = {
    {.name = "CleanDisk", .now = immediate<Machines, clean>},
    {.name = "DescribeInstances", .access = Access::read, .now = immediate<Machines, describe>},
    {.name = "RebootInstances", .now = immediate<Machines, reboot>},
    {.name = "StartInstances", .now = immediate<Machines, start>}};
inline constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::EC2::Instance", "disk", "%", read_disk, change_disk}};
inline constexpr Membership kMemberships[] = {
    {"AWS::AutoScaling::AutoScalingGroup", [](Model&, std::string_view) {
       return std::vector<std::string>{"i-1", "i-2"};
     }}};
inline constexpr Service kMachines{
    .name = "ec2",
    .title = "machines",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Machines>(cloud);
    },
    .operations = kMachineOperations,
    .quantities = kQuantities,
    .memberships = kMemberships,
};
inline const Service* const kServices[] = {&kMachines, &kPeople, &kSns, &kSsmContacts,
                                           &kSsmIncidents};

inline constexpr const char* kQuick =
    "{acknowledges: 4min, diagnoses: 3min, fixes: 10min, fixes well: 100 %, answers: 100 %}";

struct Town : SmallWorld {
  explicit Town(const std::string& people = fmt::format("ann: {}", kQuick), Seed seed = Seed{1})
      : SmallWorld{kServices, seed} {
    const Document document = read_yaml("scenario.yaml", people);
    kPeople.sections[0].read(*cloud.model("people"), cloud, document.root);
    for (const char* id : {"i-1", "i-2"}) {
      cloud.resources().add({.logical_id = id,
                             .type = "AWS::EC2::Instance",
                             .physical_id = id,
                             .place = cloud.home()});
      machines().disks[id] = 50;
    }
    for (const char* alias : {"ann", "bob"}) add_contact(alias);
  }
  void add_contact(const std::string& alias, const std::string& logical_id = {}) {
    const std::string name = logical_id.empty() ? alias + "-contact" : logical_id;
    const std::string contact =
        make("AWS::SSMContacts::Contact", name,
             {{"Alias", alias}, {"Type", "PERSONAL"}, {"Plan", Json::array()}});
    const std::string channel = make("AWS::SSMContacts::ContactChannel", alias + "-sms",
                                     {{"ContactId", contact},
                                      {"ChannelName", "sms"},
                                      {"ChannelType", "SMS"},
                                      {"ChannelAddress", "+15550100"}});
    const Json target{{"ChannelId", channel}, {"RetryIntervalInMinutes", 5}};
    const Json stage{{"DurationInMinutes", 30},
                     {"Targets", Json::array({{{"ChannelTargetInfo", target}}})}};
    make("AWS::SSMContacts::Plan", alias + "-plan",
         {{"ContactId", contact}, {"Stages", Json::array({stage})}});
  }
  Machines& machines() { return static_cast<Machines&>(*cloud.model("ec2")); }
  /// A disk fills, and an incident follows from it.
  std::string break_disk(const std::string& id, const std::string& contact = "ann") {
    const CauseScope because{sim, journal.write({.kind = EntryKind::fault,
                                                 .level = Level::goals,
                                                 .subject = id,
                                                 .text = "disk fills"})};
    machines().set_disk(id, 95);
    return start_incident(contact, "Disk of " + id);
  }
  std::string start_incident(const std::string& contact, const std::string& title) {
    const std::string plan_name = fmt::format("plan-{}", ++plans);
    const std::string arn =
        fmt::format("arn:aws:ssm-contacts:us-east-1:123456789012:contact/{}", contact);
    make("AWS::SSMIncidents::ResponsePlan", plan_name,
         {{"Name", plan_name},
          {"Engagements", Json::array({arn})},
          {"IncidentTemplate", {{"Title", title}, {"Impact", 2}}}});
    const auto answer = deliver("arn:aws:ssm-incidents::123456789012:response-plan/" + plan_name,
                                "{}", {}, "alarm");
    REQUIRE(answer.has_value());
    return answer->at("incidentRecordArn").get<std::string>();
  }
  std::string status(const std::string& incident) {
    return must("ssm-incidents", "GetIncidentRecord", {{"arn", incident}})
        .at("incidentRecord")
        .at("status")
        .get<std::string>();
  }
  /// "acknowledged", "repaired", ... of one person or of all.
  std::vector<std::string> acts(std::string_view person = {}) const {
    std::vector<std::string> all;
    for (const JournalEntry& entry : journal.entries())
      if (entry.kind == EntryKind::person && (person.empty() || entry.subject == person))
        all.push_back(entry.detail.at("act").get<std::string>());
    return all;
  }
  const JournalEntry& entry(std::string_view act) const {
    for (const JournalEntry& one : journal.entries())
      if (one.kind == EntryKind::person && one.detail.at("act") == act) return one;
    FAIL("nobody " << act);
    return journal.entries().front();
  }
  int plans = 0;
};

}  // namespace opsim::tests

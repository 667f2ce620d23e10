// What a person finds, and how it is repaired.
#include <fmt/format.h>

#include <algorithm>

#include "models/people/people.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/look_up.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::people {

namespace {

/// The usual repairs of a machine: estimate, what a clean-up leaves.
const std::vector<Repair>& usual_repairs() {
  static const std::vector<Repair> kUsual = {{"disk", {Change::How::to, 40}, "%"},
                                             {"memory", {Change::How::to, 40}, "%"}};
  return kUsual;
}

constexpr Duration kLook = std::chrono::seconds{15};      // estimate: how often one looks again
constexpr Duration kPatience = std::chrono::minutes{10};  // estimate: how long one waits for a boot
constexpr Duration kLongPatience = std::chrono::hours{1};  // ... for what a call has set going

void add_once(std::vector<std::string>& names, std::string name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

/// A group is repaired by its members; one whose members are all well is left as it is.
void add_unwell(Cloud& cloud, std::string_view name, std::vector<std::string>& wrong) {
  const Resource* resource = cloud.resources().find(name);
  const std::string id = resource == nullptr ? std::string{name} : resource->physical_id;
  bool member = false;
  for (const std::string& one : cloud.members(id)) {
    if (one == id || cloud.health(one) == Health::ok) continue;
    member = true;
    add_once(wrong, one);
  }
  if (!member && cloud.health(id) != Health::ok) add_once(wrong, id);
}

/// What an entry on the way to the page is about, where it is about how something is.
std::string subject_of(const JournalEntry& entry) {
  const bool tells = entry.kind == EntryKind::health || entry.kind == EntryKind::metric ||
                     entry.kind == EntryKind::fault;
  if (!tells) return {};
  const std::string resource = input::text(entry.detail, "resource");
  return resource.empty() ? entry.subject : resource;
}

/// Whether a change would make any difference, and for the better as far as one can tell: a fill
/// level is only lowered.
bool would_help(const Repair& repair, std::optional<double> now, bool usual) {
  if (!now) return false;
  if (repair.change.how == Change::How::by) return repair.change.value != 0;
  return usual ? *now > repair.change.value : *now != repair.change.value;
}

std::string describe(const Repair& repair) {
  const bool to = repair.change.how == Change::How::to;
  return fmt::format("{} {} {:g}{}{}", repair.quantity, to ? "to" : "by", repair.change.value,
                     repair.unit.empty() ? "" : " ", repair.unit);
}

CauseId write_repair(People& people, const Person& person, const Notice& notice,
                     const std::string& resource, std::string_view how) {
  return write_act(people, person, notice, "repaired",
                   fmt::format("repaired {}: {}", people.cloud.resources().name_of(resource), how),
                   resource);
}

enum class Repaired : std::uint8_t { no, perhaps, yes };

/// Perhaps: something was changed, and what stands on it has not answered yet.
Repaired change_quantities(People& people, const Person& person, const Notice& notice,
                           const std::string& resource) {
  Cloud& cloud = people.cloud;
  const bool usual = person.spec.can_fix.empty();
  Repaired so_far = Repaired::no;
  for (const Repair& repair : usual ? usual_repairs() : person.spec.can_fix) {
    if (!would_help(repair, cloud.read_quantity(resource, repair.quantity), usual)) continue;
    const CauseScope because{cloud.sim(),
                             write_repair(people, person, notice, resource, describe(repair))};
    cloud.change_quantity(resource, repair.quantity, repair.change);
    if (cloud.health(resource) == Health::ok) return Repaired::yes;
    so_far = Repaired::perhaps;
  }
  return so_far;
}

Process<bool> becomes_well(Cloud& cloud, std::string resource, Duration patience = kPatience) {
  const SimTime until = cloud.sim().now() + patience;
  while (cloud.health(resource) != Health::ok && cloud.sim().now() < until)
    co_await cloud.sim().sleep(kLook);
  co_return cloud.health(resource) == Health::ok;
}

/// A call on the instance, and the wait for what it does.
Process<bool> turn(People& people, const Person& person, Notice notice, std::string resource,
                   std::string operation, std::string_view how) {
  Cloud& cloud = people.cloud;
  const CauseScope because{cloud.sim(), write_repair(people, person, notice, resource, how)};
  Json input{{"InstanceIds", Json::array({resource})}};
  Caller caller = caller_of(people, person, cloud.resources().find(resource)->place.region);
  const ApiResult<Json> answer =
      co_await cloud.call(std::move(caller), "ec2", std::move(operation), std::move(input));
  if (!answer) co_return false;
  co_return co_await becomes_well(cloud, std::move(resource));
}

/// What the console shows: one that is stopped is started, and not rebooted first.
bool is_stopped(Cloud& cloud, const Resource& instance) {
  const Json question{{"InstanceIds", Json::array({instance.physical_id})}};
  const ApiResult<Json> told = cloud.inspect(instance.place, "ec2", "DescribeInstances", question);
  if (!told) return false;
  for (const Json& reservation : input::member(*told, "Reservations"))
    for (const Json& one : input::member(reservation, "Instances"))
      return input::text(input::member(one, "State"), "Name") == "stopped";
  return false;
}

/// The one thing that this person knows to do: a revision goes back, a runbook is started.
Process<bool> make_call(People& people, const Person& person, Notice notice, std::string resource) {
  Cloud& cloud = people.cloud;
  const std::string& what = person.spec.fixes_by_calling;
  const CauseScope because{
      cloud.sim(), write_repair(people, person, notice, resource, fmt::format("calls {}", what))};
  Caller caller = caller_of(people, person, cloud.home().region);
  const auto colon = what.find(':');
  std::string operation = what.substr(colon + 1);
  Json input = person.spec.call_input;
  look_up_ids(cloud, input);
  const ApiResult<Json> answer = co_await cloud.call(std::move(caller), what.substr(0, colon),
                                                     std::move(operation), std::move(input));
  if (!answer) {
    write_act(
        people, person, notice, "wrong fix",
        fmt::format("{} was refused: {}: {}", what, answer.error().code, answer.error().message),
        resource);
    co_return false;
  }
  co_return co_await becomes_well(cloud, std::move(resource), kLongPatience);
}

}  // namespace

std::vector<std::string> what_is_wrong(Cloud& cloud, CauseId page) {
  std::vector<std::string> wrong;
  for (const JournalEntry* entry : cloud.journal().chain(page))
    if (const std::string subject = subject_of(*entry); !subject.empty())
      add_unwell(cloud, subject, wrong);
  if (wrong.empty())
    for (const std::string& name : cloud.unhealthy()) add_unwell(cloud, name, wrong);
  return wrong;
}

Process<bool> repair(People& people, const Person& person, Notice notice, std::string resource) {
  if (!person.spec.fixes_by_calling.empty())
    co_return co_await make_call(people, person, notice, resource);
  const Repaired changed = change_quantities(people, person, notice, resource);
  if (changed == Repaired::yes) co_return true;
  // What was put right shows at the end of this instant, or once a backlog is worked off.
  if (changed == Repaired::perhaps && co_await becomes_well(people.cloud, resource)) co_return true;
  const Resource* known = people.cloud.resources().find(resource);
  if (person.spec.can_fix.empty() && known != nullptr && known->type == "AWS::EC2::Instance") {
    const bool stopped = is_stopped(people.cloud, *known);
    if (!stopped &&
        co_await turn(people, person, notice, resource, "RebootInstances", "rebooted it"))
      co_return true;
    if (co_await turn(people, person, notice, resource, "StartInstances", "started it"))
      co_return true;
  }
  write_act(people, person, notice, "wrong fix",
            fmt::format("knew nothing that helps {}", people.cloud.resources().name_of(resource)),
            resource);
  co_return false;
}

}  // namespace opsim::people

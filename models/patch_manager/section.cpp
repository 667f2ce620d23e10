// The section `patches:` of a scenario, what can be asked of an instance, and how people patch by
// hand.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/patch_manager/patch_manager.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::patch_manager {

namespace {

constexpr std::string_view kClassifications[] = {"Bugfix",         "CriticalUpdates", "Enhancement",
                                                 "Newpackage",     "Recommended",     "Security",
                                                 "SecurityUpdates"};
constexpr std::string_view kSeverities[] = {"Critical", "Important", "Low", "Medium"};
constexpr Shape kClassification{.kind = Kind::text, .allowed = kClassifications};
constexpr Shape kSeverity{.kind = Kind::text, .allowed = kSeverities};
constexpr Shape kMoment{.kind = Kind::time, .example = "2026-03-10T17:00:00Z"};
constexpr Shape kYes{.kind = Kind::boolean};
constexpr Shape kReleaseFails{.kind = Kind::percent, .min = 0, .max = 100, .example = "2 %"};
constexpr Shape kWord{.kind = Kind::text};
constexpr Field kReleaseFields[] = {
    {.name = "classification", .shape = &kClassification, .doc = "Security where it is left out."},
    {.name = "fails", .shape = &kReleaseFails, .doc = "How many installations fail; none."},
    {.name = "product", .shape = &kWord, .doc = "What baselines filter by; all products."},
    {.name = "reboots", .shape = &kYes, .doc = "Whether it works after a reboot only; no."},
    {.name = "released", .shape = &kMoment, .need = Need::required, .doc = "When it came out."},
    {.name = "severity", .shape = &kSeverity, .doc = "Important where it is left out."},
    {.name = "windows", .shape = &kYes, .doc = "For Windows instead of Linux; no."},
};
constexpr Shape kRelease{.kind = Kind::mapping, .fields = kReleaseFields};

std::string text_at(const Node& release, std::string_view key, std::string_view otherwise) {
  const std::optional<Node> found = release.find(key);
  return found ? std::string{found->spelling()} : std::string{otherwise};
}

bool yes_at(const Node& release, std::string_view key) {
  const std::optional<Node> found = release.find(key);
  return found && found->as_boolean().value_or(false);
}

// ---- What can be asked of an instance ----

std::optional<Machine> machine_of(PatchManager& manager, std::string_view resource) {
  const Resource* known = manager.cloud.resources().find(resource);
  return look(manager, known != nullptr ? known->place : manager.cloud.home(), resource);
}

/// "patches missing", what is approved and not there; "patches exposed", what is urgent and does
/// not work, approved or not; "patches lag-days", the days that took; "patches proven": 1 where the
/// last report says compliant.
std::optional<double> read_patches(Model& model, std::string_view resource, std::string_view part) {
  auto& manager = static_cast<PatchManager&>(model);
  const std::optional<Machine> machine = machine_of(manager, resource);
  if (!machine) return std::nullopt;
  if (part == "missing") return static_cast<double>(missing(manager, *machine));
  if (part == "exposed") return static_cast<double>(exposed(manager, *machine));
  if (part == "lag-days") return std::round(longest_lag(manager, *machine) * 100) / 100;
  if (part != "proven") return std::nullopt;
  const auto report = manager.reports.find({machine->place, machine->id});
  return report != manager.reports.end() && report->second.compliant() ? 1.0 : 0.0;
}

constexpr PhysicalQuantity kQuantities[] = {
    {.of = "AWS::EC2::Instance", .name = "patches", .unit = "", .read = read_patches},
    {.of = "AWS::EC2::Instance", .name = "reboot-by", .unit = "", .read = read_reboot_by},
};

// ---- By hand ----

constexpr Shape kTarget{.kind = Kind::text, .example = "WebFleet"};
constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 10min, p99 30min)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "5 %"};
constexpr Field kByHandFields[] = {
    {.name = "forgetting", .shape = &kShare, .doc = "How many are left out by mistake; none."},
    {.name = "on", .shape = &kTarget, .need = Need::required, .doc = "An instance, or a group."},
    {.name = "taking", .shape = &kTakes, .doc = "For each, one after the other; 10 min."},
};
constexpr Shape kByHand{.kind = Kind::mapping, .fields = kByHandFields};

void write_by_hand(PatchManager& manager, const std::string& instance, std::string_view more) {
  const Resources& resources = manager.cloud.resources();
  manager.cloud.journal().write({.kind = EntryKind::note,
                                 .level = Level::story,
                                 .subject = std::string{resources.name_of(instance)},
                                 .text = fmt::format("{} patched by hand{}", instance, more),
                                 .source = std::string{resources.source_of(instance)}});
}

/// Somebody logs in to one after the other, updates everything and reboots. Nobody writes it down.
Process<> patch_by_hand(PatchManager& manager, std::vector<std::string> instances,
                        Distribution takes, double forgets, std::string luck) {
  Stream& stream = manager.cloud.sim().random(luck + "patch by hand");
  for (const std::string& id : instances) {
    const Duration pause = takes.sample_duration(stream);
    if (stream.uniform() < forgets) continue;
    co_await manager.cloud.sim().sleep(pause);
    const std::optional<Machine> machine = machine_of(manager, id);
    if (!machine) continue;
    const bool reboots = install(manager, *machine);
    rebooted(manager, id);
    write_by_hand(manager, id, reboots ? "; reboots" : "");
    if (!reboots) continue;
    Caller person{machine->place,
                  fmt::format("arn:aws:iam::{}:user/operator", machine->place.account), ""};
    Json which{{"InstanceIds", Json::array({id})}};
    co_await manager.cloud.call(std::move(person), "ec2", "RebootInstances", std::move(which));
  }
}

void begin_by_hand(Model& model, const FaultRequest& request) {
  auto& manager = static_cast<PatchManager&>(model);
  const std::string takes = text_at(request.arguments, "taking", "10min");
  const ParsedDistribution parsed = Distribution::parse(takes);
  const double forgets =
      parse_percent(text_at(request.arguments, "forgetting", "0 %")).value_or(0) / 100;
  if (!parsed) return;
  manager.cloud.sim().spawn(
      patch_by_hand(manager, request.targets, *parsed, forgets, request.luck));
}

constexpr std::string_view kRebootOptions[] = {"NoReboot", "RebootIfNeeded"};
constexpr Shape kRebootOption{.kind = Kind::text, .allowed = kRebootOptions};
constexpr Field kPatchNowFields[] = {
    {.name = "on", .shape = &kTarget, .need = Need::required, .doc = "An instance, or a group."},
    {.name = "rebooting", .shape = &kRebootOption, .doc = "RebootIfNeeded where it is not said."},
};
constexpr Shape kPatchNow{
    .kind = Kind::mapping,
    .doc =
        "Somebody takes Patch now in the console: all that is approved is installed, so many at "
        "a time as Patch Manager decides.",
    .fields = kPatchNowFields};

constexpr Fault kFaults[] = {{"log in and patch", &kByHand, begin_by_hand},
                             {"patch now", &kPatchNow, begin_patch_now}};

// ---- The same as a habit, under the baseline that it takes the place of ----

constexpr Shape kAfter{.kind = Kind::duration, .example = "9d"};
constexpr Field kHabitFields[] = {
    {.name = "after", .shape = &kAfter, .need = Need::required, .doc = "Since the start."},
    {.name = "forgetting", .shape = &kShare, .doc = "How many are left out by mistake; none."},
    {.name = "on", .shape = &kTarget, .need = Need::required, .doc = "An instance, or a group."},
    {.name = "taking", .shape = &kTakes, .doc = "For each, one after the other; 10 min."},
};
constexpr Shape kHabit{.kind = Kind::mapping, .fields = kHabitFields};
constexpr Field kBaselineFields[] = {
    {.name = "by hand", .shape = &kHabit, .doc = "People log in and patch; nobody records it."}};
constexpr Shape kBaselinePhysics{.kind = Kind::mapping, .fields = kBaselineFields};

void apply_habit(Model& model, const PhysicsRequest& request) {
  auto& manager = static_cast<PatchManager&>(model);
  const std::optional<Node> habit = request.values.find("by hand");
  if (!habit) return;
  const Duration after = parse_duration(text_at(*habit, "after", "0s")).value_or(Duration{});
  const ParsedDistribution takes = Distribution::parse(text_at(*habit, "taking", "10min"));
  const double forgets = parse_percent(text_at(*habit, "forgetting", "0 %")).value_or(0) / 100;
  if (!takes) return;
  manager.cloud.sim().after(
      after, [&manager, on = text_at(*habit, "on", ""), takes = *takes, forgets] {
        const Resource* named = manager.cloud.resources().find_named(on);
        if (named == nullptr) return;
        manager.cloud.sim().spawn(patch_by_hand(manager, manager.cloud.members(named->physical_id),
                                                takes, forgets, on + "/"));
      });
}

constexpr Physics kPhysics[] = {
    {.of = "AWS::SSM::PatchBaseline", .shape = &kBaselinePhysics, .apply = apply_habit}};

}  // namespace

extern constexpr Shape kReleasesShape{
    .kind = Kind::table, .doc = "What vendors release, by its name.", .of = &kRelease};

void read_releases(Model& model, Cloud&, const Node& section) {
  auto& manager = static_cast<PatchManager&>(model);
  for (const auto& [name, release, at] : section.entries()) {
    Patch patch;
    patch.id = name;
    patch.windows = yes_at(release, "windows");
    patch.classification =
        text_at(release, "classification", patch.windows ? "SecurityUpdates" : "Security");
    patch.severity = text_at(release, "severity", "Important");
    patch.product = text_at(release, "product", "*");
    patch.reboots = yes_at(release, "reboots");
    patch.failure_share = parse_percent(text_at(release, "fails", "0 %")).value_or(0) / 100;
    patch.released = parse_iso8601(text_at(release, "released", "")).value_or(SimTime{});
    manager.releases.push_back(std::move(patch));
  }
  std::ranges::stable_sort(manager.releases, {}, &Patch::released);
}

std::span<const PhysicalQuantity> quantities() { return kQuantities; }
std::span<const Fault> faults() { return kFaults; }
std::span<const Physics> physics() { return kPhysics; }

}  // namespace opsim::patch_manager

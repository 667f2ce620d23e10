// Damage that nobody sees: what a resource holds is backed up faithfully, every job says COMPLETED,
// and only who restores it and looks finds that it is of no use. A scenario's, not AWS's.
//
// A vault is in danger while recovery points are added to it that cannot be used, and down when it
// holds none of a resource that could.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/backup/backup.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::backup {

namespace {

constexpr Shape kPart{.kind = Kind::percent, .min = 0, .max = 100, .example = "5 %"};
constexpr Shape kWhose{.kind = Kind::text, .min = 1};
constexpr Field kDamageFields[] = {
    {.name = "by", .shape = &kPart, .doc = "How much of the data is of no use (100 %)."},
    {.name = "on",
     .shape = &kWhose,
     .need = Need::required,
     .doc = "What is backed up: an instance, a database, a table, a file system."},
};

const Resource* stands(Backup& backup, std::string_view id) {
  return backup.cloud.resources().find(id);
}

double damage_of(const Backup& backup, const std::string& arn) {
  const auto found = backup.damage.find(arn);
  return found == backup.damage.end() ? 0 : found->second.percent;
}

/// What the points of one resource in one vault come to.
struct Holding {
  const Point* newest = nullptr;
  const Point* newest_usable = nullptr;
};

std::map<std::string, Holding> holdings(const Backup& backup, const Place& place,
                                        const std::string& vault) {
  std::map<std::string, Holding> all;
  const auto newer = [](const Point& point, const Point* than) {
    return than == nullptr || point.created > than->created;
  };
  for (const auto& [id, point] : backup.points) {
    if (point.place != place || point.vault != vault) continue;
    Holding& holding = all[point.resource];
    if (newer(point, holding.newest)) holding.newest = &point;
    if (point.damage == 0 && newer(point, holding.newest_usable)) holding.newest_usable = &point;
  }
  return all;
}

void judge_vaults_of(Backup& backup, const std::string& resource) {
  std::set<std::pair<Place, std::string>> vaults;
  for (const auto& [id, point] : backup.points)
    if (point.resource == resource) vaults.emplace(point.place, point.vault);
  for (const auto& [place, vault] : vaults) judge_vault(backup, place, vault);
}

/// The resources of which a vault, by its name, holds recovery points.
std::set<std::string> kept_in(const Backup& backup, std::string_view vault) {
  std::set<std::string> resources;
  for (const auto& [id, point] : backup.points)
    if (point.vault == vault) resources.insert(point.resource);
  return resources;
}

void set_damage(Backup& backup, const std::string& resource, double percent) {
  backup.ever_damaged = true;
  if (percent <= 0)
    backup.damage.erase(resource);
  else
    backup.damage[resource] = {std::min(percent, 100.0), backup.cloud.sim().cause()};
  judge_vaults_of(backup, resource);
}

/// What came of the points that are of no use, since the damage was done.
std::vector<std::string> explain_damage(Backup& backup, const Point& useless) {
  const JournalEntry* done = backup.cloud.journal().find(useless.damage_cause);
  const SimTime since = done == nullptr ? SimTime{} : done->at;
  const auto jobs = std::ranges::count_if(backup.jobs, [&](const auto& entry) {
    const Job& job = entry.second;
    return job.resource == useless.resource && job.state == "COMPLETED" && job.completed >= since;
  });
  int restored = 0;
  int validated = 0;
  for (const auto& [id, job] : backup.restores) {
    if (job.source != useless.resource || job.point_created < since) continue;
    restored += job.status == "COMPLETED" ? 1 : 0;
    validated += job.validation == "SUCCESSFUL" || job.validation == "FAILED" ? 1 : 0;
  }
  const std::string name{backup.cloud.resources().name_of(useless.resource)};
  std::vector<std::string> lines{
      fmt::format("{} backup jobs of {} completed since: a job copies what it finds, of use or not",
                  jobs, name)};
  if (restored == 0)
    lines.push_back("nobody restored what they made");
  else if (validated == 0)
    lines.push_back(
        fmt::format("{} restores of what they made completed, and nobody looked at what "
                    "they restored: no validation had a result",
                    restored));
  return lines;
}

double changed(double before, Change change) {
  return change.how == Change::How::to ? change.value : before + change.value;
}

}  // namespace

extern constexpr Shape kDamageShape{
    .kind = Kind::mapping,
    .doc =
        "What is backed up from now on is of no use, though every backup job completes: only a "
        "restore that is looked at shows it.",
    .fields = kDamageFields};

void begin_damage(Model& model, const FaultRequest& request) {
  Backup& backup = static_cast<Backup&>(model);
  const std::string by = fault_text(request, "by");
  const auto percent = by.empty() ? std::nullopt : parse_percent(by);
  for (const std::string& target : request.targets) {
    const Resource* resource = stands(backup, target);
    if (resource != nullptr && !resource->arn.empty())
      set_damage(backup, std::string{resource->arn}, percent.value_or(100));
  }
}

void judge_vault(Backup& backup, const Place& place, const std::string& vault) {
  if (!backup.ever_damaged) return;
  Health health = Health::ok;
  std::string why = "what is backed up can be used";
  CauseId cause = backup.cloud.sim().cause();
  for (const auto& [resource, holding] : holdings(backup, place, vault)) {
    const std::string name{backup.cloud.resources().name_of(resource)};
    if (holding.newest_usable == nullptr) {
      health = Health::down;
      why = fmt::format("no recovery point of {} can be used any more", name);
      cause = holding.newest->damage_cause;
      break;
    }
    if (holding.newest->damage == 0 || damage_of(backup, resource) == 0) continue;
    health = Health::in_danger;
    why = fmt::format("recovery points of {} are of no use; the last good one is of {}", name,
                      moment(holding.newest_usable->created));
    cause = holding.newest->damage_cause;
  }
  const CauseScope because{backup.cloud.sim(), cause};
  backup.cloud.set_health(vault, health, why);
}

std::vector<std::string> explain(Model& model, std::string_view subject) {
  Backup& backup = static_cast<Backup&>(model);
  const Resource* vault = stands(backup, subject);
  if (vault == nullptr || vault->type != "AWS::Backup::BackupVault") return {};
  std::vector<std::string> lines;
  for (const auto& [resource, holding] : holdings(backup, vault->place, vault->physical_id)) {
    if (holding.newest->damage == 0) continue;
    for (std::string& line : explain_damage(backup, *holding.newest))
      lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<double> read_damage(Model& model, std::string_view id, std::string_view) {
  Backup& backup = static_cast<Backup&>(model);
  const Resource* resource = stands(backup, id);
  return resource == nullptr ? std::nullopt : std::optional{damage_of(backup, resource->arn)};
}

void change_damage(Model& model, std::string_view id, std::string_view, Change change) {
  Backup& backup = static_cast<Backup&>(model);
  const Resource* resource = stands(backup, id);
  if (resource == nullptr || resource->arn.empty()) return;
  const std::string arn = resource->arn;
  set_damage(backup, arn, changed(damage_of(backup, arn), change));
}

std::optional<double> read_vault_damage(Model& model, std::string_view id, std::string_view) {
  const Backup& backup = static_cast<Backup&>(model);
  double worst = 0;
  for (const std::string& resource : kept_in(backup, id))
    worst = std::max(worst, damage_of(backup, resource));
  return worst;
}

void change_vault_damage(Model& model, std::string_view id, std::string_view, Change change) {
  Backup& backup = static_cast<Backup&>(model);
  for (const std::string& resource : kept_in(backup, id))
    set_damage(backup, resource, changed(damage_of(backup, resource), change));
}

}  // namespace opsim::backup

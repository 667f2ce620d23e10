// Which resources an experiment aims at: looked up once, at its start.
// AWS: FIS User Guide, "Targets": all tags must match; filters are ANDed, the values of one ORed;
// selectionMode chooses at random.
// SIMPLIFIED: in experiments over several accounts the selection counts over all of them together.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <ranges>
#include <utility>

#include "models/fis/actions.hpp"
#include "models/fis/effects.hpp"
#include "models/fis/experiment.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

/// "Reservations/Instances" of an answer, flattened: taken out of it.
void collect(Json& answer, std::string_view path, std::vector<Json>& into) {
  if (!answer.is_object()) return;
  const auto slash = path.find('/');
  const auto list = answer.find(path.substr(0, slash));
  if (list == answer.end() || !list->is_array()) return;
  for (Json& item : *list) {
    if (slash == path.npos)
      into.push_back(std::move(item));
    else
      collect(item, path.substr(slash + 1), into);
  }
}

/// The texts at "Placement.AvailabilityZone" or "NetworkInterfaces.SubnetId": lists are walked.
void texts_at(const Json& value, std::string_view path, std::vector<std::string>& into) {
  if (value.is_array()) {
    for (const Json& item : value) texts_at(item, path, into);
    return;
  }
  if (path.empty()) {
    into.push_back(input::text(value));
    return;
  }
  const auto dot = path.find('.');
  const Json& inner = input::member(value, path.substr(0, dot));
  if (!inner.is_null())
    texts_at(inner, dot == path.npos ? std::string_view{} : path.substr(dot + 1), into);
}

bool has_any(const Json& described, std::string_view path, const std::vector<std::string>& values) {
  std::vector<std::string> found;
  texts_at(described, path, found);
  return std::ranges::any_of(found, [&](const std::string& text) {
    return std::ranges::find(values, text) != values.end();
  });
}

Texts tags_of(Cloud& cloud, const Json& described, const Resolved& resolved) {
  for (const char* member : {"Tags", "TagList", "tags"})
    if (const Json& tags = input::member(described, member); !tags.is_null())
      return input::tags(tags);
  const Resource* known = cloud.resources().find(resolved.id);
  if (known == nullptr) known = cloud.resources().find(resolved.arn);
  return known == nullptr ? Texts{} : known->tags;
}

Resolved resolved_of(const TargetRow& row, const Place& place, Json described) {
  Resolved found;
  found.place = place;
  found.id = described.is_string() ? described.get<std::string>() : input::text(described, row.id);
  const bool part = row.arn.ends_with('/') || row.arn.empty();
  if (part) {
    const Place global{"", ""};
    found.arn =
        arn(row.service == "s3" ? global : place, row.service, std::string{row.arn} + found.id);
  } else {
    found.arn = input::text(described, row.arn);
  }
  found.described = std::move(described);
  return found;
}

std::vector<Resolved> all_of(Fis& fis, const TargetSpec& spec, const Place& place) {
  const TargetRow& row = *spec.row;
  std::vector<Resolved> found;
  std::vector<Json> described;
  if (row.find != nullptr) {
    described = row.find(fis.cloud, place, spec.parameters);
  } else if (!row.operation.empty()) {
    auto answer = fis.cloud.inspect(place, row.service, row.operation, Json::object());
    if (answer) collect(*answer, row.list, described);
  }
  for (Json& one : described) found.push_back(resolved_of(row, place, std::move(one)));
  return found;
}

bool is_gone(const Json& described) {
  const std::string state = input::text(input::member(described, "State"), "Name");
  return state == "terminated" || state == "shutting-down";
}

/// "availabilityZoneIdentifiers: one or more zones (comma separated)."
std::vector<std::string> listed(const TargetSpec& spec, const char* parameter, const Place& place) {
  const auto found = spec.parameters.find(parameter);
  std::vector<std::string> words;
  if (found == spec.parameters.end()) return words;
  for (const auto part : std::views::split(found->second, ',')) {
    std::string word{part.begin(), part.end()};
    std::erase(word, ' ');
    if (!word.empty()) words.push_back(zone_called(place, word));
  }
  return words;
}

/// "writerAvailabilityZoneIdentifiers: clusters whose writer is in one of them."
bool writes_in(Fis& fis, const Resolved& cluster, const std::vector<std::string>& zones) {
  for (const Json& member : input::member(cluster.described, "DBClusterMembers")) {
    if (!input::boolean(member, "IsClusterWriter").value_or(false)) continue;
    const auto told =
        fis.cloud.inspect(cluster.place, "rds", "DescribeDBInstances",
                          {{"DBInstanceIdentifier", input::text(member, "DBInstanceIdentifier")}});
    if (told && has_any(*told, "DBInstances.AvailabilityZone", zones)) return true;
  }
  return false;
}

bool fits_parameters(Fis& fis, const TargetSpec& spec, const Resolved& one) {
  const std::vector<std::string> zone = listed(spec, "availabilityZoneIdentifier", one.place);
  if (!zone.empty() && !spec.row->zone.empty() && !has_any(one.described, spec.row->zone, zone))
    return false;
  const std::vector<std::string> zones = listed(spec, "availabilityZoneIdentifiers", one.place);
  if (!zones.empty() && !has_any(one.described, spec.row->zone, zones)) return false;
  const std::vector<std::string> vpc = listed(spec, "vpc", one.place);
  if (!vpc.empty() && !has_any(one.described, "VpcId", vpc)) return false;
  const std::vector<std::string> writers =
      listed(spec, "writerAvailabilityZoneIdentifiers", one.place);
  return writers.empty() || writes_in(fis, one, writers);
}

bool matches(Fis& fis, const TargetSpec& spec, const Resolved& one) {
  if (is_gone(one.described)) return false;
  if (!spec.arns.empty()) return std::ranges::find(spec.arns, one.arn) != spec.arns.end();
  if (!spec.tags.empty()) {
    const Texts tags = tags_of(fis.cloud, one.described, one);
    for (const auto& [key, value] : spec.tags) {
      const auto tag = tags.find(key);
      if (tag == tags.end() || tag->second != value) return false;
    }
  }
  for (const TargetFilter& filter : spec.filters)
    if (!has_any(one.described, filter.path, filter.values)) return false;
  return fits_parameters(fis, spec, one);
}

/// A role, or whatever else no describe call lists: taken as written.
std::vector<Resolved> as_written(const TargetSpec& spec, const Place& place) {
  std::vector<Resolved> found;
  for (const std::string& text : spec.arns) {
    const auto parsed = Arn::parse(text);
    const auto slash = parsed->resource.rfind('/');
    found.push_back(
        {text,
         slash == std::string::npos ? parsed->resource : parsed->resource.substr(slash + 1),
         {parsed->account.empty() ? place.account : parsed->account, place.region},
         Json::object()});
  }
  return found;
}

std::vector<Place> places_of(const Experiment& experiment) {
  if (!experiment.spec.multi_account) return {experiment.place};
  std::vector<Place> places;
  for (const auto& [id, account] : experiment.accounts)
    places.push_back({id, experiment.place.region});
  return places;
}

std::vector<Resolved> resolve(Fis& fis, const Experiment& experiment, const std::string& name,
                              const TargetSpec& spec) {
  std::vector<Resolved> found;
  for (const Place& place : places_of(experiment)) {
    if (!spec.row->is_looked_up()) {
      std::ranges::move(as_written(spec, place), std::back_inserter(found));
      continue;
    }
    for (Resolved& one : all_of(fis, spec, place))
      if (matches(fis, spec, one)) found.push_back(std::move(one));
  }
  const std::size_t wanted = chosen(spec.selection, found.size());
  if (wanted == found.size()) return found;
  Stream& stream = fis.sim().random(fmt::format("fis.{}.{}", experiment.name, name));
  for (std::size_t i = 0; i < wanted; ++i)
    std::swap(found[i], found[i + stream.below(found.size() - i)]);
  found.resize(wanted);
  std::ranges::sort(found, {}, &Resolved::arn);
  return found;
}

/// fis-quotas: how many resources an action may target that are identified by tags.
struct Quota {
  std::string_view action;
  std::size_t most;
};
constexpr Quota kByTags[] = {
    {"aws:ec2:asg-insufficient-instance-capacity-error", 500},
    {"aws:ec2:reboot-instances", 600},
    {"aws:ec2:stop-instances", 400},
    {"aws:ec2:terminate-instances", 300},
    {"aws:ecs:drain-container-instances", 100},
    {"aws:rds:failover-db-cluster", 160},
    {"aws:rds:reboot-db-instances", 130},
    {"aws:s3:bucket-pause-replication", 25},
};

/// UNDOCUMENTED: what happens beyond; here the experiment fails before its first action.
std::size_t most_by_tags(const TemplateSpec& spec, const std::string& target) {
  std::size_t most = std::numeric_limits<std::size_t>::max();
  for (const auto& [name, action] : spec.actions)
    for (const auto& [key, aimed] : action.targets)
      for (const Quota& quota : kByTags)
        if (aimed == target && action.row->id == quota.action) most = std::min(most, quota.most);
  return most;
}

}  // namespace

Failure resolve_targets(Fis& fis, Experiment& experiment) {
  for (const auto& [name, spec] : experiment.spec.targets) {
    std::vector<Resolved> found = resolve(fis, experiment, name, spec);
    // "emptyTargetResolutionMode: fail (default) or skip"; "targets identified by ARN are never
    // skipped". A percentage that rounds down to nothing selects nothing.
    const bool may_be_empty = experiment.spec.skips_empty && spec.arns.empty();
    if (found.empty() && !may_be_empty)
      return {"Target resolution returned empty set.", "InvalidTarget", name,
              experiment.place.account};
    if (const std::size_t most = most_by_tags(experiment.spec, name);
        !spec.tags.empty() && found.size() > most)
      return {fmt::format("Target {} has {} resources; at most {} may be identified by tags", name,
                          found.size(), most),
              "QuotaExceededFailure", name, experiment.place.account};
    experiment.targets[name] = std::move(found);
  }
  return {};
}

}  // namespace opsim::fis

// Restore testing plans: what they restore, from which recovery point, and when.
// AWS: AWS Backup API Reference, RestoreTestingPlanForCreate, RestoreTestingSelectionForCreate,
// RestoreTestingRecoveryPointSelection; Developer Guide, "Restore testing": the start window
// "defaults to 24 hours"; restores are started at random times within it.
#include <fmt/format.h>

#include <algorithm>

#include "models/backup/backup.hpp"

namespace opsim::backup {

namespace {

ApiError wrong(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}
ApiError missing(std::string_view name) {
  return {"MissingParameterValueException", fmt::format("{} is required", name)};
}

/// "only alphanumeric characters and underscores. Maximum length is 50"; names of selections have
/// hyphens, too (the guide; the API reference has none).
bool is_name(const std::string& name, bool hyphens) {
  return !name.empty() && name.size() <= 50 && std::ranges::all_of(name, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           (hyphens && c == '-');
  });
}

// "Restore testing quotas and parameters".
constexpr std::size_t kMostPlans = 100;
constexpr std::size_t kMostSelections = 30;
constexpr std::size_t kMostOfASelection = 30;
/// "The resource types you can assign to your testing plan".
constexpr std::string_view kTestedTypes[] = {"Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2",
                                             "EFS",    "FSx",        "Neptune",  "RDS", "S3"};

std::optional<ApiError> read_points(const Json& input, RestoreTestingPlan& plan) {
  const std::string algorithm = input::text(input, "Algorithm");
  if (algorithm != "LATEST_WITHIN_WINDOW" && algorithm != "RANDOM_WITHIN_WINDOW")
    return wrong("Algorithm must be LATEST_WITHIN_WINDOW or RANDOM_WITHIN_WINDOW");
  plan.latest = algorithm == "LATEST_WITHIN_WINDOW";
  plan.include_vaults = input::texts(input, "IncludeVaults");
  if (plan.include_vaults.empty()) return missing("IncludeVaults");
  plan.exclude_vaults = input::texts(input, "ExcludeVaults");
  plan.point_types = input::texts(input, "RecoveryPointTypes");
  if (plan.point_types.empty()) return missing("RecoveryPointTypes");
  for (const std::string& type : plan.point_types)
    if (type != "SNAPSHOT" && type != "CONTINUOUS")
      return wrong("RecoveryPointTypes must be SNAPSHOT or CONTINUOUS");
  const std::int64_t days = input::integer(input, "SelectionWindowDays").value_or(30);
  if (days < 1 || days > 365) return wrong("SelectionWindowDays must be between 1 and 365");
  plan.window = std::chrono::days{days};
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> tags_of(const Json& list) {
  std::vector<std::pair<std::string, std::string>> tags;
  if (!list.is_array()) return tags;
  for (const Json& tag : list) {
    std::string key = input::text(tag, "Key");
    if (key.starts_with("aws:ResourceTag/")) key.erase(0, 16);
    tags.emplace_back(std::move(key), input::text(tag, "Value"));
  }
  return tags;
}

/// "It can include a wildcard for ProtectedResourceArns along with ProtectedResourceConditions.
/// Alternatively, ... up to 30 specific protected resource ARNs".
std::optional<ApiError> read_resources(const Json& input, RestoreTestingSelection& selection) {
  if (std::ranges::find(kTestedTypes, selection.type) == std::end(kTestedTypes))
    return wrong(fmt::format("Invalid ProtectedResourceType: {}", selection.type));
  selection.resources = input::texts(input, "ProtectedResourceArns");
  const Json& conditions = input::member(input, "ProtectedResourceConditions");
  const bool all = selection.resources.empty() || selection.resources.front() == "*";
  if (!all && !conditions.is_null())
    return wrong("A selection has either ProtectedResourceArns or ProtectedResourceConditions");
  if (all) selection.resources = {"*"};
  selection.equals = tags_of(input::member(conditions, "StringEquals"));
  selection.not_equals = tags_of(input::member(conditions, "StringNotEquals"));
  if (selection.resources.size() > kMostOfASelection)
    return wrong("ProtectedResourceArns has at most 30 ARNs");
  if (selection.equals.size() + selection.not_equals.size() > kMostOfASelection)
    return wrong("ProtectedResourceConditions has at most 30 conditions");
  return std::nullopt;
}

/// "Tags on protected resources are evaluated by checking the tags on the latest recovery point".
bool is_for(const RestoreTestingSelection& selection, const Point& latest) {
  const auto has = [&](const auto& tag) {
    const auto found = latest.tags.find(tag.first);
    return found != latest.tags.end() && found->second == tag.second;
  };
  return latest.type == selection.type &&
         std::ranges::any_of(
             selection.resources,
             [&](const std::string& pattern) { return matches(pattern, latest.resource); }) &&
         std::ranges::all_of(selection.equals, has) &&
         std::ranges::none_of(selection.not_equals, has);
}

bool in_scope(const RestoreTestingPlan& plan, const Point& point, SimTime now) {
  const std::string vault = arn(point.place, "backup", "backup-vault:" + point.vault);
  const auto is = [&](const std::string& pattern) { return matches(pattern, vault); };
  return point.place == plan.place && now - point.created <= plan.window &&
         std::ranges::any_of(plan.include_vaults, is) &&
         std::ranges::none_of(plan.exclude_vaults, is) &&
         std::ranges::find(plan.point_types, "SNAPSHOT") != plan.point_types.end();
}

/// One point of each protected resource: its newest, or one by chance.
std::vector<const Point*> chosen(Backup& backup, const RestoreTestingPlan& plan,
                                 const RestoreTestingSelection& selection, Stream& luck) {
  std::map<std::string, std::vector<const Point*>> by_resource;
  for (const auto& [id, point] : backup.points)
    if (in_scope(plan, point, backup.now())) by_resource[point.resource].push_back(&point);
  std::vector<const Point*> points;
  for (const auto& [resource, all] : by_resource) {
    const Point* latest = *std::ranges::max_element(all, {}, &Point::created);
    if (!is_for(selection, *latest)) continue;
    points.push_back(plan.latest ? latest : all[luck.below(all.size())]);
  }
  return points;
}

void start(Backup& backup, const std::pair<Place, std::string>& key,
           const RestoreTestingSelection& selection, const std::string& point_arn) {
  const auto plan = backup.tests.find(key);
  const auto point = backup.points.find(point_arn);
  if (plan == backup.tests.end() || point == backup.points.end()) return;
  RestoreJob job;
  job.place = plan->second.place;
  job.role = selection.role;
  job.plan_arn = plan->second.arn;
  job.validation_window = selection.validation_window;
  const Point from = point->second;
  begin_restore(backup, std::move(job), from);
}

/// The points are chosen when the plan runs; each restore starts by chance in the start window.
void run_test(Backup& backup, const std::pair<Place, std::string>& key) {
  const auto found = backup.tests.find(key);
  if (found == backup.tests.end()) return;
  RestoreTestingPlan& plan = found->second;
  plan.last_run = backup.now();
  Simulation& sim = backup.cloud.sim();
  Stream& luck = sim.random(fmt::format("backup restore test {}", plan.name));
  for (const RestoreTestingSelection& selection : plan.selections)
    for (const Point* point : chosen(backup, plan, selection, luck)) {
      const auto within = std::chrono::duration_cast<Duration>(
          std::chrono::duration<double>(plan.start_window) * luck.uniform());
      sim.after(within, [&backup, key, selection, arn = point->arn] {
        start(backup, key, selection, arn);
      });
    }
}

void plan_next_test(Backup& backup, const std::pair<Place, std::string>& key) {
  const auto found = backup.tests.find(key);
  if (found == backup.tests.end()) return;
  const RestoreTestingPlan& plan = found->second;
  const auto next = schedule::next_time(plan.when, plan.zone, plan.created, backup.now());
  if (!next) return;
  backup.cloud.sim().at(*next, [&backup, key, created = plan.created] {
    const auto same = backup.tests.find(key);
    if (same == backup.tests.end() || same->second.created != created) return;
    run_test(backup, key);
    plan_next_test(backup, key);
  });
}

}  // namespace

ApiResult<RestoreTestingPlan*> add_test(Backup& backup, const Place& place, const Json& input) {
  RestoreTestingPlan plan;
  plan.name = input::text(input, "RestoreTestingPlanName");
  if (!is_name(plan.name, false))
    return wrong("RestoreTestingPlanName has only letters, digits and underscores, at most 50");
  if (backup.tests.contains({place, plan.name}))
    return ApiError{"AlreadyExistsException",
                    fmt::format("Restore testing plan already exists: {}", plan.name)};
  if (std::ranges::count(backup.tests, place, [](const auto& entry) {
        return entry.first.first;
      }) >= static_cast<std::ptrdiff_t>(kMostPlans))
    return ApiError{"LimitExceededException", "There are at most 100 restore testing plans"};
  plan.place = place;
  plan.created = backup.now();
  plan.arn = arn(place, "backup",
                 fmt::format("restore-testing-plan:{}-{}", plan.name,
                             backup.cloud.next_uuid("restore testing plan")));
  plan.when_text = input::text(input, "ScheduleExpression");
  if (plan.when_text.empty()) return missing("ScheduleExpression");
  const auto when = schedule::parse(plan.when_text);
  if (!when) return wrong(fmt::format("Invalid schedule expression: {}", plan.when_text));
  plan.when = *when;
  if (const std::string zone = input::text(input, "ScheduleExpressionTimezone"); !zone.empty()) {
    const auto known = TimeZone::find(zone);
    if (!known) return wrong(fmt::format("Invalid time zone: {}", zone));
    plan.zone = *known;
  }
  const std::int64_t hours = input::integer(input, "StartWindowHours").value_or(24);
  if (hours < 1 || hours > 168) return wrong("StartWindowHours must be between 1 and 168");
  plan.start_window = std::chrono::hours{hours};
  if (const auto error = read_points(input::member(input, "RecoveryPointSelection"), plan))
    return *error;
  const std::pair<Place, std::string> key{place, plan.name};
  RestoreTestingPlan& kept = backup.tests.emplace(key, std::move(plan)).first->second;
  plan_next_test(backup, key);
  return &kept;
}

ApiResult<Json> add_test_selection(Backup& backup, const Place& place, const std::string& plan,
                                   const Json& input) {
  const auto found = backup.tests.find({place, plan});
  if (found == backup.tests.end())
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Restore testing plan not found: {}", plan)};
  if (found->second.selections.size() >= kMostSelections)
    return ApiError{"LimitExceededException", "A plan has at most 30 selections"};
  RestoreTestingSelection selection;
  selection.name = input::text(input, "RestoreTestingSelectionName");
  if (!is_name(selection.name, true))
    return wrong(
        "RestoreTestingSelectionName has only letters, digits, hyphens and underscores, at most "
        "50");
  if (std::ranges::find(found->second.selections, selection.name, &RestoreTestingSelection::name) !=
      found->second.selections.end())
    return ApiError{"AlreadyExistsException",
                    fmt::format("Restore testing selection already exists: {}", selection.name)};
  selection.type = input::text(input, "ProtectedResourceType");
  selection.role = input::text(input, "IamRoleArn");
  if (selection.type.empty()) return missing("ProtectedResourceType");
  if (selection.role.empty()) return missing("IamRoleArn");
  if (const auto error = read_resources(input, selection)) return *error;
  const std::int64_t hours = input::integer(input, "ValidationWindowHours").value_or(0);
  if (hours < 0 || hours > 168) return wrong("ValidationWindowHours must be between 0 and 168");
  selection.validation_window = std::chrono::hours{hours};
  selection.created = backup.now();
  found->second.selections.push_back(selection);
  return Json{{"RestoreTestingPlanArn", found->second.arn},
              {"RestoreTestingPlanName", plan},
              {"RestoreTestingSelectionName", selection.name},
              {"CreationTime", moment(selection.created)}};
}

}  // namespace opsim::backup

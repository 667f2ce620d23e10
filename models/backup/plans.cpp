// Plans, their rules and selections, vaults; when a rule runs and for what.
#include <fmt/format.h>

#include <algorithm>

#include "models/backup/backup.hpp"

namespace opsim::backup {

namespace {

constexpr std::string_view kUsualSchedule =
    "cron(0 5 ? * * *)";  // API Reference: cron(0 5 ? * * *)
/// What AWS Backup backs up, of what can stand here.
constexpr std::string_view kTypes[] = {
    "AWS::DocDB::DBCluster", "AWS::DynamoDB::Table", "AWS::EC2::Instance",
    "AWS::EC2::Volume",      "AWS::EFS::FileSystem", "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",   "AWS::RDS::DBInstance", "AWS::S3::Bucket"};

ApiError invalid(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

bool has_tag(const Resource& resource, const std::pair<std::string, std::string>& tag) {
  const auto found = resource.tags.find(tag.first);
  return found != resource.tags.end() && found->second == tag.second;
}

/// "Resources AND Conditions; ListOfTags: OR".
bool selects(const Selection& selection, const Resource& resource) {
  const bool by_tag = std::ranges::any_of(selection.any_of,
                                          [&](const auto& tag) { return has_tag(resource, tag); });
  const bool by_arn = std::ranges::any_of(selection.resources, [&](const std::string& pattern) {
    return matches(pattern, resource.arn);
  });
  const bool none_named = selection.resources.empty();
  const bool conditions = std::ranges::all_of(
      selection.all_of, [&](const auto& tag) { return has_tag(resource, tag); });
  if (!selection.any_of.empty() && !none_named) return (by_arn || by_tag) && conditions;
  if (!selection.any_of.empty()) return by_tag && conditions;
  return by_arn && conditions;
}

std::chrono::minutes minutes_of(const Json& rule, std::string_view api, std::string_view stack,
                                std::chrono::minutes otherwise) {
  auto given = input::integer(rule, api);
  if (!given) given = input::integer(rule, stack);
  return given ? std::chrono::minutes{std::clamp<std::int64_t>(*given, 0, 1'000'000)} : otherwise;
}

ApiResult<Rule> read_rule(Backup& backup, const Json& input) {
  Rule rule;
  rule.id = backup.cloud.next_uuid("backup rule");
  rule.name = input::text(input, "RuleName");
  rule.vault = input::text(input, "TargetBackupVaultName");
  if (rule.vault.empty()) rule.vault = input::text(input, "TargetBackupVault");
  std::string when = input::text(input, "ScheduleExpression");
  if (when.empty()) when = kUsualSchedule;
  const auto schedule = schedule::parse(when);
  if (!schedule) return invalid(fmt::format("Invalid schedule expression: {}", when));
  rule.when = *schedule;
  rule.start_window =
      minutes_of(input, "StartWindowMinutes", "StartWindowMinutes", rule.start_window);
  // "If this value is included, it must be at least 60 minutes to avoid errors."
  if (rule.start_window < std::chrono::minutes{60})
    return invalid("StartWindowMinutes must be at least 60 minutes");
  rule.completion_window = minutes_of(input, "CompletionWindowMinutes", "CompletionWindowMinutes",
                                      rule.completion_window);
  const ApiResult<Lifecycle> lifecycle = read_lifecycle(input::member(input, "Lifecycle"));
  if (!lifecycle) return lifecycle.error();
  rule.lifecycle = *lifecycle;
  if (const Json& copies = input::member(input, "CopyActions"); copies.is_array())
    for (const Json& copy : copies) {
      const ApiResult<Lifecycle> kept = read_lifecycle(input::member(copy, "Lifecycle"));
      if (!kept) return kept.error();
      rule.copies.push_back({input::text(copy, "DestinationBackupVaultArn"), *kept});
    }
  return rule;
}

void run_rule(Backup& backup, const std::string& plan_id, std::size_t number) {
  const auto found = backup.plans.find(plan_id);
  if (found == backup.plans.end()) return;
  const Plan plan = found->second;  // jobs may change what stands
  const Rule& rule = plan.rules[number];
  for (const Selection& selection : plan.selections)
    for (const std::string_view type : kTypes)
      for (const Resource* resource : backup.cloud.resources().of_type(type)) {
        if (resource->place != plan.place || !selects(selection, *resource)) continue;
        // "Backup plans ignore resources created by restore testing" (restore-testing).
        if (resource->tags.contains(std::string{kTestTag})) continue;
        const auto parsed = Arn::parse(resource->arn);
        begin(backup,
              {.id = {},
               .place = plan.place,
               .vault = rule.vault,
               .resource = resource->arn,
               .type = parsed ? type_of_arn(*parsed) : std::string{type},
               .role = selection.role,
               .message = {},
               .completed = {},
               .point = {},
               .plan = plan.id,
               .rule = rule.id,
               .lifecycle = rule.lifecycle,
               .copies = rule.copies,
               .from_point = {}},
              rule.start_window, rule.completion_window, plan.physics);
      }
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t star = pattern.npos;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Vault* Backup::vault(const Place& place, const std::string& name) {
  const auto found = vaults.find({place, name});
  return found == vaults.end() ? nullptr : &found->second;
}

// "Backups transitioned to cold storage must be stored in cold storage for a minimum of 90 days.
// Therefore, the delete after setting must be 90 days greater than the transition to cold setting."
ApiResult<Lifecycle> read_lifecycle(const Json& input) {
  Lifecycle lifecycle{.cold_after = input::integer(input, "MoveToColdStorageAfterDays"),
                      .delete_after = input::integer(input, "DeleteAfterDays")};
  if (lifecycle.cold_after && *lifecycle.cold_after < 0) lifecycle.cold_after.reset();
  if (lifecycle.delete_after && *lifecycle.delete_after < 0) lifecycle.delete_after.reset();
  if (lifecycle.cold_after && lifecycle.delete_after &&
      *lifecycle.delete_after < *lifecycle.cold_after + 90)
    return invalid(
        "Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from "
        "MoveToColdStorageAfterDays");
  return lifecycle;
}

ApiResult<Vault*> add_vault(Backup& backup, const Place& place, const std::string& name) {
  if (name.size() < 2 || name.size() > 50)
    return invalid("A vault's name has from 2 to 50 characters");
  if (backup.vault(place, name) != nullptr)
    return ApiError{"AlreadyExistsException",
                    fmt::format("Backup vault with the same name already exists: {}", name)};
  Vault& vault = backup.vaults[{place, name}];
  vault = {.name = name,
           .arn = arn(place, "backup", "backup-vault:" + name),
           .place = place,
           .created = backup.now()};
  return &vault;
}

ApiResult<Plan*> add_plan(Backup& backup, const Place& place, const Json& document) {
  Plan plan;
  plan.id = backup.cloud.next_uuid("backup plan");
  plan.arn = arn(place, "backup", "backup-plan:" + plan.id);
  plan.name = input::text(document, "BackupPlanName");
  plan.version = backup.cloud.next_id("version-");
  plan.place = place;
  plan.created = backup.now();
  plan.document = document;
  const Json& api = input::member(document, "Rules");
  const Json& rules = api.is_array() ? api : input::member(document, "BackupPlanRule");
  if (plan.name.empty() || !rules.is_array() || rules.empty())
    return invalid("A plan needs a BackupPlanName and at least one rule");
  for (const Json& input : rules) {
    ApiResult<Rule> rule = read_rule(backup, input);
    if (!rule) return rule.error();
    plan.rules.push_back(*std::move(rule));
  }
  const std::string id = plan.id;
  Plan& added = backup.plans[id] = std::move(plan);
  for (std::size_t i = 0; i < added.rules.size(); ++i) plan_next(backup, id, i, added.created);
  return &added;
}

ApiResult<std::string> add_selection(Backup& backup, Plan& plan, const Json& input) {
  Selection selection;
  selection.id = backup.cloud.next_uuid("backup selection");
  selection.name = input::text(input, "SelectionName");
  selection.role = input::text(input, "IamRoleArn");
  selection.resources = input::texts(input, "Resources");
  if (const Json& tags = input::member(input, "ListOfTags"); tags.is_array())
    for (const Json& tag : tags)
      selection.any_of.emplace_back(input::text(tag, "ConditionKey"),
                                    input::text(tag, "ConditionValue"));
  if (const Json& all = input::member(input::member(input, "Conditions"), "StringEquals");
      all.is_array())
    for (const Json& tag : all) {
      std::string key = input::text(tag, "ConditionKey");
      if (key.starts_with("aws:ResourceTag/")) key.erase(0, 16);
      selection.all_of.emplace_back(std::move(key), input::text(tag, "ConditionValue"));
    }
  const std::string id = selection.id;
  plan.selections.push_back(std::move(selection));
  ApiResult<std::string> answer{boost::system::in_place_value, id};
  return answer;
}

void plan_next(Backup& backup, const std::string& plan_id, std::size_t rule, SimTime anchor) {
  const auto found = backup.plans.find(plan_id);
  if (found == backup.plans.end()) return;
  const auto next =
      schedule::next_time(found->second.rules[rule].when, TimeZone{}, anchor, backup.now());
  if (!next) return;
  backup.cloud.sim().at(*next, [&backup, plan_id, rule, anchor] {
    run_rule(backup, plan_id, rule);
    plan_next(backup, plan_id, rule, anchor);
  });
}

}  // namespace opsim::backup

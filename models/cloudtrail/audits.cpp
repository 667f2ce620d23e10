// An auditor asks who did something, wherever it can be asked, and what is found is held against
// all that happened.
//
// One query where a store has the events of the whole organization. Else each account that has a
// store, or a log group to which its trail writes, is asked by itself: signed in to first (an
// estimate). What happened where nothing was kept is not found.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/cloudtrail/cloudtrail.hpp"
#include "models/cloudtrail/lake_sql.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr Shape kWords{.kind = Kind::text, .min = 1};
constexpr Shape kMoment{.kind = Kind::duration, .min = 0, .example = "20h"};
constexpr Shape kHow{.kind = Kind::distribution, .example = "lognormal(p50 6min, p99 25min)"};
constexpr std::string_view kSignsIn = "lognormal(p50 6min, p99 25min)";  // an estimate
constexpr Field kAuditFields[] = {
    {.name = "asks",
     .shape = &kWords,
     .need = Need::required,
     .doc = "SQL of CloudTrail Lake; $store stands for the id of the event data store."},
    {.name = "at", .shape = &kMoment, .need = Need::required, .doc = "Since the start."},
    {.name = "in logs",
     .shape = &kWords,
     .doc = "The same for CloudWatch Logs Insights, where trails write to log groups only."},
    {.name = "signs in",
     .shape = &kHow,
     .doc = "To each account that is asked by itself. Default: lognormal(p50 6min, p99 25min)."},
};
constexpr Shape kAudit{.kind = Kind::mapping, .name = "audit", .fields = kAuditFields};

constexpr Duration kLook = std::chrono::seconds{2};  // between looks at a query that runs

Caller auditor_in(const Place& place) {
  return {place,
          fmt::format("arn:{}:iam::{}:user/auditor", partition_of(place.region), place.account),
          ""};
}

std::string with_store(const std::string& asks, const std::string& id) {
  std::string text = asks;
  if (const auto at = text.find("$store"); at != std::string::npos) text.replace(at, 6, id);
  return text;
}

/// All that happened, in every account: what a question is held against.
std::vector<Json> matching(CloudTrail& trail, const Audit& audit) {
  std::vector<Json> found;
  const ApiResult<Select> select = parse_select(with_store(audit.asks, "all"));
  if (!select) return found;
  for (const auto& [place, records] : trail.records)
    for (const Record& record : records)
      if (Json json = record_json(record); holds(*select, json)) found.push_back(std::move(json));
  return found;
}

/// The rows of a query of Lake; waits until it has ended.
Process<double> ask_store(CloudTrail& trail, Place place, std::string text) {
  Json input{{"QueryStatement", std::move(text)}};
  Caller asker = auditor_in(place);
  const ApiResult<Json> started =
      co_await trail.cloud.call(std::move(asker), "cloudtrail", "StartQuery", std::move(input));
  if (!started) co_return 0;
  const std::string id = input::text(*started, "QueryId");
  while (true) {
    co_await trail.cloud.sim().sleep(kLook);
    Json which{{"QueryId", id}};
    Caller reader = auditor_in(place);
    const ApiResult<Json> rows = co_await trail.cloud.call(std::move(reader), "cloudtrail",
                                                           "GetQueryResults", std::move(which));
    if (!rows) co_return 0;
    if (input::text(*rows, "QueryStatus") == "FINISHED")
      co_return static_cast<double>(rows->at("QueryResultRows").size());
  }
}

Process<double> ask_logs(CloudTrail& trail, Place place, std::string group, std::string text) {
  const auto seconds = [](SimTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  Json input{{"logGroupName", group},
             {"queryString", std::move(text)},
             {"startTime", seconds(trail.cloud.sim().start())},
             {"endTime", seconds(trail.cloud.sim().now())}};
  Caller asker = auditor_in(place);
  const ApiResult<Json> started =
      co_await trail.cloud.call(std::move(asker), "logs", "StartQuery", std::move(input));
  if (!started) co_return 0;
  const std::string id = input::text(*started, "queryId");
  while (true) {
    co_await trail.cloud.sim().sleep(kLook);
    Json which{{"queryId", id}};
    Caller reader = auditor_in(place);
    const ApiResult<Json> rows =
        co_await trail.cloud.call(std::move(reader), "logs", "GetQueryResults", std::move(which));
    if (!rows) co_return 0;
    const std::string status = input::text(*rows, "status");
    if (status == "Complete") co_return static_cast<double>(rows->at("results").size());
    if (status != "Running" && status != "Scheduled") co_return 0;
  }
}

/// Where a question is asked, one query each.
struct Target {
  Place place;
  std::string store;  // id, or ""
  std::string group;  // name of a log group, or ""
};

std::vector<Target> targets_of(const CloudTrail& trail, const Audit& audit) {
  std::vector<Target> targets;
  for (const auto& [arn, store] : trail.stores) {
    if (store.pending_deletion) continue;
    Target one{store.place, arn.substr(arn.rfind('/') + 1), ""};
    if (store.organization) return {std::move(one)};
    targets.push_back(std::move(one));
  }
  if (!targets.empty() || audit.in_logs.empty()) return targets;
  std::set<std::string> groups;
  for (const auto& [key, one] : trail.trails) {
    const std::optional<Arn> group = Arn::parse(one.log_group);
    if (!group || !groups.insert(one.log_group).second) continue;
    std::string name = group->resource.substr(std::string_view{"log-group:"}.size());
    if (name.ends_with(":*")) name.resize(name.size() - 2);
    targets.push_back({group->place(), "", std::move(name)});
  }
  return targets;
}

/// What was found, by the accounts that were asked by themselves.
using ByAccount = std::map<std::string, double>;

/// "1 of account 200000000003, where it was not kept; 1 of account 200000000005, which keeps none".
std::string missing_text(const std::vector<Json>& truth, const ByAccount& found) {
  ByAccount made;
  for (const Json& record : truth) made[record.at("recipientAccountId").get<std::string>()] += 1;
  std::string text;
  for (const auto& [account, calls] : made) {
    const auto asked = found.find(account);
    const double missing = calls - (asked == found.end() ? 0 : asked->second);
    if (missing <= 0) continue;
    text += fmt::format("{}{} of account {}, {}", text.empty() ? "" : "; ", missing, account,
                        asked == found.end() ? "which keeps none" : "where it was not kept");
  }
  return text;
}

void tell(CloudTrail& trail, const Audit& audit, const std::vector<Json>& truth,
          const ByAccount& found) {
  std::string text =
      fmt::format("{} of {} such calls found by {} quer{} in {:.0f} min", audit.found, audit.truth,
                  audit.queries, audit.queries == 1 ? "y" : "ies", std::max(1.0, audit.minutes));
  if (audit.found < audit.truth) text += fmt::format("; missing: {}", missing_text(truth, found));
  trail.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::goals,
       .subject = audit.name,
       .text = fmt::format("audit {}: {}", audit.name, text),
       .source = audit.source,
       .detail = {{"status", audit.found < audit.truth ? "INCOMPLETE" : "ANSWERED"},
                  {"found", audit.found},
                  {"made", audit.truth},
                  {"queries", audit.queries}}});
}

Process<> carry_out(CloudTrail& trail, std::string name, Duration at) {
  Simulation& sim = trail.cloud.sim();
  co_await sim.sleep(at);
  Audit& audit = trail.audits.at(name);
  const SimTime began = sim.now();
  const std::vector<Json> truth = matching(trail, audit);
  Stream luck = sim.random(fmt::format("audit.{}", name));
  const std::vector<Target> targets = targets_of(trail, audit);
  ByAccount found;
  for (const Target& target : targets) {
    const Duration signs_in = audit.signs_in.sample_duration(luck);
    if (targets.size() > 1) co_await sim.sleep(signs_in);
    audit.queries += 1;
    double& rows = found[target.place.account];
    if (target.group.empty()) {
      std::string text = with_store(audit.asks, target.store);
      rows += co_await ask_store(trail, target.place, std::move(text));
    } else {
      std::string text = audit.in_logs;
      rows += co_await ask_logs(trail, target.place, target.group, std::move(text));
    }
  }
  audit.truth = static_cast<double>(truth.size());
  for (const auto& [account, rows] : found) audit.found += rows;
  audit.found = std::min(audit.found, audit.truth);
  audit.minutes = std::chrono::duration<double, std::ratio<60>>(sim.now() - began).count();
  audit.answered = true;
  tell(trail, audit, truth, found);
}

std::string spelt(const Node& node, std::string_view key, std::string_view otherwise = {}) {
  const std::optional<Node> found = node.find(key);
  return std::string{found ? found->spelling() : otherwise};
}

}  // namespace

constexpr Shape kAuditsShape{
    .kind = Kind::table, .doc = "What auditors ask, and when.", .of = &kAudit};

void read_audits(CloudTrail& trail, const Node& section) {
  for (const auto& [name, text, at] : section.entries()) {
    Audit audit;
    audit.name = name;
    audit.source = text.source();
    audit.asks = spelt(text, "asks");
    audit.in_logs = spelt(text, "in logs");
    audit.signs_in =
        Distribution::parse(spelt(text, "signs in", kSignsIn)).value.value_or(Distribution{});
    if (const ApiResult<Select> read = parse_select(with_store(audit.asks, "all")); !read) {
      Diagnostics diagnostics;
      diagnostics.add(text.find("asks")->complaint(read.error().message));
      diagnostics.throw_if_any();
    }
    trail.cloud.resources().add({.logical_id = audit.name,
                                 .type = "Audit::Question",
                                 .physical_id = audit.name,
                                 .place = trail.cloud.home(),
                                 .source = audit.source});
    trail.audits.insert_or_assign(std::string{name}, std::move(audit));
    const Duration when = parse_duration(spelt(text, "at")).value_or(Duration{});
    trail.cloud.sim().spawn(carry_out(trail, std::string{name}, when));
  }
}

}  // namespace opsim::cloudtrail

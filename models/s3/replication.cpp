// Replication: every new version goes to the buckets of the rules that take it, some time later.
// AWS: S3 User Guide, "Replicating objects within and across Regions", "Replication Time Control"
// ("replicates most objects that you upload ... in seconds, and 99.9 percent ... within 15
// minutes"), "Using S3 Replication metrics".
#include <fmt/format.h>

#include <algorithm>

#include "models/s3/s3.hpp"

namespace opsim::s3 {

namespace {

/// Estimate within the 15 minutes of Replication Time Control: p99.9 is below eight minutes.
constexpr std::string_view kUsuallyReplicated = "lognormal(p50 10s, p99 3min)";
constexpr Duration kTimeControl = std::chrono::minutes{15};

std::string rule_prefix(const Json& rule) {
  const Json& filter = input::member(rule, "Filter");
  for (const Json* where : {&rule, &filter, &input::member(filter, "And")})
    if (const std::string prefix = input::text(*where, "Prefix"); !prefix.empty()) return prefix;
  return {};
}

bool is_enabled(const Json& object, std::string_view member) {
  return input::text(input::member(object, member), "Status") == "Enabled";
}

ReplicationRule read_rule(const Json& rule, std::size_t number) {
  const Json& destination = input::member(rule, "Destination");
  std::string bucket = input::text(destination, "Bucket");
  bucket.erase(0, bucket.rfind(':') + 1);
  ReplicationRule read{.id = input::text(rule, "ID"),
                       .enabled = input::text(rule, "Status") == "Enabled",
                       .priority = input::integer(rule, "Priority").value_or(0),
                       .prefix = rule_prefix(rule),
                       .destination = std::move(bucket),
                       .delete_markers = is_enabled(rule, "DeleteMarkerReplication"),
                       .time_control = is_enabled(destination, "ReplicationTime"),
                       .metrics = is_enabled(destination, "Metrics")};
  if (read.id.empty()) read.id = input::text(rule, "Id");  // CloudFormation
  if (read.id.empty()) read.id = fmt::format("rule-{}", number);
  return read;
}

/// AWS/S3 by SourceBucket, DestinationBucket and RuleId. ReplicationLatency is "the maximum number
/// of seconds by which the replication destination AWS Region is behind".
void publish(S3& s3, const Bucket& bucket, const ReplicationRule& rule, ReplicationState& state) {
  if (!rule.metrics && !rule.time_control) return;
  Metrics& metrics = s3.cloud.metrics();
  const SimTime now = s3.cloud.sim().now();
  const Dimensions dimensions{
      {"DestinationBucket", rule.destination}, {"RuleId", rule.id}, {"SourceBucket", bucket.name}};
  const auto tell = [&](std::optional<SourceId>& source, std::string_view name, std::string unit,
                        const Waveform& waveform) {
    if (source) return metrics.change(*source, waveform);
    const SeriesId series = metrics.intern({bucket.place, "AWS/S3", std::string{name}, dimensions});
    source = metrics.publish(series, waveform, {.unit = std::move(unit)});
  };
  double bytes = 0;
  for (const Pending& one : state.pending) bytes += static_cast<double>(one.size_bytes);
  const bool behind = !state.pending.empty();
  const double seconds =
      behind ? std::chrono::duration<double>(now - state.pending.front().since).count() : 0;
  tell(state.operations, "OperationsPendingReplication", "Count",
       {.from = now, .level = static_cast<double>(state.pending.size())});
  tell(state.bytes, "BytesPendingReplication", "Bytes", {.from = now, .level = bytes});
  tell(state.latency, "ReplicationLatency", "Seconds",
       {.from = now, .level = seconds, .slope_per_second = behind ? 1.0 : 0.0});
}

const ReplicationRule* rule_named(const Bucket& bucket, const std::string& id) {
  const auto found = std::ranges::find(bucket.replication, id, &ReplicationRule::id);
  return found == bucket.replication.end() ? nullptr : &*found;
}

void set_status(Bucket& bucket, const std::string& key, const std::string& version_id,
                std::string_view status) {
  const auto found = bucket.objects.find(key);
  if (found == bucket.objects.end()) return;
  for (ObjectVersion& one : found->second)
    if (one.version_id == version_id) one.replication_status = status;
}

struct Way {
  std::string bucket;
  std::string rule;
  std::string key;
  std::string version_id;
  std::uint64_t number = 0;
};

void tell(S3& s3, const Bucket& bucket, const Way& way, std::string_view event) {
  const ObjectVersion* version = bucket.version(way.key, way.version_id);
  notify(s3, bucket,
         {.event = event,
          .reason = "Replication",
          .key = way.key,
          .version = version == nullptr ? ObjectVersion{} : *version,
          .requester = "s3.amazonaws.com"});
}

void arrive(S3& s3, const Way& way);

/// A destination that is gone or not versioned takes nothing: the version is FAILED.
void hand_over(S3& s3, Bucket& bucket, const ReplicationRule& rule, const Way& way) {
  const ObjectVersion* version = bucket.version(way.key, way.version_id);
  if (version == nullptr) return;  // deleted on its way
  Bucket* destination = s3.find(rule.destination);
  if (destination == nullptr || destination->versioning != Versioning::enabled) {
    set_status(bucket, way.key, way.version_id, "FAILED");
    tell(s3, bucket, way, "Replication:OperationFailedReplication");
    return;
  }
  ObjectVersion copy = *version;
  copy.replication_status = "REPLICA";
  const bool marker = copy.delete_marker;
  if (!store(s3, *destination, way.key, std::move(copy))) return;
  if (!marker) set_status(bucket, way.key, way.version_id, "COMPLETED");
}

void arrive(S3& s3, const Way& way) {
  Bucket* bucket = s3.find(way.bucket);
  if (bucket == nullptr) return;
  const SimTime now = s3.cloud.sim().now();
  if (bucket->replication_stopped) {
    bucket->held.emplace_back([&s3, way] { arrive(s3, way); });
    return;
  }
  if (bucket->replication_paused_until > now) {
    s3.cloud.sim().at(bucket->replication_paused_until, [&s3, way] { arrive(s3, way); });
    return;
  }
  ReplicationState& state = bucket->replicating[way.rule];
  const auto mine = std::ranges::find(state.pending, way.number, &Pending::number);
  if (mine == state.pending.end()) return;
  const bool late = now - mine->since > kTimeControl;
  state.pending.erase(mine);
  const ReplicationRule* rule = rule_named(*bucket, way.rule);
  if (rule == nullptr) return;
  hand_over(s3, *bucket, *rule, way);
  if (late && rule->time_control)
    tell(s3, *bucket, way, "Replication:OperationReplicatedAfterThreshold");
  publish(s3, *bucket, *rule, state);
}

void miss_threshold(S3& s3, const Way& way) {
  const Bucket* bucket = s3.find(way.bucket);
  if (bucket == nullptr) return;
  const auto state = bucket->replicating.find(way.rule);
  if (state == bucket->replicating.end()) return;
  const auto& pending = state->second.pending;
  if (std::ranges::find(pending, way.number, &Pending::number) != pending.end())
    tell(s3, *bucket, way, "Replication:OperationMissedThreshold");
}

void set_out(S3& s3, Bucket& bucket, const ReplicationRule& rule, const std::string& key,
             const ObjectVersion& version) {
  static const Distribution kUsual = *Distribution::parse(kUsuallyReplicated);
  Simulation& sim = s3.cloud.sim();
  const Distribution& takes = bucket.replicates_in       ? *bucket.replicates_in
                              : s3.usually_replicates_in ? *s3.usually_replicates_in
                                                         : kUsual;
  const Way way{bucket.name, rule.id, key, version.version_id, ++s3.sequence};
  ReplicationState& state = bucket.replicating[rule.id];
  state.pending.push_back({way.number, sim.now(), version.size_bytes});
  publish(s3, bucket, rule, state);
  Stream& luck = sim.random(fmt::format("s3 {} replication", bucket.name));
  sim.after(takes.sample_duration(luck), [&s3, way] { arrive(s3, way); });
  if (rule.time_control) sim.after(kTimeControl, [&s3, way] { miss_threshold(s3, way); });
}

}  // namespace

ApiResult<void> read_replication(Bucket& bucket, const Json& configuration) {
  if (bucket.versioning != Versioning::enabled)
    return ApiError{"InvalidRequest",
                    "Versioning must be 'Enabled' on the bucket to apply a replication "
                    "configuration"};
  const Json& rules = input::member(configuration, "Rules");
  if (!rules.is_array() || rules.empty() || rules.size() > 1'000)
    return ApiError{"MalformedXML", "A replication configuration has from 1 to 1,000 rules"};
  bucket.replication.clear();
  for (const Json& rule : rules)
    bucket.replication.push_back(read_rule(rule, bucket.replication.size() + 1));
  return {};
}

// "If two or more rules have the same destination bucket, the rule with the highest priority";
// replicas are not replicated on.
void replicate(S3& s3, Bucket& bucket, const std::string& key, const ObjectVersion& version) {
  std::map<std::string, const ReplicationRule*> chosen;  // by destination
  for (const ReplicationRule& rule : bucket.replication) {
    if (!rule.enabled || !key.starts_with(rule.prefix)) continue;
    if (version.delete_marker && !rule.delete_markers) continue;
    const ReplicationRule*& best = chosen[rule.destination];
    if (best == nullptr || rule.priority > best->priority) best = &rule;
  }
  if (chosen.empty()) return;
  if (!version.delete_marker) set_status(bucket, key, version.version_id, "PENDING");
  for (const auto& [destination, rule] : chosen) set_out(s3, bucket, *rule, key, version);
}

void stop_replication(Bucket& bucket, bool stopped) {
  bucket.replication_stopped = stopped;
  if (stopped) return;
  // "Replication resumes from where it paused."
  for (const std::function<void()>& arrives : std::exchange(bucket.held, {})) arrives();
}

void pause_replication(S3& s3, Bucket& bucket, Duration how_long) {
  const SimTime until = s3.cloud.sim().later(how_long);
  bucket.replication_paused_until = std::max(bucket.replication_paused_until, until);
}

}  // namespace opsim::s3

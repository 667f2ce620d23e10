// What is replicated: source servers, how far behind they are, and the points in time that are
// kept. AWS: Elastic Disaster Recovery User Guide, "Point in time (PIT) policy": by default a
// snapshot every 10 minutes for an hour, every hour for 24 hours, and every day for 7 days. "RPO of
// seconds" (what-is-drs); the lag's distribution is an estimate, as are the times of a launch: the
// guide speaks of a recovery time of minutes.
#include <fmt/format.h>

#include <algorithm>

#include "models/elastic_disaster_recovery/elastic_disaster_recovery.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::drs {

namespace {

constexpr std::string_view kLag = "lognormal(p50 2s, p99 20s)";            // estimate
constexpr std::string_view kSnapshot = "lognormal(p50 60s, p99 150s)";     // estimate
constexpr std::string_view kConversion = "lognormal(p50 3min, p99 7min)";  // estimate

/// Estimate: for how long an agent is not seen until its replication is stalled.
constexpr Duration kUnseen = std::chrono::minutes{10};

constexpr Shape kServerName{.kind = Kind::text, .min = 1};
constexpr Shape kSpan{.kind = Kind::distribution, .example = "lognormal(p50 2s, p99 20s)"};
constexpr Shape kWorks{.kind = Kind::percent, .min = 0, .max = 100, .example = "98 %"};
constexpr Field kServerFields[] = {
    {.name = "converts in",
     .shape = &kSpan,
     .doc = "How long the conversion of its disks takes. Default: lognormal(p50 3min, p99 7min)."},
    {.name = "lag",
     .shape = &kSpan,
     .doc = "How far behind its disks the replica is. Default: lognormal(p50 2s, p99 20s)."},
    {.name = "launches", .shape = &kWorks, .doc = "How often a launch works. Default: 100 %."},
    {.name = "of",
     .shape = &kServerName,
     .need = Need::required,
     .doc = "The EC2 instance that the replication agent runs on."},
    {.name = "snapshot takes",
     .shape = &kSpan,
     .doc = "How long the snapshot that is launched from takes. Default: lognormal(p50 60s, p99 "
            "150s)."},
    {.name = "to", .shape = &kServerName, .doc = "The Region of recovery. Default: its own."},
};
constexpr Shape kServer{.kind = Kind::mapping, .name = "source server", .fields = kServerFields};

Distribution pace_of(const Node& text, std::string_view key, std::string_view otherwise) {
  const auto written = text.find(key);
  const ParsedDistribution parsed =
      Distribution::parse(written ? std::string_view{written->spelling()} : otherwise);
  return parsed ? *parsed : *Distribution::parse(otherwise);
}

Pace read_pace(const Node& text) {
  Pace pace{.lag = pace_of(text, "lag", kLag),
            .snapshot = pace_of(text, "snapshot takes", kSnapshot),
            .converts = pace_of(text, "converts in", kConversion)};
  if (const auto share = text.find("launches"))
    if (const auto percent = parse_percent(share->spelling())) pace.launches = *percent / 100;
  return pace;
}

/// API Reference, GetLaunchConfiguration. UNDOCUMENTED: what a new server's is; as the console's.
Json usual_launch(const std::string& id, const std::string& name) {
  return {{"copyPrivateIp", false},
          {"copyTags", false},
          {"launchDisposition", "STARTED"},
          {"licensing", {{"osByol", true}}},
          {"name", name},
          {"postLaunchEnabled", false},
          {"sourceServerID", id},
          {"targetInstanceTypeRightSizingMethod", "BASIC"}};
}

std::string type_of(Drs& drs, const Resource& instance) {
  const Json question{{"InstanceIds", Json::array({instance.physical_id})}};
  const ApiResult<Json> told =
      drs.cloud.inspect(instance.place, "ec2", "DescribeInstances", question);
  if (told)
    for (const Json& reservation : input::member(*told, "Reservations"))
      for (const Json& one : input::member(reservation, "Instances"))
        return input::text(one, "InstanceType");
  return "m5.large";
}

void add_server(Drs& drs, std::string_view name, const Node& text) {
  const auto of = text.find("of");
  const Resource* instance = drs.cloud.resources().find_named(of ? of->spelling() : "");
  if (instance == nullptr || instance->type != "AWS::EC2::Instance")
    throw BadInput((of ? *of : text).complaint("expected an EC2 instance of a stack"));
  SourceServer server;
  server.id = drs.cloud.next_id("s-");
  server.name = name;
  server.instance = instance->physical_id;
  server.instance_type = type_of(drs, *instance);
  server.place = instance->place;
  if (const auto to = text.find("to")) server.place.region = to->spelling();
  server.arn = arn(server.place, "drs", "source-server/" + server.id);
  server.hostname = fmt::format("ip-{}", server.instance.substr(2));
  server.pace = read_pace(text);
  server.source = text.source();
  server.launch_configuration = usual_launch(server.id, server.name);
  drs.cloud.resources().add({.logical_id = server.name,
                             .type = "DRS::SourceServer",
                             .physical_id = server.id,
                             .arn = server.arn,
                             .place = server.place,
                             .source = server.source});
  const std::string id = server.id;
  drs.servers.emplace(id, std::move(server));
}

/// User Guide, "Sample events for Elastic Disaster Recovery".
void stall(Drs& drs, SourceServer& server) {
  server.stalled = true;
  drs.cloud.emit({.source = "aws.drs",
                  .detail_type = "DRS Source Server Data Replication Stalled Change",
                  .place = server.place,
                  .resources = {server.arn},
                  .detail = {{"state", "STALLED"}},
                  .line = fmt::format("{} STALLED", server.name)});
}

/// One draw for each minute, whoever asks in it and how often.
Duration lag_at(Drs& drs, SourceServer& server, SimTime at) {
  const auto minute =
      std::chrono::duration_cast<std::chrono::minutes>(at - drs.cloud.sim().start());
  if (server.lag_minute != minute.count()) {
    server.lag_minute = minute.count();
    Stream luck{drs.cloud.sim().random(fmt::format("drs {} lag {}", server.name, minute.count()))};
    server.lag = server.pace.lag.sample_duration(luck);
  }
  return server.lag;
}

}  // namespace

extern constexpr Shape kSourceServersShape{
    .kind = Kind::table,
    .doc = "Servers that Elastic Disaster Recovery replicates.",
    .of = &kServer};

void read_source_servers(Model& model, Cloud& /*cloud*/, const Node& section) {
  auto& drs = static_cast<Drs&>(model);
  for (const auto& [name, text, at] : section.entries()) add_server(drs, name, text);
}

SimTime replicated_until(Drs& drs, SourceServer& server) {
  const SimTime last = server.lost.value_or(drs.now());
  return last - lag_at(drs, server, last);
}

std::vector<Snapshot> snapshots_of(const Drs& drs, const SourceServer& server) {
  struct Rule {
    std::chrono::minutes interval;
    std::chrono::minutes kept;
  };
  constexpr Rule kRules[] = {{std::chrono::minutes{10}, std::chrono::minutes{60}},
                             {std::chrono::minutes{60}, std::chrono::minutes{24 * 60}},
                             {std::chrono::minutes{24 * 60}, std::chrono::minutes{7 * 24 * 60}}};
  const SimTime last = server.lost.value_or(drs.now());
  std::map<SimTime, Snapshot> taken;  // a time that two rules keep is one snapshot
  for (const Rule& rule : kRules) {
    const auto whole = std::chrono::floor<std::chrono::minutes>(last.time_since_epoch());
    for (auto at = whole - whole % rule.interval; last.time_since_epoch() - at <= rule.kept;
         at -= rule.interval) {
      const SimTime when{std::chrono::duration_cast<Duration>(at)};
      taken[when] = {fmt::format("pit-{:08x}", at.count()), when};
    }
  }
  std::vector<Snapshot> all;
  for (auto& [when, snapshot] : taken) all.push_back(std::move(snapshot));
  return all;
}

// "By default, we delete the root volume when the instance is terminated" (EC2 User Guide,
// preserving-volumes-on-termination): nothing is left to replicate.
void hear_of_instances(Model& model, const Event& event) {
  auto& drs = static_cast<Drs&>(model);
  if (drs.servers.empty() || event.source != "aws.ec2") return;
  if (event.detail_type != "EC2 Instance State-change Notification") return;
  const std::string state = input::text(event.detail, "state");
  if (state != "shutting-down" && state != "terminated") return;
  const std::string instance = input::text(event.detail, "instance-id");
  for (auto& [id, server] : drs.servers) {
    if (server.instance != instance || server.lost) continue;
    server.lost = drs.now();
    drs.cloud.sim().after(kUnseen, [&drs, id = id] { stall(drs, drs.servers.at(id)); });
  }
}

}  // namespace opsim::drs

// Snapshots.
// AWS: EBS User Guide, "Amazon EventBridge events for Amazon EBS", createSnapshot; API
// CreateSnapshot. Their ARNs name no account: arn:aws:ec2:us-east-1::snapshot/snap-...
// Estimate: one takes half a minute and a minute for each 10 GiB of the volume; no AWS page says.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/fleet.hpp"
#include "models/compute/volume.hpp"

namespace opsim::compute {

namespace {

std::string public_arn(const Place& place, std::string_view what, const std::string& id) {
  return fmt::format("arn:aws:ec2:{}::{}/{}", place.region, what, id);
}

void complete(Fleet& fleet, const std::string& id) {
  const auto found = fleet.snapshots.find(id);
  if (found == fleet.snapshots.end()) return;
  Snapshot& snapshot = found->second;
  snapshot.state = "completed";
  const CauseScope because{
      fleet.sim(),
      fleet.cloud.journal().write({.kind = EntryKind::resource,
                                   .level = Level::story,
                                   .subject = snapshot.id,
                                   .text = fmt::format("completed, of {}", snapshot.volume),
                                   .detail = {{"act", "completed"}, {"resource", snapshot.id}}})};
  Event event;
  event.source = "aws.ec2";
  event.detail_type = "EBS Snapshot Notification";
  event.place = snapshot.place;
  event.resources = {public_arn(snapshot.place, "snapshot", snapshot.id)};
  event.detail = {{"event", "createSnapshot"},
                  {"result", "succeeded"},
                  {"cause", ""},
                  {"request-id", ""},
                  {"snapshot_id", public_arn(snapshot.place, "snapshot", snapshot.id)},
                  {"source", public_arn(snapshot.place, "volume", snapshot.volume)},
                  {"startTime", time_text(snapshot.begun)},
                  {"endTime", time_text(fleet.now())}};
  event.line = fmt::format("{} createSnapshot succeeded", snapshot.id);
  fleet.cloud.emit(std::move(event));
}

}  // namespace

Snapshot& begin_snapshot(Fleet& fleet, const Volume& volume, std::string description, Tags tags) {
  Snapshot snapshot;
  snapshot.id = fleet.cloud.next_id("snap-");
  snapshot.place = volume.place;
  snapshot.volume = volume.id;
  snapshot.gib = volume.shape.gib;
  snapshot.description = std::move(description);
  snapshot.begun = fleet.now();
  snapshot.ends = fleet.now() + 30s + std::chrono::seconds{6 * volume.shape.gib};
  snapshot.encrypted = volume.encrypted;
  snapshot.tags = std::move(tags);
  const std::string id = snapshot.id;
  fleet.sim().at(snapshot.ends, [&fleet, id] { complete(fleet, id); });
  return fleet.snapshots.emplace(id, std::move(snapshot)).first->second;
}

}  // namespace opsim::compute

// Shifts: who wins, and what the resource is told.
// AWS: ARC Developer Guide, "How a zonal shift works", "Zonal autoshift: precedence".
// SIMPLIFIED: a shift takes effect at once; existing connections, which AWS lets drain for minutes,
// belong to whoever sends traffic.
#include <fmt/format.h>

#include <algorithm>

#include "models/zonal_shift/zonal_shift.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::zonal_shift {

namespace {

CauseId tell(ZonalShift& arc, const std::string& resource, std::string text, Json detail) {
  const Resources& known = arc.cloud.resources();
  return arc.cloud.journal().write({.kind = EntryKind::resource,
                                    .level = Level::story,
                                    .subject = std::string{known.name_of(resource)},
                                    .text = std::move(text),
                                    .source = std::string{known.source_of(resource)},
                                    .detail = std::move(detail)});
}

/// The zone of the shift that counts, or "".
std::string winner(ZonalShift& arc, const ManagedResource& resource) {
  const Shift* best = nullptr;
  for (const Shift* shift : arc.active(resource.arn))
    if (best == nullptr || shift->kind < best->kind) best = shift;
  return best == nullptr ? std::string{} : best->zone;
}

bool put(ZonalShift& arc, const ManagedResource& resource, const std::string& zone, double value) {
  return zone.empty() ||
         arc.cloud.change_quantity(resource.arn, "shifted " + zone, {Change::How::to, value});
}

void emit_autoshift(ZonalShift& arc, const ManagedResource& resource, const std::string& zone,
                    std::string_view detail_type) {
  Event event;
  event.source = "aws.arc-zonal-shift";
  event.detail_type = detail_type;
  event.place = resource.place;
  event.resources = {resource.arn};
  event.detail = {
      {"version", "0.0.1"},
      {"data", ""},
      {"metadata", {{"awayFrom", zone_id(resource.place.region, zone)}, {"notes", ""}}}};
  arc.cloud.emit(std::move(event));
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::zonal_shift: return "ZONAL_SHIFT";
    case Kind::autoshift: return "ZONAL_AUTOSHIFT";
    case Kind::practice_run: return "PRACTICE_RUN";
  }
  return "ZONAL_SHIFT";
}

std::string_view type_of(const Shift& shift) {
  return shift.of_experiment ? "FIS_EXPERIMENT" : to_string(shift.kind);
}

std::vector<Shift*> ZonalShift::active(std::string_view resource) {
  std::vector<Shift*> found;
  for (auto& [id, shift] : shifts)
    if (shift.resource == resource && shift.status == "ACTIVE") found.push_back(&shift);
  return found;
}

void apply(ZonalShift& arc, ManagedResource& resource) {
  const std::string zone = winner(arc, resource);
  if (zone == resource.applied_zone) return;
  const std::string before = std::exchange(resource.applied_zone, zone);
  put(arc, resource, before, 0);
  if (zone.empty()) {
    const CauseScope because{arc.sim(),
                             tell(arc, resource.arn, fmt::format("traffic returns to {}", before),
                                  {{"act", "zonal shift ended"}, {"zone", before}})};
    return;
  }
  const CauseScope because{arc.sim(),
                           tell(arc, resource.arn, fmt::format("traffic shifts away from {}", zone),
                                {{"act", "zonal shift"}, {"zone", zone}})};
  if (!put(arc, resource, zone, 1))
    arc.cloud.journal().write({.kind = EntryKind::note,
                               .level = Level::story,
                               .subject = std::string{arc.cloud.resources().name_of(resource.arn)},
                               .text = "a zonal shift does nothing here: what it moves is not "
                                       "simulated"});
}

Shift& start_shift(ZonalShift& arc, ManagedResource& resource, Shift shift, Duration expires_in) {
  // "If you start a zonal shift while a practice run is in progress, the practice run ends":
  // INTERRUPTED; so does an autoshift's start.
  if (shift.kind != Kind::practice_run)
    for (Shift* other : arc.active(resource.arn))
      if (other->kind == Kind::practice_run)
        end_practice(arc, *other, "INTERRUPTED", "another traffic shift started");
  shift.id = arc.cloud.next_uuid("arc.shift");
  shift.resource = resource.arn;
  shift.place = resource.place;
  shift.start = arc.sim().now();
  shift.expiry = arc.sim().later(expires_in);
  // Ids are counters as text: their order is that of the shifts' start.
  Shift& started = arc.shifts[shift.id] = std::move(shift);
  if (started.kind == Kind::zonal_shift)
    started.end =
        arc.sim().at(started.expiry, [&arc, &started] { end_shift(arc, started, "EXPIRED"); });
  apply(arc, resource);
  return started;
}

void end_shift(ZonalShift& arc, Shift& shift, std::string_view status) {
  arc.sim().cancel(shift.end);
  shift.status = status;
  if (const auto resource = arc.resources.find(shift.resource); resource != arc.resources.end())
    apply(arc, resource->second);
}

// "Zonal autoshift: AWS shifts application resource traffic away from an Availability Zone on your
// behalf", for resources whose autoshift is enabled and that have that zone.
void begin_autoshift(ZonalShift& arc, const Place& place, const std::string& zone) {
  for (const Autoshift& other : arc.autoshifts)
    if (other.place == place && other.zone == zone && !other.end) return;
  arc.autoshifts.push_back({place, zone, arc.sim().now(), std::nullopt});
  for (auto& [arn, resource] : arc.resources) {
    const bool has_zone = std::ranges::count(resource.zones, zone) > 0;
    if (!resource.autoshift || resource.place != place || !has_zone) continue;
    Shift shift;
    shift.kind = Kind::autoshift;
    shift.zone = zone;
    start_shift(arc, resource, std::move(shift), Duration::max());
    emit_autoshift(arc, resource, zone, "Autoshift In Progress");
  }
}

void end_autoshift(ZonalShift& arc, const Place& place, const std::string& zone) {
  for (Autoshift& autoshift : arc.autoshifts)
    if (autoshift.place == place && autoshift.zone == zone && !autoshift.end)
      autoshift.end = arc.sim().now();
  for (auto& [arn, resource] : arc.resources) {
    if (resource.place != place) continue;
    for (Shift* shift : arc.active(arn)) {
      if (shift->kind != Kind::autoshift || shift->zone != zone) continue;
      end_shift(arc, *shift, "EXPIRED");
      emit_autoshift(arc, resource, zone, "Autoshift Completed");
    }
  }
}

}  // namespace opsim::zonal_shift

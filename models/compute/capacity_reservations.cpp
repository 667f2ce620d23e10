// Capacity reservations at work: who runs in which, and their metrics.
// "Open: running instances that match [...] run in the Capacity Reservation automatically."
// CloudWatch: AWS/EC2CapacityReservations, each five minutes, by CapacityReservationId.
// SIMPLIFIED: matching is by zone, type and platform Linux/UNIX; tenancy is default; no sharing.
#include <algorithm>
#include <array>

#include "models/compute/capacity_reservation.hpp"
#include "models/compute/fleet.hpp"

namespace opsim::compute {

namespace {

using Prefers = ReservationWish::Prefers;

bool matches(const CapacityReservation& one, const ReservedPlace& wanted) {
  return one.state == "active" && one.place == wanted.place && one.zone == wanted.zone &&
         one.type == wanted.type;
}

bool is_targeted(const CapacityReservation& one, const ReservationWish& wish) {
  return std::ranges::count(wish.targets, one.id) > 0;
}

void publish_use(Fleet& fleet, CapacityReservation& one) {
  const auto total = static_cast<double>(one.total);
  const auto used = static_cast<double>(std::min(one.used, one.total));
  struct Row {
    std::string_view name;
    double level;
  };
  const std::array<Row, 4> rows{{{"AvailableInstanceCount", total - used},
                                 {"InstanceUtilization", total > 0 ? 100 * used / total : 0},
                                 {"TotalInstanceCount", total},
                                 {"UsedInstanceCount", used}}};
  Metrics& metrics = fleet.cloud.metrics();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Waveform wave{.from = fleet.now(), .level = rows[i].level, .lowest = 0};
    if (i < one.metrics.size()) {
      metrics.change(one.metrics[i], wave);
      continue;
    }
    const SeriesId series = metrics.intern({one.place,
                                            "AWS/EC2CapacityReservations",
                                            std::string{rows[i].name},
                                            {{"CapacityReservationId", one.id}}});
    one.metrics.push_back(metrics.publish(
        series, wave, {.every = 5min, .delay = 1min, .unit = i == 1 ? "Percent" : "Count"},
        one.id));
  }
}

}  // namespace

ReservationWish read_reservation_wish(const Json& specification, const ReservationWish& otherwise) {
  if (!specification.is_object()) return otherwise;
  ReservationWish wish = otherwise;
  const std::string preference = text_of(specification, "CapacityReservationPreference");
  if (preference == "none") wish.prefers = Prefers::none;
  if (preference == "open") wish.prefers = Prefers::open;
  if (preference == "capacity-reservations-first") wish.prefers = Prefers::first;
  if (preference == "capacity-reservations-only") wish.prefers = Prefers::only;
  const Json& target = member(specification, "CapacityReservationTarget");
  wish.targets = texts_of(target, "CapacityReservationIds");
  for (std::string& id : texts_of(target, "CapacityReservationId"))
    wish.targets.push_back(std::move(id));
  // RunInstances with a target "must run" in it.
  if (!wish.targets.empty() && preference.empty()) wish.prefers = Prefers::only;
  return wish;
}

CapacityReservation* reservation_for(Fleet& fleet, const ReservedPlace& wanted,
                                     const ReservationWish& wish) {
  if (wanted.spot || wish.prefers == Prefers::none) return nullptr;
  for (auto& [id, one] : fleet.reservations) {
    if (!matches(one, wanted) || one.available() == 0) continue;
    const bool mine = is_targeted(one, wish);
    if (mine || (wish.targets.empty() && one.open)) return &one;
  }
  return nullptr;
}

void take_reservation(Fleet& fleet, Instance& instance, const ReservationWish& wish) {
  if (fleet.reservations.empty() || !instance.capacity_reservation.empty()) return;
  CapacityReservation* const found = reservation_for(
      fleet, {instance.place, instance.zone, instance.spec->instance_type, instance.spot}, wish);
  if (found == nullptr) return;
  instance.capacity_reservation = found->id;
  ++found->used;
  publish_use(fleet, *found);
}

void leave_reservation(Fleet& fleet, Instance& instance) {
  if (instance.capacity_reservation.empty()) return;
  const auto found = fleet.reservations.find(std::exchange(instance.capacity_reservation, {}));
  if (found == fleet.reservations.end()) return;
  --found->second.used;
  publish_use(fleet, found->second);
}

void reservation_changed(Fleet& fleet, CapacityReservation& one) {
  if (one.state == "active") {
    for (auto& [id, instance] : fleet.instances) {
      if (one.available() == 0 || !one.open) break;
      if (instance.state != InstanceState::running && instance.state != InstanceState::pending)
        continue;
      take_reservation(fleet, instance, instance.spec->reservation);
    }
    return publish_use(fleet, one);
  }
  // "Running instances in a cancelled reservation continue to run normally."
  for (auto& [id, instance] : fleet.instances)
    if (instance.capacity_reservation == one.id) instance.capacity_reservation.clear();
  one.used = 0;
  fleet.sim().cancel(one.end);
  for (const SourceId source : one.metrics) fleet.cloud.metrics().stop(source);
}

}  // namespace opsim::compute

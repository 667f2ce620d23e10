// Storage fills; RDS tells, widens it by itself where it may, and stops when it is full.
// AWS: RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling": free
// space is less than or equal to 10 percent of the allocated storage, for at least five minutes,
// and at least six hours have passed since the last storage modification; then by the greatest of
// 10 GiB, 10 percent, and the "predicted storage growth exceeding the current allocated storage
// size in the next 7 hours". "Autoscaling doesn't occur if the maximum storage threshold would be
// equaled or exceeded by the storage increment"; "if a subsequent operation is predicted to exceed
// the maximum storage threshold, then RDS autoscales to the maximum storage threshold".
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr Duration kLowForLong = std::chrono::minutes{5};
constexpr Duration kBetweenChanges = std::chrono::hours{6};
constexpr double kPredictedSeconds = 7 * 3600.0;
constexpr std::string_view kWidening = "lognormal(p50 4min, p99 15min)";  // estimate
constexpr std::string_view kOptimizing = "lognormal(p50 40min, p99 5h)";  // estimate: "hours"

/// When the used space reaches `gib`; nothing where it never does.
std::optional<SimTime> reaches(const Instance& instance, double gib, SimTime now) {
  const double used = instance.storage.at(now);
  if (used >= gib) return now;
  if (instance.storage.gib_per_second <= 0) return std::nullopt;
  const double seconds = (gib - used) / instance.storage.gib_per_second;
  if (seconds > 3e9) return std::nullopt;
  return now + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds + 1e-6));
}

/// By how much autoscaling widens a storage of that size, with that much in use.
double increment(const Instance& instance, double allocated, double used) {
  const double predicted = used + instance.storage.gib_per_second * kPredictedSeconds - allocated;
  return std::max({10.0, allocated * 0.1, predicted});
}

/// What autoscaling would make of it; nothing where its limit is in the way.
std::optional<double> widened(const Instance& instance, SimTime now) {
  const double used = std::min(instance.storage.at(now), instance.allocated_gib);
  const double to =
      std::ceil(instance.allocated_gib + increment(instance, instance.allocated_gib, used));
  if (to >= instance.most_gib) return std::nullopt;
  const double next = to + increment(instance, to, to * 0.9);
  return next > instance.most_gib ? instance.most_gib : to;
}

void widen(Databases& all, Instance& instance) {
  const auto to = widened(instance, all.now());
  if (to) return allocate(all, instance, *to, Widened::by_itself);
  if (std::exchange(instance.limit_told, true)) return;
  tell(all, instance,
       {"RDS-EVENT-0224", "failure",
        "Storage autoscaling has triggered a pending scale storage task that will reach or exceed "
        "the maximum storage threshold. Increase the maximum storage threshold."});
}

/// RDS-EVENT-0225 "is invoked when storage reaches 80% of the maximum storage threshold".
void tell_limit_near(Databases& all, const Instance& instance) {
  if (instance.most_gib <= 0 || instance.allocated_gib < instance.most_gib * 0.8) return;
  tell(all, instance,
       {"RDS-EVENT-0225", "notification",
        fmt::format("Storage size {:.0f} GB is approaching the maximum storage threshold {:.0f} "
                    "GB. Increase the maximum storage threshold.",
                    instance.allocated_gib, instance.most_gib)});
}

/// The line is crossed: who is told, and what RDS does.
void cross(Databases& all, Instance& instance) {
  const SimTime now = all.now();
  const double used = instance.storage.at(now);
  const double free = instance.allocated_gib - used;
  if (free <= 0) {
    if (instance.is_operational()) {
      tell(all, instance,
           {"RDS-EVENT-0007", "low storage",
            "Allocated storage has been exhausted. Allocate additional storage to resolve."});
      leave(all, instance, "storage-full", false, "");
    }
  } else if (free < instance.allocated_gib * 0.1 && !instance.low_storage_told) {
    instance.low_storage_told = true;
    tell(all, instance,
         {"RDS-EVENT-0089", "low storage",
          fmt::format(
              "The free storage capacity for DB instance: {} is low at {:.0f}% of the "
              "provisioned storage [Provisioned Storage: {:.2f} GB, Free Storage: {:.2f} "
              "GB]. You may want to increase the provisioned storage to address this issue.",
              instance.id, free / instance.allocated_gib * 100, instance.allocated_gib, free)});
    refresh(all, instance);
  }
  const bool low = free < instance.allocated_gib * 0.1;
  if (low && instance.most_gib > 0 && now - instance.storage_changed >= kBetweenChanges &&
      instance.status != "stopped") {
    all.sim().after(kLowForLong, [&all, place = instance.place, id = instance.id] {
      Instance* after = all.instance(place, id);
      if (after == nullptr) return;
      const bool still =
          after->allocated_gib - after->storage.at(all.now()) < after->allocated_gib * 0.1;
      if (still && all.now() - after->storage_changed >= kBetweenChanges) widen(all, *after);
    });
  }
  watch_storage(all, instance);
}

}  // namespace

void watch_storage(Databases& all, Instance& instance) {
  all.sim().cancel(instance.storage_check);
  const SimTime now = all.now();
  std::optional<SimTime> next;
  const auto consider = [&](std::optional<SimTime> at) {
    if (at && *at > now && (!next || *at < *next)) next = at;
  };
  consider(reaches(instance, instance.allocated_gib * 0.9 + 1e-6, now));
  consider(reaches(instance, instance.allocated_gib, now));
  const bool low = instance.allocated_gib - instance.storage.at(now) < instance.allocated_gib * 0.1;
  if (low && instance.most_gib > 0) consider(instance.storage_changed + kBetweenChanges);
  if (!next) return;
  instance.storage_check = all.sim().at(*next, [&all, place = instance.place, id = instance.id] {
    if (Instance* after = all.instance(place, id)) cross(all, *after);
  });
}

void set_used(Databases& all, Instance& instance, double gib, double gib_per_second) {
  const double most = instance.allocated_gib;
  instance.storage = {all.now(), std::clamp(gib, 0.0, most), gib_per_second};
  const double free = most - instance.storage.gib;
  if (free >= most * 0.1) instance.low_storage_told = false;
  if (free > 0 && instance.status == "storage-full") leave(all, instance, "available", false, "");
  refresh(all, instance);
  cross(all, instance);
}

namespace {

/// The volume has its new size; from here on it is optimized, and the instance fully operational.
void finish_widening(Databases& all, Instance& instance, double gib, Widened by) {
  const bool by_itself = by == Widened::by_itself;
  const double kept = std::min(instance.storage.at(all.now()), instance.allocated_gib);
  instance.allocated_gib = gib;
  instance.low_storage_told = instance.limit_told = false;
  instance.storage = {all.now(), kept, instance.storage.gib_per_second};
  tell(all, instance,
       {by_itself ? "RDS-EVENT-0218" : "RDS-EVENT-0017", "configuration change",
        by_itself ? "Finished applying autoscaling-initiated modification to allocated storage."
                  : "Finished applying modification to allocated storage."});
  if (by_itself) tell_limit_near(all, instance);
  const bool free = instance.status == "modifying" || instance.status == "available" ||
                    instance.status == "storage-full";
  if (free)
    occupy(all, instance,
           {.status = "storage-optimization",
            .takes = all.draw(instance.id, "storage", kOptimizing),
            .out_of_service = false,
            .why = "",
            .then = nullptr});
  watch_storage(all, instance);
}

}  // namespace

// "Scaling storage usually doesn't cause any outage ... After you modify the storage size, the
// status of the DB instance is storage-optimization ... Storage optimization can take several
// hours" (USER_PIOPS.ModifyingExisting). Whatever else happens meanwhile, the new size comes.
void allocate(Databases& all, Instance& instance, double gib, Widened by) {
  const bool by_itself = by == Widened::by_itself;
  tell(all, instance,
       {by_itself ? "RDS-EVENT-0217" : "RDS-EVENT-0018", "configuration change",
        by_itself ? "Applying autoscaling-initiated modification to allocated storage."
                  : "Applying modification to allocated storage."});
  instance.storage_changed = all.now();
  const bool full = instance.storage.at(all.now()) >= instance.allocated_gib;
  leave(all, instance, "modifying", full, full ? "its storage is full" : "");
  all.sim().after(all.draw(instance.id, "widening", kWidening),
                  [&all, place = instance.place, id = instance.id, began = all.now(), gib, by] {
                    Instance* after = all.instance(place, id);
                    if (after != nullptr && after->storage_changed == began)
                      finish_widening(all, *after, gib, by);
                  });
}

}  // namespace opsim::rds

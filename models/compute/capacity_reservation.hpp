#pragma once
/// On-Demand Capacity Reservations: capacity of a type in a zone that is there when others are
/// refused.
/// AWS: EC2 User Guide, "Reserve compute capacity with On-Demand Capacity Reservations"
/// (ec2-capacity-reservations); API CreateCapacityReservation; EC2 Auto Scaling User Guide, "Use
/// Capacity Reservations for On-Demand Instances" (use-ec2-capacity-reservations).
#include <optional>
#include <string>
#include <vector>

#include "models/compute/input.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/cloud/service.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::compute {

class Fleet;
struct Instance;
struct LaunchSpec;

/// CapacityReservationPreference, of launches and of groups.
struct ReservationWish {
  enum class Prefers : std::uint8_t { open, first, only, none } prefers = Prefers::open;
  std::vector<std::string> targets;  // ids; empty: open ones
};
/// CapacityReservationSpecification; what it does not say is `otherwise`.
[[nodiscard]] ReservationWish read_reservation_wish(const Json& specification,
                                                    const ReservationWish& otherwise);

struct CapacityReservation {
  std::string id;  // "cr-0000000000000001"
  Place place;
  std::string zone;
  std::string type;
  std::string platform = "Linux/UNIX";
  std::int64_t total = 0;
  std::int64_t used = 0;
  bool open = true;  // InstanceMatchCriteria; else targeted
  std::string state = "active";
  SimTime created{};
  std::optional<SimTime> ends;  // EndDateType limited
  Tags tags;
  Ticket end;
  std::vector<SourceId> metrics;  // Available, Total, Used, Utilization

  [[nodiscard]] std::int64_t available() const { return total > used ? total - used : 0; }
};

/// What a launch needs room for.
struct ReservedPlace {
  const Place& place;
  std::string_view zone;
  std::string_view type;
  bool spot = false;
};
/// A reservation with room that the launch may run in, or null.
[[nodiscard]] CapacityReservation* reservation_for(Fleet& fleet, const ReservedPlace& wanted,
                                                   const ReservationWish& wish);
/// The instance runs in a reservation with room, where there is one for it.
void take_reservation(Fleet& fleet, Instance& instance, const ReservationWish& wish);
/// It stops or ends: the reservation has room again.
void leave_reservation(Fleet& fleet, Instance& instance);

/// It was made, changed or ended: running instances match it anew.
void reservation_changed(Fleet& fleet, CapacityReservation& one);

// ---- capacity_reservation_operations.cpp ----
ApiResult<Json> create_capacity_reservation(Fleet& fleet, const Request& request);
ApiResult<Json> describe_capacity_reservations(Fleet& fleet, const Request& request);
ApiResult<Json> modify_capacity_reservation(Fleet& fleet, const Request& request);
ApiResult<Json> cancel_capacity_reservation(Fleet& fleet, const Request& request);
ApiResult<Json> get_capacity_reservation_usage(Fleet& fleet, const Request& request);
ApiResult<Created> create_reservation_resource(Fleet& fleet, const ResourceRequest& request);
extern const Shape kCapacityReservationProperties;

}  // namespace opsim::compute

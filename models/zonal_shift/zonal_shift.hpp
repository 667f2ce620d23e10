#pragma once
/// Zonal shift and zonal autoshift of Amazon Application Recovery Controller (ARC): traffic of a
/// load balancer or an Auto Scaling group is moved away from a zone, by hand, by AWS, or to
/// practise. AWS: ARC Developer Guide, "Zonal shift", "Zonal autoshift"; API (2022-10-30).
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::zonal_shift {

/// In order of precedence: "customer-started zonal shifts > autoshifts > practice runs".
enum class Kind : std::uint8_t { zonal_shift, autoshift, practice_run };
[[nodiscard]] std::string_view to_string(Kind kind);
struct Shift;
/// API Reference, ShiftType: ZONAL_SHIFT, PRACTICE_RUN, FIS_EXPERIMENT, ZONAL_AUTOSHIFT.
[[nodiscard]] std::string_view type_of(const Shift& shift);

struct Shift {
  std::string id;
  std::string resource;  // ARN
  std::string zone;      // "us-east-1a"
  Place place;
  Kind kind = Kind::zonal_shift;
  SimTime start{};
  SimTime expiry{};
  std::string status = "ACTIVE";  // then "EXPIRED" or "CANCELED"
  std::string comment;
  bool of_experiment = false;  // AWS FIS started it: "FIS_EXPERIMENT"
  std::string outcome;         // of a practice run
  Ticket end;
};

/// {"type": "CLOUDWATCH", "alarmIdentifier": ARN}, by ARN.
struct PracticeRuns {
  std::vector<std::string> outcome_alarms;
  std::vector<std::string> blocking_alarms;
  std::vector<std::string> blocked_dates;    // "2026-12-24"
  std::vector<std::string> blocked_windows;  // "Mon:20:30-Mon:21:30", UTC
  std::vector<std::string> allowed_windows;
};
/// Error where a date or a window is not written as the API has it.
ApiResult<PracticeRuns> read_practice_runs(const Json& given, PracticeRuns before);
/// Blocked dates and windows leave it, and so do allowed windows where there are some.
[[nodiscard]] bool may_practise(const PracticeRuns& runs, SimTime begin, SimTime end);

struct ManagedResource {
  std::string arn;
  Place place;
  std::vector<std::string> zones;
  std::optional<PracticeRuns> practice;
  bool autoshift = false;     // zonalAutoshiftStatus ENABLED
  std::string applied_zone;   // what it is told now; "" for none
  std::size_t practised = 0;  // how many practice runs began: zones take turns
  Ticket next_practice;
};

/// An autoshift that AWS started in a Region.
struct Autoshift {
  Place place;
  std::string zone;
  SimTime start{};
  std::optional<SimTime> end;
};

class ZonalShift : public Model {
 public:
  explicit ZonalShift(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, Shift> shifts;                            // by id: in order of start
  std::map<std::string, ManagedResource, std::less<>> resources;  // by ARN: those asked about once
  std::vector<Autoshift> autoshifts;

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] std::vector<Shift*> active(std::string_view resource);
};

// ---- managed_resources.cpp: what can be shifted ----

/// The load balancer or the group of that ARN or name; ResourceNotFoundException where it is
/// unknown or has not opted in.
ApiResult<ManagedResource*> managed(ZonalShift& arc, const Place& place, std::string_view name);
/// All that have opted in, by ARN.
[[nodiscard]] std::vector<ManagedResource*> all_managed(ZonalShift& arc, const Place& place);
/// "use1-az1" or "us-east-1a" -> "us-east-1a"; nothing for a zone of another Region.
[[nodiscard]] std::optional<std::string> zone_named(const Place& place, std::string_view text);
/// "us-east-1a" -> "use1-az1". SIMPLIFIED: letters and numbers go together in every account.
[[nodiscard]] std::string zone_id(const std::string& region, std::string_view zone);

// ---- shifting.cpp ----

Shift& start_shift(ZonalShift& arc, ManagedResource& resource, Shift shift, Duration expires_in);
void end_shift(ZonalShift& arc, Shift& shift, std::string_view status);
/// Says to the resource which zone is shifted away now, by precedence.
void apply(ZonalShift& arc, ManagedResource& resource);
void begin_autoshift(ZonalShift& arc, const Place& place, const std::string& zone);
void end_autoshift(ZonalShift& arc, const Place& place, const std::string& zone);

// ---- practice.cpp ----

/// Schedules the next weekly practice run; none while autoshift is off.
void schedule_practice(ZonalShift& arc, ManagedResource& resource);
Shift& begin_practice(ZonalShift& arc, ManagedResource& resource, const std::string& zone,
                      std::string comment);
/// "SUCCEEDED", "FAILED", "INTERRUPTED".
void end_practice(ZonalShift& arc, Shift& shift, std::string_view outcome, std::string_view why);
/// What keeps a practice run from starting now: the reason of a ConflictException, or "".
std::string practice_conflict(ZonalShift& arc, const ManagedResource& resource);
void alarm_fired(ZonalShift& arc, std::string_view alarm);
void emit(ZonalShift& arc, const Shift& shift, std::string_view detail_type, Json data);

}  // namespace opsim::zonal_shift

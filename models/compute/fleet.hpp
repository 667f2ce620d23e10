#pragma once
/// The state of EC2 over all accounts and Regions. Auto Scaling is a second service on the same
/// fleet: AWS itself cannot tell the two apart at run time.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/compute/capacity_reservation.hpp"
#include "models/compute/capacity_shortage.hpp"
#include "models/compute/image.hpp"
#include "models/compute/instance.hpp"
#include "models/compute/volume.hpp"
#include "opsim/text_index.hpp"

namespace opsim::compute {

class Groups;

struct LaunchTemplate {
  std::string id;  // "lt-00000001"
  std::string name;
  Place place;
  std::vector<std::pair<Json, Json>> versions;  // LaunchTemplateData and the resource's Metadata
  std::int64_t default_version = 1;
  SimTime created{};
  Tags tags;
};

struct Subnet {
  std::string id;
  std::string zone;
  std::string vpc;
  std::string cidr;
  std::uint32_t first_address = 0;  // of its range, host byte order
  std::uint32_t used = 0;
};

/// Orders as the pairs themselves do, and finds without a copy of either part.
struct ByPlaceAndName {
  using is_transparent = void;
  template <class One, class Other>
  bool operator()(const One& one, const Other& other) const {
    const auto order = one.first <=> other.first;
    if (order != 0) return order < 0;
    return std::string_view{one.second} < std::string_view{other.second};
  }
};
using PlaceAndName = std::pair<const Place&, std::string_view>;

class Fleet : public Model {
 public:
  explicit Fleet(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::string, Instance, std::less<>> instances;  // by id: in the order of their launch
  std::map<std::string, LaunchTemplate, std::less<>> templates;       // by id
  std::map<std::pair<Place, std::string>, std::string> template_ids;  // by name
  std::map<std::pair<Place, std::string>, Subnet> subnets;            // by id
  std::map<Place, std::string> default_vpcs;
  std::map<std::string, Volume, std::less<>> volumes;  // by id; roots only where asked for
  std::multimap<std::string, std::string, std::less<>>
      attached;                                            // instance, volume beside its root
  std::map<std::string, Snapshot, std::less<>> snapshots;  // by id
  std::map<std::string, std::shared_ptr<const InstanceSettings>, std::less<>> settings;
  std::map<std::string, Image, std::less<>> images;  // of this account and those that it made
  std::uint64_t subnets_made = 0;  // those of stacks that name no zone take zones in turn
  std::map<std::pair<Place, std::string>, std::optional<AgentConfig>> agent_parameters;  // by name
  std::vector<CapacityShortage> shortages;
  std::map<std::string, CapacityReservation, std::less<>> reservations;  // by id
  std::vector<Instance*> newly_standing;  // their metrics begin with the first callback
  /// What a group's instances all publish into, by the group's place and name, then by metric.
  std::map<std::pair<Place, std::string>, std::map<std::string, SeriesId, std::less<>>,
           ByPlaceAndName>
      group_series;
  std::map<std::string, Duration, std::less<>> publishing_delays;  // by Region

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] SimTime now() { return cloud.sim().now(); }
  /// Null when there is none, or it is in another account or Region.
  [[nodiscard]] Instance* find(const Place& place, std::string_view id);
  [[nodiscard]] Instance* find(std::string_view id);
  /// A new one. Ids ascend, and what has been stays.
  Instance& add(const std::string& id);
  /// Null when the catalog has no Auto Scaling.
  [[nodiscard]] Groups* groups();

 private:
  TextIndex<Instance*> by_id_;
  Groups* groups_ = nullptr;
};

/// The fleet that the second service shares.
[[nodiscard]] Fleet& fleet_of(Cloud& cloud);

/// SIMPLIFIED: the datapoints of one minute become readable together, not before the minute has
/// ended. UNDOCUMENTED: CloudWatch must do something of the kind, or an alarm on a series that many
/// instances feed would judge each newest period by those that happen to report early.
Duration until_minute_ends(Duration phase);

/// A number drawn for one instance and one purpose: others' draws do not move it.
[[nodiscard]] Duration draw(Fleet& fleet, const Instance& instance, std::string_view purpose,
                            const Distribution& distribution);
/// The same for what is drawn once in an instance's life: uniform in (0, 1), nothing is kept.
[[nodiscard]] double draw_once(Fleet& fleet, const Instance& instance, std::string_view purpose);
/// Writes that something became of the instance; the answer causes what follows.
CauseId tell(Fleet& fleet, const Instance& instance, std::string_view act, std::string_view text);

// ---- launch.cpp ------------------------------------------------------------------------------

struct LaunchOrder {
  Place place;
  std::shared_ptr<const LaunchSpec> spec;
  std::string zone;
  std::string subnet;
  std::string group;  // name of the Auto Scaling group
  std::string owner;  // physical id of what launches it
  Tags tags;          // on top of the spec's
  std::string reservation;
  std::string why;                      // "to replace i-00000002", or ""
  bool spot = false;                    // a Spot Instance
  std::optional<ReservationWish> wish;  // of its group; else the spec's
  bool stands = false;                  // runs, booted and healthy: it was there before time began
};
Instance& launch(Fleet& fleet, const LaunchOrder& order);

// ---- life_cycle.cpp --------------------------------------------------------------------------

/// The only place that assigns an instance's state. Tells everyone whom it concerns.
void set_state(Fleet& fleet, Instance& instance, InstanceState state, std::string_view reason,
               std::string_view told);
/// pending -> running -> booted, as long as each takes.
void begin_to_run(Fleet& fleet, Instance& instance);
void start(Fleet& fleet, Instance& instance);
void stop(Fleet& fleet, Instance& instance, std::string_view reason);
void terminate(Fleet& fleet, Instance& instance, std::string_view reason);
void reboot(Fleet& fleet, Instance& instance);
/// EC2's automatic recovery: the same instance on another host.
void recover(Fleet& fleet, Instance& instance);
/// Whether EC2 recovers instances of the type by itself, and that it does so soon.
[[nodiscard]] bool supports_automatic_recovery(std::string_view instance_type);
void plan_automatic_recovery(Fleet& fleet, Instance& instance);

/// "User initiated (2026-03-02 09:00:00 GMT)", as StateTransitionReason has it; groups end their
/// instances on behalf of their user.
[[nodiscard]] std::string user_initiated(Fleet& fleet);

// ---- software.cpp ----------------------------------------------------------------------------

/// The newest release there is now.
[[nodiscard]] double newest_software(const Fleet& fleet);
[[nodiscard]] double software_of_image(const Fleet& fleet, std::string_view image);
/// What user data installs at the first boot, and how long that takes.
Duration install_software(Fleet& fleet, Instance& instance);
void change_software(Fleet& fleet, Instance& instance, double release);
[[nodiscard]] bool is_bad_software(const Instance& instance);
void stop_software(Fleet& fleet, Instance& instance);

// ---- status_checks.cpp -----------------------------------------------------------------------

/// Something that the checks look at may have changed: the next check will notice.
void look_at_checks(Fleet& fleet, Instance& instance);
/// Starts the checks of an instance that has just begun to run.
void begin_checks(Fleet& fleet, Instance& instance);
void end_checks(Fleet& fleet, Instance& instance);

// ---- condition.cpp ---------------------------------------------------------------------------

/// Says anew how the instance is: to Cloud::set_health and to its group.
void refresh_health(Fleet& fleet, Instance& instance);

// ---- tanks.cpp -------------------------------------------------------------------------------

/// A tank was changed: its metrics, its next crossing and the instance's health follow.
void disk_changed(Fleet& fleet, Instance& instance);
void memory_changed(Fleet& fleet, Instance& instance);
/// Starts or pauses what fills them, as the instance runs or not.
void pause_tanks(Fleet& fleet, Instance& instance);
/// Memory as it is after a boot.
void refresh_memory(Fleet& fleet, Instance& instance);

// ---- processes.cpp ---------------------------------------------------------------------------

[[nodiscard]] RunningProcess* find_process(Instance& instance, std::string_view name);
void set_process(Fleet& fleet, Instance& instance, std::string_view name, bool runs);
/// At boot: all that should run.
void start_processes(Fleet& fleet, Instance& instance);

// ---- instance_metrics.cpp --------------------------------------------------------------------

/// What EC2 itself publishes of a running instance: checks each minute, CPU each five (or one).
void publish_check_metrics(Fleet& fleet, Instance& instance);
void publish_ec2_metrics(Fleet& fleet, Instance& instance);
/// The same under the name of its group, once it contributes to that.
void publish_group_metrics(Fleet& fleet, Instance& instance);
void stop_metrics(Fleet& fleet, Instance& instance);
/// The waveform of one reading in one form.
[[nodiscard]] Waveform waveform_of(Fleet& fleet, const Instance& instance, const Publication& what);
/// Hands the present waveforms of a reading to Metrics.
void update_metrics(Fleet& fleet, Instance& instance, Reading reading);

// ---- instance_credits.cpp ---------------------------------------------------------------------

/// What the instance gets of the CPU that it asks for, in per cent.
[[nodiscard]] double granted_cpu(const Instance& instance);
/// `cpu_level` was changed, or credits ran out or came back.
void cpu_changed(Fleet& fleet, Instance& instance);
void begin_credits(Fleet& fleet, Instance& instance);
void end_credits(Fleet& fleet, Instance& instance);

// ---- agent.cpp -------------------------------------------------------------------------------

/// The CloudWatch agent publishes while the system is up and its process runs.
void refresh_agent(Fleet& fleet, Instance& instance);

// ---- physics.cpp -----------------------------------------------------------------------------

/// What `settings` are kept under for a group: names are unique in a Place only.
[[nodiscard]] std::string settings_key(const Place& place, std::string_view group);
/// Of the type, overlaid by the group's, overlaid by the instance's own.
[[nodiscard]] std::shared_ptr<const InstanceSettings> settings_for(const Fleet& fleet,
                                                                   const Instance& instance);
/// Begins an instance's physics afresh: levels, growth, processes.
void apply_settings(Fleet& fleet, Instance& instance);
[[nodiscard]] double memory_after_boot(Fleet& fleet, const Instance& instance);
[[nodiscard]] double disk_bytes(const Instance& instance);
[[nodiscard]] double memory_bytes(const Instance& instance);
/// The root file system takes so many GiB of its volume, at most all.
void extend_file_system(Fleet& fleet, Instance& instance, double gib);

// ---- network.cpp -----------------------------------------------------------------------------

/// The subnet of that id; one that no stack made is placed in the Region's zones in turn.
Subnet& subnet_of(Fleet& fleet, const Place& place, const std::string& id);
/// The default VPC's subnet of a zone.
Subnet& default_subnet(Fleet& fleet, const Place& place, const std::string& zone);
[[nodiscard]] std::string take_address(Subnet& subnet);

// ---- launch_templates.cpp --------------------------------------------------------------------

/// The template and version that {"LaunchTemplateId" | "LaunchTemplateName", "Version"} names.
/// EC2's error where there is none.
struct TemplateVersion {
  const LaunchTemplate* of = nullptr;
  std::int64_t number = 0;
  const Json* data = nullptr;
  const Json* metadata = nullptr;
};
[[nodiscard]] ApiResult<TemplateVersion> find_template(Fleet& fleet, const Place& place,
                                                       const Json& reference);

}  // namespace opsim::compute

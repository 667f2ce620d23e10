#pragma once
/// EBS volumes and snapshots.
///
/// AWS: EBS User Guide, "Volume states" (ebs-describing-volumes), "Amazon EventBridge events for
/// Amazon EBS"; API CreateVolume, AttachVolume, DetachVolume, DeleteVolume, ModifyVolume,
/// CreateSnapshot.
/// SIMPLIFIED: how long anything takes is an estimate, but for the six hours a TiB of optimizing.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/input.hpp"
#include "models/compute/volume_performance.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/cloud/place.hpp"

namespace opsim::compute {

class Fleet;
struct Instance;

enum class VolumeState : std::uint8_t { creating, available, in_use, deleting, deleted };
[[nodiscard]] std::string_view to_string(VolumeState state);

struct VolumeAttachment {
  std::string instance;
  std::string device;              // "/dev/sdf"
  std::string state = "attached";  // "attaching", "detaching"
  SimTime since{};
  bool delete_on_termination = false;
};

struct Modification {
  VolumeShape from;
  VolumeShape to;
  std::string state = "modifying";  // "optimizing", "completed"
  SimTime begun{};
  SimTime optimized{};  // when it will have completed
  std::optional<SimTime> ended{};
};

struct Volume {
  std::string id;
  Place place;
  std::string zone;
  VolumeShape shape;
  bool encrypted = false;
  std::string kms_key;
  std::string snapshot;  // from which it was made, or ""
  VolumeState state = VolumeState::creating;
  SimTime created{};
  std::optional<VolumeAttachment> attachment;
  std::optional<Modification> modification;
  std::deque<SimTime> modified;  // those of the last day
  Tags tags;

  double asked_iops = 0;
  bool paused = false;       // does no I/O: an experiment, or what it rehearses
  double read_delay = 0;     // milliseconds beyond what is usual
  double write_delay = 0;    //
  std::vector<SourceId> io;  // VolumeStalledIOCheck, VolumeAvgReadLatency, VolumeAvgWriteLatency
  CreditBucket credits;      // of gp2
  Ticket limit;
  std::optional<SourceId> balance;  // BurstBalance

  [[nodiscard]] std::string arn() const { return opsim::arn(place, "ec2", "volume/" + id); }
};

struct Snapshot {
  std::string id;
  Place place;
  std::string volume;
  std::int64_t gib = 0;
  std::string description;
  std::string state = "pending";  // "completed"
  SimTime begun{};
  SimTime ends{};
  bool encrypted = false;
  Tags tags;
};

/// A disk that a launch brings along, beside the root.
struct BlockDevice {
  std::string device;
  VolumeShape shape;
  bool encrypted = false;
  bool delete_on_termination = false;
  std::string snapshot;
};

// ---- volumes.cpp -----------------------------------------------------------------------------

/// The volume of that id; a root volume gets a record of its own when somebody asks for it so.
[[nodiscard]] Volume* find_volume(Fleet& fleet, const Place& place, std::string_view id);
/// What a root volume is, without making a record.
[[nodiscard]] Volume root_volume(const Instance& instance);
[[nodiscard]] std::string root_volume_id(const Instance& instance);
/// The volumes of an instance beside its root.
[[nodiscard]] std::vector<Volume*> further_volumes(Fleet& fleet, const Instance& instance);

/// Adds a volume that is available (`stands`) or becomes so.
enum class Born : bool { now, stands };
Volume& add_volume(Fleet& fleet, Volume volume, Born born);
void attach(Fleet& fleet, Volume& volume, VolumeAttachment attachment, Born born);
void detach(Fleet& fleet, Volume& volume);
void delete_volume(Fleet& fleet, Volume& volume);
void modify(Fleet& fleet, Volume& volume, const VolumeShape& to);
/// At launch: the disks of its block device mapping. At its end: those that go with it.
void attach_devices(Fleet& fleet, const Instance& instance, Born born);
void release_volumes(Fleet& fleet, const Instance& instance);

// ---- volume_io.cpp ---------------------------------------------------------------------------

/// What it does of the I/O that is asked for: its baseline, once a gp2 volume has no credits.
[[nodiscard]] double granted_iops(const Volume& volume, SimTime now);
/// Load or shape was changed, or a limit of the bucket was reached.
void io_changed(Fleet& fleet, Volume& volume);

// ---- volume_pause.cpp ------------------------------------------------------------------------

/// Its I/O stops, or goes on: the instance that it is attached to waits for it.
void set_paused(Fleet& fleet, Volume& volume, bool paused);
/// Each read, or each write, takes so many milliseconds longer.
void set_delays(Fleet& fleet, Volume& volume, double read, double write);
/// The volumes of an instance are others now: it waits for those that are paused.
void look_at_pauses(Fleet& fleet, Instance& instance);

// ---- snapshots.cpp ---------------------------------------------------------------------------

Snapshot& begin_snapshot(Fleet& fleet, const Volume& volume, std::string description, Tags tags);

}  // namespace opsim::compute

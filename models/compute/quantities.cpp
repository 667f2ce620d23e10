// What scripts, people and faults can read and change on an instance.
#include <algorithm>

#include "models/compute/compute_physics.hpp"
#include "models/compute/fleet.hpp"
#include "models/compute/spot.hpp"

namespace opsim::compute {

namespace {

using Reader = std::optional<double> (*)(Fleet&, Instance&, std::string_view part);
using Changer = void (*)(Fleet&, Instance&, std::string_view part, Change change);

template <Reader Read>
std::optional<double> read(Model& model, std::string_view resource, std::string_view part) {
  Fleet& fleet = static_cast<Fleet&>(model);
  Instance* instance = fleet.find(resource);
  return instance == nullptr ? std::nullopt : Read(fleet, *instance, part);
}
template <Changer Act>
void change(Model& model, std::string_view resource, std::string_view part, Change how) {
  Fleet& fleet = static_cast<Fleet&>(model);
  if (Instance* instance = fleet.find(resource)) Act(fleet, *instance, part, how);
}

double changed(double before, Change how) {
  return how.how == Change::How::to ? how.value : before + how.value;
}

std::optional<double> read_disk(Fleet& fleet, Instance& instance, std::string_view /*part*/) {
  return instance.disk.at(fleet.now());
}
void change_disk(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  instance.disk.put_right(fleet.now(), changed(instance.disk.at(fleet.now()), how));
  disk_changed(fleet, instance);
}

std::optional<double> read_memory(Fleet& fleet, Instance& instance, std::string_view /*part*/) {
  return instance.memory.at(fleet.now());
}
void change_memory(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  instance.memory.put_right(fleet.now(), changed(instance.memory.at(fleet.now()), how));
  memory_changed(fleet, instance);
}

/// What runs on it leaks so much an hour: a version that was deployed, and that begins with the
/// memory of a boot. A fault's leak goes before it.
std::optional<double> read_leak(Fleet& /*fleet*/, Instance& instance, std::string_view /*part*/) {
  return instance.memory.ordinary * 3600;
}
void change_leak(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  Tank& memory = instance.memory;
  memory.ordinary = std::max(0.0, changed(memory.ordinary * 3600, how)) / 3600;
  if (memory.surging) return;
  memory.because = fleet.sim().cause();
  memory.set_growth(fleet.now(), memory.ordinary);
  refresh_memory(fleet, instance);
}

std::optional<double> read_cpu(Fleet& /*fleet*/, Instance& instance, std::string_view /*part*/) {
  return instance.state == InstanceState::running ? granted_cpu(instance) : 0;
}
void change_cpu(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  instance.cpu_level = std::clamp(changed(instance.cpu_level, how), 0.0, 100.0);
  cpu_changed(fleet, instance);
}

/// Megabytes a second, of an instance that has traffic in its physics.
template <double Instance::*Traffic, Reading Which>
std::optional<double> read_traffic(Fleet& /*fleet*/, Instance& instance,
                                   std::string_view /*part*/) {
  return instance.state == InstanceState::running ? instance.*Traffic / 1e6 : 0;
}
template <double Instance::*Traffic, Reading Which>
void change_traffic(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  instance.*Traffic = std::clamp(changed(instance.*Traffic / 1e6, how), 0.0, 1e6) * 1e6;
  update_metrics(fleet, instance, Which);
}

std::optional<double> read_disk_size(Fleet& /*fleet*/, Instance& instance,
                                     std::string_view /*part*/) {
  return disk_bytes(instance) / 1073741824.0;
}
/// growpart and resize2fs: no more than the volume has.
void change_disk_size(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  extend_file_system(fleet, instance, changed(disk_bytes(instance) / 1073741824.0, how));
}

std::optional<double> read_process(Fleet& /*fleet*/, Instance& instance, std::string_view part) {
  const RunningProcess* process = find_process(instance, part);
  if (process == nullptr) return std::nullopt;
  return instance.is_up() && process->runs ? 1 : 0;
}
void change_process(Fleet& fleet, Instance& instance, std::string_view part, Change how) {
  const RunningProcess* process = find_process(instance, part);
  const double before = process != nullptr && process->runs ? 1 : 0;
  set_process(fleet, instance, part, changed(before, how) >= 0.5);
}

std::optional<double> read_reachable(Fleet& /*fleet*/, Instance& instance,
                                     std::string_view /*part*/) {
  return instance.is_reachable() && !instance.out_of_memory ? 1 : 0;
}

std::optional<double> read_connected(Fleet& /*fleet*/, Instance& instance, std::string_view part) {
  if (!part.empty()) return std::nullopt;
  return instance.cut_off ? 0 : 1;
}
void change_connected(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  instance.cut_off = changed(instance.cut_off ? 0 : 1, how) < 0.5;
  refresh_agent(fleet, instance);
  refresh_health(fleet, instance);
}

std::optional<double> read_running(Fleet& /*fleet*/, Instance& instance,
                                   std::string_view /*part*/) {
  return instance.state == InstanceState::running ? 1 : 0;
}

/// 1 once a Spot Instance will be taken back; changed to so many seconds, it is after these.
std::optional<double> read_interruption(Fleet& /*fleet*/, Instance& instance,
                                        std::string_view /*part*/) {
  if (!instance.spot) return std::nullopt;
  return instance.interrupted ? 1 : 0;
}
void change_interruption(Fleet& fleet, Instance& instance, std::string_view /*part*/, Change how) {
  const double seconds = std::clamp(how.value, 0.0, 86'400.0);
  interrupt_spot(fleet, instance,
                 std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1e3)});
}

Volume* volume_named(Fleet& fleet, std::string_view id) {
  const Resource* known = fleet.cloud.resources().find(id);
  return find_volume(fleet, known == nullptr ? fleet.cloud.home() : known->place, id);
}
std::optional<double> read_iops(Model& model, std::string_view id, std::string_view /*part*/) {
  Fleet& fleet = static_cast<Fleet&>(model);
  const Volume* volume = volume_named(fleet, id);
  return volume == nullptr ? std::nullopt : std::optional{granted_iops(*volume, fleet.now())};
}
void change_iops(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Fleet& fleet = static_cast<Fleet&>(model);
  Volume* volume = volume_named(fleet, id);
  if (volume == nullptr) return;
  volume->asked_iops = std::clamp(changed(volume->asked_iops, how), 0.0, 1e7);
  io_changed(fleet, *volume);
}

/// 1 while the volume does I/O, 0 while it is paused.
std::optional<double> read_io(Model& model, std::string_view id, std::string_view /*part*/) {
  const Volume* volume = volume_named(static_cast<Fleet&>(model), id);
  return volume == nullptr ? std::nullopt : std::optional{volume->paused ? 0.0 : 1.0};
}
void change_io(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Fleet& fleet = static_cast<Fleet&>(model);
  if (Volume* volume = volume_named(fleet, id))
    set_paused(fleet, *volume, changed(volume->paused ? 0 : 1, how) < 0.5);
}

/// Milliseconds that each read, or each write, takes longer.
template <double Volume::*Delay>
std::optional<double> read_delay(Model& model, std::string_view id, std::string_view /*part*/) {
  const Volume* volume = volume_named(static_cast<Fleet&>(model), id);
  return volume == nullptr ? std::nullopt : std::optional{volume->*Delay};
}
template <double Volume::*Delay>
void change_delay(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Fleet& fleet = static_cast<Fleet&>(model);
  Volume* volume = volume_named(fleet, id);
  if (volume == nullptr) return;
  volume->*Delay = changed(volume->*Delay, how);
  set_delays(fleet, *volume, volume->read_delay, volume->write_delay);
}

/// "shortage us-east-1a" of a role: per cent of its requests for capacity there that are refused.
std::optional<double> read_role_shortage(Model& model, std::string_view id, std::string_view zone) {
  Fleet& fleet = static_cast<Fleet&>(model);
  const Resource* role = fleet.cloud.resources().find(id);
  if (role == nullptr) return std::nullopt;
  return shortage_percent(fleet, {fleet.cloud.home(), {}, role->arn, std::string{zone}});
}
void change_role_shortage(Model& model, std::string_view id, std::string_view zone, Change how) {
  Fleet& fleet = static_cast<Fleet&>(model);
  if (const Resource* role = fleet.cloud.resources().find(id))
    set_shortage(fleet, {fleet.cloud.home(), {}, role->arn, std::string{zone}}, how.value);
}

/// What a request to it gets: an HTTP status, 0 where it refuses connections, -1 where nothing
/// answers. A process that should run and does not listens nowhere; a full disk fails requests.
std::optional<double> read_answer(Fleet& fleet, Instance& instance, std::string_view /*part*/) {
  if (!instance.is_reachable() || instance.out_of_memory) return -1;
  for (const RunningProcess& process : instance.processes)
    if (process.wanted && !process.runs) return 0;
  return instance.disk.is_full(fleet.now()) ? 500 : 200;
}

std::optional<double> read_software_release(Fleet& /*fleet*/, Instance& instance,
                                            std::string_view /*part*/) {
  return instance.software;
}
/// An upgrade or a downgrade in place; by "+1", from what it has. Beyond what there is, the newest.
void change_software_release(Fleet& fleet, Instance& instance, std::string_view /*part*/,
                             Change how) {
  change_software(fleet, instance, changed(instance.software, how));
}

constexpr std::string_view kInstance = "AWS::EC2::Instance";
constexpr PhysicalQuantity kQuantityRows[] = {
    {kInstance, "answer", "", read<read_answer>, nullptr},
    {kInstance, "connected", "", read<read_connected>, change<change_connected>},
    {kInstance, "cpu", "%", read<read_cpu>, change<change_cpu>},
    {kInstance, "disk", "%", read<read_disk>, change<change_disk>},
    {kInstance, "filesystem", "GiB", read<read_disk_size>, change<change_disk_size>},
    {kInstance, "interruption", "s", read<read_interruption>, change<change_interruption>},
    {kInstance, "memory", "%", read<read_memory>, change<change_memory>},
    {kInstance, "memory-growth", "%/h", read<read_leak>, change<change_leak>},
    {kInstance, "network in", "MB/s",
     read<read_traffic<&Instance::network_in, Reading::network_in>>,
     change<change_traffic<&Instance::network_in, Reading::network_in>>},
    {kInstance, "network out", "MB/s",
     read<read_traffic<&Instance::network_out, Reading::network_out>>,
     change<change_traffic<&Instance::network_out, Reading::network_out>>},
    {kInstance, "process", "", read<read_process>, change<change_process>},
    {kInstance, "reachable", "", read<read_reachable>, nullptr},
    {kInstance, "running", "", read<read_running>, nullptr},
    {kInstance, "software", "", read<read_software_release>, change<change_software_release>},
    {"AWS::EC2::Volume", "io", "", read_io, change_io},
    {"AWS::EC2::Volume", "iops", "", read_iops, change_iops},
    {"AWS::EC2::Volume", "read latency", "ms", read_delay<&Volume::read_delay>,
     change_delay<&Volume::read_delay>},
    {"AWS::EC2::Volume", "write latency", "ms", read_delay<&Volume::write_delay>,
     change_delay<&Volume::write_delay>},
    {"AWS::IAM::Role", "shortage", "%", read_role_shortage, change_role_shortage},
};

}  // namespace

const std::span<const PhysicalQuantity> kInstanceQuantities = kQuantityRows;

}  // namespace opsim::compute

// From the settings of a scenario to the levels, growth and processes of an instance.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/compute_physics.hpp"
#include "models/compute/fleet.hpp"
#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

// Estimates, for an instance of which a scenario says nothing (see settings_shape.cpp).
constexpr double kDisk = 30;
constexpr double kMemory = 40;
constexpr double kCpu = 10;
constexpr double kDanger = 90;
constexpr double kGibibyte = 1073741824.0;
constexpr std::string_view kType = "AWS::EC2::Instance";

double percent(const std::optional<Distribution>& from, double u, double otherwise) {
  if (!from) return otherwise;
  const double value = from->quantile(u);
  return from->unit() == Distribution::Unit::percent ? value * 100 : value;
}

double growth(const TankSettings& settings, double bytes) {
  if (settings.bytes_per_second) return *settings.bytes_per_second / bytes * 100;
  return settings.percent_per_second.value_or(0);
}

void fill(Tank& tank, const TankSettings& settings, SimTime now, double level, double bytes) {
  tank.danger = settings.danger.value_or(kDanger);
  tank.full = settings.full.value_or(100);
  tank.ordinary = tank.per_second = growth(settings, bytes);
  tank.because = CauseId::none;
  tank.set_level(now, level);
}

/// Settings for a resource, or for a type where no resource is named.
void keep_settings(Fleet& fleet, const std::string& key, const Node& values) {
  InstanceSettings settings = read_settings(values);
  if (const auto known = fleet.settings.find(key); known != fleet.settings.end())
    settings = merged(*known->second, settings);
  fleet.settings[key] = std::make_shared<const InstanceSettings>(std::move(settings));
}

/// Instances with the same settings share one value: a group of 100,000 keeps one.
void settle(Fleet& fleet, std::vector<Instance*> instances) {
  std::map<std::string, std::shared_ptr<const InstanceSettings>, std::less<>> by_group;
  for (Instance* instance : instances) {
    const bool own = fleet.settings.contains(instance->id);
    const std::string key = settings_key(instance->place, instance->group);
    auto& shared = by_group[key];
    if (own || shared == nullptr) shared = settings_for(fleet, *instance);
    instance->settings = own ? settings_for(fleet, *instance) : shared;
    apply_settings(fleet, *instance);
    pause_tanks(fleet, *instance);
    cpu_changed(fleet, *instance);
  }
}

}  // namespace

std::string settings_key(const Place& place, std::string_view group) {
  return fmt::format("{}/{}/{}", place.account, place.region, group);
}

std::shared_ptr<const InstanceSettings> settings_for(const Fleet& fleet, const Instance& instance) {
  static const auto kNone = std::make_shared<const InstanceSettings>();
  std::shared_ptr<const InstanceSettings> settings = kNone;
  const auto overlay = [&](std::string_view key) {
    const auto found = fleet.settings.find(key);
    if (found == fleet.settings.end()) return;
    settings = settings == kNone
                   ? found->second
                   : std::make_shared<const InstanceSettings>(merged(*settings, *found->second));
  };
  if (fleet.settings.empty()) return settings;
  overlay(kType);
  if (!instance.group.empty()) overlay(settings_key(instance.place, instance.group));
  overlay(instance.id);
  return settings;
}

void extend_file_system(Fleet& fleet, Instance& instance, double gib) {
  const Volume* root = find_volume(fleet, instance.place, root_volume_id(instance));
  if (root == nullptr) return;
  const double before = instance.disk_factor;
  // A scenario may have said another size than the template: then that grows in proportion.
  const double base = disk_bytes(instance) / before / kGibibyte;
  const double most =
      base * static_cast<double>(root->shape.gib) / static_cast<double>(instance.spec->root.gib);
  // A file system is not made smaller.
  instance.disk_factor = std::max(before, std::min(gib, most) / base);
  if (instance.disk_factor == before) return;
  const double ratio = before / instance.disk_factor;
  Tank& disk = instance.disk;
  disk.put_right(fleet.now(), disk.at(fleet.now()) * ratio);
  disk.per_second *= ratio;
  disk.ordinary *= ratio;
  const CauseScope because{
      fleet.sim(), tell(fleet, instance, "extended",
                        fmt::format("its file system has {:.0f} GiB now", std::min(gib, most)))};
  disk_changed(fleet, instance);
}

double disk_bytes(const Instance& instance) {
  return instance.settings->disk.size_bytes.value_or(static_cast<double>(instance.spec->root.gib) *
                                                     kGibibyte) *
         instance.disk_factor;
}

double memory_bytes(const Instance& instance) {
  return instance.settings->memory.size_bytes.value_or(memory_gib(instance.spec->instance_type) *
                                                       1073741824.0);
}

double memory_after_boot(Fleet& fleet, const Instance& instance) {
  const auto& from = instance.settings->memory.from;
  return percent(from, from ? draw_once(fleet, instance, "memory") : 0.5, kMemory);
}

void apply_settings(Fleet& fleet, Instance& instance) {
  const InstanceSettings& settings = *instance.settings;
  const auto& disk = settings.disk.from;
  fill(instance.disk, settings.disk, fleet.now(),
       percent(disk, disk ? draw_once(fleet, instance, "disk") : 0.5, kDisk), disk_bytes(instance));
  fill(instance.memory, settings.memory, fleet.now(), memory_after_boot(fleet, instance),
       memory_bytes(instance));
  instance.disk.paused = instance.memory.paused = true;  // until it runs
  instance.cpu_level = settings.cpu_level.value_or(kCpu);
  instance.network_in = settings.network_in.value_or(0);
  instance.network_out = settings.network_out.value_or(0);
  instance.processes.clear();
  for (const ProcessSettings& process : settings.processes)
    instance.processes.push_back({process.name, process.runs, process.runs});
}

void apply_instance_physics(Fleet& fleet, const PhysicsRequest& request) {
  std::vector<Instance*> concerned;
  if (request.resource != nullptr) {
    keep_settings(fleet, request.resource->physical_id, request.values);
    if (Instance* one = fleet.find(request.resource->physical_id)) concerned.push_back(one);
  } else {
    keep_settings(fleet, std::string{kType}, request.values);
    for (auto& [id, instance] : fleet.instances) concerned.push_back(&instance);
  }
  settle(fleet, std::move(concerned));
}

void apply_group_physics(Fleet& fleet, const Place& place, std::string_view group,
                         const Node& values) {
  keep_settings(fleet, settings_key(place, group), values);
  std::vector<Instance*> concerned;
  for (auto& [id, instance] : fleet.instances)
    if (instance.group == group && instance.place == place) concerned.push_back(&instance);
  settle(fleet, std::move(concerned));
}

}  // namespace opsim::compute

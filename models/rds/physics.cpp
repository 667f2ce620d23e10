// What a scenario says of databases, what it reads, changes and breaks.
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::rds {

namespace {

constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "60 %"};
constexpr std::string_view kGrowthUnits[] = {"%", "MB", "GB", "MiB", "GiB"};
constexpr Shape kGrowth{.kind = Kind::rate, .allowed = kGrowthUnits, .example = "2 %/h"};
constexpr Shape kCount{.kind = Kind::number, .min = 0, .max = 1e6};
constexpr Shape kSeconds{.kind = Kind::duration, .min = 0, .example = "200ms"};
constexpr Field kStorageFields[] = {
    {.name = "from", .shape = &kShare, .doc = "How full it is at first (30 %)."},
    {.name = "grows", .shape = &kGrowth, .doc = "How fast it fills (not at all)."},
};
constexpr Shape kStorage{.kind = Kind::mapping, .fields = kStorageFields};
constexpr Field kPhysicsFields[] = {
    {.name = "storage", .shape = &kStorage, .doc = "What is in the allocated storage."},
    {.name = "cpu", .shape = &kShare, .doc = "Its load (15 %)."},
    {.name = "connections", .shape = &kCount, .doc = "Open connections (10)."},
    {.name = "most connections", .shape = &kCount, .doc = "max_connections (1,000)."},
    {.name = "replica lag", .shape = &kSeconds, .doc = "How far a replica is behind."},
};
constexpr Shape kOn{.kind = Kind::text, .min = 1};
constexpr Shape kHowLong{.kind = Kind::duration, .min = 0, .example = "30min"};
constexpr Field kFailFields[] = {{.name = "on",
                                  .shape = &kOn,
                                  .need = Need::required,
                                  .doc = "An instance, or a cluster: its writer."}};
constexpr Field kGrowFields[] = {
    {.name = "to", .shape = &kGrowth, .need = Need::required, .doc = "How fast it then fills."},
    {.name = "on", .shape = &kOn, .need = Need::required, .doc = "An instance."},
    {.name = "for", .shape = &kHowLong, .doc = "Until it stops growing."},
};

/// GiB a second.
double growth_of(const Instance& instance, std::string_view text) {
  const auto rate = parse_rate(text);
  if (!rate) return 0;
  const double per_second = rate->per_second();
  if (rate->unit == "%") return per_second / 100 * instance.allocated_gib;
  if (rate->unit == "MB") return per_second * 1e6 / 1073741824.0;
  if (rate->unit == "GB") return per_second * 1e9 / 1073741824.0;
  return rate->unit == "MiB" ? per_second / 1024 : per_second;
}

Instance* named(Databases& all, std::string_view id) {
  const Resource* resource = all.cloud.resources().find(id);
  return resource == nullptr ? nullptr : all.instance(resource->place, resource->physical_id);
}

double changed(double before, Change change) {
  const double after = change.how == Change::How::to ? change.value : before + change.value;
  return std::clamp(after, 0.0, 1e9);
}

/// An instance by that id; the writer of a cluster by that id.
Instance* hit(Databases& all, std::string_view id) {
  if (Instance* instance = named(all, id)) return instance;
  const Resource* resource = all.cloud.resources().find(id);
  const Cluster* cluster =
      resource == nullptr ? nullptr : all.cluster(resource->place, resource->physical_id);
  return cluster == nullptr ? nullptr : writer_of(all, *cluster);
}

template <class Read>
std::optional<double> read(Model& model, std::string_view id, Read what) {
  const Instance* instance = named(static_cast<Databases&>(model), id);
  if (instance == nullptr) return std::nullopt;
  return what(*instance);
}

void change_field(Model& model, std::string_view id, double Instance::*field, Change change) {
  Databases& all = static_cast<Databases&>(model);
  Instance* instance = named(all, id);
  if (instance == nullptr) return;
  instance->*field = changed(instance->*field, change);
  refresh(all, *instance);
}

}  // namespace

extern constexpr Shape kInstancePhysics{.kind = Kind::mapping,
                                        .name = "database",
                                        .doc = "A database's storage, load and connections.",
                                        .fields = kPhysicsFields};
extern constexpr Shape kFailShape{.kind = Kind::mapping,
                                  .doc =
                                      "The host of a database is gone: AWS replaces it, or the "
                                      "standby takes over.",
                                  .fields = kFailFields};
extern constexpr Shape kGrowShape{
    .kind = Kind::mapping, .doc = "The storage of a database fills faster.", .fields = kGrowFields};

void apply_physics(Model& model, const PhysicsRequest& request) {
  Databases& all = static_cast<Databases&>(model);
  if (request.resource == nullptr) return;
  Instance* instance = all.instance(request.resource->place, request.resource->physical_id);
  if (instance == nullptr) return;
  if (const auto cpu = request.values.find("cpu"))
    instance->cpu_percent = parse_percent(cpu->spelling()).value_or(instance->cpu_percent);
  if (const auto count = request.values.find("connections"))
    instance->connections = count->as_number().value_or(instance->connections);
  if (const auto most = request.values.find("most connections"))
    instance->most_connections = most->as_number().value_or(instance->most_connections);
  if (const auto lag = request.values.find("replica lag"))
    if (const auto how_long = parse_duration(lag->spelling()))
      instance->lag_seconds = std::chrono::duration<double>(*how_long).count();
  double used = instance->storage.at(all.now());
  double rate = instance->storage.gib_per_second;
  if (const auto from = request.values.locate("/storage/from"); from.is_scalar())
    if (const auto share = parse_percent(from.spelling()))
      used = *share / 100 * instance->allocated_gib;
  if (const auto storage = request.values.find("storage"))
    if (const auto grows = storage->find("grows")) rate = growth_of(*instance, grows->spelling());
  set_used(all, *instance, used, rate);
}

void begin_failure(Model& model, const FaultRequest& request) {
  Databases& all = static_cast<Databases&>(model);
  for (const std::string& target : request.targets)
    if (Instance* instance = hit(all, target)) fail(all, *instance);
}

void begin_growth(Model& model, const FaultRequest& request) {
  Databases& all = static_cast<Databases&>(model);
  const auto to = request.arguments.find("to");
  const auto lasts = request.arguments.find("for");
  for (const std::string& target : request.targets) {
    Instance* instance = hit(all, target);
    if (instance == nullptr || !to) continue;
    const double before = instance->storage.gib_per_second;
    set_used(all, *instance, instance->storage.at(all.now()), growth_of(*instance, to->spelling()));
    const auto wait = lasts ? parse_duration(lasts->spelling()) : std::nullopt;
    if (!wait) continue;
    all.sim().after(*wait, [&all, place = instance->place, id = instance->id, before] {
      if (Instance* after = all.instance(place, id))
        set_used(all, *after, after->storage.at(all.now()), before);
    });
  }
}

std::optional<double> read_connections(Model& model, std::string_view id, std::string_view) {
  return read(model, id, [](const Instance& one) { return one.connections; });
}
std::optional<double> read_cpu(Model& model, std::string_view id, std::string_view) {
  return read(model, id, [](const Instance& one) { return one.cpu_percent; });
}
std::optional<double> read_lag(Model& model, std::string_view id, std::string_view) {
  return read(model, id, [](const Instance& one) { return one.lag_seconds; });
}
std::optional<double> read_storage(Model& model, std::string_view id, std::string_view) {
  const SimTime now = static_cast<Databases&>(model).now();
  return read(model, id, [now](const Instance& one) {
    return std::min(100.0, one.storage.at(now) / one.allocated_gib * 100);
  });
}
void change_connections(Model& model, std::string_view id, std::string_view, Change change) {
  change_field(model, id, &Instance::connections, change);
}
void change_cpu(Model& model, std::string_view id, std::string_view, Change change) {
  change_field(model, id, &Instance::cpu_percent, change);
}
void change_lag(Model& model, std::string_view id, std::string_view, Change change) {
  change_field(model, id, &Instance::lag_seconds, change);
}
void change_storage(Model& model, std::string_view id, std::string_view, Change change) {
  Databases& all = static_cast<Databases&>(model);
  Instance* instance = named(all, id);
  if (instance == nullptr) return;
  const double percent = instance->storage.at(all.now()) / instance->allocated_gib * 100;
  set_used(all, *instance, changed(percent, change) / 100 * instance->allocated_gib,
           instance->storage.gib_per_second);
}

}  // namespace opsim::rds

#include "opsim/cloud/container_physics.hpp"

#include "opsim/document/quantity.hpp"

namespace opsim {

namespace {

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 20s, p99 60s)"};
constexpr Shape kPercent{.kind = Kind::percent, .min = 0, .max = 100, .example = "90 %"};
constexpr Shape kLevel{.kind = Kind::distribution, .example = "40 %"};
constexpr std::string_view kGrowthUnits[] = {"%"};
constexpr Shape kGrowth{.kind = Kind::rate, .allowed = kGrowthUnits, .example = "3 %/h"};
constexpr Shape kSettingWord{.kind = Kind::text, .min = 1, .max = 255};
constexpr Shape kYes{.kind = Kind::boolean};
constexpr Shape kCount{.kind = Kind::number, .min = 0, .max = 1e9};

constexpr Field kCpuFields[] = {
    {.name = "level", .shape = &kPercent, .doc = "Of the CPU that it reserves (20 %)."},
    {.name = "noise", .shape = &kPercent, .doc = "Samples lie within this of the level (3 %)."},
};
constexpr Field kMemoryFields[] = {
    {.name = "from", .shape = &kLevel, .doc = "Of the memory that it may use (40 %)."},
    {.name = "grows", .shape = &kGrowth, .doc = "How fast it leaks."},
    {.name = "danger", .shape = &kPercent, .doc = "From where on it is in danger (90 %)."},
    {.name = "hangs at",
     .shape = &kPercent,
     .doc = "Where the container no longer answers, yet runs: a heap that is full and collects "
            "garbage all the time. Without it, it is killed at 100 %."},
    {.name = "container", .shape = &kSettingWord, .doc = "Which one (the first essential one)."},
};
constexpr Shape kCpu{.kind = Kind::mapping, .fields = kCpuFields};
constexpr Shape kMemory{.kind = Kind::mapping, .fields = kMemoryFields};

constexpr Field kTaskFields[] = {
    {.name = "provisions in",
     .shape = &kTakes,
     .doc = "Until there is a place for it, with a network interface (on Fargate lognormal(p50 "
            "10s, p99 "
            "40s), an estimate)."},
    {.name = "pulls in",
     .shape = &kTakes,
     .doc = "Until its images are there and its containers start (lognormal(p50 15s, p99 60s), an "
            "estimate)."},
    {.name = "boots in",
     .shape = &kTakes,
     .doc = "From the start of the containers to serving (lognormal(p50 8s, p99 30s), an "
            "estimate)."},
    {.name = "stops in",
     .shape = &kTakes,
     .doc = "From SIGTERM to the end, cut off by the time that is allowed (lognormal(p50 2s, p99 "
            "20s))."},
    {.name = "starts", .shape = &kPercent, .doc = "Share of those that start at all (100 %)."},
    {.name = "crashes after", .shape = &kTakes, .doc = "How long it serves before it crashes."},
    {.name = "hangs after", .shape = &kTakes, .doc = "How long it serves before it hangs."},
    {.name = "checks notice hangs",
     .shape = &kYes,
     .doc = "Whether health checks fail while it hangs (yes). A check that only connects does not "
            "notice."},
    {.name = "cpu", .shape = &kCpu, .doc = "How busy it is."},
    {.name = "memory", .shape = &kMemory, .doc = "How much memory is in use, and what leaks."},
    {.name = "users", .shape = &kCount, .doc = "Who use the service at a time: for lost-minutes."},
};

std::optional<std::string> text_at(const Node& values, std::string_view key) {
  const std::optional<Node> value = values.find(key);
  return value ? value->as_text() : std::nullopt;
}
std::optional<double> percent_at(const Node& values, std::string_view key) {
  const auto text = text_at(values, key);
  return text ? parse_percent(*text) : std::nullopt;
}
std::optional<Distribution> distribution_at(const Node& values, std::string_view key) {
  const auto text = text_at(values, key);
  return text ? Distribution::parse(*text).value : std::nullopt;
}

void read_memory(ContainerPhysics& settings, const Node& memory) {
  settings.memory_from = distribution_at(memory, "from");
  settings.memory_danger = percent_at(memory, "danger");
  settings.memory_hangs = percent_at(memory, "hangs at");
  settings.memory_of = text_at(memory, "container");
  if (const auto text = text_at(memory, "grows"))
    if (const auto rate = parse_rate(*text)) settings.memory_grows = rate->per_second();
}

template <class T>
void take(std::optional<T>& under, const std::optional<T>& over) {
  if (over) under = over;
}

}  // namespace

const Shape kContainerPhysics{
    .kind = Kind::mapping,
    .name = "container physics",
    .doc = "What the containers of a service do, beyond what templates say.",
    .fields = kTaskFields};

ContainerPhysics read_container_physics(const Node& values) {
  ContainerPhysics settings;
  settings.provisions_in = distribution_at(values, "provisions in");
  settings.pulls_in = distribution_at(values, "pulls in");
  settings.boots_in = distribution_at(values, "boots in");
  settings.stops_in = distribution_at(values, "stops in");
  settings.starts = percent_at(values, "starts");
  settings.crashes_after = distribution_at(values, "crashes after");
  settings.hangs_after = distribution_at(values, "hangs after");
  if (const auto notice = values.find("checks notice hangs"))
    settings.checks_notice = notice->as_boolean();
  if (const auto cpu = values.find("cpu")) {
    settings.cpu_level = percent_at(*cpu, "level");
    settings.cpu_noise = percent_at(*cpu, "noise");
  }
  if (const auto memory = values.find("memory")) read_memory(settings, *memory);
  if (const auto users = values.find("users")) settings.users = users->as_number();
  return settings;
}

ContainerPhysics merged(const ContainerPhysics& under, const ContainerPhysics& over) {
  ContainerPhysics result = under;
  take(result.provisions_in, over.provisions_in);
  take(result.pulls_in, over.pulls_in);
  take(result.boots_in, over.boots_in);
  take(result.stops_in, over.stops_in);
  take(result.starts, over.starts);
  take(result.crashes_after, over.crashes_after);
  take(result.hangs_after, over.hangs_after);
  take(result.checks_notice, over.checks_notice);
  take(result.cpu_level, over.cpu_level);
  take(result.cpu_noise, over.cpu_noise);
  take(result.memory_from, over.memory_from);
  take(result.memory_grows, over.memory_grows);
  take(result.memory_danger, over.memory_danger);
  take(result.memory_hangs, over.memory_hangs);
  take(result.memory_of, over.memory_of);
  take(result.users, over.users);
  return result;
}

}  // namespace opsim

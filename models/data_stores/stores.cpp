// Stores: when they are down, when they are lost, and what a copy that stands again is without.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/data_stores/data_stores.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::data {

namespace {

constexpr std::string_view kStarts = "lognormal(p50 45s, p99 2min)";  // estimate

constexpr Shape kHolder{.kind = Kind::text, .min = 1};
constexpr Shape kRate{.kind = Kind::rate, .example = "20/s"};
constexpr Shape kStartTime{.kind = Kind::distribution, .example = "lognormal(p50 45s, p99 2min)"};
constexpr Field kStoreFields[] = {
    {.name = "on",
     .shape = &kHolder,
     .need = Need::required,
     .doc = "The EC2 instance whose disks hold it."},
    {.name = "starts in",
     .shape = &kStartTime,
     .doc = "From an instance that has booted until it serves. Default: lognormal(p50 45s, p99 "
            "2min)."},
    {.name = "writes", .shape = &kRate, .doc = "How much is written to it: 20/s."},
};
constexpr Shape kStore{.kind = Kind::mapping, .name = "store", .fields = kStoreFields};

CauseId tell(Data& data, const Store& store, std::string text, Json detail) {
  return data.cloud.journal().write({.kind = EntryKind::resource,
                                     .level = Level::goals,
                                     .subject = store.name,
                                     .text = std::move(text),
                                     .source = store.source,
                                     .detail = std::move(detail)});
}

void lose(Data& data, Store& store) {
  if (store.lost) return;
  store.lost = data.cloud.sim().now();
  const std::string holder{data.cloud.resources().name_of(store.holder)};
  const CauseScope because{
      data.cloud.sim(),
      tell(data, store, fmt::format("{} is terminated, and its disks go with it", holder),
           {{"act", "destroyed"}})};
  data.cloud.set_health(store.name, Health::down, "what held its data is gone");
}

std::string writes_text(const Store& store, double seconds) {
  if (store.writes_per_second <= 0) return "";
  return fmt::format(": {:.0f} writes", store.writes_per_second * seconds);
}

/// Serves again; what was written after the copy is gone.
void stand_again(Data& data, Store& store, const std::string& holder, SimTime as_of) {
  const double seconds = std::max(0.0, std::chrono::duration<double>(*store.lost - as_of).count());
  store.lost.reset();
  store.starting = false;
  const std::string before = std::exchange(store.holder, holder);
  const CauseScope because{
      data.cloud.sim(),
      tell(data, store,
           fmt::format("stands again on {}, without the last {}{}", holder,
                       human(std::chrono::round<Duration>(std::chrono::duration<double>(seconds))),
                       writes_text(store, seconds)),
           {{"act", "restored"}, {"lost_seconds", seconds}})};
  data.cloud.set_health(store.name, Health::ok, "serves again");
  // Nobody misses the old server any more.
  data.cloud.set_health(before, Health::ok, fmt::format("{} has taken its place", holder));
}

Process<> begin_to_serve(Data& data, Store& store, std::string holder, SimTime as_of) {
  Stream& luck = data.cloud.sim().random(fmt::format("data {} start", store.name));
  const Duration takes = store.starts_in.sample_duration(luck);
  co_await data.cloud.sim().sleep(takes);
  if (store.lost) stand_again(data, store, holder, as_of);
}

void take_copy(Data& data, const Copy& copy, const std::string& holder) {
  for (const auto& store : data.stores) {
    if (store->holder != copy.of || !store->lost || store->starting) continue;
    store->starting = true;
    data.cloud.sim().spawn(begin_to_serve(data, *store, holder, copy.as_of));
  }
}

bool any_lost(const Data& data) {
  return std::ranges::any_of(data.stores,
                             [](const auto& store) { return store->lost.has_value(); });
}

void add_store(Data& data, std::string_view name, const Node& text) {
  const auto on = text.find("on");
  const Resource* holder = data.cloud.resources().find_named(on ? on->spelling() : "");
  if (holder == nullptr || holder->type != "AWS::EC2::Instance")
    throw BadInput((on ? *on : text).complaint("expected an EC2 instance of a stack"));
  auto store = std::make_unique<Store>();
  store->name = name;
  store->holder = holder->physical_id;
  store->source = text.source();
  const auto starts = text.find("starts in");
  const ParsedDistribution parsed =
      Distribution::parse(starts ? std::string_view{starts->spelling()} : kStarts);
  store->starts_in = parsed ? *parsed : *Distribution::parse(kStarts);
  if (const auto writes = text.find("writes"))
    if (const auto rate = parse_rate(writes->spelling()))
      store->writes_per_second = rate->per_second();
  data.cloud.resources().add({.logical_id = store->name,
                              .type = "Data::Store",
                              .physical_id = store->name,
                              .place = holder->place,
                              .source = store->source});
  data.stores.push_back(std::move(store));
}

}  // namespace

extern constexpr Shape kDataShape{
    .kind = Kind::table,
    .doc = "The data of systems: what is written, and what of it is gone when its server is.",
    .of = &kStore};

void read_stores(Model& model, Cloud& /*cloud*/, const Node& section) {
  auto& data = static_cast<Data&>(model);
  for (const auto& [name, text, at] : section.entries()) add_store(data, name, text);
}

void hear_event(Model& model, const Event& event) {
  auto& data = static_cast<Data&>(model);
  if (data.stores.empty()) return;
  if (event.detail_type == "EC2 Instance State-change Notification") {
    const std::string state = input::text(event.detail, "state");
    if (state != "shutting-down" && state != "terminated") return;
    const std::string instance = input::text(event.detail, "instance-id");
    for (const auto& store : data.stores)
      if (store->holder == instance) lose(data, *store);
  } else if (event.detail_type == "Restore Job State Change" && any_lost(data)) {
    const std::string made = input::text(event.detail, "createdResourceArn");
    if (const auto copy = restored_by(data, event))
      take_copy(data, *copy, made.substr(made.find_last_of(":/") + 1));
  }
}

/// Down while its server is, and up again with it; an instance that has booted may be a copy.
void hear_health(Model& model, std::string_view resource, Health health) {
  auto& data = static_cast<Data&>(model);
  if (data.stores.empty()) return;
  for (const auto& store : data.stores) {
    if (store->holder != resource || store->lost) continue;
    data.cloud.set_health(store->name, health == Health::down ? Health::down : Health::ok,
                          health == Health::down ? "its server is down" : "its server is up");
  }
  if (health != Health::ok || !any_lost(data)) return;
  const Resource* instance = data.cloud.resources().find(resource);
  if (instance == nullptr || instance->type != "AWS::EC2::Instance") return;
  const std::string id = instance->physical_id;
  if (const auto copy = copy_in(data, *instance)) take_copy(data, *copy, id);
}

}  // namespace opsim::data

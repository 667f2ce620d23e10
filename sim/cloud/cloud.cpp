#include "opsim/cloud/cloud.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/cloud/mounted.hpp"

namespace opsim {

Cloud::Cloud(Simulation& sim, Journal& journal, Catalog catalog, Place home)
    : sim_{sim}, journal_{journal}, catalog_{catalog}, home_{std::move(home)}, metrics_{sim} {
  mounted_.reserve(catalog.size());
  for (const Service* service : catalog) {
    std::unique_ptr<Model> model = service->make != nullptr ? service->make(*this) : nullptr;
    mounted_.push_back(
        {service, std::move(model), sim.random(fmt::format("calls.{}", service->name))});
    for (const PhysicalQuantity& row : service->quantities)
      quantities_[row.of].push_back({&row, mounted_.back().model.get()});
  }
}

Cloud::~Cloud() = default;

Cloud::Mounted* Cloud::mounted(std::string_view service) {
  const auto found =
      std::ranges::find_if(mounted_, [&](const Mounted& m) { return m.service->name == service; });
  return found == mounted_.end() ? nullptr : &*found;
}

Model* Cloud::model(std::string_view service) {
  Mounted* found = mounted(service);
  return found == nullptr ? nullptr : found->model.get();
}

std::string Cloud::next_id(std::string_view prefix) {
  return fmt::format("{}{:08x}", prefix, ++counters_[std::string{prefix}]);
}

namespace {

/// The low hexadecimal digits of a number, the last of them at `end - 1`.
void put_hex(char* end, std::size_t digits, std::uint64_t number) {
  for (; digits-- > 0; number >>= 4U) *--end = "0123456789abcdef"[number & 0xfU];
}

}  // namespace

std::string Cloud::next_uuid(std::string_view what) {
  const std::uint64_t number = ++counters_[std::string{"uuid "}.append(what)];
  const std::uint64_t kind = name_key(what);
  std::string uuid = "00000000-0000-4000-8000-000000000000";
  put_hex(uuid.data() + 8, 8, kind >> 32U);
  put_hex(uuid.data() + 13, 4, kind >> 16U);
  put_hex(uuid.data() + 18, 3, kind >> 4U);
  put_hex(uuid.data() + 23, 3, kind);
  put_hex(uuid.data() + 36, 12, number);
  return uuid;
}

std::string Cloud::emit(Event event) {
  event.id = next_uuid("event");
  if (event.time == SimTime{}) event.time = sim_.now();
  const bool told = journal_.keeps(Level::story);
  const CauseId id =
      told ? journal_.write({.kind = EntryKind::event,
                             .level = Level::story,
                             .subject = event.source,
                             .text = event.line.empty() ? event.detail_type : event.line,
                             .detail = {{"detail-type", event.detail_type}, {"id", event.id}}})
           : journal_.link();
  const CauseScope because{sim_, id};
  for (Mounted& m : mounted_)
    if (m.service->on_event != nullptr) m.service->on_event(*m.model, event);
  return std::move(event.id);
}

namespace {

/// A prefix may leave one part open: "scalingPolicy:*:resource/", where EC2's policies and those of
/// Application Auto Scaling differ only after their id.
bool begins_with(std::string_view resource, std::string_view prefix) {
  const auto open = prefix.find('*');
  if (open == std::string_view::npos) return resource.starts_with(prefix);
  if (!resource.starts_with(prefix.substr(0, open))) return false;
  const std::string_view rest = prefix.substr(open + 1);
  const auto end = resource.find(rest.front(), open);
  return end != std::string_view::npos && resource.substr(end).starts_with(rest);
}

}  // namespace

Process<ApiResult<Json>> Cloud::deliver(Delivery delivery) {
  for (const Mounted& m : mounted_) {
    for (const DeliveryTarget& target : m.service->targets) {
      if (target.service != delivery.target.service) continue;
      if (!begins_with(delivery.target.resource, target.resource)) continue;
      return target.deliver(*m.model, std::move(delivery));
    }
  }
  ApiError error{"NotSimulated",
                 fmt::format("nothing here takes deliveries at {}", delivery.target.text())};
  return [](ApiError refused) -> Process<ApiResult<Json>> { co_return refused; }(std::move(error));
}

}  // namespace opsim

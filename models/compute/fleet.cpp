#include "models/compute/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

Stream& stream_of(Fleet& fleet, const Instance& instance, std::string_view purpose) {
  auto& streams = instance.streams;
  auto known = std::ranges::find(streams, purpose, &std::pair<std::string, Stream>::first);
  if (known == streams.end())
    known =
        streams.emplace(streams.end(), purpose,
                        Stream{fleet.sim().seed(), fmt::format("ec2.{}.{}", purpose, instance.id)});
  return known->second;
}

}  // namespace

Instance* Fleet::find(std::string_view id) {
  Instance* const* found = by_id_.find(id);
  return found == nullptr ? nullptr : *found;
}

Instance& Fleet::add(const std::string& id) {
  Instance& added = instances.try_emplace(instances.end(), id)->second;
  added.id = id;
  by_id_[id] = &added;
  return added;
}

Instance* Fleet::find(const Place& place, std::string_view id) {
  Instance* instance = find(id);
  return instance != nullptr && instance->place == place ? instance : nullptr;
}

Groups* Fleet::groups() {
  // Looked up late: the order of the catalog decides which of the two models is made first.
  if (groups_ == nullptr) groups_ = static_cast<Groups*>(cloud.model("autoscaling"));
  return groups_;
}

Fleet& fleet_of(Cloud& cloud) {
  Model* model = cloud.model("ec2");
  ensure(model != nullptr, "Auto Scaling stands only beside EC2");
  return static_cast<Fleet&>(*model);
}

Duration draw(Fleet& fleet, const Instance& instance, std::string_view purpose,
              const Distribution& distribution) {
  return distribution.sample_duration(stream_of(fleet, instance, purpose));
}

Duration until_minute_ends(Duration phase) {
  constexpr Duration minute = std::chrono::minutes{1};
  return minute - phase % minute;
}

double draw_once(Fleet& fleet, const Instance& instance, std::string_view purpose) {
  Stream stream{fleet.sim().seed(), fmt::format("ec2.{}.{}", purpose, instance.id)};
  return stream.uniform();
}

CauseId tell(Fleet& fleet, const Instance& instance, std::string_view act, std::string_view text) {
  Journal& journal = fleet.cloud.journal();
  if (!journal.keeps(Level::story)) return journal.link();
  const Resources& resources = fleet.cloud.resources();
  return journal.write({.kind = EntryKind::resource,
                        .level = Level::story,
                        .subject = std::string{resources.name_of(instance.id)},
                        .text = std::string{text},
                        .source = std::string{resources.source_of(instance.id)},
                        .detail = {{"act", act}, {"resource", instance.id}}});
}

}  // namespace opsim::compute

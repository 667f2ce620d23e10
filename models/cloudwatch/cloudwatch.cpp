#include "models/cloudwatch/cloudwatch.hpp"

namespace opsim::cloudwatch {

Alarm* CloudWatch::find(const Place& place, std::string_view name) {
  const auto here = alarms_.find(place);
  if (here == alarms_.end()) return nullptr;
  const auto alarm = here->second.find(name);
  return alarm == here->second.end() ? nullptr : alarm->second.get();
}

void CloudWatch::keep_history(const Place& place, const std::string& name, std::string_view type,
                              const AlarmHistory& history) {
  std::deque<GoneHistory>& gone = gone_[place];
  if (gone.size() >= kMostGone) gone.pop_front();
  gone.push_back({name, type, history});
}

Alarm& CloudWatch::create(AlarmSpec spec, Alarm::Origin origin) {
  spec.metric_uuid = cloud.next_uuid("alarm-metric");
  std::unique_ptr<Alarm>& slot = alarms_[spec.place][spec.name];
  ensure(slot == nullptr, "an alarm is created once");
  slot = std::make_unique<Alarm>(cloud, std::move(spec), origin);
  return *slot;
}

}  // namespace opsim::cloudwatch

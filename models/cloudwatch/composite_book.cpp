#include "models/cloudwatch/composite_book.hpp"

#include "models/cloudwatch/cloudwatch.hpp"

namespace opsim::cloudwatch {

CompositeAlarm* CompositeBook::find(const Place& place, std::string_view name) {
  const auto here = alarms_.find(place);
  if (here == alarms_.end()) return nullptr;
  const auto alarm = here->second.find(name);
  return alarm == here->second.end() ? nullptr : alarm->second.get();
}

const CompositeBook::ByName& CompositeBook::all(const Place& place) const {
  static const ByName none;
  const auto here = alarms_.find(place);
  return here == alarms_.end() ? none : here->second;
}

ChildState CompositeBook::state_of(const Place& place, std::string_view written) const {
  const std::string name = alarm_name_of(written);
  if (const Alarm* alarm = cw_.find(place, name)) {
    return {alarm->spec().arn(), alarm->state().state, alarm->state().transitioned, true};
  }
  const ByName& here = all(place);
  if (const auto found = here.find(name); found != here.end()) {
    const CompositeAlarm& alarm = *found->second;
    return {alarm.spec().arn(), alarm.state().state, alarm.state().transitioned, true};
  }
  return {.arn = arn(place, "cloudwatch", "alarm:" + name)};
}

std::vector<std::string> CompositeBook::parents(const Place& place, const std::string& name) const {
  const auto found = parents_.find({place, name});
  if (found == parents_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

bool CompositeBook::in_cycle(const Place& place, const std::string& name) const {
  const ByName& here = all(place);
  std::set<std::string, std::less<>> seen;
  std::vector<std::string> left{name};
  while (!left.empty()) {
    const auto alarm = here.find(left.back());
    left.pop_back();
    if (alarm == here.end()) continue;
    for (const std::string& written : alarm->second->spec().rule.alarms()) {
      std::string child = alarm_name_of(written);
      if (child == name) return true;
      if (seen.insert(child).second) left.push_back(std::move(child));
    }
  }
  return false;
}

void CompositeBook::enter(const CompositeSpec& spec) {
  for (const std::string& written : spec.rule.alarms()) {
    parents_[{spec.place, alarm_name_of(written)}].insert(spec.name);
  }
  if (spec.suppressor.empty()) return;
  parents_[{spec.place, alarm_name_of(spec.suppressor)}].insert(spec.name);
}

void CompositeBook::leave(const CompositeSpec& spec) {
  std::vector<std::string> all = spec.rule.alarms();
  if (!spec.suppressor.empty()) all.push_back(spec.suppressor);
  for (const std::string& written : all) {
    const auto found = parents_.find({spec.place, alarm_name_of(written)});
    if (found == parents_.end()) continue;
    found->second.erase(spec.name);
    if (found->second.empty()) parents_.erase(found);
  }
}

CompositeAlarm& CompositeBook::create(CompositeSpec spec, News first) {
  std::unique_ptr<CompositeAlarm>& slot = alarms_[spec.place][spec.name];
  ensure(slot == nullptr, "a composite alarm is created once");
  enter(spec);
  slot = std::make_unique<CompositeAlarm>(cw_.cloud, std::move(spec), first);
  return *slot;
}

void CompositeBook::update(CompositeAlarm& alarm, CompositeSpec spec) {
  leave(alarm.spec());
  enter(spec);
  alarm.update(std::move(spec));
}

void CompositeBook::erase(const Place& place, const std::string& name) {
  const CompositeAlarm* alarm = find(place, name);
  if (alarm == nullptr) return;
  leave(alarm->spec());
  alarms_[place].erase(name);
}

void CompositeBook::child_changed(const Place& place, const std::string& name, News news) {
  if (parents_.empty()) return;
  const auto found = parents_.find({place, name});
  if (found == parents_.end()) return;
  for (const std::string& parent : found->second) {
    if (CompositeAlarm* alarm = find(place, parent)) alarm->look_later(name, news);
  }
}

}  // namespace opsim::cloudwatch

#include "opsim/journal/incident.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace opsim {

namespace {

std::string text_of(const JournalEntry& entry, const char* key) {
  if (!entry.detail.is_object()) return {};
  return entry.detail.value(key, std::string{});
}

std::string group_of(const JournalEntry& health) {
  const std::string group = text_of(health, "of");
  return group.empty() ? health.subject : group;
}

bool restores(const JournalEntry& health) { return text_of(health, "health") == "ok"; }

/// What began it: the fault at the top of the chain of causes, if any.
const JournalEntry* fault_above(const Journal& journal, CauseId id) {
  for (const JournalEntry* entry : journal.chain(id))
    if (entry->kind == EntryKind::fault) return entry;
  return nullptr;
}

/// The incident of one group while it is open, or healed but not yet for long enough.
struct Open {
  Incident incident;
  std::set<std::string> unwell;
};

class Finder {
 public:
  Finder(const Journal& journal, SimTime end, Duration hold)
      : journal_{journal}, end_{end}, hold_{hold} {}

  std::vector<Incident> find() {
    for (const JournalEntry& entry : journal_.entries())
      if (entry.kind == EntryKind::health) take(entry);
    for (auto& [group, open] : open_) close(open);
    std::ranges::sort(found_, {}, &Incident::harm);
    for (std::size_t i = 0; i < found_.size(); ++i) found_[i].number = static_cast<int>(i) + 1;
    return std::move(found_);
  }

 private:
  void take(const JournalEntry& health) {
    const std::string group = group_of(health);
    auto found = open_.find(group);
    if (found != open_.end() && has_held(found->second, health.at)) {
      close(found->second);
      open_.erase(found);
      found = open_.end();
    }
    if (found == open_.end()) {
      if (restores(health)) return;
      found = open_.emplace(group, Open{.incident = begin(health, group), .unwell = {}}).first;
    }
    update(found->second, health);
  }

  [[nodiscard]] Incident begin(const JournalEntry& health, const std::string& group) const {
    Incident incident;
    incident.of = group;
    incident.harm = health.id;
    incident.harmed_at = health.at;
    const JournalEntry* fault = fault_above(journal_, health.id);
    incident.fault = fault == nullptr ? CauseId::none : fault->id;
    incident.fault_at = fault == nullptr ? health.at : fault->at;
    return incident;
  }

  static void update(Open& open, const JournalEntry& health) {
    Incident& incident = open.incident;
    if (restores(health)) {
      open.unwell.erase(health.subject);
      if (!open.unwell.empty()) return;
      incident.healthy_at = health.at;
      incident.restored = health.id;
      return;
    }
    open.unwell.insert(health.subject);
    incident.healthy_at.reset();
    if (std::ranges::find(incident.parts, health.subject) == incident.parts.end())
      incident.parts.push_back(health.subject);
    const std::string how = text_of(health, "health");
    if (incident.worst != "down") incident.worst = how;
    if (how == "down" && !incident.down_from) incident.down_from = health.at;
  }

  [[nodiscard]] bool has_held(const Open& open, SimTime now) const {
    return open.incident.healthy_at && now - *open.incident.healthy_at >= hold_;
  }

  void close(Open& open) {
    Incident& incident = open.incident;
    incident.detected_at = first_alarm(incident);
    if (incident.healthy_at && has_held(open, end_)) {
      incident.recovered_at = *incident.healthy_at + hold_;
      split(incident);
    }
    found_.push_back(std::move(incident));
  }

  [[nodiscard]] std::optional<SimTime> first_alarm(const Incident& incident) const {
    const CauseId root = incident.fault == CauseId::none ? incident.harm : incident.fault;
    const auto entries = journal_.entries();
    for (auto at = std::ranges::lower_bound(entries, incident.harm, {}, &JournalEntry::id);
         at != entries.end(); ++at) {
      const JournalEntry& entry = *at;
      if (incident.healthy_at && entry.at > *incident.healthy_at) break;
      if (entry.kind != EntryKind::alarm) continue;
      if (text_of(entry, "state") == "ALARM" && journal_.caused_by(entry.id, root)) return entry.at;
    }
    return std::nullopt;
  }

  void split(Incident& incident) const {
    RecoverySplit& split = incident.split;
    SimTime detected = incident.harmed_at;
    SimTime started = incident.harmed_at;
    incident.resolved_by = ResolvedBy::itself;
    // Newest first, from the moment health came back up to the alarm that led to it.
    for (const JournalEntry* entry : journal_.chain(incident.restored)) {
      if (entry->at < incident.harmed_at) break;
      if (is_action(*entry)) {
        if (incident.resolved_by != ResolvedBy::people)
          incident.resolved_by =
              entry->kind == EntryKind::person ? ResolvedBy::people : ResolvedBy::automation;
        split.started = entry->id;
        started = entry->at;
      }
      if (entry->kind == EntryKind::alarm) {
        split.alarm = entry->id;
        detected = entry->at;
        incident.detected_at = std::min(incident.detected_at.value_or(detected), detected);
        break;
      }
    }
    if (split.alarm == CauseId::none) detected = started;  // something noticed without an alarm
    started = std::max(started, detected);
    split.detected = detected - incident.harmed_at;
    split.routed = started - detected;
    split.acted = *incident.healthy_at - started;
    split.verified = std::min(verified_at(incident), *incident.recovered_at) - *incident.healthy_at;
    split.held = *incident.recovered_at - *incident.healthy_at - split.verified;
  }

  static bool is_action(const JournalEntry& entry) {
    return entry.kind == EntryKind::runbook || entry.kind == EntryKind::person ||
           entry.kind == EntryKind::resource || entry.kind == EntryKind::command;
  }

  /// When what acted said that it was done: the end of the runbook that restored health.
  [[nodiscard]] SimTime verified_at(const Incident& incident) const {
    const auto after =
        std::ranges::upper_bound(journal_.entries(), incident.restored, {}, &JournalEntry::id);
    for (auto entry = after; entry != journal_.entries().end(); ++entry) {
      if (entry->at > *incident.recovered_at) break;
      if (entry->kind == EntryKind::runbook && text_of(*entry, "status") == "Success" &&
          journal_.caused_by(entry->id, incident.split.started))
        return entry->at;
    }
    return *incident.healthy_at;
  }

  const Journal& journal_;
  SimTime end_;
  Duration hold_;
  std::map<std::string, Open> open_;
  std::vector<Incident> found_;
};

}  // namespace

std::string_view to_string(ResolvedBy by) {
  constexpr std::string_view names[] = {"nobody", "itself", "automation", "people"};
  return names[static_cast<std::size_t>(by)];
}

std::vector<Incident> find_incidents(const Journal& journal, SimTime end, Duration hold) {
  return Finder{journal, end, hold}.find();
}

}  // namespace opsim

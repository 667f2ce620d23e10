#include "opsim/journal/incident.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace opsim {

namespace {

std::string group_of(const JournalEntry& health) {
  const std::string group = detail_text(health, "of");
  return group.empty() ? health.subject : group;
}

bool restores(const JournalEntry& health) { return detail_text(health, "health") == "ok"; }

/// An alarm, or a rule that finds something wrong of a resource.
bool notices(const JournalEntry& entry) {
  return entry.kind == EntryKind::alarm ||
         (entry.kind == EntryKind::rule && !detail_text(entry, "finding").empty());
}

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
      : journal_{journal}, end_{end}, hold_{hold} {
    for (const JournalEntry& entry : journal.entries())
      if (notices(entry)) alarms_.push_back(&entry);
  }

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
    const std::string how = detail_text(health, "health");
    if (incident.worst != "down") incident.worst = how;
    if (how == "down" && !incident.down_from) incident.down_from = health.at;
  }

  [[nodiscard]] bool has_held(const Open& open, SimTime now) const {
    return open.incident.healthy_at && now - *open.incident.healthy_at >= hold_;
  }

  void close(Open& open) {
    Incident& incident = open.incident;
    incident.detected_at = first_alarm(incident);
    if (incident.healthy_at) {
      if (has_held(open, end_)) incident.recovered_at = *incident.healthy_at + hold_;
      split(incident);
    }
    found_.push_back(std::move(incident));
  }

  /// An alarm that the same trouble raised before it did harm, and that still stands, counts: the
  /// harm was found when it began.
  [[nodiscard]] std::optional<SimTime> first_alarm(const Incident& incident) const {
    const CauseId root = incident.fault == CauseId::none ? incident.harm : incident.fault;
    std::set<std::string_view> standing;
    for (auto at = std::ranges::lower_bound(alarms_, root, {}, &JournalEntry::id);
         at != alarms_.end(); ++at) {
      const JournalEntry& alarm = **at;
      if (alarm.id > incident.harm && !standing.empty()) break;
      if (incident.healthy_at && alarm.at > *incident.healthy_at) break;
      if (detail_text(alarm, "state") != "ALARM") {
        standing.erase(alarm.subject);
      } else if (journal_.caused_by(alarm.id, root)) {
        if (alarm.id > incident.harm) return alarm.at;
        standing.insert(alarm.subject);
      }
    }
    return standing.empty() ? std::nullopt : std::optional{incident.harmed_at};
  }

  void split(Incident& incident) const {
    RecoverySplit& split = incident.split;
    SimTime detected = incident.harmed_at;
    SimTime started = incident.harmed_at;
    incident.resolved_by = ResolvedBy::itself;
    CauseId harmful = incident.harm;  // the harm and its causes, newest first
    // Newest first, from the moment health came back up to the alarm that led to it.
    for (const JournalEntry* entry : journal_.chain(incident.restored)) {
      while (harmful > entry->id) harmful = journal_.cause_of(harmful);
      if (harmful == entry->id) break;  // from here on it is why the harm was done
      if (is_action(*entry)) {
        if (incident.resolved_by != ResolvedBy::people)
          incident.resolved_by =
              entry->kind == EntryKind::person ? ResolvedBy::people : ResolvedBy::automation;
        const JournalEntry& began = beginning_of(*entry);
        split.started = began.id;
        started = std::max(began.at, incident.harmed_at);
      }
      if (notices(*entry)) {
        split.alarm = entry->id;
        detected = std::max(entry->at, incident.harmed_at);
        incident.detected_at = std::min(incident.detected_at.value_or(detected), detected);
        break;
      }
    }
    if (incident.resolved_by == ResolvedBy::itself) {
      if (const JournalEntry* launched = replacement(incident)) {
        incident.resolved_by = ResolvedBy::automation;
        split.started = launched->id;
        started = launched->at;
      }
    }
    if (split.alarm == CauseId::none) detected = started;  // something noticed without an alarm
    started = std::max(started, detected);
    split.detected = detected - incident.harmed_at;
    split.routed = started - detected;
    split.acted = *incident.healthy_at - started;
    if (!incident.recovered_at) return;
    split.verified = std::min(verified_at(incident), *incident.recovered_at) - *incident.healthy_at;
    split.held = *incident.recovered_at - *incident.healthy_at - split.verified;
  }

  /// What a group launched because of the harm, before health came back.
  [[nodiscard]] const JournalEntry* replacement(const Incident& incident) const {
    const CauseId root = incident.fault == CauseId::none ? incident.harm : incident.fault;
    const auto entries = journal_.entries();
    for (auto at = std::ranges::upper_bound(entries, incident.harm, {}, &JournalEntry::id);
         at != entries.end() && at->id < incident.restored; ++at)
      if (at->kind == EntryKind::resource && detail_text(*at, "act") == "launched" &&
          journal_.caused_by(at->id, root))
        return &*at;
    return nullptr;
  }

  /// People act from the moment they take the page, not from the moment they are done.
  [[nodiscard]] const JournalEntry& beginning_of(const JournalEntry& action) const {
    if (action.kind != EntryKind::person) return action;
    const std::string page = detail_text(action, "page");
    for (const JournalEntry& entry : journal_.entries()) {
      if (entry.id >= action.id) break;
      if (entry.kind == EntryKind::person && detail_text(entry, "act") == "acknowledged" &&
          detail_text(entry, "page") == page && entry.subject == action.subject)
        return entry;
    }
    return action;
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
      if (entry->kind == EntryKind::runbook && detail_text(*entry, "status") == "Success" &&
          journal_.caused_by(entry->id, incident.split.started))
        return entry->at;
    }
    return *incident.healthy_at;
  }

  const Journal& journal_;
  SimTime end_;
  Duration hold_;
  std::vector<const JournalEntry*> alarms_;
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

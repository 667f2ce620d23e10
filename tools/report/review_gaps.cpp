// What was missing, late or in the way. Each gap is a fact of the journal or of the configuration,
// and each comes with the work that would close it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"
#include "tools/report/review.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

class Gaps {
 public:
  explicit Gaps(const Reviewed& review) : review_{review} {}

  std::vector<Gap> find() {
    unnoticed_troubles();
    silent_alarms();
    unanswered_alarms();
    left_out_by_choice();
    disabled_rules();
    failed_actions();
    unanswered_pages();
    needless_pages();
    wrong_fixes();
    unhealed_incidents();
    mended_by_hand();
    longest_stages();
    single_points();
    return std::move(gaps_);
  }

 private:
  /// The same gap is told once, however often it showed.
  void add(std::string what, std::string follow_up, std::string_view source) {
    for (const Gap& known : gaps_)
      if (known.what == what) return;
    gaps_.push_back({std::move(what), std::move(follow_up), std::string{review_.place(source)}});
  }

  [[nodiscard]] Cloud& cloud() const { return review_.run.world.cloud(); }
  [[nodiscard]] std::vector<std::string> explain(std::string_view subject) const {
    for (const Service* service : cloud().catalog()) {
      if (service->explain == nullptr) continue;
      std::vector<std::string> lines = service->explain(*cloud().model(service->name), subject);
      if (!lines.empty()) return lines;
    }
    return {};
  }

  // ---- Detection ----

  void unnoticed_troubles() {
    for (const Trouble& trouble : review_.troubles) {
      if (std::ranges::any_of(trouble.incidents, [](const Incident* incident) {
            return incident->detected_at.has_value();
          }))
        continue;
      const Incident& worst = *trouble.worst;
      const Duration unwell = worst.healthy_at.value_or(review_.run.world.end()) - worst.harmed_at;
      const bool blip = worst.healthy_at && unwell < std::chrono::minutes{1};
      add(fmt::format("No alarm noticed that {} was {} ({}{}).", Reviewed::subject(worst),
                      worst.worst, human(unwell),
                      blip ? ": shorter than the shortest period of most alarms" : ""),
          blip ? fmt::format("Decide whether {} of {} matter; if they do, a high-resolution alarm "
                             "of 10 s sees them.",
                             human(unwell), worst.of)
               : fmt::format("Put an alarm on what users of {} feel.", worst.of),
          cloud().resources().source_of(worst.of));
    }
  }

  void silent_alarms() {
    const bool unnoticed = std::ranges::any_of(review_.run.incidents, [](const Incident& incident) {
      return !incident.detected_at &&
             (!incident.healthy_at ||
              *incident.healthy_at - incident.harmed_at >= std::chrono::minutes{1});
    });
    for (const Resource* alarm : cloud().resources().of_type("AWS::CloudWatch::Alarm")) {
      const bool fired = std::ranges::any_of(review_.story, [&](const JournalEntry* entry) {
        return entry->kind == EntryKind::alarm && entry->subject == alarm->physical_id &&
               detail_text(*entry, "state") == "ALARM";
      });
      if (fired) continue;
      const std::vector<std::string> why = explain(alarm->physical_id);
      const auto no_data = std::ranges::find_if(why, [](const std::string& line) {
        return line.starts_with("No data of") || line.find("never evaluated") != line.npos;
      });
      if (no_data != why.end()) {
        add(fmt::format("{} could not have fired: {}", alarm->logical_id, *no_data),
            fmt::format("Give {} a metric and dimensions that are published.", alarm->logical_id),
            alarm->source);
      } else if (unnoticed && why.size() > 1) {
        add(fmt::format("{} stayed silent: {}", alarm->logical_id, why[1]),
            fmt::format("Ask whether the threshold of {} fits what users feel.", alarm->logical_id),
            alarm->source);
      }
    }
  }

  void unanswered_alarms() {
    for (const JournalEntry* alarm : review_.story) {
      if (alarm->kind != EntryKind::alarm || detail_text(*alarm, "state") != "ALARM" ||
          review_.answered_alarms().contains(alarm->id) || !review_.in_trouble(alarm->at))
        continue;
      add(fmt::format(
              "{} went to ALARM and nothing came of it: no rule, runbook or person took it.",
              alarm->subject),
          fmt::format("Give {} an action: a runbook first, a page where that fails.",
                      alarm->subject),
          alarm->source);
    }
  }

  // ---- Routing ----

  void left_out_by_choice() {
    const Choice* choice = review_.run.choice;
    if (choice == nullptr || review_.troubles.empty()) return;
    for (const std::string& name : choice->disable)
      add(fmt::format("{} is left out by choice '{}'.", name, choice->name),
          fmt::format("Put {} back, and play the same seed again.", name), choice->source);
  }

  void disabled_rules() {
    for (const Resource* rule : cloud().resources().of_type("AWS::Events::Rule")) {
      const std::vector<std::string> why = explain(rule->physical_id);
      if (why.empty() || why.front().find("is disabled") == std::string::npos) continue;
      add(fmt::format("Rule {} is disabled.", rule->logical_id),
          fmt::format("Enable {}, or delete it.", rule->logical_id), rule->source);
    }
  }

  // ---- Acting ----

  void failed_actions() {
    for (const JournalEntry* entry : review_.story) {
      const std::string status = detail_text(*entry, "status");
      const bool failed = status == "Failed" || status == "TimedOut";
      const bool undelivered = !detail_text(*entry, "failed").empty();
      switch (entry->kind) {
        case EntryKind::runbook:
          if (failed)
            add(fmt::format("The runbook {} ended {}: {}.", entry->subject, status, entry->text),
                fmt::format("Mend {} and rehearse it.", entry->subject), entry->source);
          break;
        case EntryKind::step:
          if (failed)
            add(fmt::format("Step {} failed: {}.", entry->subject, entry->text),
                fmt::format("Make {} safe to fail: a retry, or another way.", entry->subject),
                entry->source);
          break;
        case EntryKind::rule:
        case EntryKind::message:
          if (undelivered)
            add(fmt::format("{} {}.", entry->subject, entry->text),
                fmt::format("Let {} reach its target: role, policy, dead-letter queue.",
                            entry->subject),
                entry->source);
          break;
        default: break;
      }
    }
  }

  void unhealed_incidents() {
    for (const Trouble& trouble : review_.troubles) {
      const Incident& worst = *trouble.worst;
      if (worst.recovered_at) continue;
      add(fmt::format("{} had not recovered by the end of the run.", Reviewed::subject(worst)),
          fmt::format("Find what brings {} back, and let an alarm start it.", worst.of),
          cloud().resources().source_of(worst.of));
    }
  }

  void mended_by_hand() {
    for (const Trouble& trouble : review_.troubles) {
      const Incident& worst = *trouble.worst;
      if (worst.resolved_by != ResolvedBy::people) continue;
      const JournalEntry* who = review_.started(worst);
      const std::vector<const Resource*> idle = idle_runbooks();
      const Resource* runbook = idle.empty() ? nullptr : idle.front();
      add(fmt::format("A person mended {}, {} after the harm began{}.", Reviewed::subject(worst),
                      human(*worst.healthy_at - worst.harmed_at),
                      runbook == nullptr ? ""
                                         : fmt::format("; the runbook {} stood ready and never ran",
                                                       runbook->logical_id)),
          runbook == nullptr
              ? "Write down as a runbook what was done by hand, and let the alarm start it."
              : fmt::format("Let the alarm start {}.", runbook->logical_id),
          runbook != nullptr ? std::string_view{runbook->source}
                             : std::string_view{who == nullptr ? "" : who->source});
    }
  }

  /// Automation documents of a stack that no entry tells of.
  [[nodiscard]] std::vector<const Resource*> idle_runbooks() const {
    std::vector<const Resource*> idle;
    for (const Resource* document : cloud().resources().of_type("AWS::SSM::Document")) {
      const Json name{{"Name", document->physical_id}};
      const auto told = cloud().inspect(document->place, "ssm", "DescribeDocument", name);
      if (!told ||
          told->value("Document", Json::object()).value("DocumentType", "") != "Automation")
        continue;
      const bool ran = std::ranges::any_of(review_.story, [&](const JournalEntry* entry) {
        return entry->kind == EntryKind::runbook &&
               (entry->subject == document->logical_id || entry->subject == document->physical_id);
      });
      if (!ran) idle.push_back(document);
    }
    return idle;
  }

  // ---- People ----

  void unanswered_pages() {
    std::set<std::string> taken;
    for (const JournalEntry* entry : review_.story)
      if (entry->kind == EntryKind::person && detail_text(*entry, "act") == "acknowledged")
        taken.insert(detail_text(*entry, "page"));
    std::map<std::string, std::vector<std::string>> missed;  // by the place that says who
    for (const JournalEntry* entry : review_.story)
      if (entry->kind == EntryKind::page && !taken.contains(entry->subject))
        missed[entry->source].push_back(entry->subject);
    for (const auto& [source, pages] : missed)
      add(fmt::format("Nobody acknowledged {}.", fmt::join(pages, ", ")),
          "See that a page escalates until somebody takes it.", source);
  }

  void needless_pages() {
    std::size_t needless = 0;
    std::string source;
    for (const JournalEntry* entry : review_.story) {
      if (entry->kind != EntryKind::person || detail_text(*entry, "act") != "looked") continue;
      if (entry->text.find("recover by itself") != std::string::npos) {
        add(fmt::format("{} could only watch: {}.", entry->subject, entry->text),
            "Decide whether this page needs a person, and what that person can do.", entry->source);
        continue;
      }
      ++needless;
      source = entry->source;
    }
    if (needless == 0) return;
    add(fmt::format("{} for something that was well again before anybody could act.",
                    counted(needless, "page went out", "pages went out")),
        "Page when automation has failed, not before.", source);
  }

  void wrong_fixes() {
    for (const JournalEntry* entry : review_.story)
      if (entry->kind == EntryKind::person && detail_text(*entry, "act") == "wrong fix")
        add(fmt::format("{} {}.", entry->subject, entry->text),
            "Rehearse this trouble, and put what was learnt into a runbook.", entry->source);
  }

  // ---- Where the time went ----

  void longest_stages() {
    for (const Trouble& trouble : review_.troubles) {
      const Incident& worst = *trouble.worst;
      if (!worst.recovered_at) continue;
      const RecoverySplit& split = worst.split;
      const Duration whole = *worst.recovered_at - worst.harmed_at;
      const Duration longest = std::max({split.detected, split.routed, split.acted});
      if (longest < std::chrono::minutes{1} || longest * 2 < whole) continue;
      const std::string share =
          fmt::format("{} of {} until {} had recovered", human(longest), human(whole), worst.of);
      const JournalEntry* alarm = review_.journal.find(split.alarm);
      const JournalEntry* began = review_.started(worst);
      if (longest == split.detected && alarm != nullptr) {
        const std::string patience = review_.alarm_patience(alarm->subject);
        add(fmt::format("Detection was the longest part: {}.", share),
            fmt::format("Let {} see it sooner{}.", alarm->subject,
                        patience.empty() ? "" : fmt::format(" (now {})", patience)),
            alarm->source);
      } else if (longest == split.routed) {
        add(fmt::format("From the alarm to the first hand was the longest part: {}.", share),
            began != nullptr && began->kind == EntryKind::person
                ? "Let automation act before people are woken; page by a channel that is heard."
                : "Shorten the way from the alarm to what acts on it.",
            began == nullptr ? "" : began->source);
      } else if (longest == split.acted) {
        acting_was_longest(worst, began, share);
      }
    }
  }

  void acting_was_longest(const Incident& worst, const JournalEntry* began,
                          const std::string& share) {
    const JournalEntry* fault = review_.journal.find(worst.fault);
    if (began == nullptr)
      return add(fmt::format("Nothing acted; waiting was the longest part: {}.", share),
                 fmt::format("Decide what should act when {} is {}: shift, replace, shed or roll "
                             "back.",
                             worst.of, worst.worst),
                 fault == nullptr ? "" : fault->source);
    if (began->kind == EntryKind::person)
      return add(fmt::format("Diagnosis and repair by hand were the longest part: {}.", share),
                 "Write the diagnosis down as a runbook.", began->source);
    if (began->kind == EntryKind::resource)
      return add(fmt::format("Adding and replacing members was the longest part: {}.", share),
                 "Keep spare capacity standing: what is launched after the fact comes late.",
                 review_.set_in(*began));
    add(fmt::format("Acting was the longest part: {}.", share),
        fmt::format("Look at what {} waits for.", began->subject), began->source);
  }

  // ---- Structure ----

  void single_points() {
    for (const JournalEntry* entry : review_.story) {
      if (!entry->detail.is_object() || !entry->detail.contains("single points")) continue;
      const bool hurt = std::ranges::any_of(review_.run.incidents, [&](const Incident& incident) {
        return incident.of == entry->subject;
      });
      if (!hurt) continue;
      const Json& points = entry->detail["single points"];
      if (!points.empty())
        add(fmt::format("{} stops when {} stops: it stands in one place.", entry->subject,
                        fmt::join(points.get<std::vector<std::string>>(), " or ")),
            fmt::format("Give {} a second place, or let {} do without.",
                        fmt::join(points.get<std::vector<std::string>>(), ", "), entry->subject),
            entry->source);
      tight_zones(*entry);
    }
  }

  /// Zones without which the rest is overloaded.
  void tight_zones(const JournalEntry& structure) {
    const Json without = structure.detail.value("without", Json::object());
    std::vector<std::string> tight;
    double most = 0;
    for (const auto& [zone, load] : without.items()) {
      if (load.is_number() && load.get<double>() <= 1) continue;
      tight.push_back(zone);
      most = load.is_number() ? std::max(most, load.get<double>()) : 1e9;
    }
    if (tight.empty()) return;
    const std::string left = most >= 1e9 ? "nothing is left"
                                         : fmt::format(
                                               "the rest is at up to {:.0f} % of what it "
                                               "can carry",
                                               most * 100);
    add(fmt::format("{} cannot lose {}: {}.", structure.subject, fmt::join(tight, " or "), left),
        fmt::format("Keep enough members of {} that the zones left carry the load at its peak.",
                    structure.subject),
        structure.source);
  }

  const Reviewed& review_;
  std::vector<Gap> gaps_;
};

}  // namespace

std::vector<Gap> find_gaps(const Reviewed& review) { return Gaps{review}.find(); }

}  // namespace opsim::report

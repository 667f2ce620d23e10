#pragma once
/// What the parts of a post-incident review share. `review_markdown` of exports.hpp puts them
/// together; each part is a section of the file, written from the journal alone.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/report/exports.hpp"

namespace opsim::report {

/// What went wrong once: the incidents that came of one origin.
struct Trouble {
  CauseId origin =
      CauseId::none;  // the fault at the top, or the first harm where nothing was broken
  std::vector<const Incident*> incidents;  // in the order in which they began
  const Incident* worst = nullptr;
  SimTime from{};
  SimTime until{};  // the last recovery, or the end of the run

  [[nodiscard]] std::size_t others() const { return incidents.size() - 1; }
};

/// Something that was missing, late or in the way, and what would mend it.
struct Gap {
  std::string what;
  std::string follow_up;
  std::string source;  // "stack.yaml:34", or ""
};

/// A run as a review looks at it: each part asks the same questions of it.
class Reviewed {
 public:
  explicit Reviewed(const RunFacts& facts);

  const RunFacts& run;
  const Journal& journal;
  SimTime start;
  std::vector<Trouble> troubles;           // in the order in which they began
  std::vector<const JournalEntry*> story;  // what a story keeps, whatever else was kept

  /// "13:38:04"; with the day where a run has several.
  [[nodiscard]] std::string clock(SimTime at) const;
  /// "13:38:04 (+0:38:04)"
  [[nodiscard]] std::string moment(SimTime at) const;
  /// Told of the incident: "WebFleet (i-00000003)", "Storefront".
  [[nodiscard]] static std::string subject(const Incident& incident);
  [[nodiscard]] bool in_trouble(SimTime at) const;
  /// The troubles, the one that hurt longest first.
  [[nodiscard]] std::vector<const Trouble*> by_weight() const;
  /// A place relative to the scenario's folder, as the journal tells it.
  [[nodiscard]] std::string_view place(std::string_view source) const;
  /// Users of the workload call it: its trouble is theirs.
  [[nodiscard]] bool users_feel(const Incident& incident) const {
    return felt_.contains(incident.of);
  }
  /// The alarm that noticed an incident, or null.
  [[nodiscard]] const JournalEntry* noticed_by(const Incident& incident) const;
  /// Where what began to mend it was configured: its own line, or that of the group it belongs to.
  [[nodiscard]] std::string_view set_in(const JournalEntry& began) const;
  /// What InspectWorkload tells of the components that users call; empty without a workload.
  [[nodiscard]] const Json& components() const { return components_; }
  /// The entry that began what mended an incident: a runbook's start, a person's acknowledgement.
  [[nodiscard]] const JournalEntry* started(const Incident& incident) const;
  /// The newest entry above `id` of this kind, below `top`.
  [[nodiscard]] const JournalEntry* above(CauseId id, EntryKind kind, CauseId top) const;
  /// Every entry that came of an alarm, by the alarm's entry.
  [[nodiscard]] const std::set<CauseId>& answered_alarms() const { return answered_; }
  /// CloudWatch's own description of an alarm, or null.
  [[nodiscard]] Json alarm_settings(std::string_view alarm) const;
  /// "a period of 60 s, 2 of 2 datapoints", or "" for a composite alarm.
  [[nodiscard]] std::string alarm_patience(std::string_view alarm) const;

 private:
  void group_incidents();
  void find_answers();
  void find_components();
  [[nodiscard]] bool weighs_less(const Incident& a, const Incident& b) const;
  std::set<CauseId> answered_;
  std::set<std::string> felt_;
  Json components_ = Json::array();
};

/// " (`stack.yaml:34`)", or "".
std::string in_source(std::string_view source);
/// The text behind "SUBJECT: ", or all of it.
std::string_view after_subject(std::string_view text);
/// 1234567 -> "1,234,567"
std::string grouped(double count);
/// "1 page", "3 pages"
std::string counted(std::size_t count, std::string_view one, std::string_view many);
/// What a cell of a table can hold.
std::string cell(std::string_view text);
double seconds_of(Duration duration);

// ---- The sections, in the order of the file ----
std::string story_section(const Reviewed& review);
std::string timeline_section(const Reviewed& review);
std::string impact_section(const Reviewed& review);
std::string causes_section(const Reviewed& review);
std::string recovery_section(const Reviewed& review);
std::string automation_section(const Reviewed& review);
std::string people_section(const Reviewed& review);
/// "" where no experiment stands in a stack.
std::string drills_section(const Reviewed& review);
std::string readiness_section(const Reviewed& review);
std::vector<Gap> find_gaps(const Reviewed& review);

}  // namespace opsim::report

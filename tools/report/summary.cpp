#include "tools/report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "opsim/kernel/duration.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

std::string split_text(const Incident& incident) {
  std::vector<std::string> parts;
  for (const auto& [name, length] : recovery_parts(incident.split))
    if (length > Duration{}) parts.push_back(fmt::format("{} {}", name, human(length)));
  return fmt::format("  recovery  {} = {}\n", human(*incident.recovery_time()),
                     fmt::join(parts, " + "));
}

/// The longest part that a design can shorten, and who set it.
std::string longest_text(const Incident& incident, const Journal& journal) {
  const auto parts = recovery_parts(incident.split);
  const auto longest = std::max_element(parts.begin(), parts.end() - 1,
                                        [](auto& a, auto& b) { return a.length < b.length; });
  if (longest->length <= Duration{}) return "";
  if (longest->name == "lasted") return "            longest part: until it ended by itself\n";
  const CauseId by = longest->name == "detected" ? incident.split.alarm : incident.split.started;
  const JournalEntry* entry = journal.find(by);
  const std::string left =
      fmt::format("            longest part: {}{}", longest->name,
                  entry == nullptr ? "" : fmt::format(", by {}", entry->subject));
  return two_sided(left, entry == nullptr ? "" : entry->source, 12);
}

std::string span_text(const Incident& incident, SimTime start) {
  const std::string from = clock_text(incident.harmed_at - start);
  const std::string how =
      incident.down_from && *incident.down_from == incident.harmed_at ? "down" : "in danger";
  const std::string until = incident.healthy_at
                                ? fmt::format(" -> {}", clock_text(*incident.healthy_at - start))
                                : " and not recovered by the end";
  std::string down;
  if (!incident.down_from) {
    down = ", never down";
  } else if (how != "down") {
    down = fmt::format(", down from {}", clock_text(*incident.down_from - start));
  }
  return fmt::format("{} {}{}{}", how, from, until, down);
}

std::string subject_text(const Incident& incident) {
  // The health of a group is told too: it is no member of itself.
  std::vector<std::string> members = incident.parts;
  std::erase(members, incident.of);
  if (members.empty()) return incident.of;
  if (members.size() == 1) return fmt::format("{} ({})", incident.of, members.front());
  return fmt::format("{} ({} of its members)", incident.of, members.size());
}

}  // namespace

std::array<RecoveryPart, 5> recovery_parts(const RecoverySplit& split) {
  return {{{"detected", split.detected},
           {"routed", split.routed},
           {split.started == CauseId::none ? "lasted" : "acted", split.acted},
           {"verified", split.verified},
           {"held", split.held}}};
}

std::string incidents_text(std::span<const Incident> incidents, const Journal& journal,
                           SimTime start, const Ink& ink) {
  constexpr std::size_t most = 20;
  std::string out;
  for (const Incident& incident : incidents.first(std::min(most, incidents.size()))) {
    out += two_sided(
        fmt::format("{}  {}  {}",
                    ink.paint(fmt::format("Incident {}", incident.number), Ink::Colour::bold),
                    subject_text(incident), span_text(incident, start)),
        "", 12);
    if (!incident.recovered_at) continue;
    out += split_text(incident);
    out += fmt::format("            resolved by {}\n", to_string(incident.resolved_by));
    out += longest_text(incident, journal);
  }
  if (incidents.size() > most)
    out += fmt::format("and {} more incidents\n", incidents.size() - most);
  return out;
}

std::string goals_text(std::span<const Verdict> verdicts, const Ink& ink) {
  std::size_t name = 20;
  std::size_t wanted = 12;
  for (const Verdict& verdict : verdicts) {
    name = std::max(name, columns(verdict.name));
    wanted = std::max(wanted, columns(verdict.wanted));
  }
  name = std::min<std::size_t>(name, 44);
  std::string out =
      ink.paint(fmt::format("{:<10}{:<{}}  {:<{}}  observed", "Goals", "", name, "wanted", wanted),
                Ink::Colour::bold);
  out += "\n";
  for (const Verdict& verdict : verdicts) {
    const std::string word = verdict.met ? "met" : "MISSED";
    const std::string left = fmt::format(
        "  {}{:<{}}  {:<{}}  {}",
        ink.paint(fmt::format("{:<8}", word), verdict.met ? Ink::Colour::green : Ink::Colour::red),
        verdict.name, name, verdict.wanted, wanted, verdict.observed);
    out += two_sided(left, verdict.source, 14 + name);
  }
  return out;
}

}  // namespace opsim::report

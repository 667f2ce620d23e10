#pragma once
/// A journal written by hand, for tests of what is read from journals.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "opsim/journal/incident.hpp"
#include "opsim/journal/journal.hpp"

namespace opsim::tests {

struct Story {
  explicit Story(Level keep = Level::everything) : journal{sim, keep} {}

  /// An entry at `at` from the start; times do not go back.
  CauseId tell(Duration at, EntryKind kind, std::string subject, Json detail = {},
               CauseId cause = CauseId::none) {
    sim.run_until(sim.start() + at);
    return journal.write({.cause = cause,
                          .kind = kind,
                          .level = Level::goals,
                          .subject = std::move(subject),
                          .text = "told",
                          .detail = std::move(detail)});
  }
  CauseId fault(Duration at, std::string subject = "WebFleet") {
    return tell(at, EntryKind::fault, std::move(subject));
  }
  /// "ok", "in danger" or "down"; `of` is the group, or "".
  CauseId health(Duration at, std::string subject, std::string_view how, CauseId cause = {},
                 std::string_view of = "WebFleet") {
    return tell(at, EntryKind::health, std::move(subject), {{"health", how}, {"of", of}}, cause);
  }
  CauseId alarm(Duration at, CauseId cause, std::string_view state = "ALARM",
                std::string name = "DiskAlarm") {
    return tell(at, EntryKind::alarm, std::move(name), {{"state", state}}, cause);
  }
  CauseId runbook(Duration at, CauseId cause, std::string_view status = "InProgress") {
    return tell(at, EntryKind::runbook, "CleanUp", {{"status", status}}, cause);
  }
  CauseId page(Duration at, CauseId cause, std::string name = "page-1",
               std::string_view person = "primary") {
    return tell(at, EntryKind::page, std::move(name), {{"person", person}}, cause);
  }
  CauseId person(Duration at, CauseId cause, std::string_view act, std::string_view page = "page-1",
                 std::string name = "primary") {
    return tell(at, EntryKind::person, std::move(name), {{"act", act}, {"page", page}}, cause);
  }
  [[nodiscard]] std::vector<Incident> incidents(Duration end, Duration hold = 1min) const {
    return find_incidents(journal, sim.start() + end, hold);
  }
  [[nodiscard]] Duration since_start(SimTime time) const { return time - sim.start(); }

  Simulation sim;
  Journal journal;
};

}  // namespace opsim::tests

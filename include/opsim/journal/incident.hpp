#pragma once
/// An incident: a resource was not well, and what it took to make it well again.
///
/// The clock    starts when a fault does harm (the first health entry that is not ok) and stops
/// when
///              health has held for `hold`, not when a command returned. A relapse within `hold`
///              continues the same incident.
/// The split    walks the causes of the moment health came back: detected (harm -> the alarm that
///              led to it), routed (-> a runbook or a person started), acted (-> healthy), verified
///              (-> what acted said it was done), held (-> the rest of `hold`). Parts add up to the
///              whole.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "opsim/journal/journal.hpp"

namespace opsim {

enum class ResolvedBy : std::uint8_t { nobody, itself, automation, people };
std::string_view to_string(ResolvedBy by);

struct RecoverySplit {
  Duration detected{};
  Duration routed{};
  Duration acted{};
  Duration verified{};
  Duration held{};
  // The entries at the ends of the parts: who set each of them. none where there was none.
  CauseId alarm = CauseId::none;
  CauseId started = CauseId::none;
};

struct Incident {
  int number = 0;                  // from 1, in the order in which they began
  std::string of;                  // the group, or the resource itself: "WebFleet"
  std::vector<std::string> parts;  // the members that were hurt: "i-00000002"
  std::string worst;               // "in danger" or "down"
  std::optional<SimTime> down_from;
  CauseId fault = CauseId::none;  // what began it, where anything did
  SimTime fault_at{};
  CauseId harm = CauseId::none;  // the health entry
  SimTime harmed_at{};
  std::optional<SimTime> healthy_at;    // when health came back
  std::optional<SimTime> recovered_at;  // healthy_at + hold, if it held until then
  CauseId restored = CauseId::none;     // the health entry of healthy_at
  ResolvedBy resolved_by = ResolvedBy::nobody;
  std::optional<SimTime> detected_at;  // the first alarm that this incident caused
  RecoverySplit split;                 // adds up to recovery_time() once recovered

  [[nodiscard]] std::optional<Duration> recovery_time() const {
    return recovered_at ? std::optional{*recovered_at - harmed_at} : std::nullopt;
  }
};

/// How long health must hold. Estimate: one evaluation of a one-minute alarm.
inline constexpr Duration kHold = std::chrono::minutes{1};

std::vector<Incident> find_incidents(const Journal& journal, SimTime end, Duration hold = kHold);

}  // namespace opsim

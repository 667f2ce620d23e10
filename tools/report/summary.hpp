#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "opsim/goals/goal.hpp"
#include "opsim/journal/incident.hpp"
#include "tools/report/ink.hpp"

namespace opsim::report {

/// One part of a recovery by its name, in the order in which they follow each other. Where nobody
/// and nothing acted, that part is said to have "lasted".
struct RecoveryPart {
  std::string_view name;  // "detected"
  Duration length;
};
std::array<RecoveryPart, 5> recovery_parts(const RecoverySplit& split);

/// "Incident 1  WebFleet  in danger 2:51:00 -> 2:53:41, never down" and where its time went.
std::string incidents_text(std::span<const Incident> incidents, const Journal& journal,
                           SimTime start, const Ink& ink);

/// Wanted, observed and verdict, a line each.
std::string goals_text(std::span<const Verdict> verdicts, const Ink& ink);

}  // namespace opsim::report

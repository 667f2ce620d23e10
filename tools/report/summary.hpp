#pragma once
#include <span>
#include <string>

#include "opsim/goals/goal.hpp"
#include "opsim/journal/incident.hpp"
#include "tools/report/ink.hpp"

namespace opsim::report {

/// "Incident 1  WebFleet  in danger 2:51:00 -> 2:53:41, never down" and where its time went.
std::string incidents_text(std::span<const Incident> incidents, const Journal& journal,
                           SimTime start, const Ink& ink);

/// Wanted, observed and verdict, a line each.
std::string goals_text(std::span<const Verdict> verdicts, const Ink& ink);

}  // namespace opsim::report

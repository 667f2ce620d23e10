#pragma once
/// A run at one look: a lane for every thing that was hurt, fired, ran or was paged.
#include <optional>
#include <string>
#include <vector>

#include "tools/report/exports.hpp"
#include "tools/report/time_axis.hpp"

namespace opsim::report {

/// Something that lasted.
struct Bar {
  SimTime from;
  SimTime until;
  std::string_view look;  // a class of the style sheet: "down", "danger", "alarm", "acted"
  std::string says;       // shown where the pointer rests
};

/// Something that happened.
struct Mark {
  SimTime at;
  std::string_view look;  // "fault", "page", "person", "failed"
  std::string says;
};

struct Lane {
  std::string name;
  std::string kind;  // "alarm", "runbook"
  std::vector<Bar> bars{};
  std::vector<Mark> marks{};
};

/// In the order in which they first matter: faults, what users and resources felt, alarms, what
/// acted, people. At most `most` lanes; those that say least are left out.
std::vector<Lane> lanes_of(const RunFacts& run, std::size_t most = 24);

/// When something stood in a lane: from the first to the last of it. Nothing where all are empty.
struct Extent {
  SimTime from;
  SimTime until;
};
std::optional<Extent> extent_of(const std::vector<Lane>& lanes, SimTime end);

std::string lanes_svg(const std::vector<Lane>& lanes, const TimeAxis& axis);

}  // namespace opsim::report

#pragma once
/// Archives and replays.
/// AWS: EventBridge User Guide, eb-archive, eb-replay-archived-event; API_CreateArchive,
/// API_StartReplay.
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/place.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::events {

struct ArchivedEvent {
  SimTime time{};
  std::shared_ptr<const std::string> text;
};

struct Archive {
  std::string name{};
  Place place{};
  std::string bus{};
  std::string description{};
  std::string pattern_text{};  // "" for every event
  int retention_days = 0;      // 0: for ever
  SimTime created{};
  std::deque<ArchivedEvent> events{};  // in the order of their arrival
  std::size_t bytes = 0;
};

struct Replay {
  std::string name{};
  Place place{};
  std::string archive{};
  std::string bus{};
  std::string description{};
  std::vector<std::string> filter_arns{};  // rules; empty: all
  SimTime from{};
  SimTime to{};
  std::string state = "STARTING";
  SimTime started{};
  std::optional<SimTime> ended{};
  std::optional<SimTime> last_replayed{};
};

}  // namespace opsim::events

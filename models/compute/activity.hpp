#pragma once
/// One scaling activity of a group.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "opsim/kernel/time.hpp"

namespace opsim::compute {

/// DescribeScalingActivities tells these; the events and notifications of a group are made of them.
struct Activity {
  enum class Kind : std::uint8_t { launch, terminate, other } kind = Kind::other;
  std::string id;
  std::string description;
  std::string cause;
  std::string status = "InProgress";  // then "Successful", "Failed" or "Cancelled"
  std::string message;
  int progress = 30;  // per cent while it lasts; these are those of the guide's examples
  std::string instance;
  std::string zone;
  std::string subnet;
  std::string origin{};  // "WarmPool", or "" for what is usual
  std::string destination{};
  SimTime start{};
  std::optional<SimTime> end;
  std::int64_t cooldown = 0;  // seconds, which begin when it ends
};

/// "00000000002a" of a UUID: short enough to lie in the node of a map that is searched.
[[nodiscard]] std::string_view activity_number(std::string_view id);

}  // namespace opsim::compute

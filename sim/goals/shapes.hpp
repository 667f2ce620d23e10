#pragma once
/// The settings that goals share.
#include "opsim/document/shape.hpp"

namespace opsim::goal_shapes {

inline constexpr Shape kText{.kind = Kind::text};
inline constexpr Shape kDuration{.kind = Kind::duration, .example = "15min"};
inline constexpr Shape kPercent{.kind = Kind::percent, .min = 0, .max = 100, .example = "95 %"};
inline constexpr Shape kNumber{.kind = Kind::number, .min = 0, .example = "0"};
inline constexpr std::string_view kPercentiles[] = {"p50", "p75", "p90", "p95", "p99", "p99.9"};
inline constexpr Shape kPercentile{.kind = Kind::text, .allowed = kPercentiles};
inline constexpr std::string_view kOfDoc = "A resource, or a group for its members. Default: all.";

}  // namespace opsim::goal_shapes

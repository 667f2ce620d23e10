#pragma once
#include <string_view>
#include <utility>

#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/ensure.hpp"

namespace opsim {

/// A distribution that stands in the code: "lognormal(p50 20s, p99 60s)". No page states how long
/// it is; its writer says from what it is guessed.
[[nodiscard]] inline Distribution estimate(std::string_view text) {
  ParsedDistribution parsed = Distribution::parse(text);
  ensure(static_cast<bool>(parsed), "an estimate is a distribution");
  return *std::move(parsed.value);
}

}  // namespace opsim

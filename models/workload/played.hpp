#pragma once
/// Requests played one by one where a flow would lie: work with a heavy tail, of which two moments
/// tell too little. Pure.
#include <span>
#include <utility>
#include <vector>

#include "opsim/kernel/distribution.hpp"

namespace opsim::workload {

/// What a request takes: one of these, with its share.
using Mixture = std::vector<std::pair<double, Distribution>>;

/// One number of the stream a request.
[[nodiscard]] double sample(const Mixture& work, Stream& luck);

/// The sojourns of so many requests that come at `rate` a second to `servers`, first come first
/// served, sorted; the first tenth is left out.
[[nodiscard]] std::vector<double> play_requests(const Mixture& work, double rate, int servers,
                                                int requests, Stream luck);
/// The value that a share p of sorted values does not exceed; `sorted` is not empty.
[[nodiscard]] double quantile_of(std::span<const double> sorted, double p);

}  // namespace opsim::workload

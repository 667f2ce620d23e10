#pragma once
/// The functions of PromQL: what each takes, and whether it is run.
/// Source: Prometheus documentation, "Functions" (querying/functions).
#include <algorithm>
#include <cstdint>
#include <string_view>

namespace opsim::cloudwatch {

enum class PromType : std::uint8_t { scalar, vector, range };

struct PromFunction {
  std::string_view name;
  PromType takes = PromType::vector;
  bool simulated = true;
};
// Sorted. "time" takes nothing.
inline constexpr PromFunction kPromFunctions[] = {
    {"abs"},
    {"absent"},
    {"absent_over_time", PromType::range, false},
    {"avg_over_time", PromType::range},
    {"ceil"},
    {"changes", PromType::range, false},
    {"clamp", PromType::vector, false},
    {"clamp_max", PromType::vector, false},
    {"clamp_min", PromType::vector, false},
    {"count_over_time", PromType::range},
    {"delta", PromType::range, false},
    {"deriv", PromType::range, false},
    {"exp"},
    {"floor"},
    {"histogram_avg", PromType::vector, false},
    {"histogram_count", PromType::vector, false},
    {"histogram_fraction", PromType::vector, false},
    {"histogram_quantile", PromType::vector, false},
    {"histogram_sum", PromType::vector, false},
    {"idelta", PromType::range, false},
    {"increase", PromType::range, false},
    {"irate", PromType::range, false},
    {"label_join", PromType::vector, false},
    {"label_replace", PromType::vector, false},
    {"last_over_time", PromType::range},
    {"ln"},
    {"log10"},
    {"log2"},
    {"max_over_time", PromType::range},
    {"min_over_time", PromType::range},
    {"predict_linear", PromType::range, false},
    {"present_over_time", PromType::range},
    {"quantile_over_time", PromType::range, false},
    {"rate", PromType::range, false},
    {"resets", PromType::range, false},
    {"round"},
    {"scalar", PromType::vector, false},
    {"sgn"},
    {"sort", PromType::vector, false},
    {"sort_desc", PromType::vector, false},
    {"sqrt"},
    {"stddev_over_time", PromType::range, false},
    {"sum_over_time", PromType::range},
    {"time", PromType::scalar},
    {"timestamp", PromType::vector, false},
    {"vector", PromType::scalar},
};
static_assert(std::ranges::is_sorted(kPromFunctions, {}, &PromFunction::name));

}  // namespace opsim::cloudwatch

#pragma once
/// Prices as data.
#include <optional>
#include <string_view>

namespace opsim::costs {

/// US dollars an hour, On-Demand, Linux, shared tenancy; nothing where the table has no such row.
[[nodiscard]] std::optional<double> hourly_price(std::string_view region, std::string_view type);

}  // namespace opsim::costs

#pragma once
/// A group while ARC shifts traffic away from one of its zones.
#include <optional>
#include <string_view>

#include "opsim/cloud/service.hpp"

namespace opsim::compute {

struct GroupSpec;

/// API AvailabilityZoneImpairmentPolicy.
struct ImpairmentPolicy {
  bool zonal_shift = false;
  bool ignores_unhealthy = false;  // in the zone that is shifted away
};

[[nodiscard]] std::optional<ApiError> read_impairment_policy(const Json& members, GroupSpec& spec);
[[nodiscard]] Json impairment_json(const ImpairmentPolicy& policy);
/// "shifted us-east-1a": 1 while a zonal shift keeps traffic away from the zone.
[[nodiscard]] std::optional<double> read_shifted(Model& model, std::string_view name,
                                                 std::string_view zone);
void change_shifted(Model& model, std::string_view name, std::string_view zone, Change change);

}  // namespace opsim::compute

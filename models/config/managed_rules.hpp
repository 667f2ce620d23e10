#pragma once
/// AWS's own rules, by their identifiers: what triggers them, and when a resource is compliant.
#include <cstdint>
#include <string>
#include <string_view>

#include "opsim/cloud/cloud.hpp"

namespace opsim::config {

struct Judgement {
  std::string compliance;
  std::string annotation{};
};

/// One resource, as the rule looks at it now.
struct Look {
  Cloud& cloud;
  Place place;
  std::string id;
  const Json& parameters;  // InputParameters
};

enum class Trigger : std::uint8_t { change, periodic, both };

struct ManagedRule {
  std::string_view identifier;  // "S3_BUCKET_PUBLIC_READ_PROHIBITED"
  std::string_view type;        // of the resources
  Trigger trigger;
  Judgement (*judge)(const Look& look);
};

/// Null where opsim does not evaluate it.
[[nodiscard]] const ManagedRule* find_managed_rule(std::string_view identifier);

}  // namespace opsim::config

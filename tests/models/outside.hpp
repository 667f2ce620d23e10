#pragma once
/// Stands in for the world outside AWS: takes what is delivered to people at once and remembers it.
#include <memory>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::tests {

struct Outside : Model {
  explicit Outside(Cloud& world) : cloud{world} {}
  struct Got {
    SimTime at;
    std::string to;  // the ARN's resource
    Json payload;
  };
  Cloud& cloud;
  std::vector<Got> got;

  [[nodiscard]] static Outside& of(Cloud& cloud) {
    return static_cast<Outside&>(*cloud.model("outside"));
  }
};

inline Process<ApiResult<Json>> take_outside(Outside& outside, Delivery delivery) {
  outside.got.push_back({outside.cloud.sim().now(), delivery.target.resource,
                         Json::parse(delivery.text, nullptr, false)});
  co_return Json::object();
}

inline constexpr DeliveryTarget kOutsideTargets[] = {
    {"person", "", deliver<Outside, take_outside>}};
inline constexpr Service kOutside{
    .name = "outside",
    .title = "What tests see of the world outside",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Outside>(cloud); },
    .targets = kOutsideTargets,
};

}  // namespace opsim::tests

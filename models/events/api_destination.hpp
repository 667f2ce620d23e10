#pragma once
/// HTTP endpoints as targets.
/// AWS: EventBridge User Guide, eb-api-destinations, eb-target-connection.
#include <optional>
#include <string>

#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::events {

struct Connection {
  std::string name{};
  std::string arn{};
  std::string description{};
  std::string authorization_type{};
  std::string state = "AUTHORIZED";
  Json parameters{};  // AuthParameters without their secrets
  SimTime created{};
  SimTime modified{};
};

/// How the endpoint behaves: physics.
struct Endpoint {
  std::optional<Distribution> answers_in{};  // else lognormal(p50 100ms, p99 1s), an estimate
  double success_share = 1;
  int failure_status = 500;
};

struct ApiDestination {
  std::string name{};
  std::string arn{};
  std::string description{};
  std::string connection_arn{};
  std::string method{};
  std::string endpoint{};
  int rate_per_second = 300;  // eb-quota
  SimTime created{};
  SimTime modified{};
  Endpoint behaves{};
};

}  // namespace opsim::events

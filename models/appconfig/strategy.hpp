#pragma once
/// Deployment strategies: which share of the clients gets a configuration when. Pure arithmetic.
///
/// AWS: AppConfig User Guide, "Working with deployment strategies"
/// (appconfig-creating-deployment-strategy); API Reference, CreateDeploymentStrategy.
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::appconfig {

struct Strategy {
  std::string id{};
  std::string name{};
  std::string description{};
  std::int64_t minutes = 0;       // DeploymentDurationInMinutes
  std::int64_t bake_minutes = 0;  // FinalBakeTimeInMinutes
  double growth_factor = 100;     // per cent
  bool exponential = false;
};

struct GrowthStep {
  Duration after{};
  double percentage = 100;
};

/// Linear: G, 2G, ... 100. Exponential: G*2^N, then 100. Evenly over the deployment: in ten hours
/// at 20 %, 20 % are reached after two. UNDOCUMENTED: that exponential steps are spaced evenly,
/// too.
[[nodiscard]] std::vector<GrowthStep> growth_steps(const Strategy& strategy);

/// "AppConfig.AllAtOnce" and its like; null where there is none of that name.
[[nodiscard]] const Strategy* predefined_strategy(std::string_view name);
/// Members of CreateDeploymentStrategy and AWS::AppConfig::DeploymentStrategy.
[[nodiscard]] ApiResult<Strategy> read_strategy(const Json& members);
[[nodiscard]] Json strategy_json(const Strategy& strategy);

}  // namespace opsim::appconfig

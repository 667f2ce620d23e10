#include "models/appconfig/strategy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::appconfig {

namespace {

// API Reference: durations are 0 to 1,440 minutes, the growth factor 1 to 100.
constexpr std::int64_t kLongestMinutes = 1440;

const std::vector<Strategy>& predefined() {
  // appconfig-creating-deployment-strategy-predefined.
  static const std::vector<Strategy> rows{
      {"AppConfig.AllAtOnce", "AppConfig.AllAtOnce", "Quick", 0, 10, 100, false},
      {"AppConfig.Canary10Percent20Minutes", "AppConfig.Canary10Percent20Minutes",
       "AWS Recommended", 20, 10, 10, true},
      {"AppConfig.Linear20PercentEvery6Minutes", "AppConfig.Linear20PercentEvery6Minutes",
       "AWS Recommended", 30, 30, 20, false},
      {"AppConfig.Linear50PercentEvery30Seconds", "AppConfig.Linear50PercentEvery30Seconds",
       "Test/Demo", 1, 1, 50, false},
  };
  return rows;
}

}  // namespace

std::vector<GrowthStep> growth_steps(const Strategy& strategy) {
  std::vector<double> shares;
  for (double share = strategy.growth_factor; share < 100;
       share = strategy.exponential ? share * 2 : share + strategy.growth_factor)
    shares.push_back(share);
  shares.push_back(100);
  const Duration whole = std::chrono::minutes{strategy.minutes};
  const auto count = static_cast<std::int64_t>(shares.size());
  std::vector<GrowthStep> steps;
  for (std::int64_t i = 0; i < count; ++i)
    steps.push_back({whole * (i + 1) / count, shares[static_cast<std::size_t>(i)]});
  return steps;
}

const Strategy* predefined_strategy(std::string_view name) {
  const auto found = std::ranges::find(predefined(), name, &Strategy::name);
  return found == predefined().end() ? nullptr : &*found;
}

ApiResult<Strategy> read_strategy(const Json& members) {
  Strategy strategy;
  strategy.name = input::text(members, "Name");
  strategy.description = input::text(members, "Description");
  const auto wrong = [](std::string message) {
    return ApiError{"BadRequestException", std::move(message)};
  };
  const auto minutes = input::integer(members, "DeploymentDurationInMinutes");
  const std::int64_t bake = input::integer(members, "FinalBakeTimeInMinutes").value_or(0);
  if (!minutes || *minutes < 0 || *minutes > kLongestMinutes || bake < 0 || bake > kLongestMinutes)
    return wrong("DeploymentDurationInMinutes and FinalBakeTimeInMinutes must be 0 to 1440");
  const Json& factor = input::member(members, "GrowthFactor");
  strategy.growth_factor = factor.is_number()
                               ? factor.get<double>()
                               : static_cast<double>(input::integer(factor).value_or(0));
  if (!(strategy.growth_factor >= 1 && strategy.growth_factor <= 100))
    return wrong("GrowthFactor must be 1 to 100");
  const std::string type = input::text(members, "GrowthType");
  if (!type.empty() && type != "LINEAR" && type != "EXPONENTIAL")
    return wrong(fmt::format("GrowthType {} is not valid; LINEAR or EXPONENTIAL", type));
  strategy.exponential = type == "EXPONENTIAL";
  strategy.minutes = *minutes;
  strategy.bake_minutes = bake;
  return strategy;
}

Json strategy_json(const Strategy& strategy) {
  return {{"Id", strategy.id},
          {"Name", strategy.name},
          {"Description", strategy.description},
          {"DeploymentDurationInMinutes", strategy.minutes},
          {"FinalBakeTimeInMinutes", strategy.bake_minutes},
          {"GrowthFactor", strategy.growth_factor},
          {"GrowthType", strategy.exponential ? "EXPONENTIAL" : "LINEAR"}};
}

}  // namespace opsim::appconfig

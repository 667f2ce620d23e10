// Capacity provider strategies: which provider runs the next task of a service.
// AWS: ECS API Reference, CapacityProviderStrategyItem: "base ... how many tasks, at a minimum, to
// run on the specified capacity provider. Only one capacity provider in a strategy can have a base
// defined"; "weight ... the relative percentage of the total number of tasks ... considered after
// the base value, if defined, is satisfied".
#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

ApiError bad_strategy(std::string message) {
  return {"InvalidParameterException", std::move(message)};
}

bool is_fargate(const ProviderShare& share) { return share.name.starts_with("FARGATE"); }

}  // namespace

// SIMPLIFIED: a strategy of one provider needs no weight.
ApiResult<std::vector<ProviderShare>> read_provider_strategy(const Json& given) {
  std::vector<ProviderShare> all;
  for (const Json& one : given) {
    all.push_back({.name = input::text(one, "capacityProvider"),
                   .base = input::integer(one, "base").value_or(0),
                   .weight = input::integer(one, "weight").value_or(0)});
    const ProviderShare& read = all.back();
    if (read.base < 0 || read.base > 100'000 || read.weight < 0 || read.weight > 1'000)
      return bad_strategy(
          "A base must be from 0 to 100000 and a weight from 0 to 1000 in a capacity provider "
          "strategy.");
  }
  if (all.size() > 20)
    return bad_strategy("A capacity provider strategy can contain at most 20 capacity providers.");
  if (all.size() == 1) all.front().weight = std::max<std::int64_t>(1, all.front().weight);
  const auto based = std::ranges::count_if(all, [](const auto& one) { return one.base > 0; });
  if (based > 1)
    return bad_strategy(
        "Only one capacity provider in a capacity provider strategy can have a base value.");
  if (std::ranges::none_of(all, [](const auto& one) { return one.weight > 0; }))
    return bad_strategy(
        "At least one capacity provider in a strategy must have a weight greater than zero.");
  const auto fargate = std::ranges::count_if(all, is_fargate);
  if (fargate > 0 && fargate < std::ssize(all))
    return bad_strategy(
        "A capacity provider strategy cannot contain both Fargate and Auto Scaling group capacity "
        "providers.");
  return all;
}

Json provider_strategy_json(const std::vector<ProviderShare>& providers) {
  Json list = Json::array();
  for (const ProviderShare& one : providers)
    list.push_back({{"capacityProvider", one.name}, {"weight", one.weight}, {"base", one.base}});
  return list;
}

// UNDOCUMENTED: in which order tasks take their turns; here the provider that lacks most of its
// share comes first.
std::string choose_provider(const Service& service, std::string_view deployment) {
  const std::vector<ProviderShare>& providers = service.spec.providers;
  if (providers.empty()) return {};
  std::map<std::string_view, std::int64_t> tasks;
  for (const auto& [arn, task] : service.tasks)
    if (task->wanted && task->deployment == deployment) ++tasks[task->capacity_provider];
  for (const ProviderShare& one : providers)
    if (tasks[one.name] < one.base) return one.name;
  const ProviderShare* next = nullptr;
  const auto load = [&](const ProviderShare& one) {
    return static_cast<double>(tasks[one.name] - one.base + 1) / static_cast<double>(one.weight);
  };
  for (const ProviderShare& one : providers)
    if (one.weight > 0 && (next == nullptr || load(one) < load(*next))) next = &one;
  return next == nullptr ? std::string{} : next->name;
}

}  // namespace opsim::ecs

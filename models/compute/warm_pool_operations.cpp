// What callers do with warm pools.
// AWS: EC2 Auto Scaling API reference, PutWarmPool, DescribeWarmPool, DeleteWarmPool.
#include "models/compute/warm_pool_operations.hpp"

#include <fmt/format.h>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/ec2_resources.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kPoolStates[] = {"Stopped", "Running", "Hibernated"};

ApiError pool_error(std::string message) { return {"ValidationError", std::move(message)}; }

/// "You can't add a warm pool to groups that have a mixed instances policy or launch templates that
/// request Spot Instances" (limitations).
std::optional<ApiError> unfit_group(Groups& groups, Group& group) {
  const auto spec = launch_spec_of(groups, group);
  if (group.spec.mixed || (spec && (*spec)->spot))
    return pool_error(
        "You can't add a warm pool to an Auto Scaling group that has a mixed "
        "instances policy or requests Spot Instances.");
  return std::nullopt;
}

/// What is given replaces what was.
ApiResult<WarmPool> read_pool(const Json& members, const std::optional<WarmPool>& before) {
  WarmPool pool = before.value_or(WarmPool{});
  pool.leaving = false;
  if (!member(members, "MinSize").is_null()) {
    pool.min_size = integer_of(members, "MinSize").value_or(-1);
    if (pool.min_size < 0 || pool.min_size > 100'000) return pool_error("MinSize is no size");
  }
  if (!member(members, "MaxGroupPreparedCapacity").is_null()) {
    // "-1 indicates that the maximum prepared capacity is the group's maximum size".
    const auto most = integer_of(members, "MaxGroupPreparedCapacity");
    if (!most || *most < -1 || *most > 100'000)
      return pool_error("MaxGroupPreparedCapacity must be -1 or a size");
    pool.max_prepared = *most < 0 ? std::nullopt : most;
  }
  if (const std::string state = text_of(members, "PoolState"); !state.empty()) {
    const auto found = std::ranges::find(kPoolStates, state);
    if (found == std::end(kPoolStates))
      return pool_error(fmt::format("PoolState must be one of {}", fmt::join(kPoolStates, ", ")));
    pool.state = static_cast<WarmPool::State>(found - std::begin(kPoolStates));
  }
  if (const Json& policy = member(members, "InstanceReusePolicy"); policy.is_object())
    pool.reuse_on_scale_in = boolean_of(policy, "ReuseOnScaleIn").value_or(false);
  return pool;
}

}  // namespace

Json warm_pool_json(const WarmPool& pool) {
  Json json{{"MinSize", pool.min_size},
            {"MaxGroupPreparedCapacity", pool.max_prepared.value_or(-1)},
            {"PoolState", to_string(pool.state)},
            {"InstanceReusePolicy", {{"ReuseOnScaleIn", pool.reuse_on_scale_in}}}};
  if (pool.leaving) json["Status"] = "PendingDelete";
  return json;
}

ApiResult<Json> put_warm_pool(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  if (auto wrong = unfit_group(groups, group)) return *std::move(wrong);
  auto pool = read_pool(request.input, group.pool);
  if (!pool) return pool.error();
  group.pool = *pool;
  balance(groups, group);
  return Json::object();
}

ApiResult<Json> delete_warm_pool(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  if (!group.pool) return pool_error("No warm pool found for Auto Scaling group " + group.name);
  group.pool->leaving = true;
  balance(groups, group);
  return Json::object();
}

ApiResult<Json> describe_warm_pool(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  const Group& group = **found;
  Json answer{{"Instances", Json::array()}};
  if (!group.pool) return answer;
  answer["WarmPoolConfiguration"] = warm_pool_json(*group.pool);
  for (const auto& [id, member] : group.members)
    if (is_warmed(member.lifecycle))
      answer["Instances"].push_back(member_json(groups, group, member));
  return answer;
}

ApiResult<Created> create_warm_pool(Groups& groups, const ResourceRequest& request) {
  const std::string name = text_of(request.properties, "AutoScalingGroupName");
  Group* const group = groups.find(request.place, name);
  if (group == nullptr) return pool_error("AutoScalingGroup name not found - " + name);
  if (auto wrong = unfit_group(groups, *group)) return *std::move(wrong);
  auto pool = read_pool(request.properties, std::nullopt);
  if (!pool) return pool.error();
  group->pool = *pool;
  fill_standing_pool(groups, *group);
  return Created{.physical_id = name};
}

namespace {

constexpr Shape kPoolText{.kind = Kind::text, .min = 1};
constexpr Shape kPoolState{.kind = Kind::text, .allowed = kPoolStates};
constexpr Shape kPoolSize{.kind = Kind::integer, .min = -1, .max = 100'000};
constexpr Field kPoolFields[] = {
    {.name = "AutoScalingGroupName", .shape = &kPoolText, .need = Need::required},
    {.name = "InstanceReusePolicy"},
    {.name = "MaxGroupPreparedCapacity", .shape = &kPoolSize},
    {.name = "MinSize", .shape = &kPoolSize},
    {.name = "PoolState", .shape = &kPoolState},
};

}  // namespace

const Shape kWarmPoolProperties{.kind = Kind::mapping, .fields = kPoolFields};

}  // namespace opsim::compute

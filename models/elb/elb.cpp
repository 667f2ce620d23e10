// What stands where, and the words of the service.
#include "models/elb/elb.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

template <class Map>
typename Map::mapped_type* find_in(Map& map, std::string_view arn) {
  const auto found = map.find(arn);
  return found == map.end() ? nullptr : &found->second;
}

// Names of Classic Load Balancers are another service's.
bool is_classic(const LoadBalancer& balancer) { return balancer.is_classic(); }
bool is_classic(const TargetGroup& group) { return group.classic; }

template <class Map>
typename Map::mapped_type* find_named(Map& map, const Place& place, std::string_view name) {
  for (auto& [arn, one] : map)
    if (one.place == place && one.name == name && !is_classic(one)) return &one;
  return nullptr;
}

}  // namespace

LoadBalancer* Elb::find_load_balancer(std::string_view arn) { return find_in(load_balancers, arn); }
LoadBalancer* Elb::find_load_balancer(const Place& place, std::string_view name) {
  return find_named(load_balancers, place, name);
}
TargetGroup* Elb::find_target_group(std::string_view arn) { return find_in(target_groups, arn); }
TargetGroup* Elb::find_target_group(const Place& place, std::string_view name) {
  return find_named(target_groups, place, name);
}
Listener* Elb::find_listener(std::string_view arn) { return find_in(listeners, arn); }

const Zone* LoadBalancer::find_zone(std::string_view zone) const {
  const auto found = std::ranges::find(zones, zone, &Zone::name);
  return found == zones.end() ? nullptr : &*found;
}

std::string target_name(const TargetGroup& group, const Target& target) {
  return group.type == TargetType::ip ? fmt::format("{}:{}", target.id, target.port) : target.id;
}

ApiError no_load_balancer(std::string_view what) {
  return {"LoadBalancerNotFound", fmt::format("Load balancers '[{}]' not found", what)};
}
ApiError no_target_group(std::string_view what) {
  return {"TargetGroupNotFound", fmt::format("Target groups '[{}]' not found", what)};
}
ApiError no_listener() { return {"ListenerNotFound", "One or more listeners not found"}; }
ApiError no_rule() { return {"RuleNotFound", "One or more rules not found"}; }

std::string next_id(Elb& elb, std::string_view kind) {
  const std::string prefix = fmt::format("elbv2-{}-", kind);
  return fmt::format("{:0>16}", elb.cloud.next_id(prefix).substr(prefix.size()));
}

ApiResult<void> check_name(std::string_view kind, std::string_view name) {
  if (name.empty() || name.size() > 32)
    return validation_error(
        fmt::format("{} name '{}' must be from 1 to 32 characters long", kind, name));
  const bool letters = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!letters)
    return validation_error(fmt::format(
        "{} name '{}' can only contain characters that are alphanumeric characters and hyphens(-)",
        kind, name));
  if (name.front() == '-' || name.back() == '-')
    return validation_error(fmt::format("{} name '{}' cannot begin or end with '-'", kind, name));
  if (name.starts_with("internal-"))
    return validation_error(fmt::format("{} name '{}' cannot begin with 'internal-'", kind, name));
  return {};
}

// SIMPLIFIED: AWS shortens both parts and appends random letters.
std::string generated_name(const ResourceRequest& request) {
  std::string name = request.stack.empty()
                         ? request.logical_id
                         : fmt::format("{}-{}", request.stack, request.logical_id);
  std::erase_if(name, [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-');
  });
  if (name.size() > 32) name = name.substr(0, 15) + "-" + name.substr(name.size() - 16);
  while (name.ends_with('-')) name.pop_back();
  while (name.starts_with('-')) name.erase(0, 1);
  return name.empty() ? "lb" : name;
}

// ELB API: PageSize from 1 to 400; everything where it is absent.
Json page_of(const Json& list, std::string_view member, const Json& input) {
  const auto size = input::integer(input, "PageSize");
  const auto from = input::integer(input, "Marker").value_or(0);
  const auto all = static_cast<std::int64_t>(list.size());
  const std::int64_t begin = std::clamp<std::int64_t>(from, 0, all);
  const std::int64_t end =
      size && *size > 0 ? std::min(all, begin + std::min<std::int64_t>(*size, 400)) : all;
  Json page = Json::array();
  for (std::int64_t i = begin; i < end; ++i) page.push_back(list[static_cast<std::size_t>(i)]);
  Json answer{{member, std::move(page)}};
  if (end < all) answer["NextMarker"] = std::to_string(end);
  return answer;
}

}  // namespace opsim::elb

// Tags of load balancers, target groups, listeners and rules. AWS: ELB API, AddTags, DescribeTags,
// RemoveTags.
#include <fmt/format.h>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

using Tags = std::map<std::string, std::string>;
constexpr std::size_t kMostTags = 50;

/// The tags of whatever has this ARN; the error of its kind where nothing does.
ApiResult<Tags*> tags_of(Elb& elb, const std::string& arn) {
  if (arn.find(":targetgroup/") != std::string::npos) {
    TargetGroup* group = elb.find_target_group(arn);
    return group == nullptr ? ApiResult<Tags*>{no_target_group(arn)} : &group->tags;
  }
  if (arn.find(":loadbalancer/") != std::string::npos) {
    LoadBalancer* balancer = elb.find_load_balancer(arn);
    return balancer == nullptr ? ApiResult<Tags*>{no_load_balancer(arn)} : &balancer->tags;
  }
  if (arn.find(":listener-rule/") != std::string::npos) {
    for (auto& [listener_arn, listener] : elb.listeners)
      for (auto& [priority, rule] : listener.rules)
        if (rule.arn == arn) return &rule.tags;
    return no_rule();
  }
  Listener* listener = elb.find_listener(arn);
  return listener == nullptr ? ApiResult<Tags*>{no_listener()} : &listener->tags;
}

/// Every resource of the request, or the error of the first that is missing.
ApiResult<std::vector<std::pair<std::string, Tags*>>> all_tags(Elb& elb, const Json& input) {
  std::vector<std::pair<std::string, Tags*>> found;
  for (const std::string& arn : input::texts(input, "ResourceArns")) {
    const ApiResult<Tags*> tags = tags_of(elb, arn);
    if (!tags) return tags.error();
    found.emplace_back(arn, *tags);
  }
  if (found.empty()) return validation_error("At least one resource ARN must be specified");
  return found;
}

}  // namespace

ApiResult<Json> add_tags(Elb& elb, const Request& request) {
  const auto found = all_tags(elb, request.input);
  if (!found) return found.error();
  const Tags given = input::tags(input::member(request.input, "Tags"));
  for (const auto& [arn, tags] : *found) {
    Tags merged = given;
    merged.insert(tags->begin(), tags->end());
    if (merged.size() > kMostTags)
      return ApiError{"TooManyTags", fmt::format("A resource can have at most {} tags", kMostTags)};
    *tags = std::move(merged);
  }
  return Json::object();
}

ApiResult<Json> describe_tags(Elb& elb, const Request& request) {
  const auto found = all_tags(elb, request.input);
  if (!found) return found.error();
  Json list = Json::array();
  for (const auto& [arn, tags] : *found) {
    Json pairs = Json::array();
    for (const auto& [key, value] : *tags) pairs.push_back({{"Key", key}, {"Value", value}});
    list.push_back({{"ResourceArn", arn}, {"Tags", std::move(pairs)}});
  }
  return Json{{"TagDescriptions", std::move(list)}};
}

ApiResult<Json> remove_tags(Elb& elb, const Request& request) {
  const auto found = all_tags(elb, request.input);
  if (!found) return found.error();
  for (const auto& [arn, tags] : *found)
    for (const std::string& key : input::texts(request.input, "TagKeys")) tags->erase(key);
  return Json::object();
}

}  // namespace opsim::elb

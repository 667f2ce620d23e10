// Custom termination policies at work.
// "If no instances are returned or your Lambda function times out, then Amazon EC2 Auto Scaling
// waits a short time before invoking your function again. For any scale-in event, it keeps trying."
// UNDOCUMENTED: how short. Estimate: 30 seconds.
// SIMPLIFIED: scale-ins and rebalancing ask; instance refreshes and maximum lifetimes do not.
#include "models/compute/custom_termination.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::compute {

namespace {

constexpr Duration kAskAgain = 30s;
constexpr Duration kLongestRun = 2s;  // "The maximum run time for your Lambda function"
constexpr std::size_t kMostSuggested = 30'000;

std::string_view market_of(const Member& member) { return member.spot ? "spot" : "on-demand"; }

bool may_go(const Member& member) {
  return is_active(member.lifecycle) && !member.protected_from_scale_in;
}

/// How much goes from which zone so that the zones stay even: the fullest first.
std::map<std::string, std::int64_t> zones_to_shrink(const Group& group, std::int64_t surplus) {
  std::map<std::string, std::int64_t> left{group.spread.begin(), group.spread.end()};
  std::map<std::string, std::int64_t> taken;
  for (; surplus > 0 && !left.empty(); --surplus) {
    const auto fullest = std::ranges::max_element(
        left, [](const auto& a, const auto& b) { return a.second < b.second; });
    if (fullest->second == 0) break;
    --fullest->second;
    ++taken[fullest->first];
  }
  return taken;
}

Json question(Groups& groups, const Group& group, std::int64_t surplus) {
  const auto zones = zones_to_shrink(group, surplus);
  std::map<std::pair<std::string, std::string>, std::int64_t> capacity;
  Json instances = Json::array();
  bool more = false;
  for (const auto& [id, member] : group.members) {
    if (!may_go(member) || !zones.contains(member.zone)) continue;
    std::int64_t& units = capacity[{member.zone, std::string{market_of(member)}}];
    units = std::min(units + 1, zones.at(member.zone));
    more = more || instances.size() == kMostSuggested;
    if (more) continue;
    const Instance* const instance = groups.instance_of(member);
    instances.push_back({{"AvailabilityZone", member.zone},
                         {"InstanceId", id},
                         {"InstanceType", instance == nullptr ? "" : instance->spec->instance_type},
                         {"InstanceMarketOption", market_of(member)}});
  }
  Json list = Json::array();
  for (const auto& [of, units] : capacity)
    list.push_back(
        {{"AvailabilityZone", of.first}, {"Capacity", units}, {"InstanceMarketOption", of.second}});
  Json payload{{"AutoScalingGroupARN", group.arn},
               {"AutoScalingGroupName", group.name},
               {"CapacityToTerminate", std::move(list)},
               {"Instances", std::move(instances)},
               {"Cause", "SCALE_IN"}};
  if (more) payload["HasMoreInstances"] = true;
  return payload;
}

/// The answer's InstanceIDs; empty where the function failed or said none.
std::vector<std::string> released(const ApiResult<Json>& answer) {
  if (!answer || answer->contains("FunctionError")) return {};
  const Json payload = Json::parse(text_of(*answer, "Payload"), nullptr, false);
  return payload.is_object() ? texts_of(payload, "InstanceIDs") : std::vector<std::string>{};
}

void tell_why_not(Groups& groups, const Group& group, const ApiResult<Json>& answer) {
  const Resources& known = groups.cloud.resources();
  groups.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::everything,
       .subject = std::string{known.name_of(group.name)},
       .text = fmt::format("scale-in waits: {}",
                           answer ? std::string{"its termination policy lets no instance go"}
                                  : answer.error().code + ": " + answer.error().message),
       .source = std::string{known.source_of(group.name)}});
}

Process<> ask(Groups& groups, Place place, std::string name, Json payload) {
  const SimTime asked = groups.sim().now();
  Group* group = groups.find(place, name);
  Json input{{"FunctionName", group->spec.termination_function},
             {"InvocationType", "RequestResponse"},
             {"Payload", payload.dump()}};
  Caller caller{place, "autoscaling.amazonaws.com", ""};
  std::string service = "lambda";
  std::string operation = "Invoke";
  const ApiResult<Json> answer = co_await groups.cloud.call(std::move(caller), std::move(service),
                                                            std::move(operation), std::move(input));
  group = groups.find(place, name);
  if (group == nullptr) co_return;
  group->custom.asking = false;
  const bool late = groups.sim().now() - asked > kLongestRun;
  group->custom.ready = late ? std::vector<std::string>{} : released(answer);
  group->custom.answered = !group->custom.ready.empty();
  if (!group->custom.answered) {
    tell_why_not(groups, *group, answer);
    ask_again_later(groups, *group);
    co_return;
  }
  balance(groups, *group);
}

}  // namespace

bool may_scale_in(Groups& groups, Group& group, std::int64_t surplus) {
  if (group.spec.termination_function.empty() || group.custom.answered) return true;
  if (group.custom.asking || groups.sim().pending(group.custom.again)) return false;
  group.custom.asking = true;
  groups.sim().spawn(ask(groups, group.place, group.name, question(groups, group, surplus)));
  return false;
}

bool is_released(const Group& group, std::string_view instance) {
  return group.spec.termination_function.empty() ||
         std::ranges::count(group.custom.ready, instance) > 0;
}

void ask_again_later(Groups& groups, Group& group) {
  if (group.spec.termination_function.empty() || groups.sim().pending(group.custom.again)) return;
  group.custom.answered = false;
  group.custom.ready.clear();
  group.custom.again =
      groups.sim().after(kAskAgain, [&groups, place = group.place, name = group.name] {
        if (Group* const same = groups.find(place, name)) balance(groups, *same);
      });
}

void forget_answer(Groups& groups, Group& group) {
  group.custom.answered = false;
  group.custom.ready.clear();
  groups.sim().cancel(group.custom.again);
}

}  // namespace opsim::compute

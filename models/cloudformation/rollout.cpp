// A new version on its way to every target of a stack set: by the set itself, by hand in every
// account, or by a pipeline that was copied into each of them.
// How long people take and how often copies fail are a scenario's physics; defaults are estimates.
#include "models/cloudformation/rollout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cloudformation/stack_set_work.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::cloudformation {

namespace {

constexpr std::string_view kWays[] = {"copied pipelines", "hand", "stack set"};
constexpr Shape kWay{.kind = Kind::text, .allowed = kWays};
constexpr Shape kTakes{.kind = Kind::distribution};
constexpr Shape kPeople{.kind = Kind::integer, .min = 1, .max = 100};
constexpr Shape kRolloutShare{.kind = Kind::percent, .min = 0, .max = 100};
constexpr Shape kVersionText{.kind = Kind::text, .example = "2"};
constexpr Field kHandFields[] = {
    {.name = "forgets",
     .shape = &kRolloutShare,
     .doc = "Share of targets that nobody opens (3 %)."},
    {.name = "people", .shape = &kPeople, .doc = "How many work side by side (2)."},
    {.name = "takes",
     .shape = &kTakes,
     .doc = "From one target to the next, by one person (lognormal(p50 6min, p99 25min))."},
};
constexpr Shape kHand{.kind = Kind::mapping, .fields = kHandFields};
constexpr Field kCopyFields[] = {
    {.name = "broken",
     .shape = &kRolloutShare,
     .doc = "Share of accounts whose copy fails, since its key expired or it drifted (8 %)."},
    {.name = "takes",
     .shape = &kTakes,
     .doc = "From the commit to a copy's deployment (lognormal(p50 4min, p99 15min))."},
};
constexpr Shape kCopies{.kind = Kind::mapping, .fields = kCopyFields};
constexpr Field kPhysicsFields[] = {
    {.name = "by hand", .shape = &kHand, .doc = "People in the console of each account."},
    {.name = "copied pipelines",
     .shape = &kCopies,
     .doc = "A pipeline of its own in each account."},
    {.name = "rolled out by", .shape = &kWay, .doc = "How a new version reaches the targets."},
};
constexpr Field kFaultFields[] = {
    {.name = "on", .shape = &kVersionText, .need = Need::required, .doc = "The stack set."},
    {.name = "version",
     .shape = &kVersionText,
     .need = Need::required,
     .doc = "The value of the template's parameter Version."},
};

Node at(const Node& node, std::string_view key) { return node.find(key).value_or(Node{}); }

void read_share(const Node& node, std::string_view key, double& share) {
  if (const auto written = node.find(key))
    share = parse_percent(written->spelling()).value_or(0) / 100;
}
void read_time(const Node& node, std::string_view key, Distribution& takes) {
  if (const auto written = node.find(key))
    if (const ParsedDistribution read = Distribution::parse(written->spelling())) takes = *read;
}

Stream stream_for(CloudFormation& cfn, const StackSet& set, std::string_view what,
                  const Place& target) {
  return Stream{cfn.sim().seed(), fmt::format("cloudformation.rollout.{}.{}.{}.{}", what, set.name,
                                              target.account, target.region)};
}

CauseId tell(CloudFormation& cfn, const StackSet& set, std::string text, std::string_view status) {
  return cfn.cloud.journal().write({.kind = EntryKind::resource,
                                    .level = Level::story,
                                    .subject = set.name,
                                    .text = std::move(text),
                                    .source = set.source,
                                    .detail = {{"act", "roll out"}, {"status", status}}});
}

/// Parameters of a target's stack with the version as it is wanted.
Json update_input(const StackSet& set, const StackInstance& instance, const std::string& version) {
  Json input{{"StackName", instance.stack_id},
             {"UsePreviousTemplate", true},
             {"Capabilities", set.spec.capabilities},
             {"Parameters", Json::array()}};
  for (const auto& [key, value] : set.spec.parameters)
    if (key != "Version")
      input["Parameters"].push_back({{"ParameterKey", key}, {"ParameterValue", value}});
  input["Parameters"].push_back({{"ParameterKey", "Version"}, {"ParameterValue", version}});
  return input;
}

/// "" or why it failed. Whoever asked looks on until the stack is settled.
Process<std::string> update_target(CloudFormation& cfn, StackSet& set, Place target, Caller caller,
                                   std::string version) {
  Json input = update_input(set, set.instances[target], version);
  Process<ApiResult<Json>> call =
      cfn.cloud.call(std::move(caller), "cloudformation", "UpdateStack", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return answer.error().message;
  Stack* stack = cfn.find(target, set.instances[target].stack_id);
  while (stack->in_progress()) {
    Signal::Wait wait = stack->changed.wait();
    co_await wait;
  }
  co_return stack->status == "UPDATE_COMPLETE" ? std::string{} : stack->status;
}

// ---- By hand --------------------------------------------------------------------------------

constexpr std::size_t kToldTargets = 12;  // a line of the story for so many

/// What those who work side by side share.
struct HandWork {
  std::vector<Place> left;  // taken from the back
  std::size_t all = 0;
  std::size_t done = 0;
  std::int64_t at_work = 0;
  bool stopped = false;
};

Process<> work_by_hand(CloudFormation& cfn, StackSet& set, std::shared_ptr<HandWork> work,
                       std::string person, std::string version) {
  const Rollout& how = cfn.rollouts[set.id];
  while (!work->left.empty() && !work->stopped) {
    const Place target = work->left.back();
    work->left.pop_back();
    Stream forgets = stream_for(cfn, set, "forgets", target);
    if (forgets.chance(how.forgets)) continue;
    Stream takes = stream_for(cfn, set, "takes", target);
    const Duration time = how.by_hand.sample_duration(takes);
    co_await cfn.sim().sleep(time);
    if (work->stopped) break;
    Caller caller{target,
                  fmt::format("arn:{}:sts::{}:assumed-role/Operator/{}",
                              partition_of(target.region), target.account, person),
                  ""};
    Process<std::string> update = update_target(cfn, set, target, std::move(caller), version);
    const std::string failure = co_await update;
    if (failure.empty()) {
      if (++work->done % kToldTargets == 0 && work->done < work->all)
        tell(cfn, set,
             fmt::format("version {} by hand: {} of {} targets changed so far", version, work->done,
                         work->all),
             "RUNNING");
    } else if (!work->stopped) {
      work->stopped = true;
      tell(cfn, set,
           fmt::format("{} sees version {} fail in {} {} ({}): the roll-out by hand stops after {} "
                       "of {} targets",
                       person, version, target.account, target.region, failure, work->done,
                       work->all),
           "STOPPED");
    }
  }
  if (--work->at_work > 0 || work->stopped) co_return;
  tell(cfn, set,
       fmt::format("version {} by hand: {} of {} targets changed; the list is ticked off", version,
                   work->done, work->all),
       "DONE");
}

void roll_out_by_hand(CloudFormation& cfn, StackSet& set, const std::string& version) {
  constexpr const char* kNames[] = {"ann", "ben", "cem", "dia", "eva", "fin"};
  const Rollout& how = cfn.rollouts[set.id];
  auto work = std::make_shared<HandWork>();
  for (const auto& [place, instance] : set.instances) work->left.push_back(place);
  std::ranges::reverse(work->left);
  work->all = work->left.size();
  work->at_work = how.people;
  for (std::int64_t i = 0; i < how.people; ++i)
    cfn.sim().spawn(work_by_hand(cfn, set, work, kNames[static_cast<std::size_t>(i) % 6], version));
}

// ---- Copied pipelines -------------------------------------------------------------------------

/// What the copies know of one another: nothing. This is for the story.
struct CopyWork {
  std::size_t all = 0;
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t broken = 0;
};
constexpr std::size_t kToldCopies = 3;  // failures that are told; the rest are counted at the end

void tell_copy(CloudFormation& cfn, const StackSet& set, const std::string& account,
               const std::string& failure, std::size_t before) {
  if (before < kToldCopies)
    tell(cfn, set, fmt::format("the pipeline of account {} fails: {}", account, failure), "FAILED");
}

/// "" or why the copy's deployment ended.
Process<std::string> deploy_copy(CloudFormation& cfn, StackSet& set, std::string account,
                                 std::vector<Place> targets, std::string version) {
  for (const Place& target : targets) {
    Caller caller{
        target, fmt::format("arn:{}:iam::{}:user/ci-deploy", partition_of(target.region), account),
        ""};
    Process<std::string> update = update_target(cfn, set, target, std::move(caller), version);
    const std::string failure = co_await update;
    // A pipeline stops at a failed action; the others know nothing of it.
    if (!failure.empty()) co_return fmt::format("{} {}", target.region, failure);
  }
  co_return "";
}

Process<> run_copy(CloudFormation& cfn, StackSet& set, std::shared_ptr<CopyWork> work,
                   std::string account, std::vector<Place> targets, std::string version) {
  const Rollout& how = cfn.rollouts[set.id];
  Stream takes = stream_for(cfn, set, "pipeline." + version, targets.front());
  const Duration time = how.copies_take.sample_duration(takes);
  co_await cfn.sim().sleep(time);
  Stream broken = stream_for(cfn, set, "broken", targets.front());
  if (broken.chance(how.broken)) {
    tell_copy(cfn, set, account,
              "InvalidClientTokenId: The security token included in the request is invalid",
              work->broken++);
  } else {
    Process<std::string> deploy = deploy_copy(cfn, set, account, targets, version);
    const std::string failure = co_await deploy;
    if (failure.empty()) ++work->done;
    if (!failure.empty()) tell_copy(cfn, set, account, failure, work->failed++);
  }
  if (work->done + work->failed + work->broken < work->all) co_return;
  tell(
      cfn, set,
      fmt::format("version {} by copied pipelines: {} of {} accounts changed, {} failed, {} copies "
                  "do not run",
                  version, work->done, work->all, work->failed, work->broken),
      "DONE");
}

void roll_out_by_copies(CloudFormation& cfn, StackSet& set, const std::string& version) {
  std::map<std::string, std::vector<Place>> by_account;
  for (const auto& [place, instance] : set.instances) by_account[place.account].push_back(place);
  auto work = std::make_shared<CopyWork>();
  work->all = by_account.size();
  for (auto& [account, targets] : by_account)
    cfn.sim().spawn(run_copy(cfn, set, work, account, std::move(targets), version));
}

// ---- By the stack set -------------------------------------------------------------------------

void roll_out_by_set(CloudFormation& cfn, StackSet& set, const std::string& version) {
  Json input{
      {"StackSetName", set.name},
      {"UsePreviousTemplate", true},
      {"Capabilities", set.spec.capabilities},
      {"Parameters", Json::array({{{"ParameterKey", "Version"}, {"ParameterValue", version}}})},
      {"OperationPreferences", set.written_preferences}};
  const Caller caller{
      set.home,
      fmt::format("arn:{}:iam::{}:role/Pipeline", partition_of(set.home.region), set.home.account),
      "codepipeline.amazonaws.com"};
  cfn.cloud.call_later(caller, "cloudformation", "UpdateStackSet", std::move(input));
}

StackSet* set_of(CloudFormation& cfn, std::string_view id) {
  for (const auto& [key, set] : cfn.sets)
    if (set->id == id) return set.get();
  return nullptr;
}

bool has_version(CloudFormation& cfn, const StackInstance& instance, const std::string& version) {
  const Stack* stack = cfn.find(instance.target, instance.stack_id);
  if (stack == nullptr || stack->assembly == nullptr || stack->in_progress()) return false;
  for (const Assembly::Parameter& one : stack->assembly->parameters())
    if (one.name == "Version") return one.value == version;
  return false;
}

}  // namespace

extern constexpr Shape kRolloutPhysics{.kind = Kind::mapping,
                                       .doc = "How a new version reaches the targets of a set.",
                                       .fields = kPhysicsFields};
extern constexpr Shape kRolloutFault{.kind = Kind::mapping,
                                     .doc =
                                         "A new version is rolled out to every target of a stack "
                                         "set, as the set's physics say.",
                                     .fields = kFaultFields};

void apply_rollout_physics(CloudFormation& cfn, const PhysicsRequest& request) {
  if (request.resource == nullptr) return;
  Rollout& how = cfn.rollouts[request.resource->physical_id];
  if (const Node way = at(request.values, "rolled out by"); way.is_text()) how.way = way.spelling();
  const Node hand = at(request.values, "by hand");
  read_share(hand, "forgets", how.forgets);
  read_time(hand, "takes", how.by_hand);
  if (const auto people = at(hand, "people").as_integer()) how.people = *people;
  const Node copies = at(request.values, "copied pipelines");
  read_share(copies, "broken", how.broken);
  read_time(copies, "takes", how.copies_take);
}

void begin_rollout(CloudFormation& cfn, const FaultRequest& request) {
  const std::string version{at(request.arguments, "version").spelling()};
  for (const std::string& target : request.targets) {
    StackSet* set = set_of(cfn, target);
    if (set == nullptr) continue;
    Rollout& how = cfn.rollouts[set->id];
    how.wanted = version;
    if (how.way == "hand") {
      roll_out_by_hand(cfn, *set, version);
    } else if (how.way == "copied pipelines") {
      roll_out_by_copies(cfn, *set, version);
    } else {
      roll_out_by_set(cfn, *set, version);
    }
  }
}

std::optional<double> read_targets_current(CloudFormation& cfn, std::string_view id) {
  StackSet* set = set_of(cfn, id);
  if (set == nullptr || set->instances.empty()) return std::nullopt;
  const auto rollout = cfn.rollouts.find(set->id);
  if (rollout == cfn.rollouts.end() || rollout->second.wanted.empty()) return 100;
  std::size_t current = 0;
  for (const auto& [place, instance] : set->instances)
    if (has_version(cfn, instance, rollout->second.wanted)) ++current;
  const double share =
      100.0 * static_cast<double>(current) / static_cast<double>(set->instances.size());
  return std::round(share * 10) / 10;
}

std::optional<double> read_targets_broken(CloudFormation& cfn, std::string_view id) {
  StackSet* set = set_of(cfn, id);
  if (set == nullptr) return std::nullopt;
  double broken = 0;
  for (const auto& [place, instance] : set->instances) {
    const Stack* stack = cfn.find(place, instance.stack_id);
    if (stack != nullptr && std::ranges::any_of(stack->events, [&](const StackEvent& event) {
          return event.physical_id == stack->id && event.status == "UPDATE_ROLLBACK_IN_PROGRESS";
        }))
      ++broken;
  }
  return broken;
}

/// What CloudTrail says of it: the identity of who called UpdateStack.
std::optional<double> read_changes_by_keys(CloudFormation& cfn, std::string_view id) {
  StackSet* set = set_of(cfn, id);
  if (set == nullptr) return std::nullopt;
  double changes = 0;
  const Json ask{{"LookupAttributes", Json::array({{{"AttributeKey", "EventName"},
                                                    {"AttributeValue", "UpdateStack"}}})}};
  for (const auto& [place, instance] : set->instances) {
    const auto answer = cfn.cloud.inspect(place, "cloudtrail", "LookupEvents", ask);
    if (!answer) continue;
    for (const Json& event : input::member(*answer, "Events")) {
      const Json record = Json::parse(input::text(event, "CloudTrailEvent"), nullptr, false);
      if (input::text(input::member(record, "userIdentity"), "type") == "IAMUser") ++changes;
    }
  }
  return changes;
}

}  // namespace opsim::cloudformation

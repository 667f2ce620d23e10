// Random policies, metrics and sizes: what a group decides at every step, against a twin that looks
// at every instance each time and knows nothing of how the model keeps its books.
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "models/compute/target_tracking.hpp"
#include "tests/models/compute/scaled_world.hpp"

namespace opsim::tests {

namespace {

using compute::Lifecycle;

struct TwinPolicy {
  enum class Kind : std::uint8_t { simple, step, tracking } kind{};
  std::string name{}, arn{}, high{}, low{};
  std::string adjustment{};  // AdjustmentType
  std::int64_t amount = 0;
  std::optional<std::int64_t> cooldown{}, warmup{}, magnitude{};
  std::vector<std::array<double, 3>> steps{};  // from, to, amount; +-1e9: without end
  double target = 0;
  bool scales_in = true;
  std::optional<SimTime> asked{};
  std::int64_t asked_for = 0;
};

struct Twin {
  ScaledWorld& world;
  std::vector<TwinPolicy> policies{};
  std::map<std::string, std::int64_t> activity_cooldowns{};  // those that are not the default
  std::optional<SimTime> tracked_in{};
  std::int64_t desired = 0;
  std::int64_t pending = 0;  // begun within this instant
  std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> begun{};  // and their cooldowns
  std::optional<std::pair<std::int64_t, const TwinPolicy*>> in{};

  std::int64_t now_warm(std::int64_t seconds) const {
    std::int64_t warm = 0;
    for (const auto& [id, member] : world.state().members)
      if (member.lifecycle == Lifecycle::in_service &&
          (member.stood ||
           world.sim.now() - member.in_service_since >= std::chrono::seconds{seconds}))
        ++warm;
    return warm;
  }
  std::int64_t in_state(Lifecycle lifecycle) const {
    std::int64_t all = 0;
    for (const auto& [id, member] : world.state().members) all += member.lifecycle == lifecycle;
    return all;
  }
  std::int64_t warmup_of(const TwinPolicy& policy) const {
    if (policy.warmup) return *policy.warmup;
    const compute::GroupSpec& spec = world.state().spec;
    return spec.default_warmup ? *spec.default_warmup : spec.cooldown;
  }
  bool growing() const {
    std::int64_t longest = 0;
    for (const TwinPolicy& policy : policies)
      if (policy.kind != TwinPolicy::Kind::simple) longest = std::max(longest, warmup_of(policy));
    return pending > 0 || in_state(Lifecycle::pending) > 0 ||
           now_warm(longest) < in_state(Lifecycle::in_service);
  }
  bool cooling() const {
    if (pending > 0) return true;
    for (const auto& [id, activity] : world.state().activities) {
      if (!activity.end) return true;
      if (activity.status != "Successful") continue;
      const auto own = activity_cooldowns.find(id);
      const std::int64_t seconds =
          own == activity_cooldowns.end() ? world.state().spec.cooldown : own->second;
      if (world.sim.now() < *activity.end + std::chrono::seconds{seconds}) return true;
    }
    return false;
  }
  std::int64_t bounded(std::int64_t wanted) const {
    return std::clamp(wanted, world.state().spec.min_size, world.state().spec.max_size);
  }
  static std::int64_t adjusted(const TwinPolicy& policy, std::int64_t by, std::int64_t from) {
    if (policy.adjustment == "ExactCapacity") return by;
    if (policy.adjustment == "ChangeInCapacity") return from + by;
    double change = static_cast<double>(from * by) / 100.0;
    if (change > 1) change = std::floor(change);
    if (change < -1) change = std::ceil(change);
    if (change > 0 && change < 1) change = 1;
    if (change < 0 && change > -1) change = -1;
    auto whole = static_cast<std::int64_t>(change);
    const std::int64_t least = policy.magnitude.value_or(0);
    if (whole > 0 && whole < least) whole = least;
    if (whole < 0 && -whole < least) whole = -least;
    return from + whole;
  }
  void out(std::int64_t wanted, const TwinPolicy& by) {
    wanted = bounded(wanted);
    if (wanted <= desired) return;
    pending += wanted - desired;
    begun.push_back(
        {wanted - desired, by.kind == TwinPolicy::Kind::simple ? by.cooldown : std::nullopt});
    desired = wanted;
    in.reset();
  }
  void wish(std::int64_t wanted, const TwinPolicy& policy) {
    if (wanted < desired && (!in || wanted > in->first)) in = {wanted, &policy};
  }

  void told(TwinPolicy& policy, bool high, double metric, double threshold) {
    const std::int64_t present = in_state(Lifecycle::in_service) + in_state(Lifecycle::terminating);
    if (policy.kind == TwinPolicy::Kind::simple) {
      if (cooling()) return;
      const std::int64_t wanted = adjusted(policy, policy.amount, desired);
      if (wanted < desired)
        wish(wanted, policy);
      else
        out(wanted, policy);
    } else if (policy.kind == TwinPolicy::Kind::step) {
      for (const auto& [from, to, amount] : policy.steps) {
        const double breach = metric - threshold;
        const bool inside =
            breach >= 0 ? breach >= from && breach < to : breach > from && breach <= to;
        if (inside) step(policy, static_cast<std::int64_t>(amount), present);
      }
    } else if (high) {
      const double warm = static_cast<double>(now_warm(warmup_of(policy)));
      const auto wanted =
          static_cast<std::int64_t>(std::ceil(warm * metric / policy.target - 1e-7));
      out(desired == 0 ? std::max<std::int64_t>(wanted, 1) : wanted, policy);
    } else if (policy.scales_in) {
      track_in(policy, metric, present);
    }
  }
  void step(const TwinPolicy& policy, std::int64_t amount, std::int64_t present) {
    const std::int64_t up = adjusted(policy, amount, now_warm(warmup_of(policy)));
    const bool exact = policy.adjustment == "ExactCapacity";
    if (exact ? up > desired : amount > 0) return out(up, policy);
    if (!growing()) wish(adjusted(policy, amount, present), policy);
  }
  void track_in(TwinPolicy& policy, double metric, std::int64_t present) {
    policy.asked = world.sim.now();
    policy.asked_for = static_cast<std::int64_t>(
        std::ceil(static_cast<double>(present) * metric / policy.target - 1e-7));
    if (growing()) return;
    if (tracked_in) {
      SimTime since = *tracked_in;
      for (const auto& [id, activity] : world.state().activities)
        if (activity.end && activity.status == "Successful") since = std::max(since, *activity.end);
      if (world.sim.now() < since + std::chrono::seconds{world.state().spec.cooldown}) return;
    }
    std::int64_t largest = 0;
    for (const TwinPolicy& other : policies) {
      if (other.kind != TwinPolicy::Kind::tracking || !other.scales_in) continue;
      if (!other.asked || world.sim.now() - *other.asked >= 60s) return;
      largest = std::max(largest, other.asked_for);
    }
    wish(largest, policy);
  }
  /// The end of the instant.
  void settle() {
    if (in && bounded(in->first) < desired) {
      const TwinPolicy& by = *in->second;
      begun.push_back({desired - bounded(in->first),
                       by.kind == TwinPolicy::Kind::simple ? by.cooldown : std::nullopt});
      desired = bounded(in->first);
      if (in->second->kind == TwinPolicy::Kind::tracking) tracked_in = world.sim.now();
    }
    in.reset();
    pending = 0;
  }
};

std::int64_t whole(Stream& random, std::int64_t from, std::int64_t to) {
  return from + static_cast<std::int64_t>(random.uniform() * static_cast<double>(to - from + 1));
}

void random_adjustment(Stream& random, TwinPolicy& policy, Json& json) {
  constexpr const char* kTypes[] = {"ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"};
  policy.adjustment = kTypes[whole(random, 0, 2)];
  json["AdjustmentType"] = policy.adjustment;
  if (policy.adjustment == "PercentChangeInCapacity" && whole(random, 0, 1) == 0)
    json["MinAdjustmentMagnitude"] = *(policy.magnitude = whole(random, 1, 4));
}

std::int64_t random_amount(Stream& random, const TwinPolicy& policy, bool up) {
  if (policy.adjustment == "ExactCapacity") return whole(random, 0, 25);
  const std::int64_t most = policy.adjustment == "ChangeInCapacity" ? 5 : 80;
  return up ? whole(random, 1, most) : -whole(random, 0, most);
}

TwinPolicy random_simple(Stream& random, Json& json) {
  TwinPolicy policy{.kind = TwinPolicy::Kind::simple};
  random_adjustment(random, policy, json);
  policy.amount = random_amount(random, policy, whole(random, 0, 1) == 1);
  json["ScalingAdjustment"] = policy.amount;
  if (whole(random, 0, 1) == 1) json["Cooldown"] = *(policy.cooldown = whole(random, 0, 600));
  return policy;
}

TwinPolicy random_step(Stream& random, Json& json) {
  TwinPolicy policy{.kind = TwinPolicy::Kind::step};
  json["PolicyType"] = "StepScaling";
  random_adjustment(random, policy, json);
  const bool up = whole(random, 0, 1) == 1;
  json["StepAdjustments"] = Json::array();
  for (int i = 0; i < 3; ++i) {
    const double from = up ? 10.0 * i : -10.0 * (i + 1);
    const double to = from + 10;
    Json step{{"MetricIntervalLowerBound", from}, {"MetricIntervalUpperBound", to}};
    if (i == 2) step.erase(up ? "MetricIntervalUpperBound" : "MetricIntervalLowerBound");
    const std::int64_t amount = random_amount(random, policy, up);
    step["ScalingAdjustment"] = amount;
    json["StepAdjustments"].push_back(step);
    policy.steps.push_back(
        {i == 2 && !up ? -1e9 : from, i == 2 && up ? 1e9 : to, static_cast<double>(amount)});
  }
  return policy;
}

TwinPolicy random_tracking(Stream& random, Json& json, const std::string& name) {
  TwinPolicy policy{.kind = TwinPolicy::Kind::tracking};
  policy.target = static_cast<double>(whole(random, 1, 100));
  policy.scales_in = whole(random, 0, 3) > 0;
  json["PolicyType"] = "TargetTrackingScaling";
  json["TargetTrackingConfiguration"] = {
      {"TargetValue", policy.target},
      {"DisableScaleIn", !policy.scales_in},
      {"CustomizedMetricSpecification",
       {{"MetricName", name}, {"Namespace", "Test"}, {"Statistic", "Average"}}}};
  return policy;
}

void add_policy(Twin& twin, Stream& random) {
  const std::string name = "p" + std::to_string(twin.policies.size());
  Json json = Json::object();
  const std::int64_t kind = whole(random, 0, 2);
  TwinPolicy policy = kind == 0   ? random_simple(random, json)
                      : kind == 1 ? random_step(random, json)
                                  : random_tracking(random, json, name);
  if (kind != 0 && whole(random, 0, 1) == 1)
    json["EstimatedInstanceWarmup"] = *(policy.warmup = whole(random, 0, 900));
  policy.name = name;
  policy.arn = twin.world.put(name, json);
  const auto& kept =
      static_cast<compute::Groups*>(twin.world.cloud.model("autoscaling"))->policies.at(policy.arn);
  if (kept.tracking) policy.high = kept.tracking->high_alarm, policy.low = kept.tracking->low_alarm;
  twin.policies.push_back(std::move(policy));
}

/// One policy is told something: by its own alarm, or somebody's.
void tell_both(Twin& twin, Stream& random, TwinPolicy& policy) {
  const bool high = whole(random, 0, 1) == 1;
  const double threshold =
      policy.kind == TwinPolicy::Kind::tracking ? policy.target * (high ? 1 : 0.9) : 50.0;
  const double metric = high ? threshold + static_cast<double>(whole(random, 0, 60))
                             : threshold - static_cast<double>(whole(random, 0, 60));
  const bool tracks = policy.kind == TwinPolicy::Kind::tracking;
  const std::string alarm = !tracks ? "alarm" : high ? policy.high : policy.low;
  if (tracks && alarm.empty()) return;
  twin.told(policy, high, std::max(metric, tracks ? 0.0 : -1e9), threshold);
  twin.world.deliver_alarm(policy.arn, alarm, threshold, std::max(metric, tracks ? 0.0 : -1e9));
}

/// The activities of an instant stand in the order in which policies began them; what the last of
/// them leads to (zones are balanced anew) has its cooldown.
void note_cooldowns(Twin& twin, const std::set<std::string>& known) {
  std::size_t by = 0;
  for (const auto& [id, activity] : twin.world.state().activities) {
    if (known.contains(id) || twin.begun.empty()) continue;
    auto& [count, cooldown] = twin.begun[by];
    if (cooldown) twin.activity_cooldowns[id] = *cooldown;
    if (--count == 0 && by + 1 < twin.begun.size()) ++by;
  }
  twin.begun.clear();
}

std::set<std::string> activity_ids(Twin& twin) {
  std::set<std::string> ids;
  for (const auto& [id, activity] : twin.world.state().activities) ids.insert(id);
  return ids;
}

void play(std::uint64_t seed) {
  CAPTURE(seed);
  Stream random{Seed{seed}, "twin"};
  const auto size = static_cast<int>(whole(random, 1, 12));
  ScaledWorld world{size, 30, Seed{seed}, Level::goals};
  if (whole(random, 0, 1) == 1) world.update({{"DefaultInstanceWarmup", whole(random, 0, 400)}});
  world.update({{"DefaultCooldown", whole(random, 0, 400)}, {"MinSize", whole(random, 0, 1)}});
  Twin twin{.world = world};
  for (std::int64_t n = whole(random, 1, 4); n > 0; --n) add_policy(twin, random);
  for (int step = 0; step < 60; ++step) {
    CAPTURE(step);
    world.run(std::chrono::seconds{whole(random, 0, 3) == 0 ? whole(random, 1, 900)
                                                            : whole(random, 1, 90)});
    twin.desired = world.desired();
    const std::set<std::string> known = activity_ids(twin);
    const bool alone = whole(random, 0, 2) > 0;
    for (std::int64_t n = alone ? 1 : whole(random, 2, 3); n > 0; --n)
      tell_both(twin, random,
                twin.policies[static_cast<std::size_t>(
                    whole(random, 0, static_cast<std::int64_t>(twin.policies.size()) - 1))]);
    twin.settle();
    world.run(Duration{1});
    note_cooldowns(twin, known);
    REQUIRE(world.desired() == twin.desired);
  }
}

}  // namespace

TEST_SUITE("autoscaling: policies and a twin that recounts") {
  TEST_CASE("decide alike at every step") {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) play(seed);
  }
}

}  // namespace opsim::tests

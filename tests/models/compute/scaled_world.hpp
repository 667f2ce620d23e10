#pragma once
/// A group with CloudWatch beside it, and a load that its instances share.
#include "models/cloudwatch/service.hpp"
#include "tests/models/compute/world.hpp"

namespace opsim::tests {

inline const Service* const kScalingServices[] = {&kAutoScaling, &kCloudWatch, &kEc2, &kListener};

struct ScaledWorld : World {
  explicit ScaledWorld(int size, int most, Seed seed = Seed{1}, Level level = Level::story)
      : World{seed, level, kScalingServices} {
    fleet_of(size, {{"Cooldown", "300"}}, {{"Monitoring", {{"Enabled", true}}}});
    physics("web-WebFleet", "{ cpu: { level: 0 %, noise: 0 % }, launches in: 20s, boots in: 10s }");
    update({{"MinSize", 1}, {"MaxSize", most}});
  }

  void update(Json members) {
    members["AutoScalingGroupName"] = "web-WebFleet";
    autoscaling("UpdateAutoScalingGroup", members);
  }
  /// The policy's ARN.
  std::string put(std::string_view name, Json policy) {
    policy["AutoScalingGroupName"] = "web-WebFleet";
    policy["PolicyName"] = name;
    return autoscaling("PutScalingPolicy", policy)["PolicyARN"].get<std::string>();
  }
  std::string track_cpu(double target, Json more = Json::object()) {
    more["PolicyType"] = "TargetTrackingScaling";
    more["TargetTrackingConfiguration"] = {
        {"TargetValue", target},
        {"PredefinedMetricSpecification", {{"PredefinedMetricType", "ASGAverageCPUUtilization"}}}};
    return put("cpu", more);
  }
  compute::Group& state() {
    compute::Group* found =
        static_cast<compute::Groups*>(cloud.model("autoscaling"))->find(kHome, "web-WebFleet");
    REQUIRE(found != nullptr);
    return *found;
  }
  std::int64_t desired() { return state().spec.desired; }
  /// So many per cent of one instance's CPU, shared by those in service.
  void share(double load) {
    const auto serving = static_cast<double>(state().count(compute::Stage::in_service));
    if (serving == 0) return;
    const double each = std::min(100.0, load / serving);
    for (const auto& [id, member] : state().members)
      if (member.lifecycle == compute::Lifecycle::in_service)
        cloud.change_quantity(id, "cpu", {.how = Change::How::to, .value = each});
  }
  void run_under(double load, Duration time) {
    const SimTime end = sim.now() + time;
    for (share(load); sim.now() < end; share(load)) run(std::min<Duration>(30s, end - sim.now()));
  }
  void deliver_alarm(const std::string& policy, const std::string& alarm, double threshold,
                     double value) {
    Delivery delivery{{kHome, "cloudwatch.amazonaws.com", ""},
                      *Arn::parse(policy),
                      "{}",
                      {{"AlarmName", alarm}, {"Threshold", threshold}, {"MetricValue", value}},
                      "alarm"};
    sim.spawn(forget(cloud, std::move(delivery)));
  }
  static Process<> forget(Cloud& cloud, Delivery delivery) {
    const auto answer = co_await cloud.deliver(std::move(delivery));
    if (!answer) FAIL_CHECK(answer.error());
  }
  Json alarms() {
    const auto answer = cloud.inspect(kHome, "cloudwatch", "DescribeAlarms", Json::object());
    REQUIRE(answer.has_value());
    return (*answer)["MetricAlarms"];
  }
};

}  // namespace opsim::tests

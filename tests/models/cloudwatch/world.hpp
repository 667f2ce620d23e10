#pragma once
/// A world of CloudWatch alone, with stand-ins for what its alarms act on.
#include <ostream>
#include <string>
#include <vector>

#include "models/cloudwatch/cloudwatch.hpp"
#include "models/cloudwatch/service.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim {

/// For messages of failed checks.
inline std::ostream& operator<<(std::ostream& out, const ApiError& error) {
  return out << error.code << ": " << error.message;
}

}  // namespace opsim

namespace opsim::tests {

inline const SimTime kStart = *parse_iso8601("2026-03-02T09:00:00Z");
inline const Place kHome{"012345678901", "us-east-1"};

/// What reached the stand-ins, in order.
struct Received {
  SimTime at;
  std::string target;
  std::string text;
  Json parameters;
};

class Recorder : public Model {
 public:
  explicit Recorder(Cloud& of) : cloud{of} {}
  Cloud& cloud;
  std::vector<Received> received;
  std::vector<Event> events;
};

inline Process<ApiResult<Json>> record_delivery(Recorder& recorder, Delivery delivery) {
  recorder.received.push_back(
      {recorder.cloud.sim().now(), delivery.target.text(), delivery.text, delivery.parameters});
  co_return Json::object();
}
inline ApiResult<Json> record_call(Recorder& recorder, const Request& request) {
  recorder.received.push_back(
      {recorder.cloud.sim().now(), std::string{request.operation}, request.input.dump(), {}});
  return Json::object();
}
inline std::unique_ptr<Model> make_recorder(Cloud& cloud) {
  return std::make_unique<Recorder>(cloud);
}
inline constexpr DeliveryTarget kRecorded[] = {
    {"autoscaling", "", &deliver<Recorder, record_delivery>},
    {"automate", "", &deliver<Recorder, record_delivery>},
    {"lambda", "", &deliver<Recorder, record_delivery>},
    {"sns", "", &deliver<Recorder, record_delivery>},
    {"ssm", "", &deliver<Recorder, record_delivery>},
};
inline constexpr Operation kEc2[] = {
    {.name = "RebootInstances", .now = &immediate<Recorder, record_call>},
    {.name = "StopInstances", .now = &immediate<Recorder, record_call>},
};
inline const Service kStandIn{.name = "ec2",
                              .title = "stand-in",
                              .make = &make_recorder,
                              .operations = kEc2,
                              .targets = kRecorded,
                              .on_event = [](Model& model, const Event& event) {
                                static_cast<Recorder&>(model).events.push_back(event);
                              }};
inline const Service* const kServices[] = {&kCloudWatch, &kStandIn};

struct World {
  explicit World(Seed seed = Seed{1}, Level level = Level::everything)
      : sim{kStart, seed}, journal{sim, level}, cloud{sim, journal, kServices, kHome} {}

  /// The operation at once, without latency or record.
  ApiResult<Json> ask(std::string_view operation, const Json& input) {
    const Caller caller{kHome, "arn:aws:iam::012345678901:user/tester", ""};
    for (const Operation& row : kCloudWatch.operations) {
      if (row.name != operation) continue;
      return row.now(*cloud.model("cloudwatch"),
                     Request{cloud, caller, "cloudwatch", row.name, input});
    }
    return ApiError{"InvalidAction", std::string{operation}};
  }
  cloudwatch::Alarm& alarm(std::string_view name = "disk") {
    return *static_cast<cloudwatch::CloudWatch*>(cloud.model("cloudwatch"))->find(kHome, name);
  }
  cloudwatch::AlarmState state(std::string_view name = "disk") { return alarm(name).state().state; }
  Recorder& recorder() { return *static_cast<Recorder*>(cloud.model("ec2")); }
  std::vector<Received>& received() { return recorder().received; }
  SeriesId disk() {
    return cloud.metrics().intern(
        {kHome, "CWAgent", "disk_used_percent", {{"InstanceId", "i-00000002"}}});
  }

  Simulation sim;
  Journal journal;
  Cloud cloud;
};

/// Two of two minutes above 90, on the disk of i-00000002.
inline Json disk_alarm() {
  return {{"AlarmName", "disk"},
          {"Namespace", "CWAgent"},
          {"MetricName", "disk_used_percent"},
          {"Dimensions", {{{"Name", "InstanceId"}, {"Value", "i-00000002"}}}},
          {"Statistic", "Average"},
          {"Period", 60},
          {"EvaluationPeriods", 2},
          {"Threshold", 90},
          {"ComparisonOperator", "GreaterThanThreshold"}};
}
inline Json with(Json base, std::string_view member, Json value) {
  base[std::string{member}] = std::move(value);
  return base;
}

}  // namespace opsim::tests

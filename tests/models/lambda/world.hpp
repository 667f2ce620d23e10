#pragma once
/// A world of one function, `clean`, and one disk that it may clean.
#include <cmath>
#include <vector>

#include "models/lambda/service.hpp"
#include "models/logs/service.hpp"
#include "models/sqs/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

/// One machine with a disk, for functions to clean.
struct Disks : Model {
  double level = 91;
};
inline constexpr PhysicalQuantity kDiskRows[] = {
    {.of = "Test::Disk",
     .name = "disk",
     .unit = "%",
     .read = [](Model& model, std::string_view, std::string_view) -> std::optional<double> {
       return static_cast<Disks&>(model).level;
     },
     .change =
         [](Model& model, std::string_view, std::string_view, Change change) {
           double& level = static_cast<Disks&>(model).level;
           level = change.how == Change::How::to ? change.value : level + change.value;
         }}};
inline constexpr Service kDisks{
    .name = "disks",
    .title = "disks",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Disks>(); },
    .quantities = kDiskRows};
inline const Service* const kFunctionServices[] = {&kDisks, &kLambda, &kLogs, &kSqs};

struct FunctionWorld : SmallWorld {
  explicit FunctionWorld(Json more = Json::object()) : SmallWorld{kFunctionServices} {
    cloud.resources().add({.logical_id = "Disk",
                           .type = "Test::Disk",
                           .physical_id = "disk-1",
                           .place = cloud.home()});
    more["FunctionName"] = "clean";
    more["Role"] = "arn:aws:iam::123456789012:role/clean";
    make("AWS::Lambda::Function", "Clean", more);
  }
  void physics(const std::string& yaml, std::string_view part = "") {
    const Document document = read_yaml("scenario.yaml", yaml);
    kLambda.physics[0].apply(
        *cloud.model("lambda"),
        {cloud, "Clean", part, cloud.resources().find("Clean"), document.root});
  }
  /// Of the type as a whole: its account.
  void account_physics(const std::string& yaml) {
    const Document document = read_yaml("scenario.yaml", yaml);
    kLambda.physics[0].apply(*cloud.model("lambda"),
                             {cloud, "AWS::Lambda::Function", "", nullptr, document.root});
  }
  Json invoke(Json more = Json::object()) {
    more["FunctionName"] = "clean";
    return must("lambda", "Invoke", more);
  }
  [[nodiscard]] Summary summary(const char* metric, Dimensions dimensions) {
    const auto series =
        cloud.metrics().find({cloud.home(), "AWS/Lambda", metric, std::move(dimensions)});
    if (!series) return {};
    return cloud.metrics().summary(*series, {sim.start(), sim.now() + 1s, sim.now() + 1s});
  }
  [[nodiscard]] double sum(const char* metric) {
    return summary(metric, {{"FunctionName", "clean"}}).sum;
  }
  /// So many invocations at this moment; how many of them were throttled.
  std::int64_t burst(std::int64_t count, Json more = Json::object()) {
    more["FunctionName"] = "clean";
    Caller caller = user();
    caller.instant = true;
    const double before = sum("Throttles");
    for (std::int64_t i = 0; i < count; ++i) cloud.call_later(caller, "lambda", "Invoke", more);
    run_for(1ms);
    return std::llround(sum("Throttles") - before);
  }
};

}  // namespace opsim::tests

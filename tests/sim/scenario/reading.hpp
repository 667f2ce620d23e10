#pragma once
/// A folder of the test's own with files in it, and what the reader says of a scenario there.
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "models/catalog.hpp"
#include "opsim/scenario/scenario.hpp"

namespace opsim::tests {

using Overrides = std::vector<std::pair<std::string, std::string>>;

/// An alarm on a fleet: what the scenarios of these tests name.
inline constexpr std::string_view kFleetStack = R"(Parameters:
  Size: { Type: String, Default: '2' }
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData: { ImageId: ami-1, InstanceType: m6i.large }
  WebFleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      AvailabilityZones: !GetAZs ''
      MinSize: !Ref Size
      MaxSize: !Ref Size
      LaunchTemplate: { LaunchTemplateId: !Ref Template, Version: '1' }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: Alarm
      Namespace: N
      MetricName: m
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 90
      ComparisonOperator: GreaterThanThreshold
)";

class ScenarioFolder {
 public:
  explicit ScenarioFolder(std::string_view name)
      : folder_{std::filesystem::temp_directory_path() / name} {
    std::filesystem::create_directories(folder_);
    put("stack.yaml", kFleetStack);
  }
  ~ScenarioFolder() { std::filesystem::remove_all(folder_); }
  ScenarioFolder(const ScenarioFolder&) = delete;
  ScenarioFolder& operator=(const ScenarioFolder&) = delete;

  void put(std::string_view name, std::string_view text) const {
    std::ofstream{folder_ / name, std::ios::binary} << text;
  }
  [[nodiscard]] Scenario read(std::string_view text, const Overrides& overrides = {}) const {
    put("scenario.yaml", text);
    return read_scenario(folder_, catalog(), overrides);
  }
  /// All that is wrong, a line each, files told relative to the folder; "" when nothing is.
  [[nodiscard]] std::string errors(std::string_view text, const Overrides& overrides = {}) const {
    try {
      static_cast<void>(read(text, overrides));
      return "";
    } catch (const BadInput& bad) {
      std::string said = bad.diagnostics().text();
      const std::string prefix = (folder_ / "").string();
      for (std::size_t at = said.find(prefix); at != said.npos; at = said.find(prefix))
        said.erase(at, prefix.size());
      return said;
    }
  }

 private:
  std::filesystem::path folder_;
};

/// A scenario about the fleet with these lines after its head, which has three.
inline std::string fleet_scenario(std::string_view more) {
  return "scenario: a fleet\nclock: { duration: 1h }\nstacks: [{ template: stack.yaml }]\n" +
         std::string{more};
}

}  // namespace opsim::tests

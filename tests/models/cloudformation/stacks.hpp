#pragma once
/// Stacks made by calls, in a world with every service.
#include "models/catalog.hpp"
#include "models/cloudformation/cloudformation.hpp"
#include "opsim/cloud/input.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

struct Stacks : SmallWorld {
  Stacks() : SmallWorld{catalog()} {}

  /// CreateStack, and its end.
  std::string create(const std::string& name, const std::string& body, Json more = Json::object()) {
    more["StackName"] = name;
    more["TemplateBody"] = body;
    must("cloudformation", "CreateStack", more);
    return settle(name);
  }
  std::string update(const std::string& name, const std::string& body, Json more = Json::object()) {
    more["StackName"] = name;
    more["TemplateBody"] = body;
    must("cloudformation", "UpdateStack", more);
    return settle(name);
  }
  /// Runs until nothing is in progress; the status.
  std::string settle(const std::string& name) {
    const auto id = stack(name)["StackId"].get<std::string>();
    for (int hours = 0; hours < 24 * 60; ++hours) {
      const auto status = stack(id)["StackStatus"].get<std::string>();
      if (!status.ends_with("_IN_PROGRESS") || status == "REVIEW_IN_PROGRESS") return status;
      run_for(1min);
    }
    return "never";
  }
  Json stack(const std::string& name) {
    return must("cloudformation", "DescribeStacks", {{"StackName", name}})["Stacks"][0];
  }
  std::string reason(const std::string& name) { return stack(name).value("StackStatusReason", ""); }
  std::string message(std::string operation, Json input) {
    const auto answer = call("cloudformation", std::move(operation), std::move(input));
    return answer ? "" : answer.error().code + ": " + answer.error().message;
  }
  /// "Queue CREATE_COMPLETE", oldest first.
  std::vector<std::string> events(const std::string& name) {
    std::vector<std::string> lines;
    const Json answer = must("cloudformation", "DescribeStackEvents", {{"StackName", name}});
    for (const Json& one : answer["StackEvents"])
      lines.push_back(one["LogicalResourceId"].get<std::string>() + " " +
                      one["ResourceStatus"].get<std::string>());
    std::ranges::reverse(lines);
    return lines;
  }
  std::string physical_id(const std::string& name, const std::string& logical_id) {
    return must("cloudformation", "DescribeStackResource",
                {{"StackName", name}, {"LogicalResourceId", logical_id}})["StackResourceDetail"]
        .value("PhysicalResourceId", "");
  }
  std::string resource_reason(const std::string& name, const std::string& logical_id) {
    const Json answer = must("cloudformation", "DescribeStackEvents", {{"StackName", name}});
    for (const Json& one : answer["StackEvents"])
      if (one["LogicalResourceId"] == logical_id &&
          one["ResourceStatus"].get<std::string>().ends_with("_FAILED"))
        return one.value("ResourceStatusReason", "");
    return {};
  }
};

inline std::ptrdiff_t place_of(const std::vector<std::string>& lines, const std::string& line) {
  return std::ranges::find(lines, line) - lines.begin();
}

}  // namespace opsim::tests

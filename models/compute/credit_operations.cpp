// What callers may ask of CPU credits.
// AWS: EC2 API reference, DescribeInstanceCreditSpecifications, ModifyInstanceCreditSpecification.
#include <fmt/format.h>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/filters.hpp"

namespace opsim::compute {

namespace {

Json unsuccessful(const std::string& id, const char* code, std::string message) {
  return {{"InstanceId", id}, {"Error", {{"Code", code}, {"Message", std::move(message)}}}};
}

/// "If you change from unlimited to standard while there is a surplus balance, it is charged, and
/// the balance becomes zero."
void set_unlimited(Fleet& fleet, Instance& instance, bool unlimited) {
  CpuCredits& credits = *instance.credits;
  if (credits.unlimited == unlimited) return;
  const double left = credits.earned.at(fleet.now());
  credits.unlimited = unlimited;
  credits.earned.least = unlimited ? -credits.earned.most : 0;
  credits.earned.put(fleet.now(), left);
  cpu_changed(fleet, instance);
}

}  // namespace

/// Where none are named: "only those that are unlimited".
ApiResult<Json> describe_credit_specifications(Fleet& fleet, const Request& request) {
  const auto named = named_instances(fleet, request);
  if (!named) return named.error();
  Json list = Json::array();
  const auto add = [&](const Instance& instance) {
    const bool unlimited = instance.credits->unlimited;
    list.push_back(
        {{"InstanceId", instance.id}, {"CpuCredits", unlimited ? "unlimited" : "standard"}});
  };
  for (const Instance* instance : *named) {
    if (instance->credits == nullptr)
      return ApiError{
          "InvalidParameterCombination",
          fmt::format("The instance type of {} does not support CPU credits", instance->id)};
    add(*instance);
  }
  if (named->empty())
    for (const auto& [id, instance] : fleet.instances)
      if (instance.place == request.place() && instance.credits != nullptr &&
          instance.credits->unlimited && is_visible(fleet, instance))
        add(instance);
  return Json{{"InstanceCreditSpecifications", std::move(list)}};
}

ApiResult<Json> modify_credit_specification(Fleet& fleet, const Request& request) {
  const Json& wanted = member(request.input, "InstanceCreditSpecifications");
  if (!wanted.is_array() || wanted.empty())
    return ApiError{"MissingParameter",
                    "The request must contain the parameter InstanceCreditSpecifications"};
  if (auto dry = dry_run(request)) return *std::move(dry);
  Json done = Json::array();
  Json failed = Json::array();
  for (const Json& one : wanted) {
    const std::string id = text_of(one, "InstanceId");
    const std::string credits = text_of(one, "CpuCredits");
    Instance* instance = fleet.find(request.place(), id);
    if (instance == nullptr) {
      failed.push_back(unsuccessful(id, "InvalidInstanceID.NotFound",
                                    fmt::format("The instance ID '{}' does not exist", id)));
    } else if (instance->credits == nullptr) {
      failed.push_back(unsuccessful(id, "InstanceCreditSpecification.NotSupported",
                                    "The instance type does not support CPU credits"));
    } else if (credits != "standard" && credits != "unlimited") {
      failed.push_back(unsuccessful(id, "InvalidParameterValue",
                                    fmt::format("CpuCredits is '{}'; it must be standard or "
                                                "unlimited",
                                                credits)));
    } else {
      set_unlimited(fleet, *instance, credits == "unlimited");
      done.push_back({{"InstanceId", id}});
    }
  }
  return Json{{"SuccessfulInstanceCreditSpecifications", std::move(done)},
              {"UnsuccessfulInstanceCreditSpecifications", std::move(failed)}};
}

}  // namespace opsim::compute

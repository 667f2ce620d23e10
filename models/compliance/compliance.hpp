#pragma once
/// AWS Systems Manager Compliance. AWS: Systems Manager User Guide, "AWS Systems Manager
/// Compliance"; API Reference, PutComplianceItems, ListComplianceItems, ListComplianceSummaries,
/// ListResourceComplianceSummaries.
#include <map>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::compliance {

/// What one type says of one resource.
struct Finding {
  std::string type;            // "Association", "Patch", "Custom:AVCheck"
  std::string resource;        // "i-00000001"
  Json execution;              // ExecutionTime, ExecutionId, ExecutionType
  Json items = Json::array();  // Id, Title, Severity, Status, Details

  [[nodiscard]] std::size_t count(std::string_view status) const;
  [[nodiscard]] bool compliant() const { return count("NON_COMPLIANT") == 0; }
  /// "The highest severity item found for the resource", of those that are not compliant.
  [[nodiscard]] std::string overall_severity() const;
  /// One ComplianceItem of a listing.
  [[nodiscard]] Json shown(const Json& item) const;
};

class Compliance : public Model {
 public:
  explicit Compliance(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  /// What customers put: by place, resource and type.
  std::map<std::tuple<Place, std::string, std::string>, Finding> custom;
};

/// Of all types, by resource and type.
std::vector<Finding> findings(Compliance& compliance, const Place& place);
/// {"CriticalCount": 1, ...} of the items that have this status.
Json severity_summary(const Finding& finding, std::string_view status);
/// As AWS names them, the worst first: "CRITICAL" and its count's name.
struct Severity {
  const char* name;
  const char* count;
};
inline constexpr Severity kSeverities[] = {{"CRITICAL", "CriticalCount"},
                                           {"HIGH", "HighCount"},
                                           {"MEDIUM", "MediumCount"},
                                           {"LOW", "LowCount"},
                                           {"INFORMATIONAL", "InformationalCount"},
                                           {"UNSPECIFIED", "UnspecifiedCount"}};

ApiResult<Json> list_items(Compliance& compliance, const Request& request);
ApiResult<Json> list_resource_summaries(Compliance& compliance, const Request& request);
ApiResult<Json> list_summaries(Compliance& compliance, const Request& request);
ApiResult<Json> put_items(Compliance& compliance, const Request& request);

}  // namespace opsim::compliance

#pragma once
/// Policies of the organization, and where they are attached. models/iam evaluates them.
/// AWS: Organizations User Guide, orgs_manage_policies_scps; API CreatePolicy, AttachPolicy, ...
#include <map>
#include <set>
#include <string>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::organizations {

struct ControlPolicy {
  std::string id;
  std::string name;
  std::string description;
  std::string type = "SERVICE_CONTROL_POLICY";
  std::string content;  // JSON text
  bool aws_managed = false;
};

/// Every root, unit and account has FullAWSAccess from its beginning, until it is detached, and
/// RCPFullAWSAccess always.
class ControlPolicies {
 public:
  static constexpr std::string_view kFullAccess = "p-FullAWSAccess";
  static constexpr std::string_view kFullResourceAccess = "p-RCPFullAWSAccess";

  ControlPolicies();
  [[nodiscard]] const ControlPolicy* find(std::string_view id) const;
  [[nodiscard]] const std::map<std::string, ControlPolicy, std::less<>>& all() const {
    return policies_;
  }
  void put(ControlPolicy policy);
  void erase(const std::string& id) { policies_.erase(id); }

  void attach(const std::string& id, const std::string& target);
  void detach(const std::string& id, const std::string& target);
  [[nodiscard]] bool attached(std::string_view id, const std::string& target) const;
  /// Of one type, sorted by id.
  [[nodiscard]] std::vector<const ControlPolicy*> of(const std::string& target,
                                                     std::string_view type) const;
  /// The targets that a policy was attached to, FullAWSAccess's own not counted.
  [[nodiscard]] std::vector<std::string> targets(const std::string& id) const;

 private:
  std::map<std::string, ControlPolicy, std::less<>> policies_;
  std::map<std::string, std::set<std::string, std::less<>>> attached_;  // by target
  std::set<std::string> without_full_access_;                           // targets
};

}  // namespace opsim::organizations

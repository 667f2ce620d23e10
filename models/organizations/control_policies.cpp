#include "models/organizations/control_policies.hpp"

namespace opsim::organizations {

ControlPolicies::ControlPolicies() {
  put({.id = std::string{kFullAccess},
       .name = "FullAWSAccess",
       .description = "Allows access to every operation",
       .content =
           R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})",
       .aws_managed = true});
  put({.id = std::string{kFullResourceAccess},
       .name = "RCPFullAWSAccess",
       .description = "Allows access to every operation",
       .type = "RESOURCE_CONTROL_POLICY",
       .content = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
                  R"("Action":"*","Resource":"*"}]})",
       .aws_managed = true});
}

const ControlPolicy* ControlPolicies::find(std::string_view id) const {
  const auto found = policies_.find(id);
  return found == policies_.end() ? nullptr : &found->second;
}

void ControlPolicies::put(ControlPolicy policy) {
  std::string id = policy.id;
  policies_[std::move(id)] = std::move(policy);
}

void ControlPolicies::attach(const std::string& id, const std::string& target) {
  if (id == kFullAccess) {
    without_full_access_.erase(target);
  } else {
    attached_[target].insert(id);
  }
}

void ControlPolicies::detach(const std::string& id, const std::string& target) {
  if (id == kFullAccess) {
    without_full_access_.insert(target);
  } else {
    attached_[target].erase(id);
  }
}

bool ControlPolicies::attached(std::string_view id, const std::string& target) const {
  if (id == kFullAccess) return !without_full_access_.contains(target);
  if (id == kFullResourceAccess) return true;
  const auto here = attached_.find(target);
  return here != attached_.end() && here->second.contains(id);
}

std::vector<const ControlPolicy*> ControlPolicies::of(const std::string& target,
                                                      std::string_view type) const {
  std::vector<const ControlPolicy*> found;
  for (const auto& [id, policy] : policies_)
    if (policy.type == type && attached(id, target)) found.push_back(&policy);
  return found;
}

std::vector<std::string> ControlPolicies::targets(const std::string& id) const {
  std::vector<std::string> found;
  for (const auto& [target, ids] : attached_)
    if (ids.contains(id)) found.push_back(target);
  return found;
}

}  // namespace opsim::organizations

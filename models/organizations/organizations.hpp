#pragma once
/// One organization: its units and its accounts. The scenario's own account manages it.
#include <map>
#include <set>
#include <string>

#include "models/organizations/control_policies.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::organizations {

struct Unit {
  std::string id;
  std::string name;
  std::string parent;  // a unit's id, or the root's
};

struct Account {
  std::string id;
  std::string name;
  std::string email;
  std::string parent;
  std::string status = "ACTIVE";
  SimTime joined{};
};

class Organizations : public Model {
 public:
  explicit Organizations(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::string root = "r-0001";
  std::map<std::string, Unit> units;        // by id
  std::map<std::string, Account> accounts;  // by id
  ControlPolicies policies;
  std::set<std::string> trusted;                                // service principals
  std::map<std::string, std::set<std::string>> administrators;  // accounts, by service principal

  [[nodiscard]] bool knows_parent(const std::string& id) const {
    return id == root || units.contains(id);
  }
};

/// `organization:` of a scenario: units, and how many accounts each has, or which.
extern const Shape kOrganizationShape;
void read_organization(Organizations& organization, const Node& section);

/// The accounts that nobody named: 200000000001, 200000000002, ...
[[nodiscard]] std::string next_account(const Organizations& organization);

// ---- operations.cpp --------------------------------------------------------------------------
ApiResult<Json> close_account(Organizations& organization, const Request& request);
ApiResult<Json> create_account(Organizations& organization, const Request& request);
ApiResult<Json> create_unit(Organizations& organization, const Request& request);
ApiResult<Json> describe_account(Organizations& organization, const Request& request);
ApiResult<Json> describe_organization(Organizations& organization, const Request& request);
ApiResult<Json> describe_unit(Organizations& organization, const Request& request);
ApiResult<Json> list_accounts(Organizations& organization, const Request& request);
ApiResult<Json> list_accounts_for_parent(Organizations& organization, const Request& request);
ApiResult<Json> list_parents(Organizations& organization, const Request& request);
ApiResult<Json> list_roots(Organizations& organization, const Request& request);
ApiResult<Json> list_units_for_parent(Organizations& organization, const Request& request);
ApiResult<Json> move_account(Organizations& organization, const Request& request);

// ---- delegation.cpp --------------------------------------------------------------------------
ApiResult<Json> deregister_administrator(Organizations& organization, const Request& request);
ApiResult<Json> disable_service_access(Organizations& organization, const Request& request);
ApiResult<Json> enable_service_access(Organizations& organization, const Request& request);
ApiResult<Json> list_administrators(Organizations& organization, const Request& request);
ApiResult<Json> list_delegated_services(Organizations& organization, const Request& request);
ApiResult<Json> list_service_access(Organizations& organization, const Request& request);
ApiResult<Json> register_administrator(Organizations& organization, const Request& request);
/// `open account in Production`
extern const Shape kOpenAccountShape;
void begin_open_account(Model& model, const FaultRequest& request);

// ---- policy_operations.cpp -------------------------------------------------------------------
ApiResult<Json> attach_policy(Organizations& organization, const Request& request);
ApiResult<Json> create_policy(Organizations& organization, const Request& request);
ApiResult<Json> delete_policy(Organizations& organization, const Request& request);
ApiResult<Json> describe_policy(Organizations& organization, const Request& request);
ApiResult<Json> detach_policy(Organizations& organization, const Request& request);
ApiResult<Json> list_policies(Organizations& organization, const Request& request);
ApiResult<Json> list_policies_for_target(Organizations& organization, const Request& request);
ApiResult<Json> list_targets_for_policy(Organizations& organization, const Request& request);
ApiResult<Json> update_policy(Organizations& organization, const Request& request);
ApiResult<Created> create_policy_resource(Organizations& organization,
                                          const ResourceRequest& request);
extern const Shape kPolicyShape;

}  // namespace opsim::organizations

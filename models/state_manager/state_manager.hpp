#pragma once
/// Associations of all accounts and Regions.
#include <memory>

#include "models/state_manager/association.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::state_manager {

// General Reference, quotas of State Manager.
inline constexpr std::size_t kMostAssociations = 2000;
inline constexpr std::size_t kKeptExecutions = 100;  // SIMPLIFIED: AWS keeps 30 days

class StateManager : public Model {
 public:
  explicit StateManager(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, std::unique_ptr<Association>> associations;  // by id
  std::map<std::string, std::string> runs;  // of a command or an automation -> association

  [[nodiscard]] Association* find(const Place& place, std::string_view id);
  /// Events of Systems Manager tell how runs end; those of EC2, that an instance came.
  void on_event(const Event& event);
};

// ---- Acts ----
ApiResult<Association*> create_association_of(StateManager& manager, const Place& place,
                                              AssociationSpec spec);
/// Waits for the schedule's next time, in place of what was waited for.
void plan_next(StateManager& manager, Association& association);
/// Applies it now, to all targets or to the one instance that `only` names.
void run_association(StateManager& manager, Association& association, std::string only = {});
/// Whether the instance is among the targets: EC2 filters as SendCommand does.
[[nodiscard]] bool wants(StateManager& manager, const Association& association,
                         const std::string& instance);
/// EC2 says that an instance runs: associations that want it are applied once its agent answers.
void instance_came(StateManager& manager, const Place& place, std::string instance);
/// One instance, then the whole run, ended so.
void end_instance(StateManager& manager, Association& association, const std::string& instance,
                  const std::string& status);
void end_run(StateManager& manager, Association& association, std::string_view run_id,
             const std::string& status);

// ---- Notices ----
void emit_association(StateManager& manager, const Association& association);
void emit_instance(StateManager& manager, const Association& association,
                   const std::string& instance, const std::string& status);
void emit_compliance(StateManager& manager, const Association& association,
                     const std::string& instance, bool compliant);

// ---- Operations ----
ApiResult<Json> create_association(StateManager& manager, const Request& request);
ApiResult<Json> create_association_batch(StateManager& manager, const Request& request);
ApiResult<Json> describe_effective_associations(StateManager& manager, const Request& request);
ApiResult<Json> describe_instance_statuses(StateManager& manager, const Request& request);
ApiResult<Json> list_association_versions(StateManager& manager, const Request& request);
ApiError no_association(std::string_view id);
ApiError bad_association_version();
ApiResult<Json> update_association(StateManager& manager, const Request& request);
ApiResult<Json> delete_association(StateManager& manager, const Request& request);
ApiResult<Json> describe_association(StateManager& manager, const Request& request);
ApiResult<Json> list_associations(StateManager& manager, const Request& request);
ApiResult<Json> start_associations_once(StateManager& manager, const Request& request);
ApiResult<Json> describe_association_executions(StateManager& manager, const Request& request);
ApiResult<Json> describe_association_execution_targets(StateManager& manager,
                                                       const Request& request);
ApiResult<Json> inspect_compliance(StateManager& manager, const Request& request);
ApiResult<Created> create_association_resource(StateManager& manager,
                                               const ResourceRequest& request);

}  // namespace opsim::state_manager

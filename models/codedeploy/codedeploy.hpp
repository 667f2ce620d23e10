#pragma once
/// The state of CodeDeploy: applications, groups and their deployments.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/codedeploy/appspec.hpp"
#include "models/codedeploy/deployment_config.hpp"
#include "models/codedeploy/event_physics.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::codedeploy {

struct Application {
  std::string name;
  std::string id;
  Platform platform = Platform::server;
  SimTime created{};
};

struct TagFilter {
  std::string key;
  std::string value;
  std::string type;  // KEY_ONLY, VALUE_ONLY, KEY_AND_VALUE
};

struct GroupSpec {
  std::string config;                        // deploymentConfigName
  std::string role;                          // serviceRoleArn
  std::vector<std::vector<TagFilter>> tags;  // ec2TagSet: any filter of each list
  std::vector<std::string> scaling_groups;
  std::vector<std::string> target_groups;  // by name, of its load balancer
  std::set<std::string> rollback_events;   // "DEPLOYMENT_FAILURE", ... while enabled
  std::vector<std::string> alarms;         // names
  bool alarms_enabled = false;
  bool ignores_unknown_alarms = false;  // ignorePollAlarmFailure
  bool blue_green = false;
  Json given;  // as DescribeDeploymentGroup answers it again
};

struct DeploymentGroup {
  std::string name;
  std::string id;
  std::string application;
  Place place;
  GroupSpec spec;
  std::string source;                     // file:line
  Json last_good;                         // revision of the last successful deployment, or null
  std::set<std::string> ill;              // instances whose last deployment failed: tried first
  std::map<std::string, std::string> on;  // instance to the revision that it has
};

struct EventState {
  std::string name;
  std::string status = "Pending";  // InProgress, Succeeded, Failed, Skipped, Unknown
  std::string message{};
  std::optional<SimTime> began{};
  std::optional<SimTime> ended{};
};

/// An instance, a function or a service that is deployed to.
struct Target {
  std::string id;                  // "i-00000001", "api:live"
  std::string status = "Pending";  // InProgress, Succeeded, Failed, Skipped
  std::vector<EventState> events;
};

struct Deployment {
  std::string id;  // "d-00000001"
  std::string application;
  std::string group;
  Place place;
  DeploymentConfig config;
  Json revision;
  Json previous;  // the revision before
  AppSpec appspec;
  std::string creator = "user";  // "codeDeployRollback", "autoscaling"
  std::string description;
  std::string status = "Created";
  std::string error_code;
  std::string error_message;
  std::string rolls_back;   // the deployment that this one undoes
  std::string rolled_back;  // the deployment that undoes this one
  SimTime created{};
  std::optional<SimTime> began{};
  std::optional<SimTime> ended{};
  std::vector<Target> targets;
  std::int64_t shifted = 0;  // per cent of the traffic at the new version
  std::int64_t on_way = 0;   // instances that are being deployed to
  bool stopping = false;
  bool rolls_back_when_stopped = false;
  Signal changed;  // a target ended, or it is to stop

  explicit Deployment(Simulation& sim) : changed{sim} {}
  [[nodiscard]] bool is_over() const { return ended.has_value(); }
};

class CodeDeploy : public Model {
 public:
  explicit CodeDeploy(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Application> applications;
  std::map<std::tuple<Place, std::string, std::string>, DeploymentGroup> groups;
  std::map<std::pair<Place, std::string>, DeploymentConfig> configs;
  std::map<std::string, std::unique_ptr<Deployment>> deployments;  // by id
  std::map<std::string, EventPhysics> physics;                     // by "App/part"

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] DeploymentGroup* group_of(const Deployment& deployment);
  [[nodiscard]] const DeploymentConfig* config(const Place& place, std::string_view name) const;
  /// An alarm went to ALARM: deployments of groups that name it stop.
  void on_event(const Event& event);
};

// ---- deployments.cpp ----

struct Order {
  Json revision;
  std::string config;  // "" for the group's
  std::string description;
  std::string creator = "user";
  std::string rolls_back;
};
/// Checks the order, makes the deployment and starts it.
ApiResult<Deployment*> create_deployment(CodeDeploy& codedeploy, DeploymentGroup& group,
                                         Order order);
/// Stopped now; what runs on instances ends first. `error` is "" for a stop by request.
void stop_deployment(CodeDeploy& codedeploy, Deployment& deployment, std::string error,
                     std::string message, bool roll_back);
/// The status, its event and its line in the journal; a rollback follows where the group says so.
void set_status(CodeDeploy& codedeploy, Deployment& deployment, std::string status);
void tell_target(CodeDeploy& codedeploy, const Deployment& deployment, const Target& target);

// ---- alarm_watch.cpp ----

/// Why the group's alarms forbid to deploy now, or "".
[[nodiscard]] std::string alarm_objection(CodeDeploy& codedeploy, const DeploymentGroup& group);

// ---- server_deployment.cpp, lambda_deployment.cpp ----

Process<> deploy_to_servers(CodeDeploy& codedeploy, Deployment& deployment);
Process<> deploy_to_lambda(CodeDeploy& codedeploy, Deployment& deployment);
/// The instances that a group means now, unhealthy ones first.
[[nodiscard]] std::vector<std::string> instances_of(CodeDeploy& codedeploy, DeploymentGroup& group);

// ---- lifecycle.cpp ----

/// One lifecycle event of a target: its scripts or functions. False where it failed.
Process<bool> run_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                        std::string event);

}  // namespace opsim::codedeploy

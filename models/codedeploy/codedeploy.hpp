#pragma once
/// The state of CodeDeploy: applications, groups and their deployments.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/codedeploy/appspec.hpp"
#include "models/codedeploy/blue_green.hpp"
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

/// What tells a topic of a deployment's course.
struct Trigger {
  std::string name;
  std::string topic;             // ARN
  std::set<std::string> events;  // "DeploymentFailure", "InstanceSuccess", ...
};

struct GroupSpec {
  std::string config;                        // deploymentConfigName
  std::string role;                          // serviceRoleArn
  std::vector<std::vector<TagFilter>> tags;  // ec2TagSet: any filter of each list
  std::vector<std::string> scaling_groups;
  std::vector<std::string> target_groups;  // by name, of its load balancer
  std::vector<Trigger> triggers;
  std::set<std::string> rollback_events;  // "DEPLOYMENT_FAILURE", ... while enabled
  std::vector<std::string> alarms;        // names
  bool alarms_enabled = false;
  bool ignores_unknown_alarms = false;  // ignorePollAlarmFailure
  bool balanced = false;                // WITH_TRAFFIC_CONTROL
  BlueGreen blue_green;
  bool updates_outdated = true;  // outdatedInstancesStrategy UPDATE
  std::string ecs_cluster;
  std::string ecs_service;
  TargetGroupPair pair;  // of an ECS service
  Json given;            // as DescribeDeploymentGroup answers it again
};

struct DeploymentGroup {
  std::string name;
  std::string id;
  std::string application;
  Place place;
  GroupSpec spec;
  std::string source;                        // file:line
  std::map<std::string, std::string> hooks;  // by Auto Scaling group: the lifecycle hook in it
  Json last_good;                            // revision of the last successful deployment, or null
  std::set<std::string> ill;                 // instances whose last deployment failed: tried first
  std::map<std::string, std::string> on;     // instance to the revision that it has
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
  std::string status = "Pending";  // InProgress, Ready, Succeeded, Failed, Skipped
  std::string label = {};          // "BLUE", "GREEN": of two environments
  std::string zone = {};
  CauseId runs = CauseId::none;  // the entry that says what it runs since this deployment
  std::vector<EventState> events;
};

/// What a lifecycle event does on instances.
struct Script {
  bool known = false;  // a hook, or physics, says that there is one
  const EventPhysics* physics = nullptr;
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
  std::map<std::string, Script, std::less<>> scripts;  // by lifecycle event, once it was looked up
  std::vector<Target> targets;
  std::int64_t shifted = 0;            // per cent of the traffic at the new version
  std::int64_t on_way = 0;             // instances that are being deployed to
  std::int64_t done = 0;               // instances that have got the revision
  std::int64_t failed = 0;             // instances, of those that are deployed to now
  std::vector<std::string> only;       // instances that are meant, where not all of the group are
  Json green = {};                     // targetInstances: the replacement environment
  bool outdated_only = false;          // updateOutdatedInstancesOnly
  bool ignores_stop_failures = false;  // ignoreApplicationStopFailures
  bool launching = false;              // its instances wait for it to go into service
  std::string waits_for;               // "READY_WAIT", "TERMINATION_WAIT": what may be continued
  std::string replacement;             // the Auto Scaling group that was made for it
  std::string green_set;               // ECS: the replacement task set
  std::string blue_set;                // ECS: the original one
  bool stopping = false;
  bool may_continue = false;   // ContinueDeployment READY_WAIT has come
  bool may_terminate = false;  // ... TERMINATION_WAIT
  bool rolls_back_when_stopped = false;
  CauseId stopped_by = CauseId::none;  // the alarm, or who asked for it
  Signal changed;                      // a target ended, or it is to stop

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
  /// Who waits until a load balancer thinks otherwise of an instance; by id.
  std::map<std::string, std::unique_ptr<Signal>, std::less<>> awaited;
};

/// An alarm went to ALARM: deployments of groups that name it stop.
void alarm_rang(CodeDeploy& codedeploy, const Event& event);

// ---- deployments.cpp ----

struct Order {
  Json revision;
  std::string config;  // "" for the group's
  std::string description;
  std::string creator = "user";
  std::string rolls_back;
  std::vector<std::string> only = {};  // instances
  Json green = {};                     // targetInstances
  bool outdated_only = false;
  bool launching = false;
  bool ignores_stop_failures = false;
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

// ---- triggers.cpp ----

/// Tells the topics of the group whose triggers name the event: "DeploymentStart",
/// "InstanceFailure".
void tell_topics(CodeDeploy& codedeploy, const Deployment& deployment, const std::string& event,
                 const Target* target);

// ---- alarm_watch.cpp ----

/// Why the group's alarms forbid to deploy now, or "".
[[nodiscard]] std::string alarm_objection(CodeDeploy& codedeploy, const DeploymentGroup& group);

// ---- one file for each kind of deployment ----

Process<> deploy_in_place(CodeDeploy& codedeploy, Deployment& deployment);
Process<> deploy_blue_green(CodeDeploy& codedeploy, Deployment& deployment);
/// Traffic goes back to the environment that a deployment was to replace.
Process<> return_to_blue(CodeDeploy& codedeploy, Deployment& deployment);
Process<> deploy_to_lambda(CodeDeploy& codedeploy, Deployment& deployment);
/// The end of a deployment to one function or service.
void end_single(CodeDeploy& codedeploy, Deployment& deployment, bool fine);
Process<> deploy_to_ecs(CodeDeploy& codedeploy, Deployment& deployment);
Process<> return_to_blue_set(CodeDeploy& codedeploy, Deployment& deployment);

// ---- instances.cpp ----

/// The instances that a group means now, in the order in which they are deployed to: those whose
/// last deployment failed, then those whose revision is unknown, old, and current.
[[nodiscard]] std::vector<std::string> instances_of(CodeDeploy& codedeploy, DeploymentGroup& group,
                                                    const std::string& revision);
/// Those of tags and groups, in the order of their ids: members of
/// CreateDeployment.targetInstances.
[[nodiscard]] std::vector<std::string> instances_of(CodeDeploy& codedeploy, const Place& place,
                                                    const GroupSpec& spec);
void add_target(CodeDeploy& codedeploy, Deployment& deployment, const std::string& instance,
                const std::vector<std::string_view>& events, std::string label);

// ---- installed.cpp: what runs on instances ----

/// A lifecycle event of an instance has ended well: what runs there now may be another thing.
/// Answers the entry that says so, which is the cause of what follows.
CauseId event_ended(CodeDeploy& codedeploy, Deployment& deployment, const std::string& instance,
                    const std::string& event);
/// A group is made with a revision that stands: its instances have it from the start.
void stands_with(CodeDeploy& codedeploy, DeploymentGroup& group, const Json& revision);
/// Whether the revision, or physics, has scripts for a lifecycle event, and what they do.
[[nodiscard]] const Script& script_of(const CodeDeploy& codedeploy, Deployment& deployment,
                                      const std::string& event);

// ---- scaling_launches.cpp: instances that Auto Scaling launches ----

/// Puts the lifecycle hooks of a group into its Auto Scaling groups.
void put_hooks(CodeDeploy& codedeploy, DeploymentGroup& group);
void instance_launched(CodeDeploy& codedeploy, const Event& event);
/// A deployment is over: an instance that waited for it goes into service, or is abandoned; those
/// that were launched meanwhile get the revision too.
void tell_scaling(CodeDeploy& codedeploy, Deployment& deployment);

// ---- lifecycle.cpp ----

/// One lifecycle event of a target, without anything that it does being known here: begun, ended.
void begin_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                 std::string_view event);
void end_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
               std::string_view event, std::string failure);
/// One lifecycle event of a target: its scripts or functions. False where it failed.
Process<bool> run_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                        std::string event);

}  // namespace opsim::codedeploy

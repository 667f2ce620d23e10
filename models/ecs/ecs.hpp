#pragma once
/// Amazon ECS over all accounts and Regions: clusters, task definitions, services and their tasks.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/ecs/cluster.hpp"
#include "models/ecs/rollout.hpp"
#include "models/ecs/task.hpp"
#include "models/ecs/task_definition.hpp"
#include "models/ecs/task_set.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/container_physics.hpp"
#include "opsim/cloud/fill_line.hpp"

namespace opsim::ecs {

enum class RolloutState : std::uint8_t { in_progress, completed, failed };
[[nodiscard]] std::string_view to_string(RolloutState state);

/// A deployment of the service scheduler, or a task set that somebody else looks after
/// (CODE_DEPLOY).
struct Deployment {
  std::string id;  // "ecs-svc/0000000000000000003"
  std::shared_ptr<const TaskDefinition> definition;
  RolloutState state = RolloutState::in_progress;
  std::string reason;
  std::int64_t failed_tasks = 0;
  bool ran = false;                      // a task of it has reached RUNNING: the breaker's stage 2
  bool rollback = false;                 // it undoes another
  bool alarms_on = false;                // deployment alarms are watched: none stood when it began
  std::optional<SimTime> bakes_until{};  // it is done but for its alarms
  SimTime created{};
  SimTime updated{};
  CauseId cause = CauseId::none;
  TaskSet set{};
};

/// One of a capacityProviderStrategy.
struct ProviderShare {
  std::string name;
  std::int64_t base = 0;
  std::int64_t weight = 0;
};

struct ServiceSpec {
  std::string name;
  std::string cluster;  // name
  std::int64_t desired = 1;
  std::string launch_type = "FARGATE";
  std::vector<ProviderShare> providers;  // capacityProviderStrategy
  std::vector<LoadBalancerRef> load_balancers;
  Duration grace{};  // healthCheckGracePeriodSeconds
  std::int64_t minimum_healthy = 100;
  std::int64_t maximum = 200;
  bool breaker = false;
  bool breaker_rolls_back = false;
  std::vector<std::string> alarms;  // names; empty: none
  bool alarms_roll_back = false;
  std::vector<std::string> subnets;
  bool daemon = false;     // schedulingStrategy DAEMON: one task on each instance
  bool rebalances = true;  // availabilityZoneRebalancing
  Json placement_constraints = Json::array();
  Json placement_strategy = Json::array();
  Json network;  // as given
  std::string controller = "ECS";
  DeploymentStrategy strategy{};
  [[nodiscard]] bool uses_sets() const { return controller != "ECS" || strategy.in_two(); }
};

struct ServiceMessage {
  std::string id;
  SimTime at;
  std::string text;
};

struct Service {
  std::string arn;
  std::string display;  // its logical id, or its name
  Place place;
  ServiceSpec spec;
  bool active = true;                               // else DRAINING, then INACTIVE
  std::vector<Deployment> deployments;              // the newest is the primary and comes first
  std::shared_ptr<const TaskDefinition> last_good;  // of the last deployment that completed
  std::map<std::string, Task*> tasks;               // by ARN: in the order of their start
  std::uint64_t tasks_made = 0;
  std::vector<std::string> lost;   // names of tasks that ended by themselves, to be replaced
  std::int64_t failed_starts = 0;  // in a row
  SimTime no_start_before{};       // the throttle logic
  bool told_impaired = false;
  bool told_no_room = false;
  bool told_stuck = false;  // the bounds of a deployment leave nothing to stop or start
  bool steady = false;      // has said so
  bool rebalancing = false;
  Ticket bake{};  // when the bake time of its deployment is over
  std::int64_t serving = 0;
  bool complete = false;       // reached its desired count once: somebody relies on it
  std::int64_t relied_on = 0;  // the most that have served, of those desired now
  SimTime created{};
  std::vector<ServiceMessage> messages;  // newest last, at most 100
  Ticket look;
  std::vector<SourceId> insights;  // RunningTaskCount and its like
  std::optional<double> lost_users;
  FillLine lost_minutes;

  [[nodiscard]] Deployment& primary() { return deployments.front(); }
};

class Ecs : public Model {
 public:
  explicit Ecs(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Cluster> clusters;  // by name
  std::map<std::pair<Place, std::string>, std::vector<std::shared_ptr<TaskDefinition>>> families;
  std::map<std::string, Service, std::less<>> services;  // by ARN
  std::map<std::string, Task, std::less<>> tasks;        // by ARN: in the order of their start
  std::map<std::string, ContainerInstance, std::less<>> instances;      // by ARN
  std::map<std::pair<Place, std::string>, CapacityProvider> providers;  // by name
  std::uint64_t instances_made = 0;
  /// Physics by resource: a type, a family or revision's ARN, a service's ARN.
  std::map<std::string, ContainerPhysics, std::less<>> settings;
  std::uint64_t tasks_made = 0;
  std::uint64_t deployments_made = 0;
  std::vector<std::string> newly_standing;  // tasks whose metrics begin with the first callback

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] SimTime now() { return cloud.sim().now(); }
  /// A name or an ARN; "" is the cluster "default".
  [[nodiscard]] Cluster* cluster(const Place& near, std::string_view name);
  [[nodiscard]] Service* service(std::string_view arn);
  [[nodiscard]] Service* service(const Cluster& cluster, std::string_view name);
  /// An ARN, or the id at its end, within a cluster.
  [[nodiscard]] Task* task(const Cluster& cluster, std::string_view name);
  /// "family", "family:3" or an ARN; null when there is no active one.
  [[nodiscard]] std::shared_ptr<TaskDefinition> definition(const Place& near,
                                                           std::string_view name);
};

// ---- task.cpp: the life of a task ------------------------------------------------------------

struct TaskOrder {
  Place place{};
  std::string cluster{};
  Service* service = nullptr;
  std::string deployment{};
  std::shared_ptr<const TaskDefinition> definition{};
  std::string launch_type{};
  std::string group{};
  std::string started_by{};
  std::vector<std::string> subnets{};
  std::string why{};       // "to replace Web/2", or ""
  bool stands = false;     // it ran before time began
  std::string instance{};  // ARN of the container instance that it must run on, or ""
  std::string zone{};      // where it must run, or ""
  std::string capacity_provider{};
};
/// Null when there is nowhere to run it: the service says so in a message and an event.
Task* start_task(Ecs& ecs, const TaskOrder& order);
/// RUNNING tasks leave their target groups first; others end at once. `code`: "UserInitiated".
void stop_task(Ecs& ecs, Task& task, std::string_view code, std::string_view reason);
/// A number drawn for one task and one purpose.
[[nodiscard]] Duration draw(Ecs& ecs, const Task& task, std::string_view purpose,
                            const Distribution& distribution);
CauseId tell(Ecs& ecs, const Task& task, std::string_view act, std::string text, Level level);
/// Starts one that waited for an instance, where there is one now.
bool place_waiting(Ecs& ecs, Task& task);

// ---- placement.cpp ----------------------------------------------------------------------------

/// Decides the zone, the address and, on EC2, the container instance; false when nothing has room.
bool place_task(Ecs& ecs, Task& task, const TaskOrder& order);
/// Why nothing has room for a task: the closest instance, and what it lacks.
struct NoRoom {
  std::string instance{};       // id of the container instance; "": the cluster has none
  std::string_view lacks = {};  // "CPU", "MEMORY"; "": it does not meet the constraints
};
[[nodiscard]] NoRoom why_no_room(Ecs& ecs, const TaskOrder& order);
struct Remaining {
  std::int64_t cpu_units = 0;
  std::int64_t memory_mib = 0;
  std::int64_t tasks = 0;
};
[[nodiscard]] Remaining remaining(const Ecs& ecs, const ContainerInstance& instance);
/// Those that tasks of the service may run in.
[[nodiscard]] std::vector<std::string> service_zones(Ecs& ecs, const Service& service);
/// Up, in the cluster of the order, and as its constraints want it.
[[nodiscard]] bool is_eligible(const Ecs& ecs, const ContainerInstance& instance,
                               const TaskOrder& order);

// ---- instances.cpp ----------------------------------------------------------------------------

[[nodiscard]] std::int64_t instances_in(const Ecs& ecs, const Cluster& cluster);
/// Registers the running EC2 instances that belong to clusters and are not registered yet.
void discover_instances(Ecs& ecs, const Place& place);
void instance_state_changed(Ecs& ecs, const Place& place, std::string_view instance,
                            std::string_view state);
void instance_health_changed(Ecs& ecs, std::string_view instance, Health health);
void set_draining(Ecs& ecs, ContainerInstance& instance, bool draining);
[[nodiscard]] bool is_draining(const Ecs& ecs, const Task& task);
[[nodiscard]] bool host_is_down(const Ecs& ecs, const Task& task);
[[nodiscard]] Json instance_json(const Ecs& ecs, const ContainerInstance& instance);

// ---- containers.cpp: what runs in a task -----------------------------------------------------

void start_containers(Ecs& ecs, Task& task, bool stands);
/// The process of a container ends; an essential one takes its task with it.
void end_container(Ecs& ecs, Task& task, Container& container, std::int64_t exit_code,
                   std::string_view reason);
/// Something that health checks, users or the scheduler look at may have changed.
void condition_changed(Ecs& ecs, Task& task);
[[nodiscard]] const ContainerSpec& spec_of(const Task& task, const Container& container);
[[nodiscard]] Container* find_container(Task& task, std::string_view name);
/// The first essential one where no name is given.
[[nodiscard]] Container& main_container(Task& task, std::string_view name = {});
[[nodiscard]] ContainerHealth health_of(const Task& task);
/// Whether it does its work, as users see it.
[[nodiscard]] bool answers(const Task& task);
/// Whether a load balancer's check gets its answer.
[[nodiscard]] bool passes_checks(const Task& task);

// ---- memory.cpp -------------------------------------------------------------------------------

void memory_changed(Ecs& ecs, Task& task);
void set_leak(Ecs& ecs, Task& task, double per_second, std::optional<Duration> wait);

// ---- serving.cpp: what users feel -------------------------------------------------------------

void refresh_health(Ecs& ecs, Task& task);
void refresh_service_health(Ecs& ecs, Service& service);

// ---- scheduler.cpp, deployments.cpp -----------------------------------------------------------

/// The scheduler looks at the service soon.
void look_soon(Ecs& ecs, Service& service);
/// At once, and with the running cause: after an UpdateService.
void look_now(Ecs& ecs, Service& service);
/// An order for one more task of the newest deployment.
[[nodiscard]] TaskOrder order_for(Service& service);
/// stoppedReason of a task whose checks, or whose load balancer's, have failed.
[[nodiscard]] std::string failed_checks(const Task& task);
void stop_service_task(Ecs& ecs, Service& service, Task& task);
/// Says once that no instance has room.
void tell_no_room(Ecs& ecs, Service& service);
/// What of a deployment is done once nothing is left to do: it completes, or it bakes.
void complete_deployment(Ecs& ecs, Service& service);
/// "(service web) has reached a steady state.", once.
void tell_steady(Ecs& ecs, Service& service);
/// Deployments whose tasks are all gone are no longer shown.
void forget_drained(Service& service);
/// All tasks at once, RUNNING and healthy: the service stands from the start.
void fill_standing(Ecs& ecs, Service& service);
/// A task of it is gone, or its health check failed.
enum class TaskFailure : std::uint8_t { never_ran, health_check };
void count_failure(Ecs& ecs, Service& service, const Task& task, TaskFailure failure);
void task_ran(Ecs& ecs, Service& service, const Task& task);
void begin_deployment(Ecs& ecs, Service& service, std::shared_ptr<const TaskDefinition> definition,
                      std::string_view reason);
void end_deployment(Ecs& ecs, Service& service, Deployment& deployment, RolloutState state,
                    std::string_view reason);
void fail_deployment(Ecs& ecs, Service& service, std::string_view what, std::string_view reason,
                     bool rolls_back);
/// Whether the service scheduler counts it as healthy, and as unhealthy.
[[nodiscard]] bool is_healthy(const Task& task);
[[nodiscard]] bool is_unhealthy(Ecs& ecs, const Task& task);
void alarm_fired(Ecs& ecs, const Place& place, std::string_view alarm);

// ---- cluster_metrics.cpp ----------------------------------------------------------------------

/// Of a cluster with container instances: how much of them its tasks reserve.
void update_reservations(Ecs& ecs, const Place& place, std::string_view cluster);

// ---- targets.cpp: Elastic Load Balancing ------------------------------------------------------

void register_targets(Ecs& ecs, Task& task);
void deregister_targets(Ecs& ecs, Task& task);
/// What its load balancer says of a target that fails: "Health checks failed with these codes:
/// ...".
[[nodiscard]] std::string unhealthy_because(Ecs& ecs, const Task& task, const TargetRef& target);
/// How long a task waits to be drained.
[[nodiscard]] Duration drain_time(Ecs& ecs, const Task& task);
void target_health_changed(Ecs& ecs, const TargetHealth& told);

// ---- events.cpp -------------------------------------------------------------------------------

void emit_task_state(Ecs& ecs, const Task& task);
void emit_service_action(Ecs& ecs, const Service& service, std::string_view type,
                         std::string_view name, const Json& more = Json::object());
void emit_deployment_state(Ecs& ecs, const Service& service, const Deployment& deployment,
                           std::string_view type, std::string_view name);
/// A line of DescribeServices' events: "(service web) has reached a steady state."
void add_message(Ecs& ecs, Service& service, std::string text);

// ---- metrics.cpp ------------------------------------------------------------------------------

void publish_task_metrics(Ecs& ecs, Task& task);
void update_task_metrics(Ecs& ecs, Task& task);
void stop_task_metrics(Ecs& ecs, Task& task);
void update_insights(Ecs& ecs, Service& service);

// ---- physics.cpp ------------------------------------------------------------------------------

[[nodiscard]] std::shared_ptr<const ContainerPhysics> settings_for(const Ecs& ecs,
                                                                   const Task& task);
void apply_physics(Model& model, const PhysicsRequest& request);

// ---- spec and API -----------------------------------------------------------------------------

/// CreateService's and AWS::ECS::Service's members; `before` for UpdateService.
[[nodiscard]] ApiResult<ServiceSpec> read_service(const Json& input, const ServiceSpec& before);
[[nodiscard]] ApiResult<Service*> add_service(Ecs& ecs, const Place& place, const Json& input,
                                              std::string_view display);
[[nodiscard]] ApiResult<std::shared_ptr<TaskDefinition>> register_definition(Ecs& ecs,
                                                                             const Place& place,
                                                                             const Json& input);
Cluster& add_cluster(Ecs& ecs, const Place& place, const std::string& name, const Json& input);

}  // namespace opsim::ecs

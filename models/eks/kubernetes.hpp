#pragma once
/// Amazon EKS over all accounts and Regions: clusters with their nodes, and the Kubernetes objects
/// that a scenario says run on them.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/eks/manifest.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/container_physics.hpp"
#include "opsim/cloud/fill_line.hpp"

namespace opsim::eks {

struct WorkerNode {
  std::string name;  // "ip-10-0-0-1.ec2.internal"; its resource's id, too
  std::string cluster;
  std::string nodegroup;
  std::string instance_type;
  std::string zone;
  Place place;
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  bool up = true;     // kubelet answers
  bool ready = true;  // as the control plane sees it
  bool cordoned = false;
  bool gone = false;  // replaced: kept so that names stay
  Ticket notice;      // node-monitor-grace-period
  Ticket evict;       // tolerationSeconds
  Ticket replace;     // the node group's Auto Scaling group
  Ticket drain;
};

struct Pod {
  std::string id;    // "shop/default/web-1-00003": its resource's id
  std::string name;  // "web-1-00003"
  std::string deployment;
  std::int64_t revision = 1;
  std::string node;  // "" while nothing has room for it
  std::shared_ptr<const PodSpec> spec;
  bool terminating = false;
  bool runs = false;
  bool booted = false;
  bool hung = false;
  bool check_broken = false;
  std::optional<double> stress;  // per cent of CPU that an experiment burns
  bool started = false;          // its startup probe has passed
  bool ready = false;            // the Ready condition: it is an endpoint
  bool available = false;
  bool ever_booted = false;
  bool passes = false;  // what its probes get now
  std::string reason;   // "CrashLoopBackOff", "OOMKilled", ...
  std::int64_t restarts = 0;
  std::int64_t crashes = 0;       // in a row, for the back-off
  std::int64_t failed_pulls = 0;  // of its image
  SimTime created{};
  SimTime container_started{};
  SimTime passes_since{};
  FillLine memory;
  CauseId leak = CauseId::none;
  std::uint32_t surges = 0;
  std::vector<SourceId> metrics;
  Health health = Health::ok;
  bool serves = false;
  Ticket transition, boot, ailment, mark, startup, liveness, readiness, minimum;
};

struct Deployment {
  std::string id;  // what the scenario calls it, and its resource's id
  std::string cluster;
  Place place;
  std::string source;
  DeploymentSpec spec;
  ContainerPhysics physics;
  std::int64_t revision = 1;
  std::uint64_t pods_made = 0;
  std::map<std::string, Pod*> pods;  // by id: in the order of their creation
  std::vector<std::string> lost;     // names of pods that are to be replaced
  bool rolling = false;
  bool stalled = false;  // ProgressDeadlineExceeded
  SimTime progressed{};
  std::optional<AutoscalerSpec> autoscaler;
  AutoscalerMemory scaling;
  Ticket look;
  Ticket deadline;
  Ticket sync;  // of its autoscaler
  std::int64_t serving = 0;
  bool complete = false;
  std::int64_t relied_on = 0;  // the most pods that have served, of those wanted now
  FillLine lost_minutes;
};

struct Cluster {
  std::string name;
  std::string arn;
  std::string version = "1.31";
  Place place;
  bool insights = false;  // the add-on amazon-cloudwatch-observability
  std::map<std::string, SourceId> metrics;
  SimTime created{};
};

struct Nodegroup {
  std::string name;
  std::string cluster;
  std::string arn;
  std::string id;  // the resource's: "shop/workers"
  Place place;
  std::string instance_type = "t3.medium";  // the API's default
  std::int64_t desired = 2;
  std::int64_t least = 1;
  std::int64_t most = 2;
  SimTime created{};
};

class Eks : public Model {
 public:
  explicit Eks(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Cluster> clusters;   // by name
  std::map<std::string, Nodegroup, std::less<>> nodegroups;    // by id
  std::map<std::string, WorkerNode, std::less<>> nodes;        // by name
  std::map<std::string, Deployment, std::less<>> deployments;  // by id
  std::map<std::string, Pod, std::less<>> pods;                // by id
  std::vector<std::pair<std::string, BudgetSpec>> budgets;     // by cluster
  std::uint64_t nodes_made = 0;

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] SimTime now() { return cloud.sim().now(); }
  [[nodiscard]] Cluster* cluster(const Place& place, std::string_view name);
  [[nodiscard]] Deployment* deployment(std::string_view id);
  [[nodiscard]] Deployment& of(const Pod& pod) { return deployments.find(pod.deployment)->second; }
  [[nodiscard]] Pod* pod(std::string_view id);
  [[nodiscard]] WorkerNode* node(std::string_view name);
};

CauseId tell(Eks& eks, const Pod& pod, std::string_view act, std::string text, Level level);
[[nodiscard]] Duration draw(Eks& eks, const Pod& pod, std::string_view purpose,
                            const Distribution& distribution);

// ---- pods.cpp: their life ---------------------------------------------------------------------

Pod& create_pod(Eks& eks, Deployment& deployment, std::string_view why, bool stands);
/// SIGTERM, at most terminationGracePeriodSeconds, gone; at once an endpoint no more.
void delete_pod(Eks& eks, Pod& pod, std::string_view why);
void forget_pod(Eks& eks, Pod& pod);
/// Those that wait for room.
void schedule_waiting(Eks& eks, std::string_view cluster);

// ---- kubelet.cpp: containers and probes --------------------------------------------------------

void start_container(Eks& eks, Pod& pod, bool stands);
void end_container(Eks& eks, Pod& pod, std::int64_t exit_code, std::string_view reason);
void condition_changed(Eks& eks, Pod& pod);
[[nodiscard]] bool answers(Eks& eks, const Pod& pod);
void set_ready(Eks& eks, Pod& pod, bool ready);
void cancel_all(Eks& eks, Pod& pod);

// ---- pod_memory.cpp ----------------------------------------------------------------------------

void memory_changed(Eks& eks, Pod& pod);
void set_leak(Eks& eks, Pod& pod, double per_second, std::optional<Duration> wait);

// ---- controller.cpp: deployments ---------------------------------------------------------------

void look_soon(Eks& eks, Deployment& deployment);
void look_now(Eks& eks, Deployment& deployment);
/// kubectl rollout restart: a new revision of the same template.
void restart_rollout(Eks& eks, Deployment& deployment);
void scale(Eks& eks, Deployment& deployment, std::int64_t replicas);
void stand(Eks& eks, Deployment& deployment);

// ---- autoscaling.cpp: HorizontalPodAutoscalers -------------------------------------------------

/// What its autoscaler looks at may have changed: it looks at the next of its times.
void autoscale_soon(Eks& eks, Deployment& deployment);

// ---- nodes.cpp ---------------------------------------------------------------------------------

WorkerNode& add_node(Eks& eks, const Nodegroup& group);
void lose_node(Eks& eks, WorkerNode& node);
/// kubectl drain: cordons it and evicts its pods, as their disruption budgets allow.
void drain_node(Eks& eks, WorkerNode& node);
/// Null when nothing has room.
[[nodiscard]] WorkerNode* room_for(Eks& eks, const Deployment& deployment);

// ---- endpoints.cpp: what users feel ------------------------------------------------------------

void refresh_health(Eks& eks, Pod& pod);
void refresh_deployment_health(Eks& eks, Deployment& deployment);

// ---- insights.cpp ------------------------------------------------------------------------------

void publish_pod_metrics(Eks& eks, Pod& pod);
void update_pod_metrics(Eks& eks, Pod& pod);
void stop_pod_metrics(Eks& eks, Pod& pod);
void update_cluster_metrics(Eks& eks, const Place& place, std::string_view cluster);

// ---- inspect.cpp: what experiments look up and terminate --------------------------------------

ApiResult<Json> inspect_pods(Eks& eks, const Request& request);
/// So many per cent of the instances of a node group are terminated, chosen by chance.
void terminate_nodes(Eks& eks, const Nodegroup& group, double percent);

// ---- section.cpp: `kubernetes:` of a scenario --------------------------------------------------

extern const Shape kKubernetesShape;
void read_kubernetes(Model& model, Cloud& cloud, const Node& section);

// ---- cluster_resources.cpp, cluster_operations.cpp ---------------------------------------------

extern const std::span<const ResourceType> kEksResources;
extern const std::span<const Operation> kEksOperations;

}  // namespace opsim::eks

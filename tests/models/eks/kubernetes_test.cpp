#include "models/eks/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kClusterServices[] = {&kEks};

/// Three pods on three nodes, probed every five seconds.
struct KubernetesWorld : SmallWorld {
  explicit KubernetesWorld(const std::string& spec = "", const std::string& containers = "",
                           const std::string& more = "", const std::string& version = "1.31",
                           Seed seed = Seed{1})
      : SmallWorld{kClusterServices, seed} {
    make("AWS::EKS::Cluster", "Shop",
         {{"Name", "shop"}, {"RoleArn", "arn:role"}, {"Version", version}});
    make("AWS::EKS::Addon", "Observability",
         {{"ClusterName", "shop"}, {"AddonName", "amazon-cloudwatch-observability"}});
    make("AWS::EKS::Nodegroup", "Workers",
         {{"ClusterName", "shop"},
          {"NodegroupName", "workers"},
          {"NodeRole", "arn:role"},
          {"Subnets", Json::array()},
          {"ScalingConfig", {{"MinSize", 1}, {"DesiredSize", 3}, {"MaxSize", 4}}}});
    const std::string text = fmt::format(
        R"(
web:
  cluster: Shop
  containers: {{ {} }}
  manifests:
    - apiVersion: apps/v1
      kind: Deployment
      metadata: {{ name: web }}
      spec:
        replicas: 3
        {}
        selector: {{ matchLabels: {{ app: web }} }}
        template:
          metadata: {{ labels: {{ app: web }} }}
          spec:
            containers:
              - name: app
                image: web:1
                resources: {{ requests: {{ cpu: 250m, memory: 512Mi }}, limits: {{ memory: 512Mi }} }}
                livenessProbe: {{ httpGet: {{ path: /, port: 80 }}, periodSeconds: 5 }}
                readinessProbe: {{ httpGet: {{ path: /, port: 80 }}, periodSeconds: 5 }}
{})",
        containers.find("boots in") == std::string::npos
            ? std::string{"boots in: 3s"} + (containers.empty() ? "" : ", ") + containers
            : containers,
        spec, more);
    const Document document = read_yaml("scenario.yaml", text);
    kEks.sections[0].read(*cloud.model("eks"), cloud, document.root);
  }

  void fault(std::string_view name, const std::string& yaml, std::string_view on = "web") {
    const Document document = read_yaml("scenario.yaml", yaml);
    const Resource* resource = cloud.resources().find(on);
    for (const Fault& row : kEks.faults)
      if (row.name == name)
        return row.begin(
            *cloud.model("eks"),
            {cloud, document.root, cloud.members(resource->physical_id), "scenario.yaml:1", "1"});
    FAIL("no fault " << name);
  }
  [[nodiscard]] double sum(std::string_view quantity) {
    double total = 0;
    for (const std::string& pod : cloud.members("web"))
      total += cloud.read_quantity(pod, quantity).value_or(0);
    return total;
  }
  std::vector<std::string> of(std::string_view act) {
    std::vector<std::string> found;
    for (const JournalEntry& entry : journal.entries())
      if (entry.kind == EntryKind::resource && detail_text(entry, "act") == act)
        found.push_back(fmt::format("+{} {}", clock_text(entry.at - sim.start()), entry.text));
    return found;
  }
};

constexpr const char* kBudget = R"(    - apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: { name: web }
      spec: { minAvailable: 3, selector: { matchLabels: { app: web } } }
)";

}  // namespace

TEST_SUITE("eks: pods") {
  TEST_CASE("what a scenario says stands: three pods on three nodes") {
    KubernetesWorld world;
    CHECK(world.cloud.members("web").size() == 3);
    CHECK(world.sum("running") == 3);
    CHECK(world.cloud.unhealthy().empty());
    CHECK(world.must("eks", "DescribeCluster", {{"name", "shop"}})["cluster"]["status"] ==
          "ACTIVE");
    CHECK(world.refusal("eks", "DescribeCluster", {{"name", "other"}}) ==
          "ResourceNotFoundException");
    world.run_for(10min);
    CHECK(world.sum("restarts") == 0);
    CHECK(world.cloud.members("web").size() == 3);
  }

  TEST_CASE("a crash restarts the container in the same pod") {
    KubernetesWorld world;
    world.fault("crash pod", "{ on: web, hitting: one }");
    CHECK_FALSE(world.cloud.unhealthy().empty());
    world.run_for(2min);
    CHECK(world.sum("restarts") == 1);
    CHECK(world.cloud.members("web").size() == 3);
    CHECK(world.of("launched").empty());
    CHECK(world.cloud.unhealthy().empty());
  }

  TEST_CASE("CrashLoopBackOff: 10 s doubling to five minutes") {
    KubernetesWorld world{"", "boots in: 1s, crashes after: 1s"};
    world.run_for(1h);
    std::vector<std::string> of_one;
    for (const JournalEntry& entry : world.journal.entries())
      if (entry.subject == "web-1-00001" && detail_text(entry, "act") == "ended")
        of_one.push_back(entry.text.substr(entry.text.find("Error")));
    REQUIRE(of_one.size() > 8);
    CHECK(std::vector<std::string>(of_one.begin(), of_one.begin() + 8) ==
          std::vector<std::string>{"Error", "Error; back-off 10 s", "Error; back-off 20 s",
                                   "Error; back-off 40 s", "Error; back-off 1 min 20 s",
                                   "Error; back-off 2 min 40 s", "Error; back-off 5 min",
                                   "Error; back-off 5 min"});
  }

  TEST_CASE("a hang: readiness takes it out, liveness restarts it") {
    KubernetesWorld world;
    world.fault("hang pod", "{ on: web, hitting: one }");
    world.run_for(20s);  // three failures, five seconds apart, and the timeout
    CHECK(world.of("unhealthy").size() == 1);
    world.run_for(2min);
    CHECK(world.sum("restarts") == 1);
    CHECK(world.cloud.unhealthy().empty());
  }

  TEST_CASE("memory beyond its limit: OOMKilled, and a restart") {
    KubernetesWorld world{"", "memory: { from: 40 % }"};
    world.fault("leak pod memory", "{ at: 60 %/h, on: web, hitting: one }");
    world.run_for(59min);
    CHECK(world.sum("restarts") == 0);
    world.run_for(3min);
    CHECK(world.sum("restarts") == 1);
    CHECK(world.of("ended").front().find("137: OOMKilled") != std::string::npos);
    const auto series = world.cloud.metrics().find(
        {world.cloud.home(),
         "ContainerInsights",
         "pod_number_of_container_restarts",
         {{"ClusterName", "shop"}, {"Namespace", "default"}, {"PodName", "web"}}});
    REQUIRE(series.has_value());
    world.run_for(5min);
    const SimTime now = world.sim.now();
    CHECK(world.cloud.metrics().summary(*series, {now - 5min, now - 2min, now}).highest == 1);
  }

  TEST_CASE("a rollout restart replaces every pod, and never too few are ready") {
    KubernetesWorld world;
    world.cloud.change_quantity("web", "rollouts", {Change::How::by, 1});
    for (int i = 0; i < 300; ++i) {
      world.run_for(1s);
      REQUIRE(world.sum("reachable") >= 3);
    }
    CHECK(world.of("completed").size() == 1);
    CHECK(world.cloud.members("web").size() == 3);
    CHECK(world.cloud.unhealthy().empty());
    CHECK(*world.cloud.read_quantity("web", "pods-started") == 6);
  }

  TEST_CASE("a rollout that makes no progress says so and is not rolled back") {
    KubernetesWorld world{"progressDeadlineSeconds: 60", "starts: 0 %"};
    world.cloud.change_quantity("web", "rollouts", {Change::How::by, 1});
    world.run_for(1h);
    CHECK(world.of("stalled").size() == 1);
    CHECK(world.sum("running") == 3);
  }

  TEST_CASE("a pod that is deleted is replaced") {
    KubernetesWorld world;
    const std::string pod = world.cloud.members("web").front();
    world.cloud.change_quantity(pod, "running", {Change::How::to, 0});
    world.run_for(2min);
    CHECK(world.of("launched").size() == 1);
    CHECK(world.cloud.members("web").size() == 3);
    CHECK(world.cloud.unhealthy().empty());
  }

  TEST_CASE("a lost node: 40 s to NotReady, five minutes to new pods; 50 s from 1.32 on") {
    for (const auto& [version, grace] : {std::pair{"1.31", "0:00:40"}, {"1.32", "0:00:50"}}) {
      KubernetesWorld world{"", "", "", version};
      world.fault("lose node", "{ on: Workers, hitting: one }", "Workers");
      world.run_for(4min);
      CHECK(world.of("not ready") == std::vector{fmt::format("+{} NotReady", grace)});
      CHECK(world.sum("reachable") == 2);
      CHECK(world.of("launched").empty());
      world.run_for(26min);
      CHECK(world.of("launched").size() == 1);
      CHECK(world.sum("reachable") == 3);
      CHECK(world.cloud.unhealthy().empty());
    }
  }

  TEST_CASE("a drained node: at once without a budget, never below one that has") {
    KubernetesWorld free;
    free.fault("drain node", "{ on: Workers, hitting: one }", "Workers");
    free.run_for(5min);
    CHECK(free.of("launched").size() == 1);
    CHECK(free.cloud.unhealthy().empty());

    KubernetesWorld held{"", "", kBudget};
    held.fault("drain node", "{ on: Workers, hitting: one }", "Workers");
    held.run_for(1h);
    CHECK(held.of("launched").empty());
    CHECK(held.sum("reachable") == 3);
  }

  // Kubernetes documentation, "Images": ImagePullBackOff, up to 300 seconds.
  TEST_CASE("an image that cannot be pulled is tried again, ever more slowly") {
    KubernetesWorld world{"", "starts: 30 %, pulls in: 1s"};
    world.cloud.change_quantity("web", "rollouts", {Change::How::by, 1});
    world.run_for(1h);
    CHECK_FALSE(world.of("failed").empty());
    CHECK(world.of("completed").size() == 1);  // every pod has found its image in the end
    CHECK(world.sum("reachable") == 3);
  }

  // Kubernetes documentation, "Specifying a Disruption Budget": unhealthyPodEvictionPolicy.
  TEST_CASE("a pod that is not ready is evicted only where the others satisfy the budget") {
    for (const bool always : {false, true}) {
      CAPTURE(always);
      std::string budget = kBudget;
      if (always)
        budget.replace(budget.find("minAvailable: 3"), 15,
                       "minAvailable: 3, unhealthyPodEvictionPolicy: AlwaysAllow");
      KubernetesWorld world{"", "", budget};
      world.fault("fail pod probes", "{ on: web, hitting: all }");
      world.run_for(20s);  // not ready, and about to be restarted
      world.fault("drain node", "{ on: Workers, hitting: one }", "Workers");
      world.run_for(2s);
      CHECK(world.of("launched").size() == (always ? 1 : 0));
    }
  }

  // "Horizontal Pod Autoscaling"; cpu in per cent of the limit, of the request where there is none.
  TEST_CASE("an autoscaler follows the load of its pods: up at once, down after five minutes") {
    constexpr const char* kAutoscaler = R"(    - apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: { name: web }
      spec:
        scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
        minReplicas: 2
        maxReplicas: 5
        metrics:
          - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }
)";
    KubernetesWorld world{"", "cpu: { level: 48 % }", kAutoscaler};
    world.run_for(1h);
    CHECK(world.cloud.members("web").size() == 3);
    CHECK(world.of("autoscaled").empty());
    for (const std::string& pod : world.cloud.members("web"))
      world.cloud.change_quantity(pod, "cpu", {Change::How::to, 90});
    world.run_for(15s);
    CHECK(world.cloud.read_quantity("web", "replicas") == 5);  // 5.4 are wanted, 5 is the most
    CHECK(world.cloud.health("web") == Health::ok);            // what grows is well
    world.run_for(10min);
    CHECK(world.sum("reachable") == 5);
    for (const std::string& pod : world.cloud.members("web"))
      world.cloud.change_quantity(pod, "cpu", {Change::How::to, 10});
    world.run_for(4min);
    CHECK(world.cloud.read_quantity("web", "replicas") == 5);
    world.run_for(2min);
    CHECK(world.cloud.read_quantity("web", "replicas") == 2);
    CHECK(world.of("autoscaled").back().ends_with("autoscaler web: 5 -> 2 replicas"));
    // "the pod that was created more recently comes before the older pod": the first two stay, as
    // far as nodes with more pods do not come before.
    world.run_for(2min);
    CHECK(world.sum("reachable") == 2);
  }

  TEST_CASE("what is no manifest is told at its line") {
    const auto complaint = [](const std::string& spec, const std::string& more = "") {
      try {
        KubernetesWorld world{spec, "", more};
      } catch (const BadInput& bad) {
        return std::string{bad.what()};
      }
      return std::string{};
    };
    CHECK(complaint("strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }")
              .find("maxUnavailable may not be 0 when maxSurge is 0") != std::string::npos);
    CHECK(complaint("minReadySeconds: soon").find("minReadySeconds is \"soon\"") !=
          std::string::npos);
    CHECK(complaint("", "    - { metadata: { name: x } }\n").find("kind is missing") !=
          std::string::npos);
    CHECK(complaint("", "    - { kind: Service, metadata: { name: x } }\n").empty());
  }
}

}  // namespace opsim::tests

namespace opsim::tests {

// FIS User Guide, "Use the AWS FIS aws:eks:pod actions": pods by namespace and selector.
TEST_SUITE("eks: what experiments aim at") {
  TEST_CASE("pods are found by label, deployment and name") {
    KubernetesWorld world;
    world.run_for(5min);
    const auto found = [&](const char* type, const std::string& value, const char* space) {
      const auto told = world.cloud.inspect(world.cloud.home(), "eks", "InspectPods",
                                            {{"clusterIdentifier", "shop"},
                                             {"namespace", space},
                                             {"selectorType", type},
                                             {"selectorValue", value}});
      return told ? told->at("pods").size() : 99;
    };
    CHECK(found("labelSelector", "app=web", "default") == 3);
    CHECK(found("labelSelector", "app=api", "default") == 0);
    CHECK(found("deploymentName", "web", "default") == 3);
    CHECK(found("deploymentName", "web", "other") == 0);
  }

  TEST_CASE("what does not reach a pod is not answered; terminated nodes are replaced") {
    KubernetesWorld world;
    world.run_for(5min);
    const std::string pod = world.cloud.members("web").front();
    CHECK(world.cloud.change_quantity(pod, "connected", {Change::How::to, 0}));
    CHECK(world.cloud.health(pod) == Health::down);
    world.cloud.change_quantity(pod, "connected", {Change::How::to, 1});
    CHECK(world.cloud.health(pod) == Health::ok);
    const auto before = world.cloud.members("shop/workers");
    // 40 % of three nodes is one, rounded down.
    CHECK(world.cloud.change_quantity("shop/workers", "terminated", {Change::How::to, 40}));
    world.run_for(30min);
    const auto after = world.cloud.members("shop/workers");
    CHECK(after.size() == 3);
    int kept = 0;
    for (const std::string& node : after)
      kept += std::ranges::find(before, node) != before.end() ? 1 : 0;
    CHECK(kept == 2);
  }
}

}  // namespace opsim::tests

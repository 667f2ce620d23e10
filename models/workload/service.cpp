// The table by which workloads join the world.
#include "models/workload/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/workload/workload.hpp"
#include "models/workload/workload_shape.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

using workload::Workload;

Workload& workload_of(Model& model) { return static_cast<Workload&>(model); }

void read_section(Model& model, Cloud& /*cloud*/, const Node& section) {
  workload::read_workload(workload_of(model), section);
}

/// Something that no component knows serves now: a new task of a service that one is served by.
void newcomer(Workload& all, std::string_view resource) {
  const Resource* known = all.cloud.resources().find(resource);
  if (known == nullptr || known->owner.empty()) return;
  for (auto [at, end] = all.by_resource.equal_range(known->owner); at != end; ++at) {
    all.lives[at->second].newcomers.emplace_back(resource);
    all.changed();
  }
}

void health_changed(Model& model, std::string_view resource, Health /*health*/) {
  Workload& all = workload_of(model);
  if (all.lives.empty()) return;
  if (all.by_server.find(resource) == all.by_server.end()) newcomer(all, resource);
  workload::server_changed(all, resource);
  for (auto [at, end] = all.by_resource.equal_range(resource); at != end; ++at) {
    workload::look_at_cache(all, at->second);
    workload::look_at_members(all, at->second);
  }
}

void target_health_changed(Model& model, const TargetHealth& told) {
  if (told.target.empty()) return workload::names_changed(workload_of(model));  // Route 53
  workload::target_told(workload_of(model), told);
}

void call_ended(Model& model, const CallRecord& call) {
  Workload& all = workload_of(model);
  if (all.lives.empty() || call.read_only) return;
  if (call.service == "elbv2") workload::balancers_called(all, call.input);
  if (call.service == "route53") workload::names_changed(all);
  if (call.service == "arc-zonal-shift") workload::balancers_changed(all);
  if (call.service == "lambda" && call.operation != "Invoke") workload::functions_changed(all);
  if (call.service == "elasticache" && all.any_caches) {
    for (std::size_t i = 0; i < all.lives.size(); ++i) workload::look_at_cache(all, i);
    all.changed();
  }
  if (call.service == "dynamodb" && call.operation == "UpdateTable")
    for (std::size_t i = 0; i < all.lives.size(); ++i) workload::take_table(all, i);
}

/// ARN of the service that a task belongs to, or "".
std::string service_of_task(const Event& event) {
  const std::string group = input::text(event.detail, "group");
  const std::string cluster = input::text(event.detail, "clusterArn");
  const auto slash = cluster.rfind('/');
  if (!group.starts_with("service:") || slash == std::string::npos) return {};
  return arn(event.place, "ecs",
             "service/" + cluster.substr(slash + 1) + "/" + group.substr(group.find(':') + 1));
}

/// A deployment group has other instances now: told once for all that happens at an instant.
void deployments_changed(Workload& all) {
  bool any = false;
  for (workload::Live& live : all.lives) {
    if (live.type != "AWS::CodeDeploy::DeploymentGroup") continue;
    live.looks_again = any = true;
  }
  if (any) all.changed();
}

/// A group or a service has launched or lost a member: the event says of which.
void event_came(Model& model, const Event& event) {
  Workload& all = workload_of(model);
  if (all.lives.empty()) return;
  if (event.source == "aws.arc-zonal-shift") workload::balancers_changed(all);
  if (event.source == "aws.codedeploy" || event.source == "aws.autoscaling")
    deployments_changed(all);
  std::string of;
  if (event.source == "aws.autoscaling") of = input::text(event.detail, "AutoScalingGroupName");
  if (event.source == "aws.ecs" && event.detail_type == "ECS Task State Change")
    of = service_of_task(event);
  const std::string member =
      event.source == "aws.autoscaling" ? input::text(event.detail, "EC2InstanceId") : "";
  for (auto [at, end] = all.by_resource.equal_range(of); at != end; ++at)
    workload::look_at_member(all, at->second, member);
}

// ---- Quantities: what people and scripts read and put right --------------------------------

const std::size_t* component_named(Workload& all, std::string_view name) {
  const auto found = all.by_name.find(name);
  return found == all.by_name.end() ? nullptr : &found->second;
}

std::optional<double> read_errors(Model& model, std::string_view name, std::string_view /*part*/) {
  Workload& all = workload_of(model);
  const std::size_t* number = component_named(all, name);
  if (number == nullptr || *number >= all.flows.size()) return std::nullopt;
  return all.flows[*number].errors * 100;
}
std::optional<double> read_latency(Model& model, std::string_view name, std::string_view part) {
  Workload& all = workload_of(model);
  const std::size_t* number = component_named(all, name);
  if (number == nullptr || *number >= all.flows.size()) return std::nullopt;
  const workload::Spread& latency = all.flows[*number].latency;
  return part == "p99" ? latency.quantile(.99) : latency.mean;
}
std::optional<double> read_troubles(Model& model, std::string_view name,
                                    std::string_view /*part*/) {
  Workload& all = workload_of(model);
  const std::size_t* number = component_named(all, name);
  if (number == nullptr) return std::nullopt;
  return static_cast<double>(
      std::ranges::count(all.troubles, *number, &workload::Trouble::component));
}
/// To 0: whatever was put on the component is put right.
void change_troubles(Model& model, std::string_view name, std::string_view /*part*/,
                     Change change) {
  Workload& all = workload_of(model);
  const std::size_t* number = component_named(all, name);
  if (number == nullptr || change.how != Change::How::to || change.value > 0) return;
  std::erase_if(all.troubles, [&](auto& trouble) { return trouble.component == *number; });
  workload::look_at_members(all, *number);
}
std::optional<double> read_demand(Model& model, std::string_view name, std::string_view /*part*/) {
  Workload& all = workload_of(model);
  const std::size_t* number = component_named(all, name);
  return number == nullptr ? std::nullopt : std::optional{all.lives[*number].demand.factor * 100};
}
void change_demand(Model& model, std::string_view name, std::string_view /*part*/, Change change) {
  Workload& all = workload_of(model);
  const std::size_t* number = component_named(all, name);
  if (number == nullptr) return;
  double& factor = all.lives[*number].demand.factor;
  const double before = change.how == Change::How::by ? factor * 100 : 0;
  factor = std::clamp((before + change.value) / 100, 0.0, 1e4);
  all.changed();
}

// ---- InspectWorkload: no operation of AWS. What users got until now, for goals ---------------

ApiResult<Json> inspect_workload(Workload& all, const Request& request) {
  const std::string wanted = input::text(request.input, "Component");
  workload::count(all);
  Json components = Json::array();
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    const workload::Live& live = all.lives[i];
    const std::string& name = all.system.components[i].name;
    if (wanted.empty() ? !live.has_users : wanted != name) continue;
    components.push_back({{"Component", name},
                          {"Requests", live.counted.requests},
                          {"Failed", live.counted.failed},
                          {"HurtSeconds", live.counted.hurt_seconds}});
  }
  return Json{{"Components", std::move(components)}};
}

constexpr Operation kOperations[] = {
    {"InspectWorkload", Access::read, immediate<Workload, inspect_workload>}};

constexpr std::string_view kComponentType = "Workload::Component";
void change_settings(Model& model, const PhysicsRequest& request) {
  workload::change_component(workload_of(model), request);
}
const Physics kPhysics[] = {{kComponentType, &workload::kComponentShape, change_settings}};

constexpr std::string_view kFunction = "AWS::Lambda::Function";
constexpr std::string_view kInstance = "AWS::EC2::Instance";
constexpr std::string_view kPod = "Kubernetes::Pod";
constexpr std::string_view kSubnet = "AWS::EC2::Subnet";
constexpr std::string_view kTask = "AWS::ECS::Task";
constexpr PhysicalQuantity kQuantities[] = {
    {kInstance, "network latency", "ms", workload::read_delay, workload::change_delay},
    {kInstance, "packet loss", "%", workload::read_loss, workload::change_loss},
    {kSubnet, "region links", "", workload::read_region_links, workload::change_region_links},
    {kSubnet, "zone links", "", workload::read_zone_links, workload::change_zone_links},
    {kTask, "network latency", "ms", workload::read_delay, workload::change_delay},
    {kTask, "packet loss", "%", workload::read_loss, workload::change_loss},
    {kFunction, "added delay", "ms", workload::read_delay, workload::change_delay},
    {kFunction, "failing invocations", "%", workload::read_failing, workload::change_failing},
    {kPod, "network latency", "ms", workload::read_delay, workload::change_delay},
    {kPod, "packet loss", "%", workload::read_loss, workload::change_loss},
    {kComponentType, "demand", "%", read_demand, change_demand},
    {kComponentType, "errors", "%", read_errors, nullptr},
    {kComponentType, "latency", "s", read_latency, nullptr},
    {kComponentType, "troubles", "", read_troubles, change_troubles},
};
const Section kSections[] = {{"workload", &workload::kWorkloadShape, read_section}};

/// Where some put metrics by hand, what put none is seen by no alarm on those.
std::vector<std::string> explain(Model& model, std::string_view subject) {
  Workload& all = workload_of(model);
  const std::size_t* const number = component_named(all, subject);
  if (number == nullptr || !all.lives[*number].instrumented.empty()) return {};
  std::string others;
  for (std::size_t i = 0; i < all.lives.size(); ++i)
    if (!all.lives[i].instrumented.empty())
      others += (others.empty() ? "" : ", ") + all.system.components[i].name;
  if (others.empty()) return {};
  return {
      fmt::format("Its code puts no metrics of its own; only that of {} does. An alarm on such "
                  "metrics of {} never has data.",
                  others, subject)};
}

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "queueing latency (M/M/c; Allen-Cunneen where service is not exponential)"},
    {Grade::simulated, "retries with budgets and breakers, timeouts, backlogs, retry storms"},
    {Grade::simulated, "metrics of load balancers, functions, databases and members from load",
     "load-balancer-cloudwatch-metrics"},
    {Grade::simulated, "slow and lossy networks of members, partitions between zones and Regions"},
    {Grade::simulated,
     "caches: hits and misses follow from lookups since a shard or node was empty",
     "ElastiCache User Guide, Caching strategies"},
    {Grade::simplified, "what is popular in a cache follows Zipf's law; nothing expires there",
     "Breslau et al., INFOCOM 1999"},
    {Grade::simplified, "a lost packet is sent again after 200 ms, one packet an exchange",
     "RFC 6298; Linux TCP_RTO_MIN"},
    {Grade::simulated, "clients that go where Route 53 answers, for the TTL of its records"},
    {Grade::simplified,
     "requests are a flow; retries come at once, or spread around a backoff of a second or more"},
    {Grade::simplified, "latency is known by its mean and variance (a gamma distribution)"},
    {Grade::simplified, "members get equal shares, or their zones do"},
    {Grade::absent, "requests by path or customer, sessions, connection set-up, payloads"},
};

}  // namespace

extern const Service kWorkload{
    .name = "workload",
    .title = "Workload",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Workload>(cloud);
    },
    .operations = kOperations,
    .physics = kPhysics,
    .quantities = kQuantities,
    .faults = workload::kWorkloadFaults,
    .sections = kSections,
    .fidelity = kFidelity,
    .on_event = event_came,
    .on_call = call_ended,
    .on_health = health_changed,
    .on_target_health = target_health_changed,
    .explain = explain,
};

}  // namespace opsim

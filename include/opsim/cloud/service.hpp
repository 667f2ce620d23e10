#pragma once
/// The table by which a service joins the world. A new service is a folder under models/ with one
/// `const Service` and one line in models/catalog.cpp; nothing else changes.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/event.hpp"
#include "opsim/cloud/health.hpp"
#include "opsim/cloud/resources.hpp"
#include "opsim/document/node.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim {

/// The state of one service in one world, over all accounts and Regions. Derived classes keep typed
/// state; handlers get it back through immediate<>, waiting<> and their like below.
class Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;
};

// ---- API operations ------------------------------------------------------------------------

enum class Access : std::uint8_t { read, write };

/// How long a call takes and how often it may be made. Zero tokens: never throttled.
struct CallPhysics {
  Duration typical = std::chrono::milliseconds{40};  // median; p99 is four times that (estimate)
  double tokens_per_second = 0;                      // per account, Region and operation
  double bucket = 0;                                 // burst
};

struct Operation {
  std::string_view name;
  Access access = Access::write;
  ApiResult<Json> (*now)(Model&, const Request&) = nullptr;      // most operations
  Process<ApiResult<Json>> (*later)(Model&, Request) = nullptr;  // one that waits
  CallPhysics physics = {};
  std::string_view not_simulated = {};  // why, for a row that only names the operation
};

template <class M, ApiResult<Json> (*Handle)(M&, const Request&)>
ApiResult<Json> immediate(Model& model, const Request& request) {
  return Handle(static_cast<M&>(model), request);
}
template <class M, Process<ApiResult<Json>> (*Handle)(M&, Request)>
Process<ApiResult<Json>> waiting(Model& model, Request request) {
  return Handle(static_cast<M&>(model), request);
}

// ---- CloudFormation resource types ---------------------------------------------------------

/// A resource of a template with every intrinsic function resolved.
struct ResourceRequest {
  Cloud& cloud;
  Place place;
  std::string stack;
  std::string logical_id;
  std::string_view type;
  const Json& properties;
  const Json& resource;  // the whole resource: Metadata, CreationPolicy, UpdatePolicy, ...
  std::string source;    // "stack.yaml:34"
  Node text;             // the resource as written, for positions
};

struct Created {
  std::string physical_id{};         // what Ref gives
  std::string arn{};                 // "" where the type has none
  Json attributes = Json::object();  // what Fn::GetAtt gives
};

struct ResourceType {
  std::string_view type;
  ApiResult<Created> (*create)(Model&, const ResourceRequest&) = nullptr;
  /// Known properties. One that is not in it is kept and listed as not simulated.
  const Shape* properties = nullptr;
  std::string_view not_simulated = {};  // why, for a row that only names the type
};

template <class M, ApiResult<Created> (*Handle)(M&, const ResourceRequest&)>
ApiResult<Created> create(Model& model, const ResourceRequest& request) {
  return Handle(static_cast<M&>(model), request);
}

// ---- Things that take deliveries ------------------------------------------------------------

/// What a rule, an alarm, a topic or a response plan hands to an ARN.
struct Delivery {
  Caller caller{};  // the role or service that delivers
  Arn target{};
  std::string text{};  // the payload, exactly: an event, a transformed input, a message
  Json parameters{};   // the target's own settings (RunCommandParameters, ...), or null
  std::string from{};  // ARN of the rule, alarm, topic or plan
};

struct DeliveryTarget {
  std::string_view
      service;  // the ARN's service: "ssm", "sns", "ssm-incidents", "automate", "person"
  std::string_view resource;  // a prefix of the ARN's resource: "automation-definition/", or ""
  Process<ApiResult<Json>> (*deliver)(Model&, Delivery) = nullptr;
};

template <class M, Process<ApiResult<Json>> (*Handle)(M&, Delivery)>
Process<ApiResult<Json>> deliver(Model& model, Delivery delivery) {
  return Handle(static_cast<M&>(model), std::move(delivery));
}

// ---- Physics: what CloudFormation cannot say ------------------------------------------------

/// Settings under `physics:` for a resource of a type: `WebFleet: { disk: { from: 60 % } }`.
/// Read when the world is laid out, before time starts and after the stacks stand.
struct PhysicsRequest {
  Cloud& cloud;
  std::string_view name;     // as written: "WebFleet", "CleanUp/clean"
  std::string_view part;     // after the slash: "clean", or ""
  const Resource* resource;  // null where `name` is a type or a document that no stack made
  Node values;               // a mapping, already checked against the shape
};
struct Physics {
  std::string_view of;  // resource type: "AWS::EC2::Instance"; "type/part" when it takes a part
  const Shape* shape = nullptr;
  void (*apply)(Model&, const PhysicsRequest&) = nullptr;
};

/// A number that physics, scripts and people can read and change: an instance's disk, in per cent.
/// `resource` is a physical id of a resource of type `of`.
struct Change {
  enum class How : std::uint8_t { to, by } how = How::to;
  double value = 0;
};
struct PhysicalQuantity {
  std::string_view of;    // "AWS::EC2::Instance"
  std::string_view name;  // "disk", "memory", "process nginx" is name "process" with part "nginx"
  std::string_view unit;  // "%"
  std::optional<double> (*read)(Model&, std::string_view resource, std::string_view part) = nullptr;
  void (*change)(Model&, std::string_view resource, std::string_view part, Change) = nullptr;
};

/// A type whose resources stand for others: a group for its instances.
struct Membership {
  std::string_view of;  // "AWS::AutoScaling::AutoScalingGroup"
  std::vector<std::string> (*members)(Model&, std::string_view resource) = nullptr;
};

/// Something a timeline can break: `surge disk growth to 40 %/h on WebFleet for 10min`. The fields
/// of the shape are the prepositions of the sentence (to, on, for) and the keys of the mapping
/// form.
struct FaultRequest {
  Cloud& cloud;
  Node arguments;                    // a mapping, already checked against the shape
  std::vector<std::string> targets;  // physical ids behind the field "on", groups resolved
  std::string source;                // "scenario.yaml:21"
  std::string luck = {};             // begins the names of the random streams of this line
};
struct Fault {
  std::string_view name;  // "surge disk growth"
  const Shape* shape = nullptr;
  void (*begin)(Model&, const FaultRequest&) = nullptr;
};

/// A top-level key of a scenario file that this model owns: `people:`.
struct Section {
  std::string_view name;
  const Shape* shape = nullptr;
  void (*read)(Model&, Cloud&, const Node&) = nullptr;
};

// ---- The table ------------------------------------------------------------------------------

/// What is simulated, simplified and absent, as `opsim services` prints it. `source` is a page.
struct FidelityNote {
  enum class Grade : std::uint8_t { simulated, simplified, absent } grade;
  std::string_view what;
  std::string_view source = {};
};

struct Service {
  std::string_view name;   // one per table: "ssm", "cloudwatch"; a piece of the world: "people"
  std::string_view title;  // "AWS Systems Manager"
  /// Whose API the operations belong to where that is not `name`: the tables "ssm" and "opscenter"
  /// both serve the endpoint "ssm".
  std::string_view endpoint = {};
  std::unique_ptr<Model> (*make)(Cloud&) = nullptr;
  std::span<const Operation> operations = {};    // sorted by name
  std::span<const ResourceType> resources = {};  // sorted by type
  std::span<const DeliveryTarget> targets = {};
  std::span<const Physics> physics = {};
  std::span<const PhysicalQuantity> quantities = {};
  std::span<const Membership> memberships = {};
  std::span<const Fault> faults = {};
  std::span<const Section> sections = {};
  std::span<const FidelityNote> fidelity = {};
  /// Every event on any bus passes here once (the router of models/events).
  void (*on_event)(Model&, const Event&) = nullptr;
  /// Every finished call passes here (models/cloudtrail).
  void (*on_call)(Model&, const CallRecord&) = nullptr;
  /// Asked before a call; an error is the answer (models/iam).
  std::optional<ApiError> (*authorize)(Model&, const Request&) = nullptr;
  /// A resource's health has just changed (Cloud::set_health): an instance, a task, a database.
  void (*on_health)(Model&, std::string_view resource, Health) = nullptr;
  /// A load balancer thinks otherwise of a target now (Cloud::tell_target_health).
  void (*on_target_health)(Model&, const TargetHealth&) = nullptr;
  /// Why `subject` did not do what it might have done; empty when this model does not know it.
  std::vector<std::string> (*explain)(Model&, std::string_view subject) = nullptr;
};

/// "ssm" for the tables "ssm" and "opscenter": what boto3, ARNs and IAM actions call the service.
[[nodiscard]] constexpr std::string_view endpoint_of(const Service& service) {
  return service.endpoint.empty() ? service.name : service.endpoint;
}

/// All services of a build, in a fixed order. Borrowed: the tables are constants.
using Catalog = std::span<const Service* const>;

/// The row behind boto3's, the API's or a runbook's spelling of an operation; `row` is null where
/// there is none, and `unknown` says why, with the nearest known name.
struct OperationFound {
  const Service* table = nullptr;
  const Operation* row = nullptr;
  ApiError unknown{};
};
[[nodiscard]] OperationFound find_operation(Catalog catalog, std::string_view endpoint,
                                            std::string_view name);
/// "start_automation_execution", "startAutomationExecution" and "StartAutomationExecution" are one.
[[nodiscard]] bool same_operation(std::string_view known, std::string_view written);
[[nodiscard]] constexpr bool is_simulated(const Operation& row) {
  return row.now != nullptr || row.later != nullptr;
}

}  // namespace opsim

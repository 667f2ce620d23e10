#pragma once
/// AWS Config: what is recorded of resources, rules and what they found, and what remedies it.
/// AWS: Config Developer Guide, "How AWS Config works", "Evaluating resources with AWS Config
/// rules", "Remediating noncompliant resources"; API Reference.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::config {

struct ManagedRule;

/// A resource as Config names it.
struct ResourceKey {
  std::string type;  // "AWS::S3::Bucket"
  std::string id;
  auto operator<=>(const ResourceKey&) const = default;
};

// ---- What is recorded ------------------------------------------------------------------------

struct Item {
  SimTime captured{};
  std::int64_t state = 0;
  Json configuration;
};
struct Recorded {
  std::deque<Item> items;  // oldest first; the newest 100 are kept
  bool pending = false;    // a change waits to be recorded
};

/// "You can have only one customer managed configuration recorder for each account for each AWS
/// Region."
struct Recorder {
  Json given;              // as it was put, in the API's words
  bool recording = false;  // StartConfigurationRecorder
  bool implied = false;    // a template's rules were there before it: somebody else's records
  std::map<ResourceKey, Recorded> resources{};
};

// ---- Rules -----------------------------------------------------------------------------------

struct Finding {
  std::string type;        // "AWS::S3::Bucket"
  std::string compliance;  // COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE
  std::string annotation;
  SimTime found{};  // by the latest evaluation
  SimTime since{};  // it has been so
};

/// Defaults: API Reference: five attempts within 60 seconds; SsmControls: 10 % side by side.
struct Remediation {
  std::string document;  // TargetId
  std::string version;   // TargetVersion
  std::string type;      // ResourceType
  Json parameters;       // as given
  bool automatic = false;
  std::int64_t most_attempts = 5;
  std::chrono::seconds within{60};
  std::int64_t concurrent_percent = 10;
};

/// What remedies one resource now.
struct Attempt {
  std::string execution{};  // AutomationExecutionId
  std::int64_t number = 0;
  std::string state{};  // QUEUED, IN_PROGRESS, SUCCEEDED, FAILED
  std::string error{};
  SimTime first{};  // of these attempts
  SimTime last{};
};

/// A resource that is not remedied by itself.
struct Exception {
  std::string type;
  std::string message;
  std::optional<SimTime> until;
};

struct Rule {
  std::string name;
  std::string arn;
  std::string id;
  Place place;
  Json given;                               // as it was put
  std::string made_by;                      // a conformance pack's service, or ""
  const ManagedRule* managed = nullptr;     // null: found by scenarios and calls
  std::uint64_t version = 0;                // of what was put: a timer of an older one is void
  std::map<std::string, Finding> findings;  // by resource id
  std::optional<Remediation> remediation;
  std::map<std::string, Attempt> attempts;      // by resource id
  std::map<std::string, Exception> exceptions;  // by resource id
};

/// What rules of many accounts and Regions found, in one place.
struct Aggregator {
  std::string name;
  std::string arn;
  Place place;
  Json given;  // as it was put
};

struct Pack {
  std::string name;
  std::string arn;
  std::string id;  // "conformance-pack-00000001"
  Place place;
  Json given;                     // as it was put
  std::string state;              // CREATE_IN_PROGRESS, CREATE_COMPLETE, CREATE_FAILED
  std::string reason;             // of the state
  std::string organization_pack;  // whose it is, or ""
  std::string source;             // "stack.yaml:34", or ""
  std::vector<std::string> rules;
  SimTime updated{};
};

struct OrganizationPack {
  std::string name;
  std::string arn;
  std::string id;
  Place place;
  Json given;
  std::string source;
  std::map<std::string, std::string> members;  // state, by account
};

class Config : public Model {
 public:
  explicit Config(Cloud& world);

  Cloud& cloud;
  std::map<Place, Recorder> recorders;
  std::map<std::pair<Place, std::string>, Aggregator> aggregators;  // by name
  std::map<Place, Json> channels;                                   // delivery channels
  std::map<std::pair<Place, std::string>, Rule> rules;              // by name
  std::map<std::pair<Place, std::string>, Pack> packs;              // by name
  std::map<std::pair<Place, std::string>, OrganizationPack> organization_packs;
  std::map<std::string, std::size_t> told;  // findings of a rule in other accounts
  Distribution records_in;                  // physics: from a change to its item
  Distribution evaluates_in;                // ... and from there to a finding

  [[nodiscard]] Rule* find(const Place& place, const std::string& name);
  /// That of a place which records this type now, or null.
  [[nodiscard]] Recorder* recording(const Place& place, std::string_view type);
};

// ---- recorder.cpp ----------------------------------------------------------------------------
/// A call changed something: it is recorded some time later, then rules look at it.
void on_call(Model& model, const CallRecord& call);
/// DAILY or CONTINUOUS, for this type.
[[nodiscard]] std::string recording_frequency(const Recorder& recorder, std::string_view type);

// ---- evaluation.cpp --------------------------------------------------------------------------
/// A rule was put: it is compared with what is there, and its timer starts.
void begin_evaluations(Config& config, Rule& rule);
/// Every rule that is triggered by changes of such a resource looks at it.
void evaluate_change(Config& config, const Place& place, const ResourceKey& resource);
/// The rule looks at all resources of its scope.
void evaluate_all(Config& config, Rule& rule);

// ---- rules.cpp -------------------------------------------------------------------------------
ApiError no_such_rule(std::string_view name);
ApiResult<Rule*> put_rule(Config& config, const Place& place, const Json& given);
/// Tells a change of compliance, and remedies it where the rule does that by itself.
void find(Config& config, Rule& rule, const std::string& resource, Finding finding);

// ---- remediation.cpp -------------------------------------------------------------------------
std::optional<Remediation> read_remediation(const Json& given);
/// Has the resource remedied, at once or when those before it are done.
void ask_for_remedy(Config& config, Rule& rule, const std::string& resource);
/// An automation has ended: the resource is compliant, or it is tried again.
void on_event(Model& model, const Event& event);
[[nodiscard]] bool is_excepted(Config& config, Rule& rule, const std::string& resource);

// ---- Operations ----
ApiResult<Json> delete_config_rule(Config& config, const Request& request);
ApiResult<Json> describe_compliance(Config& config, const Request& request);
ApiResult<Json> describe_config_rules(Config& config, const Request& request);
ApiResult<Json> get_compliance_details(Config& config, const Request& request);
ApiResult<Json> get_compliance_by_resource(Config& config, const Request& request);
ApiResult<Json> put_config_rule(Config& config, const Request& request);
ApiResult<Json> put_external_evaluation(Config& config, const Request& request);
ApiResult<Json> start_evaluation(Config& config, const Request& request);

ApiResult<Json> delete_recorder(Config& config, const Request& request);
ApiResult<Json> describe_recorder_status(Config& config, const Request& request);
ApiResult<Json> describe_recorders(Config& config, const Request& request);
ApiResult<Json> describe_delivery_channels(Config& config, const Request& request);
ApiResult<Json> get_history(Config& config, const Request& request);
ApiResult<Json> put_delivery_channel(Config& config, const Request& request);
ApiResult<Json> put_recorder(Config& config, const Request& request);
ApiResult<Json> start_recorder(Config& config, const Request& request);
ApiResult<Json> stop_recorder(Config& config, const Request& request);

ApiResult<Json> delete_remediation_configuration(Config& config, const Request& request);
ApiResult<Json> delete_remediation_exceptions(Config& config, const Request& request);
ApiResult<Json> describe_remediation_configurations(Config& config, const Request& request);
ApiResult<Json> describe_remediation_exceptions(Config& config, const Request& request);
ApiResult<Json> describe_remediation_status(Config& config, const Request& request);
ApiResult<Json> put_remediation_configurations(Config& config, const Request& request);
ApiResult<Json> put_remediation_exceptions(Config& config, const Request& request);
ApiResult<Json> start_remediation_execution(Config& config, const Request& request);

/// Of a rule as a whole: NON_COMPLIANT where one resource is.
[[nodiscard]] std::string compliance_of(const Rule& rule);
/// The rule that a request's ConfigRuleName names.
ApiResult<Rule*> asked_for(Config& config, const Request& request);
/// Those that ConfigRuleNames names, or all of the place.
ApiResult<std::vector<Rule*>> chosen(Config& config, const Request& request);

// ---- Resources, physics, faults ----
ApiResult<Created> create_channel(Config& config, const ResourceRequest& request);
ApiResult<Created> create_recorder(Config& config, const ResourceRequest& request);
ApiResult<Created> create_remediation(Config& config, const ResourceRequest& request);
ApiResult<Created> create_rule(Config& config, const ResourceRequest& request);
extern const Shape kBreakShape;
extern const Shape kRecorderPhysics;
void apply_recorder_physics(Model& model, const PhysicsRequest& request);
void begin_break(Model& model, const FaultRequest& request);

[[nodiscard]] std::string second_moment(SimTime time);
[[nodiscard]] std::string precise_moment(SimTime time);

}  // namespace opsim::config

#pragma once
/// AWS Config: rules, what they found of which resource, and what remedies it. Rules evaluate
/// nothing by themselves here: a scenario or a call says what is found.
/// AWS: Config Developer Guide, "Evaluating resources with AWS Config rules", "Remediating
/// noncompliant resources"; API Reference, RemediationConfiguration.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::config {

struct Finding {
  std::string type;        // "AWS::S3::Bucket"
  std::string compliance;  // COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE
  std::string annotation;
  SimTime found{};
};

/// Defaults: API Reference: five attempts, 60 seconds apart.
struct Remediation {
  std::string document;  // TargetId
  Json parameters;       // as given
  bool automatic = false;
  std::int64_t most_attempts = 5;
  std::chrono::seconds retry{60};
};

/// What remedies one resource now.
struct Attempt {
  std::string execution;  // AutomationExecutionId
  std::int64_t number = 0;
  std::string state;  // QUEUED, IN_PROGRESS, SUCCEEDED, FAILED
};

struct Rule {
  std::string name;
  std::string arn;
  std::string id;
  Place place;
  Json given;                               // as it was put
  std::map<std::string, Finding> findings;  // by resource id
  std::optional<Remediation> remediation;
  std::map<std::string, Attempt> attempts;  // by resource id
};

class Config : public Model {
 public:
  explicit Config(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Rule> rules;  // by name

  [[nodiscard]] Rule* find(const Place& place, const std::string& name);
};

ApiError no_such_rule(std::string_view name);
ApiResult<Rule*> put_rule(Config& config, const Place& place, const Json& given);
std::optional<Remediation> read_remediation(const Json& given);
/// Tells a change of compliance, and remedies it where the rule does that by itself.
void find(Config& config, Rule& rule, const std::string& resource, Finding finding);
/// Starts the automation for one resource.
Process<> remedy(Config& config, Place place, std::string rule, std::string resource);
/// An automation has ended: the resource is compliant, or it is tried again.
void on_event(Model& model, const Event& event);

// ---- Operations ----
ApiResult<Json> delete_config_rule(Config& config, const Request& request);
ApiResult<Json> describe_compliance(Config& config, const Request& request);
ApiResult<Json> describe_config_rules(Config& config, const Request& request);
ApiResult<Json> describe_remediation_configurations(Config& config, const Request& request);
ApiResult<Json> describe_remediation_status(Config& config, const Request& request);
ApiResult<Json> get_compliance_details(Config& config, const Request& request);
ApiResult<Json> put_config_rule(Config& config, const Request& request);
ApiResult<Json> put_external_evaluation(Config& config, const Request& request);
ApiResult<Json> put_remediation_configurations(Config& config, const Request& request);
ApiResult<Json> start_remediation_execution(Config& config, const Request& request);

// ---- Resources, faults ----
ApiResult<Created> create_remediation(Config& config, const ResourceRequest& request);
ApiResult<Created> create_rule(Config& config, const ResourceRequest& request);
extern const Shape kBreakShape;
void begin_break(Model& model, const FaultRequest& request);

}  // namespace opsim::config

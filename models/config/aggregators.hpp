#pragma once
/// Aggregators: what rules of many accounts and Regions found, in one place; and people who work
/// through it by hand.
/// AWS: Config Developer Guide, "Multi-Account Multi-Region Data Aggregation for AWS Config".
#include "models/config/config.hpp"

namespace opsim::config {

/// The rules of every source account and Region, in the order of their places.
[[nodiscard]] std::vector<Rule*> rules_seen_by(Config& config, const Aggregator& aggregator);

/// The accounts that it sees, the managing one left out; sorted.
[[nodiscard]] std::vector<std::string> member_accounts(Config& config,
                                                       const Aggregator& aggregator);

ApiResult<Json> delete_aggregator(Config& config, const Request& request);
ApiResult<Json> describe_aggregate_compliance(Config& config, const Request& request);
ApiResult<Json> describe_aggregators(Config& config, const Request& request);
ApiResult<Json> get_aggregate_details(Config& config, const Request& request);
ApiResult<Json> get_aggregate_summary(Config& config, const Request& request);
ApiResult<Json> put_aggregator(Config& config, const Request& request);
ApiResult<Created> create_aggregator(Config& config, const ResourceRequest& request);

/// `noncompliant`: how many findings stand; `accounts with RULE`: the share of the accounts that
/// have such a rule, in per cent; `total QUANTITY`: of all resources in them.
std::optional<double> read_noncompliant(Model& model, std::string_view name, std::string_view part);
std::optional<double> read_accounts_with(Model& model, std::string_view name,
                                         std::string_view part);
std::optional<double> read_total(Model& model, std::string_view name, std::string_view part);

/// What is recorded of the accounts that it sees, the managing one's left out.
std::vector<std::string> resources_seen_by(Model& model, std::string_view name);

// ---- explain.cpp -----------------------------------------------------------------------------
std::vector<std::string> explain(Model& model, std::string_view subject);

// ---- hand_work.cpp ---------------------------------------------------------------------------
extern const Shape kAggregatorPhysics;
void apply_aggregator_physics(Model& model, const PhysicsRequest& request);

}  // namespace opsim::config

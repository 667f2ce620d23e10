// AWS: Config Developer Guide, "Multi-Account Multi-Region Data Aggregation for AWS Config"; API
// Reference, PutConfigurationAggregator, DescribeAggregateComplianceByConfigRules, ...
// SIMPLIFIED: an aggregator sees what its sources know now; source accounts need no authorization.
#include "models/config/aggregators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/config/recorded_types.hpp"

namespace opsim::config {

namespace {

/// Active accounts of the organization, the managing one too; or those that are listed.
std::vector<std::string> accounts_of(Config& config, const Aggregator& aggregator) {
  const Json& whole = input::member(aggregator.given, "OrganizationAggregationSource");
  std::set<std::string> accounts;
  if (whole.is_object()) {
    accounts.insert(config.cloud.home().account);
    const ApiResult<Json> listed =
        config.cloud.inspect(config.cloud.home(), "organizations", "ListAccounts", Json::object());
    if (listed)
      for (const Json& account : input::member(*listed, "Accounts"))
        if (input::text(account, "Status") == "ACTIVE") accounts.insert(input::text(account, "Id"));
  }
  const Json& sources = input::member(aggregator.given, "AccountAggregationSources");
  if (sources.is_array())
    for (const Json& source : sources)
      for (std::string& id : input::texts(source, "AccountIds")) accounts.insert(std::move(id));
  return {accounts.begin(), accounts.end()};
}

bool sees_region(const Aggregator& aggregator, const std::string& region) {
  const auto names = [&](const Json& source) {
    if (!source.is_object()) return false;
    if (input::boolean(source, "AllAwsRegions").value_or(false)) return true;
    const auto regions = input::texts(source, "AwsRegions");
    return std::ranges::find(regions, region) != regions.end();
  };
  const Json& sources = input::member(aggregator.given, "AccountAggregationSources");
  return names(input::member(aggregator.given, "OrganizationAggregationSource")) ||
         (sources.is_array() && std::ranges::any_of(sources, names));
}

Aggregator* aggregator_of(Config& config, const Place& place, const std::string& name) {
  const auto found = config.aggregators.find({place, name});
  return found == config.aggregators.end() ? nullptr : &found->second;
}

ApiError no_aggregator() {
  return {"NoSuchConfigurationAggregatorException", "The configuration aggregator does not exist."};
}

ApiResult<Aggregator*> asked_aggregator(Config& config, const Request& request) {
  Aggregator* found = aggregator_of(config, request.place(),
                                    input::text(request.input, "ConfigurationAggregatorName"));
  if (found == nullptr) return no_aggregator();
  return found;
}

ApiResult<Aggregator*> put_sources(Config& config, const Place& place, const Json& given) {
  const std::string name = input::text(given, "ConfigurationAggregatorName");
  if (name.empty()) return ApiError{"InvalidParameterValueException", "An aggregator needs a name"};
  const bool whole = input::member(given, "OrganizationAggregationSource").is_object();
  const bool listed = input::member(given, "AccountAggregationSources").is_array();
  if (whole == listed)
    return ApiError{"InvalidParameterValueException",
                    "Either AccountAggregationSources or OrganizationAggregationSource is needed, "
                    "and not both"};
  Aggregator& aggregator = config.aggregators[{place, name}];
  if (aggregator.arn.empty()) {
    aggregator.arn =
        arn(place, "config", "config-aggregator/" + config.cloud.next_id("config-aggregator-"));
    aggregator.place = place;
    aggregator.name = name;
  }
  aggregator.given = given;
  return &aggregator;
}

Json json_of(const Aggregator& aggregator) {
  Json shown = aggregator.given;
  shown["ConfigurationAggregatorArn"] = aggregator.arn;
  return shown;
}

}  // namespace

std::vector<std::string> member_accounts(Config& config, const Aggregator& aggregator) {
  std::vector<std::string> accounts = accounts_of(config, aggregator);
  std::erase(accounts, config.cloud.home().account);
  return accounts;
}

std::vector<Rule*> rules_seen_by(Config& config, const Aggregator& aggregator) {
  const std::vector<std::string> accounts = accounts_of(config, aggregator);
  std::vector<Rule*> seen;
  for (auto& [key, rule] : config.rules)
    if (std::ranges::binary_search(accounts, rule.place.account) &&
        sees_region(aggregator, rule.place.region))
      seen.push_back(&rule);
  return seen;
}

ApiResult<Json> put_aggregator(Config& config, const Request& request) {
  const ApiResult<Aggregator*> made = put_sources(config, request.place(), request.input);
  if (!made) return made.error();
  return Json{{"ConfigurationAggregator", json_of(**made)}};
}

ApiResult<Json> delete_aggregator(Config& config, const Request& request) {
  const ApiResult<Aggregator*> found = asked_aggregator(config, request);
  if (!found) return found.error();
  config.aggregators.erase({request.place(), std::string{(*found)->name}});
  return Json::object();
}

ApiResult<Json> describe_aggregators(Config& config, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, aggregator] : config.aggregators)
    if (key.first == request.place()) list.push_back(json_of(aggregator));
  return Json{{"ConfigurationAggregators", list}};
}

ApiResult<Json> describe_aggregate_compliance(Config& config, const Request& request) {
  const ApiResult<Aggregator*> found = asked_aggregator(config, request);
  if (!found) return found.error();
  const Json& filters = input::member(request.input, "Filters");
  const std::string only = input::text(filters, "ComplianceType");
  const std::string named = input::text(filters, "ConfigRuleName");
  const std::string account = input::text(filters, "AccountId");
  Json list = Json::array();
  for (const Rule* rule : rules_seen_by(config, **found)) {
    const std::string compliance = compliance_of(*rule);
    if ((!only.empty() && only != compliance) || (!named.empty() && named != rule->name) ||
        (!account.empty() && account != rule->place.account))
      continue;
    list.push_back({{"ConfigRuleName", rule->name},
                    {"Compliance", {{"ComplianceType", compliance}}},
                    {"AccountId", rule->place.account},
                    {"AwsRegion", rule->place.region}});
  }
  return Json{{"AggregateComplianceByConfigRules", list}};
}

ApiResult<Json> get_aggregate_details(Config& config, const Request& request) {
  const ApiResult<Aggregator*> found = asked_aggregator(config, request);
  if (!found) return found.error();
  const Place place{input::text(request.input, "AccountId"),
                    input::text(request.input, "AwsRegion")};
  const std::string name = input::text(request.input, "ConfigRuleName");
  std::string type = input::text(request.input, "ComplianceType");
  if (type.empty()) type = "NON_COMPLIANT";
  Json list = Json::array();
  for (const Rule* rule : rules_seen_by(config, **found)) {
    if (rule->place != place || rule->name != name) continue;
    for (const auto& [resource, finding] : rule->findings)
      if (finding.compliance == type)
        list.push_back({{"EvaluationResultIdentifier",
                         {{"EvaluationResultQualifier",
                           {{"ConfigRuleName", name},
                            {"ResourceType", finding.type},
                            {"ResourceId", resource}}}}},
                        {"ComplianceType", finding.compliance},
                        {"ResultRecordedTime", second_moment(finding.found)},
                        {"AccountId", place.account},
                        {"AwsRegion", place.region}});
  }
  return Json{{"AggregateEvaluationResults", list}};
}

/// How many rules are compliant, by account.
ApiResult<Json> get_aggregate_summary(Config& config, const Request& request) {
  const ApiResult<Aggregator*> found = asked_aggregator(config, request);
  if (!found) return found.error();
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counts;
  for (const Rule* rule : rules_seen_by(config, **found)) {
    auto& [good, bad] = counts[rule->place.account];
    const std::string compliance = compliance_of(*rule);
    if (compliance == "COMPLIANT") ++good;
    if (compliance == "NON_COMPLIANT") ++bad;
  }
  Json list = Json::array();
  for (const auto& [account, count] : counts)
    list.push_back({{"GroupName", account},
                    {"ComplianceSummary",
                     {{"CompliantResourceCount", {{"CappedCount", count.first}}},
                      {"NonCompliantResourceCount", {{"CappedCount", count.second}}}}}});
  return Json{{"GroupByKey", "ACCOUNT_ID"}, {"AggregateComplianceCounts", list}};
}

ApiResult<Created> create_aggregator(Config& config, const ResourceRequest& request) {
  Json given = request.properties;
  if (input::text(given, "ConfigurationAggregatorName").empty())
    given["ConfigurationAggregatorName"] = request.logical_id;
  const ApiResult<Aggregator*> made = put_sources(config, request.place, given);
  if (!made) return made.error();
  return Created{(*made)->name, (*made)->arn, {{"ConfigurationAggregatorArn", (*made)->arn}}};
}

// ---- Quantities ----

namespace {

Aggregator* named_aggregator(Config& config, std::string_view name) {
  for (auto& [key, aggregator] : config.aggregators)
    if (key.second == name) return &aggregator;
  return nullptr;
}

}  // namespace

std::vector<std::string> resources_seen_by(Model& model, std::string_view name) {
  Config& config = static_cast<Config&>(model);
  const Aggregator* aggregator = named_aggregator(config, name);
  std::vector<std::string> found;
  if (aggregator == nullptr) return found;
  const std::vector<std::string> accounts = member_accounts(config, *aggregator);
  for (const std::string_view type : recorded_types())
    for (const Resource* resource : config.cloud.resources().of_type(type))
      if (std::ranges::binary_search(accounts, resource->place.account) &&
          sees_region(*aggregator, resource->place.region))
        found.push_back(resource->physical_id);
  return found;
}

std::optional<double> read_noncompliant(Model& model, std::string_view name, std::string_view) {
  Config& config = static_cast<Config&>(model);
  const Aggregator* aggregator = named_aggregator(config, name);
  if (aggregator == nullptr) return std::nullopt;
  std::ptrdiff_t bad = 0;
  for (const Rule* rule : rules_seen_by(config, *aggregator))
    bad += std::ranges::count_if(
        rule->findings, [](const auto& one) { return one.second.compliance == "NON_COMPLIANT"; });
  return static_cast<double>(bad);
}

std::optional<double> read_accounts_with(Model& model, std::string_view name,
                                         std::string_view part) {
  Config& config = static_cast<Config&>(model);
  const Aggregator* aggregator = named_aggregator(config, name);
  if (aggregator == nullptr) return std::nullopt;
  std::set<std::string> with;
  for (const Rule* rule : rules_seen_by(config, *aggregator))
    if (rule->name.starts_with(part)) with.insert(rule->place.account);
  const std::vector<std::string> all = member_accounts(config, *aggregator);
  with.erase(config.cloud.home().account);
  if (all.empty()) return std::nullopt;
  const double share = 100.0 * static_cast<double>(with.size()) / static_cast<double>(all.size());
  return std::floor(share * 10) / 10;
}

std::optional<double> read_total(Model& model, std::string_view name, std::string_view part) {
  Config& config = static_cast<Config&>(model);
  const Aggregator* aggregator = named_aggregator(config, name);
  if (aggregator == nullptr || part.empty()) return std::nullopt;
  double total = 0;
  bool any = false;
  for (const std::string& resource : resources_seen_by(model, name)) {
    const auto value = config.cloud.read_quantity(resource, part);
    any = any || value.has_value();
    total += value.value_or(0);
  }
  return any ? std::optional{std::round(total * 10) / 10} : std::nullopt;
}

}  // namespace opsim::config

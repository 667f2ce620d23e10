#pragma once
/// Conformance packs: rules and remediations that come and go together, in one account or in all
/// accounts of an organization.
/// AWS: Config Developer Guide, "Conformance Packs", "Managing Conformance Packs Across all
/// Accounts in Your Organization"; API Reference, PutConformancePack,
/// PutOrganizationConformancePack.
#include "models/config/config.hpp"

namespace opsim::config {

// ---- pack_template.cpp -----------------------------------------------------------------------
/// What a pack's template makes, with parameters and conditions worked out.
struct PackTemplate {
  std::vector<Json> rules;         // as PutConfigRule takes them
  std::vector<Json> remediations;  // as PutRemediationConfigurations takes them
};
ApiResult<PackTemplate> read_pack(const Json& given, const Place& place);

// ---- packs.cpp -------------------------------------------------------------------------------
ApiResult<Pack*> put_pack(Config& config, const Place& place, const Json& given,
                          const std::string& organization_pack);
/// Its rules go with it.
void take_away(Config& config, Pack& pack);
ApiResult<Json> delete_pack(Config& config, const Request& request);
ApiResult<Json> describe_pack_compliance(Config& config, const Request& request);
ApiResult<Json> describe_pack_status(Config& config, const Request& request);
ApiResult<Json> describe_packs(Config& config, const Request& request);
ApiResult<Json> put_pack_call(Config& config, const Request& request);
ApiResult<Created> create_pack(Config& config, const ResourceRequest& request);
/// `take rules away on Everywhere hitting one`: somebody in an account deletes its packs there.
extern const Shape kTakeAwayShape;
void begin_take_away(Model& model, const FaultRequest& request);

// ---- organization_packs.cpp ------------------------------------------------------------------
/// Accounts came, moved or went: every pack of the organization follows.
void follow_organization(Config& config, const CallRecord& call);
ApiResult<Json> delete_organization_pack(Config& config, const Request& request);
ApiResult<Json> describe_organization_pack_statuses(Config& config, const Request& request);
ApiResult<Json> describe_organization_packs(Config& config, const Request& request);
ApiResult<Json> get_organization_pack_detail(Config& config, const Request& request);
ApiResult<Json> put_organization_pack(Config& config, const Request& request);
ApiResult<Created> create_organization_pack(Config& config, const ResourceRequest& request);

}  // namespace opsim::config

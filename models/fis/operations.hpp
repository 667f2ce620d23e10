#pragma once
/// The API of FIS and its CloudFormation types.
#include "models/fis/experiment.hpp"

namespace opsim::fis {

// ---- operations_templates.cpp ----
ApiResult<Json> create_template(Fis& fis, const Request& request);
ApiResult<Json> create_target_account(Fis& fis, const Request& request);
ApiResult<Json> delete_target_account(Fis& fis, const Request& request);
ApiResult<Json> delete_template(Fis& fis, const Request& request);
ApiResult<Json> get_target_account(Fis& fis, const Request& request);
ApiResult<Json> get_template(Fis& fis, const Request& request);
ApiResult<Json> list_target_accounts(Fis& fis, const Request& request);
ApiResult<Json> list_templates(Fis& fis, const Request& request);
ApiResult<Json> update_template(Fis& fis, const Request& request);
ApiResult<Created> create_template_resource(Fis& fis, const ResourceRequest& request);
ApiResult<Created> create_target_account_resource(Fis& fis, const ResourceRequest& request);

// ---- operations_experiments.cpp ----
ApiResult<Json> get_experiment(Fis& fis, const Request& request);
ApiResult<Json> get_safety_lever(Fis& fis, const Request& request);
ApiResult<Json> list_experiments(Fis& fis, const Request& request);
ApiResult<Json> list_resolved_targets(Fis& fis, const Request& request);
ApiResult<Json> start_experiment_call(Fis& fis, const Request& request);
ApiResult<Json> stop_experiment_call(Fis& fis, const Request& request);
ApiResult<Json> update_safety_lever(Fis& fis, const Request& request);

// ---- operations_catalog.cpp ----
ApiResult<Json> get_action(Fis& fis, const Request& request);
ApiResult<Json> get_target_type(Fis& fis, const Request& request);
ApiResult<Json> list_actions(Fis& fis, const Request& request);
ApiResult<Json> list_target_types(Fis& fis, const Request& request);

// ---- operations_tags.cpp ----
ApiResult<Json> inspect_template(Fis& fis, const Request& request);
ApiResult<Json> list_tags(Fis& fis, const Request& request);
ApiResult<Json> tag_resource(Fis& fis, const Request& request);
ApiResult<Json> untag_resource(Fis& fis, const Request& request);

/// 404, as FIS words it.
[[nodiscard]] inline ApiError not_found(std::string_view what, std::string_view id) {
  return {"ResourceNotFoundException", std::string{what} + " " + std::string{id} + " not found",
          404};
}

}  // namespace opsim::fis

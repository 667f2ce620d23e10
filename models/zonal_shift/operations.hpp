#pragma once
#include <span>

#include "models/zonal_shift/zonal_shift.hpp"
#include "opsim/cloud/service.hpp"

namespace opsim::zonal_shift {

ApiResult<Json> cancel_practice_run(ZonalShift& arc, const Request& request);
ApiResult<Json> cancel_zonal_shift(ZonalShift& arc, const Request& request);
ApiResult<Json> create_practice_run_configuration(ZonalShift& arc, const Request& request);
ApiResult<Json> delete_practice_run_configuration(ZonalShift& arc, const Request& request);
ApiResult<Json> get_managed_resource(ZonalShift& arc, const Request& request);
ApiResult<Json> list_autoshifts(ZonalShift& arc, const Request& request);
ApiResult<Json> list_managed_resources(ZonalShift& arc, const Request& request);
ApiResult<Json> list_zonal_shifts(ZonalShift& arc, const Request& request);
ApiResult<Json> start_practice_run(ZonalShift& arc, const Request& request);
ApiResult<Json> start_zonal_shift(ZonalShift& arc, const Request& request);
ApiResult<Json> update_practice_run_configuration(ZonalShift& arc, const Request& request);
ApiResult<Json> update_zonal_autoshift_configuration(ZonalShift& arc, const Request& request);
ApiResult<Json> update_zonal_shift(ZonalShift& arc, const Request& request);

// ---- resources.cpp ----
extern const std::span<const ResourceType> kResources;

}  // namespace opsim::zonal_shift

#pragma once
/// Lists in pages, for both services: `MaxResults` or `maxResults`, and a token where more follows.
#include "opsim/cloud/api.hpp"

namespace opsim::incident_manager {

/// One page of `all` under `member`; without MaxResults it holds as many as AWS allows, `most`.
[[nodiscard]] ApiResult<Json> page_of(const Json& all, const Request& request, const char* member,
                                      std::int64_t most = 1'024);

}  // namespace opsim::incident_manager

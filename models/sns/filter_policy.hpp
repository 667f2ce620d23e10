#pragma once
/// Which messages a subscription wants.
///
/// AWS: SNS Developer Guide, "Amazon SNS message filtering": filter policy constraints, string,
/// numeric, key and OR matching, policy scope.
#include <string>
#include <string_view>

#include "opsim/cloud/api.hpp"

namespace opsim::sns {

enum class FilterScope : std::uint8_t { attributes, body };

/// The policy itself, checked: null where there is none (an empty text takes it away).
ApiResult<Json> read_filter_policy(const Json& value, FilterScope scope);
/// Whether a message passes. `attributes` as Publish has them; `body` is the message's text.
[[nodiscard]] bool passes_filter(const Json& policy, FilterScope scope, const Json& attributes,
                                 std::string_view body);

}  // namespace opsim::sns

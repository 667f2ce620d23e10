#pragma once
/// What IAM calls an API operation in policies.
#include <string>
#include <string_view>

namespace opsim {

/// "s3:PutBucketPublicAccessBlock" for ("s3", "PutPublicAccessBlock"); most actions have the name
/// of their operation, under the service's prefix in IAM.
[[nodiscard]] std::string iam_action(std::string_view service, std::string_view operation);

}  // namespace opsim

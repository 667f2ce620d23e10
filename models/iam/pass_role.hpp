#pragma once
/// iam:PassRole: which roles a call hands over, and to whom.
/// AWS: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"
/// (id_roles_use_passrole): it is no call of its own, it is asked when a service takes a role.
#include <string>
#include <vector>

#include "opsim/cloud/api.hpp"

namespace opsim::iam {

struct PassedRole {
  std::string arn;
  std::string_view service;  // iam:PassedToService: "lambda.amazonaws.com"
};

/// The ARNs of roles among a call's input. An instance profile is not among them.
[[nodiscard]] std::vector<PassedRole> roles_passed(const Request& request);

}  // namespace opsim::iam

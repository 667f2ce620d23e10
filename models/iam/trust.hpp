#pragma once
/// Who may assume a role: its trust policy.
/// AWS: IAM User Guide, "Policy evaluation logic" (roles are resources whose policy is the trust
/// policy), reference_policies_elements_principal.
#include "models/iam/iam.hpp"

namespace opsim::iam {

enum class Trust : std::uint8_t {
  silent,
  denied,
  account,    // it trusts the caller's account, whose own policies then decide
  principal,  // it names the caller
};

/// What the role's trust policy says of a caller who asks for sts:AssumeRole.
[[nodiscard]] Trust trust_in(const Role& role, const Request& request);

}  // namespace opsim::iam

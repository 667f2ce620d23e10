#pragma once
/// A policy that stands on a resource (a queue, a topic): who may do what to it.
/// AWS: IAM User Guide, "Policy evaluation logic"; SNS Developer Guide, "Example cases for Amazon
/// SNS access control"; SQS Developer Guide, "Overview of managing access in Amazon SQS".
#include <cstdint>
#include <string>
#include <string_view>

#include "opsim/json.hpp"

namespace opsim {

/// What is asked. `source_arn` is the rule, topic or alarm on whose behalf a service acts.
struct PolicyQuestion {
  std::string_view action;      // "sqs:SendMessage"
  std::string_view resource;    // ARN of what the policy stands on
  std::string_view principal;   // "events.amazonaws.com", or the ARN of a user or role
  std::string_view account;     // of the principal, or of the source
  std::string_view source_arn;  // aws:SourceArn, or ""
};

enum class PolicyAnswer : std::uint8_t { silent, allowed, denied };

/// Any statement that denies wins; else any that allows. `policy` is a document or its text; one
/// that is neither says nothing.
///
/// SIMPLIFIED: of conditions, those on aws:SourceArn, aws:SourceAccount, aws:SourceOwner,
/// aws:PrincipalAccount, aws:PrincipalArn and aws:SecureTransport (which is true) are evaluated;
/// one on another key counts as fulfilled where the statement allows, and not where it denies.
[[nodiscard]] PolicyAnswer ask_policy(const Json& policy, const PolicyQuestion& question);

}  // namespace opsim

#pragma once
/// Conditions of IAM policies, wherever a policy stands: on a role, a bus, a queue. Pure.
/// AWS: IAM User Guide, reference_policies_elements_condition, _condition_operators,
/// _multi-value-conditions (reference_policies_condition-single-vs-multi-valued-context-keys),
/// reference_policies_variables.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"

namespace opsim {

/// What is known of a request. Keys are in lower case: "aws:requestedregion".
struct PolicyContext {
  std::map<std::string, std::vector<std::string>, std::less<>> values = {};
  /// Keys that this request does not have; one that ends in '/' stands for all that begin so.
  std::set<std::string, std::less<>> absent = {};
  /// Whether every other key is absent too, as in the policy simulator; else nobody knows.
  bool complete = false;
};

/// `unknown` where a key is one that nothing here simulates.
enum class Holds : std::uint8_t { no, yes, unknown };

/// A Condition element: all of its operators and keys hold. Null holds.
[[nodiscard]] Holds conditions_hold(const Json& condition, const PolicyContext& context);

/// `*` stands for any text, `?` for one character.
[[nodiscard]] bool matches_policy_text(std::string_view pattern, std::string_view text);
/// "arn:aws:s3:::${aws:username}/*" with its variables filled in, what they hold not being taken
/// for wildcards; "" where one has no value.
[[nodiscard]] std::string fill_policy_variables(std::string_view text,
                                                const PolicyContext& context);

}  // namespace opsim

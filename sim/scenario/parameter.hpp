#pragma once
/// Parameters of a template: what a value of one must be, and what it is worth.
/// AWS: CloudFormation User Guide, "Parameters", "CloudFormation-supplied parameter types".
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/document/diagnostic.hpp"
#include "opsim/document/node.hpp"
#include "opsim/json.hpp"
#include "sim/scenario/parameter_pattern.hpp"

namespace opsim {

/// "List<AWS::EC2::Subnet::Id>", "AWS::SSM::Parameter::Value<String>", "CommaDelimitedList", ...
struct ParameterType {
  std::string element;  // "String", "Number", "AWS::EC2::Subnet::Id"
  bool list = false;
  bool stored = false;  // AWS::SSM::Parameter::Value<...>: what is written names it
};
/// Nothing for a type that CloudFormation does not have.
[[nodiscard]] std::optional<ParameterType> parse_parameter_type(std::string_view text);
/// Every type that is no list and not stored, for "did you mean".
[[nodiscard]] std::vector<std::string_view> parameter_type_names();

struct ParameterRule {
  std::string name;
  ParameterType type = {};
  std::optional<std::string> default_value = {};
  std::optional<Json> default_worth = {};  // what Ref gives for it
  std::vector<std::string> allowed_values = {};
  std::optional<ParameterPattern> pattern = {};
  std::optional<double> min_value = {};
  std::optional<double> max_value = {};
  std::optional<double> min_length = {};
  std::optional<double> max_length = {};
  std::string constraint = {};  // ConstraintDescription
  bool no_echo = false;
  Node text = {};
};

/// Reads one entry of Parameters and checks its Default.
[[nodiscard]] ParameterRule read_parameter(std::string_view name, const Node& text,
                                           Diagnostics& diagnostics);

/// What Ref gives for what was written: a text, or a list of them. "The parameter value becomes a
/// literal string", also of a Number. Nothing, and a complaint at `at`, where it is not allowed.
[[nodiscard]] std::optional<Json> parameter_value(const ParameterRule& rule,
                                                  std::string_view written, const Node& at,
                                                  Diagnostics& diagnostics);

}  // namespace opsim

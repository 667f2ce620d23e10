#pragma once
/// What a Template holds: every section compiled, names turned into numbers.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/scenario/template.hpp"
#include "sim/scenario/intrinsic.hpp"
#include "sim/scenario/parameter.hpp"

namespace opsim {

/// Map name -> first key -> second key -> a text or a list of them.
using MappingRow = std::map<std::string, Json, std::less<>>;
using Mapping = std::map<std::string, MappingRow, std::less<>>;
using Mappings = std::map<std::string, Mapping, std::less<>>;

struct ConditionBody {
  std::string name;
  Expression holds;
};

/// What must hold of the parameters: AWS's "Rules".
struct RuleBody {
  struct Assertion {
    Expression holds;
    std::string description;
    Node text;
  };
  std::string name;
  std::optional<Expression> condition;  // holds: the assertions count
  std::vector<Assertion> assertions;
};

struct ResourceBody {
  Expression properties;  // an object; a literal {} where there are none
  Expression attributes;  // an object of everything beside Type, Properties and DependsOn
  std::optional<std::uint32_t> condition;
  std::vector<std::uint32_t> refers_to;  // every resource that it mentions or depends on
  std::optional<Template> nested;        // of AWS::CloudFormation::Stack, where its text was found
};

struct OutputBody {
  std::string name;
  std::optional<std::uint32_t> condition;
  Expression value;
  std::optional<Expression> export_name;
  Node text;
};

struct Template::Body {
  Node root;
  std::string description;
  std::vector<TemplateParameter> parameters;
  std::vector<ParameterRule> rules;  // one per parameter
  Mappings mappings;
  std::vector<ConditionBody> conditions;
  std::vector<std::uint32_t> condition_order;
  std::vector<RuleBody> stack_rules;
  std::vector<TemplateResource> resources;
  std::vector<ResourceBody> bodies;  // one per resource
  std::vector<std::uint32_t> order;
  std::vector<OutputBody> outputs;
  NotSimulated not_simulated;           // macros, hooks
  std::vector<std::string> transforms;  // that it names
  bool loops_over_parameters = false;   // Fn::ForEach: other values, another template
};

}  // namespace opsim

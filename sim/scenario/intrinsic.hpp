#pragma once
/// The compiled form of a value in a template: what is constant is JSON already, what is not is a
/// small tree of intrinsic functions. Reading it is intrinsic_reader.hpp, working it out
/// intrinsic_evaluation.hpp.
#include <cstdint>
#include <string>
#include <vector>

#include "opsim/document/node.hpp"
#include "opsim/json.hpp"

namespace opsim {

enum class Op : std::uint8_t {
  literal,            // `value`
  list,               // of the operands
  object,             // `keys` of the operands
  parameter,          // Ref of parameter number `index`
  resource,           // Ref of resource number `index`
  attribute,          // Fn::GetAtt: resource `index`; operand: the attribute's name
  pseudo,             // Ref of an AWS:: name; `index` is a Pseudo
  text,               // the operands one after the other: Fn::Sub
  join,               // delimiter, list
  split,              // delimiter, text
  select,             // number, list
  find_in_map,        // map, first key, second key, and maybe the default
  choose,             // Fn::If: condition `index`; then, else
  base64,             //
  zones,              // Fn::GetAZs: Region
  cidr,               // block, count, bits
  import_value,       // name
  length,             // list
  json_text,          // Fn::ToJsonString
  dynamic_reference,  // a text with {{resolve:...}} in it
  equals,             // conditions give a boolean:
  all,                // Fn::And
  any,                // Fn::Or
  negate,             // Fn::Not
  condition,          // condition number `index`
  contains,           // Rules: list, value
  each_equals,        // Fn::EachMemberEquals: list, value
  each_in,            // Fn::EachMemberIn: list, list
};

/// Pseudo parameters (CloudFormation User Guide, "Pseudo parameters reference").
enum class Pseudo : std::uint8_t {
  account_id,
  no_value,
  notification_arns,
  partition,
  region,
  stack_id,
  stack_name,
  url_suffix,
};

struct Expression {
  Op op = Op::literal;
  std::uint32_t index = 0;
  Json value = {};  // of a literal
  std::vector<Expression> operands = {};
  std::vector<std::string> keys = {};
  Node text = {};  // where it stands

  [[nodiscard]] bool constant() const { return op == Op::literal; }
};

/// What AWS::NoValue is worth: it is taken out of the list or mapping that it stands in.
inline Json no_value() { return Json(Json::value_t::discarded); }

}  // namespace opsim

// How each intrinsic function is written, one reader and one row each.
// AWS: CloudFormation User Guide, "Intrinsic function reference" (one page a function).
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "sim/scenario/intrinsic_reader.hpp"

namespace opsim {

namespace {

Expression one(Op op, Expression operand) {
  Expression read{.op = op};
  read.operands.push_back(std::move(operand));
  return read;
}

/// Every item an operand.
Expression items(IntrinsicReader& reader, Op op, const Node& list) {
  Expression read{.op = op};
  for (const Node& item : list.items()) read.operands.push_back(reader.read(item));
  return read;
}

Expression ref(IntrinsicReader& reader, const Node& argument) {
  if (argument.is_scalar() && !argument.is_null())
    return reader.reference(argument.spelling(), argument);
  reader.complain(argument, fmt::format("Ref is {}; it takes the name of a parameter or resource",
                                        argument.describe()));
  return literal(nullptr, argument);
}

/// "A.b.c", or ["A", "b.c"]; the second item may be a Ref to a parameter.
Expression get_att(IntrinsicReader& reader, const Node& argument) {
  constexpr std::string_view usage = "it takes [resource, attribute] or \"resource.attribute\"";
  if (argument.is_text() && argument.spelling().find('.') == std::string_view::npos) {
    const std::string_view name = argument.spelling();
    reader.complain(argument, fmt::format("!GetAtt {} names no attribute; write !GetAtt {}.Arn",
                                          name, name.empty() ? "Name" : name));
    return literal(nullptr, argument);
  }
  if (argument.is_text()) {
    const std::string_view text = argument.spelling();
    const auto dot = text.find('.');
    if (dot != std::string_view::npos && dot > 0 && dot + 1 < text.size())
      return reader.attribute(text.substr(0, dot),
                              literal(std::string{text.substr(dot + 1)}, argument), argument);
  } else if (argument.is_list() && argument.size() == 2 && argument.at(0).is_text()) {
    Expression name = reader.read(argument.at(1));
    return reader.attribute(argument.at(0).spelling(), std::move(name), argument.at(0));
  }
  reader.complain(argument, fmt::format("Fn::GetAtt is {}; {}", argument.describe(), usage));
  return literal(nullptr, argument);
}

Expression sub(IntrinsicReader& reader, const Node& argument) {
  if (argument.is_text()) return read_substitution(reader, argument, Node{});
  if (argument.is_list() && argument.size() == 2 && argument.at(0).is_text() &&
      argument.at(1).is_mapping())
    return read_substitution(reader, argument.at(0), argument.at(1));
  reader.complain(argument, fmt::format("Fn::Sub is {}; it takes a text, or [text, mapping of its "
                                        "variables]",
                                        argument.describe()));
  return literal(nullptr, argument);
}

Expression join(IntrinsicReader& reader, const Node& argument) {
  const Node delimiter = argument.at(0);
  if (!delimiter.is_text() && !delimiter.is_mapping())
    reader.complain(delimiter, fmt::format("the delimiter of Fn::Join is {}; it must be a text",
                                           delimiter.describe()));
  const Node list = argument.at(1);
  if (list.is_scalar())
    reader.complain(list,
                    fmt::format("Fn::Join joins {}; it takes [delimiter, list]", list.describe()));
  return with_dynamic_references(items(reader, Op::join, argument));
}

Expression split(IntrinsicReader& reader, const Node& argument) {
  return items(reader, Op::split, argument);
}

Expression select(IntrinsicReader& reader, const Node& argument) {
  const Node list = argument.at(1);
  if (list.is_scalar())
    reader.complain(
        list, fmt::format("Fn::Select selects from {}; it takes [index, list]", list.describe()));
  return items(reader, Op::select, argument);
}

Expression choose(IntrinsicReader& reader, const Node& argument) {
  const Expression condition = reader.condition_named(argument.at(0));
  Expression read{.op = Op::choose, .index = condition.index};
  read.operands.push_back(reader.read(argument.at(1)));
  read.operands.push_back(reader.read(argument.at(2)));
  // An unknown condition was told; under a macro it counts as false.
  return condition.op == Op::condition ? read : std::move(read.operands[1]);
}

/// Tells a key that no row of the map has; what is worked out later is not known yet.
bool complain_of_keys(IntrinsicReader& reader, const Node& argument, const Mapping& mapping) {
  const Node first = argument.at(1);
  const Node second = argument.at(2);
  const auto row = mapping.find(first.spelling());
  if (first.is_scalar() && row == mapping.end()) {
    reader.complain(first, fmt::format("{} is no key of mapping {}{}", quoted(first.spelling()),
                                       argument.at(0).spelling(),
                                       did_you_mean(first.spelling(), mapping | std::views::keys)));
    return true;
  }
  if (!second.is_scalar()) return false;
  std::vector<std::string_view> known;
  for (const auto& [key, values] : mapping) {
    if (first.is_scalar() && key != first.spelling()) continue;
    for (const auto& [name, value] : values) known.push_back(name);
  }
  if (std::ranges::find(known, second.spelling()) != known.end()) return false;
  reader.complain(second,
                  fmt::format("{} is no key under {} of mapping {}{}", quoted(second.spelling()),
                              first.is_scalar() ? quoted(first.spelling()) : "any key",
                              argument.at(0).spelling(),
                              did_you_mean(second.spelling(), std::span{std::as_const(known)})));
  return true;
}

Expression find_in_map(IntrinsicReader& reader, const Node& argument) {
  Expression read{.op = Op::find_in_map};
  for (std::size_t i = 0; i < 3; ++i) read.operands.push_back(reader.read(argument.at(i)));
  if (argument.size() == 4) {
    const auto value = argument.at(3).find("DefaultValue");
    if (value) {
      read.operands.push_back(reader.read(*value));
    } else {
      reader.complain(argument.at(3),
                      "the fourth item of Fn::FindInMap must be a mapping with "
                      "DefaultValue");
    }
    return read;
  }
  const Node name = argument.at(0);
  if (!name.is_scalar()) return read;
  const Mappings& mappings = *reader.names().mappings;
  const auto mapping = mappings.find(name.spelling());
  if (mapping != mappings.end()) {
    complain_of_keys(reader, argument, mapping->second);
  } else if (!reader.names().macros) {
    reader.complain(name,
                    fmt::format("{} is no mapping of this template{}", quoted(name.spelling()),
                                did_you_mean(name.spelling(), mappings | std::views::keys)));
  }
  return read;
}

Expression base64(IntrinsicReader& reader, const Node& argument) {
  return one(Op::base64, reader.read(argument));
}

Expression zones(IntrinsicReader& reader, const Node& argument) {
  return one(Op::zones, reader.read(argument));
}

Expression cidr(IntrinsicReader& reader, const Node& argument) {
  return items(reader, Op::cidr, argument);
}

Expression import_value(IntrinsicReader& reader, const Node& argument) {
  return one(Op::import_value, reader.read(argument));
}

void require_extensions(IntrinsicReader& reader, const Node& argument, std::string_view name) {
  if (!reader.names().language_extensions && !reader.names().macros)
    reader.complain(argument, fmt::format("{} needs \"Transform: AWS::LanguageExtensions\" in the "
                                          "template",
                                          name));
}

Expression length(IntrinsicReader& reader, const Node& argument) {
  require_extensions(reader, argument, "Fn::Length");
  return one(Op::length, reader.read(argument));
}

Expression json_text(IntrinsicReader& reader, const Node& argument) {
  require_extensions(reader, argument, "Fn::ToJsonString");
  return one(Op::json_text, reader.read(argument));
}

// ---- Conditions ------------------------------------------------------------------------------

Expression equals(IntrinsicReader& reader, const Node& argument) {
  return items(reader, Op::equals, argument);
}

Expression logical(IntrinsicReader& reader, Op op, const Node& argument) {
  Expression read = items(reader, op, argument);
  for (std::size_t i = 0; i < read.operands.size(); ++i) {
    const Node written = argument.at(i);
    // What did not read was told already, and left a literal that stands for it.
    if (is_boolean(read.operands[i]) || is_intrinsic(written)) continue;
    reader.complain(written, fmt::format("{} is neither true nor false; write {{\"Condition\": "
                                         "name}} or Fn::Equals",
                                         written.describe()));
  }
  return read;
}

Expression all_of(IntrinsicReader& reader, const Node& argument) {
  return logical(reader, Op::all, argument);
}
Expression any_of(IntrinsicReader& reader, const Node& argument) {
  return logical(reader, Op::any, argument);
}
Expression negate(IntrinsicReader& reader, const Node& argument) {
  return logical(reader, Op::negate, argument);
}

// ---- Rules -----------------------------------------------------------------------------------

Expression contains(IntrinsicReader& reader, const Node& argument) {
  return items(reader, Op::contains, argument);
}
Expression each_equals(IntrinsicReader& reader, const Node& argument) {
  return items(reader, Op::each_equals, argument);
}
Expression each_in(IntrinsicReader& reader, const Node& argument) {
  return items(reader, Op::each_in, argument);
}

using Stands = IntrinsicFunction::Stands;

constexpr IntrinsicFunction kFunctions[] = {
    {"Fn::And", 2, 10, "[condition, condition, ...], two to ten", Stands::in_conditions, all_of},
    {"Fn::Base64", 0, 0, "a text", Stands::in_resources, base64},
    {"Fn::Cidr", 2, 3, "[block, count, bits]", Stands::in_resources, cidr},
    {"Fn::Contains", 2, 2, "[list of texts, text]", Stands::in_rules, contains},
    {"Fn::EachMemberEquals", 2, 2, "[list of texts, text]", Stands::in_rules, each_equals},
    {"Fn::EachMemberIn", 2, 2, "[list of texts, list of texts]", Stands::in_rules, each_in},
    {"Fn::Equals", 2, 2, "[value, value]", Stands::in_conditions, equals},
    {"Fn::FindInMap", 3, 4, "[map, key, key]", Stands::anywhere, find_in_map},
    {"Fn::GetAZs", 0, 0, "a Region", Stands::in_resources, zones},
    {"Fn::GetAtt", 0, 0, "[resource, attribute]", Stands::in_resources, get_att},
    {"Fn::If", 3, 3, "[condition, value if true, value if false]", Stands::in_resources, choose},
    {"Fn::ImportValue", 0, 0, "the name of an export", Stands::in_resources, import_value},
    {"Fn::Join", 2, 2, "[delimiter, list]", Stands::anywhere, join},
    {"Fn::Length", 0, 0, "a list", Stands::anywhere, length},
    {"Fn::Not", 1, 1, "[condition]", Stands::in_conditions, negate},
    {"Fn::Or", 2, 10, "[condition, condition, ...], two to ten", Stands::in_conditions, any_of},
    {"Fn::Select", 2, 2, "[index, list]", Stands::anywhere, select},
    {"Fn::Split", 2, 2, "[delimiter, text]", Stands::anywhere, split},
    {"Fn::Sub", 0, 0, "a text", Stands::anywhere, sub},
    {"Fn::ToJsonString", 0, 0, "a mapping or a list", Stands::in_resources, json_text},
    {"Ref", 0, 0, "a name", Stands::anywhere, ref},
};
static_assert(std::ranges::adjacent_find(kFunctions, std::ranges::greater_equal{},
                                         &IntrinsicFunction::name) == std::end(kFunctions),
              "sorted by name, no duplicates");

}  // namespace

std::span<const IntrinsicFunction> intrinsic_functions() { return kFunctions; }

}  // namespace opsim

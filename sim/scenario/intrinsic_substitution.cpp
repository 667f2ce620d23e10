// The texts of Fn::Sub, and dynamic references in any text.
// AWS: CloudFormation User Guide, "Fn::Sub", "Using dynamic references".
#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/intrinsic_reader.hpp"

namespace opsim {

namespace {

constexpr std::string_view kDynamic = "{{resolve:";

bool mentions_dynamic(const Expression& expression) {
  if (expression.constant() && expression.value.is_string())
    return expression.value.get_ref<const std::string&>().find(kDynamic) != std::string::npos;
  return std::ranges::any_of(expression.operands, mentions_dynamic);
}

/// "Variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores,
/// periods, and colons" (AWS's own message).
bool is_variable(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '.' || c == ':';
  });
}

Expression variable(IntrinsicReader& reader, std::string_view name, const Node& at,
                    const Node& variables) {
  if (const auto own = variables.find(name)) return reader.read(*own);
  if (!is_variable(name)) {
    reader.complain(at,
                    fmt::format("${{{}}} is no variable: letters, digits, _ . and : only; a text "
                                "that shall stay is written ${{!{}}}",
                                name, name));
    return literal(std::string{name}, at);
  }
  const auto dot = name.find('.');
  if (dot == std::string_view::npos || reader.names().parameters.contains(name))
    return reader.reference(name, at);
  return reader.attribute(name.substr(0, dot), literal(std::string{name.substr(dot + 1)}, at), at);
}

/// Text between variables, glued to the text before it.
void append(std::vector<Expression>& pieces, std::string_view text, const Node& at) {
  if (text.empty()) return;
  if (!pieces.empty() && pieces.back().constant() && pieces.back().value.is_string()) {
    pieces.back().value.get_ref<std::string&>() += text;
  } else {
    pieces.push_back(literal(std::string{text}, at));
  }
}

}  // namespace

Expression read_substitution(IntrinsicReader& reader, const Node& text, const Node& variables) {
  std::vector<Expression> pieces;
  std::string_view rest = text.spelling();
  while (true) {
    const auto begin = rest.find("${");
    const auto end = begin == std::string_view::npos ? begin : rest.find('}', begin);
    if (end == std::string_view::npos) break;
    append(pieces, rest.substr(0, begin), text);
    const std::string_view name = rest.substr(begin + 2, end - begin - 2);
    if (name.starts_with('!')) {
      append(pieces, fmt::format("${{{}}}", name.substr(1)), text);
    } else {
      pieces.push_back(variable(reader, name, text, variables));
    }
    rest.remove_prefix(end + 1);
  }
  append(pieces, rest, text);
  if (pieces.empty()) return literal("", text);
  const bool plain = pieces.size() == 1 && pieces[0].constant() && pieces[0].value.is_string();
  Expression read = plain ? std::move(pieces[0])
                          : Expression{.op = Op::text, .operands = std::move(pieces), .text = text};
  return with_dynamic_references(std::move(read));
}

Expression with_dynamic_references(Expression text) {
  if (!mentions_dynamic(text)) return text;
  Expression read{.op = Op::dynamic_reference, .text = text.text};
  read.operands.push_back(std::move(text));
  return read;
}

}  // namespace opsim

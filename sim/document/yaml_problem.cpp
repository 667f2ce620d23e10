#include "sim/document/yaml_problem.hpp"

#include <fmt/format.h>

namespace opsim {
namespace {

struct Wording {
  std::string_view problem;  // how libyaml's text begins
  std::string_view context;  // and what it was doing; "" for whatever
  std::string_view ours;
};

constexpr Wording kWordings[] = {
    {"mapping values are not allowed", "",
     "a ':' that makes no key here; put a text that holds ': ' in quotes"},
    {"block sequence entries are not allowed", "", "a '- ' where no list item can stand"},
    {"mapping keys are not allowed", "", "a key where none can stand"},
    {"could not find expected ':'", "while scanning a simple key",
     "expected ':' after this; is it a key, or a line indented too little?"},
    {"did not find expected key", "while parsing a block mapping",
     "expected another key of this mapping; is the line indented like the others?"},
    {"did not find expected '-' indicator", "",
     "expected another '- ' of this list; is the line indented like the others?"},
    {"did not find expected ',' or ']'", "", "expected ',' or ']' in this flow list"},
    {"did not find expected ',' or '}'", "", "expected ',' or '}' in this flow mapping"},
    {"did not find expected node content", "", "expected a value"},
    {"did not find expected <document start>", "",
     "the document has ended, yet this follows; is the line indented like the first one?"},
    {"found unexpected end of stream", "while scanning a quoted scalar",
     "the text ends within quotes; a closing quote is missing"},
    {"found unexpected document indicator", "",
     "--- or ... within quotes; a closing quote is missing"},
    {"found unknown escape character", "",
     "a '\\' that begins no escape of YAML; within \"...\" write \\\\ for the character itself"},
    {"did not find expected hexdecimal number", "", "an escape wants hexadecimal digits"},
    {"did not find expected alphabetic or numeric character", "while scanning an alias",
     "expected a name after '*'; put a text that begins with '*' in quotes"},
    {"did not find expected alphabetic or numeric character", "while scanning an anchor",
     "expected a name after '&'; put a text that begins with '&' in quotes"},
    {"did not find expected comment or line break", "",
     "nothing but a comment may follow here in this line"},
    {"found undefined tag handle", "", "a tag with a prefix that no %TAG line declares"},
};

bool indented_by_tab(std::string_view line) {
  const std::string_view indent = line.substr(0, line.find_first_not_of(" \t"));
  return indent.find('\t') != std::string_view::npos;
}

/// The problem stands at the ':' of the line's own key, not at one within its value.
bool at_key_of_line(std::string_view line, std::string_view rest) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !rest.starts_with(line.substr(colon))) return false;
  const std::size_t key = line.find_first_not_of(" -");
  return key < colon && line.substr(key, colon - key).find_first_of(" \"'{[") == line.npos;
}

}  // namespace

std::string yaml_problem(std::string_view problem, std::string_view context, std::string_view line,
                         std::string_view rest) {
  if (indented_by_tab(line)) return "a tab indents this line; YAML wants spaces";
  if (problem.starts_with("found character that cannot start any token") && !rest.empty()) {
    if (rest.front() == '\t') return "a tab before a value; YAML wants spaces";
    return fmt::format("a text cannot begin with {}; put it in quotes", rest.front());
  }
  if (problem.starts_with("mapping values are not allowed") && at_key_of_line(line, rest))
    return "a key below a value that is complete; is the line indented like the others?";
  for (const auto& [theirs, doing, ours] : kWordings) {
    if (problem.starts_with(theirs) && context.starts_with(doing)) return std::string(ours);
  }
  return context.empty() ? std::string(problem) : fmt::format("{} {}", problem, context);
}

}  // namespace opsim

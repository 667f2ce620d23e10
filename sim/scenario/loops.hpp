#pragma once
/// Fn::ForEach: a template with `Transform: AWS::LanguageExtensions` becomes the one with every
/// round written out, before anything else is read. What a round makes stands at the line of the
/// loop's own text.
/// AWS: CloudFormation User Guide, "Fn::ForEach".
#include <map>
#include <string>

#include "opsim/scenario/template.hpp"

namespace opsim {

/// True where there is a loop to write out.
[[nodiscard]] bool has_loops(const Node& root);

struct WrittenOut {
  Document document;
  bool over_parameters = false;  // another value of a parameter makes another template
  bool complete = true;          // false: a collection is not known here; listed
};

/// `values` of parameters; those that are not among them have their Default.
[[nodiscard]] WrittenOut write_loops_out(const Node& root,
                                         const std::map<std::string, std::string>& values,
                                         Diagnostics& diagnostics, NotSimulated& not_simulated);

}  // namespace opsim

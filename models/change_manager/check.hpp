#pragma once
/// What a person who checks a file is told of a change template.
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/node.hpp"

namespace opsim::change_manager {

/// Whether a document with a schemaVersion is a change template, by what only those have.
[[nodiscard]] bool recognises(const Node& document);
/// Also within a CloudFormation template: intrinsic functions may stand for any value.
void check_template(const Node& document, Diagnostics& diagnostics);

}  // namespace opsim::change_manager

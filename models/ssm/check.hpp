#pragma once
/// `opsim check` on SSM documents.
#include <string>
#include <vector>

#include "opsim/cloud/service.hpp"
#include "opsim/document/node.hpp"

namespace opsim::ssm {

/// True for a document that means to be one of Systems Manager's: it names a schemaVersion, and
/// steps or plugins.
[[nodiscard]] bool recognises(const Node& root);

/// Everything that is wrong, all at once:
///   runbook.yaml:23:15: step verify: nextStep "finish" names no step; steps are checkSpace, clean
/// `not_simulated` gains what AWS would do and opsim will not: actions without a model, APIs that
/// no service of the catalog has.
void check_document(const Node& root, Catalog catalog, Diagnostics& diagnostics,
                    std::vector<std::string>* not_simulated = nullptr);

}  // namespace opsim::ssm

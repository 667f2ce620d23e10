#pragma once
/// From a document with positions to a spec. All that is wrong is told, then null is returned.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/ssm/document_spec.hpp"
#include "opsim/document/node.hpp"

namespace opsim::ssm {

/// What a reader tells beside errors.
struct Findings {
  std::vector<std::string> not_simulated;  // "action aws:loop (step again, runbook.yaml:12)"
  std::vector<std::pair<std::string, std::string>>
      calls;  // service, operation; where they are fixed
};

/// A document of either type, by its schemaVersion.
std::shared_ptr<DocumentSpec> read_ssm_document(const Node& content, Diagnostics& diagnostics,
                                                Findings* findings = nullptr);

/// The two kinds, for read_ssm_document.
void read_runbook(const Node& content, DocumentSpec& spec, Diagnostics& diagnostics,
                  Findings* findings);
void read_command_document(const Node& content, DocumentSpec& spec, Diagnostics& diagnostics,
                           Findings* findings);

/// Complains of keys of `node` that are not in `known`.
void refuse_unknown_keys(const Node& node, std::span<const std::string_view> known,
                         std::string_view subject, Diagnostics& diagnostics);

/// Gives each step the line of `text`, where the document was written inside something else.
void place_steps(DocumentSpec& spec, const Node& text);

}  // namespace opsim::ssm

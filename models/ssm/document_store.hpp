#pragma once
/// Documents as they are kept: read from what callers and templates write, in versions.
#include <string>
#include <string_view>

#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

/// What CreateDocument, UpdateDocument and AWS::SSM::Document have in common.
struct DocumentInput {
  std::string name;
  std::string type;    // "Automation"; "" is "Command"
  std::string format;  // "JSON", "YAML"; "" is read off the text
  std::string version_name;
  std::string content;  // as text
  std::string source;   // of the resource, or ""
};

/// Reads `input.content`; AWS's refusals: InvalidDocumentContent with every complaint, and a type
/// that does not fit.
ApiResult<DocumentVersion> read_version(Ssm& ssm, const DocumentInput& input);
/// The same of a document that was read already, with its positions.
ApiResult<DocumentVersion> version_of(Ssm& ssm, const DocumentInput& input, const Node& content);

/// A new document. DocumentAlreadyExists where the name is taken.
ApiResult<StoredDocument*> add_document(Ssm& ssm, const Place& place, const DocumentInput& input,
                                        DocumentVersion version);

/// AWS: DocumentDescription.
Json document_view(const Place& place, const StoredDocument& document, int number);

}  // namespace opsim::ssm

// AWS's own documents: read when first asked for.
#include "models/ssm/aws_documents.hpp"

#include <memory>
#include <mutex>

#include "models/ssm/aws_document_text.hpp"
#include "models/ssm/document_reader.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"
#include "opsim/kernel/ensure.hpp"

namespace opsim::ssm {

namespace {

/// How a document becomes YAML: a runbook, a command or a fault.
using MakeText = std::string (*)(const AwsDocument& document);

StoredDocument stored(const AwsDocument& definition, MakeText make_text) {
  Diagnostics diagnostics;
  std::string text = make_text(definition);
  const Document document = read_yaml(definition.name, text);
  const std::shared_ptr<DocumentSpec> spec = read_ssm_document(document.root, diagnostics);
  ensure(spec != nullptr && diagnostics.count() == 0, "a definition of ours is a valid document");
  spec->source.clear();  // nobody's file
  for (StepSpec& step : spec->steps) step.source.clear();
  for (PluginSpec& plugin : spec->plugins) plugin.source.clear();
  StoredDocument made;
  made.name = definition.name;
  made.owner = "Amazon";
  DocumentVersion version;
  version.spec = spec;
  version.content = std::move(text);
  version.format = "YAML";
  made.versions.push_back(std::move(version));
  return made;
}

/// A document is read when it is first asked for: worlds on other threads may ask, too.
struct OnShelf {
  OnShelf(const AwsDocument& described, MakeText make) : definition{described}, make_text{make} {}
  AwsDocument definition;
  MakeText make_text;
  std::once_flag once;
  StoredDocument document;
};
using Shelf = std::map<std::string_view, std::unique_ptr<OnShelf>>;

const Shelf& shelf() {
  static const Shelf all = [] {
    Shelf made;
    for (const auto& [documents, make_text] : {std::pair{aws_image_runbooks(), &runbook_text},
                                               std::pair{aws_machine_runbooks(), &runbook_text},
                                               std::pair{aws_store_runbooks(), &runbook_text},
                                               std::pair{aws_remedy_runbooks(), &runbook_text},
                                               std::pair{aws_command_documents(), &command_text},
                                               std::pair{aws_fault_documents(), &fault_text}})
      for (const AwsDocument& definition : documents)
        made.emplace(definition.name, std::make_unique<OnShelf>(definition, make_text));
    return made;
  }();
  return all;
}

}  // namespace

const StoredDocument* find_aws_document(std::string_view name) {
  const auto found = shelf().find(name);
  if (found == shelf().end()) return nullptr;
  OnShelf& entry = *found->second;
  std::call_once(entry.once, [&] { entry.document = stored(entry.definition, entry.make_text); });
  return &entry.document;
}

std::vector<std::string> aws_document_names() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : shelf()) names.emplace_back(name);
  return names;
}

}  // namespace opsim::ssm

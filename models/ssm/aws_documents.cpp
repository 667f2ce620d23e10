// AWS's own documents: read when first asked for.
#include "models/ssm/aws_documents.hpp"

#include <memory>
#include <mutex>

#include "models/ssm/document_reader.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"
#include "opsim/kernel/ensure.hpp"

namespace opsim::ssm {

namespace {

StoredDocument stored(const AwsDocument& definition) {
  Diagnostics diagnostics;
  const Document document = read_yaml(definition.name, definition.text);
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
  version.content = definition.text;
  version.format = "YAML";
  made.versions.push_back(std::move(version));
  return made;
}

/// A document is read when it is first asked for: worlds on other threads may ask, too.
struct OnShelf {
  explicit OnShelf(const AwsDocument& described) : definition{described} {}
  AwsDocument definition;
  std::once_flag once;
  StoredDocument document;
};
using Shelf = std::map<std::string_view, std::unique_ptr<OnShelf>>;

const Shelf& shelf() {
  static const Shelf all = [] {
    Shelf made;
    for (const auto documents :
         {aws_image_runbooks(), aws_machine_runbooks(), aws_store_runbooks(), aws_remedy_runbooks(),
          aws_command_documents(), aws_fault_documents()})
      for (const AwsDocument& definition : documents)
        made.emplace(definition.name, std::make_unique<OnShelf>(definition));
    return made;
  }();
  return all;
}

}  // namespace

const StoredDocument* find_aws_document(std::string_view name) {
  const auto found = shelf().find(name);
  if (found == shelf().end()) return nullptr;
  OnShelf& entry = *found->second;
  std::call_once(entry.once, [&] { entry.document = stored(entry.definition); });
  return &entry.document;
}

std::vector<std::string> aws_document_names() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : shelf()) names.emplace_back(name);
  return names;
}

}  // namespace opsim::ssm

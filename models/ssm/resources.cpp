// AWS::SSM::Document.
// AWS: CloudFormation User Guide, the page of that type: Content is an object, or JSON or YAML
// as text; a document without a Name gets one; Ref gives the name.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/document_reader.hpp"
#include "models/ssm/document_store.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::ssm {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kAny{.kind = Kind::any};
constexpr std::string_view kFormats[] = {"JSON", "TEXT", "YAML"};
constexpr Shape kFormat{.kind = Kind::text, .allowed = kFormats};

constexpr Field kDocumentFields[] = {
    {.name = "Attachments", .shape = &kAny, .simulated = Simulated::no},
    {.name = "Content",
     .shape = &kAny,
     .need = Need::required,
     .doc = "The document: an object, or its JSON or YAML as text."},
    {.name = "DocumentFormat", .shape = &kFormat},
    {.name = "DocumentType", .shape = &kText},
    {.name = "Name", .shape = &kText},
    {.name = "Requires", .shape = &kAny, .simulated = Simulated::no},
    {.name = "Tags", .shape = &kAny},
    {.name = "TargetType", .shape = &kText, .simulated = Simulated::no},
    {.name = "UpdateMethod", .shape = &kText, .simulated = Simulated::no},
    {.name = "VersionName", .shape = &kText},
};

/// The Content as it stands in the template.
Node written_content(const ResourceRequest& request) {
  return request.text.locate("/Properties/Content");
}

/// Steps of a document written as text in a block of a template: the block begins one line above
/// the document's first.
void place_in_block(DocumentSpec& spec, const Node& text) {
  const auto line_of = [&](std::string& source) {
    const auto colon = source.rfind(':');
    if (colon == std::string::npos) return;
    const int line = std::atoi(source.c_str() + colon + 1);
    source = fmt::format("{}:{}", text.file(), text.position().line + line);
  };
  line_of(spec.source);
  for (StepSpec& step : spec.steps) line_of(step.source);
  for (PluginSpec& plugin : spec.plugins) line_of(plugin.source);
}

/// A block of a YAML template, not a JSON text in one line.
bool is_block(const Node& content) {
  return content.is_text() && content.spelling().find('\n') != std::string_view::npos;
}

/// Where each step was written: in the template, or in the file that it took the document from.
void place(DocumentVersion& version, const ResourceRequest& request) {
  const Node content = written_content(request);
  auto spec = std::make_shared<DocumentSpec>(*version.spec);
  if (content.is_mapping() && content.contains("mainSteps")) {
    place_steps(*spec, content);
  } else if (is_block(content)) {
    place_in_block(*spec, content);
  } else {
    spec->source = request.source;
    for (StepSpec& step : spec->steps) step.source = request.source;
    for (PluginSpec& plugin : spec->plugins) plugin.source = request.source;
  }
  version.spec = std::move(spec);
}

ApiResult<DocumentVersion> version_in(Ssm& ssm, const ResourceRequest& request,
                                      DocumentInput& wanted) {
  const Json& content = input::member(request.properties, "Content");
  if (!content.is_object()) {
    wanted.content = input::text(content);
    return read_version(ssm, wanted);
  }
  wanted.content = text_of(content);
  if (wanted.format.empty()) wanted.format = "JSON";
  if (wanted.type == to_string(DocumentType::change_template)) return read_version(ssm, wanted);
  const Document document = document_of(wanted.name, content);
  return version_of(ssm, wanted, document.root);
}

}  // namespace

extern constexpr Shape kDocumentProperties{.kind = Kind::mapping, .fields = kDocumentFields};

ApiResult<Created> create_document_resource(Ssm& ssm, const ResourceRequest& request) {
  DocumentInput wanted;
  wanted.name = input::text(request.properties, "Name");
  if (wanted.name.empty())
    wanted.name =
        fmt::format("{}-{}-{}", request.stack, request.logical_id, request.cloud.next_id(""));
  wanted.type = input::text(request.properties, "DocumentType");
  wanted.format = input::text(request.properties, "DocumentFormat");
  wanted.version_name = input::text(request.properties, "VersionName");
  wanted.source = request.source;
  ApiResult<DocumentVersion> version = version_in(ssm, request, wanted);
  if (!version) return version.error();
  place(*version, request);
  const ApiResult<StoredDocument*> added =
      add_document(ssm, request.place, wanted, std::move(*version));
  if (!added) return added.error();
  Created created;
  created.physical_id = wanted.name;
  created.arn = arn(request.place, "ssm", "document/" + wanted.name);
  return created;
}

}  // namespace opsim::ssm

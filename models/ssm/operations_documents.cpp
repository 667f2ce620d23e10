// AWS: Systems Manager API Reference, CreateDocument, UpdateDocument,
// UpdateDocumentDefaultVersion, GetDocument, DescribeDocument, ListDocuments, DeleteDocument.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/document_store.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"

namespace opsim::ssm {

namespace {

DocumentInput document_input(const Json& request) {
  DocumentInput made;
  made.name = input::text(request, "Name");
  made.type = input::text(request, "DocumentType");
  made.format = input::text(request, "DocumentFormat");
  made.version_name = input::text(request, "VersionName");
  const Json& content = input::member(request, "Content");
  made.content = content.is_structured() ? text_of(content) : input::text(content);
  return made;
}

struct Chosen {
  const StoredDocument* document;
  const DocumentVersion* version;
  int number;
};

ApiResult<Chosen> chosen(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const StoredDocument* document = ssm.find_document(request.place(), name);
  if (document == nullptr) return unknown_document(ssm, request.place(), name, "InvalidDocument");
  int number = 0;
  const std::string wanted = input::text(request.input, "DocumentVersion");
  const DocumentVersion* version = find_version(*document, wanted, number);
  if (version == nullptr)
    return ApiError{"InvalidDocumentVersion", fmt::format("{} has no version {}", name, wanted)};
  return Chosen{document, version, number};
}

/// A document of the caller's own, to be changed.
ApiResult<StoredDocument*> owned(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto found = ssm.documents.find({request.place(), name});
  if (found != ssm.documents.end()) return &found->second;
  return unknown_document(ssm, request.place(), name, "InvalidDocument");
}

bool passes(const StoredDocument& document, const DocumentVersion& version, const Json& filters) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const std::string key = input::text(filter, "Key");
    const std::vector<std::string> values = input::texts(filter, "Values");
    const auto any = [&](auto&& is) { return std::ranges::any_of(values, is); };
    if (key == "Name") return any([&](const auto& v) { return document.name.starts_with(v); });
    if (key == "DocumentType")
      return any([&](const auto& v) { return v == to_string(version.spec->type); });
    if (key == "Owner")
      return any([&](const auto& v) {
        return (v == "Amazon") == (document.owner == "Amazon") || v == "All";
      });
    return true;
  });
}

}  // namespace

Answer create_document(Ssm& ssm, const Request& request) {
  const DocumentInput wanted = document_input(request.input);
  ApiResult<DocumentVersion> version = read_version(ssm, wanted);
  if (!version) return version.error();
  const ApiResult<StoredDocument*> added =
      add_document(ssm, request.place(), wanted, std::move(*version));
  if (!added) return added.error();
  Resource resource;
  resource.type = "AWS::SSM::Document";
  resource.physical_id = wanted.name;
  resource.arn = arn(request.place(), "ssm", "document/" + wanted.name);
  resource.place = request.place();
  resource.tags = input::tags(input::member(request.input, "Tags"));
  ssm.cloud.resources().add(std::move(resource));
  return Json{{"DocumentDescription", document_view(request.place(), **added, 1)}};
}

Answer update_document(Ssm& ssm, const Request& request) {
  ApiResult<StoredDocument*> document = owned(ssm, request);
  if (!document) return document.error();
  DocumentInput wanted = document_input(request.input);
  wanted.type = to_string((*document)->versions.back().spec->type);
  if ((*document)->versions.back().content == wanted.content)
    return ApiError{"DuplicateDocumentContent",
                    "The content of the document is the same as that of the latest version"};
  ApiResult<DocumentVersion> version = read_version(ssm, wanted);
  if (!version) return version.error();
  (*document)->versions.push_back(std::move(*version));
  const int number = static_cast<int>((*document)->versions.size());
  return Json{{"DocumentDescription", document_view(request.place(), **document, number)}};
}

Answer update_document_default_version(Ssm& ssm, const Request& request) {
  ApiResult<StoredDocument*> document = owned(ssm, request);
  if (!document) return document.error();
  int number = 0;
  const std::string wanted = input::text(request.input, "DocumentVersion");
  if (wanted.empty() || find_version(**document, wanted, number) == nullptr)
    return ApiError{"InvalidDocumentVersion",
                    fmt::format("{} has no version {}", (*document)->name, wanted)};
  (*document)->default_version = number;
  return Json{
      {"Description", {{"Name", (*document)->name}, {"DefaultVersion", std::to_string(number)}}}};
}

Answer get_document(Ssm& ssm, const Request& request) {
  const ApiResult<Chosen> found = chosen(ssm, request);
  if (!found) return found.error();
  return Json{{"Name", found->document->name},
              {"DocumentVersion", std::to_string(found->number)},
              {"VersionName", found->version->version_name},
              {"Status", "Active"},
              {"Content", found->version->content},
              {"DocumentType", to_string(found->version->spec->type)},
              {"DocumentFormat", found->version->format}};
}

Answer describe_document(Ssm& ssm, const Request& request) {
  const ApiResult<Chosen> found = chosen(ssm, request);
  if (!found) return found.error();
  return Json{{"Document", document_view(request.place(), *found->document, found->number)}};
}

Answer list_documents(Ssm& ssm, const Request& request) {
  const Json& filters = list_member(request.input, "Filters");
  Json list = Json::array();
  const auto add = [&](const StoredDocument& document) {
    int number = 0;
    const DocumentVersion* version = find_version(document, "", number);
    if (!passes(document, *version, filters)) return;
    Json view = document_view(request.place(), document, number);
    for (const std::string_view extra : {"Parameters", "Description", "Status", "LatestVersion"})
      view.erase(std::string{extra});
    list.push_back(std::move(view));
  };
  for (const auto& [key, document] : ssm.documents)
    if (key.first == request.place()) add(document);
  for (const std::string& name : aws_document_names()) add(*find_aws_document(name));
  return Json{{"DocumentIdentifiers", std::move(list)}};
}

Answer delete_document(Ssm& ssm, const Request& request) {
  const ApiResult<StoredDocument*> document = owned(ssm, request);
  if (!document) return document.error();
  const std::string name = (*document)->name;
  ssm.documents.erase({request.place(), name});
  ssm.cloud.resources().remove(name);
  return Json::object();
}

}  // namespace opsim::ssm

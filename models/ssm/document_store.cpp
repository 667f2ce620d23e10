// AWS: Systems Manager API Reference, CreateDocument (names: letters, digits, _ - . :, 3 to 128;
// content up to 64 KB); DocumentDescription.
#include "models/ssm/document_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/document_reader.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"

namespace opsim::ssm {

namespace {

constexpr std::size_t kLargestContent = 64 * 1024;
constexpr std::string_view kTypes[] = {
    "ApplicationConfiguration",
    "ApplicationConfigurationSchema",
    "Automation",
    "Automation.ChangeTemplate",
    "ChangeCalendar",
    "CloudFormation",
    "Command",
    "ConformancePackTemplate",
    "DeploymentStrategy",
    "Package",
    "Policy",
    "ProblemAnalysis",
    "QuickSetup",
    "Session",
};

bool good_name(std::string_view name) {
  constexpr std::string_view others = "_-.:/";
  return name.size() >= 3 && name.size() <= 128 && std::ranges::all_of(name, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  others.find(c) != std::string_view::npos;
         });
}

ApiError invalid_content(const Diagnostics& diagnostics) {
  std::string text = diagnostics.text();
  while (text.ends_with('\n')) text.pop_back();
  return {"InvalidDocumentContent", std::move(text)};
}

std::optional<ApiError> refused_type(const DocumentInput& input, DocumentType is) {
  const std::string_view type = input.type.empty() ? "Command" : std::string_view{input.type};
  if (std::ranges::find(kTypes, type) == std::end(kTypes))
    return ApiError{"ValidationException",
                    fmt::format("DocumentType is {}; {}{}", opsim::quoted(type),
                                one_of_text(kTypes), did_you_mean(type, kTypes))};
  if (type == to_string(is)) return std::nullopt;
  return ApiError{
      "InvalidDocumentContent",
      fmt::format("the content is of type {}, DocumentType says {}", to_string(is), type)};
}

/// What another model reads is kept as it is.
DocumentVersion unread_version(Ssm& ssm, const DocumentInput& input, DocumentType type) {
  auto spec = std::make_shared<DocumentSpec>();
  spec->type = type;
  DocumentVersion version;
  version.spec = std::move(spec);
  version.content = input.content;
  version.format = input.format;
  version.version_name = input.version_name;
  version.created = ssm.sim().now();
  return version;
}

/// iCalendar text: models/change_calendar reads it.
ApiResult<DocumentVersion> calendar_version(Ssm& ssm, DocumentInput input) {
  if (!input.content.starts_with("BEGIN:VCALENDAR"))
    return ApiError{"InvalidDocumentContent", "a calendar begins with BEGIN:VCALENDAR"};
  input.format = "TEXT";
  return unread_version(ssm, input, DocumentType::change_calendar);
}

/// Approvals of Change Manager: models/change_manager reads them, and says what is wrong.
ApiResult<DocumentVersion> template_version(Ssm& ssm, const DocumentInput& input) {
  const Json question{{"Name", input.name}, {"Content", input.content}};
  const ApiResult<Json> answer =
      ssm.cloud.inspect(ssm.cloud.home(), "ssm", "InspectChangeTemplate", question);
  if (!answer && answer.error().code == "InvalidDocumentContent") return answer.error();
  return unread_version(ssm, input, DocumentType::change_template);
}

}  // namespace

ApiResult<DocumentVersion> version_of(Ssm& ssm, const DocumentInput& input, const Node& content) {
  Diagnostics diagnostics;
  std::shared_ptr<DocumentSpec> spec = read_ssm_document(content, diagnostics);
  if (spec == nullptr) return invalid_content(diagnostics);
  if (auto wrong = refused_type(input, spec->type)) return *wrong;
  DocumentVersion version;
  version.spec = std::move(spec);
  version.content = input.content;
  version.format = input.format;
  version.version_name = input.version_name;
  version.created = ssm.sim().now();
  return version;
}

ApiResult<DocumentVersion> read_version(Ssm& ssm, const DocumentInput& input) {
  if (input.content.empty()) return ApiError{"InvalidDocumentContent", "Content is empty"};
  if (input.content.size() > kLargestContent)
    return ApiError{"MaxDocumentSizeExceeded",
                    fmt::format("the content is {} bytes long; at most {}", input.content.size(),
                                kLargestContent)};
  DocumentInput known = input;
  if (input.type == to_string(DocumentType::change_calendar)) return calendar_version(ssm, known);
  const auto first = input.content.find_first_not_of(" \t\r\n");
  if (known.format.empty())
    known.format = first != std::string::npos && input.content[first] == '{' ? "JSON" : "YAML";
  if (input.type == to_string(DocumentType::change_template)) return template_version(ssm, known);
  try {
    const Document document = read_text(input.name, input.content);
    return version_of(ssm, known, document.root);
  } catch (const BadInput& bad) {
    return invalid_content(bad.diagnostics());
  }
}

ApiResult<StoredDocument*> add_document(Ssm& ssm, const Place& place, const DocumentInput& input,
                                        DocumentVersion version) {
  if (!good_name(input.name))
    return ApiError{"ValidationException",
                    fmt::format("Name is {}; 3 to 128 letters, digits, _, -, . and :",
                                opsim::quoted(input.name))};
  constexpr std::string_view reserved[] = {"aws-", "amazon", "amzn", "AWS-"};
  for (const std::string_view prefix : reserved)
    if (input.name.starts_with(prefix))
      return ApiError{"ValidationException",
                      fmt::format("names that begin with {} belong to AWS", prefix)};
  const auto [at, fresh] = ssm.documents.try_emplace({place, input.name});
  if (!fresh)
    return ApiError{"DocumentAlreadyExists",
                    fmt::format("Document with name {} already exists", input.name)};
  StoredDocument& document = at->second;
  document.name = input.name;
  document.owner = place.account;
  document.source = input.source;
  document.versions.push_back(std::move(version));
  return &document;
}

Json document_view(const Place& place, const StoredDocument& document, int number) {
  const DocumentVersion& version = document.versions[static_cast<std::size_t>(number - 1)];
  Json parameters = Json::array();
  for (const ParameterSpec& parameter : version.spec->parameters) {
    Json one{{"Name", parameter.name},
             {"Type", parameter.type_text},
             {"Description", parameter.description}};
    if (parameter.by_default) one["DefaultValue"] = text_of(*parameter.by_default);
    parameters.push_back(std::move(one));
  }
  Json platforms = Json::array();
  for (const auto& [key, name] :
       {std::pair{"windows", "Windows"}, {"linux", "Linux"}, {"macos", "MacOS"}})
    if (version.spec->type == DocumentType::automation || runs_on(*version.spec, key))
      platforms.push_back(name);
  (void)place;
  return {{"Name", document.name},
          {"Owner", document.owner},
          {"CreatedDate", iso8601(std::chrono::floor<std::chrono::milliseconds>(version.created))},
          {"Status", "Active"},
          {"DocumentVersion", std::to_string(number)},
          {"VersionName", version.version_name},
          {"Description", version.spec->description},
          {"Parameters", std::move(parameters)},
          {"PlatformTypes", std::move(platforms)},
          {"DocumentType", to_string(version.spec->type)},
          {"SchemaVersion", version.spec->schema_version},
          {"LatestVersion", std::to_string(document.versions.size())},
          {"DefaultVersion", std::to_string(document.default_version)},
          {"DocumentFormat", version.format}};
}

}  // namespace opsim::ssm

// AWS: Systems Manager API Reference, ListDocumentVersions, ModifyDocumentPermission,
// DescribeDocumentPermission; User Guide, "Using shared SSM documents" (named by their ARN; shared
// with 1,000 accounts at most, or with all).
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/document_store.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"

namespace opsim::ssm {

namespace {

constexpr std::size_t kMostAccounts = 1'000;

bool is_account(std::string_view text) {
  return text == "all" || (text.size() == 12 &&
                           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }));
}

ApiResult<StoredDocument*> to_share(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  if (input::text(request.input, "PermissionType") != "Share")
    return ApiError{"InvalidPermissionType",
                    "The permission type isn't supported. Share is the only supported permission "
                    "type."};
  const auto found = ssm.documents.find({request.place(), name});
  if (found == ssm.documents.end())
    return unknown_document(ssm, request.place(), name, "InvalidDocument");
  return &found->second;
}

}  // namespace

Answer list_document_versions(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const StoredDocument* document = ssm.find_document(request.place(), name);
  if (document == nullptr) return unknown_document(ssm, request.place(), name, "InvalidDocument");
  Json list = Json::array();
  for (int number = static_cast<int>(document->versions.size()); number > 0; --number) {
    const DocumentVersion& version = document->versions[static_cast<std::size_t>(number - 1)];
    Json one{
        {"Name", document->name},
        {"DocumentVersion", std::to_string(number)},
        {"CreatedDate", iso8601(std::chrono::floor<std::chrono::milliseconds>(version.created))},
        {"IsDefaultVersion", number == document->default_version},
        {"DocumentFormat", version.format},
        {"Status", "Active"}};
    if (!version.version_name.empty()) one["VersionName"] = version.version_name;
    list.push_back(std::move(one));
  }
  return Json{{"DocumentVersions", std::move(list)}};
}

Answer modify_document_permission(Ssm& ssm, const Request& request) {
  const ApiResult<StoredDocument*> document = to_share(ssm, request);
  if (!document) return document.error();
  std::set<std::string> with = (*document)->shared_with;
  for (const std::string& account : input::texts(request.input, "AccountIdsToAdd")) {
    if (!is_account(account))
      return ApiError{
          "ValidationException",
          fmt::format("AccountIdsToAdd has {}; an account is twelve digits, or all", account)};
    with.insert(account);
  }
  for (const std::string& account : input::texts(request.input, "AccountIdsToRemove"))
    with.erase(account);
  if (with.size() > kMostAccounts)
    return ApiError{"DocumentPermissionLimit",
                    "The document can't be shared with more Amazon Web Services accounts."};
  (*document)->shared_with = std::move(with);
  return Json::object();
}

Answer describe_document_permission(Ssm& ssm, const Request& request) {
  const ApiResult<StoredDocument*> document = to_share(ssm, request);
  if (!document) return document.error();
  Json list = Json::array();
  for (const std::string& account : (*document)->shared_with)
    list.push_back({{"AccountId", account}, {"SharedDocumentVersion", "$DEFAULT"}});
  return Json{{"AccountIds", (*document)->shared_with},
              {"AccountSharingInfoList", std::move(list)}};
}

}  // namespace opsim::ssm

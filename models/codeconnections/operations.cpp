// AWS: CodeConnections API Reference (CreateConnection, GetConnection, ListConnections);
// permissions reference of the Developer Tools console: UseConnection with FullRepositoryId.
#include <fmt/format.h>

#include <algorithm>

#include "models/codeconnections/connections.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codeconnections {

namespace {

using input::member;
using input::text;

Connection& add(Connections& all, const Place& place, std::string_view service, const Json& members,
                const char* status) {
  Connection made{.name = text(members, "ConnectionName"),
                  .arn = arn(place, service, "connection/" + all.cloud.next_uuid("connection")),
                  .provider = text(members, "ProviderType"),
                  .status = status};
  std::string key = made.arn;
  return all.by_arn.emplace(std::move(key), std::move(made)).first->second;
}

Json connection_json(const Connection& one) {
  return {{"ConnectionName", one.name},
          {"ConnectionArn", one.arn},
          {"ProviderType", one.provider},
          {"ConnectionStatus", one.status}};
}

/// What the commit changed: the files it brings, or the paths it names.
Json changed_paths(const Json& input) {
  Json paths = Json::array();
  if (const Json& files = member(input, "Files"); files.is_object())
    for (const auto& [path, content] : files.items()) paths.push_back(path);
  for (const std::string& path : input::texts(input, "Paths")) paths.push_back(path);
  return paths;
}

}  // namespace

/// "A connection created through the API is in PENDING status": nobody here clicks it through.
ApiResult<Json> create_connection(Connections& all, const Request& request) {
  return Json{
      {"ConnectionArn", add(all, request.place(), request.service, request.input, "PENDING").arn}};
}

ApiResult<Json> get_connection(Connections& all, const Request& request) {
  const std::string named = text(request.input, "ConnectionArn");
  const auto found = all.by_arn.find(named);
  if (found == all.by_arn.end())
    return ApiError{"ResourceNotFoundException", fmt::format("Connection {} not found", named)};
  return Json{{"Connection", connection_json(found->second)}};
}

ApiResult<Json> list_connections(Connections& all, const Request& /*request*/) {
  Json list = Json::array();
  for (const auto& [key, one] : all.by_arn) list.push_back(connection_json(one));
  return Json{{"Connections", std::move(list)}};
}

/// No operation of AWS: somebody pushes to a repository outside, and its provider tells.
ApiResult<Json> push_commit(Connections& all, const Request& request) {
  const std::string name = text(request.input, "FullRepositoryId");
  const std::string branch = text(request.input, "BranchName");
  const std::string tag = text(request.input, "Tag");
  if (name.find('/') == name.npos || (branch.empty() && tag.empty()))
    return ApiError{"ValidationException",
                    "PushCommit needs FullRepositoryId, as owner/name, and BranchName or Tag"};
  ExternalRepository& repository = all.repositories[name];
  const auto tip = repository.branches.find(branch);
  Commit commit{
      .id = fmt::format("{:0<40}", all.cloud.next_id("").substr(0, 8)),
      .message = text(request.input, "Message"),
      .at = all.cloud.sim().now(),
      .files = tip == repository.branches.end() ? Files{} : repository.commits[tip->second].files};
  if (const Json& files = member(request.input, "Files"); files.is_object())
    for (const auto& [path, content] : files.items())
      commit.files[path] = content.is_string() ? content.get<std::string>() : content.dump();
  const std::string id = commit.id;
  if (!branch.empty()) repository.branches[branch] = id;
  all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = name,
       .text = fmt::format("{}: {}", branch.empty() ? "tag " + tag : branch,
                           commit.message.empty() ? "a push" : commit.message),
       .detail = {{"act", "commit"}, {"commit", id}}});
  repository.commits[id] = std::move(commit);
  return Json{{"CommitId", id}, {"Paths", changed_paths(request.input)}};
}

/// What the permission of that name lets a pipeline do: the commit and its files.
ApiResult<Json> use_connection(Connections& all, const Request& request) {
  const auto connection = all.by_arn.find(text(request.input, "ConnectionArn"));
  if (connection != all.by_arn.end() && connection->second.status != "AVAILABLE")
    return ApiError{"ConnectionUnavailableException",
                    fmt::format("Connection {} is not available", connection->first)};
  const std::string name = text(request.input, "FullRepositoryId");
  const std::string branch = text(request.input, "BranchName");
  const ExternalRepository& repository = all.repositories[name];
  std::string id = text(request.input, "CommitId");
  if (id.empty()) {
    const auto tip = repository.branches.find(branch);
    if (tip == repository.branches.end())
      return ApiError{
          "InvalidInputException",
          fmt::format("No Branch [{}] found for FullRepositoryName [{}]", branch, name)};
    id = tip->second;
  }
  const auto commit = repository.commits.find(id);
  if (commit == repository.commits.end())
    return ApiError{"InvalidInputException",
                    fmt::format("No Commit [{}] found for FullRepositoryName [{}]", id, name)};
  return Json{{"commitId", id},
              {"message", commit->second.message},
              {"authorDate", iso8601(commit->second.at)},
              {"archive", archive_of(commit->second.files)}};
}

/// A stack that stands had its connection finished.
ApiResult<Created> create_connection_resource(Connections& all, const ResourceRequest& request) {
  const bool older = request.type.starts_with("AWS::CodeStar");
  const Connection& made =
      add(all, request.place, older ? "codestar-connections" : "codeconnections",
          request.properties, "AVAILABLE");
  return Created{.physical_id = made.arn,
                 .arn = made.arn,
                 .attributes = {{"ConnectionArn", made.arn},
                                {"ConnectionStatus", made.status},
                                {"OwnerAccountId", request.place.account}}};
}

}  // namespace opsim::codeconnections

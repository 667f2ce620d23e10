// AWS: CodeCommit API Reference, the operation of the same name; event: CodeCommit User Guide,
// "Monitoring CodeCommit events" (monitoring-events).
#include <fmt/format.h>

#include "models/codecommit/codecommit.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codecommit {

namespace {

using input::member;
using input::text;

ApiResult<Repository*> named_repository(CodeCommit& all, const Request& request) {
  const std::string name = text(request.input, "repositoryName");
  const auto found = all.repositories.find({request.place(), name});
  if (found != all.repositories.end()) return &found->second;
  return ApiError{"RepositoryDoesNotExistException", fmt::format("{} does not exist", name)};
}

ApiError no_branch(const std::string& name) {
  return {"BranchDoesNotExistException",
          fmt::format("Branch {} does not exist. Branch names must be a valid reference", name)};
}

Repository& add(CodeCommit& all, const Place& place, std::string name) {
  Repository made{.name = name,
                  .id = all.cloud.next_uuid("repository"),
                  .arn = arn(place, "codecommit", name),
                  .place = place};
  return all.repositories.emplace(std::pair{place, std::move(name)}, std::move(made)).first->second;
}

Json metadata(const Repository& one) {
  return {{"repositoryName", one.name},
          {"repositoryId", one.id},
          {"Arn", one.arn},
          {"accountId", one.place.account},
          {"cloneUrlHttp", fmt::format("https://git-codecommit.{}.amazonaws.com/v1/repos/{}",
                                       one.place.region, one.name)}};
}

/// Forty hexadecimal digits, as Git has them; here a counter.
std::string next_commit_id(CodeCommit& all) {
  return fmt::format("{:0<40}", all.cloud.next_id("").substr(0, 8));
}

void tell(CodeCommit& all, const Repository& repository, const std::string& branch,
          const Commit& commit, const std::string& caller) {
  const CauseId entry = all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = repository.name,
       .text = fmt::format("{}: {}", branch, commit.message.empty() ? "a commit" : commit.message),
       .source = std::string{all.cloud.resources().source_of(repository.arn)},
       .detail = {{"act", "commit"}, {"commit", commit.id}}});
  const CauseScope because{all.cloud.sim(), entry};
  Json detail{{"event", commit.parent.empty() ? "referenceCreated" : "referenceUpdated"},
              {"repositoryName", repository.name},
              {"repositoryId", repository.id},
              {"referenceType", "branch"},
              {"referenceName", branch},
              {"referenceFullName", "refs/heads/" + branch},
              {"commitId", commit.id},
              {"callerUserArn", caller}};
  if (!commit.parent.empty()) detail["oldCommitId"] = commit.parent;
  all.cloud.emit({.source = "aws.codecommit",
                  .detail_type = "CodeCommit Repository State Change",
                  .place = repository.place,
                  .resources = {repository.arn},
                  .detail = std::move(detail),
                  .line = fmt::format("{} {}: a push", repository.name, branch)});
}

/// By commit, or by branch; the tip where neither is found is the error.
ApiResult<const Commit*> asked_commit(const Repository& repository, const Json& input) {
  std::string id = text(input, "commitId");
  if (id.empty()) id = text(input, "commitSpecifier");
  if (const auto named = repository.branches.find(id); named != repository.branches.end())
    id = named->second;
  if (id.empty()) {
    const std::string branch = text(input, "branchName");
    const auto tip = repository.branches.find(branch);
    if (tip == repository.branches.end()) return no_branch(branch);
    id = tip->second;
  }
  const auto found = repository.commits.find(id);
  if (found != repository.commits.end()) return &found->second;
  return ApiError{"CommitIdDoesNotExistException", fmt::format("Commit {} does not exist", id)};
}

}  // namespace

ApiResult<Json> create_repository(CodeCommit& all, const Request& request) {
  const std::string name = text(request.input, "repositoryName");
  if (name.empty())
    return ApiError{"RepositoryNameRequiredException", "A repository name is required"};
  if (all.repositories.contains({request.place(), name}))
    return ApiError{"RepositoryNameExistsException",
                    fmt::format("Repository named {} already exists", name)};
  return Json{{"repositoryMetadata", metadata(add(all, request.place(), name))}};
}

ApiResult<Json> delete_repository(CodeCommit& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return Json::object();
  const std::string id = (*repository)->id;
  all.repositories.erase({request.place(), text(request.input, "repositoryName")});
  return Json{{"repositoryId", id}};
}

ApiResult<Json> get_repository(CodeCommit& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  return Json{{"repositoryMetadata", metadata(**repository)}};
}

ApiResult<Json> list_repositories(CodeCommit& all, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, one] : all.repositories)
    if (key.first == request.place())
      list.push_back({{"repositoryName", one.name}, {"repositoryId", one.id}});
  return Json{{"repositories", std::move(list)}};
}

ApiResult<Json> list_branches(CodeCommit& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  Json names = Json::array();
  for (const auto& [name, tip] : (*repository)->branches) names.push_back(name);
  return Json{{"branches", std::move(names)}};
}

/// SIMPLIFIED: parentCommitId may be left out: then the tip is the parent.
ApiResult<Json> create_commit(CodeCommit& all, const Request& request) {
  const auto found = named_repository(all, request);
  if (!found) return found.error();
  Repository& repository = **found;
  const std::string branch = text(request.input, "branchName");
  if (branch.empty()) return ApiError{"BranchNameRequiredException", "A branch name is required"};
  const auto tip = repository.branches.find(branch);
  const std::string parent = text(request.input, "parentCommitId");
  const std::string current = tip == repository.branches.end() ? "" : tip->second;
  if (!parent.empty() && parent != current)
    return ApiError{"ParentCommitIdOutdatedException",
                    fmt::format("The parent commit ID is not the tip of {}", branch)};
  Commit commit{.id = next_commit_id(all),
                .parent = current,
                .message = text(request.input, "commitMessage"),
                .author = text(request.input, "authorName"),
                .at = all.cloud.sim().now(),
                .files = current.empty() ? Files{} : repository.commits.at(current).files};
  if (const Json& files = member(request.input, "putFiles"); files.is_array())
    for (const Json& file : files) commit.files[text(file, "filePath")] = text(file, "fileContent");
  if (const Json& files = member(request.input, "deleteFiles"); files.is_array())
    for (const Json& file : files) commit.files.erase(text(file, "filePath"));
  const std::string id = commit.id;
  repository.branches[branch] = id;
  const Commit& kept = repository.commits.emplace(id, std::move(commit)).first->second;
  tell(all, repository, branch, kept, request.caller.principal);
  return Json{{"commitId", id}, {"treeId", id}};
}

ApiResult<Json> get_branch(CodeCommit& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  const std::string name = text(request.input, "branchName");
  const auto tip = (*repository)->branches.find(name);
  if (tip == (*repository)->branches.end()) return no_branch(name);
  return Json{{"branch", {{"branchName", name}, {"commitId", tip->second}}}};
}

ApiResult<Json> get_commit(CodeCommit& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  const auto commit = asked_commit(**repository, request.input);
  if (!commit) return commit.error();
  Json parents = Json::array();
  if (!(*commit)->parent.empty()) parents.push_back((*commit)->parent);
  return Json{{"commit",
               {{"commitId", (*commit)->id},
                {"message", (*commit)->message},
                {"author", {{"name", (*commit)->author}, {"date", iso8601((*commit)->at)}}},
                {"parents", std::move(parents)}}}};
}

ApiResult<Json> get_file(CodeCommit& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  const auto commit = asked_commit(**repository, request.input);
  if (!commit) return commit.error();
  const std::string path = text(request.input, "filePath");
  const auto file = (*commit)->files.find(path);
  if (file == (*commit)->files.end())
    return ApiError{"FileDoesNotExistException", fmt::format("{} does not exist", path)};
  return Json{{"commitId", (*commit)->id}, {"filePath", path}, {"fileContent", file->second}};
}

/// No operation of the public API: what the permission codecommit:UploadArchive lets a pipeline or
/// a build do. The archive is in the answer.
ApiResult<Json> upload_archive(CodeCommit& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  const auto commit = asked_commit(**repository, request.input);
  if (!commit) return commit.error();
  return Json{{"commitId", (*commit)->id},
              {"message", (*commit)->message},
              {"authorDate", iso8601((*commit)->at)},
              {"archive", archive_of((*commit)->files)}};
}

ApiResult<Created> create_repository_resource(CodeCommit& all, const ResourceRequest& request) {
  const std::string name = text(request.properties, "RepositoryName");
  if (all.repositories.contains({request.place, name}))
    return ApiError{"RepositoryNameExistsException",
                    fmt::format("Repository named {} already exists (RepositoryName)", name)};
  Repository& made = add(all, request.place, name);
  // Code: what an initial commit holds lies in S3 and is not read; the branch stands.
  if (const Json& code = member(request.properties, "Code"); code.is_object()) {
    const std::string branch = text(code, "BranchName").empty() ? "main" : text(code, "BranchName");
    const std::string id = next_commit_id(all);
    made.commits[id] = {.id = id,
                        .parent = "",
                        .message = "Initial commit",
                        .author = "",
                        .at = all.cloud.sim().now(),
                        .files = {}};
    made.branches[branch] = id;
  }
  const Json told = metadata(made);
  return Created{.physical_id = made.id,
                 .arn = made.arn,
                 .attributes = {{"Arn", made.arn},
                                {"CloneUrlHttp", told["cloneUrlHttp"]},
                                {"CloneUrlSsh", fmt::format("ssh://git-codecommit.{}.amazonaws.com/"
                                                            "v1/repos/{}",
                                                            request.place.region, made.name)},
                                {"Name", made.name}}};
}

}  // namespace opsim::codecommit

#include "models/codecommit/service.hpp"

#include <algorithm>

#include "models/codecommit/codecommit.hpp"

namespace opsim {

namespace {

using codecommit::CodeCommit;

template <ApiResult<Json> (*Handle)(CodeCommit&, const Request&)>
constexpr auto on_commit = immediate<CodeCommit, Handle>;

constexpr std::string_view kNoReviews = "pull requests are not simulated: commit to the branch";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateCommit", Access::write, on_commit<codecommit::create_commit>},
    {.name = "CreatePullRequest", .not_simulated = kNoReviews},
    {"CreateRepository", Access::write, on_commit<codecommit::create_repository>},
    {"DeleteRepository", Access::write, on_commit<codecommit::delete_repository>},
    {"GetBranch", Access::read, on_commit<codecommit::get_branch>},
    {"GetCommit", Access::read, on_commit<codecommit::get_commit>},
    {"GetFile", Access::read, on_commit<codecommit::get_file>},
    {"GetRepository", Access::read, on_commit<codecommit::get_repository>},
    {"ListBranches", Access::read, on_commit<codecommit::list_branches>},
    {"ListRepositories", Access::read, on_commit<codecommit::list_repositories>},
    {"UploadArchive", Access::read, on_commit<codecommit::upload_archive>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kRepositoryFields[] = {
    {.name = "Code"},
    {.name = "KmsKeyId", .shape = &kText, .simulated = Simulated::no},
    {.name = "RepositoryDescription", .shape = &kText},
    {.name = "RepositoryName", .shape = &kText, .need = Need::required},
    {.name = "Tags", .simulated = Simulated::no},
    {.name = "Triggers", .simulated = Simulated::no},
};
constexpr Shape kRepository{.kind = Kind::mapping, .fields = kRepositoryFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::CodeCommit::Repository",
     .create = create<CodeCommit, codecommit::create_repository_resource>,
     .properties = &kRepository}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "commits to branches with their files; the event of a push",
     "codecommit/userguide: monitoring-events"},
    {Grade::simplified, "the parent of a commit is the tip; a repository's Code is not read"},
    {Grade::absent, "pull requests, merges, tags, triggers, approval rules"},
};

}  // namespace

extern const Service kCodeCommit{
    .name = "codecommit",
    .title = "AWS CodeCommit",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<CodeCommit>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim

// Source actions: which revision, and its files.
// AWS: CodePipeline User Guide, action-reference-CodeCommit, -CodestarConnectionSource, -ECR, -S3
// (configuration, output artifacts, output variables).
#include <fmt/format.h>

#include "models/codepipeline/provider.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::text;

std::string wanted_revision(const ActionContext& context) {
  const auto found = context.execution.wanted.find(context.action.name);
  return found == context.execution.wanted.end() ? "" : found->second;
}

void note_revision(ActionContext& context, std::string revision, std::string summary) {
  context.run.external_id = revision;
  std::erase_if(context.execution.revisions,
                [&](const SourceRevision& one) { return one.action == context.action.name; });
  context.execution.revisions.push_back(
      {context.action.name, std::move(revision), std::move(summary), ""});
}

Files files_in(const Json& answer) { return files_of(text(answer, "archive")); }

/// A commit of a repository, whoever keeps it.
ActionEnd commit_end(ActionContext& context, const Json& answer,
                     std::map<std::string, std::string> variables) {
  ActionEnd end;
  end.summary = text(answer, "message");
  variables["CommitId"] = text(answer, "commitId");
  variables["CommitMessage"] = end.summary;
  variables["AuthorDate"] = text(answer, "authorDate");
  note_revision(context, variables["CommitId"], end.summary);
  end.variables = std::move(variables);
  end.outputs[context.output()] = files_in(answer);
  return end;
}

}  // namespace

Process<ActionEnd> take_from_codecommit(ActionContext& context) {
  const std::string repository = context.setting("RepositoryName");
  const std::string branch = context.setting("BranchName");
  Json wanted{{"repositoryName", repository},
              {"branchName", branch},
              {"commitId", wanted_revision(context)}};
  // The permission that the service role of a pipeline needs for it: codecommit:UploadArchive.
  Process<ApiResult<Json>> asking = context.call("codecommit", "UploadArchive", std::move(wanted));
  const ApiResult<Json> answer = co_await asking;
  if (!answer) co_return refused(answer.error());
  co_return commit_end(context, *answer, {{"RepositoryName", repository}, {"BranchName", branch}});
}

Process<ActionEnd> take_from_connection(ActionContext& context) {
  const std::string connection = context.setting("ConnectionArn");
  const std::string repository = context.setting("FullRepositoryId");
  const std::string branch = context.setting("BranchName");
  const std::optional<Arn> named = Arn::parse(connection);
  Json wanted{{"ConnectionArn", connection},
              {"FullRepositoryId", repository},
              {"BranchName", branch},
              {"CommitId", wanted_revision(context)}};
  Process<ApiResult<Json>> asking =
      context.call(named ? named->service : "codeconnections", "UseConnection", std::move(wanted));
  const ApiResult<Json> answer = co_await asking;
  if (!answer) co_return refused(answer.error());
  co_return commit_end(
      context, *answer,
      {{"ConnectionArn", connection}, {"FullRepositoryName", repository}, {"BranchName", branch}});
}

Process<ActionEnd> take_from_github(ActionContext& context) {
  const std::string repository = context.setting("Owner") + "/" + context.setting("Repo");
  const std::string branch = context.setting("Branch");
  Json wanted{{"FullRepositoryId", repository},
              {"BranchName", branch},
              {"CommitId", wanted_revision(context)}};
  // The token in its configuration is what lets it in: no role is asked.
  const Caller service{context.execution.place, "codepipeline.amazonaws.com", ""};
  Process<ApiResult<Json>> asking =
      context.all.cloud.call(service, "codeconnections", "UseConnection", std::move(wanted));
  const ApiResult<Json> answer = co_await asking;
  if (!answer) co_return refused(answer.error());
  co_return commit_end(context, *answer,
                       {{"RepositoryName", context.setting("Repo")}, {"BranchName", branch}});
}

Process<ActionEnd> take_from_s3(ActionContext& context) {
  const std::string bucket = context.setting("S3Bucket");
  std::string key = context.setting("S3ObjectKey");
  // "S3_OBJECT_KEY" of a source revision override names another object.
  std::string version = wanted_revision(context);
  if (version.find('/') != std::string::npos || version.find('.') != std::string::npos)
    key = std::exchange(version, "");
  Json of_bucket{{"Bucket", bucket}};
  Process<ApiResult<Json>> asking = context.call("s3", "GetBucketVersioning", std::move(of_bucket));
  const ApiResult<Json> versioning = co_await asking;
  if (!versioning) co_return refused(versioning.error());
  if (text(*versioning, "Status") != "Enabled")
    co_return failed(
        "ConfigurationError",
        fmt::format("The S3 bucket {} must have versioning enabled to be a source", bucket));
  Json wanted{{"Bucket", bucket}, {"Key", key}};
  if (!version.empty()) wanted["VersionId"] = version;
  Process<ApiResult<Json>> reading = context.call("s3", "GetObject", std::move(wanted));
  const ApiResult<Json> object = co_await reading;
  if (!object) co_return refused(object.error());
  ActionEnd end;
  const std::string id = text(*object, "VersionId");
  end.summary = fmt::format("Amazon S3 version id: {}", id);
  end.variables = {{"BucketName", bucket},
                   {"ETag", text(*object, "ETag")},
                   {"ObjectKey", key},
                   {"VersionId", id}};
  end.outputs[context.output()] = files_of(text(*object, "Body"));
  note_revision(context, id, end.summary);
  co_return end;
}

Process<ActionEnd> take_from_ecr(ActionContext& context) {
  const std::string repository = context.setting("RepositoryName");
  const std::string tag = context.setting("ImageTag", "latest");
  Json image{{"imageTag", tag}};
  if (const std::string digest = wanted_revision(context); !digest.empty())
    image = Json{{"imageDigest", digest}};
  Json wanted{{"repositoryName", repository}, {"imageIds", Json::array({image})}};
  Process<ApiResult<Json>> asking = context.call("ecr", "DescribeImages", std::move(wanted));
  const ApiResult<Json> answer = co_await asking;
  if (!answer) co_return refused(answer.error());
  const Json& images = input::member(*answer, "imageDetails");
  if (!images.is_array() || images.empty())
    co_return failed("ConfigurationError", fmt::format("{} has no image {}", repository, tag));
  const std::string digest = text(images.front(), "imageDigest");
  const std::string uri =
      fmt::format("{}.dkr.ecr.{}.amazonaws.com/{}@{}", context.caller.place.account,
                  context.caller.place.region, repository, digest);
  ActionEnd end;
  end.summary = digest;
  end.variables = {{"ImageDigest", digest},
                   {"ImageTag", tag},
                   {"ImageURI", uri},
                   {"RegistryId", context.caller.place.account},
                   {"RepositoryName", repository}};
  end.outputs[context.output()]["imageDetail.json"] =
      Json{{"ImageURI", uri}, {"ImageDigest", digest}, {"RepositoryName", repository}}.dump();
  note_revision(context, digest, tag);
  co_return end;
}

}  // namespace opsim::codepipeline

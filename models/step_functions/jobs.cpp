#include "models/step_functions/jobs.hpp"

#include <algorithm>
#include <iterator>

#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

const Json& first_of_list(const Json& answer, std::string_view list) {
  static const Json none;
  const Json& items = input::member(answer, list);
  return items.is_array() && !items.empty() ? items[0] : none;
}

// ---- Amazon ECS: a task fails where it never ran or a container's exit code is not zero. ----
Json ecs_asked(const Json& started) {
  const Json& task = first_of_list(started, "tasks");
  return {{"cluster", input::text(task, "clusterArn")},
          {"tasks", Json::array({input::text(task, "taskArn")})}};
}
std::optional<JobEnd> ecs_ended(const Json& description) {
  const Json& task = first_of_list(description, "tasks");
  if (input::text(task, "lastStatus") != "STOPPED") return std::nullopt;
  const Json& containers = input::member(task, "containers");
  const bool ok =
      containers.is_array() && std::ranges::all_of(containers, [](const Json& container) {
        return input::integer(container, "exitCode") == std::int64_t{0};
      });
  return JobEnd{ok && !containers.empty(), task};
}
Json ecs_cancelled(const Json& started) {
  const Json& task = first_of_list(started, "tasks");
  return {{"cluster", input::text(task, "clusterArn")}, {"task", input::text(task, "taskArn")}};
}

// ---- AWS CodeBuild ----
Json build_asked(const Json& started) {
  return {{"ids", Json::array({input::text(input::member(started, "build"), "id")})}};
}
std::optional<JobEnd> build_ended(const Json& description) {
  const Json& build = first_of_list(description, "builds");
  const std::string status = input::text(build, "buildStatus");
  if (status.empty() || status == "IN_PROGRESS") return std::nullopt;
  return JobEnd{status == "SUCCEEDED", Json{{"Build", build}}};
}
Json build_cancelled(const Json& started) {
  return {{"id", input::text(input::member(started, "build"), "id")}};
}

// ---- AWS Batch ----
Json batch_asked(const Json& started) {
  return {{"jobs", Json::array({input::text(started, "jobId")})}};
}
std::optional<JobEnd> batch_ended(const Json& description) {
  const Json& job = first_of_list(description, "jobs");
  const std::string status = input::text(job, "status");
  if (status != "SUCCEEDED" && status != "FAILED") return std::nullopt;
  return JobEnd{status == "SUCCEEDED", job};
}
Json batch_cancelled(const Json& started) {
  return {{"jobId", input::text(started, "jobId")}, {"reason", "the execution ended"}};
}

// ---- AWS Glue ----
Json glue_asked(const Json& started) {
  return {{"RunId", input::text(started, "JobRunId")},
          {"JobName", input::text(started, "JobName")}};
}
std::optional<JobEnd> glue_ended(const Json& description) {
  const Json& run = input::member(description, "JobRun");
  const std::string state = input::text(run, "JobRunState");
  constexpr std::string_view kEnds[] = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"};
  if (std::ranges::find(kEnds, state) == std::end(kEnds)) return std::nullopt;
  return JobEnd{state == "SUCCEEDED", run};
}

constexpr Job kJobs[] = {
    {"batch", "submitJob", "aws.batch", "DescribeJobs", batch_asked, batch_ended, "TerminateJob",
     batch_cancelled},
    {"codebuild", "startBuild", "aws.codebuild", "BatchGetBuilds", build_asked, build_ended,
     "StopBuild", build_cancelled},
    {"ecs", "runTask", "aws.ecs", "DescribeTasks", ecs_asked, ecs_ended, "StopTask", ecs_cancelled},
    {"glue", "startJobRun", "aws.glue", "GetJobRun", glue_asked, glue_ended, "", nullptr},
};

}  // namespace

const Job* find_job(std::string_view endpoint, std::string_view operation) {
  for (const Job& job : kJobs)
    if (job.endpoint == endpoint && job.operation == operation) return &job;
  return nullptr;
}

}  // namespace opsim::step_functions

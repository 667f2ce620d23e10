// What experiments write: logs and reports.
// AWS: FIS User Guide, monitoring-logging (schema version 2, destinations, example records);
// experiment-report-configuration.
#include "models/logs/service.hpp"
#include "models/s3/service.hpp"
#include "tests/models/fis/world.hpp"

namespace opsim::tests {
namespace {

const Service* const kWriters[] = {&kEc2, &kAutoScaling, &kCloudWatch, &kFis, &kLogs, &kS3, &kEar};

struct Archive : SmallWorld {
  Archive() : SmallWorld{kWriters, Seed{1}} {
    must("logs", "CreateLogGroup", {{"logGroupName", "/drills"}});
    must("s3", "CreateBucket", {{"Bucket", "drill-logs"}});
  }
  void machines(int count) {
    must("ec2", "RunInstances",
         {{"ImageId", "ami-12345678"}, {"MinCount", count}, {"MaxCount", count}});
    run_for(10min);
  }
  /// Reboots all running instances; its log goes to both places.
  static Json rebooting(int version = 2) {
    return {{"description", "a test"},
            {"roleArn", "arn:aws:iam::123456789012:role/fis"},
            {"stopConditions", {{{"source", "none"}}}},
            {"targets",
             {{"EC2InstancesToReboot",
               {{"resourceType", "aws:ec2:instance"},
                {"filters", {{{"path", "State.Name"}, {"values", Json::array({"running"})}}}},
                {"selectionMode", "COUNT(1)"}}}}},
            {"actions",
             {{"Reboot",
               {{"actionId", "aws:ec2:reboot-instances"},
                {"targets", {{"Instances", "EC2InstancesToReboot"}}}}}}},
            {"logConfiguration",
             {{"logSchemaVersion", version},
              {"cloudWatchLogsConfiguration",
               {{"logGroupArn", "arn:aws:logs:us-east-1:123456789012:log-group:/drills:*"}}},
              {"s3Configuration", {{"bucketName", "drill-logs"}, {"prefix", "fis"}}}}}};
  }
  std::string start(const Json& members) {
    const std::string id =
        must("fis", "CreateExperimentTemplate", members)["experimentTemplate"]["id"]
            .get<std::string>();
    return must("fis", "StartExperiment", {{"experimentTemplateId", id}})["experiment"]["id"]
        .get<std::string>();
  }
  Json got(const std::string& id) {
    return must("fis", "GetExperiment", {{"id", id}})["experiment"];
  }
  std::vector<Json> records(const std::string& id) {
    std::vector<Json> found;
    // "The logs are delivered to a log stream named /aws/fis/experiment-id."
    const Json events = must("logs", "GetLogEvents",
                             {{"logGroupName", "/drills"},
                              {"logStreamName", "/aws/fis/" + id},
                              {"startFromHead", true}});
    for (const Json& event : events["events"])
      found.push_back(Json::parse(event["message"].get<std::string>()));
    return found;
  }
  Json details(const std::string& id, std::string_view type) {
    for (const Json& record : records(id))
      if (record["log_type"] == type) return record["details"];
    return {};
  }
  /// "page, target_name, ...": the members of the details of the first record of a type.
  std::string members(const std::string& id, std::string_view type) {
    std::string names;
    const Json found = details(id, type);
    for (const auto& [name, value] : found.items()) names += (names.empty() ? "" : ", ") + name;
    return names;
  }
  std::string types(const std::string& id) {
    std::string names;
    for (const Json& record : records(id))
      names += (names.empty() ? "" : " ") + record["log_type"].get<std::string>();
    return names;
  }
  std::vector<std::string> keys() {
    std::vector<std::string> found;
    const Json listed = must("s3", "ListObjectsV2", {{"Bucket", "drill-logs"}});
    for (const Json& one : listed.value("Contents", Json::array()))
      found.push_back(one["Key"].get<std::string>());
    return found;
  }
};

TEST_SUITE("fis: logs and reports") {
  TEST_CASE("each record has the members of the guide's example of its type") {
    Archive world;
    world.machines(2);
    const std::string id = world.start(world.rebooting());
    world.run_for(5min);
    CHECK(world.types(id) ==
          "experiment-start target-resolution-start target-resolution-detail target-resolution-end "
          "action-start action-end experiment-end");
    for (const Json& record : world.records(id)) {
      CHECK(record["id"] == id);
      CHECK(record["version"] == "2");
      CHECK(record.size() == 5);
    }
    CHECK(world.members(id, "experiment-start") == "experiment_start_time, experiment_template_id");
    CHECK(world.members(id, "target-resolution-start") ==
          "target_name, target_resolution_start_time");
    CHECK(world.members(id, "target-resolution-detail") ==
          "account_id, resolved_targets_count, status, target_name, target_resolution_end_time, "
          "target_type");
    CHECK(world.details(id, "target-resolution-detail")["resolved_targets_count"] == 1);
    CHECK(world.members(id, "target-resolution-end") ==
          "page, resolved_targets, target_name, target_resolution_end_time, target_type, "
          "total_pages");
    const Json found = world.details(id, "target-resolution-end")["resolved_targets"];
    CHECK(found.size() == 1);
    CHECK(found[0].size() == 1);
    CHECK(found[0]["arn"].get<std::string>().starts_with(
        "arn:aws:ec2:us-east-1:123456789012:instance/i-"));
    CHECK(world.members(id, "action-start") ==
          "action_id, action_name, action_start_time, action_targets");  // it has no parameters
    CHECK(world.members(id, "action-end") ==
          "action_end_time, action_id, action_name, action_state");
    CHECK(world.details(id, "action-end")["action_state"]["reason"] == "Action was completed.");
    CHECK(world.members(id, "experiment-end") == "experiment_end_time, experiment_state");
  }

  TEST_CASE("a target that is not found: error_information, and no action") {
    Archive world;
    const std::string id = world.start(world.rebooting());
    world.run_for(5min);
    CHECK(world.types(id) ==
          "experiment-start target-resolution-start target-resolution-detail target-resolution-end "
          "experiment-end");
    const Json detail = world.details(id, "target-resolution-detail");
    CHECK(detail["status"] == "failed");
    CHECK(detail["error_information"] == "Target resolution returned empty set.");
    CHECK(world.details(id, "experiment-end")["experiment_state"]["status"] == "failed");
  }

  // "Version 2 introduces target_type, resolved_targets as objects, action-error and
  // target-resolution-detail."
  TEST_CASE("version 1: a list of ARNs, without the types that came later") {
    Archive world;
    world.machines(1);
    const std::string id = world.start(world.rebooting(1));
    world.run_for(5min);
    CHECK(world.types(id) ==
          "experiment-start target-resolution-start target-resolution-end action-start action-end "
          "experiment-end");
    const Json end = world.details(id, "target-resolution-end");
    CHECK_FALSE(end.contains("target_type"));
    CHECK(end["resolved_targets"][0].is_string());
  }

  // "bucket-and-optional-prefix/AWSLogs/account-id/fis/region/experiment-id/YYYY/MM/DD/
  // account-id_awsfislogs_region_experiment-id_YYYYMMDDHHMMZ_hash.log"
  TEST_CASE("the object in S3 has the documented key") {
    Archive world;
    world.machines(1);
    const std::string id = world.start(world.rebooting());
    world.run_for(5min);
    const auto keys = world.keys();
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].starts_with("fis/AWSLogs/123456789012/fis/us-east-1/" + id +
                              "/2026/03/02/123456789012_awsfislogs_us-east-1_" + id +
                              "_202603020910Z_"));
    CHECK(keys[0].ends_with(".log"));
  }

  // "The first time ... we delay the experiment to configure log delivery to this destination,
  // which takes about 15 seconds."
  TEST_CASE("a new destination delays the experiment by 15 seconds, once") {
    Archive world;
    world.machines(1);
    for (const double wait : {20.0, 5.0}) {  // five seconds of each are our estimate
      const std::string id = world.start(world.rebooting());
      world.run_for(5min);
      const Json experiment = world.got(id);
      CHECK(experiment["actions"]["Reboot"]["startTime"].get<double>() -
                experiment["startTime"].get<double>() ==
            doctest::Approx(wait));
    }
  }

  // API Reference, ExperimentReport: pending, running, completed, cancelled, failed.
  TEST_CASE("a report is written once the time after the experiment is over") {
    Archive world;
    world.machines(1);
    world.must("cloudwatch", "PutDashboard",
               {{"DashboardName", "shop"},
                {"DashboardBody", R"({"widgets":[{"type":"metric","properties":{"stat":"Maximum",
                  "metrics":[["Shop","Orders","Kind","new"],["...","old"],[".","Refunds"]]}}]})"}});
    world.must("cloudwatch", "PutMetricData",
               {{"Namespace", "Shop"},
                {"MetricData",
                 {{{"MetricName", "Orders"},
                   {"Value", 12.5},
                   {"Dimensions", {{{"Name", "Kind"}, {"Value", "old"}}}}}}}});
    world.run_for(1min);
    Json members = world.rebooting();
    members["experimentReportConfiguration"] = {
        {"outputs", {{"s3Configuration", {{"bucketName", "drill-logs"}, {"prefix", "reports"}}}}},
        {"dataSources",
         {{"cloudWatchDashboards",
           {{{"dashboardIdentifier", "arn:aws:cloudwatch::123456789012:dashboard/shop"}}}}}},
        {"preExperimentDuration", "PT10M"},
        {"postExperimentDuration", "PT10M"}};
    const std::string id = world.start(members);
    CHECK(world.got(id)["experimentReport"]["state"]["status"] == "pending");
    world.run_for(5min);
    CHECK(world.got(id)["state"]["status"] == "completed");
    CHECK(world.got(id)["experimentReport"]["state"]["status"] == "running");
    world.run_for(10min);
    const Json report = world.got(id)["experimentReport"];
    CHECK(report["state"]["status"] == "completed");
    CHECK(report["s3Reports"][0]["arn"] ==
          "arn:aws:s3:::drill-logs/reports/" + id + "/experiment-report.md");
    const Json object =
        world.must("s3", "GetObject",
                   {{"Bucket", "drill-logs"}, {"Key", "reports/" + id + "/experiment-report.md"}});
    const std::string text = object["Body"].get<std::string>();
    CHECK(text.find("| Reboot | aws:ec2:reboot-instances |") != std::string::npos);
    CHECK(text.find("| Shop Orders Kind old | Maximum | 12.5 | - | - |") != std::string::npos);
    CHECK(text.find("| Shop Refunds | Maximum | - | - | - |") != std::string::npos);
  }

  TEST_CASE("a report that cannot be written says why; one without a bucket is refused") {
    Archive world;
    world.machines(1);
    Json members = world.rebooting();
    members["experimentReportConfiguration"] = {
        {"outputs", {{"s3Configuration", {{"bucketName", "nowhere-to-be-found"}}}}}};
    const std::string id = world.start(members);
    world.run_for(5min);
    const Json state = world.got(id)["experimentReport"]["state"];
    CHECK(state["status"] == "failed");
    CHECK(state["reason"].get<std::string>().starts_with("NoSuchBucket"));
    members["experimentReportConfiguration"] = {{"preExperimentDuration", "PT10M"}};
    CHECK(world.refusal("fis", "CreateExperimentTemplate", members) == "ValidationException");
  }
}

}  // namespace
}  // namespace opsim::tests

// AWS: CloudWatch Synthetics API Reference. The REST paths name the canary: member Name here.
#include <fmt/format.h>

#include "models/synthetics/synthetics.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::synthetics {

namespace {

ApiError not_found(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("Canary not found: {}", name), 404};
}

Json canary_json(const Canary& canary) {
  Json json{{"Id", canary.id},
            {"Name", canary.name},
            {"Schedule", input::member(canary.written, "Schedule")},
            {"Status", {{"State", canary.state}, {"StateReason", ""}}},
            {"Timeline", {{"Created", iso8601(canary.created)}}}};
  for (const char* kept : {"ArtifactS3Location", "ExecutionRoleArn", "RuntimeVersion", "RunConfig"})
    if (canary.written.contains(kept)) json[kept] = canary.written.at(kept);
  if (canary.started != SimTime{}) json["Timeline"]["LastStarted"] = iso8601(canary.started);
  return json;
}

Json run_json(const Canary& canary, const Run& run) {
  Json status{{"State", run.passed ? "PASSED" : "FAILED"},
              {"StateReason", run.reason},
              {"TestResult", run.passed ? "PASSED" : "FAILED"}};
  if (!run.passed) status["StateReasonCode"] = "CANARY_FAILURE";
  return {{"Id", run.id},
          {"Name", canary.name},
          {"Status", std::move(status)},
          {"Timeline", {{"Started", iso8601(run.started)}, {"Completed", iso8601(run.completed)}}}};
}

ApiResult<Canary*> add(Synthetics& all, const Place& place, const Json& input) {
  ApiResult<Canary> read = read_canary(place, input);
  if (!read) return read.error();
  if (all.canaries.contains({place, read->name}))
    return ApiError{"ConflictException", fmt::format("Canary already exists: {}", read->name), 409};
  read->id = all.cloud.next_uuid("canary");
  read->created = all.cloud.sim().now();
  std::pair<Place, std::string> key{place, read->name};
  return &all.canaries.emplace(std::move(key), std::move(*read)).first->second;
}

ApiResult<Canary*> named(Synthetics& all, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  Canary* const canary = all.find(request.place(), name);
  if (canary == nullptr) return not_found(name);
  return canary;
}

}  // namespace

std::string arn_of(const Canary& canary) {
  return arn(canary.place, "synthetics", "canary:" + canary.name);
}

Canary* Synthetics::find(const Place& place, std::string_view name_or_arn) {
  const auto colon = name_or_arn.rfind(':');
  const std::string name{colon == std::string_view::npos ? name_or_arn
                                                         : name_or_arn.substr(colon + 1)};
  const auto found = canaries.find({place, name});
  return found == canaries.end() ? nullptr : &found->second;
}

ApiResult<Json> create_canary(Synthetics& all, const Request& request) {
  const auto made = add(all, request.place(), request.input);
  if (!made) return made.error();
  all.cloud.resources().add({.type = "AWS::Synthetics::Canary",
                             .physical_id = (*made)->name,
                             .arn = arn_of(**made),
                             .place = request.place()});
  return Json{{"Canary", canary_json(**made)}};
}

ApiResult<Json> delete_canary(Synthetics& all, const Request& request) {
  const auto canary = named(all, request);
  if (!canary) return canary.error();
  if ((*canary)->state == "RUNNING")
    return ApiError{"ConflictException",
                    fmt::format("Canary {} is in state RUNNING", (*canary)->name), 409};
  all.cloud.resources().remove((*canary)->name);
  all.canaries.erase({(*canary)->place, (*canary)->name});
  return Json::object();
}

ApiResult<Json> describe_canaries(Synthetics& all, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, canary] : all.canaries)
    if (key.first == request.place()) list.push_back(canary_json(canary));
  return Json{{"Canaries", std::move(list)}};
}

ApiResult<Json> get_canary(Synthetics& all, const Request& request) {
  const auto canary = named(all, request);
  if (!canary) return canary.error();
  return Json{{"Canary", canary_json(**canary)}};
}

/// Newest first; the last hundred are kept.
ApiResult<Json> get_canary_runs(Synthetics& all, const Request& request) {
  const auto canary = named(all, request);
  if (!canary) return canary.error();
  const std::int64_t most = input::integer(request.input, "MaxResults").value_or(100);
  if (most < 1 || most > 100) return ApiError{"ValidationException", "MaxResults is from 1 to 100"};
  Json runs = Json::array();
  for (auto run = (*canary)->runs.rbegin(); run != (*canary)->runs.rend(); ++run)
    if (static_cast<std::int64_t>(runs.size()) < most) runs.push_back(run_json(**canary, *run));
  return Json{{"CanaryRuns", std::move(runs)}};
}

ApiResult<Json> start_canary(Synthetics& all, const Request& request) {
  const auto canary = named(all, request);
  if (!canary) return canary.error();
  if ((*canary)->state == "RUNNING")
    return ApiError{"ConflictException",
                    fmt::format("Canary {} is in state RUNNING", (*canary)->name), 409};
  start(all, **canary);
  return Json::object();
}

ApiResult<Json> stop_canary(Synthetics& all, const Request& request) {
  const auto canary = named(all, request);
  if (!canary) return canary.error();
  if ((*canary)->state != "RUNNING")
    return ApiError{"ConflictException",
                    fmt::format("Canary {} is in state {}", (*canary)->name, (*canary)->state),
                    409};
  stop(all, **canary);
  return Json::object();
}

/// Ref gives the name, Fn::GetAtt Id and State. Without StartCanaryAfterCreation it never runs.
ApiResult<Created> make_canary(Synthetics& all, const ResourceRequest& request) {
  const auto made = add(all, request.place, request.properties);
  if (!made) return made.error();
  Canary& canary = **made;
  canary.source = request.source;
  if (input::boolean(request.properties, "StartCanaryAfterCreation").value_or(false))
    start(all, canary);
  return Created{canary.name, arn_of(canary), {{"Id", canary.id}, {"State", canary.state}}};
}

}  // namespace opsim::synthetics

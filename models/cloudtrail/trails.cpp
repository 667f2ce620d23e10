// Trails, from the API and from templates.
// AWS: CloudTrail API Reference, CreateTrail, UpdateTrail, GetTrail, ListTrails, DeleteTrail: a
// trail that CreateTrail makes logs nothing before StartLogging; one of a stack as IsLogging says.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudtrail/cloudtrail.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr std::size_t kMostTrails = 5;  // WhatIsCloudTrail-Limits: a Region

Json told(const Trail& trail) {
  Json json{{"Name", trail.name},
            {"TrailARN", trail.arn},
            {"S3BucketName", trail.bucket},
            {"HomeRegion", trail.place.region},
            {"IncludeGlobalServiceEvents", true},
            {"IsMultiRegionTrail", trail.multi_region},
            {"LogFileValidationEnabled", trail.validates},
            {"IsOrganizationTrail", trail.organization}};
  if (!trail.log_group.empty()) {
    json["CloudWatchLogsLogGroupArn"] = trail.log_group;
    json["CloudWatchLogsRoleArn"] = trail.role;
  }
  return json;
}

using Trails = std::map<std::pair<Place, std::string>, Trail>;

Trails::iterator find_trail(CloudTrail& trail, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  return std::ranges::find_if(trail.trails, [&](const auto& one) {
    const bool own = one.second.place.account == request.place().account;
    return (own || one.second.organization) &&
           (one.second.arn == name ||
            (one.second.name == name && covers(trail.cloud, one.second, request.place())));
  });
}

ApiError unknown(const Request& request) {
  return {"TrailNotFoundException",
          fmt::format("Unknown trail: {} for the user: {}", input::text(request.input, "Name"),
                      request.place().account)};
}

}  // namespace

bool covers(Cloud& cloud, const Trail& trail, const Place& place) {
  if (trail.place == place) return true;
  if (!trail.multi_region && trail.place.region != place.region) return false;
  return trail.place.account == place.account ||
         (trail.organization && is_member(cloud, trail.place.account, place.account));
}

bool is_member(Cloud& cloud, const std::string& management, const std::string& account) {
  if (management != cloud.home().account) return false;
  return cloud.inspect(cloud.home(), "organizations", "DescribeAccount", {{"AccountId", account}})
      .has_value();
}

std::optional<ApiError> only_management_account(Cloud& cloud, const Place& place) {
  if (place.account == cloud.home().account) return std::nullopt;
  return ApiError{"NotOrganizationMasterAccountException",
                  "The AWS account making the request is not the management account of the "
                  "organization."};
}

Trail read_trail(const Place& place, const std::string& name, const Json& members) {
  Trail made;
  made.name = name;
  made.place = place;
  made.arn = arn(place, "cloudtrail", "trail/" + name);
  made.bucket = input::text(members, "S3BucketName");
  made.multi_region = input::boolean(members, "IsMultiRegionTrail").value_or(false);
  made.organization = input::boolean(members, "IsOrganizationTrail").value_or(false);
  made.validates = input::boolean(members, "EnableLogFileValidation").value_or(false);
  made.log_group = input::text(members, "CloudWatchLogsLogGroupArn");
  made.role = input::text(members, "CloudWatchLogsRoleArn");
  return made;
}

ApiResult<Json> create_trail(CloudTrail& trail, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  if (name.size() < 3 || name.size() > 128)
    return ApiError{"InvalidTrailNameException",
                    "Trail name must be between 3 and 128 characters."};
  if (input::text(request.input, "S3BucketName").empty())
    return ApiError{"InvalidS3BucketNameException", "S3BucketName is required."};
  const auto here = std::ranges::count_if(
      trail.trails, [&](const auto& one) { return one.second.place == request.place(); });
  if (trail.trails.contains({request.place(), name}))
    return ApiError{
        "TrailAlreadyExistsException",
        fmt::format("Trail {} already exists for customer: {}", name, request.place().account)};
  if (static_cast<std::size_t>(here) >= kMostTrails)
    return ApiError{"MaximumNumberOfTrailsExceededException",
                    fmt::format("User: {} already has {} trails in {}.", request.place().account,
                                kMostTrails, request.place().region)};
  Trail made = read_trail(request.place(), name, request.input);
  if (made.organization)
    if (auto refused = only_management_account(trail.cloud, request.place()))
      return *std::move(refused);
  made.logging = false;
  Json answer = told(made);
  trail.trails[{request.place(), name}] = std::move(made);
  return answer;
}

ApiResult<Json> get_trail(CloudTrail& trail, const Request& request) {
  const auto found = find_trail(trail, request);
  if (found == trail.trails.end()) return unknown(request);
  return Json{{"Trail", told(found->second)}};
}

ApiResult<Json> list_trails(CloudTrail& trail, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, one] : trail.trails)
    if (one.place.account == request.place().account)
      list.push_back({{"Name", one.name}, {"TrailARN", one.arn}, {"HomeRegion", one.place.region}});
  return Json{{"Trails", std::move(list)}};
}

ApiResult<Json> update_trail(CloudTrail& trail, const Request& request) {
  const auto found = find_trail(trail, request);
  if (found == trail.trails.end()) return unknown(request);
  if (found->second.place.account != request.place().account)
    return *only_management_account(trail.cloud, request.place());
  Trail& known = found->second;
  const auto change = [&](const char* member, std::string& kept) {
    if (request.input.contains(member)) kept = input::text(request.input, member);
  };
  change("S3BucketName", known.bucket);
  if (request.input.contains("CloudWatchLogsLogGroupArn")) known.has_stream = false;
  change("CloudWatchLogsLogGroupArn", known.log_group);
  change("CloudWatchLogsRoleArn", known.role);
  known.validates =
      input::boolean(request.input, "EnableLogFileValidation").value_or(known.validates);
  known.multi_region =
      input::boolean(request.input, "IsMultiRegionTrail").value_or(known.multi_region);
  return told(known);
}

ApiResult<Json> delete_trail(CloudTrail& trail, const Request& request) {
  const auto found = find_trail(trail, request);
  if (found == trail.trails.end()) return unknown(request);
  if (found->second.place.account != request.place().account)
    return *only_management_account(trail.cloud, request.place());
  trail.trails.erase(found);
  return Json::object();
}

}  // namespace opsim::cloudtrail

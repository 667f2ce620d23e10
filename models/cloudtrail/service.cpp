#include "models/cloudtrail/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudtrail/cloudtrail.hpp"

namespace opsim {

namespace {

using cloudtrail::CloudTrail;

template <ApiResult<Json> (*Handle)(CloudTrail&, const Request&)>
constexpr auto on_trail = immediate<CloudTrail, Handle>;

// CloudTrail API reference, LookupEvents: two requests a second for each account and Region.
constexpr CallPhysics kLookup{.typical = 150ms, .tokens_per_second = 2, .bucket = 2};

constexpr Operation kOperations[] = {
    {"CreateTrail", Access::write, on_trail<cloudtrail::create_trail>},
    {"DeleteTrail", Access::write, on_trail<cloudtrail::delete_trail>},
    {"DescribeTrails", Access::read, on_trail<cloudtrail::describe_trails>},
    {"GetTrail", Access::read, on_trail<cloudtrail::get_trail>},
    {"GetTrailStatus", Access::read, on_trail<cloudtrail::get_trail_status>},
    {"ListTrails", Access::read, on_trail<cloudtrail::list_trails>},
    {"LookupEvents", Access::read, on_trail<cloudtrail::lookup_events>, nullptr, kLookup},
    {"StartLogging", Access::write, on_trail<cloudtrail::start_logging>},
    {.name = "StartQuery", .access = Access::read, .not_simulated = "no CloudTrail Lake yet"},
    {"StopLogging", Access::write, on_trail<cloudtrail::stop_logging>},
    {"UpdateTrail", Access::write, on_trail<cloudtrail::update_trail>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

std::string text_of(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool is_true(const Json& object, std::string_view name, bool otherwise) {
  const auto found = object.find(name);
  if (found == object.end()) return otherwise;
  return found->is_boolean() ? found->get<bool>() : *found == "true";
}

ApiResult<Created> make_trail(CloudTrail& trail, const ResourceRequest& request) {
  std::string name = text_of(request.properties, "TrailName");
  if (name.empty())
    name = request.stack.empty() ? request.logical_id
                                 : fmt::format("{}-{}", request.stack, request.logical_id);
  cloudtrail::Trail made = cloudtrail::read_trail(request.place, name, request.properties);
  made.logging = is_true(request.properties, "IsLogging", true);
  Created created{.physical_id = made.name,
                  .arn = made.arn,
                  .attributes = {{"Arn", made.arn}, {"SnsTopicArn", ""}}};
  trail.trails[{request.place, name}] = std::move(made);
  return created;
}

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Field kTrailFields[] = {
    {.name = "CloudWatchLogsLogGroupArn", .shape = &kText},
    {.name = "CloudWatchLogsRoleArn", .shape = &kText},
    {.name = "IsLogging", .shape = &kBoolean, .need = Need::required},
    {.name = "IsMultiRegionTrail", .shape = &kBoolean},
    {.name = "S3BucketName", .shape = &kText, .need = Need::required, .simulated = Simulated::no},
    {.name = "TrailName", .shape = &kText},
};
constexpr Shape kTrail{.kind = Kind::mapping, .fields = kTrailFields};
constexpr ResourceType kRows[] = {
    {"AWS::CloudTrail::Trail", create<CloudTrail, make_trail>, &kTrail},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "a record of every management call, kept for 90 days, and LookupEvents",
     "view-cloudtrail-events"},
    {Grade::simulated, "\"AWS API Call via CloudTrail\" for calls that change something",
     "eb-service-event-cloudtrail"},
    {Grade::simulated, "trails to CloudWatch Logs, where metric filters read them",
     "send-cloudtrail-events-to-cloudwatch-logs"},
    {Grade::simulated,
     "read-only calls reach rules of ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
     "eb-service-event-cloudtrail"},
    {Grade::simplified, "records can be looked up at once, and reach EventBridge in two seconds"},
    {Grade::simplified, "every account is taken to have a trail"},
    {Grade::absent, "data events, insights, delivery to S3, CloudTrail Lake"},
};

std::unique_ptr<Model> make(Cloud& cloud) { return std::make_unique<CloudTrail>(cloud); }
void on_call(Model& model, const CallRecord& call) {
  cloudtrail::take(static_cast<CloudTrail&>(model), call);
}

}  // namespace

const Service kCloudTrail{.name = "cloudtrail",
                          .title = "AWS CloudTrail",
                          .make = make,
                          .operations = kOperations,
                          .resources = kRows,
                          .fidelity = kFidelity,
                          .on_call = on_call};

}  // namespace opsim

#include "models/cloudtrail/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cloudtrail/cloudtrail.hpp"

namespace opsim {

namespace {

using cloudtrail::CloudTrail;

template <ApiResult<Json> (*Handle)(CloudTrail&, const Request&)>
constexpr auto on_trail = immediate<CloudTrail, Handle>;

// CloudTrail API reference, LookupEvents: two requests a second for each account and Region.
constexpr CallPhysics kLookup{.typical = 150ms, .tokens_per_second = 2, .bucket = 2};

constexpr Operation kOperations[] = {
    {.name = "CancelQuery", .not_simulated = "queries of CloudTrail Lake end within seconds"},
    {"CreateEventDataStore", Access::write, on_trail<cloudtrail::create_event_store>},
    {"CreateTrail", Access::write, on_trail<cloudtrail::create_trail>},
    {"DeleteEventDataStore", Access::write, on_trail<cloudtrail::delete_event_store>},
    {"DeleteTrail", Access::write, on_trail<cloudtrail::delete_trail>},
    {"DescribeQuery", Access::read, on_trail<cloudtrail::describe_query>},
    {"DescribeTrails", Access::read, on_trail<cloudtrail::describe_trails>},
    {"GetEventDataStore", Access::read, on_trail<cloudtrail::get_event_store>},
    {"GetQueryResults", Access::read, on_trail<cloudtrail::get_query_results>},
    {"GetTrail", Access::read, on_trail<cloudtrail::get_trail>},
    {"GetTrailStatus", Access::read, on_trail<cloudtrail::get_trail_status>},
    {"ListEventDataStores", Access::read, on_trail<cloudtrail::list_event_stores>},
    {"ListTrails", Access::read, on_trail<cloudtrail::list_trails>},
    {"LookupEvents", Access::read, on_trail<cloudtrail::lookup_events>, nullptr, kLookup},
    {"StartEventDataStoreIngestion", Access::write, on_trail<cloudtrail::start_ingestion>},
    {"StartLogging", Access::write, on_trail<cloudtrail::start_logging>},
    {"StartQuery", Access::read, on_trail<cloudtrail::start_query>},
    {"StopEventDataStoreIngestion", Access::write, on_trail<cloudtrail::stop_ingestion>},
    {"StopLogging", Access::write, on_trail<cloudtrail::stop_logging>},
    {"UpdateEventDataStore", Access::write, on_trail<cloudtrail::update_event_store>},
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
  if (made.organization)
    if (auto refused = cloudtrail::only_management_account(trail.cloud, request.place))
      return *std::move(refused);
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
    {.name = "EnableLogFileValidation", .shape = &kBoolean, .simulated = Simulated::no},
    {.name = "IncludeGlobalServiceEvents", .shape = &kBoolean, .simulated = Simulated::no},
    {.name = "IsLogging", .shape = &kBoolean, .need = Need::required},
    {.name = "IsMultiRegionTrail", .shape = &kBoolean},
    {.name = "IsOrganizationTrail", .shape = &kBoolean},
    {.name = "S3BucketName", .shape = &kText, .need = Need::required, .simulated = Simulated::no},
    {.name = "TrailName", .shape = &kText},
};
constexpr Shape kTrail{.kind = Kind::mapping, .fields = kTrailFields};
constexpr Shape kDays{.kind = Kind::integer, .min = 7, .max = 3653};
constexpr Field kStoreFields[] = {
    {.name = "AdvancedEventSelectors", .simulated = Simulated::no},
    {.name = "BillingMode", .shape = &kText, .simulated = Simulated::no},
    {.name = "ContextKeySelectors", .simulated = Simulated::no},
    {.name = "FederationEnabled", .shape = &kBoolean, .simulated = Simulated::no},
    {.name = "FederationRoleArn", .shape = &kText, .simulated = Simulated::no},
    {.name = "IngestionEnabled", .shape = &kBoolean},
    {.name = "InsightSelectors", .simulated = Simulated::no},
    {.name = "InsightsDestination", .shape = &kText, .simulated = Simulated::no},
    {.name = "KmsKeyId", .shape = &kText, .simulated = Simulated::no},
    {.name = "MaxEventSize", .shape = &kText, .simulated = Simulated::no},
    {.name = "MultiRegionEnabled", .shape = &kBoolean},
    {.name = "Name", .shape = &kText},
    {.name = "OrganizationEnabled", .shape = &kBoolean},
    {.name = "RetentionPeriod", .shape = &kDays},
    {.name = "Tags"},
    {.name = "TerminationProtectionEnabled", .shape = &kBoolean},
};
constexpr Shape kStore{.kind = Kind::mapping, .fields = kStoreFields};
constexpr ResourceType kRows[] = {
    {"AWS::CloudTrail::EventDataStore", create<CloudTrail, cloudtrail::make_event_store>, &kStore},
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
    {Grade::simulated,
     "trails and event data stores of the organization: all accounts, also those that join later",
     "creating-trail-organization, cloudtrail-lake-organizations"},
    {Grade::simulated, "CloudTrail Lake: stores, and queries in a subset of its SQL",
     "query-limitations"},
    {Grade::simplified, "an event can be queried in a store five minutes after its call"},
    {Grade::absent,
     "data events, insights, delivery to S3 with its digest files, joins in queries, "
     "delegated administrators, event selectors"},
};

// ---- What auditors ask -------------------------------------------------------------------------

constexpr std::string_view kQuestion = "Audit::Question";
template <auto Of>
std::optional<double> of_audit(Model& model, std::string_view name, std::string_view /*part*/) {
  const auto& audits = static_cast<CloudTrail&>(model).audits;
  const auto found = audits.find(name);
  if (found == audits.end() || !found->second.answered) return std::nullopt;
  return Of(found->second);
}
double found_of(const cloudtrail::Audit& audit) {
  return audit.truth > 0 ? 100 * audit.found / audit.truth : 100;
}
double queries_of(const cloudtrail::Audit& audit) { return audit.queries; }
double minutes_of(const cloudtrail::Audit& audit) { return std::round(10 * audit.minutes) / 10; }
constexpr PhysicalQuantity kQuantities[] = {
    {kQuestion, "answered in", "min", of_audit<minutes_of>, nullptr},
    {kQuestion, "found", "%", of_audit<found_of>, nullptr},
    {kQuestion, "queries", "", of_audit<queries_of>, nullptr},
};
void read_section(Model& model, Cloud& /*cloud*/, const Node& section) {
  cloudtrail::read_audits(static_cast<CloudTrail&>(model), section);
}
const Section kSections[] = {{"audits", &cloudtrail::kAuditsShape, read_section}};
const Fault kFaults[] = {{"make a call", &cloudtrail::kActShape, cloudtrail::make_a_call}};

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
                          .quantities = kQuantities,
                          .faults = kFaults,
                          .sections = kSections,
                          .fidelity = kFidelity,
                          .on_call = on_call};

}  // namespace opsim

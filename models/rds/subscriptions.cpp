// Event subscriptions: events of some sources and categories, told to a topic of SNS.
// AWS: RDS User Guide, "Working with Amazon RDS event notification" (USER_Events): "if you specify
// a SourceType but no SourceIds, you are notified of all sources of that type"; "you must grant
// events.rds.amazonaws.com permission to publish"; API Reference, CreateEventSubscription.
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

struct SourceRow {
  std::string_view of_event;  // SourceType of an event
  std::string_view asked;     // SourceType of a subscription
  std::string_view page;      // of the console
};
constexpr SourceRow kSources[] = {
    {"CLUSTER", "db-cluster", "dbclusters:id"},
    {"CLUSTER_SNAPSHOT", "db-cluster-snapshot", "db-snapshot:engine"},
    {"DB_INSTANCE", "db-instance", "dbinstance:id"},
    {"SNAPSHOT", "db-snapshot", "snapshot:id"},
};
/// Sources that a subscription may name though nothing tells of them here.
constexpr std::string_view kSilent[] = {"blue-green-deployment",
                                        "custom-engine-version",
                                        "db-parameter-group",
                                        "db-proxy",
                                        "db-security-group",
                                        "db-shard-group",
                                        "zero-etl"};

const SourceRow& source_of(std::string_view of_event) {
  return *std::ranges::find(kSources, of_event, &SourceRow::of_event);
}

bool wants(const Subscription& subscription, const Place& place, std::string_view type,
           const std::string& source, std::string_view category) {
  if (!subscription.enabled || subscription.place != place) return false;
  if (!subscription.source_type.empty() && subscription.source_type != type) return false;
  const auto holds = [](const std::vector<std::string>& all, std::string_view one) {
    return all.empty() || std::ranges::find(all, one) != all.end();
  };
  return holds(subscription.sources, source) && holds(subscription.categories, category);
}

/// "2026-03-02 09:00:00.000"
std::string event_time(SimTime now) {
  std::string text = iso8601(std::chrono::floor<std::chrono::milliseconds>(now));
  text.resize(19);
  text[10] = ' ';
  return text + ".000";
}

Json subscription_json(const Subscription& subscription) {
  return {{"CustSubscriptionId", subscription.name},
          {"CustomerAwsId", subscription.place.account},
          {"SnsTopicArn", subscription.topic},
          {"Status", "active"},
          {"SourceType", subscription.source_type},
          {"SourceIdsList", subscription.sources},
          {"EventCategoriesList", subscription.categories},
          {"Enabled", subscription.enabled},
          {"EventSubscriptionArn", arn(subscription.place, "rds", "es:" + subscription.name)},
          {"SubscriptionCreationTime", moment(subscription.created)}};
}

ApiResult<Subscription*> asked_subscription(Databases& all, const Request& request) {
  const std::string name = lowered(input::text(request.input, "SubscriptionName"));
  const auto found = all.subscriptions.find({request.place(), name});
  if (found == all.subscriptions.end())
    return ApiError{"SubscriptionNotFound", fmt::format("Subscription {} not found.", name), 404};
  return &found->second;
}

/// What a call or a template says over what holds.
ApiResult<void> read_subscription(Subscription& into, const Json& input) {
  if (std::string topic = input::text(input, "SnsTopicArn"); !topic.empty())
    into.topic = std::move(topic);
  if (std::string type = input::text(input, "SourceType"); !type.empty())
    into.source_type = std::move(type);
  if (input.contains("SourceIds")) into.sources = input::texts(input, "SourceIds");
  if (input.contains("EventCategories")) into.categories = input::texts(input, "EventCategories");
  if (const auto on = input::boolean(input, "Enabled")) into.enabled = *on;
  for (std::string& source : into.sources) source = lowered(source);
  const bool known = into.source_type.empty() ||
                     std::ranges::count(kSources, into.source_type, &SourceRow::asked) > 0 ||
                     std::ranges::count(kSilent, into.source_type) > 0;
  if (!known)
    return ApiError{"InvalidParameterValue",
                    fmt::format("Invalid source type: {}", into.source_type)};
  if (!into.sources.empty() && into.source_type.empty())
    return ApiError{"InvalidParameterCombination",
                    "A source type must be specified when source IDs are."};
  if (!Arn::parse(into.topic)) return ApiError{"SNSInvalidTopic", "The SNS topic is invalid."};
  return {};
}

}  // namespace

ApiResult<Subscription*> add_subscription(Databases& all, const Place& place, const Json& input,
                                          const std::string& name) {
  Subscription made{.name = lowered(name), .place = place, .created = all.now()};
  if (made.name.empty() || made.name.size() > 255)
    return ApiError{"InvalidParameterValue", "A subscription name has from 1 to 255 characters."};
  const Databases::Key key{place, made.name};
  if (all.subscriptions.contains(key))
    return ApiError{"SubscriptionAlreadyExist",
                    fmt::format("Subscription {} already exists.", made.name)};
  if (auto read = read_subscription(made, input); !read) return read.error();
  return &(all.subscriptions[key] = std::move(made));
}

void tell_subscribers(Databases& all, const Place& place, std::string_view type,
                      const std::string& source, const std::string& source_arn, const Told& told) {
  const SourceRow& row = source_of(type);
  for (const auto& [key, subscription] : all.subscriptions) {
    if (!wants(subscription, place, row.asked, source, told.category)) continue;
    const Json message{
        {"Event Source", row.asked},
        {"Event Time", event_time(all.now())},
        {"Identifier Link", fmt::format("https://console.aws.amazon.com/rds/home?region={}#{}={}",
                                        place.region, row.page, source)},
        {"Source ID", source},
        {"Source ARN", source_arn},
        {"Event ID", fmt::format("http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/"
                                 "USER_Events.html#{}",
                                 told.id)},
        {"Event Message", told.message}};
    const Caller caller{.place = place,
                        .principal = "events.rds.amazonaws.com",
                        .invoked_by = "events.rds.amazonaws.com"};
    all.cloud.call_later(caller, "sns", "Publish",
                         {{"TopicArn", subscription.topic},
                          {"Subject", "RDS Notification Message"},
                          {"Message", message.dump()}});
  }
}

ApiResult<Json> create_subscription(Databases& all, const Request& request) {
  const ApiResult<Subscription*> made = add_subscription(
      all, request.place(), request.input, input::text(request.input, "SubscriptionName"));
  if (!made) return made.error();
  return Json{{"EventSubscription", subscription_json(**made)}};
}

ApiResult<Json> delete_subscription(Databases& all, const Request& request) {
  const ApiResult<Subscription*> found = asked_subscription(all, request);
  if (!found) return found.error();
  const Json told = subscription_json(**found);
  all.subscriptions.erase({request.place(), std::string{(*found)->name}});
  return Json{{"EventSubscription", told}};
}

ApiResult<Json> describe_subscriptions(Databases& all, const Request& request) {
  Json list = Json::array();
  if (!input::text(request.input, "SubscriptionName").empty()) {
    const ApiResult<Subscription*> found = asked_subscription(all, request);
    if (!found) return found.error();
    list.push_back(subscription_json(**found));
  } else {
    for (const auto& [key, subscription] : all.subscriptions)
      if (key.first == request.place()) list.push_back(subscription_json(subscription));
  }
  return Json{{"EventSubscriptionsList", std::move(list)}};
}

ApiResult<Json> modify_subscription(Databases& all, const Request& request) {
  const ApiResult<Subscription*> found = asked_subscription(all, request);
  if (!found) return found.error();
  Subscription changed = **found;
  if (auto read = read_subscription(changed, request.input); !read) return read.error();
  **found = std::move(changed);
  return Json{{"EventSubscription", subscription_json(**found)}};
}

}  // namespace opsim::rds

// Subscription filters: matching messages handed on as they are ingested.
// AWS: CloudWatch Logs User Guide, "Real-time processing of log data with subscriptions". Lambda
// gets {"awslogs": {"data": base64 of gzip of the message}}, streams the gzip in base64.
// SIMPLIFIED: the gzip is stored, not compressed; one delivery for each PutLogEvents; a delivery
// that fails is not tried again. (AWS retries for up to 24 hours.)
#include <fmt/format.h>

#include "models/logs/gzip.hpp"
#include "models/logs/logs.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::logs {
namespace {

constexpr std::string_view kLogsService = "logs.amazonaws.com";

Process<> hand_on(Logs& logs, Delivery delivery, Place place, std::string group,
                  std::string filter) {
  Cloud& cloud = logs.cloud;
  const ApiResult<Json> answer = co_await cloud.deliver(std::move(delivery));
  if (answer) co_return;
  if (const LogGroup* known = logs.find(place, group); known != nullptr) {
    const auto mine = known->subscriptions.find(filter);
    if (mine != known->subscriptions.end())
      count_logs(logs, *known, "DeliveryErrors", 1, &mine->second);
  }
  cloud.journal().write({.kind = EntryKind::note,
                         .level = Level::story,
                         .subject = group,
                         .text = fmt::format("subscription {} failed: {}: {}", filter,
                                             answer.error().code, answer.error().message),
                         .detail = {{"failed", answer.error().code}}});
}

}  // namespace

ApiResult<SubscriptionFilter> read_subscription_filter(const Json& members) {
  auto pattern = FilterPattern::parse(input::text(members, "filterPattern"));
  if (const auto* complaint = std::get_if<std::string>(&pattern)) {
    return invalid_parameter(*complaint);
  }
  SubscriptionFilter filter;
  filter.name = input::text(members, "filterName");
  filter.pattern = std::get<FilterPattern>(std::move(pattern));
  filter.destination = input::text(members, "destinationArn");
  filter.role = input::text(members, "roleArn");
  filter.distribution = input::text(members, "distribution");
  const std::optional<Arn> destination = Arn::parse(filter.destination);
  if (!destination) {
    return invalid_parameter(fmt::format("destinationArn {} is not an ARN", filter.destination));
  }
  const bool stream = destination->service == "kinesis" || destination->service == "firehose";
  if (stream && filter.role.empty()) {
    return invalid_parameter(fmt::format(
        "destinationArn for vendor {} cannot be used without roleArn", destination->service));
  }
  return filter;
}

void feed_subscriptions(Logs& logs, LogGroup& group, const std::string& stream,
                        const std::vector<LogEvent>& events) {
  for (const auto& [name, filter] : group.subscriptions) {
    Json matching = Json::array();
    for (const LogEvent& event : events) {
      if (!filter.pattern.match(event.message)) continue;
      matching.push_back(
          {{"id", event.id}, {"timestamp", milliseconds(event.at)}, {"message", event.message}});
    }
    if (matching.empty()) continue;
    const std::size_t forwarded = matching.size();
    const Json message{{"messageType", "DATA_MESSAGE"}, {"owner", group.place.account},
                       {"logGroup", group.name},        {"logStream", stream},
                       {"subscriptionFilters", {name}}, {"logEvents", std::move(matching)}};
    const std::string data =
        base64(gzip(message.dump(-1, ' ', false, Json::error_handler_t::replace)));
    const Arn target = *Arn::parse(filter.destination);
    const bool lambda = target.service == "lambda";
    Delivery delivery{.caller = {group.place, std::string{kLogsService}, ""},
                      .target = target,
                      .text = lambda ? Json{{"awslogs", {{"data", data}}}}.dump() : data,
                      .from = group.arn};
    count_logs(logs, group, "ForwardedLogEvents", static_cast<double>(forwarded), &filter);
    count_logs(logs, group, "ForwardedBytes", static_cast<double>(data.size() / 4 * 3), &filter);
    logs.cloud.sim().spawn(hand_on(logs, std::move(delivery), group.place, group.name, name));
  }
}

}  // namespace opsim::logs

// UNDOCUMENTED: the members of an SNS message that tell of the contributor; here they are named as
// in DescribeAlarmHistory.
#include "models/cloudwatch/contributor_actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/alarm_record.hpp"
#include "models/cloudwatch/cloudwatch.hpp"

namespace opsim::cloudwatch {
namespace {

Json contributor_state(const ContributorChange& change) {
  return {{"value", to_string(change.state)},
          {"reason", change.contributor.reason},
          {"timestamp", alarm_time(change.contributor.transitioned)}};
}

Json contributor_detail(const AlarmSpec& spec, const ContributorChange& change) {
  Json configuration = event_watched(spec);
  if (spec.description) configuration["description"] = *spec.description;
  return {{"alarmName", spec.name},
          {"alarmContributor",
           {{"id", change.contributor.id}, {"attributes", change.contributor.attributes_json()}}},
          {"state", contributor_state(change)},
          {"configuration", std::move(configuration)}};
}

/// An alarm, as the actions of one contributor see it.
class ContributorActing : public ActingAlarm {
 public:
  ContributorActing(const Alarm& alarm, const ContributorChange& change)
      : alarm_{alarm}, change_{change} {}
  const Place& place() const override { return alarm_.spec().place; }
  const std::string& name() const override { return alarm_.spec().name; }
  std::string arn() const override { return alarm_.spec().arn(); }
  AlarmState state() const override { return change_.state; }
  SimTime updated() const override { return change_.contributor.transitioned; }
  const std::vector<std::string>& actions() const override {
    return alarm_.spec().actions(change_.state);
  }
  bool runs(const Arn& action) const override {
    return runs_for_contributors(alarm_.spec(), action);
  }
  Json contributor() const override {
    return {{"id", change_.contributor.id}, {"attributes", change_.contributor.attributes_json()}};
  }
  std::string message(AfterMute after) const override {
    StateRecord previous;
    StateRecord next;
    previous.state = change_.state == AlarmState::alarm ? AlarmState::ok : AlarmState::alarm;
    next.state = change_.state;
    next.how = StateRecord::How::evaluated;
    next.updated = change_.contributor.transitioned;
    next.said = change_.contributor.reason;
    previous.spec = next.spec = std::make_shared<const AlarmSpec>(alarm_.spec());
    Json message = Json::parse(sns_message(previous, next, alarm_.configured(), after));
    message["AlarmContributorId"] = change_.contributor.id;
    message["AlarmContributorAttributes"] = change_.contributor.attributes_json();
    return message.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  std::string payload() const override {
    const AlarmSpec& spec = alarm_.spec();
    const Json json{
        {"source", "aws.cloudwatch"},      {"alarmArn", spec.arn()},
        {"accountId", spec.place.account}, {"time", alarm_time(change_.contributor.transitioned)},
        {"region", spec.place.region},     {"alarmData", contributor_detail(spec, change_)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  std::string instance() const override {
    const auto& attributes = change_.contributor.attributes;
    const auto found =
        std::ranges::find(attributes, "InstanceId", &std::pair<std::string, std::string>::first);
    return found == attributes.end() ? "" : found->second;
  }

 private:
  const Alarm& alarm_;
  const ContributorChange& change_;
};

}  // namespace

Event contributor_event(const AlarmSpec& spec, const ContributorChange& change, Json muted) {
  Json detail = contributor_detail(spec, change);
  if (!muted.is_null()) detail["muteDetail"] = std::move(muted);
  return {.source = "aws.cloudwatch",
          .detail_type = "CloudWatch Alarm Contributor State Change",
          .place = spec.place,
          .resources = {spec.arn()},
          .detail = std::move(detail)};
}

HistoryItem contributor_history(const ContributorChange& change, SimTime at) {
  const Json data{
      {"version", "1.0"},
      {"newState",
       {{"stateValue", to_string(change.state)}, {"stateReason", change.contributor.reason}}}};
  HistoryItem item{.at = at, .type = HistoryItem::Type::contributor_state};
  item.summary = fmt::format("Contributor state updated to {}", to_string(change.state));
  item.data = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  item.contributor = {{"id", change.contributor.id},
                      {"attributes", change.contributor.attributes_json()}};
  return item;
}

bool act_contributor(Cloud& cloud, const Alarm& alarm, const ContributorChange& change,
                     AfterMute after) {
  const ContributorActing acting{alarm, change};
  if (after == AfterMute::yes) {
    act_after_mute(cloud, acting);
    return true;
  }
  return act(cloud, acting, change.state == AlarmState::alarm ? AlarmState::ok : AlarmState::alarm);
}

bool runs_for_contributors(const AlarmSpec& spec, const Arn& action) {
  if (action.service == "sns" || action.service == "lambda") return true;
  if (action.service == "automate" || action.service == "swf") return true;
  return action.service == "ssm" && !spec.logs;  // OpsItems
}

}  // namespace opsim::cloudwatch

// Channel configurations, and what their topics tell them.
// AWS: CloudFormation, AWS::Chatbot::SlackChannelConfiguration and
// AWS::Chatbot::MicrosoftTeamsChannelConfiguration; AWS Chatbot Administrator Guide,
// "Troubleshooting" (the topic's subscription is an HTTPS endpoint of the service, made with the
// configuration).
#include <fmt/format.h>

#include <algorithm>

#include "models/chatbot/chatbot.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::chatbot {

namespace {

constexpr std::string_view kEndpoint = "https://global.sns-api.chatbot.amazonaws.com";

/// Estimate: no page says how soon a message shows.
Duration draw_delay(Simulation& sim) {
  static const Distribution kDelay = *Distribution::parse("lognormal(p50 2s, p99 5s)");
  return kDelay.sample_duration(sim.random("chatbot.delivery"));
}

ApiResult<Created> add_channel(Chatbot& chatbot, const ResourceRequest& request, Channel channel) {
  channel.name = input::text(request.properties, "ConfigurationName");
  channel.topics = input::texts(request.properties, "SnsTopicArns");
  Arn arn{std::string{partition_of(request.place.region)}, "chatbot", "", request.place.account,
          fmt::format("chat-configuration/{}-channel/{}",
                      channel.application == "slack" ? "slack" : "microsoft-teams", channel.name)};
  channel.arn = arn.text();
  if (chatbot.channels.contains(channel.arn))
    return ApiError{"ConflictException", fmt::format("{} exists already", channel.name), 409};
  for (const std::string& topic : channel.topics) {
    const std::optional<Arn> where = Arn::parse(topic);
    if (!where || where->service != "sns")
      return ApiError{"InvalidRequestException",
                      fmt::format("SnsTopicArns: {} is not the ARN of a topic", topic)};
    Caller caller{where->place(), "chatbot.amazonaws.com", ""};
    chatbot.cloud.call_later(std::move(caller), "sns", "Subscribe",
                             {{"TopicArn", topic}, {"Protocol", "https"}, {"Endpoint", kEndpoint}});
  }
  const std::string key = channel.arn;
  chatbot.channels[key] = std::move(channel);
  return Created{key, key, {{"Arn", key}}};
}

Process<> show(Chatbot& chatbot, std::string arn, std::string line) {
  Cloud& cloud = chatbot.cloud;
  co_await cloud.sim().sleep(draw_delay(cloud.sim()));
  const auto found = chatbot.channels.find(arn);
  if (found == chatbot.channels.end()) co_return;
  const Resources& resources = cloud.resources();
  // Goals may ask whether the channel was told: kept at every level.
  cloud.journal().write(
      {.kind = EntryKind::message,
       .level = Level::goals,
       .subject = std::string{resources.name_of(arn)},
       .text = std::move(line),
       .source = std::string{resources.source_of(arn)},
       .detail = {{"channel", found->second.id}, {"application", found->second.application}}});
}

Json to_json(const Channel& channel) {
  return {{"ChatConfigurationArn", channel.arn},
          {"ConfigurationName", channel.name},
          {channel.application == "slack" ? "SlackChannelId" : "ChannelId", channel.id},
          {"SnsTopicArns", channel.topics}};
}

Json of_application(const Chatbot& chatbot, std::string_view application) {
  Json all = Json::array();
  for (const auto& [arn, channel] : chatbot.channels)
    if (channel.application == application) all.push_back(to_json(channel));
  return all;
}

}  // namespace

ApiResult<Created> create_slack_channel(Chatbot& chatbot, const ResourceRequest& request) {
  Channel channel;
  channel.application = "slack";
  channel.id = input::text(request.properties, "SlackChannelId");
  return add_channel(chatbot, request, std::move(channel));
}

ApiResult<Created> create_teams_channel(Chatbot& chatbot, const ResourceRequest& request) {
  Channel channel;
  channel.application = "teams";
  channel.id = input::text(request.properties, "TeamsChannelId");
  return add_channel(chatbot, request, std::move(channel));
}

ApiResult<Json> describe_slack_channels(Chatbot& chatbot, const Request&) {
  return Json{{"SlackChannelConfigurations", of_application(chatbot, "slack")}};
}

ApiResult<Json> list_teams_channels(Chatbot& chatbot, const Request&) {
  return Json{{"TeamChannelConfigurations", of_application(chatbot, "teams")}};
}

// One post of a topic reaches every channel that listens to it.
Process<ApiResult<Json>> take_delivery(Chatbot& chatbot, Delivery delivery) {
  const Json post = Json::parse(delivery.text, nullptr, false);
  const std::string topic = input::text(post, "TopicArn");
  const std::string line = line_of(input::text(post, "Message"));
  Cloud& cloud = chatbot.cloud;
  for (const auto& [arn, channel] : chatbot.channels) {
    if (std::ranges::find(channel.topics, topic) == channel.topics.end()) continue;
    if (line.empty()) {
      cloud.journal().write({.kind = EntryKind::note,
                             .level = Level::story,
                             .subject = std::string{cloud.resources().name_of(arn)},
                             .text = "dropped a notification of a kind that AWS Chatbot does not "
                                     "show"});
      continue;
    }
    cloud.sim().spawn(show(chatbot, arn, line));
  }
  co_return Json::object();
}

}  // namespace opsim::chatbot

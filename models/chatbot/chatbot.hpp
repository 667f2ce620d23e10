#pragma once
/// AWS Chatbot (Amazon Q Developer in chat applications): what topics say, told in a chat channel.
#include <map>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::chatbot {

struct Channel {
  std::string arn;
  std::string name;         // ConfigurationName
  std::string application;  // "slack" or "teams"
  std::string id;           // of the channel: "C0123456789"
  std::vector<std::string> topics;
};

class Chatbot : public Model {
 public:
  explicit Chatbot(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, Channel> channels;  // by ARN
};

/// The line that a channel shows of a notification; "" for one that is not supported, which AWS
/// drops.
std::string line_of(const std::string& message);

ApiResult<Created> create_slack_channel(Chatbot& chatbot, const ResourceRequest& request);
ApiResult<Created> create_teams_channel(Chatbot& chatbot, const ResourceRequest& request);
ApiResult<Json> describe_slack_channels(Chatbot& chatbot, const Request& request);
ApiResult<Json> list_teams_channels(Chatbot& chatbot, const Request& request);
Process<ApiResult<Json>> take_delivery(Chatbot& chatbot, Delivery delivery);

}  // namespace opsim::chatbot

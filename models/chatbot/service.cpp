#include "models/chatbot/service.hpp"

#include "models/chatbot/chatbot.hpp"

namespace opsim {

namespace {

using chatbot::Chatbot;

constexpr Operation kOperations[] = {
    {.name = "DescribeSlackChannelConfigurations",
     .access = Access::read,
     .now = immediate<Chatbot, chatbot::describe_slack_channels>},
    {.name = "ListMicrosoftTeamsChannelConfigurations",
     .access = Access::read,
     .now = immediate<Chatbot, chatbot::list_teams_channels>},
};

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr std::string_view kLevels[] = {"ERROR", "INFO", "NONE"};
constexpr Shape kLevel{.kind = Kind::text, .allowed = kLevels};

constexpr Field kSlackFields[] = {
    {.name = "ConfigurationName", .shape = &kText, .need = Need::required},
    {.name = "CustomizationResourceArns", .simulated = Simulated::no},
    {.name = "GuardrailPolicies", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "IamRoleArn", .shape = &kText, .need = Need::required, .simulated = Simulated::no},
    {.name = "LoggingLevel", .shape = &kLevel, .simulated = Simulated::no},
    {.name = "SlackChannelId", .shape = &kText, .need = Need::required},
    {.name = "SlackWorkspaceId", .shape = &kText, .need = Need::required},
    {.name = "SnsTopicArns", .shape = &kTexts, .doc = "The topics that the channel listens to."},
    {.name = "Tags"},
    {.name = "UserRoleRequired", .shape = &kBoolean, .simulated = Simulated::no},
};
constexpr Shape kSlack{.kind = Kind::mapping, .fields = kSlackFields};

constexpr Field kTeamsFields[] = {
    {.name = "ConfigurationName", .shape = &kText, .need = Need::required},
    {.name = "CustomizationResourceArns", .simulated = Simulated::no},
    {.name = "GuardrailPolicies", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "IamRoleArn", .shape = &kText, .need = Need::required, .simulated = Simulated::no},
    {.name = "LoggingLevel", .shape = &kLevel, .simulated = Simulated::no},
    {.name = "SnsTopicArns", .shape = &kTexts, .doc = "The topics that the channel listens to."},
    {.name = "Tags"},
    {.name = "TeamId", .shape = &kText, .need = Need::required},
    {.name = "TeamsChannelId", .shape = &kText, .need = Need::required},
    {.name = "TeamsChannelName", .shape = &kText},
    {.name = "TeamsTenantId", .shape = &kText, .need = Need::required},
    {.name = "UserRoleRequired", .shape = &kBoolean, .simulated = Simulated::no},
};
constexpr Shape kTeams{.kind = Kind::mapping, .fields = kTeamsFields};

constexpr ResourceType kResources[] = {
    {"AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
     create<Chatbot, chatbot::create_teams_channel>, &kTeams},
    {"AWS::Chatbot::SlackChannelConfiguration", create<Chatbot, chatbot::create_slack_channel>,
     &kSlack},
};

constexpr DeliveryTarget kTargets[] = {{"chatbot", "", deliver<Chatbot, chatbot::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "Slack and Teams channels of topics: alarms, events, stacks, incidents, custom",
     "AWS Chatbot Administrator Guide"},
    {Grade::simplified, "a message shows after an estimated delay (median 2 s, p99 5 s)"},
    {Grade::absent, "commands from chat, Chime webhooks, rich layout of messages"},
};

}  // namespace

extern const Service kChatbot{
    .name = "chatbot",
    .title = "AWS Chatbot",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Chatbot>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .fidelity = kFidelity,
};

}  // namespace opsim

#pragma once
/// A team with pagers that tests hear ring.
#include "models/incident_manager/service.hpp"
#include "models/sns/service.hpp"
#include "models/sqs/service.hpp"
#include "tests/models/outside.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

/// Remembers the automations that were started.
struct Automations : Model {
  std::vector<Json> started;
};
inline ApiResult<Json> start_automation(Automations& automations, const Request& request) {
  automations.started.push_back(request.input);
  return Json{{"AutomationExecutionId", "execution-1"}};
}
inline constexpr Operation kAutomationOperations[] = {
    {.name = "StartAutomationExecution", .now = immediate<Automations, start_automation>}};
inline constexpr Service kAutomations{
    .name = "ssm",
    .title = "automations",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Automations>(); },
    .operations = kAutomationOperations,
};
inline const Service* const kTeamServices[] = {&kOutside,     &kSns,         &kSqs,
                                               &kAutomations, &kSsmContacts, &kSsmIncidents};

struct Team : SmallWorld {
  Team() : SmallWorld{kTeamServices} {}

  struct OneStage {
    struct {
      std::string channel;
      int retry_minutes;
    } target;
    int minutes;
  };
  /// A contact with channels sms and voice, and its own plan.
  void person(const std::string& alias, const std::vector<OneStage>& plan) {
    contacts[alias] = make("AWS::SSMContacts::Contact", alias,
                           {{"Alias", alias}, {"Type", "PERSONAL"}, {"Plan", Json::array()}});
    std::map<std::string, std::string> channels;
    for (const char* type : {"SMS", "VOICE"})
      channels[type] = make("AWS::SSMContacts::ContactChannel", alias + type,
                            {{"ContactId", arn(alias)},
                             {"ChannelName", type},
                             {"ChannelType", type},
                             {"ChannelAddress", "+15550100"}});
    Json stages = Json::array();
    for (const OneStage& stage : plan) {
      const Json target{{"ChannelId", channels[stage.target.channel == "sms" ? "SMS" : "VOICE"]},
                        {"RetryIntervalInMinutes", stage.target.retry_minutes}};
      stages.push_back({{"DurationInMinutes", stage.minutes},
                        {"Targets", Json::array({{{"ChannelTargetInfo", target}}})}});
    }
    make("AWS::SSMContacts::Plan", alias + "-plan",
         {{"ContactId", arn(alias)}, {"Stages", stages}});
  }
  void escalation(const std::string& alias, const std::vector<std::pair<std::string, int>>& stages,
                  bool essential = true) {
    contacts[alias] = make("AWS::SSMContacts::Contact", alias,
                           {{"Alias", alias}, {"Type", "ESCALATION"}, {"Plan", Json::array()}});
    Json all = Json::array();
    for (const auto& [contact, minutes] : stages) {
      const Json target{{"ContactId", arn(contact)}, {"IsEssential", essential}};
      all.push_back({{"DurationInMinutes", minutes},
                     {"Targets", Json::array({{{"ContactTargetInfo", target}}})}});
    }
    make("AWS::SSMContacts::Plan", alias + "-plan", {{"ContactId", arn(alias)}, {"Stages", all}});
  }
  std::string engage(const std::string& alias) {
    const Json answer = must("ssm-contacts", "StartEngagement",
                             {{"ContactId", arn(alias)},
                              {"Sender", "ann"},
                              {"Subject", "disk"},
                              {"Content", "disk full"}});
    began = sim.now();
    return answer.at("EngagementArn").get<std::string>();
  }
  [[nodiscard]] std::string arn(const std::string& alias) const {
    const auto found = contacts.find(alias);
    return found == contacts.end() ? "arn:aws:ssm-contacts:us-east-1:123456789012:contact/" + alias
                                   : found->second;
  }
  /// "+0:05:00 ann by SMS", counted from the engagement.
  std::vector<std::string> rings() {
    std::vector<std::string> lines;
    for (const Outside::Got& ring : Outside::of(cloud).got)
      lines.push_back(fmt::format("+{} {} by {}", clock_text(ring.at - began), ring.to,
                                  ring.payload.at("ContactChannel").get<std::string>()));
    return lines;
  }
  std::string page_id(std::size_t ring) {
    return Outside::of(cloud).got.at(ring).payload.at("PageId").get<std::string>();
  }
  /// Acknowledges the page that rang then; "" or the code of the refusal.
  std::string accept(std::size_t ring, const Json& other = Json::object()) {
    const Json& payload = Outside::of(cloud).got.at(ring).payload;
    Json input{{"PageId", payload.at("PageId")},
               {"AcceptType", "READ"},
               {"AcceptCode", payload.at("AcceptCode")}};
    input.update(other);
    return refusal("ssm-contacts", "AcceptPage", input);
  }
  Automations& automations() { return static_cast<Automations&>(*cloud.model("ssm")); }

  SimTime began{};
  std::map<std::string, std::string> contacts;
};

}  // namespace opsim::tests

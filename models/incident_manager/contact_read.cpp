// Contacts, channels and plans, as the API and CloudFormation write them.
// AWS: Incident Manager API, CreateContact, CreateContactChannel, Stage, Target; CloudFormation,
// AWS::SSMContacts::*.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/contacts.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

constexpr std::int64_t kLongestStage = 30;  // minutes; API, StageDurationInMins
constexpr std::int64_t kLongestRetry = 60;  // minutes; API, RetryIntervalInMinutes
constexpr std::string_view kTypeNames[] = {"PERSONAL", "ESCALATION", "ONCALL_SCHEDULE"};
constexpr std::string_view kChannelTypes[] = {"EMAIL", "SMS", "VOICE"};

bool well_formed_alias(std::string_view alias) {  // API: ^[a-z0-9_\-]*$, 1 to 255
  return !alias.empty() && alias.size() <= 255 && std::ranges::all_of(alias, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

ApiResult<void> read_target(Stage& stage, const Json& target) {
  const Json& channel = input::member(target, "ChannelTargetInfo");
  const Json& contact = input::member(target, "ContactTargetInfo");
  if (channel.is_object()) {
    std::string arn = input::text(channel, "ContactChannelId");
    if (arn.empty()) arn = input::text(channel, "ChannelId");  // CloudFormation's name
    const std::int64_t retry = input::integer(channel, "RetryIntervalInMinutes").value_or(0);
    if (arn.empty()) return not_valid("ChannelTargetInfo: ContactChannelId is required");
    if (retry < 0 || retry > kLongestRetry)
      return not_valid("ChannelTargetInfo: RetryIntervalInMinutes is 0 to 60");
    stage.channels.push_back({std::move(arn), std::chrono::minutes{retry}});
  } else if (contact.is_object()) {
    stage.contacts.push_back({input::text(contact, "ContactId"),
                              input::boolean(contact, "IsEssential").value_or(false)});
  } else {
    return not_valid("Targets: each has a ChannelTargetInfo or a ContactTargetInfo");
  }
  return {};
}

ApiResult<Stage> read_stage(const Json& input) {
  Stage stage;
  const auto minutes = input::integer(input, "DurationInMinutes");
  if (!minutes || *minutes < 0 || *minutes > kLongestStage)
    return not_valid("Stages: DurationInMinutes is 0 to 30");
  stage.duration = std::chrono::minutes{*minutes};
  for (const Json& target : input::member(input, "Targets"))
    if (auto read = read_target(stage, target); !read) return read.error();
  // "The duration can only be set to 0 if a target is specified."
  if (*minutes == 0 && stage.channels.empty() && stage.contacts.empty())
    return not_valid("Stages: DurationInMinutes can be 0 only where a target is specified");
  return stage;
}

Json stage_json(const Stage& stage) {
  Json targets = Json::array();
  for (const ChannelTarget& target : stage.channels)
    targets.push_back({{"ChannelTargetInfo",
                        {{"ContactChannelId", target.channel_arn},
                         {"RetryIntervalInMinutes",
                          std::chrono::floor<std::chrono::minutes>(target.retry_every).count()}}}});
  for (const ContactTarget& target : stage.contacts)
    targets.push_back({{"ContactTargetInfo",
                        {{"ContactId", target.contact_arn}, {"IsEssential", target.essential}}}});
  return {{"DurationInMinutes", std::chrono::floor<std::chrono::minutes>(stage.duration).count()},
          {"Targets", targets}};
}

}  // namespace

ApiError not_found(std::string_view what, std::string_view arn) {
  return {"ResourceNotFoundException", fmt::format("{} {} does not exist", what, arn), 404};
}

ApiError not_valid(std::string message) { return {"ValidationException", std::move(message)}; }

std::string_view to_string(ContactType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

Json time_json(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

ApiResult<Plan> read_plan(const Json& input) {
  Plan plan;
  const Json& stages = input.is_array() ? input : input::member(input, "Stages");
  plan.rotations = input::texts(input, "RotationIds");
  for (const Json& one : stages) {
    // CloudFormation writes the rotations of an on-call schedule as a stage that is nothing else.
    std::vector<std::string> rotations = input::texts(one, "RotationIds");
    std::ranges::move(rotations, std::back_inserter(plan.rotations));
    if (!rotations.empty() && input::member(one, "DurationInMinutes").is_null()) continue;
    ApiResult<Stage> stage = read_stage(one);
    if (!stage) return stage.error();
    plan.stages.push_back(*std::move(stage));
  }
  return plan;
}

Json plan_json(const Plan& plan) {
  Json stages = Json::array();
  for (const Stage& stage : plan.stages) stages.push_back(stage_json(stage));
  return {{"Stages", stages}, {"RotationIds", plan.rotations}};
}

ApiResult<Contact> read_contact(const Json& input, const Place& place) {
  Contact contact;
  contact.place = place;
  contact.alias = input::text(input, "Alias");
  contact.display_name = input::text(input, "DisplayName");
  if (!well_formed_alias(contact.alias))
    return not_valid(fmt::format("Alias \"{}\": small letters, digits, - and _, 1 to 255 of them",
                                 contact.alias));
  const std::string type = input::text(input, "Type");
  const auto row = std::ranges::find(kTypeNames, type);
  if (row == std::end(kTypeNames))
    return not_valid(
        fmt::format("Type \"{}\": one of PERSONAL, ESCALATION, ONCALL_SCHEDULE", type));
  contact.type = static_cast<ContactType>(row - std::begin(kTypeNames));
  contact.arn = arn(place, "ssm-contacts", "contact/" + contact.alias);
  ApiResult<Plan> plan = read_plan(input::member(input, "Plan"));
  if (!plan) return plan.error();
  contact.plan = *std::move(plan);
  return contact;
}

namespace {

/// "Phone numbers in E.164 format": a plus, the country code, up to 15 digits (contacts.html).
bool fits(std::string_view type, std::string_view address) {
  if (type == "EMAIL") return address.find('@') != address.npos && address.front() != '@';
  return address.size() > 3 && address.size() <= 16 && address.front() == '+' &&
         address[1] != '0' &&
         std::ranges::all_of(address.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// CloudFormation: ChannelName, ChannelType, ChannelAddress. API: Name, Type, DeliveryAddress.
ApiResult<Channel> read_channel(Contacts& contacts, const Json& input) {
  Channel channel;
  channel.contact_arn = input::text(input, "ContactId");
  channel.name = input::text(input, "Name") + input::text(input, "ChannelName");
  channel.type = input::text(input, "Type") + input::text(input, "ChannelType");
  channel.address = input::text(input::member(input, "DeliveryAddress"), "SimpleAddress") +
                    input::text(input, "ChannelAddress");
  channel.activated = !input::boolean(input, "DeferActivation").value_or(false);
  if (find_in(contacts.contacts, channel.contact_arn) == nullptr)
    return not_found("the contact", channel.contact_arn);
  if (std::ranges::find(kChannelTypes, channel.type) == std::end(kChannelTypes))
    return not_valid(fmt::format("Type \"{}\": one of SMS, VOICE, EMAIL", channel.type));
  if (channel.address.empty()) return not_valid("the channel has no address");
  if (!fits(channel.type, channel.address))
    return not_valid(fmt::format("the address \"{}\" is none for {}: {}", channel.address,
                                 channel.type,
                                 channel.type == "EMAIL" ? "name@example.com" : "+12065550100"));
  return channel;
}

ApiResult<Contact*> add_contact(Contacts& contacts, Contact contact) {
  const std::string key = contact.arn;
  const auto [found, fresh] = contacts.contacts.try_emplace(key, std::move(contact));
  if (!fresh) return ApiError{"ConflictException", fmt::format("{} exists already", key), 409};
  return &found->second;
}

Channel& add_channel(Contacts& contacts, Channel channel) {
  const Contact& contact = contacts.contacts.at(channel.contact_arn);
  channel.arn = arn(contact.place, "ssm-contacts",
                    fmt::format("contact-channel/{}/{}", contact.alias,
                                contacts.cloud.next_uuid("ssm-contacts.channel")));
  const std::string key = channel.arn;
  return contacts.channels[key] = std::move(channel);
}

ApiResult<Rotation*> add_rotation(Contacts& contacts, const Place& place, const Json& input) {
  ApiResult<Rotation> rotation = read_rotation(input, contacts.cloud.sim().now());
  if (!rotation) return rotation.error();
  for (const std::string& one : rotation->contacts)
    if (find_in(contacts.contacts, one) == nullptr) return not_found("the contact", one);
  rotation->arn =
      arn(place, "ssm-contacts", "rotation/" + contacts.cloud.next_uuid("ssm-contacts.rotation"));
  const std::string key = rotation->arn;
  return &(contacts.rotations[key] = *std::move(rotation));
}

}  // namespace opsim::incident_manager

// Contacts and channels. AWS: Incident Manager API Reference (contacts), the operation
// of the same name; CloudFormation, AWS::SSMContacts::*. SIMPLIFIED: channels need no activation
// code.
#include <fmt/format.h>

#include "models/incident_manager/contacts.hpp"
#include "models/incident_manager/page_of.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

Json summary(const Contact& contact) {
  return {{"ContactArn", contact.arn},
          {"Alias", contact.alias},
          {"DisplayName", contact.display_name},
          {"Type", to_string(contact.type)}};
}

Json to_json(const Channel& channel) {
  return {{"ContactChannelArn", channel.arn},
          {"ContactArn", channel.contact_arn},
          {"Name", channel.name},
          {"Type", channel.type},
          {"DeliveryAddress", {{"SimpleAddress", channel.address}}},
          {"ActivationStatus", channel.activated ? "ACTIVATED" : "NOT_ACTIVATED"}};
}

Contact* asked_contact(Contacts& contacts, const Request& request) {
  return find_in(contacts.contacts, input::text(request.input, "ContactId"));
}
ApiError no_contact(const Request& request) {
  return not_found("the contact", input::text(request.input, "ContactId"));
}

ApiResult<Json> set_activated(Contacts& contacts, const Request& request, bool activated) {
  const std::string arn = input::text(request.input, "ContactChannelId");
  Channel* channel = find_in(contacts.channels, arn);
  if (channel == nullptr) return not_found("the contact channel", arn);
  channel->activated = activated;
  return Json::object();
}

}  // namespace

ApiResult<Json> activate_contact_channel(Contacts& contacts, const Request& request) {
  return set_activated(contacts, request, true);
}
ApiResult<Json> deactivate_contact_channel(Contacts& contacts, const Request& request) {
  return set_activated(contacts, request, false);
}

ApiResult<Json> create_contact(Contacts& contacts, const Request& request) {
  ApiResult<Contact> read = read_contact(request.input, request.place());
  if (!read) return read.error();
  const ApiResult<Contact*> added = add_contact(contacts, *std::move(read));
  if (!added) return added.error();
  return Json{{"ContactArn", (*added)->arn}};
}

ApiResult<Json> create_contact_channel(Contacts& contacts, const Request& request) {
  ApiResult<Channel> read = read_channel(contacts, request.input);
  if (!read) return read.error();
  return Json{{"ContactChannelArn", add_channel(contacts, *std::move(read)).arn}};
}

ApiResult<Json> delete_contact(Contacts& contacts, const Request& request) {
  const Contact* contact = asked_contact(contacts, request);
  if (contact == nullptr) return no_contact(request);
  const std::string arn = contact->arn;
  for (const auto& [key, engagement] : contacts.engagements)
    if (!engagement->stopped &&
        (engagement->rounds.contains(arn) || engagement->contact_arn == arn))
      return ApiError{"ConflictException", fmt::format("{} is being engaged", arn), 409};
  contacts.contacts.erase(arn);
  return Json::object();
}

ApiResult<Json> delete_contact_channel(Contacts& contacts, const Request& request) {
  const std::string arn = input::text(request.input, "ContactChannelId");
  if (contacts.channels.erase(arn) == 0) return not_found("the contact channel", arn);
  return Json::object();
}

ApiResult<Json> get_contact(Contacts& contacts, const Request& request) {
  const Contact* contact = asked_contact(contacts, request);
  if (contact == nullptr) return no_contact(request);
  Json json = summary(*contact);
  json["Plan"] = plan_json(contact->plan);
  return json;
}

ApiResult<Json> get_contact_channel(Contacts& contacts, const Request& request) {
  const std::string arn = input::text(request.input, "ContactChannelId");
  const Channel* channel = find_in(contacts.channels, arn);
  if (channel == nullptr) return not_found("the contact channel", arn);
  return to_json(*channel);
}

ApiResult<Json> list_contact_channels(Contacts& contacts, const Request& request) {
  const Contact* contact = asked_contact(contacts, request);
  if (contact == nullptr) return no_contact(request);
  Json all = Json::array();
  for (const auto& [arn, channel] : contacts.channels)
    if (channel.contact_arn == contact->arn) all.push_back(to_json(channel));
  return page_of(all, request, "ContactChannels");
}

ApiResult<Json> list_contacts(Contacts& contacts, const Request& request) {
  const std::string prefix = input::text(request.input, "AliasPrefix");
  const std::string type = input::text(request.input, "Type");
  Json all = Json::array();
  for (const auto& [arn, contact] : contacts.contacts)
    if (contact.place == request.place() && contact.alias.starts_with(prefix) &&
        (type.empty() || type == to_string(contact.type)))
      all.push_back(summary(contact));
  return page_of(all, request, "Contacts");
}

ApiResult<Json> update_contact(Contacts& contacts, const Request& request) {
  Contact* contact = asked_contact(contacts, request);
  if (contact == nullptr) return no_contact(request);
  if (const Json& written = input::member(request.input, "Plan"); !written.is_null()) {
    ApiResult<Plan> plan = read_plan(written);
    if (!plan) return plan.error();
    contact->plan = *std::move(plan);
  }
  const Json& name = input::member(request.input, "DisplayName");
  if (!name.is_null()) contact->display_name = input::text(name);
  return Json::object();
}

// A new address must be activated again; here it is at once.
ApiResult<Json> update_contact_channel(Contacts& contacts, const Request& request) {
  const std::string arn = input::text(request.input, "ContactChannelId");
  Channel* channel = find_in(contacts.channels, arn);
  if (channel == nullptr) return not_found("the contact channel", arn);
  if (const std::string name = input::text(request.input, "Name"); !name.empty())
    channel->name = name;
  if (const Json& address = input::member(request.input, "DeliveryAddress"); !address.is_null())
    channel->address = input::text(address, "SimpleAddress");
  return Json::object();
}

// ---- Resources: Ref and Arn are the ARN; a plan's are its contact's. ----

ApiResult<Created> create_contact_resource(Contacts& contacts, const ResourceRequest& request) {
  ApiResult<Contact> read = read_contact(request.properties, request.place);
  if (!read) return read.error();
  const ApiResult<Contact*> added = add_contact(contacts, *std::move(read));
  if (!added) return added.error();
  return Created{(*added)->arn, (*added)->arn, {{"Arn", (*added)->arn}}};
}

ApiResult<Created> create_channel_resource(Contacts& contacts, const ResourceRequest& request) {
  ApiResult<Channel> read = read_channel(contacts, request.properties);
  if (!read) return read.error();
  const Channel& channel = add_channel(contacts, *std::move(read));
  return Created{channel.arn, channel.arn, {{"Arn", channel.arn}}};
}

ApiResult<Created> create_plan_resource(Contacts& contacts, const ResourceRequest& request) {
  const std::string arn = input::text(request.properties, "ContactId");
  Contact* contact = find_in(contacts.contacts, arn);
  if (contact == nullptr) return not_found("the contact", arn);
  ApiResult<Plan> plan = read_plan(request.properties);
  if (!plan) return plan.error();
  contact->plan = *std::move(plan);
  return Created{arn + "/plan", "", {{"Arn", arn}}};
}

ApiResult<Created> create_rotation_resource(Contacts& contacts, const ResourceRequest& request) {
  const ApiResult<Rotation*> added = add_rotation(contacts, request.place, request.properties);
  if (!added) return added.error();
  return Created{(*added)->arn, (*added)->arn, {{"Arn", (*added)->arn}}};
}

}  // namespace opsim::incident_manager

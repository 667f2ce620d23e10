// Contacts, channels and rotations. AWS: Incident Manager API Reference (contacts), the operation
// of the same name; CloudFormation, AWS::SSMContacts::*. SIMPLIFIED: lists come in one page;
// channels need no activation code.
#include <fmt/format.h>

#include "models/incident_manager/contacts.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

constexpr std::size_t kMostShifts = 1'024;  // API, MaxResults

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

Json to_json(const Rotation& rotation) {
  return {{"RotationArn", rotation.arn},      {"Name", rotation.name},
          {"ContactIds", rotation.contacts},  {"StartTime", time_json(rotation.start)},
          {"TimeZoneId", rotation.time_zone}, {"Recurrence", rotation.recurrence}};
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

bool in_place(std::string_view text, const Place& place) {
  const std::optional<Arn> arn = Arn::parse(text);
  return arn && arn->place() == place;
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

ApiResult<Json> create_rotation(Contacts& contacts, const Request& request) {
  const ApiResult<Rotation*> added = add_rotation(contacts, request.place(), request.input);
  if (!added) return added.error();
  return Json{{"RotationArn", (*added)->arn}};
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

ApiResult<Json> get_rotation(Contacts& contacts, const Request& request) {
  const std::string arn = input::text(request.input, "RotationId");
  const Rotation* rotation = find_in(contacts.rotations, arn);
  if (rotation == nullptr) return not_found("the rotation", arn);
  return to_json(*rotation);
}

ApiResult<Json> list_contact_channels(Contacts& contacts, const Request& request) {
  const Contact* contact = asked_contact(contacts, request);
  if (contact == nullptr) return no_contact(request);
  Json all = Json::array();
  for (const auto& [arn, channel] : contacts.channels)
    if (channel.contact_arn == contact->arn) all.push_back(to_json(channel));
  return Json{{"ContactChannels", all}};
}

ApiResult<Json> list_contacts(Contacts& contacts, const Request& request) {
  const std::string prefix = input::text(request.input, "AliasPrefix");
  const std::string type = input::text(request.input, "Type");
  Json all = Json::array();
  for (const auto& [arn, contact] : contacts.contacts)
    if (contact.place == request.place() && contact.alias.starts_with(prefix) &&
        (type.empty() || type == to_string(contact.type)))
      all.push_back(summary(contact));
  return Json{{"Contacts", all}};
}

ApiResult<Json> list_rotation_shifts(Contacts& contacts, const Request& request) {
  const std::string arn = input::text(request.input, "RotationId");
  const Rotation* rotation = find_in(contacts.rotations, arn);
  if (rotation == nullptr) return not_found("the rotation", arn);
  const SimTime from = input::time(request.input, "StartTime").value_or(contacts.cloud.sim().now());
  const auto to = input::time(request.input, "EndTime");
  if (!to) return not_valid("EndTime is required");
  Json all = Json::array();
  for (const Shift& shift : shifts(*rotation, from, *to, kMostShifts))
    all.push_back({{"ContactIds", shift.contacts},
                   {"StartTime", time_json(shift.from)},
                   {"EndTime", time_json(shift.to)},
                   {"Type", "REGULAR"}});
  return Json{{"RotationShifts", all}};
}

ApiResult<Json> list_rotations(Contacts& contacts, const Request& request) {
  Json all = Json::array();
  for (const auto& [arn, rotation] : contacts.rotations)
    if (in_place(arn, request.place())) all.push_back(to_json(rotation));
  return Json{{"Rotations", all}};
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

#pragma once
/// AWS Systems Manager Incident Manager Contacts: who is reached, by which channels, in which
/// stages.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/incident_manager/rotation.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::incident_manager {

enum class ContactType : std::uint8_t { personal, escalation, oncall_schedule };

struct ChannelTarget {
  std::string channel_arn;
  Duration retry_every{};  // zero: once
};
struct ContactTarget {
  std::string contact_arn;
  bool essential = false;  // its acknowledgement stops the stages
};
/// `duration` is the wait until the next stage begins.
struct Stage {
  Duration duration{};
  std::vector<ChannelTarget> channels;
  std::vector<ContactTarget> contacts;
};
struct Plan {
  std::vector<Stage> stages;
  std::vector<std::string> rotations;  // ARNs; of an on-call schedule
};

struct Contact {
  std::string arn;
  Place place;
  std::string alias;
  std::string display_name;
  ContactType type = ContactType::personal;
  Plan plan;
};

struct Channel {
  std::string arn;
  std::string contact_arn;
  std::string name;
  std::string type;  // SMS, VOICE, EMAIL
  std::string address;
  bool activated = true;
};

/// One contact channel being engaged. Sent again, it stays the same page.
struct Page {
  std::string arn;
  std::string engagement_arn;
  std::string channel_arn;
  std::vector<std::string> path;  // from the engaged plan down to the contact itself
  std::string accept_code;
  SimTime sent{};
  std::optional<SimTime> delivered;
  std::optional<SimTime> read;
  int sends = 0;
  [[nodiscard]] const std::string& contact_arn() const { return path.back(); }
};

struct Engagement {
  explicit Engagement(Simulation& sim) : changed{sim} {}
  std::string arn;
  std::string contact_arn;
  Place place;
  std::string sender;
  std::string subject;
  std::string content;
  std::string public_subject;
  std::string public_content;
  std::string incident;  // ARN of an incident record, or ""
  SimTime started{};
  std::optional<SimTime> stopped;
  std::set<std::string> acknowledged_by;  // ARNs of contacts, and of the plans that led to them
  std::map<std::string, int> rounds;      // how often each contact was engaged
  Signal changed;                         // acknowledged or stopped
};

class Contacts : public Model {
 public:
  explicit Contacts(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, Contact, std::less<>> contacts;  // all by ARN
  std::map<std::string, Channel, std::less<>> channels;
  std::map<std::string, Rotation, std::less<>> rotations;
  std::map<std::string, std::unique_ptr<Engagement>, std::less<>> engagements;
  std::map<std::string, Page, std::less<>> pages;
  std::vector<std::string> engagement_order;
  std::vector<std::string> page_order;
};

template <class Value>
Value* find_in(std::map<std::string, Value, std::less<>>& all, std::string_view arn) {
  const auto found = all.find(arn);
  return found == all.end() ? nullptr : &found->second;
}

// ---- Words of the service ----
ApiError not_found(std::string_view what, std::string_view arn);
ApiError not_valid(std::string message);
std::string_view to_string(ContactType type);
/// AWS's times in answers: "2026-03-02T09:00:00.250Z".
Json time_json(SimTime time);

// ---- Reading ----
/// {"Stages": [...], "RotationIds": [...]}, or the list of stages alone as CloudFormation has it.
ApiResult<Plan> read_plan(const Json& plan);
ApiResult<Contact> read_contact(const Json& input, const Place& place);
ApiResult<Channel> read_channel(Contacts& contacts, const Json& input);
Json plan_json(const Plan& plan);
ApiResult<Contact*> add_contact(Contacts& contacts, Contact contact);
Channel& add_channel(Contacts& contacts, Channel channel);
ApiResult<Rotation*> add_rotation(Contacts& contacts, const Place& place, const Json& input);

// ---- Engaging ----
/// The engagement from its first stage to its end: see engagement.cpp.
Process<> engage(Contacts& contacts, std::string engagement_arn);
/// Sends the page once more by its channel.
void send_page(Contacts& contacts, Engagement& engagement, Page& page, int round);
void stop(Contacts& contacts, Engagement& engagement);

// ---- Operations: contacts, channels, rotations ----
ApiResult<Json> activate_contact_channel(Contacts& contacts, const Request& request);
ApiResult<Json> create_contact(Contacts& contacts, const Request& request);
ApiResult<Json> create_contact_channel(Contacts& contacts, const Request& request);
ApiResult<Json> create_rotation(Contacts& contacts, const Request& request);
ApiResult<Json> create_rotation_override(Contacts& contacts, const Request& request);
ApiResult<Json> deactivate_contact_channel(Contacts& contacts, const Request& request);
ApiResult<Json> delete_contact(Contacts& contacts, const Request& request);
ApiResult<Json> delete_contact_channel(Contacts& contacts, const Request& request);
ApiResult<Json> delete_rotation(Contacts& contacts, const Request& request);
ApiResult<Json> delete_rotation_override(Contacts& contacts, const Request& request);
ApiResult<Json> get_contact(Contacts& contacts, const Request& request);
ApiResult<Json> get_contact_channel(Contacts& contacts, const Request& request);
ApiResult<Json> get_rotation(Contacts& contacts, const Request& request);
ApiResult<Json> get_rotation_override(Contacts& contacts, const Request& request);
ApiResult<Json> list_contact_channels(Contacts& contacts, const Request& request);
ApiResult<Json> list_contacts(Contacts& contacts, const Request& request);
ApiResult<Json> list_preview_rotation_shifts(Contacts& contacts, const Request& request);
ApiResult<Json> list_rotation_overrides(Contacts& contacts, const Request& request);
ApiResult<Json> list_rotation_shifts(Contacts& contacts, const Request& request);
ApiResult<Json> list_rotations(Contacts& contacts, const Request& request);
ApiResult<Json> update_contact(Contacts& contacts, const Request& request);
ApiResult<Json> update_contact_channel(Contacts& contacts, const Request& request);
ApiResult<Json> update_rotation(Contacts& contacts, const Request& request);

// ---- Operations: engagements and pages ----
ApiResult<Json> accept_page(Contacts& contacts, const Request& request);
ApiResult<Json> describe_engagement(Contacts& contacts, const Request& request);
ApiResult<Json> describe_page(Contacts& contacts, const Request& request);
ApiResult<Json> list_engagements(Contacts& contacts, const Request& request);
ApiResult<Json> list_page_receipts(Contacts& contacts, const Request& request);
ApiResult<Json> list_page_resolutions(Contacts& contacts, const Request& request);
ApiResult<Json> list_pages_by_contact(Contacts& contacts, const Request& request);
ApiResult<Json> list_pages_by_engagement(Contacts& contacts, const Request& request);
ApiResult<Json> start_engagement(Contacts& contacts, const Request& request);
ApiResult<Json> stop_engagement(Contacts& contacts, const Request& request);

// ---- Resources ----
ApiResult<Created> create_contact_resource(Contacts& contacts, const ResourceRequest& request);
ApiResult<Created> create_channel_resource(Contacts& contacts, const ResourceRequest& request);
ApiResult<Created> create_plan_resource(Contacts& contacts, const ResourceRequest& request);
ApiResult<Created> create_rotation_resource(Contacts& contacts, const ResourceRequest& request);

}  // namespace opsim::incident_manager

// Engagements and pages. AWS: Incident Manager API Reference (contacts), the operation of the same
// name.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/contacts.hpp"
#include "models/incident_manager/page_of.hpp"
#include "models/incident_manager/timeline.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

Engagement* asked_engagement(Contacts& contacts, const Request& request) {
  const auto found = contacts.engagements.find(input::text(request.input, "EngagementId"));
  return found == contacts.engagements.end() ? nullptr : found->second.get();
}

ApiError no_engagement(const Request& request) {
  return not_found("the engagement", input::text(request.input, "EngagementId"));
}
ApiError no_page(const Request& request) {
  return not_found("the page", input::text(request.input, "PageId"));
}

Json summary(const Engagement& engagement) {
  Json json{{"EngagementArn", engagement.arn},
            {"ContactArn", engagement.contact_arn},
            {"Sender", engagement.sender},
            {"StartTime", time_json(engagement.started)}};
  if (!engagement.incident.empty()) json["IncidentId"] = engagement.incident;
  if (engagement.stopped) json["StopTime"] = time_json(*engagement.stopped);
  return json;
}

void add_contents(Json& json, const Engagement& engagement) {
  json["Subject"] = engagement.subject;
  json["Content"] = engagement.content;
  json["PublicSubject"] = engagement.public_subject;
  json["PublicContent"] = engagement.public_content;
}

Json summary(const Contacts& contacts, const Page& page) {
  const Engagement& engagement = *contacts.engagements.at(page.engagement_arn);
  Json json{{"PageArn", page.arn},
            {"EngagementArn", page.engagement_arn},
            {"ContactArn", page.contact_arn()},
            {"Sender", engagement.sender},
            {"SentTime", time_json(page.sent)}};
  if (!engagement.incident.empty()) json["IncidentId"] = engagement.incident;
  if (page.delivered) json["DeliveryTime"] = time_json(*page.delivered);
  if (page.read) json["ReadTime"] = time_json(*page.read);
  return json;
}

template <class Chosen>
ApiResult<Json> list_pages(const Contacts& contacts, const Request& request, Chosen chosen) {
  Json pages = Json::array();
  for (const std::string& arn : contacts.page_order)
    if (const Page& page = contacts.pages.at(arn); chosen(page))
      pages.push_back(summary(contacts, page));
  return page_of(pages, request, "Pages");
}

bool all_digits(std::string_view code) {
  return std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

/// The code: 6 to 10 digits; compared unless AcceptCodeValidation is IGNORE.
/// UNDOCUMENTED: without AcceptCodeValidation the code is compared.
ApiResult<void> check_accept(const Request& request, const Page& page) {
  const std::string type = input::text(request.input, "AcceptType");
  if (type != "READ" && type != "DELIVERED")
    return not_valid(fmt::format("AcceptType \"{}\": one of DELIVERED, READ", type));
  const std::string code = input::text(request.input, "AcceptCode");
  if (code.size() < 6 || code.size() > 10 || !all_digits(code))
    return not_valid("AcceptCode: 6 to 10 digits");
  const bool compared = input::text(request.input, "AcceptCodeValidation") != "IGNORE";
  if (compared && code != page.accept_code)
    return not_valid("AcceptCode: not the code of this page");
  return {};
}

}  // namespace

// DELIVERED says that the page arrived; READ acknowledges it, for the contact and for the plans
// that led to the contact.
ApiResult<Json> accept_page(Contacts& contacts, const Request& request) {
  Page* page = find_in(contacts.pages, input::text(request.input, "PageId"));
  if (page == nullptr) return no_page(request);
  if (auto checked = check_accept(request, *page); !checked) return checked.error();
  const SimTime now = contacts.cloud.sim().now();
  if (!page->delivered) page->delivered = now;
  if (input::text(request.input, "AcceptType") == "DELIVERED" || page->read) return Json::object();
  page->read = now;
  Engagement& engagement = *contacts.engagements.at(page->engagement_arn);
  engagement.acknowledged_by.insert(page->path.begin(), page->path.end());
  engagement.changed.notify_all();
  tell_incident(contacts.cloud, engagement.incident,
                "SSM Contacts Page Acknowledgement for Incident",
                {{"contactArn", page->contact_arn()},
                 {"engagementArn", engagement.arn},
                 {"pageArn", page->arn}});
  return Json::object();
}

ApiResult<Json> describe_engagement(Contacts& contacts, const Request& request) {
  const Engagement* engagement = asked_engagement(contacts, request);
  if (engagement == nullptr) return no_engagement(request);
  Json json = summary(*engagement);
  add_contents(json, *engagement);
  return json;
}

ApiResult<Json> describe_page(Contacts& contacts, const Request& request) {
  const Page* page = find_in(contacts.pages, input::text(request.input, "PageId"));
  if (page == nullptr) return no_page(request);
  Json json = summary(contacts, *page);
  add_contents(json, *contacts.engagements.at(page->engagement_arn));
  return json;
}

ApiResult<Json> list_engagements(Contacts& contacts, const Request& request) {
  const std::string incident = input::text(request.input, "IncidentId");
  const Json& range = input::member(request.input, "TimeRangeValue");
  const SimTime from = input::time(range, "StartTime").value_or(SimTime::min());
  const SimTime to = input::time(range, "EndTime").value_or(SimTime::max());
  Json all = Json::array();
  for (const std::string& arn : contacts.engagement_order) {
    const Engagement& engagement = *contacts.engagements.at(arn);
    const bool asked = incident.empty() || engagement.incident == incident;
    if (asked && engagement.started >= from && engagement.started <= to)
      all.push_back(summary(engagement));
  }
  return page_of(all, request, "Engagements");
}

ApiResult<Json> list_page_receipts(Contacts& contacts, const Request& request) {
  const Page* page = find_in(contacts.pages, input::text(request.input, "PageId"));
  if (page == nullptr) return no_page(request);
  Json receipts = Json::array();
  const auto add = [&](const char* type, SimTime at) {
    receipts.push_back({{"ContactChannelArn", page->channel_arn},
                        {"ReceiptType", type},
                        {"ReceiptTime", time_json(at)}});
  };
  add("SENT", page->sent);
  if (page->delivered) add("DELIVERED", *page->delivered);
  if (page->read) add("READ", *page->read);
  return page_of(receipts, request, "Receipts");
}

ApiResult<Json> list_page_resolutions(Contacts& contacts, const Request& request) {
  const Page* page = find_in(contacts.pages, input::text(request.input, "PageId"));
  if (page == nullptr) return no_page(request);
  Json path = Json::array();
  for (const std::string& arn : page->path) {
    const Contact* contact = find_in(contacts.contacts, arn);
    const ContactType type = contact == nullptr ? ContactType::personal : contact->type;
    path.push_back({{"ContactArn", arn}, {"Type", to_string(type)}});
  }
  return Json{{"PageResolutions", path}};
}

ApiResult<Json> list_pages_by_contact(Contacts& contacts, const Request& request) {
  const std::string arn = input::text(request.input, "ContactId");
  if (find_in(contacts.contacts, arn) == nullptr) return not_found("the contact", arn);
  return list_pages(contacts, request, [&](const Page& page) { return page.contact_arn() == arn; });
}

ApiResult<Json> list_pages_by_engagement(Contacts& contacts, const Request& request) {
  const Engagement* engagement = asked_engagement(contacts, request);
  if (engagement == nullptr) return no_engagement(request);
  return list_pages(contacts, request,
                    [&](const Page& page) { return page.engagement_arn == engagement->arn; });
}

ApiResult<Json> start_engagement(Contacts& contacts, const Request& request) {
  Cloud& cloud = contacts.cloud;
  const std::string contact_arn = input::text(request.input, "ContactId");
  const Contact* contact = find_in(contacts.contacts, contact_arn);
  if (contact == nullptr) return not_found("the contact", contact_arn);
  auto engagement = std::make_unique<Engagement>(cloud.sim());
  engagement->contact_arn = contact_arn;
  engagement->place = contact->place;
  engagement->sender = input::text(request.input, "Sender");
  engagement->subject = input::text(request.input, "Subject");
  engagement->content = input::text(request.input, "Content");
  engagement->public_subject = input::text(request.input, "PublicSubject");
  engagement->public_content = input::text(request.input, "PublicContent");
  engagement->incident = input::text(request.input, "IncidentId");
  engagement->started = cloud.sim().now();
  for (const auto& [name, value] : {std::pair{"Sender", &engagement->sender},
                                    {"Subject", &engagement->subject},
                                    {"Content", &engagement->content}})
    if (value->empty()) return not_valid(fmt::format("{} is required", name));
  engagement->arn = arn(
      contact->place, "ssm-contacts",
      fmt::format("engagement/{}/{}", contact->alias, cloud.next_uuid("ssm-contacts.engagement")));
  const std::string key = engagement->arn;
  contacts.engagement_order.push_back(key);
  contacts.engagements[key] = std::move(engagement);
  cloud.sim().spawn(engage(contacts, key));
  return Json{{"EngagementArn", key}};
}

ApiResult<Json> stop_engagement(Contacts& contacts, const Request& request) {
  Engagement* engagement = asked_engagement(contacts, request);
  if (engagement == nullptr) return no_engagement(request);
  stop(contacts, *engagement);
  return Json::object();
}

}  // namespace opsim::incident_manager

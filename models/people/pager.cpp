// What reaches a person, and what of it counts as a page.
//
// One page is one engagement of one contact: its second channel and its retries are the same page
// again. A text message or a post to a paging service is a page each; mail only where somebody is
// `paged by email`. A contact that nobody stands for is paged too, and does not answer.
#include <fmt/format.h>

#include <algorithm>

#include "models/people/people.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::people {

/// A notification, whoever sent it.
struct Ring {
  std::string key;      // what counts as one page
  std::string channel;  // "sms", "voice", "email", "pager"
  std::string whom;     // the person's name, or whom the notification was for
  Person* person = nullptr;
  bool page = true;
  std::string subject;
};

namespace {

/// Estimate: no provider documents how soon a notification rings.
Duration draw_latency(Simulation& sim) {
  static const Distribution kLatency = *Distribution::parse("lognormal(p50 3s, p99 30s)");
  return kLatency.sample_duration(sim.random("people.pager"));
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

Ring ring_of_contact(People& people, const Json& payload) {
  Ring ring;
  const std::string arn = input::text(payload, "ContactArn");
  ring.key = input::text(payload, "Engagement");
  ring.channel = lower(input::text(payload, "ContactChannel"));
  ring.person = people.by_contact(input::text(payload, "ContactAlias"), arn);
  ring.whom = ring.person != nullptr ? ring.person->spec.name
                                     : std::string{people.cloud.resources().name_of(arn)};
  ring.subject = input::text(payload, "Subject");
  return ring;
}

Ring ring_of_topic(People& people, const Json& payload) {
  Ring ring;
  const std::string protocol = input::text(payload, "Protocol");
  const std::string endpoint = input::text(payload, "Endpoint");
  ring.key = fmt::format("{}/{}", input::text(payload, "MessageId"), endpoint);
  const bool mail = protocol.starts_with("email");
  ring.channel = mail ? "email" : protocol == "sms" ? "sms" : "pager";
  ring.person = people.by_address(endpoint);
  ring.whom = ring.person != nullptr ? ring.person->spec.name : endpoint;
  ring.page = ring.person != nullptr && (!mail || ring.person->spec.paged_by_email);
  ring.subject = input::text(payload, "Subject");
  return ring;
}

void write_message(People& people, const std::string& subject, std::string text, Level level) {
  people.cloud.journal().write(
      {.kind = EntryKind::message, .level = level, .subject = subject, .text = std::move(text)});
}

CountedPage& count_page(People& people, const Ring& ring) {
  const auto [found, fresh] = people.pages.try_emplace(ring.key);
  CountedPage& page = found->second;
  if (!fresh) {
    write_message(people, page.name, fmt::format("{} again, by {}", ring.whom, ring.channel),
                  Level::story);
    return page;
  }
  page.name = fmt::format("page-{}", ++people.last_page);
  page.at = people.cloud.sim().now();
  const std::string_view nobody =
      ring.person == nullptr ? ", whom no one under people answers for" : "";
  page.cause = people.cloud.journal().write(
      {.kind = EntryKind::page,
       .level = Level::goals,
       .subject = page.name,
       .text = fmt::format("{} paged by {}{}", ring.whom, ring.channel, nobody),
       .source = ring.person == nullptr ? "" : ring.person->spec.source,
       .detail = {{"person", ring.whom}, {"channel", ring.channel}, {"about", ring.subject}}});
  return page;
}

/// A mail lies unread for a while; a pager rings.
Process<> notice_later(Person& person, Simulation& sim, Duration unread, Notice notice) {
  co_await sim.sleep(unread);
  notice.noticed = sim.now();
  person.pages.push(std::move(notice));
}

void hand_over(People& people, const Ring& ring, CountedPage& page, const Json& payload) {
  Person& person = *ring.person;
  if (page.noticed || !chance(people, person, "answers", person.spec.answers)) return;
  page.noticed = true;
  Simulation& sim = people.cloud.sim();
  const CauseScope because{sim, page.cause};
  Notice notice{page.name,
                page.cause,
                page.at,
                sim.now(),
                input::text(payload, "PageId"),
                input::text(payload, "AcceptCode"),
                input::text(payload, "Region"),
                input::text(payload, "IncidentRecordArn")};
  if (ring.channel != "email" || !person.spec.reads_mail) {
    person.pages.push(std::move(notice));
    return;
  }
  const Duration unread = draw(people, person, "reads mail", *person.spec.reads_mail);
  sim.spawn(notice_later(person, sim, unread, std::move(notice)));
}

}  // namespace

Process<ApiResult<Json>> take_delivery(People& people, Delivery delivery) {
  Simulation& sim = people.cloud.sim();
  const Json payload = Json::parse(delivery.text, nullptr, false);
  if (is_confirmation(payload)) {
    co_await sim.sleep(draw_latency(sim));
    sim.spawn(confirm(people, payload));
    co_return Json::object();
  }
  if (is_approval_request(payload)) people.cloud.sim().spawn(decide_on(people, payload));
  const bool contact = payload.is_object() && payload.contains("PageId");
  if (!contact && (!payload.is_object() || !payload.contains("Protocol")))
    co_return ApiError{"InvalidPage", "a person is told by a contact's page or a topic's message"};
  co_await sim.sleep(draw_latency(sim));
  const Ring ring = contact ? ring_of_contact(people, payload) : ring_of_topic(people, payload);
  if (!ring.page) {
    write_message(people, ring.whom, fmt::format("{}, by {}", quoted(ring.subject), ring.channel),
                  Level::everything);
    if (ring.person != nullptr && ring.channel == "email")
      ask_by_mail(people, *ring.person, ring.subject);
    co_return Json::object();
  }
  CountedPage& page = count_page(people, ring);
  if (ring.person != nullptr) hand_over(people, ring, page, payload);
  co_return Json{{"page", page.name}};
}

void phone(People& people, const Person& from, const Notice& notice) {
  Ring ring;
  ring.key = fmt::format("call/{}/{}", notice.page, from.spec.calls);
  ring.channel = fmt::format("a call from {}", from.spec.name);
  ring.whom = from.spec.calls;
  ring.person = people.by_contact(from.spec.calls, "");
  CountedPage& page = count_page(people, ring);
  if (ring.person == nullptr) return;
  const Json about{{"Region", notice.region}, {"IncidentRecordArn", notice.incident_arn}};
  hand_over(people, ring, page, about);
}

void People::add(PersonSpec spec) {
  people.push_back(std::make_unique<Person>(cloud.sim(), std::move(spec)));
  cloud.sim().spawn(live(*this, *people.back()));
}

Person* People::by_contact(std::string_view alias, std::string_view arn) {
  for (const auto& person : people) {
    const std::string& contact = person->spec.contact;
    if (contact == alias || (arn.empty() && person->spec.name == alias)) return person.get();
    const Resource* resource = cloud.resources().find(contact);
    if (resource != nullptr && !arn.empty() && resource->arn == arn) return person.get();
  }
  return nullptr;
}

Person* People::by_name(std::string_view name) {
  for (const auto& person : people)
    if (person->spec.name == name) return person.get();
  return nullptr;
}

Person* People::by_address(std::string_view address) {
  for (const auto& person : people)
    for (const std::string* known : {&person->spec.email, &person->spec.phone, &person->spec.pager})
      if (!known->empty() && *known == address) return person.get();
  return nullptr;
}

}  // namespace opsim::people

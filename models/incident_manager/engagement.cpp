// An engagement: who is reached when, and what ends it.
// AWS: Incident Manager User Guide, "Escalation plans", "Contacts"; API, Stage, ContactTargetInfo
// ("IsEssential: whether the contact's acknowledgement stops the progress of stages in the plan"),
// ChannelTargetInfo ("the number of minutes to wait before retrying to send engagement").
// UNDOCUMENTED: a page counts as failed, and is retried, while nobody has acknowledged it and its
// stage lasts; an acknowledgement stops the stages, not what other contacts of the plan were sent.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/contacts.hpp"
#include "models/incident_manager/timeline.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::incident_manager {

namespace {

using Path = std::vector<std::string>;  // ARNs from the engaged plan down to a contact

constexpr std::size_t kDeepestPath = 4;  // plan, schedule, contact, and one to spare

bool acknowledged_by(const Engagement& engagement, const std::string& contact) {
  return engagement.acknowledged_by.contains(contact);
}

/// A page of one stage, and when it is sent again.
struct Sending {
  std::string page;
  Duration every{};
  std::optional<SimTime> again;
};

Page& new_page(Contacts& contacts, const Engagement& engagement, const Path& path,
               const std::string& channel) {
  Cloud& cloud = contacts.cloud;
  const Contact& contact = contacts.contacts.at(path.back());
  Page page;
  page.arn = arn(contact.place, "ssm-contacts",
                 fmt::format("page/{}/{}", contact.alias, cloud.next_uuid("ssm-contacts.page")));
  page.engagement_arn = engagement.arn;
  page.channel_arn = channel;
  page.path = path;
  page.accept_code =
      fmt::format("{:06}", cloud.sim().random("ssm-contacts.accept-codes").below(1'000'000));
  page.sent = cloud.sim().now();
  const std::string key = page.arn;
  contacts.page_order.push_back(key);
  return contacts.pages[key] = std::move(page);
}

std::vector<Sending> begin_stage(Contacts& contacts, Engagement& engagement, const Stage& stage,
                                 const Path& path, int round) {
  std::vector<Sending> sendings;
  for (const ChannelTarget& target : stage.channels) {
    const Channel* channel = find_in(contacts.channels, target.channel_arn);
    // "Incident Manager can't engage your contact channel until it has been activated."
    if (channel == nullptr || !channel->activated) continue;
    Page& page = new_page(contacts, engagement, path, channel->arn);
    send_page(contacts, engagement, page, round);
    Sending sending{page.arn, target.retry_every, {}};
    if (target.retry_every > Duration::zero())
      sending.again = contacts.cloud.sim().now() + target.retry_every;
    sendings.push_back(std::move(sending));
  }
  return sendings;
}

void send_again(Contacts& contacts, Engagement& engagement, std::vector<Sending>& sendings,
                int round) {
  const SimTime now = contacts.cloud.sim().now();
  for (Sending& sending : sendings) {
    if (!sending.again || *sending.again > now) continue;
    send_page(contacts, engagement, contacts.pages.at(sending.page), round);
    sending.again = now + sending.every;
  }
}

SimTime next_sending(const std::vector<Sending>& sendings, SimTime stage_ends) {
  SimTime next = stage_ends;
  for (const Sending& sending : sendings)
    if (sending.again) next = std::min(next, *sending.again);
  return next;
}

/// A contact's own plan: channel after channel, until it acknowledges.
Process<> engage_contact(Contacts& contacts, Engagement& engagement, Path path) {
  Simulation& sim = contacts.cloud.sim();
  const Contact contact = contacts.contacts.at(path.back());  // as it is now
  const auto over = [](const Engagement& e, const std::string& arn) {
    return e.stopped || acknowledged_by(e, arn);
  };
  const int round = ++engagement.rounds[contact.arn];
  for (const Stage& stage : contact.plan.stages) {
    if (over(engagement, contact.arn)) co_return;
    const SimTime ends = sim.now() + stage.duration;
    std::vector<Sending> sendings = begin_stage(contacts, engagement, stage, path, round);
    while (!over(engagement, contact.arn) && sim.now() < ends) {
      const SimTime next = next_sending(sendings, ends);
      co_await engagement.changed.wait_for(next - sim.now());
      if (!over(engagement, contact.arn) && sim.now() < ends)
        send_again(contacts, engagement, sendings, round);
    }
  }
}

Process<> engage_any(Contacts& contacts, Engagement& engagement, Path path);

/// An on-call schedule: those whose shift it is now.
Process<> engage_schedule(Contacts& contacts, Engagement& engagement, Path path) {
  Simulation& sim = contacts.cloud.sim();
  Scope engaged{sim};
  const std::vector<std::string> rotations = contacts.contacts.at(path.back()).plan.rotations;
  for (const std::string& arn : rotations) {
    const Rotation* rotation = find_in(contacts.rotations, arn);
    if (rotation == nullptr) continue;
    for (const std::string& contact : on_call(*rotation, sim.now())) {
      Path further = path;
      further.push_back(contact);
      engaged.spawn(engage_any(contacts, engagement, std::move(further)));
    }
  }
  co_await engaged.join();
}

/// An escalation plan: stage after stage, until an essential contact acknowledges.
Process<> escalate(Contacts& contacts, Engagement& engagement, Path path) {
  Simulation& sim = contacts.cloud.sim();
  const Plan plan = contacts.contacts.at(path.back()).plan;
  Scope engaged{sim};
  std::vector<std::string> essential;
  const auto over = [](const Engagement& e, const std::vector<std::string>& whose) {
    return e.stopped.has_value() || std::ranges::any_of(whose, [&](const std::string& contact) {
             return acknowledged_by(e, contact);
           });
  };
  for (const Stage& stage : plan.stages) {
    if (over(engagement, essential)) break;
    const SimTime ends = sim.now() + stage.duration;
    for (const ContactTarget& target : stage.contacts) {
      if (target.essential) essential.push_back(target.contact_arn);
      Path further = path;
      further.push_back(target.contact_arn);
      engaged.spawn(engage_any(contacts, engagement, std::move(further)));
    }
    while (!over(engagement, essential) && sim.now() < ends)
      co_await engagement.changed.wait_for(ends - sim.now());
  }
  co_await engaged.join();
}

Process<> engage_any(Contacts& contacts, Engagement& engagement, Path path) {
  const Contact* contact = find_in(contacts.contacts, path.back());
  const bool known = contact != nullptr && path.size() <= kDeepestPath;
  const ContactType type = known ? contact->type : ContactType::personal;
  if (!known) co_return;
  switch (type) {
    case ContactType::personal:
      co_await engage_contact(contacts, engagement, std::move(path));
      break;
    case ContactType::escalation: co_await escalate(contacts, engagement, std::move(path)); break;
    case ContactType::oncall_schedule:
      co_await engage_schedule(contacts, engagement, std::move(path));
      break;
  }
}

void write_unanswered(Contacts& contacts, const Engagement& engagement) {
  Resources& resources = contacts.cloud.resources();
  contacts.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = std::string{resources.name_of(engagement.contact_arn)},
       .text = "nobody acknowledged: the plan is at its end",
       .source = std::string{resources.source_of(engagement.contact_arn)}});
}

/// What the pager shows: what a person needs to know, and to acknowledge.
Json notice(const Contacts& contacts, const Engagement& engagement, const Page& page, int round) {
  const Contact& contact = contacts.contacts.at(page.contact_arn());
  const Channel& channel = contacts.channels.at(page.channel_arn);
  const bool secure = channel.type != "SMS";
  return {{"PageId", page.arn},
          // One page of a pager: one engagement of one contact, by however many channels.
          {"Engagement", fmt::format("{}/{}/{}", engagement.arn, contact.alias, round)},
          {"ContactArn", contact.arn},
          {"ContactAlias", contact.alias},
          {"ContactChannel", channel.type},
          {"Address", channel.address},
          {"AcceptCode", page.accept_code},
          {"Region", contact.place.region},
          {"Subject", secure ? engagement.subject : engagement.public_subject},
          {"Content", secure ? engagement.content : engagement.public_content},
          {"IncidentRecordArn", engagement.incident}};
}

Process<> carry_page(Contacts& contacts, std::string page_arn, Delivery delivery) {
  const ApiResult<Json> answer = co_await contacts.cloud.deliver(std::move(delivery));
  Page* page = find_in(contacts.pages, page_arn);
  if (answer && page != nullptr && !page->delivered) page->delivered = contacts.cloud.sim().now();
}

}  // namespace

Process<> engage(Contacts& contacts, std::string engagement_arn) {
  Engagement& engagement = *contacts.engagements.at(engagement_arn);  // kept for good
  Path path{engagement.contact_arn};
  co_await engage_any(contacts, engagement, std::move(path));
  if (engagement.stopped) co_return;
  engagement.stopped = contacts.cloud.sim().now();
  if (engagement.acknowledged_by.empty()) write_unanswered(contacts, engagement);
}

void send_page(Contacts& contacts, Engagement& engagement, Page& page, int round) {
  ++page.sends;
  const Contact& contact = contacts.contacts.at(page.contact_arn());
  tell_incident(
      contacts.cloud, engagement.incident, "SSM Contacts Page for Incident",
      {{"contactArn", contact.arn}, {"engagementArn", engagement.arn}, {"pageArn", page.arn}});
  Delivery delivery{{contact.place, "ssm-contacts.amazonaws.com", ""},
                    {"aws", "person", "", "", contact.alias},
                    notice(contacts, engagement, page, round).dump(),
                    {},
                    engagement.arn};
  contacts.cloud.sim().spawn(carry_page(contacts, page.arn, std::move(delivery)));
}

void stop(Contacts& contacts, Engagement& engagement) {
  if (engagement.stopped) return;
  engagement.stopped = contacts.cloud.sim().now();
  engagement.changed.notify_all();
}

}  // namespace opsim::incident_manager

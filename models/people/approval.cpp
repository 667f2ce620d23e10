// A runbook asks whether it may go on.
// Who is subscribed to the topic of an aws:approve step, and is one of its approvers, reads the
// request and decides. AWS: Systems Manager User Guide, "aws:approve"; API Reference,
// SendAutomationSignal.
#include <fmt/format.h>

#include "models/people/people.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::people {

namespace {

/// Of an aws:approve step, and of a change request (models/change_manager).
constexpr std::string_view kRequests[] = {"Approval required for automation ",
                                          "Approval required for change request "};
constexpr std::string_view kExecution = "Automation execution ID: ";

/// What the request is about, its first line; "" where the message is none.
std::string about_of(const std::string& message) {
  for (const std::string_view begin : kRequests)
    if (message.starts_with(begin))
      return message.substr(begin.size(), message.find('\n') - begin.size());
  return {};
}

/// A request that comes at night waits for the morning, where the scenario says so.
const Distribution& until_read(const PersonSpec& spec, SimTime now) {
  if (spec.at_night && is_night(spec, now)) return *spec.at_night;
  return spec.reads_mail ? *spec.reads_mail : spec.acknowledges;
}

/// Whether the request says something that this person would never agree to.
bool knows_better(const PersonSpec& spec, const std::string& message) {
  return !spec.rejects.empty() && message.find(spec.rejects) != message.npos;
}

void write_decision(People& people, const Person& person, bool approves, std::string_view about) {
  people.cloud.journal().write(
      {.kind = EntryKind::person,
       .level = Level::story,
       .subject = person.spec.name,
       .text = fmt::format("{} {}", approves ? "approved" : "rejected", about),
       .source = person.spec.source,
       .detail = {{"act", approves ? "approved" : "rejected"}}});
}

}  // namespace

bool is_approval_request(const Json& payload) {
  return !about_of(input::text(payload, "Message")).empty();
}

Process<> decide_on(People& people, Json payload) {
  Person* person = people.by_address(input::text(payload, "Endpoint"));
  const std::string message = input::text(payload, "Message");
  const auto at = message.find(kExecution);
  if (person == nullptr || at == message.npos) co_return;
  const std::string execution = message.substr(at + kExecution.size());
  const Duration wait =
      draw(people, *person, "reads requests", until_read(person->spec, people.cloud.sim().now())) +
      draw(people, *person, "decides", person->spec.diagnoses);
  co_await people.cloud.sim().sleep(wait);
  const bool lucky = chance(people, *person, "approves", person->spec.approves);
  const bool approves = lucky && !knows_better(person->spec, message);
  const std::string about = about_of(message);
  write_decision(people, *person, approves, about);
  const std::optional<Arn> topic = Arn::parse(input::text(payload, "TopicArn"));
  Caller caller = caller_of(people, *person, topic ? topic->region : "");
  Json signal{{"AutomationExecutionId", execution},
              {"SignalType", approves ? "Approve" : "Reject"}};
  co_await people.cloud.call(std::move(caller), "ssm", "SendAutomationSignal", std::move(signal));
}

}  // namespace opsim::people

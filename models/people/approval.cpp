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

constexpr std::string_view kRequest = "Approval required for automation ";
constexpr std::string_view kExecution = "Automation execution ID: ";

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
  return input::text(payload, "Message").starts_with(kRequest);
}

Process<> decide_on(People& people, Json payload) {
  Person* person = people.by_address(input::text(payload, "Endpoint"));
  const std::string message = input::text(payload, "Message");
  const auto at = message.find(kExecution);
  if (person == nullptr || at == message.npos) co_return;
  const std::string execution = message.substr(at + kExecution.size());
  const Distribution& reads =
      person->spec.reads_mail ? *person->spec.reads_mail : person->spec.acknowledges;
  const Duration wait = draw(people, *person, "reads requests", reads) +
                        draw(people, *person, "decides", person->spec.diagnoses);
  co_await people.cloud.sim().sleep(wait);
  const bool approves = chance(people, *person, "approves", person->spec.approves);
  const std::string about = message.substr(kRequest.size(), message.find('\n') - kRequest.size());
  write_decision(people, *person, approves, about);
  const std::optional<Arn> topic = Arn::parse(input::text(payload, "TopicArn"));
  Caller caller = caller_of(people, *person, topic ? topic->region : "");
  Json signal{{"AutomationExecutionId", execution},
              {"SignalType", approves ? "Approve" : "Reject"}};
  co_await people.cloud.call(std::move(caller), "ssm", "SendAutomationSignal", std::move(signal));
}

}  // namespace opsim::people

// Somebody is asked whether they want what a topic would send them.
// A mail is answered by who reads it, in their time; a paging service confirms by itself. What
// reaches nobody under `people` stays unconfirmed.
#include <fmt/format.h>

#include "models/people/people.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::people {

namespace {

/// Estimate: a paging service follows the link within seconds.
constexpr Duration kByItself = std::chrono::seconds{2};

Duration until_confirmed(People& people, const Person& person, bool mail) {
  if (!mail) return kByItself;
  const Distribution& reads =
      person.spec.reads_mail ? *person.spec.reads_mail : person.spec.acknowledges;
  return draw(people, person, "confirms", reads);
}

}  // namespace

bool is_confirmation(const Json& payload) {
  return input::text(payload, "Type") == "SubscriptionConfirmation";
}

Process<> confirm(People& people, Json question) {
  const std::string endpoint = input::text(question, "Endpoint");
  const std::string topic = input::text(question, "TopicArn");
  const Person* person = people.by_address(endpoint);
  if (person == nullptr) {
    people.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = endpoint,
         .text = fmt::format("nobody confirms the subscription to {}: no one under people has that "
                             "address",
                             people.cloud.resources().name_of(topic))});
    co_return;
  }
  const bool mail = input::text(question, "Protocol").starts_with("email");
  const Duration wait = until_confirmed(people, *person, mail);
  co_await people.cloud.sim().sleep(wait);
  const std::optional<Arn> where = Arn::parse(topic);
  Caller caller = caller_of(people, *person, where ? where->region : "");
  Json input{{"TopicArn", topic}, {"Token", input::text(question, "Token")}};
  co_await people.cloud.call(std::move(caller), "sns", "ConfirmSubscription", std::move(input));
}

}  // namespace opsim::people

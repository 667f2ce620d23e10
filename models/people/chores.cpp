// What a person does because a mail asks for it, sooner or later, or forgets: work by hand that no
// machine reminds of twice.
#include <fmt/format.h>

#include "models/people/people.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::people {

namespace {

/// Texts that name a resource become its id, as one would look it up in the console.
void look_names_up(Cloud& cloud, Json& value) {
  if (value.is_structured()) {
    for (Json& inner : value) look_names_up(cloud, inner);
    return;
  }
  if (!value.is_string()) return;
  const Resource* named = cloud.resources().find_named(value.get<std::string>());
  if (named != nullptr) value = named->physical_id;
}

CauseId tell(People& people, const Person& person, std::string_view act, std::string text) {
  return people.cloud.journal().write({.kind = EntryKind::person,
                                       .level = Level::goals,
                                       .subject = person.spec.name,
                                       .text = std::move(text),
                                       .source = person.spec.source,
                                       .detail = {{"act", act}}});
}

Process<> do_chore(People& people, Person& person, std::string asked) {
  const Chore& chore = *person.spec.chore;
  const Duration wait = draw(people, person, "gets to it", chore.after);
  if (!chance(people, person, "remembers", chore.remembers)) {
    tell(people, person, "forgot", fmt::format("forgot {}", asked));
    co_return;
  }
  co_await people.cloud.sim().sleep(wait);
  const CauseScope because{people.cloud.sim(), tell(people, person, "did",
                                                    fmt::format("got to {} after {}: {}", asked,
                                                                human(wait), chore.operation))};
  Json input = chore.input;
  look_names_up(people.cloud, input);
  const auto colon = chore.operation.find(':');
  people.cloud.call_later(caller_of(people, person, ""), chore.operation.substr(0, colon),
                          chore.operation.substr(colon + 1), std::move(input));
}

}  // namespace

void ask_by_mail(People& people, Person& person, const std::string& subject) {
  if (person.spec.learns_by_mail > 0) learn(people, person, person.spec.learns_by_mail);
  if (!person.spec.chore) return;
  people.cloud.sim().spawn(do_chore(people, person, quoted(subject)));
}

}  // namespace opsim::people

// People learn from practice, and forget.
//
// The power law of practice: each doubling of what one has done takes the same share of the time
// (T. P. Wright, "Factors affecting the cost of airplanes", 1936: 80 %; Newell and Rosenbloom,
// "Mechanisms of skill acquisition and the law of practice", 1981; J. M. Dutton and A. Thomas found
// 55 to 107 % in 108 firms, 1984). Forgetting halves it in a fixed
// time. Both are settings of a person; without them nobody learns.
#include <fmt/format.h>

#include <cmath>

#include "models/people/people.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::people {

namespace {

double practised(const Person& person, SimTime now) {
  if (person.practice <= 0 || !person.spec.forgets_in) return person.practice;
  const std::chrono::duration<double> since = now - person.practised;
  const std::chrono::duration<double> half = *person.spec.forgets_in;
  return person.practice * std::exp2(-since / half);
}

Process<> review_later(People& people, Person& person, std::string page) {
  const Review& review = *person.spec.reviews;
  Simulation& sim = people.cloud.sim();
  co_await sim.sleep(draw(people, person, "reviews", review.after));
  learn(people, person, review.counts);
  const CauseScope because{sim, people.cloud.journal().write(
                                    {.kind = EntryKind::person,
                                     .level = Level::goals,
                                     .subject = person.spec.name,
                                     .text = fmt::format("reviewed {}: {}", page, review.operation),
                                     .source = person.spec.source,
                                     .detail = {{"act", "reviewed"}, {"page", page}}})};
  const auto colon = review.operation.find(':');
  Json input = review.input;
  people.cloud.call_later(caller_of(people, person, ""), review.operation.substr(0, colon),
                          review.operation.substr(colon + 1), std::move(input));
}

}  // namespace

double slowness(const People& people, const Person& person) {
  if (!person.spec.learns) return 1;
  const double done = practised(person, people.cloud.sim().now());
  return std::pow(1 + done, std::log2(*person.spec.learns));
}

void learn(People& people, Person& person, double counts) {
  const SimTime now = people.cloud.sim().now();
  person.practice = practised(person, now) + counts;
  person.practised = now;
}

// Only an incident has a record that one could look back at.
void learn_from(People& people, Person& person, const Notice& notice) {
  learn(people, person, 1);
  if (person.spec.reviews && !notice.incident_arn.empty())
    people.cloud.sim().spawn(review_later(people, person, notice.page));
}

}  // namespace opsim::people

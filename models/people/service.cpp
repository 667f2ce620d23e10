#include "models/people/service.hpp"

#include "models/people/people.hpp"

namespace opsim {

namespace {

using people::People;

void read_people(Model& model, Cloud&, const Node& section) {
  auto& all = static_cast<People&>(model);
  for (const auto& [name, text, at] : section.entries()) {
    people::Person* known = all.by_name(name);  // a choice says more of somebody
    if (known != nullptr)
      known->spec = people::read_person(name, text, known->spec);
    else
      all.add(people::read_person(name, text, people::usual_person(name)));
  }
}

const Section kSections[] = {{"people", &people::kPeopleShape, read_people}};

constexpr DeliveryTarget kTargets[] = {{"person", "", deliver<People, people::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "people on call: acknowledge, diagnose, repair, resolve; one page at a time"},
    {Grade::simulated,
     "pages by contacts, text message, mail, paging service; retries; false pages"},
    {Grade::simplified, "all times are estimates that a scenario may replace"},
    {Grade::simplified,
     "a repair restores fill levels or reboots; other repairs are said in can fix"},
    {Grade::simulated, "calls to a second person, unread mail, fatigue by false pages"},
    {Grade::simulated, "work by hand that a mail asks for: done later, or forgotten"},
    {Grade::simulated, "practice: each doubling leaves a share of the time; forgetting; reviews",
     "Wright 1936; Newell and Rosenbloom 1981: the power law of practice"},
    {Grade::absent, "hand-over between people"},
};

}  // namespace

extern const Service kPeople{
    .name = "people",
    .title = "People",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<People>(cloud); },
    .targets = kTargets,
    .sections = kSections,
    .fidelity = kFidelity,
};

}  // namespace opsim

// A person on call, as a process.
// Estimates throughout: how people answer, diagnose and repair is nobody's documentation; a
// scenario says it (person_spec.cpp has the defaults).
#include <fmt/format.h>

#include <algorithm>

#include "models/people/people.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::people {

namespace {

constexpr int kMostAttempts = 20;  // then the person gives up

Duration draw_acknowledgement(People& people, const Person& person, SimTime noticed) {
  const bool night = person.spec.at_night && is_night(person.spec, noticed);
  const Duration rested = draw(people, person, "acknowledges",
                               night ? *person.spec.at_night : person.spec.acknowledges);
  return std::chrono::duration_cast<Duration>(rested * weariness(person, noticed) *
                                              slowness(people, person));
}

/// What practice makes shorter.
Duration draw_work(People& people, const Person& person, std::string_view what,
                   const Distribution& distribution) {
  const Duration first = draw(people, person, what, distribution);
  return std::chrono::duration_cast<Duration>(first * slowness(people, person));
}

bool is_resolved(People& people, const Notice& notice) {
  if (notice.incident_arn.empty()) return false;
  const Json question{{"arn", notice.incident_arn}};
  const ApiResult<Json> answer =
      people.cloud.inspect(people.cloud.home(), "ssm-incidents", "GetIncidentRecord", question);
  return answer && input::text(input::member(*answer, "incidentRecord"), "status") == "RESOLVED";
}

std::string since(const People& people, const Notice& notice) {
  return human(people.cloud.sim().now() - notice.paged);
}

/// Why one is as quick as one is.
std::string practice_told(const People& people, const Person& person) {
  if (!person.spec.learns) return {};
  const double share = slowness(people, person);
  if (share > 0.99) return ", never having done this";
  return fmt::format(", with practice that leaves {:.0f} % of the first time", share * 100);
}

Process<> acknowledge(People& people, Person& person, Notice notice) {
  Simulation& sim = people.cloud.sim();
  const SimTime ready = notice.noticed + draw_acknowledgement(people, person, notice.noticed);
  co_await sim.sleep_until(std::max(sim.now(), ready));
  const CauseScope because{sim,
                           write_act(people, person, notice, "acknowledged",
                                     fmt::format("acknowledged after {}{}", since(people, notice),
                                                 practice_told(people, person)))};
  if (notice.page_arn.empty()) co_return;
  Json accept{{"PageId", notice.page_arn},
              {"AcceptType", "READ"},
              {"AcceptCode", notice.accept_code},
              {"AcceptCodeValidation", "ENFORCE"}};
  Caller caller = caller_of(people, person, notice.region);
  co_await people.cloud.call(std::move(caller), "ssm-contacts", "AcceptPage", std::move(accept));
}

Process<> resolve_incident(People& people, Person& person, Notice notice) {
  if (notice.incident_arn.empty() || is_resolved(people, notice)) co_return;
  Json update{{"arn", notice.incident_arn}, {"status", "RESOLVED"}};
  Caller caller = caller_of(people, person, notice.region);
  co_await people.cloud.call(std::move(caller), "ssm-incidents", "UpdateIncidentRecord",
                             std::move(update));
}

/// All that is wrong, one after the other. True when each was repaired.
Process<bool> repair_all(People& people, Person& person, Notice notice,
                         std::vector<std::string> wrong) {
  bool well = true;
  for (const std::string& resource : wrong) {
    if (people.cloud.health(resource) == Health::ok) continue;
    if (!co_await repair(people, person, notice, resource)) well = false;
  }
  co_return well;
}

void call_somebody(People& people, const Person& person, const Notice& notice) {
  if (!person.spec.calls.empty()) phone(people, person, notice);
}

/// Diagnoses and repairs until all is well. False when the person gives up.
Process<bool> put_right(People& people, Person& person, Notice notice) {
  Simulation& sim = people.cloud.sim();
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    co_await sim.sleep(draw_work(people, person, "diagnoses", person.spec.diagnoses));
    if (what_is_wrong(people.cloud, notice.cause).empty()) {
      const std::string_view found = attempt == 1 ? "nothing wrong" : "it well again";
      if (attempt == 1) person.false_pages.push_back(sim.now());
      write_act(people, person, notice, "looked",
                fmt::format("looked after {} and found {}", since(people, notice), found));
      if (attempt > 1) learn_from(people, person, notice);  // what one did before has helped
      co_return true;
    }
    co_await sim.sleep(draw_work(people, person, "fixes", person.spec.fixes));
    std::vector<std::string> wrong = what_is_wrong(people.cloud, notice.cause);
    if (wrong.empty()) {
      write_act(people, person, notice, "looked",
                fmt::format("saw it recover by itself, {} after the page", since(people, notice)));
      co_return true;
    }
    if (!chance(people, person, "fixes well", person.spec.fixes_well)) {
      write_act(people, person, notice, "wrong fix",
                fmt::format("tried a fix of {} that did not help",
                            people.cloud.resources().name_of(wrong.front())),
                wrong.front());
      call_somebody(people, person, notice);
      continue;
    }
    if (co_await repair_all(people, person, notice, std::move(wrong))) {
      learn_from(people, person, notice);
      co_return true;
    }
    call_somebody(people, person, notice);
  }
  co_return false;
}

/// One page, from noticing it to having done with it.
Process<> answer(People& people, Person& person, Notice notice) {
  const CauseScope because{people.cloud.sim(), notice.cause};
  co_await acknowledge(people, person, notice);
  if (is_resolved(people, notice)) {
    write_act(people, person, notice, "looked", "saw that the incident was resolved already");
    co_return;
  }
  if (co_await put_right(people, person, notice)) {
    co_await resolve_incident(people, person, notice);
    co_return;
  }
  people.cloud.journal().write({.kind = EntryKind::note,
                                .level = Level::story,
                                .subject = person.spec.name,
                                .text = fmt::format("gives up on {}: no fix helped", notice.page)});
}

}  // namespace

bool is_night(const PersonSpec& spec, SimTime at) {
  const auto of_day = at - std::chrono::floor<std::chrono::days>(at);
  if (spec.night_from <= spec.night_to) return of_day >= spec.night_from && of_day < spec.night_to;
  return of_day >= spec.night_from || of_day < spec.night_to;
}

// Estimate, and a choice of the scenario: those who are woken for nothing come more slowly.
double weariness(const Person& person, SimTime at) {
  constexpr double kSlowest = 3;
  const auto recent = std::ranges::count_if(
      person.false_pages, [&](SimTime when) { return at - when < std::chrono::days{7}; });
  return std::min(kSlowest, 1 + person.spec.fatigue * static_cast<double>(recent));
}

Process<> live(People& people, Person& person) {
  while (true) {
    std::optional<Notice> notice = co_await person.pages.pop();
    if (!notice) co_return;
    co_await answer(people, person, *std::move(notice));
  }
}

CauseId write_act(People& people, const Person& person, const Notice& notice, std::string_view act,
                  std::string text, std::string_view resource) {
  const Duration after = people.cloud.sim().now() - notice.paged;
  Json detail{{"act", act},
              {"page", notice.page},
              {"seconds", std::chrono::duration<double>(after).count()}};
  if (!resource.empty()) detail["resource"] = resource;
  return people.cloud.journal().write({.kind = EntryKind::person,
                                       .level = Level::goals,
                                       .subject = person.spec.name,
                                       .text = std::move(text),
                                       .source = person.spec.source,
                                       .detail = std::move(detail)});
}

Caller caller_of(const People& people, const Person& person, const std::string& region) {
  Place place = people.cloud.home();
  if (!region.empty()) place.region = region;
  return {place,
          fmt::format("arn:{}:iam::{}:user/{}", partition_of(place.region), place.account,
                      person.spec.name),
          ""};
}

Duration draw(People& people, const Person& person, std::string_view what,
              const Distribution& distribution) {
  Stream& stream = people.cloud.sim().random(fmt::format("people.{}.{}", person.spec.name, what));
  return distribution.sample_duration(stream);
}

bool chance(People& people, const Person& person, std::string_view what, double probability) {
  return people.cloud.sim()
      .random(fmt::format("people.{}.{}", person.spec.name, what))
      .chance(probability);
}

}  // namespace opsim::people

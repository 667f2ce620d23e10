// People who look at an aggregator's page and put right what they see, account by account.
// How often they look, and how long one takes to sign in, find the resource and change it, is a
// scenario's physics; the defaults are estimates.
#include <fmt/format.h>

#include <memory>
#include <set>
#include <tuple>

#include "models/config/aggregators.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::config {

namespace {

constexpr Shape kWordText{.kind = Kind::text, .min = 1};
constexpr Shape kHowMany{.kind = Kind::integer, .min = 1, .max = 100};
constexpr Shape kLength{.kind = Kind::distribution};
constexpr Shape kPause{.kind = Kind::duration, .min = 1, .example = "15min"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100};
constexpr Field kHandFields[] = {
    {.name = "calls",
     .shape = &kWordText,
     .need = Need::required,
     .doc = "The call that puts one resource right, as service:Operation."},
    {.name = "forgets", .shape = &kShare, .doc = "How many are ticked off and not done: 3 %."},
    {.name = "looks every", .shape = &kPause, .doc = "How often the page is looked at: 30min."},
    {.name = "people", .shape = &kHowMany, .doc = "How many work side by side: 1."},
    {.name = "takes", .shape = &kLength, .doc = "For one resource of one account."},
    {.name = "with", .doc = "The call's input; RESOURCE_ID stands for the resource."},
};
constexpr Shape kHand{.kind = Kind::mapping, .fields = kHandFields};
constexpr Field kAggregatorFields[] = {
    {.name = "by hand", .shape = &kHand, .doc = "People put right what it shows."},
};

using Claim = std::tuple<Place, std::string, std::string>;  // rule, resource

struct HandWork {
  std::string aggregator;
  Place place;
  std::string calls;
  Json with;
  Distribution takes;
  double forgets = 0.03;
  Duration looks_every = std::chrono::minutes{30};
  std::set<Claim> claimed{};
  std::size_t done = 0;
};

/// RESOURCE_ID, wherever it stands.
void fill_in(Json& value, const std::string& resource) {
  if (value.is_structured())
    for (Json& inner : value) fill_in(inner, resource);
  if (value.is_string() && value.get_ref<const std::string&>() == "RESOURCE_ID") value = resource;
}

/// The next finding that nobody works on.
std::optional<Claim> next_of(Config& config, HandWork& work) {
  const auto found = config.aggregators.find({work.place, work.aggregator});
  if (found == config.aggregators.end()) return std::nullopt;
  for (const Rule* rule : rules_seen_by(config, found->second))
    for (const auto& [resource, finding] : rule->findings) {
      if (finding.compliance != "NON_COMPLIANT") continue;
      Claim claim{rule->place, rule->name, resource};
      if (work.claimed.insert(claim).second) return claim;
    }
  return std::nullopt;
}

CauseId tell_done(Config& config, const HandWork& work, const std::string& person,
                  const Claim& claim) {
  return config.cloud.journal().write(
      {.kind = EntryKind::person,
       .level = work.done % 10 == 1 ? Level::story : Level::everything,
       .subject = person,
       .text = fmt::format("signed in to account {} and put {} right: {} so far",
                           std::get<0>(claim).account, std::get<2>(claim), work.done),
       .detail = {{"act", "put right"}, {"account", std::get<0>(claim).account}}});
}

Process<> work_through(Config& config, std::shared_ptr<HandWork> work, std::string person) {
  Simulation& sim = config.cloud.sim();
  Stream& luck = sim.random("config.by hand." + person);
  while (true) {
    const std::optional<Claim> claim = next_of(config, *work);
    if (!claim) {
      co_await sim.sleep(work->looks_every);
      continue;
    }
    const Duration time = work->takes.sample_duration(luck);
    const bool forgotten = luck.chance(work->forgets);
    co_await sim.sleep(time);
    if (forgotten) continue;
    ++work->done;
    const CauseScope because{sim, tell_done(config, *work, person, *claim)};
    const auto& [place, rule, resource] = *claim;
    Json input = work->with;
    fill_in(input, resource);
    const auto colon = work->calls.find(':');
    Caller caller{place,
                  fmt::format("arn:{}:sts::{}:assumed-role/Operator/{}", partition_of(place.region),
                              place.account, person),
                  ""};
    Process<ApiResult<Json>> call =
        config.cloud.call(std::move(caller), work->calls.substr(0, colon),
                          work->calls.substr(colon + 1), std::move(input));
    co_await call;
  }
}

}  // namespace

extern constexpr Shape kAggregatorPhysics{.kind = Kind::mapping,
                                          .name = "configuration aggregator",
                                          .doc = "What is done with what it shows.",
                                          .fields = kAggregatorFields};

void apply_aggregator_physics(Model& model, const PhysicsRequest& request) {
  constexpr const char* kNames[] = {"ann", "ben", "cem", "dia", "eva", "fin"};
  Config& config = static_cast<Config&>(model);
  const auto hand = request.values.find("by hand");
  if (!hand || request.resource == nullptr) return;
  auto work = std::make_shared<HandWork>();
  work->aggregator = request.resource->physical_id;
  work->place = request.resource->place;
  const auto said = [&](std::string_view key) { return hand->find(key).value_or(Node{}); };
  work->calls = said("calls").spelling();
  work->with = said("with").to_json();
  work->takes = *Distribution::parse("lognormal(p50 6min, p99 25min)");
  if (const ParsedDistribution takes = Distribution::parse(said("takes").spelling()))
    work->takes = *takes;
  if (hand->contains("forgets"))
    work->forgets = parse_percent(said("forgets").spelling()).value_or(3) / 100;
  if (const auto every = parse_duration(said("looks every").spelling())) work->looks_every = *every;
  const std::int64_t people = said("people").as_integer().value_or(1);
  for (std::int64_t i = 0; i < people; ++i)
    config.cloud.sim().spawn(work_through(config, work, kNames[static_cast<std::size_t>(i) % 6]));
}

}  // namespace opsim::config

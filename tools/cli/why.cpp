#include "tools/cli/why.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <ranges>
#include <set>

#include "models/catalog.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/scenario_options.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::cli {

namespace {

constexpr Option kWhyOptions[] = {{"--seed"},
                                  {"--choice"},
                                  {"--set", Takes::values},
                                  {"--also", Takes::values},
                                  {"--instead", Takes::values}};

std::string text_of(const JournalEntry& entry, const char* key) {
  return entry.detail.is_object() ? entry.detail.value(key, std::string{}) : std::string{};
}

/// How well an entry answers "why WHAT": an alarm that fired before one that healed, an end before
/// a beginning. The higher, the better; 0 is no answer.
int telling(const JournalEntry& entry) {
  switch (entry.kind) {
    case EntryKind::page: return 9;
    case EntryKind::alarm: return text_of(entry, "state") == "ALARM" ? 8 : 2;
    case EntryKind::runbook: {
      const std::string status = text_of(entry, "status");
      return status == "Success" ? 5 : status == "InProgress" ? 3 : 8;
    }
    case EntryKind::incident: return 7;
    case EntryKind::resource: {
      const std::string status = text_of(entry, "status");  // of a deployment
      if (status == "Stopped" || status == "Failed") return 8;
      return text_of(entry, "act") == "terminated" ? 7 : 3;
    }
    case EntryKind::health: return text_of(entry, "health") == "ok" ? 2 : 6;
    case EntryKind::rule: return text_of(entry, "failed").empty() ? 4 : 6;
    case EntryKind::step:
    case EntryKind::person:
    case EntryKind::fault: return 4;
    default: return 1;
  }
}

const JournalEntry* most_telling(const Journal& journal, std::string_view what) {
  const JournalEntry* best = nullptr;
  for (const JournalEntry& entry : journal.entries())
    if (entry.subject == what && (best == nullptr || telling(entry) > telling(*best)))
      best = &entry;
  return best;
}

/// "incident 2", "incident-2": why it healed, or why it began where it has not.
const JournalEntry* of_incident(World& world, std::string_view what) {
  if (!what.starts_with("incident")) return nullptr;
  const std::string number{what.substr(std::min(what.size(), what.find_first_of("0123456789")))};
  for (const Incident& incident : world.incidents())
    if (std::to_string(incident.number) == number)
      return world.journal().find(incident.restored == CauseId::none ? incident.harm
                                                                     : incident.restored);
  return nullptr;
}

const JournalEntry* asked_about(World& world, std::string_view what) {
  const JournalEntry* const asked = of_incident(world, what);
  return asked != nullptr ? asked : most_telling(world.journal(), what);
}

std::string at_text(const JournalEntry& entry, SimTime start) {
  return "+" + clock_text(entry.at - start);
}

void print_chain(World& world, const JournalEntry& asked, SimTime start, std::ostream& out) {
  out << report::two_sided(
             fmt::format("{} at {}", report::entry_text(asked), at_text(asked, start)),
             asked.source, 2)
      << '\n';
  bool any = false;
  for (const JournalEntry* entry : world.journal().chain(asked.id)) {
    // A call that went well stands between every two steps: the story needs it not.
    if (entry == &asked || entry->kind == EntryKind::call) continue;
    const std::string word = report::entry_word(*entry);
    out << report::two_sided(fmt::format("  because  {:<9} {}  {}", at_text(*entry, start),
                                         fmt::format("{:<8}", word), report::entry_text(*entry)),
                             entry->source, 30);
    any = true;
  }
  if (!any)
    out << "  Nothing in the world caused it: it was so from the start, or time alone did it.\n";
}

/// A page that a design should have made needless: what acted before it, and what did not.
void print_what_acted(World& world, const JournalEntry& page, std::ostream& out) {
  const auto chain = world.journal().chain(page.id);
  const CauseId root = chain.empty() ? page.id : chain.back()->id;
  std::vector<std::string> acted;
  for (const JournalEntry& entry : world.journal().entries()) {
    if (entry.id >= page.id) break;
    const std::string status = text_of(entry, "status");
    if (entry.kind == EntryKind::runbook && !status.empty() && status != "InProgress" &&
        world.journal().caused_by(entry.id, root))
      acted.push_back(fmt::format("{} {}", entry.subject, entry.text));
  }
  out << (acted.empty() ? std::string{"\nNothing acted before the page: no runbook ran.\n"}
                        : fmt::format("\nBefore the page: {}.\n", fmt::join(acted, "; ")));
}

/// The same luck under every other choice: would it have come?
void print_other_choices(const Scenario& scenario, const RunSettings& settings,
                         const JournalEntry& asked, std::ostream& out) {
  for (const Choice& choice : scenario.choices) {
    if (&choice == settings.choice) continue;
    World other{scenario, catalog(), {.seed = settings.seed, .choice = &choice}};
    other.run();
    const auto same = std::ranges::count_if(other.journal().entries(), [&](const auto& entry) {
      return entry.kind == asked.kind && entry.subject == asked.subject;
    });
    out << fmt::format("With choice '{}' (this seed, replayed): {}.\n", choice.name,
                       same == 0 ? "it would not have come" : "it would have come too");
  }
}

/// What did not happen: the models know why.
bool print_why_not(World& world, std::string_view what, std::ostream& out) {
  bool any = false;
  for (const Service* service : world.cloud().catalog()) {
    if (service->explain == nullptr) continue;
    for (const std::string& line : service->explain(*world.cloud().model(service->name), what)) {
      if (!any) out << fmt::format("{}:\n\n", what);
      out << "  " << line << '\n';
      any = true;
    }
  }
  return any;
}

[[noreturn]] void unknown(World& world, std::string_view what) {
  std::set<std::string> known;
  for (const JournalEntry& entry : world.journal().entries()) known.insert(entry.subject);
  for (const std::string& name : world.cloud().resources().names()) known.insert(name);
  throw Options::Usage{fmt::format(
      "nothing in this run is called {}{}; name a page (page-1), an incident ('incident 1'), an "
      "alarm, a rule, a runbook, a step (Runbook/step) or an instance",
      opsim::quoted(what), did_you_mean(what, known))};
}

RunSettings settings_of(const Scenario& scenario, const Options& options) {
  RunSettings settings{
      .seed = scenario.seed, .choice = choice_of(scenario, options), .keep = Level::everything};
  if (const auto seed = options.number("--seed")) settings.seed = static_cast<Seed>(*seed);
  return settings;
}

}  // namespace

bool tell_why(World& world, std::string_view what, SimTime start, std::ostream& out) {
  const JournalEntry* const asked = asked_about(world, what);
  const bool happened = asked != nullptr && telling(*asked) > 2;
  if (!happened) {
    if (print_why_not(world, what, out)) return true;
    if (asked != nullptr) print_chain(world, *asked, start, out);
    return asked != nullptr;
  }
  print_chain(world, *asked, start, out);
  // What a rule matched says nothing of what its targets took.
  if (asked->kind == EntryKind::rule) {
    out << '\n';
    print_why_not(world, what, out);
  }
  if (asked->kind == EntryKind::page) print_what_acted(world, *asked, out);
  // What nobody healed: the models may know why nobody noticed.
  if (what.starts_with("incident") && text_of(*asked, "health") != "ok") {
    out << '\n';
    print_why_not(world, asked->subject, out);
  }
  return true;
}

int why_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, kWhyOptions};
  if (options.operands().size() != 2)
    throw Options::Usage{"expected a scenario and what to explain, for example page-1"};
  const std::string& what = options.operands()[1];
  const Scenario scenario = read_scenario(options.operands()[0], catalog(), overrides_of(options));
  const RunSettings settings = settings_of(scenario, options);
  World world{scenario, catalog(), settings};
  world.run();
  if (!tell_why(world, what, scenario.start, streams.out)) unknown(world, what);
  const JournalEntry* const asked = asked_about(world, what);
  if (asked != nullptr && asked->kind == EntryKind::page)
    print_other_choices(scenario, settings, *asked, streams.out);
  return kGoalsMet;
}

}  // namespace opsim::cli

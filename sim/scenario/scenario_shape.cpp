// The shape of a scenario file. One description: the reader checks with it, the schema prints it.
#include <algorithm>
#include <deque>

#include "opsim/scenario/scenario.hpp"
#include "sim/scenario/sentence.hpp"

namespace opsim {

namespace {

constexpr Shape kAny{};
constexpr Shape kWords{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kListOfWords{.kind = Kind::one_or_list, .of = &kWords};
constexpr Shape kPercent{.kind = Kind::percent, .min = 0, .max = 100, .example = "95 %"};
constexpr Shape kDuration{.kind = Kind::duration, .example = "6h"};
constexpr Shape kWhen{.kind = Kind::distribution, .example = "2h"};
constexpr Shape kTime{.kind = Kind::time, .example = "2026-03-02T09:00:00Z"};
constexpr Shape kSeed{.kind = Kind::integer, .min = 0};

constexpr Field kClockFields[] = {
    {.name = "start", .shape = &kTime, .doc = "When the run begins. Default 2026-01-01T00:00:00Z."},
    {.name = "duration", .shape = &kDuration, .need = Need::required, .doc = "How long it plays."},
    {.name = "seed", .shape = &kSeed, .doc = "The luck of a single run. Default 1."},
};
constexpr Shape kClock{.kind = Kind::mapping, .fields = kClockFields};

constexpr Shape kParameters{.kind = Kind::table, .of = &kAny};
constexpr Field kStackFields[] = {
    {.name = "template",
     .shape = &kWords,
     .need = Need::required,
     .doc = "A CloudFormation template, relative to the scenario file."},
    {.name = "name", .shape = &kWords, .doc = "The stack's name. Default: the file's name."},
    {.name = "parameters", .shape = &kParameters, .doc = "Values for the template's parameters."},
    {.name = "account", .shape = &kWords, .doc = "Twelve digits. Default: the scenario's."},
    {.name = "region", .shape = &kWords, .doc = "Default: the scenario's."},
};
constexpr Shape kStack{.kind = Kind::mapping, .fields = kStackFields};
constexpr Shape kStacks{.kind = Kind::list, .of = &kStack};
constexpr Shape kPhysics{
    .kind = Kind::table,
    .doc = "By resource, document/step or type: how it behaves, breaks and heals.",
    .of = &kAny};

/// What models own and a choice may say more of: their sections may be read twice, and what is read
/// last counts.
constexpr std::string_view kSectionsOfChoices[] = {"change manager", "people"};

constexpr Field kChoiceFields[] = {
    {.name = "says", .shape = &kWords, .doc = "What one would say in its favour."},
    {.name = "recommended", .shape = &kBoolean, .doc = "The design that should meet every goal."},
    {.name = "disable",
     .shape = &kListOfWords,
     .doc = "Logical ids that are left out of the stacks."},
    {.name = "parameters", .shape = &kParameters, .doc = "Values for the stacks' parameters."},
    {.name = "physics", .shape = &kPhysics, .doc = "Besides the scenario's own."},
    {.name = "stacks", .shape = &kStacks, .doc = "Besides the scenario's own."},
};
constexpr Shape kAnyGoal{.kind = Kind::table, .of = &kAny};
constexpr Shape kAnyGoals{.kind = Kind::list, .of = &kAnyGoal};

}  // namespace

struct ScenarioShape::Tables {
  explicit Tables(Catalog catalog) {
    for (const KnownFault& known : known_faults(catalog))
      faults.push_back({.name = known.fault->name, .shape = known.fault->shape});
    fault = {.kind = Kind::mapping, .doc = "One fault and its settings.", .fields = faults};
    sentence = {.kind = Kind::text,
                .doc = "A fault in one sentence, its settings as prepositions.",
                .example = "surge disk growth to 40 %/h on WebFleet for 10min"};
    act_choices = {&sentence, &fault};
    act = {.kind = Kind::either, .choices = act_choices};
    moments = {
        {.name = "at",
         .shape = &kWhen,
         .need = Need::required,
         .doc = "Since the start: a duration, or a distribution to draw it from."},
        {.name = "again",
         .shape = &kWhen,
         .doc = "And once more after each time: exponential(mean 30d), weibull(scale 40d, shape "
                "1.5), or empirical(...) of a trace of your own."},
        {.name = "do", .shape = &act, .doc = "What goes wrong."},
        {.name = "call",
         .shape = &kWords,
         .doc = "Or: an API call somebody makes, service:Operation."},
        {.name = "with",
         .shape = &kAny,
         .doc = "The input of that call, with AWS's member names; a resource of a stack by its "
                "name where an ARN or an id belongs."},
    };
    moment = {.kind = Kind::mapping, .fields = moments};
    timeline = {.kind = Kind::list, .of = &moment};
    for (const GoalKind& kind : goal_kinds())
      goal_fields.push_back({.name = kind.name, .shape = kind.shape, .doc = kind.shape->doc});
    goal = {.kind = Kind::mapping, .doc = "One goal.", .fields = goal_fields};
    goals = {.kind = Kind::list, .of = &goal};
    add_choices(catalog);
    add_fields(catalog);
    root = {.kind = Kind::mapping, .doc = "A scenario that opsim plays.", .fields = fields};
    around = fields;
    std::ranges::find(around, "goals", &Field::name)->shape = &kAnyGoals;
    root_around_goals = {.kind = Kind::mapping, .fields = around};
  }

  void add_choices(Catalog catalog) {
    choice_fields.assign(std::begin(kChoiceFields), std::end(kChoiceFields));
    for (const Service* service : catalog)
      for (const Section& section : service->sections)
        if (std::ranges::find(kSectionsOfChoices, section.name) != std::end(kSectionsOfChoices))
          choice_fields.push_back({.name = section.name,
                                   .shape = section.shape,
                                   .doc = "After the scenario's own: only what is said changes."});
    choice = {.kind = Kind::mapping, .fields = choice_fields};
    choices = {.kind = Kind::table, .of = &choice};
  }

  void add_fields(Catalog catalog) {
    fields = {
        {.name = "scenario", .shape = &kWords, .need = Need::required, .doc = "One sentence."},
        {.name = "lesson", .shape = &kWords, .doc = "module/qN, where it teaches one."},
        {.name = "situation", .shape = &kWords, .doc = "What a lesson tells before it asks."},
        {.name = "question", .shape = &kWords, .doc = "What a lesson asks."},
        {.name = "moral", .shape = &kWords, .doc = "Why the recommended choice is."},
        {.name = "confidence",
         .shape = &kPercent,
         .doc = "The share of seeds in which each goal must be met. Default 95 %."},
        {.name = "clock", .shape = &kClock, .need = Need::required},
        {.name = "account", .shape = &kWords, .doc = "Twelve digits. Default 111122223333."},
        {.name = "region", .shape = &kWords, .doc = "Default us-east-1."},
        {.name = "stacks", .shape = &kStacks},
        {.name = "physics", .shape = &kPhysics},
        {.name = "timeline", .shape = &timeline},
        {.name = "goals", .shape = &goals},
        {.name = "choices", .shape = &choices, .doc = "Variants to compare on the same seeds."},
    };
    for (const Service* service : catalog)
      for (const Section& section : service->sections)
        fields.push_back({.name = section.name, .shape = section.shape, .doc = section.shape->doc});
  }

  std::vector<Field> faults, moments, goal_fields, choice_fields, fields, around;
  std::vector<const Shape*> act_choices;
  Shape fault, sentence, act, moment, timeline, goal, goals, choice, choices, root,
      root_around_goals;
};

ScenarioShape::ScenarioShape(Catalog catalog) : tables_{std::make_unique<Tables>(catalog)} {}
ScenarioShape::~ScenarioShape() = default;
const Shape& ScenarioShape::shape() const { return tables_->root; }
const Shape& ScenarioShape::shape_around_goals() const { return tables_->root_around_goals; }

}  // namespace opsim

// The section `people:` of a scenario.
#include <fmt/format.h>

#include <algorithm>

#include "models/people/people.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::people {

namespace {

// Estimates, from published on-call practice: a page is acknowledged within minutes; half of all
// repairs take under half an hour, one in a hundred over two hours.
constexpr std::string_view kAcknowledges = "lognormal(p50 4min, p99 20min)";
constexpr std::string_view kDiagnoses = "lognormal(p50 3min, p99 15min)";
constexpr std::string_view kFixes = "lognormal(p50 25min, p99 2h)";
constexpr std::string_view kGetsToIt = "lognormal(p50 4h, p99 3d)";
constexpr std::string_view kReviewed = "lognormal(p50 1d, p99 4d)";
constexpr double kFixesWell = 0.95;
constexpr double kAnswers = 0.95;
constexpr double kApproves = 0.95;

std::string text_of(const Node& person, std::string_view key, std::string_view otherwise = {}) {
  const std::optional<Node> node = person.find(key);
  const std::optional<std::string> text = node ? node->as_text() : std::nullopt;
  return text ? *text : std::string{otherwise};
}

Distribution distribution_of(const Node& person, std::string_view key, std::string_view otherwise) {
  const ParsedDistribution parsed = Distribution::parse(text_of(person, key, otherwise));
  if (!parsed) throw BadInput(person.find(key).value_or(person).complaint(parsed.error));
  return *parsed;
}

double share_of(const Node& person, std::string_view key, double otherwise) {
  const auto percent = parse_percent(text_of(person, key));
  return percent ? *percent / 100 : otherwise;
}

/// "to 40 %", "by -20 %", "to 1".
std::optional<Repair> parse_repair(std::string_view name, std::string_view text) {
  Repair repair{std::string{name}, {}, {}};
  Change& change = repair.change;
  if (text.starts_with("by ")) {
    change.how = Change::How::by;
  } else if (!text.starts_with("to ")) {
    return std::nullopt;
  }
  std::string_view rest = text.substr(3);
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  const std::optional<Quantity> quantity = parse_quantity(rest);
  if (!quantity) return std::nullopt;
  change.value = negative ? -quantity->value : quantity->value;
  repair.unit = quantity->unit;
  return repair;
}

std::vector<Repair> repairs_of(const Node& person) {
  std::vector<Repair> repairs;
  const std::optional<Node> all = person.find("can fix");
  if (!all) return repairs;
  for (const auto& [quantity, value, at] : all->entries()) {
    const std::optional<Repair> repair = parse_repair(quantity, value.as_text().value_or(""));
    if (!repair)
      throw BadInput(value.complaint(fmt::format(
          "can fix {}: {}; say what it is changed to, as in \"to 40 %\", or by, as in \"by -20 %\"",
          quantity, value.describe())));
    repairs.push_back(*repair);
  }
  return repairs;
}

std::optional<Chore> chore_of(const Node& person) {
  const std::optional<Node> text = person.find("asked by mail");
  if (!text) return std::nullopt;
  Chore chore;
  chore.operation = text_of(*text, "does");
  if (chore.operation.find(':') == std::string::npos)
    throw BadInput(text->complaint(
        fmt::format("asked by mail does: \"{}\" is no call; write service:Operation, for example "
                    "fis:StartExperiment",
                    chore.operation)));
  const std::optional<Node> input = text->find("with");
  chore.input = input ? input->to_json() : Json::object();
  chore.remembers = share_of(*text, "remembers", 1);
  chore.after = distribution_of(*text, "after", kGetsToIt);
  return chore;
}

/// "22:00 to 07:00", in UTC.
void read_night(PersonSpec& spec, const Node& person) {
  const std::optional<Node> node = person.find("night");
  if (!node) return;
  const std::string text = node->as_text().value_or("");
  const auto minutes = [](std::string_view clock) -> std::optional<std::chrono::minutes> {
    const auto time =
        clock.size() == 5 ? parse_iso8601(fmt::format("1970-01-01T{}", clock)) : std::nullopt;
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::minutes>(*time - SimTime{});
  };
  const std::string_view all = text;
  const auto from = minutes(all.substr(0, std::min<std::size_t>(5, all.size())));
  const auto to = minutes(all.size() == 14 ? all.substr(9) : std::string_view{});
  if (!from || !to || all.substr(5, 4) != " to ")
    throw BadInput(node->complaint(fmt::format(
        "night: {}; write two times of day in UTC, as in 22:00 to 07:00", node->describe())));
  spec.night_from = *from;
  spec.night_to = *to;
}

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kAny{};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "95 %"};
constexpr Shape kDuration{.kind = Kind::distribution, .example = "lognormal(p50 4min, p99 20min)"};
constexpr Shape kChange{.kind = Kind::text, .example = "to 40 %"};
constexpr Shape kRepairs{.kind = Kind::table, .of = &kChange};
constexpr Shape kNight{.kind = Kind::text, .example = "22:00 to 07:00"};

constexpr Shape kAnything{.kind = Kind::any};
constexpr Field kChoreFields[] = {
    {.name = "after",
     .shape = &kDuration,
     .doc = "From the mail until one does it. Default: lognormal(p50 4h, p99 3d)."},
    {.name = "does",
     .shape = &kText,
     .need = Need::required,
     .doc = "A call: fis:StartExperiment."},
    {.name = "remembers",
     .shape = &kShare,
     .doc = "Share of the mails after which one does it at all. Default: 100 %."},
    {.name = "with",
     .shape = &kAnything,
     .doc = "Its input; the logical id of a resource stands for its id."},
};
constexpr Shape kChore{.kind = Kind::mapping,
                       .doc = "What a mail, which is no page, asks this person to do by hand.",
                       .fields = kChoreFields};

constexpr Shape kHalfLife{.kind = Kind::duration, .min = 1, .example = "120d"};
constexpr Field kReviewFields[] = {
    {.name = "after",
     .shape = &kDuration,
     .doc = "From the end of the work until then. Default: lognormal(p50 1d, p99 4d)."},
    {.name = "counts", .shape = &kShare, .doc = "Of one practice. Default: 50 %."},
    {.name = "does",
     .shape = &kText,
     .need = Need::required,
     .doc = "A call: ssm:CreateOpsItem for what is to change."},
    {.name = "with", .shape = &kAnything, .doc = "Its input."},
};
constexpr Shape kReview{.kind = Kind::mapping,
                        .doc = "What one does with an incident once it is over.",
                        .fields = kReviewFields};

constexpr Field kFields[] = {
    {.name = "acknowledges",
     .shape = &kDuration,
     .doc = "From noticing a page to acknowledging it. Default: lognormal(p50 4min, p99 20min)."},
    {.name = "answers",
     .shape = &kShare,
     .doc = "Share of notifications that are noticed at all; a retry is another chance. "
            "Default: 95 %."},
    {.name = "approves",
     .shape = &kShare,
     .doc = "Share of a runbook's requests (aws:approve) that are approved; the others are "
            "rejected. Default: 95 %."},
    {.name = "asked by mail", .shape = &kChore, .doc = "Work by hand, done later or forgotten."},
    {.name = "at night",
     .shape = &kDuration,
     .doc = "Instead of acknowledges, in the hours of night."},
    {.name = "calls",
     .shape = &kText,
     .doc = "Another person, phoned where one's own fix did not help. Default: nobody."},
    {.name = "can fix",
     .shape = &kRepairs,
     .doc = "What a repair changes, quantity by quantity: { disk: to 40 %, process nginx: to 1 }. "
            "Default: a full disk or memory to 40 %, else a reboot."},
    {.name = "contact",
     .shape = &kText,
     .doc = "Alias or logical id of the contact that is this person. Default: the same name."},
    {.name = "diagnoses",
     .shape = &kDuration,
     .doc =
         "From acknowledging to knowing what is wrong. Default: lognormal(p50 3min, p99 15min)."},
    {.name = "email", .shape = &kText, .doc = "Mail address, as topics subscribe it."},
    {.name = "fatigue",
     .shape = &kShare,
     .doc =
         "How much slower one answers for each false page of the last seven days, to three times "
         "as slow at most. Default: 0 %."},
    {.name = "fixes",
     .shape = &kDuration,
     .doc = "From knowing what is wrong to a repair. Default: lognormal(p50 25min, p99 2h)."},
    {.name = "fixes by calling",
     .shape = &kText,
     .doc = "The API call that a repair is, as in codedeploy:CreateDeployment, instead of changing "
            "quantities."},
    {.name = "fixes well",
     .shape = &kShare,
     .doc = "Share of repairs that help; after another one diagnoses again. Default: 95 %."},
    {.name = "forgets in",
     .shape = &kHalfLife,
     .doc = "In how long half of what was practised is forgotten. Default: never."},
    {.name = "learns",
     .shape = &kShare,
     .doc = "The share of the time that is left, to acknowledge, diagnose and fix, each time that "
            "practice doubles: 80 % in Wright's law. Default: nobody learns."},
    {.name = "learns by mail",
     .shape = &kShare,
     .doc = "How much of one practice a mail counts that is no page: a plan that one reads. "
            "Default: 0 %."},
    {.name = "night", .shape = &kNight, .doc = "In UTC. Default: 22:00 to 07:00."},
    {.name = "paged by email",
     .shape = &kBoolean,
     .doc = "Whether mail counts as a page. Default: no."},
    {.name = "pager", .shape = &kText, .doc = "Address of a paging service that topics post to."},
    {.name = "phone", .shape = &kText, .doc = "Number; a text message to it counts as a page."},
    {.name = "reads mail",
     .shape = &kDuration,
     .doc = "From a mail's arrival until one sees it, where one is paged by email. Default: at "
            "once."},
    {.name = "rejects",
     .shape = &kText,
     .doc = "A request whose message contains this is rejected, whatever `approves` says."},
    {.name = "reviews",
     .shape = &kReview,
     .doc = "What one does with each incident of Incident Manager that one put right. Default: "
            "nothing."},
    {.name = "with",
     .shape = &kAny,
     .doc = "The input of that call, with AWS's member names; a resource of a stack by its name "
            "where an ARN or an id belongs."},
};
constexpr Shape kPerson{.kind = Kind::mapping, .name = "person", .fields = kFields};

}  // namespace

constexpr Shape kPeopleShape{
    .kind = Kind::table,
    .doc = "Who is on call, how soon they answer, and how well they repair.",
    .of = &kPerson};

namespace {

void read_learning(PersonSpec& spec, const Node& text) {
  if (text.contains("learns")) spec.learns = std::max(share_of(text, "learns", 1), 0.01);
  if (const auto half = text.find("forgets in")) spec.forgets_in = parse_duration(half->spelling());
  spec.learns_by_mail = share_of(text, "learns by mail", spec.learns_by_mail);
  const auto review = text.find("reviews");
  if (!review) return;
  spec.reviews.emplace(Review{.after = distribution_of(*review, "after", kReviewed),
                              .operation = text_of(*review, "does"),
                              .input = Json::object(),
                              .counts = share_of(*review, "counts", 0.5)});
  if (const auto with = review->find("with")) spec.reviews->input = with->to_json();
}

}  // namespace

PersonSpec usual_person(std::string_view name) {
  PersonSpec spec;
  spec.name = name;
  spec.contact = name;
  spec.acknowledges = *Distribution::parse(kAcknowledges);
  spec.diagnoses = *Distribution::parse(kDiagnoses);
  spec.fixes = *Distribution::parse(kFixes);
  spec.fixes_well = kFixesWell;
  spec.answers = kAnswers;
  spec.approves = kApproves;
  return spec;
}

PersonSpec read_person(std::string_view name, const Node& text, PersonSpec spec) {
  spec.name = name;
  for (const auto& [key, member] :
       {std::pair{"contact", &PersonSpec::contact}, std::pair{"email", &PersonSpec::email},
        std::pair{"phone", &PersonSpec::phone}, std::pair{"pager", &PersonSpec::pager},
        std::pair{"rejects", &PersonSpec::rejects}, std::pair{"calls", &PersonSpec::calls},
        std::pair{"fixes by calling", &PersonSpec::fixes_by_calling}})
    spec.*member = text_of(text, key, spec.*member);
  for (const auto& [key, member] :
       {std::pair{"acknowledges", &PersonSpec::acknowledges},
        std::pair{"diagnoses", &PersonSpec::diagnoses}, std::pair{"fixes", &PersonSpec::fixes}})
    if (text.contains(key)) spec.*member = distribution_of(text, key, "");
  for (const auto& [key, member] : {std::pair{"at night", &PersonSpec::at_night},
                                    std::pair{"reads mail", &PersonSpec::reads_mail}})
    if (text.contains(key)) spec.*member = distribution_of(text, key, "");
  for (const auto& [key, member] :
       {std::pair{"fixes well", &PersonSpec::fixes_well},
        std::pair{"answers", &PersonSpec::answers}, std::pair{"approves", &PersonSpec::approves},
        std::pair{"fatigue", &PersonSpec::fatigue}})
    spec.*member = share_of(text, key, spec.*member);
  if (const auto by_email = text.find("paged by email"))
    spec.paged_by_email = by_email->as_boolean().value_or(false);
  if (text.contains("asked by mail")) spec.chore = chore_of(text);
  read_learning(spec, text);
  if (text.contains("can fix")) spec.can_fix = repairs_of(text);
  if (const auto calling = text.find("fixes by calling");
      calling && spec.fixes_by_calling.find(':') == std::string::npos)
    throw BadInput(calling->complaint(fmt::format(
        "fixes by calling: {}; write service:Operation, for example codedeploy:CreateDeployment",
        calling->describe())));
  if (const auto with = text.find("with")) spec.call_input = with->to_json();
  read_night(spec, text);
  spec.source = text.source();
  return spec;
}

}  // namespace opsim::people

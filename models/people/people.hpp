#pragma once
/// People on call: what reaches them, when they answer, and what they do then. They are the world
/// outside AWS: services reach them at `arn:aws:person:::<contact, mail address or number>`.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/channel.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::people {

/// What a repair changes: "disk" to 40 "%".
struct Repair {
  std::string quantity;
  Change change;
  std::string unit;
};

/// What a mail asks one to do by hand.
struct Chore {
  std::string operation;  // "fis:StartExperiment"
  Json input;             // names of resources stand for their ids
  double remembers = 1;   // share of the mails after which one does it at all
  Distribution after;     // from the mail until then
};

/// What one does with an incident once it is over: looks back, and writes down what is to change.
struct Review {
  Distribution after;     // from the end of the work until then
  std::string operation;  // "ssm:CreateOpsItem"
  Json input;
  double counts = 0;  // of one practice
};

/// One entry of `people:`.
struct PersonSpec {
  std::string name;
  std::string contact;  // alias or logical id of the contact; default: the name
  std::string email;
  std::string phone;
  std::string pager;  // https endpoint of a paging service
  bool paged_by_email = false;
  Distribution acknowledges;
  std::optional<Distribution> at_night;
  std::chrono::minutes night_from{22 * 60};  // UTC
  std::chrono::minutes night_to{7 * 60};
  Distribution diagnoses;
  Distribution fixes;
  double fixes_well = 0;
  double approves = 1;                     // share of a runbook's requests
  std::string rejects;                     // requests that contain this, always
  double answers = 0;                      // share of notifications that are noticed
  std::optional<Distribution> reads_mail;  // from a mail's arrival until it is seen
  double fatigue = 0;                      // each false page of the last week makes one slower
  std::string calls;                       // whom one phones where one's own fix does not help
  std::optional<Chore> chore;              // asked by mail
  std::vector<Repair> can_fix;             // empty: the usual repairs (repair.cpp)
  std::string fixes_by_calling;            // "codedeploy:CreateDeployment": what is done instead
  Json call_input;                         // of that call
  std::optional<double> learns;            // share of the time that a doubling of practice leaves
  std::optional<Duration> forgets_in;      // half of it
  double learns_by_mail = 0;               // what a mail that is no page counts, of one practice
  std::optional<Review> reviews;
  std::string source;
};
/// `text` is a mapping, already checked against kPerson; what it does not say is as `otherwise`
/// says. Throws BadInput.
PersonSpec read_person(std::string_view name, const Node& text, PersonSpec otherwise);
/// The defaults of a person of that name.
PersonSpec usual_person(std::string_view name);
extern const Shape kPeopleShape;

/// Whether `at` is in the hours of night of that person.
[[nodiscard]] bool is_night(const PersonSpec& spec, SimTime at);

/// A page that somebody noticed.
struct Notice {
  std::string page;  // "page-1"
  CauseId cause;     // its journal entry
  SimTime paged;     // when the page first came
  SimTime noticed;
  std::string page_arn;  // of Incident Manager, or ""
  std::string accept_code;
  std::string region;
  std::string incident_arn;  // or ""
};

struct Person {
  Person(Simulation& sim, PersonSpec as) : spec{std::move(as)}, pages{sim} {}
  PersonSpec spec;
  Channel<Notice> pages;             // one at a time
  std::vector<SimTime> false_pages;  // when one looked and nothing was wrong
  double practice = 0;               // how much one had practised when one last did
  SimTime practised{};
};

/// A page that was counted: one engagement of one contact, or one message of a topic.
struct CountedPage {
  std::string name;  // "page-1"
  CauseId cause{};
  SimTime at{};
  bool noticed = false;
};

class People : public Model {
 public:
  explicit People(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::vector<std::unique_ptr<Person>> people;  // in the order of the scenario
  std::map<std::string, CountedPage> pages;     // by what they count as one
  int last_page = 0;

  void add(PersonSpec spec);
  /// By contact alias, or by the ARN that the contact's logical id stands for.
  [[nodiscard]] Person* by_contact(std::string_view alias, std::string_view arn);
  [[nodiscard]] Person* by_address(std::string_view address);
  [[nodiscard]] Person* by_name(std::string_view name);
};

/// The coroutine that is a person: page after page.
Process<> live(People& people, Person& person);
/// What reaches `person:` ARNs: pager.cpp.
Process<ApiResult<Json>> take_delivery(People& people, Delivery delivery);

/// Whether a topic asks if its messages are wanted, and whoever has the address saying yes.
bool is_confirmation(const Json& payload);
Process<> confirm(People& people, Json question);
/// Whether an aws:approve step asks, and whoever has the address deciding.
bool is_approval_request(const Json& payload);
Process<> decide_on(People& people, Json payload);

/// What is not well, as one finds it who follows the page back to what caused it; else anything
/// that is not well.
std::vector<std::string> what_is_wrong(Cloud& cloud, CauseId page);

/// Repairs one resource as the person knows how, each act written as caused by `page`. True when it
/// is well afterwards.
Process<bool> repair(People& people, const Person& person, Notice notice, std::string resource);

/// Writes EntryKind::person; the answer causes what follows.
CauseId write_act(People& people, const Person& person, const Notice& notice, std::string_view act,
                  std::string text, std::string_view resource = {});
/// How much slower a person answers at `at`: 1 with no false page in the week before.
double weariness(const Person& person, SimTime at);
/// How much longer, or shorter, one takes than the first time: 1 with no practice. practice.cpp.
double slowness(const People& people, const Person& person);
/// One has practised: `counts` of a whole time.
void learn(People& people, Person& person, double counts);
/// One has put something right, and may look back at it later.
void learn_from(People& people, Person& person, const Notice& notice);
/// A mail that is no page came: one does what it asks for, or forgets. chores.cpp.
void ask_by_mail(People& people, Person& person, const std::string& subject);
/// One person phones another about a page: a page too.
void phone(People& people, const Person& from, const Notice& notice);

/// Who the person is to AWS.
Caller caller_of(const People& people, const Person& person, const std::string& region);
Duration draw(People& people, const Person& person, std::string_view what,
              const Distribution& distribution);
bool chance(People& people, const Person& person, std::string_view what, double probability);

}  // namespace opsim::people

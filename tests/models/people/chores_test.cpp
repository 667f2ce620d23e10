// Work that a mail asks for: by hand, later or never.
#include "models/people/people.hpp"
#include "models/people/service.hpp"
#include "models/sns/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kMailServices[] = {&kPeople, &kSns};

struct Mail : SmallWorld {
  explicit Mail(const std::string& people) : SmallWorld{kMailServices} {
    const Document document = read_yaml("scenario.yaml", people);
    kPeople.sections[0].read(*cloud.model("people"), cloud, document.root);
  }
};

TEST_SUITE("people: chores") {
  TEST_CASE("a mail may ask for work by hand: it is done later, or forgotten") {
    for (const char* remembers : {"100 %", "0 %"}) {
      CAPTURE(remembers);
      Mail town{
          fmt::format("ann: {{email: a@example.com, asked by mail: {{does: "
                      "'sns:CreateTopic', with: {{Name: made-by-hand}}, remembers: {}, "
                      "after: 3d}}}}",
                      remembers)};
      const std::string topic =
          town.make("AWS::SNS::Topic", "Ops",
                    {{"Subscription",
                      Json::array({{{"Protocol", "email"}, {"Endpoint", "a@example.com"}}})}});
      town.let_everybody_in(topic);
      town.deliver(topic, "please");
      town.run_for(71h);
      const auto topics = [&] {
        return town.must("sns", "ListTopics", Json::object())["Topics"].size();
      };
      CHECK(topics() == 1);
      town.run_for(2h);
      const bool done = std::string_view{remembers} == "100 %";
      CHECK(topics() == (done ? 2 : 1));
      CHECK(town.told({EntryKind::page}).empty());
      CHECK(town.told({EntryKind::person}).size() == 1);
    }
  }
}

}  // namespace
}  // namespace opsim::tests

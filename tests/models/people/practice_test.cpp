// People learn by the power law of practice (Wright 1936; Newell and Rosenbloom 1981), and forget.
#include "tests/models/people/town.hpp"

namespace opsim::tests {

namespace {

/// Minutes from a page until the repair, the nth time.
double minutes(const Town& town, std::size_t nth) {
  std::size_t seen = 0;
  for (const JournalEntry& entry : town.journal.entries())
    if (entry.kind == EntryKind::person && entry.detail.at("act") == "repaired" && seen++ == nth)
      return entry.detail.at("seconds").get<double>() / 60;
  return -1;
}

std::string ann(std::string_view more) {
  return fmt::format(
      "ann: {{acknowledges: 4min, diagnoses: 3min, fixes: 10min, fixes well: 100 %, answers: 100 "
      "%, "
      "{}}}",
      more);
}

void repeat(Town& town, int times, Duration apart) {
  for (int i = 0; i < times; ++i) {
    town.break_disk("i-1");
    town.run_for(apart);
  }
}

}  // namespace

TEST_SUITE("people: practice") {
  TEST_CASE("each doubling of practice leaves the same share of the time") {
    Town town{ann("learns: 50 %")};
    repeat(town, 4, 2h);
    // The times of 1, 2, 3 and 4 practices: 17 minutes by 1, 1/2, 1/3, 1/4.
    CHECK(minutes(town, 0) == doctest::Approx(17).epsilon(0.01));
    CHECK(minutes(town, 1) == doctest::Approx(17.0 / 2).epsilon(0.01));
    CHECK(minutes(town, 2) == doctest::Approx(17.0 / 3).epsilon(0.01));
    CHECK(minutes(town, 3) == doctest::Approx(17.0 / 4).epsilon(0.01));
  }

  TEST_CASE("without the setting nobody learns") {
    Town town;
    repeat(town, 2, 2h);
    CHECK(minutes(town, 1) == doctest::Approx(minutes(town, 0)).epsilon(0.001));
  }

  TEST_CASE("half of what was practised is forgotten in that time") {
    Town town{ann("learns: 50 %, forgets in: 10d")};
    repeat(town, 2, 24h * 10);
    CHECK(minutes(town, 1) == doctest::Approx(17 / 1.5).epsilon(0.01));
  }

  TEST_CASE("an incident is looked back at, which is practice too and leaves something to do") {
    Town town{
        ann("learns: 50 %, reviews: { after: 1h, counts: 100 %, does: 'sns:CreateTopic', with: { "
            "Name: to-do } }")};
    repeat(town, 2, 3h);
    CHECK(town.acts() ==
          Lines{"acknowledged", "repaired", "reviewed", "acknowledged", "repaired", "reviewed"});
    CHECK(minutes(town, 1) == doctest::Approx(17.0 / 3).epsilon(0.01));  // once done, once reviewed
    CHECK(town.must("sns", "ListTopics")["Topics"].size() == 1);
  }

  TEST_CASE("a plan that is read by mail is some practice") {
    Town town{ann("email: ann@example.com, learns: 50 %, learns by mail: 25 %")};
    const std::string topic =
        town.make("AWS::SNS::Topic", "Plan",
                  {{"Subscription",
                    Json::array({{{"Protocol", "email"}, {"Endpoint", "ann@example.com"}}})}});
    town.let_everybody_in(topic);
    town.deliver(topic, "read this");
    town.run_for(1h);
    town.break_disk("i-1");
    town.run_for(2h);
    CHECK(minutes(town, 0) == doctest::Approx(17 / 1.25).epsilon(0.01));
  }
}

}  // namespace opsim::tests

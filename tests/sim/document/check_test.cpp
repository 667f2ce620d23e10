#include <doctest/doctest.h>

#include "opsim/document/shape.hpp"
#include "reading.hpp"

using namespace opsim;
using opsim::tests::yaml;

namespace {

constexpr std::string_view kTreatments[] = {"breaching", "notBreaching", "ignore", "missing"};
constexpr Shape kTreatment{.kind = Kind::text, .allowed = kTreatments};
constexpr Shape kText{.kind = Kind::text};
constexpr Shape kName{.kind = Kind::text, .min = 1, .max = 10};
constexpr Shape kPeriod{.kind = Kind::integer, .min = 10, .max = 86'400};
constexpr Shape kThreshold{.kind = Kind::number};
constexpr Shape kFlag{.kind = Kind::boolean};
constexpr Shape kActions{.kind = Kind::list, .of = &kText, .max = 2};
constexpr Field kDimensionFields[] = {
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Value", .shape = &kText, .need = Need::required},
};
constexpr Shape kDimension{.kind = Kind::mapping, .fields = kDimensionFields};
constexpr Shape kDimensions{.kind = Kind::list, .of = &kDimension};
constexpr Field kAlarmFields[] = {
    {.name = "AlarmName", .shape = &kName},
    {.name = "AlarmDescription", .shape = &kText, .simulated = Simulated::no},
    {.name = "EvaluationPeriods", .shape = &kPeriod, .need = Need::required},
    {.name = "Threshold", .shape = &kThreshold},
    {.name = "TreatMissingData", .shape = &kTreatment},
    {.name = "ActionsEnabled", .shape = &kFlag},
    {.name = "AlarmActions", .shape = &kActions},
    {.name = "Dimensions", .shape = &kDimensions},
    {.name = "Metrics"},
};
constexpr Shape kAlarm{.kind = Kind::mapping, .fields = kAlarmFields};

constexpr std::string_view kSizes[] = {"GB", "MB"};
constexpr std::string_view kPercentOnly[] = {"%"};
constexpr Shape kDuration{.kind = Kind::duration, .max = 3600};
constexpr Shape kPercent{.kind = Kind::percent, .min = 0, .max = 100};
constexpr Shape kSize{.kind = Kind::quantity, .allowed = kSizes};
constexpr Shape kGrowth{.kind = Kind::rate, .allowed = kPercentOnly};
constexpr Shape kRate{.kind = Kind::rate};
constexpr Shape kTakes{.kind = Kind::distribution};
constexpr Shape kMoment{.kind = Kind::time};
constexpr Field kDiskFields[] = {{.name = "from", .shape = &kPercent},
                                 {.name = "grows", .shape = &kGrowth}};
constexpr Shape kDisk{.kind = Kind::mapping, .fields = kDiskFields};
constexpr const Shape* kDurationOrDiskChoices[] = {&kDuration, &kDisk};
constexpr Shape kDurationOrDisk{.kind = Kind::either, .choices = kDurationOrDiskChoices};
constexpr Shape kOneOrMoreTexts{.kind = Kind::one_or_list, .of = &kText};
constexpr Shape kPeople{.kind = Kind::table, .of = &kDuration};
constexpr std::string_view kLevels[] = {"low", "high"};
constexpr Shape kByLevel{.kind = Kind::table, .of = &kDuration, .allowed = kLevels};

/// Everything said of `text`, one line each.
std::string said(std::string_view text, const Shape& shape, const CheckOptions& options = {}) {
  Diagnostics found;
  check(yaml(text), shape, found, options);
  return found.text();
}

const CheckOptions& disk_alarm() {
  static const CheckOptions options{.subject = "AWS::CloudWatch::Alarm DiskAlarm"};
  return options;
}

struct Row {
  std::string_view text;
  const Shape* shape;
  std::string_view said;
};

}  // namespace

TEST_SUITE("document: shapes") {
  TEST_CASE("what is right raises nothing") {
    CHECK(said("EvaluationPeriods: 60\nThreshold: 0.5\nTreatMissingData: ignore\nActionsEnabled: "
               "true\n"
               "AlarmActions: [a, b]\nDimensions: [{Name: n, Value: v}]\nMetrics: {any: thing}",
               kAlarm) == "");
  }

  TEST_CASE("the sentences of `opsim check`") {
    CHECK(said("EvaluationPeriods: 60\nTreatMissingData: breech", kAlarm, disk_alarm()) ==
          "f:2:19: AWS::CloudWatch::Alarm DiskAlarm: TreatMissingData is \"breech\"; "
          "one of breaching, notBreaching, ignore, missing");
    CHECK(said("{ from: 60 %, grow: 8 %/h }", kDisk, {.subject = "physics of WebFleet"}) ==
          "f:1:15: physics of WebFleet: \"grow\" is not known here; did you mean \"grows\"?");
    CHECK(said("15", kDuration, {.subject = "recovery time"}) ==
          "f:1:1: recovery time: 15 has no unit; write 15min or 15s");
  }

  TEST_CASE("scalars: what is written, then what must be") {
    const Row rows[] = {
        {"~", &kText, "this is nothing; must be a text"},
        {"15", &kText, "this is 15; must be a text: write \"15\""},
        {"yes", &kText, "this is yes; must be a text: write \"yes\""},
        {"[]", &kText, "this is a list; must be a text"},
        {"7", &kTreatment, "this is 7; must be one of breaching, notBreaching, ignore, missing"},
        {"''", &kName, "this has 0 characters; must be a text from 1 to 10 characters"},
        {"abcdefghijk", &kName, "this has 11 characters; must be a text from 1 to 10 characters"},
        {"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", &kName, ""},
        {"fast", &kPeriod, "this is \"fast\"; must be a whole number from 10 to 86400"},
        {"\"60\"", &kPeriod, "this is \"60\"; must be a whole number from 10 to 86400"},
        {"9", &kPeriod, "this is 9; must be a whole number from 10 to 86400"},
        {"60.5", &kPeriod, "this is 60.5; must be a whole number from 10 to 86400"},
        {"60.0", &kPeriod, ""},
        {"high", &kThreshold, "this is \"high\"; must be a number"},
        {"maybe", &kFlag, "this is \"maybe\"; must be true or false"},
        {"\"true\"", &kFlag, "this is \"true\"; must be true or false"},
        {"off", &kFlag, ""},
        {"15 parsecs", &kDuration,
         "this is \"15 parsecs\"; must be a duration of at most 3600 s such as 15min"},
        {"2h", &kDuration, "this is \"2h\"; must be a duration of at most 3600 s such as 15min"},
        {"59min 60s", &kDuration, ""},
        {"60", &kPercent, "60 has no unit; write 60 %"},
        {"120 %", &kPercent,
         "this is \"120 %\"; must be a percentage from 0 to 100 % such as 60 %"},
        {"full", &kPercent, "this is \"full\"; must be a percentage from 0 to 100 % such as 60 %"},
        {"99.5%", &kPercent, ""},
        {"2", &kSize, "2 has no unit; write 2 GB"},
        {"2 TB", &kSize, "this is \"2 TB\"; its unit must be one of GB, MB"},
        {"2 gb", &kSize, "this is \"2 gb\"; its unit must be one of GB, MB; did you mean \"GB\"?"},
        {"big", &kSize, "this is \"big\"; must be an amount such as 2 GB"},
        {"2 GB", &kSize, ""},
        {"8", &kGrowth, "8 has no unit; write 8 %/min or 8 %/s"},
        {"8", &kRate, "8 has no unit; write 8/min or 8/s"},
        {"8 GB/h", &kGrowth, "this is \"8 GB/h\"; its unit must be %"},
        {"8 %", &kGrowth, "this is \"8 %\"; must be a rate such as 40/s"},
        {"8 %/h", &kGrowth, ""},
        {"yesterday", &kMoment,
         "this is \"yesterday\"; must be a moment such as 2026-03-02T09:00:00Z"},
        {"2026-03-02", &kMoment, ""},
        {"40s", &kTakes, ""},
        {"lognormal(p50 40s, p99 3min)", &kTakes, ""},
    };
    for (const auto& [text, shape, expected] : rows) {
      CAPTURE(text);
      CHECK(said(text, *shape) == (expected.empty() ? "" : "f:1:1: " + std::string(expected)));
    }
    CHECK(said("lognormal(p50)", kTakes).starts_with("f:1:1: this is \"lognormal(p50)\"; "));
  }

  TEST_CASE("mappings: keys that are missing, unknown, or hold the wrong thing, all in one pass") {
    CHECK(said("AlarmNam: x\nThreshold: []\nDimensions:\n- {Name: n}\n- 7\nAlarmActions: [a, 1, c]",
               kAlarm) ==
          "f:1:1: \"AlarmNam\" is not known here; did you mean \"AlarmName\"?\n"
          "f:1:1: EvaluationPeriods is missing; must be a whole number from 10 to 86400\n"
          "f:2:12: Threshold is a list; must be a number\n"
          "f:4:3: Dimensions[0].Value is missing; must be a text\n"
          "f:5:3: Dimensions[1] is 7; must be a mapping\n"
          "f:6:15: AlarmActions has 3 items; must be a list of at most 2 items\n"
          "f:6:19: AlarmActions[1] is 1; must be a text: write \"1\"");
    CHECK(said("{Name: n, Value: v, Colour: red}", kDimension) ==
          "f:1:21: \"Colour\" is not known here; must be one of Name, Value");
    CHECK(said("[]", kAlarm) == "f:1:1: this is a list; must be a mapping");
  }

  TEST_CASE("a complaint carries the pointer of its value") {
    Diagnostics found;
    check(yaml("EvaluationPeriods: 60\nDimensions: [{Name: n, Value: [], X: 1}]"), kAlarm, found);
    REQUIRE(found.count() == 2);
    CHECK(found.all()[0].pointer == "/Dimensions/0/Value");
    CHECK(found.all()[1].pointer == "/Dimensions/0/X");
  }

  TEST_CASE("tables: names the user chose, or these names only") {
    CHECK(said("{primary: 5min, secondary: soon}", kPeople) ==
          "f:1:28: secondary is \"soon\"; must be a duration of at most 3600 s such as 15min");
    CHECK(said("{low: 5min, hihg: 5min}", kByLevel) ==
          "f:1:13: \"hihg\" is not known here; did you mean \"high\"?; one of low, high");
  }

  TEST_CASE("one or a list of it") {
    CHECK(said("x", kOneOrMoreTexts) == "");
    CHECK(said("[x, y]", kOneOrMoreTexts) == "");
    CHECK(said("[x, 2]", kOneOrMoreTexts) == "f:1:5: [1] is 2; must be a text: write \"2\"");
    CHECK(said("{}", kOneOrMoreTexts) == "f:1:1: this is a mapping; must be a text");
  }

  TEST_CASE("either: what is written tells which") {
    CHECK(said("15min", kDurationOrDisk) == "");
    CHECK(said("{from: 60 %}", kDurationOrDisk) == "");
    CHECK(said("15", kDurationOrDisk) == "f:1:1: 15 has no unit; write 15min or 15s");
    CHECK(said("{grow: 8 %/h}", kDurationOrDisk) ==
          "f:1:2: \"grow\" is not known here; did you mean \"grows\"?");
    CHECK(said("[]", kDurationOrDisk) ==
          "f:1:1: this is a list; must be a duration of at most 3600 s such as 15min or a mapping");
    constexpr const Shape* two[] = {&kDimension, &kDisk};
    const Shape either{.kind = Kind::either, .choices = two};
    CHECK(said("{from: 60 %, grows: 7}", either) ==
          "f:1:21: grows: 7 has no unit; write 7 %/min or 7 %/s");
    constexpr const Shape* scalars[] = {&kPercent, &kDuration};
    const Shape amount{.kind = Kind::either, .choices = scalars};
    CHECK(said("5min", amount) == "");
    CHECK(said("5", amount) ==
          "f:1:1: this is 5; must be a percentage from 0 to 100 % such as 60 % or "
          "a duration of at most 3600 s such as 15min");
  }
}

TEST_SUITE("document: shapes of CloudFormation properties") {
  TEST_CASE(
      "intrinsic functions may stand anywhere, and both branches of an Fn::If are looked into") {
    const CheckOptions options = cloudformation_properties("T A");
    CHECK(
        said("EvaluationPeriods: !Ref Periods\nTreatMissingData: !Sub '${x}'\nDimensions: !If [C, "
             "!Ref "
             "AWS::NoValue, [{Name: !GetAtt A.B, Value: v}]]\nThreshold: {'Fn::Select': [0, [1]]}",
             kAlarm, options) == "");
    CHECK(said("EvaluationPeriods: !If [C, 60, few]", kAlarm, options) ==
          "f:1:32: T A: EvaluationPeriods is \"few\"; must be a whole number from 10 to 86400");
    CHECK(said("EvaluationPeriods: {Ref: A, Other: B}", kAlarm, options) ==
          "f:1:20: T A: EvaluationPeriods is a mapping; must be a whole number from 10 to 86400");
    CHECK(said("EvaluationPeriods: !Ref Periods", kAlarm) ==
          "f:1:20: EvaluationPeriods is a mapping; must be a whole number from 10 to 86400");
  }

  TEST_CASE("scalars are loose: a number in quotes is a number, a number is a text") {
    const CheckOptions options = cloudformation_properties("T A");
    CHECK(said("EvaluationPeriods: '60'\nAlarmName: 12\nActionsEnabled: 'true'\nThreshold: '0.5'",
               kAlarm, options) == "");
    CHECK(said("EvaluationPeriods: '6'\nActionsEnabled: 'yes'", kAlarm, options) ==
          "f:1:20: T A: EvaluationPeriods is \"6\"; must be a whole number from 10 to 86400\n"
          "f:2:17: T A: ActionsEnabled is \"yes\"; must be true or false");
  }

  TEST_CASE("placeholders of dynamic references and of SSM parameters pass") {
    CHECK(said("EvaluationPeriods: '{{resolve:ssm:/periods}}'", kAlarm,
               cloudformation_properties("T")) == "");
    CHECK(said("EvaluationPeriods: '{{ Periods }}'", kAlarm,
               {.placeholders = Placeholders::accepted}) == "");
    CHECK_FALSE(said("EvaluationPeriods: '{{ Periods }}'", kAlarm).empty());
  }

  TEST_CASE(
      "what is not simulated is listed; an unknown name close to a known one is worth a note") {
    std::vector<std::string> not_simulated;
    CheckOptions options = cloudformation_properties("T A");
    options.not_simulated = &not_simulated;
    CHECK(said("EvaluationPeriods: 60\nAlarmDescription: d\nColour: red\nThreshhold: 7\n"
               "Dimensions: [{Name: n, Value: v, Unit: x}]",
               kAlarm, options) ==
          "f:4:1: note: T A: \"Threshhold\" is not simulated; did you mean \"Threshold\"?");
    CHECK(not_simulated ==
          std::vector<std::string>{"AlarmDescription", "Colour", "Threshhold", "Dimensions.Unit"});
  }

  TEST_CASE("an intrinsic is a mapping with one key of that kind") {
    CHECK(is_intrinsic(yaml("!Ref A")));
    CHECK(is_intrinsic(yaml("{Fn::Sub: x}")));
    CHECK(is_intrinsic(yaml("!Condition A")));
    CHECK_FALSE(is_intrinsic(yaml("{Ref: A, B: C}")));
    CHECK_FALSE(is_intrinsic(yaml("{Name: A}")));
    CHECK_FALSE(is_intrinsic(yaml("Ref")));
  }
}

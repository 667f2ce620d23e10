// OpsItems: Systems Manager User Guide, OpsCenter.
#include <doctest/doctest.h>

#include "models/ops_center/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

/// Remembers what happens on buses.
struct EventLog : Model {
  std::vector<Event> events;
};
constexpr Service kEventLog{
    .name = "log",
    .title = "What tests see of buses",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<EventLog>(); },
    .on_event = [](Model& model,
                   const Event& event) { static_cast<EventLog&>(model).events.push_back(event); },
};
constexpr const Service* kOpsServices[] = {&kOpsCenter, &kEventLog};

struct Center : SmallWorld {
  Center() : SmallWorld{kOpsServices} {}
  std::vector<Event>& events() { return static_cast<EventLog*>(cloud.model("log"))->events; }
  Json item(const Json& id) { return must("ssm", "GetOpsItem", {{"OpsItemId", id}})["OpsItem"]; }
  Json list(const Json& filters) {
    return must("ssm", "DescribeOpsItems", {{"OpsItemFilters", filters}})["OpsItemSummaries"];
  }
};

Json item_input(const std::string& dedup, const std::string& resource = "") {
  Json data = Json::object();
  if (!dedup.empty())
    data["/aws/dedup"] = {{"Value", Json{{"dedupString", dedup}}.dump()},
                          {"Type", "SearchableString"}};
  if (!resource.empty())
    data["/aws/resources"] = {{"Value", Json::array({{{"arn", resource}}}).dump()},
                              {"Type", "SearchableString"}};
  return {{"Title", "EC2 instance disk full"},
          {"Description", "Log clean-up may have failed"},
          {"Source", "ec2"},
          {"OperationalData", data}};
}

constexpr const char* kAlarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:disk";

}  // namespace

TEST_SUITE("ops center") {
  TEST_CASE("an OpsItem is made, read, updated and deleted") {
    Center world;
    Json input = item_input("");
    input["Severity"] = "2";
    input["Priority"] = 1;
    const Json made = world.must("ssm", "CreateOpsItem", input);
    CHECK(made["OpsItemArn"] ==
          "arn:aws:ssm:us-east-1:123456789012:opsitem/" + made["OpsItemId"].get<std::string>());
    const Json item = world.item(made["OpsItemId"]);
    CHECK(item["Status"] == "Open");
    CHECK(item["OpsItemType"] == "/aws/issue");
    CHECK(item["Severity"] == "2");
    CHECK(item["Priority"] == 1);
    CHECK(item["CreatedBy"] == "arn:aws:iam::123456789012:user/ann");
    CHECK(item["Version"] == "1");
    world.must("ssm", "UpdateOpsItem",
               {{"OpsItemId", made["OpsItemId"]}, {"Status", "Resolved"}, {"Category", "Cost"}});
    CHECK(world.item(made["OpsItemId"])["Status"] == "Resolved");
    CHECK(world.item(made["OpsItemId"])["Category"] == "Cost");
    CHECK(world.item(made["OpsItemId"])["Title"] == "EC2 instance disk full");
    world.must("ssm", "DeleteOpsItem", {{"OpsItemId", made["OpsItemId"]}});
    CHECK(world.refusal("ssm", "GetOpsItem", {{"OpsItemId", made["OpsItemId"]}}) ==
          "OpsItemNotFoundException");
    CHECK(world.refusal("ssm", "DeleteOpsItem", {{"OpsItemId", made["OpsItemId"]}}) == "");
  }
  TEST_CASE("creating and updating are told on the bus in the documented shape") {
    Center world;
    const Json made = world.must("ssm", "CreateOpsItem", item_input("x"));
    world.must("ssm", "UpdateOpsItem",
               {{"OpsItemId", made["OpsItemId"]}, {"Status", "InProgress"}});
    REQUIRE(world.events().size() == 2);
    CHECK(world.events()[0].source == "aws.ssm");
    CHECK(world.events()[0].detail_type == "OpsItem Create");
    CHECK(world.events()[0].resources[0] == made["OpsItemArn"].get<std::string>());
    for (const char* key : {"created-by", "created-time", "source", "status", "ops-item-id",
                            "title", "ops-item-type", "description"})
      CHECK(world.events()[0].detail.contains(key));
    CHECK(world.events()[1].detail_type == "OpsItem Update");
    CHECK(world.events()[1].detail["status"] == "InProgress");
    CHECK(world.events()[1].detail.contains("modified-time"));
  }
  TEST_CASE("ssm-dedup-002, ssm-dedup-003: one is made unless its like is Open or InProgress") {
    struct Row {
      const char* status;  // of the item that is there
      bool creates_new;
    };
    constexpr Row rows[] = {{"Open", false},   {"InProgress", false}, {"Resolved", true},
                            {"Closed", true},  {"Pending", true},     {"Failed", true},
                            {"Approved", true}};
    for (const auto& [status, creates_new] : rows) {
      CAPTURE(status);
      Center world;
      const Json first = world.must("ssm", "CreateOpsItem", item_input("disk full"));
      world.must("ssm", "UpdateOpsItem", {{"OpsItemId", first["OpsItemId"]}, {"Status", status}});
      CHECK(world.refusal("ssm", "CreateOpsItem", item_input("disk full")) ==
            (creates_new ? "" : "OpsItemAlreadyExistsException"));
    }
  }
  TEST_CASE("dedup strings: case does not count, resources do, and none always makes one") {
    Center world;
    world.must("ssm", "CreateOpsItem", item_input("disk full", "arn:aws:ec2:::instance/i-1"));
    CHECK(world.refusal("ssm", "CreateOpsItem",
                        item_input("DISK Full", "arn:aws:ec2:::instance/i-1")) ==
          "OpsItemAlreadyExistsException");
    CHECK(world.refusal("ssm", "CreateOpsItem",
                        item_input("disk full", "arn:aws:ec2:::instance/i-2")) == "");
    CHECK(world.refusal("ssm", "CreateOpsItem", item_input("")) == "");
    CHECK(world.refusal("ssm", "CreateOpsItem", item_input("")) == "");
  }
  TEST_CASE("the dedup string of an OpsItem cannot be changed or taken away") {
    Center world;
    const Json made = world.must("ssm", "CreateOpsItem", item_input("a"));
    Json change = item_input("b");
    change["OpsItemId"] = made["OpsItemId"];
    CHECK(world.refusal("ssm", "UpdateOpsItem", change) == "OpsItemInvalidParameterException");
    CHECK(world.refusal(
              "ssm", "UpdateOpsItem",
              {{"OpsItemId", made["OpsItemId"]}, {"OperationalDataToDelete", {"/aws/dedup"}}}) ==
          "OpsItemInvalidParameterException");
  }
  TEST_CASE("what cannot be meant is refused") {
    Center world;
    CHECK(world.refusal("ssm", "CreateOpsItem", {{"Title", "x"}}) == "ValidationException");
    Json input = item_input("x");
    input["Priority"] = 6;
    CHECK(world.refusal("ssm", "CreateOpsItem", input) == "ValidationException");
    input = item_input(std::string(65, 'x'));
    CHECK(world.refusal("ssm", "CreateOpsItem", input) == "OpsItemInvalidParameterException");
    input = item_input("x");
    input["RelatedOpsItems"] = Json::array({{{"OpsItemId", "oi-none"}}});
    CHECK(world.refusal("ssm", "CreateOpsItem", input) == "OpsItemInvalidParameterException");
    CHECK(world.refusal("ssm", "UpdateOpsItem", {{"OpsItemId", "oi-none"}}) ==
          "OpsItemNotFoundException");
    CHECK(world.refusal("ssm", "DescribeOpsItems",
                        {{"OpsItemFilters", {{{"Key", "Stats"}, {"Values", {"x"}}}}}}) ==
          "ValidationException");
  }
  TEST_CASE("filters: status, title, data; the newest first, fifty a page") {
    Center world;
    for (int i = 0; i < 60; ++i) {
      Json input = item_input("dedup " + std::to_string(i));
      input["Title"] = "item " + std::to_string(i);
      world.must("ssm", "CreateOpsItem", input);
    }
    const Json page = world.must("ssm", "DescribeOpsItems");
    CHECK(page["OpsItemSummaries"].size() == 50);
    CHECK(page["OpsItemSummaries"][0]["Title"] == "item 59");
    const Json rest = world.must("ssm", "DescribeOpsItems", {{"NextToken", page["NextToken"]}});
    CHECK(rest["OpsItemSummaries"].size() == 10);
    CHECK(rest["OpsItemSummaries"][0]["Title"] == "item 9");
    CHECK_FALSE(rest.contains("NextToken"));
    const auto filter = [](const char* key, const char* op, const std::string& value) {
      return Json::array({{{"Key", key}, {"Operator", op}, {"Values", {value}}}});
    };
    CHECK(world.list(filter("Title", "Contains", "item 5")).size() == 11);
    CHECK(world.list(filter("Status", "Equal", "Resolved")).empty());
    const Json data{{"key", "/aws/dedup"}, {"value", R"({"dedupString":"dedup 7"})"}};
    CHECK(world.list(filter("OperationalData", "Equal", data.dump())).size() == 1);
  }
  TEST_CASE("an alarm's action makes one OpsItem, and a new one only when it is resolved") {
    Center world;
    constexpr const char* action = "arn:aws:ssm:us-east-1:123456789012:opsitem:3#CATEGORY=Security";
    REQUIRE(world.deliver(action, "{}", {}, kAlarm).has_value());
    REQUIRE(world.deliver(action, "{}", {}, kAlarm).has_value());  // no second one, and no failure
    Json all = world.list(Json::array());
    REQUIRE(all.size() == 1);
    CHECK(all[0]["Title"] == "CloudWatch alarm - 'disk' is in ALARM state");
    CHECK(all[0]["Severity"] == "3");
    CHECK(all[0]["Category"] == "Security");
    REQUIRE(world.deliver(action, "{}", {}, std::string{kAlarm} + "-2").has_value());
    CHECK(world.list(Json::array()).size() == 2);
    world.must("ssm", "UpdateOpsItem",
               {{"OpsItemId", all[0]["OpsItemId"]}, {"Status", "Resolved"}});
    REQUIRE(world.deliver(action, "{}", {}, kAlarm).has_value());
    CHECK(world.list(Json::array()).size() == 3);
  }
  TEST_CASE("severities of alarms are 1 to 4, categories those of the guide") {
    Center world;
    for (const char* words : {"opsitem:5", "opsitem:", "opsitem:3#CATEGORY=Beauty", "opsitem:3#X"})
      CHECK(
          world
              .deliver("arn:aws:ssm:us-east-1:123456789012:" + std::string{words}, "{}", {}, kAlarm)
              .error()
              .code == "OpsItemInvalidParameterException");
  }
  TEST_CASE("a rule's transformer writes an OpsItem; an event as it is makes one too") {
    Center world;
    constexpr const char* target = "arn:aws:ssm:us-east-1:123456789012:opsitem";
    constexpr const char* rule = "arn:aws:events:us-east-1:123456789012:rule/r";
    constexpr const char* text = R"({"title":"Auto Scaling EC2 instance launch failed",
      "description":"see below","category":"Availability","severity":"2","source":"Auto Scaling",
      "resources":["arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:g"],
      "operationalData":{"/aws/dedup":{"type":"SearchableString",
        "value":"{\"dedupString\":\"SSMOpsItems-launch\"}"},"cause":{"value":"no capacity"}}})";
    REQUIRE(world.deliver(target, text, {}, rule).has_value());
    REQUIRE(world.deliver(target, text, {}, rule).has_value());
    Json all = world.list(Json::array());
    REQUIRE(all.size() == 1);
    const Json item = world.item(all[0]["OpsItemId"]);
    CHECK(item["Severity"] == "2");
    CHECK(item["OperationalData"]["cause"]["Value"] == "no capacity");
    CHECK(item["OperationalData"]["/aws/resources"]["Value"].get<std::string>().find(
              "autoScalingGroup:g") != std::string::npos);
    const Json event{{"detail-type", "EC2 Instance Launch Unsuccessful"},
                     {"source", "aws.autoscaling"},
                     {"resources", Json::array()}};
    REQUIRE(world.deliver(target, event.dump(), {}, rule).has_value());
    CHECK(world.list(Json::array())[0]["Title"] == "EC2 Instance Launch Unsuccessful");
    CHECK(world.deliver(target, "no json", {}, rule).error().code ==
          "OpsItemInvalidParameterException");
  }
  TEST_CASE("the journal tells of an OpsItem once") {
    Center world;
    world.must("ssm", "CreateOpsItem", item_input("x"));
    const auto told = world.told({EntryKind::message});
    REQUIRE(told.size() == 1);
    CHECK(told[0].find("opened: EC2 instance disk full") != std::string::npos);
  }
}
}  // namespace opsim::tests
